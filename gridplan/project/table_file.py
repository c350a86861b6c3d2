"""A table for people in a file of its own: a workbook or CSV, by the ending of the file."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import xlsxwriter

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.reading.address_file import inert_cell


def table_book(table: pd.DataFrame, title: str) -> bytes:
    """Give a workbook of one sheet, its head fixed; ``title`` names the sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_row(0, 0, list(table.columns), bold)
        for at, row in enumerate(table.to_numpy().tolist(), start=1):
            sheet.write_row(at, 0, row, wrap)
        sheet.set_column(0, max(len(table.columns) - 1, 0), 18)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def write_table(table: pd.DataFrame, file: Path, *, title: str) -> None:
    """
    Write a table as CSV or workbook.

    Raises
    ------
    InputError
        ``revision-table-form`` for another ending.
    """
    if file.suffix.lower() == ".csv":
        safe = table.map(inert_cell)
        write_whole(file, lambda fresh: safe.to_csv(fresh, index=False, encoding="utf-8-sig"))
        return
    if file.suffix.lower() != ".xlsx":
        raise InputError([Problem("revision-table-form", {"file": str(file)})])
    content = table_book(table, title)
    write_whole(file, lambda fresh: fresh.write_bytes(content))
