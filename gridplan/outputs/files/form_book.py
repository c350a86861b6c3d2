"""The workbook a street fills in: what is known stands locked, what is asked has a cell to fill."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from gridplan.errors import InputError, Problem
from gridplan.intake.forms.form import (
    ANSWERS,
    ASKED,
    COLUMNS,
    FIRST,
    HIDDEN,
    HIDDEN_IDS,
    MARK,
    Form,
)
from gridplan.intake.record.base import BASES
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.words.safe import plain
from gridplan.text import say

WIDTHS = {"id": 22, "name": 22, "former": 14, "former_65": 14, "remark": 36}
MOST = 50_000_000
"""Residents a cell accepts at most."""


def write_forms(forms: Sequence[Form], folder: Path, *, lang: str) -> list[Path]:
    """
    Write one workbook a street.

    Parameters
    ----------
    forms
        As an intake made them.
    folder
        Made if it is not there. A workbook that is there already is never written over: it may be
        filled in.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    paths
        In the order of the forms.

    Raises
    ------
    InputError
        ``intake-form-empty``, or ``intake-form-there`` before anything is written.
    """
    paths = [folder / f"{name}.xlsx" for name in _file_names(forms)]
    there = [path.name for path in paths if path.exists()]
    if not paths:
        raise InputError([Problem("intake-form-empty", {})])
    if there:
        values = {"folder": str(folder), "files": there[:5], "count": f"{len(there):,}"}
        raise InputError([Problem("intake-form-there", values)])
    for form, path in zip(forms, paths, strict=True):
        write_whole(path, partial(_write, form, lang))
    return paths


def _file_names(forms: Sequence[Form]) -> list[str]:
    names: list[str] = []
    for form in forms:
        name = "".join(
            c if c.isprintable() and c not in '\\/:*?"<>|.~$' else "_" for c in form.street
        )
        name = name.strip()[:60] or "_"
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    return names


def _write(form: Form, lang: str, path: Path) -> None:
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": say("intake.form-title", lang, street=form.street)})
        sheet = book.add_worksheet(say("intake.form-sheet", lang))
        _head(book, sheet, form, lang)
        _table(book, sheet, form, lang)
        sheet.protect(
            "", {"format_columns": True, "format_rows": True, "select_locked_cells": True}
        )
        sheet.freeze_panes(FIRST, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(FIRST - 1)
        hidden = book.add_worksheet(HIDDEN)
        hidden.write_row(0, 0, MARK)
        hidden.write_string(1, 0, "street")
        hidden.write_string(1, 1, form.street)
        for row, unit in enumerate(form.rows, start=HIDDEN_IDS):
            hidden.write_string(row, 0, unit.id)
        hidden.protect()
        hidden.very_hidden()


def _head(book: Any, sheet: Any, form: Form, lang: str) -> None:  # noqa: ANN401  # xlsxwriter's
    title = book.add_format({"bold": True, "font_size": 14})
    label = book.add_format({"bold": True, "align": "right"})
    fill = book.add_format({"locked": False, "bg_color": "#fff8dc", "border": 1})
    note = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#555555"})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "", title)
    sheet.write_string(0, 0, plain(say("intake.form-title", lang, street=form.street)), title)
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, "", note)
    sheet.write_string(1, 0, say("intake.form-note", lang), note)
    sheet.set_row(1, 48)
    for name, (row, column) in ANSWERS.items():
        sheet.write_string(row, column - 1, say(f"intake.form-{name}", lang), label)
        sheet.write_blank(row, column, None, fill)
    base = {
        "validate": "list",
        "source": list(BASES),
        "error_message": say("intake.form-list", lang),
    }
    sheet.data_validation(*ANSWERS["base"], *ANSWERS["base"], base)
    asked = xl_rowcol_to_cell(FIRST, ASKED), xl_rowcol_to_cell(FIRST + len(form.rows) - 1, ASKED)
    sheet.write_string(FIRST - 3, ASKED - 1, say("intake.form-sum", lang), label)
    number = book.add_format({"bold": True, "num_format": "#,##0"})
    sheet.write_formula(FIRST - 3, ASKED, f"=SUM({asked[0]}:{asked[1]})", number)
    sheet.write_number(FIRST - 3, COLUMNS.index("former"), form.residents, number)


def _table(book: Any, sheet: Any, form: Form, lang: str) -> None:  # noqa: ANN401  # xlsxwriter's
    shape = {"bold": True, "bg_color": "#dce6f1", "border": 1, "text_wrap": True, "align": "center"}
    header = book.add_format(shape)
    text = book.add_format({"border": 1, "text_wrap": True})
    known = book.add_format({"border": 1, "num_format": "#,##0"})
    fill = book.add_format(
        {"locked": False, "bg_color": "#fff8dc", "border": 1, "num_format": "#,##0"}
    )
    words = book.add_format(
        {"locked": False, "bg_color": "#fff8dc", "border": 1, "text_wrap": True}
    )
    for column, name in enumerate(COLUMNS):
        sheet.write_string(FIRST - 1, column, say(f"intake.form-column-{name}", lang), header)
        sheet.set_column(column, column, WIDTHS.get(name, 16))
    for row, unit in enumerate(form.rows, start=FIRST):
        sheet.write_string(row, 0, unit.id, text)
        sheet.write_string(row, 1, plain(unit.name), text)
        sheet.write_number(row, 2, unit.residents, known)
        if unit.older is None:
            sheet.write_blank(row, 3, None, known)
        else:
            sheet.write_number(row, 3, unit.older, known)
        for column in range(ASKED, len(COLUMNS)):
            sheet.write_blank(row, column, None, words if COLUMNS[column] == "remark" else fill)
    last = FIRST + len(form.rows) - 1
    whole = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": MOST,
             "error_message": say("intake.form-whole", lang)}  # fmt: skip
    for name in ("residents", "older", "centers"):
        at = COLUMNS.index(name)
        sheet.data_validation(FIRST, at, last, at, whole)
