"""One sheet of a workbook: a table with header, widths, formats and heights that fit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import xlsxwriter

from gridplan.district.schema.labels import NOTE, SUFFIX
from gridplan.outputs.words.columns import WORDS, unit_of
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_width
from gridplan.outputs.words.trust import of_language

WIDEST = 50  # characters; longer text wraps


class Formats:
    """The few cell formats of the workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._numbers: dict[str, Any] = {}
        edge = {"valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.header = book.add_format(
            {"bold": True, "bg_color": "#dce6f1", "bottom": 1, "text_wrap": True, "align": "center"}
        )
        self.bold = book.add_format({"bold": True, **edge})
        self.text = book.add_format({"text_wrap": True, "indent": 1, **edge})
        self.failed = book.add_format({"bg_color": "#fbe3d6"})

    def number(self, column: str) -> Any:  # noqa: ANN401  # xlsxwriter's Format
        """Format of the numbers in ``column``."""
        pattern = unit_of(column).pattern
        if pattern not in self._numbers:
            made = self._book.add_format({"num_format": pattern, "valign": "top"})
            self._numbers[pattern] = made
        return self._numbers[pattern]


def table_sheet(
    book: xlsxwriter.Workbook,
    formats: Formats,
    title: str,
    table: pd.DataFrame,
    lang: str,
    *,
    coded: Mapping[str, str] | None = None,
) -> None:
    """
    Add a sheet for one table.

    Parameters
    ----------
    book, formats
        The workbook and its formats.
    title
        Of the sheet.
    table
        Columns named by code; the header says them in ``lang``. A first column ``result`` has its
        failed rows coloured.
    lang
        ``zh`` or ``en``.
    coded
        Columns whose header has another code than their name.
    """
    sheet = book.add_worksheet(title)
    headers = [word("column", (coded or {}).get(name, name), lang) for name in table.columns]
    lines: dict[int, int] = {}
    for column, (name, header) in enumerate(zip(table.columns, headers, strict=True)):
        entries = _said(table[name], name, lang)
        width = _width(header, entries, name)
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, header, formats.header)
        _write_column(sheet, column, entries, formats, name)
        for row, entry in enumerate([header, *entries]):
            if isinstance(entry, str):
                lines[row] = max(lines.get(row, 1), line_count(entry, width))
    heighten(sheet, lines)
    if headers:
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(table)), len(headers) - 1)
        if table.columns[0] == "result":
            failed = word("passed", False, lang)
            rule = {"type": "formula", "criteria": f'=$A2="{failed}"', "format": formats.failed}
            sheet.conditional_format(1, 0, max(1, len(table)), len(headers) - 1, rule)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_column(
    sheet: Any,  # noqa: ANN401  # xlsxwriter's Worksheet
    column: int,
    entries: list[Any],
    formats: Formats,
    name: str,
) -> None:
    number = formats.number(name)
    for row, entry in enumerate(entries, start=1):
        if entry is None:
            continue
        if isinstance(entry, (int, float)) and not isinstance(entry, bool):
            sheet.write_number(row, column, entry, number)
        else:
            sheet.write_string(row, column, plain(entry, limit=30_000), formats.text)


def line_count(text: str, width: float) -> int:
    """Lines a text takes in a column; words break early, so a little less fits than the width."""
    return max(1, math.ceil(text_width(text) / (width - 3)))


def heighten(sheet: Any, lines: Mapping[int, int]) -> None:  # noqa: ANN401  # a Worksheet
    """Make rows as high as their text: not every office program does so by itself."""
    for row, count in lines.items():
        if count > 1:
            sheet.set_row(row, 15 * count)


def _said(entries: Iterable[Any], name: str, lang: str) -> list[Any]:
    """Say codes and truth values in the planner's language."""
    said: list[Any] = []
    for entry in entries:
        if is_missing(entry):
            said.append(None)
        elif isinstance(entry, bool):
            said.append(word("yes-no", entry, lang))
        elif name in WORDS:
            said.append(word(WORDS[name], entry, lang))
        elif name.endswith(SUFFIX):
            said.append(word("label", entry, lang))
        elif name == NOTE:
            said.append(of_language(entry, lang))
        else:
            said.append(entry)
    return said


def _width(header: str, entries: list[Any], name: str) -> float:
    """Width that fits a column, in characters; Chinese ones count twice. Long headers wrap."""
    decimals = len(unit_of(name).pattern.rstrip("%").partition(".")[2])
    longest = 0
    for entry in entries:
        if isinstance(entry, str):
            longest = max(longest, text_width(entry))
        elif entry is not None:
            longest = max(longest, len(f"{entry:,.{decimals}f}"))
    most = WIDEST if name != "sha256" else 70
    return min(most, max(longest, min(text_width(header) + 2, 16)) + 3)
