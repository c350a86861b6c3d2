"""The report on a written plan, in any of its forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.own_files import check_file
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.disk.whole_folder import write_folder
from gridplan.outputs.office.office import FILE as OFFICE_FILE
from gridplan.outputs.office.office import Office, read_office
from gridplan.outputs.office.worded import Worded
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.report.formats import DEFAULT, FORMATS, form_of, is_folder

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def write_report(
    out: str | Path,
    *,
    form: str | None = None,
    file: str | Path | None = None,
    lang: str = "zh",
    office: str | Path | None = None,
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
        To write, for ``atlas`` and ``database`` a folder; None puts it beside ``out``, not into it:
        the folder of a plan holds nothing else, and planning again must not take a report away.
    lang
        ``zh`` or ``en``.
    office
        ``report.toml`` of the bureau; None takes the one beside ``out``, if it is there.

    Returns
    -------
    path
        The file or folder.
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
    if is_folder(chosen):
        name = f"{folder.resolve().name}-{chosen}-{lang}"
    path = Path(file) if file is not None else folder.resolve().parent / name
    check_file(path, reading=folder)
    said = office_beside(folder) if office is None else read_office(office)
    plan = read_written(folder)
    return path, report_file(plan, path, form=chosen, lang=lang, office=said)


def office_beside(folder: Path) -> Office:
    """Read the ``report.toml`` beside a plan's folder; nothing is said where there is none."""
    path = folder.resolve().parent / OFFICE_FILE
    return read_office(path) if path.is_file() else Office()


def report_file(
    plan: Plan, path: Path, *, form: str, lang: str, office: Office | None = None
) -> tuple[str, ...]:
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
    office
        What the bureau says of its own.

    Returns
    -------
    warnings
        As of :func:`write_report`.

    Raises
    ------
    InputError
        If the file cannot be written; an earlier one then stays as it was.
    """
    warnings: list[str] = []
    told = Worded(plan, lang, office or Office())
    whole = write_folder if is_folder(form) else write_whole
    whole(path, lambda fresh: warnings.extend(form_of(form).write(told, fresh)))
    return tuple(warnings)


def _form(form: str | None, file: str | Path | None) -> str:
    chosen = form
    if chosen is None:
        chosen = Path(file).suffix.lstrip(".").lower() if file is not None else DEFAULT
    if chosen not in FORMATS:
        told = {"format": chosen or "?", "valid": FORMATS}
        raise InputError([Problem("report-format", told)])
    return chosen
