"""What a batch hands in: a workbook, a page with a map, and the levels as GeoParquet."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import xlsxwriter

from gridplan.batch.drawn import draw_shares
from gridplan.batch.levels import CITY, DISTRICT, PROVINCE, parent_of
from gridplan.batch.record import DONE, Record, records_by_home
from gridplan.batch.roll_up import RollUp, roll_up, states_of
from gridplan.batch.run import Batch
from gridplan.batch.store import read_store
from gridplan.batch.tables import tables_of
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.files.sheet import Formats, table_sheet
from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, Picture, Report, table
from gridplan.outputs.report.formats.html import report_html
from gridplan.outputs.style.fonts import face
from gridplan.outputs.words.columns import unit_name, unit_of
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.text.language import in_language

WORKBOOK, PAGE, LEVELS_FILE = "roll-up.xlsx", "roll-up.html", "roll-up.parquet"
FILES = (WORKBOOK, PAGE, LEVELS_FILE)
# As many rows as a page is read to; the workbook has them all.
_MOST_ROWS = 200


def write_roll_up(batch: Batch, out: Path, *, lang: str) -> tuple[Path, ...]:
    """
    Write what the levels above the districts come to.

    Parameters
    ----------
    batch
        What became of its tasks.
    out
        Its folder.
    lang
        Of the workbook and the page.

    Returns
    -------
    files
        :data:`FILES`; without :data:`LEVELS_FILE` where nothing was planned.
    """
    rolled = roll_up(batch.records)
    tables = tables_of(rolled, lang)
    shapes = _shapes(out, batch.records)
    content = _workbook(tables, lang)
    write_whole(out / WORKBOOK, lambda fresh: fresh.write_bytes(content))
    text = report_html(_page(tables, shapes, batch, lang))
    write_whole(out / PAGE, lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n"))
    if not len(shapes):
        return (out / WORKBOOK, out / PAGE)
    levels = _levels(rolled, shapes)
    write_whole(out / LEVELS_FILE, levels.to_parquet)
    return tuple(out / name for name in FILES)


def _shapes(out: Path, records: tuple[Record, ...]) -> gpd.GeoDataFrame:
    """Read the outline of each planned district, one a scenario."""
    planned = {one.code for one in records_by_home(records) if one.state == DONE}
    if not planned:
        return gpd.GeoDataFrame({"adcode": [], "scenario": []}, geometry=[], crs=4326)
    known = [read_store(out, "districts", adcode=code) for code in sorted(planned)]
    table = gpd.GeoDataFrame(pd.concat(known, ignore_index=True), crs=4326)
    scenarios = {record.scenario for record in records}
    return table[table["scenario"].isin(scenarios) & table["adcode"].isin(planned)]


def _levels(rolled: RollUp, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join each level's figures with the outline of what was planned of it."""
    made = []
    for level in (DISTRICT, CITY, PROVINCE):
        codes = [parent_of(code, level) for code in shapes["adcode"]]
        outlines = shapes[["scenario", "geometry"]].assign(code=codes)
        outlines = outlines[outlines["code"] != ""].dissolve(["scenario", "code"])
        rows = rolled.levels.xs(level, level="level").reset_index()
        made.append(rows.assign(level=level).merge(outlines.reset_index(), "inner"))
    table = gpd.GeoDataFrame(pd.concat(made, ignore_index=True), geometry="geometry", crs=4326)
    numbers = table.columns.difference(
        ["scenario", "level", "code", "name_zh", "name_en", "geometry"]
    )
    return table.astype(dict.fromkeys(numbers, "float64"))


def _workbook(tables: Mapping[str, pd.DataFrame], lang: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        book.set_properties({"title": say("batch.title", lang), "created": stamp})
        formats = Formats(book)
        for name, entries in tables.items():
            shown = entries.astype(object).where(entries.notna(), None)
            table_sheet(book, formats, say(f"batch.sheet-{name}", lang), shown, lang, coded=CODED)
    return made.getvalue()


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


def _page(
    tables: Mapping[str, pd.DataFrame],
    shapes: gpd.GeoDataFrame,
    batch: Batch,
    lang: str,
) -> Report:
    states = states_of(batch.records)
    told = [f"{word('batch', state, lang)} {count}" for state, count in states.items() if count]
    parts: list[Part] = [
        Paragraph(say("batch.counted", lang, count=len(batch.records), states=told)),
        Paragraph(say("batch.how", lang)),
    ]
    look = face()
    told_of = records_by_home(batch.records)
    names = {one.code: in_language(asdict(one), "name", lang) or one.code for one in told_of}
    for scenario in sorted({record.scenario for record in batch.records}):
        own = shapes[shapes["scenario"] == scenario]
        if len(own):
            caption = say("batch.map", lang, scenario=plain(scenario))
            parts.append(Picture(caption, draw_shares(own, names, look, lang), caption))
    for name, entries in tables.items():
        parts.append(Heading(1, say(f"batch.sheet-{name}", lang)))
        if len(entries) > _MOST_ROWS:
            rest = {"shown": _MOST_ROWS, "count": len(entries), "file": WORKBOOK}
            parts.append(Paragraph(say("batch.first-rows", lang, **rest)))
        parts.append(_table(name, entries.head(_MOST_ROWS), lang))
    warnings = () if look.chinese else (say("report.no-chinese-font", lang),)
    return Report(lang, say("batch.title", lang), (), tuple(parts), warnings)


def _table(name: str, entries: pd.DataFrame, lang: str) -> Part:
    heads = [word("column", CODED.get(key, key), lang) for key in entries]
    numeric = [at for at, key in enumerate(entries) if _is_number(entries[key])]
    rows = [
        [_text(value, str(key)) for key, value in row.items()]
        for row in entries.to_dict(orient="records")
    ]
    widths = [3.0 if key in ("title", "clause", "failing", "reason") else 1.0 for key in entries]
    total = sum(widths)
    shares = [100 * width / total for width in widths]
    return table(say(f"batch.sheet-{name}", lang), heads, rows, widths=shares, numeric=numeric)


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
