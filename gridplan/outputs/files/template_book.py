"""The workbook a planner fills in where there are no files yet: one sheet a layer."""

from __future__ import annotations

import io

import xlsxwriter

from gridplan.text import say

SHEETS: dict[str, tuple[str, ...]] = {
    "population": ("community", "subdistrict", "lon", "lat", "population", "population_65"),
    "hospitals": ("name", "level", "kind", "ownership", "beds", "eligible", "lon", "lat"),
    "centers": ("name", "class", "subdistrict", "community", "lon", "lat"),
    "candidates": ("name", "subdistrict", "community", "lon", "lat"),
}
"""Columns of each sheet, as the schema names them; read by their words in either language."""

_WIDTH = 18
_ROWS = 2_000
"""Rows that offer a list of words to choose from."""
_LISTS = {"level": "hospital-levels", "kind": "hospital-kinds", "eligible": "yes-no"}


def template_book(lang: str) -> bytes:
    """
    Make the workbook.

    Parameters
    ----------
    lang
        ``zh`` or ``en``: of headers, notes and the words to choose from.

    Returns
    -------
    xlsx
        A sheet of notes, then one for each layer of :data:`SHEETS`; only headers in it, so that
        what is filled in is all that is read.
    """
    page = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(page, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#dce6f1", "border": 1})
        note = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(say("template.notes", lang))
        sheet.set_column(0, 0, 90, note)
        lines = say("template.how", lang).split("|")
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line, note)
        for name, columns in SHEETS.items():
            sheet = book.add_worksheet(sheet_name(name, lang))
            sheet.set_column(0, len(columns) - 1, _WIDTH)
            sheet.freeze_panes(1, 0)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, say(f"template.{column.replace('_', '-')}", lang), head)
                if column in _LISTS:
                    words = say(f"template.{_LISTS[column]}", lang).split("|")
                    rule = {"validate": "list", "source": words, "error_type": "warning"}
                    sheet.data_validation(1, at, _ROWS, at, rule)
    return page.getvalue()


def sheet_name(name: str, lang: str) -> str:
    """Name the sheet of a layer."""
    return say(f"intake.role-{name}", lang)
