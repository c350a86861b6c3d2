"""The travel matrices of a plan as tables of its GeoPackage: ways to the places that are in it.

A row a place that ways begin at, a column a place that they end at; which columns stand for which
places is told in ``plan.json``, where no two names can run into one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.matrix import MATRICES, Ends, TravelMatrix, matrix_of
from gridplan.travel.matrix_ways import MatrixWays

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

WIDEST = 1_500
"""Columns of one table; SQLite allows 2,000."""

_FROM = {"walk_matrix": ("centers", "stations"), "drive_matrix": ()}
_TO = {
    "walk_matrix": ("centers", "stations", "outside_centers", "hospitals"),
    "drive_matrix": ("hospitals",),
}


def matrix_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Give the tables of the plan's matrices by name; several where one would be too wide."""
    tables = {}
    for name in MATRICES:
        found = _resolved(plan, name)
        if found is None:
            continue
        starts, ends, cost = found
        for block in range(0, max(1, len(ends)), WIDEST):
            part = range(block, min(block + WIDEST, len(ends)))
            known = np.where(np.isfinite(cost), cost, np.nan)
            columns = {f"t{at}": known[:, at] for at in part}
            table = pd.DataFrame({"place": pd.Series(starts, dtype=object), **columns})
            tables[_table_name(name, block // WIDEST)] = table
    return tables


def matrices_told(plan: Plan) -> dict[str, Any]:
    """Tell of each matrix its measure, how far it reaches, and what its columns stand for."""
    told = {}
    for name in MATRICES:
        matrix, found = getattr(plan.district, name), _ends(plan, name)
        if matrix is not None:
            told[name] = {
                "measure": matrix.measure,
                "beyond": matrix.beyond,
                "to": [f"{layer}:{key}" for layer, key, _ in found],
            }
    return told


def matrix_read(
    told: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    name: str,
    places: Mapping[str, gpd.GeoDataFrame],
) -> TravelMatrix | None:
    """
    Read a matrix back.

    Parameters
    ----------
    told
        What :func:`matrices_told` gave.
    tables
        What :func:`matrix_tables` gave, among others.
    name
        One of :data:`gridplan.district.matrix.MATRICES`.
    places
        Layers by name, in metres, every row the matrix may name among them.
    """
    entry = told.get(name)
    parts: list[pd.DataFrame] = []
    while entry and _table_name(name, len(parts)) in tables:
        parts.append(tables[_table_name(name, len(parts))])
    if not entry or not parts:
        return None
    cost = np.column_stack(
        [part.drop(columns="place").to_numpy(dtype=float).reshape(len(part), -1) for part in parts]
    )
    row, column = np.nonzero(np.isfinite(cost))
    return matrix_of(
        _named([str(label) for label in parts[0]["place"]], places),
        _named(entry["to"], places),
        (row, column, cost[row, column]),
        measure=entry["measure"],
        beyond=entry["beyond"],
    )


def _table_name(name: str, block: int) -> str:
    return f"{name}_{block + 1}" if block else name


def _named(labels: list[str], places: Mapping[str, gpd.GeoDataFrame]) -> Ends:
    parted = [label.partition(":") for label in labels]
    layer = np.array([part[0] for part in parted], dtype=object)
    key = np.array([part[2] for part in parted], dtype=object)
    xy = np.full((len(labels), 2), np.nan)
    for name in dict.fromkeys(layer):
        mine = np.flatnonzero(layer == name)
        points = places[name].geometry.centroid.loc[list(key[mine])]
        xy[mine] = np.column_stack([points.x, points.y])
    return Ends(layer, key, xy)


def _frames(plan: Plan) -> dict[str, gpd.GeoDataFrame]:
    return {
        "centers": plan.layout.centers,
        "stations": plan.layout.stations,
        "outside_centers": plan.district.outside_centers,
        "hospitals": plan.layout.hospitals,
    }


def _ends(plan: Plan, name: str) -> list[tuple[str, str, int]]:
    """List the places of the plan that a matrix reaches: layer, id, target."""
    matrix, frames = getattr(plan.district, name), _frames(plan)
    if matrix is None:
        return []
    ways = MatrixWays(matrix, plan.district)
    found = []
    for layer in _TO[name]:
        if len(frames[layer]):
            columns = ways.columns(_xy(frames[layer]))
            keys = zip(frames[layer].index, columns, strict=True)
            found += [(layer, str(key), int(at)) for key, at in keys if at >= 0]
    return found


def _resolved(plan: Plan, name: str) -> tuple[list[str], list[str], np.ndarray] | None:
    """Give the places ways begin and end at, and the cost of each way; infinite if not known."""
    matrix, frames = getattr(plan.district, name), _frames(plan)
    if matrix is None:
        return None
    ways, ends = MatrixWays(matrix, plan.district), _ends(plan, name)
    columns = np.array([at for _, _, at in ends], dtype=np.int64)
    units = plan.district.units.index
    parts = [ways.from_units(np.arange(len(units)), columns)]
    starts = [f"units:{unit}" for unit in units]
    for layer in _FROM[name]:
        if len(frames[layer]):
            parts.append(ways.from_places(_xy(frames[layer]), columns))
            starts += [f"{layer}:{key}" for key in frames[layer].index]
    return starts, [f"{layer}:{key}" for layer, key, _ in ends], np.concatenate(parts)


def _xy(frame: gpd.GeoDataFrame) -> np.ndarray:
    points = frame.geometry.centroid
    return np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
