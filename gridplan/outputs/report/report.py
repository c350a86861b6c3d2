"""The report on a written plan, in any of its books and forms."""

from __future__ import annotations

from collections.abc import Mapping
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
from gridplan.outputs.report.asked import Asked
from gridplan.outputs.report.formats import DEFAULT, FORMATS, form_of, is_folder
from gridplan.outputs.words.safe import file_part

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def write_report(
    out: str | Path,
    *,
    form: str | None = None,
    file: str | Path | None = None,
    lang: str = "zh",
    book: str = "report",
    subject: str = "",
    office: str | Path | None = None,
) -> tuple[Path, tuple[str, ...]]:
    """
    Write the report on a plan from the folder it was written to, without planning again.

    Parameters
    ----------
    out
        As :func:`gridplan.outputs.files.folder.write_plan` left it, or a folder of phases.
    form
        One of :data:`gridplan.outputs.report.formats.FORMATS`; None takes what ``file`` ends in,
        else the default.
    file
        To write, for ``atlas`` and ``database`` a folder; None puts it beside ``out``, not into it:
        the folder of a plan holds nothing else, and planning again must not take a report away.
    lang
        ``zh`` or ``en``.
    book
        One of :data:`gridplan.outputs.report.content.BOOKS`.
    subject
        The center or street it is about, by id or name.
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
    about = f"-{file_part(subject)}" if subject else ""
    name = f"{folder.resolve().name}-{book}{about}-{lang}.{chosen}"
    if is_folder(chosen):
        name = f"{folder.resolve().name}-{chosen}-{lang}"
    path = Path(file) if file is not None else folder.resolve().parent / name
    check_file(path, reading=folder)
    said = office_beside(folder) if office is None else read_office(office)
    plan, phases = read_handed_in(folder)
    asked = Asked(Worded(plan, lang, said), book, subject, phases)
    return path, write_asked(asked, path, form=chosen)


def read_handed_in(folder: Path) -> tuple[Plan, Mapping[int, Plan]]:
    """
    Read a plan, or the plans of its phases.

    Parameters
    ----------
    folder
        Of a plan, or of phases: each in a folder named by its year.

    Returns
    -------
    plan
        The plan, or that of the last phase.
    phases
        By year; empty where it was planned at once.

    Raises
    ------
    InputError
        As :func:`gridplan.outputs.reading.written.read_written` does.
    """
    phased = (folder / "phases.json").is_file() and not (folder / "plan.json").exists()
    if not phased:
        return read_written(folder), {}
    years = sorted(int(one.name) for one in folder.iterdir() if one.name.isdigit())
    phases = {year: read_written(folder / str(year)) for year in years}
    if not phases:
        return read_written(folder), {}  # says what is missing
    return phases[years[-1]], phases


def office_beside(folder: Path) -> Office:
    """Read the ``report.toml`` beside a plan's folder; nothing is said where there is none."""
    path = folder.resolve().parent / OFFICE_FILE
    return read_office(path) if path.is_file() else Office()


def report_file(plan: Plan, path: Path, *, form: str, lang: str) -> tuple[str, ...]:
    """
    Write the report on a plan at hand, of which the office says nothing.

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
    return write_asked(Asked(Worded(plan, lang)), path, form=form)


def write_asked(asked: Asked, path: Path, *, form: str) -> tuple[str, ...]:
    """Write what is asked for, whole or not at all; gives its warnings."""
    warnings: list[str] = []
    whole = write_folder if is_folder(form) else write_whole
    whole(path, lambda fresh: warnings.extend(form_of(form).write(asked, fresh)))
    return tuple(warnings)


def _form(form: str | None, file: str | Path | None) -> str:
    chosen = form
    if chosen is None:
        chosen = Path(file).suffix.lstrip(".").lower() if file is not None else DEFAULT
    if chosen not in FORMATS:
        told = {"format": chosen or "?", "valid": FORMATS}
        raise InputError([Problem("report-format", told)])
    return chosen
