"""The tables of a book as a workbook: one sheet a table, as an office forwards them."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.files.sheet import heighten, line_count
from gridplan.outputs.report.blocks.parts import Report, Table
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.safe import plain
from gridplan.text import say

_UNFIT = re.compile(r"[\[\]:*?/\\\']+")
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})*(\.\d+)?|-?\d+(\.\d+)?")
_WIDE = 120  # characters of a sheet lying on A4


def write_tables(report: Report, path: Path) -> None:
    """
    Write every table of a book.

    Parameters
    ----------
    report
        The book.
    path
        A file that is not there yet.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        book.set_properties({"title": plain(report.title), "created": stamp})
        looks = {
            "title": book.add_format({"bold": True, "font_size": 14, "align": "center"}),
            "head": book.add_format(
                {
                    "bold": True,
                    "bg_color": "#dce6f1",
                    "border": 1,
                    "text_wrap": True,
                    "align": "center",
                    "valign": "vcenter",
                }
            ),
            "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "number": book.add_format({"border": 1, "num_format": "#,##0.##", "valign": "top"}),
            "section": book.add_format({"border": 1, "bold": True, "bg_color": "#eef3f8"}),
            "fill": book.add_format({"border": 1, "bg_color": "#fff2cc"}),
        }
        tables = [part for part in report.parts if isinstance(part, Table)]
        for at, table in enumerate(tables, start=1):
            name = _UNFIT.sub(" ", plain(table.caption.split("\u3000")[-1]))
            sheet = book.add_worksheet(f"{at} {name}"[:31])
            _sheet(sheet, table, looks, report.lang)
    path.write_bytes(made.getvalue())


def _sheet(sheet: Any, table: Table, looks: dict[str, Any], lang: str) -> None:  # noqa: ANN401
    count = len(table.header)
    widths = [max(6.0, _WIDE * width / sum(table.widths)) for width in table.widths]
    to_fill = say("report.to-fill", lang)
    if count > 1:
        sheet.merge_range(0, 0, 0, count - 1, plain(table.caption), looks["title"])
    else:
        sheet.write_string(0, 0, plain(table.caption), looks["title"])
    lines: dict[int, int] = {}
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, table.header[column], looks["head"])
        lines[1] = max(lines.get(1, 1), line_count(table.header[column], width))
    for at, row in enumerate(table.rows):
        if at in table.sections:
            sheet.merge_range(at + 2, 0, at + 2, count - 1, row[0], looks["section"])
            continue
        for column, text in enumerate(row):
            if column in table.numeric and _NUMBER.fullmatch(text):
                sheet.write_number(at + 2, column, float(text.replace(",", "")), looks["number"])
                continue
            shown = plain(text, limit=30_000)
            sheet.write_string(at + 2, column, shown, looks["fill" if text == to_fill else "text"])
            lines[at + 2] = max(lines.get(at + 2, 1), line_count(shown, widths[column]))
    heighten(sheet, lines)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
