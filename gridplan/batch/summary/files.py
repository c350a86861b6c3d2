"""What a batch hands in: a workbook, a page with a map, and the levels as GeoParquet."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import pandas as pd
import xlsxwriter

from gridplan.batch.record import DONE, PLANS, Record, records_by_home
from gridplan.batch.roll_up import UNMET, RollUp, roll_up
from gridplan.batch.run import Batch
from gridplan.batch.store import read_store
from gridplan.batch.summary.outlines import outlines_of
from gridplan.batch.summary.overview import overview_of
from gridplan.batch.summary.page import CODED, page_of
from gridplan.batch.summary.tables import MAP, tables_of
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.files.sheet import Formats, table_sheet
from gridplan.outputs.report.formats.html import report_html
from gridplan.outputs.words.moment import moment
from gridplan.text import say

WORKBOOK, PAGE, LEVELS_FILE = "roll-up.xlsx", "roll-up.html", "roll-up.parquet"
FILES = (WORKBOOK, PAGE, LEVELS_FILE)


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
    tables = {"overview": overview_of(rolled, lang), **tables_of(rolled, lang)}
    shapes = _shapes(out, batch.records)
    content = _workbook(tables, batch.records, lang)
    write_whole(out / WORKBOOK, lambda fresh: fresh.write_bytes(content))
    outlines = outlines_of(shapes)
    page = page_of(rolled, tables, shapes, outlines, batch, file=WORKBOOK, lang=lang)
    text = report_html(page)
    write_whole(out / PAGE, lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n"))
    if not len(shapes):
        return (out / WORKBOOK, out / PAGE)
    levels = _levels(rolled, outlines)
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


def _levels(rolled: RollUp, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join each level's figures with the outline of what was planned of it."""
    rows = rolled.levels.reset_index().merge(outlines, "inner")
    table = gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)
    texts = ["scenario", "level", "code", "name_zh", "name_en", *UNMET]
    numbers = table.columns.difference([*texts, "geometry"])
    return table.astype({**dict.fromkeys(numbers, "float64"), **dict.fromkeys(UNMET, "string")})


def _workbook(tables: Mapping[str, pd.DataFrame], records: Sequence[Record], lang: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        book.set_properties({"title": say("batch.title", lang), "created": stamp})
        formats = Formats(book)
        for name, entries in tables.items():
            title = say(f"batch.sheet-{name}", lang)
            shown = entries.astype(object).where(entries.notna(), None)
            table_sheet(book, formats, title, shown, lang, coded=CODED)
            if MAP in entries:
                _link_maps(book.get_worksheet_by_name(title), entries, records)
    return made.getvalue()


def _link_maps(sheet: Any, entries: pd.DataFrame, records: Sequence[Record]) -> None:  # noqa: ANN401  # a Worksheet
    """Lead from each planned district to its map, which lies beside the workbook."""
    column = list(entries).index(MAP)
    for row, (text, record) in enumerate(zip(entries[MAP], records, strict=True), start=1):
        if text:
            place = quote(f"{PLANS}/{record.place}/{record.scenario}/map.html", safe="/+")
            # A formula: the library writes links to files as Windows alone reads them.
            sheet.write_formula(row, column, f'=HYPERLINK("{place}","{text}")', value=text)
