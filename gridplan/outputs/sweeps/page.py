"""A sweep in words: table, page, lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.comparing.tables import figure_label
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Picture, Report, table
from gridplan.outputs.style.fonts import face
from gridplan.outputs.sweeps.chart import sweep_chart, value_label
from gridplan.outputs.sweeps.words import axis_label, plain_text
from gridplan.outputs.words.names import figure, is_missing
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_table
from gridplan.planning.comparing.figures import FIGURES
from gridplan.planning.comparing.front import USUAL
from gridplan.planning.sweeps.sweep import IMPOSSIBLE, NOT_FOUND, PLANNED, WRONG
from gridplan.text import say
from gridplan.text.language import in_language

if TYPE_CHECKING:
    from gridplan.planning.sweeps.sweep import Result, Swept

SHOWN = ("centers-new", "near", "walk", "drive", "imbalance", "must", "should")
"""Figures on the page; the workbook has all."""
MOST_NAMES = 12


def sweep_title(swept: Swept, lang: str) -> str:
    """Say what was swept."""
    return say("sweeps.title", lang, district=plain(in_language(swept.district, "name", lang)))


def sweep_lines(swept: Swept, lang: str) -> list[str]:
    """Say how many points there are, what became of them and which no other beats."""
    rows = swept.table()
    counts = rows["state"].value_counts()
    planned = int(counts.get(PLANNED, 0))
    lines = [say("sweeps.counted", lang, points=len(rows), planned=planned)]
    for state in (IMPOSSIBLE, NOT_FOUND, WRONG):
        if counts.get(state, 0):
            names = list(rows.index[rows["state"] == state])
            shown = names[:MOST_NAMES] + ["\u2026"] * (len(names) > MOST_NAMES)
            lines.append(say(f"sweeps.{state}", lang, count=len(names), names=shown))
    if rows["front"].any():
        known = [code for code in USUAL if not rows[code].isna().all()]
        measures = [figure_label(code, lang) for code in known]
        lines.append(say("sweeps.front", lang, measures=measures))
    return lines


def sweep_cells(swept: Swept, lang: str) -> tuple[list[str], list[list[str]]]:
    """Give header and rows of the table, as text."""
    rows = swept.table()
    figures = [code for code in SHOWN if not rows[code].isna().all()]
    header = [
        *(axis_label(key, lang) for key in swept.changed),
        *(figure_label(code, lang) for code in figures),
        say("sweeps.proof", lang),
    ]
    cells = []
    for result, (_, row) in zip(swept.results, rows.iterrows(), strict=True):
        told = [plain_text(key, result.changes.get(key), lang) for key in swept.changed]
        told += [figure(row[code], FIGURES[code].unit, lang) for code in figures]
        cells.append([*told, _proof(result, row, lang)])
    return header, cells


def _proof(result: Result, row: pd.Series, lang: str) -> str:
    if result.state != PLANNED:
        return say(f"sweeps.state-{result.state}", lang)
    if row["proven"]:
        return say("sweeps.proven", lang)
    if is_missing(row["gap"]):
        return "\u2014"
    return say("sweeps.gap", lang, gap=f"{row['gap']:.2f}")


def sweep_report(swept: Swept, lang: str) -> Report:
    """Put the page together."""
    look = face()
    header, cells = sweep_cells(swept, lang)
    parts: list[Part] = [Paragraph(line) for line in sweep_lines(swept, lang)]
    picture = sweep_chart(swept, lang, look)
    if picture:
        caption = say("sweeps.chart", lang, value=value_label(swept, lang))
        parts += [Picture(caption, picture, caption), Paragraph(say("sweeps.chart-note", lang))]
    front = [at for at, on in enumerate(swept.table()["front"]) if on]
    widths = [100 / len(header)] * len(header)
    caption = say("sweeps.table", lang)
    parts.append(table(caption, header, cells, widths=widths, marked=front, tone="leading"))
    parts.append(Paragraph(say("sweeps.adopt", lang)))
    warnings = () if look.chinese else (say("report.no-chinese-font", lang),)
    return Report(lang, sweep_title(swept, lang), (), tuple(parts), warnings=warnings)


def sweep_told(swept: Swept, lang: str) -> str:
    """Say the same for a terminal."""
    header, cells = sweep_cells(swept, lang)
    front = list(swept.table()["front"])
    marked = [["*" if on else "", *row] for on, row in zip(front, cells, strict=True)]
    lines = [sweep_title(swept, lang), "", *text_table([["", *header], *marked], header=True), ""]
    return "\n".join([*lines, *sweep_lines(swept, lang), say("sweeps.adopt", lang)])
