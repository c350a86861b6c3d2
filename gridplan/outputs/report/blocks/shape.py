"""The report's tables on each grid as a shape, and what it is made of."""

from __future__ import annotations

from typing import Any

from gridplan.outputs.report.blocks.parts import Part, table
from gridplan.outputs.tables.grid_parts import parents_told
from gridplan.outputs.tables.tables import grids_table
from gridplan.outputs.words.columns import unit_of
from gridplan.outputs.words.names import figure, grid_word, is_missing, word
from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.extents import PARENTS
from gridplan.text import say

_SHAPE = ("perimeter_km", "boundary_km", "polsby_popper", "reock", "beds_per_1000", "percent_65")


def shape_parts(telling: Telling) -> list[Part]:
    """Give the report's two tables: each grid as a shape, and what it is made of."""
    lang = telling.lang
    rows = grids_table(telling.plan).reset_index().to_dict(orient="records")
    shape = [
        [
            grid_word(row["grid"], lang),
            *(_number(row, key) for key in _SHAPE),
            *(_cut(row, name, lang) for name in PARENTS.values()),
        ]
        for row in rows
    ]
    heads = [telling.say("summary.head-grid"), *(word("column", key, lang) for key in _SHAPE)]
    heads += [telling.fitting(f"report.head-{name}-cut") for name in PARENTS.values()]
    made: list[Part] = [
        table(
            telling.say("report.table-shape"),
            heads,
            shape,
            widths=(8, 10, 10, 12, 10, 10, 10, 15, 15),
            numeric=(1, 2, 3, 4, 5, 6),
        )
    ]
    told = parents_told(telling)
    if told:
        known = [grid_word(row["grid"], lang) for row in rows]
        cells = [
            [name, *(own.get(str(row["grid"]), "—") for own in told.values())]
            for name, row in zip(known, rows, strict=True)
        ]
        heads = [telling.say("summary.head-grid")]
        heads += [telling.fitting(f"report.head-{PARENTS[level]}") for level in told]
        widths = (10, *([90 / len(told)] * len(told)))
        caption = telling.fitting("report.table-parts")
        made.append(table(caption, heads, cells, widths=widths))
    return made


def _number(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if is_missing(value):
        return "—"
    return f"{value:,.{unit_of(key).shown}f}"


def _cut(row: dict[str, Any], name: str, lang: str) -> str:
    """Say how many are cut and how many of the grid's residents live in those."""
    count, residents = row.get(f"{name}_cut"), row.get(f"{name}_cut_population")
    if is_missing(count):
        return "—"
    shown = figure(residents, "persons", lang)
    return say("outputs.cut-of-grid", lang, count=count, residents=shown) if count else "0"
