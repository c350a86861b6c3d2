"""The report on a written plan, in any of its forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.own_files import check_file
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.report.formats import DEFAULT, FORMATS, form_of
from gridplan.outputs.words.telling import Telling

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def write_report(
    out: str | Path, *, form: str | None = None, file: str | Path | None = None, lang: str = "zh"
) -> tuple[Path, tuple[str, ...]]:
    """
    Write the report on a plan from the folder it was written to, without planning again.

    Parameters
    ----------
    out
        As :func:`gridplan.outputs.files.folder.write_plan` left it.
    form
        One of :data:`gridplan.outputs.report.formats.FORMATS`; None takes what ``file`` ends in,
        else the default.
    file
        To write; None puts it beside ``out``, not into it: the folder of a plan holds nothing else,
        and planning again must not take a report away.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    path
        The file.
    warnings
        Sentences in ``lang``: that no font of this machine can show Chinese.

    Raises
    ------
    InputError
        If ``out`` cannot be read, the format is unknown, the file is one of a plan's own, or it
        cannot be written; an earlier file then stays as it was.
    """
    folder = Path(out)
    chosen = _form(form, file)
    name = f"{folder.resolve().name}-report-{lang}.{chosen}"
    path = Path(file) if file is not None else folder.resolve().parent / name
    check_file(path, reading=folder)
    plan = read_written(folder)
    return path, report_file(plan, path, form=chosen, lang=lang)


def report_file(plan: Plan, path: Path, *, form: str, lang: str) -> tuple[str, ...]:
    """
    Write the report on a plan at hand.

    Parameters
    ----------
    plan
        As planned or as read back.
    path
        The file.
    form
        One of :data:`gridplan.outputs.report.formats.FORMATS`.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    warnings
        As of :func:`write_report`.

    Raises
    ------
    InputError
        If the file cannot be written; an earlier one then stays as it was.
    """
    told: list[str] = []
    write_whole(path, lambda fresh: told.extend(form_of(form).write(Telling(plan, lang), fresh)))
    return tuple(told)


def _form(form: str | None, file: str | Path | None) -> str:
    chosen = form
    if chosen is None:
        chosen = Path(file).suffix.lstrip(".").lower() if file is not None else DEFAULT
    if chosen not in FORMATS:
        told = {"format": chosen or "?", "valid": FORMATS}
        raise InputError([Problem("report-format", told)])
    return chosen
