"""The files of a sweep: page, workbook with the curve, JSON, a scenario for every point."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridplan.outputs.comparing.tables import figure_label
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.files.sheet import Formats, table_sheet
from gridplan.outputs.report.formats.html import report_html
from gridplan.outputs.sweeps.chart import abscissa, curves, value_label
from gridplan.outputs.sweeps.page import sweep_report, sweep_title
from gridplan.outputs.sweeps.store import result_told, write_scenarios
from gridplan.outputs.sweeps.words import axis_label, plain_text
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.safe import plain
from gridplan.planning.comparing.figures import FIGURES
from gridplan.text import say
from gridplan.version import PROGRAM, VERSION

if TYPE_CHECKING:
    from gridplan.planning.sweeps.sweep import Swept

PAGE, BOOK, DATA = "sweep.html", "sweep.xlsx", "sweep.json"


def sweep_json(swept: Swept) -> str:
    """Give every point with its figures, proofs and whether it is on the front."""
    front = swept.table()["front"]
    content = {
        "district": swept.district.code,
        "points": [
            {**result_told(result), "front": bool(on)}
            for result, on in zip(swept.results, front, strict=True)
        ],
        "provenance": {"program": PROGRAM, "version": VERSION},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_sweep(swept: Swept, out: Path, *, lang: str) -> tuple[Path, ...]:
    """
    Write page, workbook, JSON and the scenario of every point.

    Parameters
    ----------
    swept
        The sweep.
    out
        Its folder.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    paths
        The three files and the folder of scenarios.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    page, data = report_html(sweep_report(swept, lang)), sweep_json(swept)
    made: dict[str, Callable[[Path], Any]] = {
        PAGE: lambda path: path.write_text(page, encoding="utf-8", newline="\n"),
        BOOK: lambda path: _workbook(swept, path, lang),
        DATA: lambda path: path.write_text(data, encoding="utf-8", newline="\n"),
    }
    for name, write in made.items():
        write_whole(out / name, write)
    scenarios = write_scenarios(out, swept.points)
    return (*(out / name for name in made), *(path.parent for path in scenarios[:1]))


def _workbook(swept: Swept, path: Path, lang: str) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        book.set_properties({"title": sweep_title(swept, lang), "created": stamp})
        formats = Formats(book)
        table_sheet(book, formats, say("sweeps.sheet-points", lang), _numbers(swept, lang), lang)
        if list(curves(swept)):
            _chart(book, formats, swept, lang)
    path.write_bytes(made.getvalue())


def _numbers(swept: Swept, lang: str) -> pd.DataFrame:
    """Give the table as numbers, with headers in words."""
    rows = swept.table()
    told: list[tuple[str, list[Any]]] = [(say("sweeps.point", lang), list(rows.index))]
    for key in swept.changed:
        values = [
            value if isinstance(value, (int, float)) else plain_text(key, value, lang)
            for value in rows[key].astype(object)
        ]
        told.append((axis_label(key, lang), values))
    states = [say(f"sweeps.state-{state}", lang) for state in rows["state"]]
    told.append((say("sweeps.state", lang), states))
    known = [code for code in FIGURES if code in rows and not rows[code].isna().all()]
    told += [(figure_label(code, lang), _rounded(rows[code], 4)) for code in known]
    for column in ("objective", "bound", "gap"):
        told.append((say(f"sweeps.column-{column}", lang), _rounded(rows[column], 6)))
    marks = [say("comparing.front-mark", lang) if on else "" for on in rows["front"]]
    told.append((say("comparing.figure-front", lang), marks))
    heads = dict.fromkeys(name for name, _ in told)  # a figure may be what is varied
    return pd.DataFrame({name: dict(told)[name] for name in heads}, dtype=object)


def _rounded(values: pd.Series, decimals: int) -> list[float | None]:
    return [None if is_missing(value) else round(float(value), decimals) for value in values]


def _chart(book: xlsxwriter.Workbook, formats: Formats, swept: Swept, lang: str) -> None:
    """Add a sheet with the curve as numbers and as a chart of the workbook's own."""
    along = str(abscissa(swept))
    name = say("sweeps.sheet-curve", lang)
    sheet = book.add_worksheet(name)
    chart = book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    heads = [axis_label(along, lang), value_label(swept, lang), say("sweeps.least", lang)]
    column = 0
    for same, part in curves(swept):
        told = " ".join(plain_text(key, value, lang) for key, value in same.items())
        for at, (head, key) in enumerate(zip(heads, (along, "value", "least"), strict=True)):
            sheet.write_string(0, column + at, plain(f"{head} {told}".strip()), formats.header)
            for row, value in enumerate(_rounded(part[key], 6), start=1):
                if value is not None:
                    sheet.write_number(row, column + at, value)
        for at, dash in ((1, "solid"), (2, "dash")):
            chart.add_series(
                {
                    "name": [name, 0, column + at],
                    "categories": [name, 1, column, len(part), column],
                    "values": [name, 1, column + at, len(part), column + at],
                    "line": {"dash_type": dash, "width": 1.5},
                }
            )
        column += 4
    chart.set_x_axis({"name": heads[0]})
    chart.set_y_axis({"name": heads[1]})
    chart.set_size({"width": 760, "height": 380})
    sheet.set_column(0, column, 18)
    sheet.insert_chart(2, column + 1, chart)
