"""The report on a written plan, as a Word document, a page that prints, or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.own_files import check_file
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.reading.written import read_written

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

FORMATS = ("docx", "xlsx", "html")


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
        One of :data:`FORMATS`; None takes what ``file`` ends in, else ``docx``.
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
    if chosen == "xlsx":
        from gridplan.outputs.files.excel import write_excel

        write_whole(path, lambda fresh: write_excel(plan, fresh, lang=lang))
        return path, ()
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
        ``docx`` or ``html``.
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
    from gridplan.outputs.report.content import report_of
    from gridplan.outputs.style.fonts import face

    report = report_of(plan, lang, face())
    if form == "docx":
        from gridplan.outputs.report.docx import write_docx

        write_whole(path, lambda fresh: write_docx(report, fresh))
    else:
        from gridplan.outputs.report.html import report_html

        text = report_html(report)
        write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n"))
    return report.warnings


def _form(form: str | None, file: str | Path | None) -> str:
    chosen = form
    if chosen is None:
        chosen = Path(file).suffix.lstrip(".").lower() if file is not None else FORMATS[0]
    if chosen not in FORMATS:
        told = {"format": chosen or "?", "valid": FORMATS}
        raise InputError([Problem("report-format", told)])
    return chosen
