"""``phases.xlsx``: the phases, a chart of them, and every new center."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter

from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.files.sheet import Formats, table_sheet
from gridplan.outputs.phases.tables import openings_table, phases_table
from gridplan.outputs.tables.tables import rounded_table
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.names import Names, word
from gridplan.outputs.words.safe import plain
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.phases.phasing import Phased


def write_phases_excel(phased: Phased, path: Path, *, lang: str) -> None:
    """
    Write the workbook.

    Parameters
    ----------
    phased
        The phases.
    path
        Where to.
    lang
        Of sheet names and headers.

    Notes
    -----
    Numbers are numbers, text is text; the chart shows the shares within the walk and the number of
    centers by year.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        title = plain(Names.of(phased.today, lang).district)
        book.set_properties({"title": title, "created": stamp})
        formats = Formats(book)
        table = rounded_table(phases_table(phased)).reset_index()
        years = [str(year) if year else say("phases.today", lang) for year in table["year"]]
        table["year"] = years
        name = say("phases.sheet-phases", lang)
        table_sheet(book, formats, name, table, lang)
        openings = rounded_table(openings_table(phased, lang)).reset_index()
        openings["year"] = openings["year"].astype(str)
        table_sheet(book, formats, say("phases.sheet-openings", lang), openings, lang)
        sheet = book.get_worksheet_by_name(name)
        sheet.insert_chart(len(table) + 2, 0, _chart(book, name, table, lang))
    path.write_bytes(made.getvalue())


def _chart(
    book: xlsxwriter.Workbook, sheet: str, table: pd.DataFrame, lang: str
) -> xlsxwriter.workbook.Chart:
    """Draw the number of centers as columns and the shares as lines, by year."""
    rows = len(table)

    def series(column: str) -> dict[str, object]:
        at = table.columns.get_loc(column)
        return {
            "name": word("column", column, lang),
            "categories": [sheet, 1, 0, rows, 0],
            "values": [sheet, 1, at, rows, at],
        }

    columns = book.add_chart({"type": "column"})
    columns.add_series(series("centers"))
    lines = book.add_chart({"type": "line"})
    for column in ("nearest_percent", "assigned_percent"):
        lines.add_series({**series(column), "y2_axis": True, "marker": {"type": "circle"}})
    columns.combine(lines)
    columns.set_y_axis({"name": word("column", "centers", lang), "min": 0})
    lines.set_y2_axis({"name": "%"})
    columns.set_size({"width": 720, "height": 320})
    return columns
