"""What a reader must know of a figure, found anew: rows that lack or are not real."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from gridplan.audit.derived.figures import Facts, Figure
from gridplan.district.district import INDEXES
from gridplan.errors import SHOWN, Problem


def caveats_of(facts: Facts, figure: Figure, kind: str, subject: str) -> list[Problem]:
    """
    List what must be known of the figure of one subject.

    Parameters
    ----------
    facts
        What is counted from.
    figure
        Its needs, what it reads and what it tells of itself.
    kind, subject
        Of the finding.
    """
    told = []
    for need in figure.needs:
        layer, _, column = need.partition(".")
        if layer in INDEXES and column:
            told += _empty(facts, layer, column, _rows(facts, layer, kind, subject))
    abouts: dict[str, set[str]] = {}
    for read in (*figure.needs, *figure.reads):
        layer, _, about = read.partition(".")
        if layer in INDEXES:
            abouts.setdefault(layer, {"row"}).add(about)
    for layer, some in abouts.items():
        if facts.doubts.get(layer):
            told += _doubtful(facts, layer, some, _rows(facts, layer, kind, subject))
    return told + (figure.tells(facts, subject) if figure.tells else [])


def _empty(facts: Facts, layer: str, column: str, rows: pd.DataFrame) -> list[Problem]:
    """Name the rows with an empty cell, unless the whole layer lacks the column."""
    if column not in rows:
        return []
    empty = [key for key, entry in rows[column].items() if pd.isna(entry)]
    if not empty or len(empty) == len(getattr(facts.district, layer)):
        return []
    values = {"layer": layer, "column": column, "of": len(rows), **_named(rows, empty)}
    return [Problem("rows-lack", values)]


def _doubtful(facts: Facts, layer: str, abouts: set[str], rows: pd.DataFrame) -> list[Problem]:
    """Name the rows whose label falls short of the layer's own, label by label."""
    some: dict[tuple[str, str], list[object]] = {}
    for row, about, label in facts.doubts[layer]:
        if about in abouts and row in rows.index:
            some.setdefault((about, label), []).append(row)
    return [
        Problem(
            "rows-labelled",
            {"layer": layer, "about": about, "label": said, "of": len(rows), **_named(rows, keys)},
        )
        for (about, said), keys in some.items()
    ]


def _rows(facts: Facts, layer: str, kind: str, subject: str) -> pd.DataFrame:
    """Give the rows of a layer from which the figure of a subject is counted."""
    rows = pd.DataFrame(getattr(facts.district, layer))
    if layer == "centers":
        rows = rows[rows.index.isin(facts.layout.centers.index)]
    if kind in ("grid", "group"):
        keys = _of_grid(facts, layer, kind, subject)
        return rows if keys is None else rows[rows.index.isin(list(keys))]
    if kind == "center" and layer == "centers":
        return rows[rows.index == subject]
    if kind == "subdistrict" and layer in ("units", "centers"):
        units = facts.district.units.index[facts.labels("subdistrict") == subject]
        places = rows.index if layer == "units" else rows["unit"]
        return rows[places.isin(units)]
    return rows


def _of_grid(facts: Facts, layer: str, kind: str, grid: str) -> set[object] | None:
    """Give the ids of a layer in a grid, or in its group; None where the layer has no grids."""
    if kind == "group" and layer == "hospitals":
        every = [group for group in facts.layout.groups if group.grid == grid]
        return {key for group in every for key in (group.lead, *group.members)}
    table = getattr(facts.layout, layer, None)
    if table is None or "grid" not in table:
        return None
    return set(table.index[(table["grid"] == grid).to_numpy()])


def _named(rows: pd.DataFrame, keys: Iterable[object]) -> dict[str, object]:
    """Name the first few rows in both languages, and count them."""
    every = list(keys)
    names = [_name(rows, key, ("name",)) for key in every[:SHOWN]]
    english = [_name(rows, key, ("name_en", "name")) for key in every[:SHOWN]]
    told: dict[str, object] = {"rows": names, "count": len(every)}
    return told if names == english else {**told, "rows_en": english}


def _name(rows: pd.DataFrame, key: object, columns: tuple[str, ...]) -> str:
    for column in columns:
        given = rows[column][key] if column in rows else None
        if not pd.isna(given) and given:
            return str(given)
    return str(key)
