"""``plan.xlsx``: the plan's tables as sheets a planner can sort, filter and print."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridplan.outputs.moment import moment
from gridplan.outputs.names import Names, is_missing, word
from gridplan.outputs.safe import plain
from gridplan.outputs.summary import certificate_text, finding_text
from gridplan.outputs.tables import (
    centers_table,
    findings_table,
    grids_table,
    groups_table,
    key_figures,
    sources_table,
    subdistricts_table,
    units_table,
)
from gridplan.outputs.text_table import text_width
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

WIDEST = 50  # characters; longer text wraps
# Text as Excel shows it: never a formula, a link or a number guessed from digits.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
# Columns whose entries are codes, and the group of words that say them.
_WORDS = {
    "status": "status",
    "class": "class",
    "role": "role",
    "label": "label",
    "layer": "layer",
    "level": "rule-level",
    "subject_kind": "subject-kind",
    "unit_of_value": "unit",
}
_FORMATS = (
    ("minutes", "0.0"),
    ("metres", "#,##0"),
    ("km2", "#,##0.00"),
    ("population", "#,##0"),
    ("residents", "#,##0"),
    ("capacity", "#,##0"),
    ("deviation", "0.0%"),
    ("polsby", "0.000"),
    ("lon", "0.000000"),
    ("lat", "0.000000"),
)


def write_excel(plan: Plan, path: Path, *, lang: str) -> None:
    """
    Write the workbook.

    Parameters
    ----------
    plan
        A finished plan.
    path
        Where to.
    lang
        Language of sheet names, headers and words; names of places stay as given.

    Notes
    -----
    Sheets: summary, grids, centers, streets (subdistricts), groups, findings, units, sources.
    Numbers are numbers, empty where unknown; text is text, also where it begins with ``=``.
    """
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        names = Names.of(plan, lang)
        book.set_properties({"title": plain(names.district), "created": stamp})
        formats = _Formats(book)
        _summary_sheet(book, formats, plan, lang)
        sheets = {
            "grids": _grids(plan, lang),
            "centers": _centers(plan, lang),
            "subdistricts": subdistricts_table(plan).reset_index(),
            "groups": groups_table(plan, lang),
            "findings": _findings(plan, lang),
            "units": units_table(plan).reset_index(),
            "sources": sources_table(plan),
        }
        for name, table in sheets.items():
            _table_sheet(book, formats, say(f"outputs.sheet-{name}", lang), table, lang)


class _Formats:
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
        pattern = _pattern(column)
        if pattern not in self._numbers:
            made = self._book.add_format({"num_format": pattern, "valign": "top"})
            self._numbers[pattern] = made
        return self._numbers[pattern]


def _pattern(column: str) -> str:
    """How numbers in a column are shown."""
    return next((shown for part, shown in _FORMATS if part in column), "#,##0.##")


def _grids(plan: Plan, lang: str) -> pd.DataFrame:
    table = _one_language(grids_table(plan), lang).reset_index()
    first = ["grid", "name", "lead_name", "population", "deviation", "units", "centers"]
    return _ordered(table.drop(columns="lead", errors="ignore"), first)


def _centers(plan: Plan, lang: str) -> pd.DataFrame:
    table = _one_language(centers_table(plan), lang).reset_index()
    names = Names.of(plan, lang)
    manager = [names.centers.get(key, key) for key in table["regional_center"]]
    table["regional_center"] = manager
    first = ["center", "name", "status", "class", "subdistrict", "community", "grid"]
    return _ordered(table, [*first, "regional_center", "population"])


def _findings(plan: Plan, lang: str) -> pd.DataFrame:
    table = findings_table(plan)
    rows = table.to_dict(orient="records")
    end = "" if lang == "zh" else "_en"
    columns: dict[str, list[Any]] = {
        "result": [
            word("passed", row["passed"], lang) or word("passed", "open", lang) for row in rows
        ],
        "level": [row["level"] for row in rows],
        "title": [row.get(f"title_{lang}") or row["rule"] for row in rows],
        "subject": [row[f"subject_name{end}"] for row in rows],
        "value": [row["value"] for row in rows],
        "lower": [row["lower"] for row in rows],
        "upper": [row["upper"] for row in rows],
        "unit_of_value": [row["unit"] for row in rows],
        "clause": [row[f"clause{end}"] for row in rows],
        "source": [row[f"source_{lang}"] for row in rows],
        "section": [row["section"] for row in rows],
        "reading": [row.get(f"reading_{lang}") or "" for row in rows],
        "rule": [row["rule"] for row in rows],
    }
    return pd.DataFrame(columns, dtype=object)


def _one_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Keep the names of one language under the plain column name."""
    english = [key for key in table.columns if key.endswith("_en")]
    if lang == "en":
        table = table.assign(**{key.removesuffix("_en"): table[key] for key in english})
    return table.drop(columns=english)


def _ordered(table: pd.DataFrame, first: list[str]) -> pd.DataFrame:
    known = [key for key in first if key in table.columns]
    return table[[*known, *(key for key in table.columns if key not in known)]]


def _summary_sheet(book: xlsxwriter.Workbook, formats: _Formats, plan: Plan, lang: str) -> None:
    sheet = book.add_worksheet(say("outputs.sheet-summary", lang))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    names = Names.of(plan, lang)
    sheet.write_string(0, 0, plain(names.district), formats.title)
    scenario = plan.scenario.name_zh if lang == "zh" else plan.scenario.name_en
    rows = [
        ("", say("maps.working-map", lang)),
        (say("summary.scenario", lang), plain(scenario)),
        (say("summary.vintage", lang), plain(plan.district.vintage)),
        *((say(f"summary.{code}", lang), text) for code, text in key_figures(plan, lang)),
        *(
            (say(f"summary.certificate-{part}", lang), certificate_text(proof, lang))
            for part, proof in plan.certificates.items()
        ),
        *(
            (say("summary.failed", lang), plain(finding_text(row, lang)))
            for row in findings_table(plan).to_dict(orient="records")
            if row["passed"] is False
        ),
        *((say("summary.note", lang), plain(note.text(lang))) for note in plan.notes),
        *(
            (
                word("layer", row.layer, lang),
                f"{word('label', row.label, lang)}: {plain(row.source)}",
            )
            for row in sources_table(plan).itertuples()
        ),
    ]
    for at, (name, text) in enumerate(rows, start=1):
        sheet.write_string(at, 0, name, formats.bold)
        sheet.write_string(at, 1, text, formats.text)
    _heighten(sheet, {at: _lines(text, 90) for at, (_, text) in enumerate(rows, start=1)})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _table_sheet(
    book: xlsxwriter.Workbook, formats: _Formats, title: str, table: pd.DataFrame, lang: str
) -> None:
    sheet = book.add_worksheet(title)
    headers = [word("column", name, lang) for name in table.columns]
    lines: dict[int, int] = {}
    for column, (name, header) in enumerate(zip(table.columns, headers, strict=True)):
        entries = _said(table[name], name, lang)
        width = _width(header, entries, name)
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, header, formats.header)
        _write_column(sheet, column, entries, formats, name)
        for row, entry in enumerate([header, *entries]):
            if isinstance(entry, str):
                lines[row] = max(lines.get(row, 1), _lines(entry, width))
    _heighten(sheet, lines)
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
    formats: _Formats,
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


def _lines(text: str, width: float) -> int:
    """Lines a text takes in a column; words break early, so a little less fits than the width."""
    return max(1, math.ceil(text_width(text) / (width - 3)))


def _heighten(sheet: Any, lines: Mapping[int, int]) -> None:  # noqa: ANN401  # a Worksheet
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
        elif name in _WORDS:
            said.append(word(_WORDS[name], entry, lang))
        else:
            said.append(entry)
    return said


def _width(header: str, entries: list[Any], name: str) -> float:
    """Width that fits a column, in characters; Chinese ones count twice. Long headers wrap."""
    decimals = len(_pattern(name).rstrip("%").partition(".")[2])
    longest = 0
    for entry in entries:
        if isinstance(entry, str):
            longest = max(longest, text_width(entry))
        elif entry is not None:
            longest = max(longest, len(f"{entry:,.{decimals}f}"))
    most = WIDEST if name != "sha256" else 70
    return min(most, max(longest, min(text_width(header) + 2, 16)) + 3)
