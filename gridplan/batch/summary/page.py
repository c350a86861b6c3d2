"""The page of a batch: an overview, a map a scenario, and what fits on paper of every table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.batch.levels import CITY
from gridplan.batch.record import records_by_home
from gridplan.batch.roll_up import RollUp, states_of
from gridplan.batch.run import Batch
from gridplan.batch.summary.drawn import draw_shares
from gridplan.batch.summary.tables import scenario_names
from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, Picture, Report, table
from gridplan.outputs.style.fonts import face
from gridplan.outputs.words.columns import unit_name, unit_of
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.text.language import in_language

CODED = {
    "residents": "population",
    "grids": "grids-count",
    "groups": "groups-count",
    "title": "rule-title",
    "level": "level",
    "code": "adcode",
    "clause": "clause",
    "reason": "batch-reason",
    "became": "batch-state",
}
"""Columns whose words have another key than their name."""
MOST_ROWS = 200
"""As many rows as a page is read to; the workbook has them all."""
_OF_LEVELS = (
    *("name", "scenario", "districts", "planned", "residents", "nearest_percent"),
    *("must_failed", "districts_failing", "groups", "centers", "new_centers"),
    *("regional_centers", "served_elsewhere"),
)
_COLUMNS = {
    "district": tuple(name for name in _OF_LEVELS if name not in ("districts", "planned")),
    "city": _OF_LEVELS,
    "province": _OF_LEVELS,
    "cities": ("name", "scenario", "title", "grids", "lower", "verdict"),
    "parents": ("parent", "scenario", "title", "level", "verdict", "subjects", "met", "failing"),
    "tasks": ("name", "code", "became", "reason"),
}
"""Columns that fit on paper, by table; of the others all do."""
_WIDE = {"title": 3.0, "clause": 3.0, "failing": 3.0, "reason": 4.0, "name": 2.2, "parent": 1.6}


def page_of(
    rolled: RollUp,
    tables: Mapping[str, pd.DataFrame],
    shapes: gpd.GeoDataFrame,
    outlines: gpd.GeoDataFrame,
    batch: Batch,
    *,
    file: str,
    lang: str,
) -> Report:
    """
    Put the page together.

    Parameters
    ----------
    rolled
        All levels.
    tables
        The overview first, then those of :func:`gridplan.batch.summary.tables.tables_of`.
    shapes
        Outline and shares of each planned district, one a scenario, in EPSG:4326.
    outlines
        Of every level: :func:`gridplan.batch.summary.outlines.outlines_of`.
    batch
        What became of its tasks.
    file
        Name of the workbook, which has every row and column.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Report
    """
    states = states_of(batch.records)
    told = [f"{word('batch', state, lang)} {count}" for state, count in states.items() if count]
    parts: list[Part] = [
        Paragraph(say("batch.counted", lang, count=len(batch.records), states=told)),
    ]
    overview, *others = tables
    parts.append(_table(overview, tables[overview], lang))
    parts += _maps(rolled, shapes, outlines, batch, lang)
    parts.append(Paragraph(say("batch.how", lang)))
    parts.append(Paragraph(say("batch.columns", lang, file=file)))
    for name in others:
        entries = tables[name]
        parts.append(Heading(1, say(f"batch.sheet-{name}", lang)))
        if len(entries) > MOST_ROWS:
            rest = {"shown": MOST_ROWS, "count": len(entries), "file": file}
            parts.append(Paragraph(say("batch.first-rows", lang, **rest)))
        parts.append(_table(name, entries.head(MOST_ROWS), lang))
    warnings = () if face().chinese else (say("report.no-chinese-font", lang),)
    return Report(lang, say("batch.title", lang), (), tuple(parts), warnings)


def _maps(
    rolled: RollUp,
    shapes: gpd.GeoDataFrame,
    outlines: gpd.GeoDataFrame,
    batch: Batch,
    lang: str,
) -> list[Part]:
    look = face()
    told_of = records_by_home(batch.records)
    names = {one.code: in_language(asdict(one), "name", lang) or one.code for one in told_of}
    parts: list[Part] = []
    for scenario, called in scenario_names(rolled, lang).items():
        own = shapes[shapes["scenario"] == scenario]
        if len(own):
            caption = say("batch.map", lang, scenario=plain(called))
            cities = outlines[outlines["level"] == CITY]
            borders = cities[cities["scenario"] == scenario].geometry
            drawn = draw_shares(own, borders, names, look, lang)
            parts.append(Picture(caption, drawn, caption))
    return parts


def _table(name: str, entries: pd.DataFrame, lang: str) -> Part:
    shown = [key for key in _COLUMNS.get(name, tuple(entries)) if key in entries]
    entries = entries[shown]
    heads = [word("column", CODED.get(key, key), lang) for key in entries]
    numeric = [at for at, key in enumerate(entries) if _is_number(entries[key])]
    rows = [
        [_text(value, str(key)) for key, value in row.items()]
        for row in entries.to_dict(orient="records")
    ]
    widths = [_WIDE.get(str(key), 1.0) for key in entries]
    total = sum(widths)
    shares = [100 * width / total for width in widths]
    return table("", heads, rows, widths=shares, numeric=numeric)


def _is_number(column: pd.Series) -> bool:
    known = [value for value in column if not is_missing(value)]
    return bool(known) and all(isinstance(value, int | float | np.number) for value in known)


def _text(value: Any, column: str) -> str:  # noqa: ANN401  # a table's entry
    if is_missing(value):
        return "—"
    if isinstance(value, str):
        return plain(value)
    number = float(value)
    decimals = unit_of(column).shown if unit_name(column) else 2 * (not number.is_integer())
    return f"{number:,.{2 if decimals is None else decimals}f}"
