"""A comparison as one page that opens without internet, and the same for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.comparing.maps import synced_maps
from gridplan.outputs.comparing.tables import (
    MOST_PAIRS,
    centers_rows,
    communities_rows,
    difference_lines,
    figure_label,
    figures_table,
    findings_rows,
    front_names,
    plan_titles,
)
from gridplan.outputs.drawing.offline import standalone_html
from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, Report, Table, table
from gridplan.outputs.report.formats.html import report_html
from gridplan.outputs.tables.summary import label_banner
from gridplan.outputs.words.names import Names, figure, is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.text_table import text_table
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.comparing.comparison import Compared

MOST_COMMUNITIES = 40
"""Rows of communities on the page; the workbook has all."""


def comparison_html(compared: Compared, lang: str) -> str:
    """
    Give the page: figures, what differs from the first plan, maps that move together.

    Parameters
    ----------
    compared
        The plans.
    lang
        ``zh`` or ``en``.
    """
    maps = standalone_html(synced_maps(compared, lang))
    return report_html(comparison_report(compared, lang), framed=maps)


def comparison_title(compared: Compared, lang: str) -> str:
    """Say what is compared."""
    district = plain(Names.of(compared.plans[0], lang).district)
    return say("comparing.title", lang, district=district)


def opening_lines(compared: Compared, lang: str) -> list[str]:
    """Say how to read the table and which plans no other beats."""
    titles = plan_titles(compared, lang)
    known = [code for code in compared.measures if not compared.figures[code].isna().all()]
    measures = [figure_label(code, lang) for code in known]
    front = front_names(compared, lang)
    return [
        say("comparing.first", lang, name=titles[0]),
        say("comparing.front", lang, measures=measures, names=front),
    ]


def comparison_report(compared: Compared, lang: str) -> Report:
    """Put the tables of the page together."""
    titles = plan_titles(compared, lang)
    figures = figures_table(compared, lang).reset_index()
    parts: list[Part] = [
        *(Paragraph(line) for line in opening_lines(compared, lang)),
        Paragraph(label_banner(Telling(compared.plans[0], lang))),
        _table(say("comparing.figures", lang), figures, first=32.0),
    ]
    for at, title in enumerate(titles[1:]):
        parts.append(Heading(1, say("comparing.against", lang, name=title, first=titles[0])))
        parts += _difference(compared, at, lang)
    parts.append(Heading(1, say("comparing.maps", lang)))
    return Report(lang=lang, title=comparison_title(compared, lang), lines=(), parts=tuple(parts))


def _difference(compared: Compared, at: int, lang: str) -> list[Part]:
    parts: list[Part] = [Paragraph(line) for line in difference_lines(compared, at, lang)]
    findings = findings_rows(compared, at, lang)
    if len(findings):
        caption = say("comparing.findings-title", lang, count=len(findings))
        parts.append(_table(caption, _said(findings, lang)))
    centers = centers_rows(compared, at, lang)
    if len(centers):
        caption = say("comparing.centers-title", lang, count=len(centers))
        parts.append(_table(caption, _said(centers, lang)))
    communities = communities_rows(compared, at, lang, most=MOST_PAIRS)
    if len(communities):
        caption = say("comparing.communities", lang, count=len(communities))
        shown = _said(communities.head(MOST_COMMUNITIES), lang)
        parts.append(_table(caption, shown))
        if len(communities) > MOST_COMMUNITIES:
            parts.append(Paragraph(say("comparing.communities-cut", lang, count=MOST_COMMUNITIES)))
    return parts


_PEOPLE = ("grid_residents", "center_residents", "population")


def _said(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Say numbers, codes and headers in words."""
    told = rows.copy()
    for name in told.columns:
        if name in _PEOPLE:
            told[name] = [f"{value:,.0f}" for value in told[name]]
        elif name == "level":
            told[name] = [word("rule-level", code, lang) for code in told[name]]
        else:
            told[name] = ["\u2014" if is_missing(v) or v == "" else str(v) for v in told[name]]
    return told.rename(columns={name: word("column", name, lang) for name in told.columns})


def _table(caption: str, rows: pd.DataFrame, *, first: float = 0.0) -> Table:
    header = [str(name) for name in rows.columns]
    share = (100.0 - first) / max(len(header) - bool(first), 1)
    widths = [first, *[share] * (len(header) - 1)] if first else [share] * len(header)
    return table(caption, header, rows.astype(str).to_numpy().tolist(), widths=widths)


def comparison_told(compared: Compared, lang: str) -> str:
    """Say the comparison for a terminal: the table, then each difference in sentences."""
    titles = plan_titles(compared, lang)
    figures = figures_table(compared, lang).reset_index()
    cells = [[str(name) for name in figures.columns], *figures.astype(str).to_numpy().tolist()]
    short = [[cell if len(cell) < 44 else f"{cell[:42]}\u2026" for cell in row] for row in cells]
    lines = [comparison_title(compared, lang), "", *text_table(short, header=True), ""]
    lines += opening_lines(compared, lang)
    for at, title in enumerate(titles[1:]):
        lines += ["", say("comparing.against", lang, name=title, first=titles[0])]
        lines += [f"  {line}" for line in difference_lines(compared, at, lang)]
        most = compared.differences[at].communities.head(5)
        first = Names.of(compared.plans[0], lang)
        for row in most.to_dict(orient="records"):
            street = first.subdistricts.get(row["subdistrict"], row["subdistrict"])
            counts = [
                f"{say(f'comparing.change-{what}', lang)} "
                f"{figure(row[f'{what}_residents'], 'persons', lang)}"
                for what in ("grid", "center")
            ]
            place = " ".join(plain(one) for one in (street, row["community"]) if one)
            lines.append(f"    {place}  {'  '.join(counts)}")
    return "\n".join(lines)
