"""What each grid is made of and how it is shaped: outline, boundary, 65+, communities, streets."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from gridplan.district.district import District
from gridplan.optimise.partition import measures

PARENTS = {"subdistrict": "subdistricts", "community": "communities"}
"""Level of the units and what the columns about it are called."""

EXTENT_COLUMNS = (
    "perimeter_km",
    "boundary_km",
    "polsby_popper",
    "reock",
    "percent_65",
    *(f"{name}{end}" for name in PARENTS.values() for end in ("", "_cut", "_cut_population")),
)
"""Columns of :func:`grid_extents`."""


def grid_extents(district: District, grid: pd.Series, shapes: gpd.GeoSeries) -> pd.DataFrame:
    """
    Measure each grid as a shape and as a set of communities and streets.

    Parameters
    ----------
    district
        Whose units are cut into grids; metric CRS.
    grid
        Index ``unit``: id of the grid.
    shapes
        Index ``grid``: outline of each grid, in the district's CRS.

    Returns
    -------
    table
        Index ``grid``, columns :data:`EXTENT_COLUMNS`. ``perimeter_km``, the whole outline, holes
        included; ``boundary_km``, what of it is shared with other grids; ``polsby_popper``, the
        area over that of a circle with the same perimeter (Polsby & Popper 1991); ``reock``, over
        that of the smallest circle around it (Reock 1961); ``percent_65``, residents aged 65 and
        over, NaN where some are unknown. Of streets and of communities: their names, sorted, with
        a comma between; how many of them are divided between grids; and residents of this grid who
        live in those. None where the units do not name them.
    """
    area, outline = shapes.area.to_numpy(), shapes.length.to_numpy()
    radius = shapely.minimum_bounding_radius(shapes.to_numpy())
    codes = shapes.index.get_indexer(grid.loc[district.units.index])
    edges = sparse.coo_array(district.adjacency)
    parted = codes[edges.row] != codes[edges.col]
    shared = np.bincount(codes[edges.row[parted]], edges.data[parted], minlength=len(shapes))
    people = district.units["population"].to_numpy(dtype=float)
    old = pd.to_numeric(district.units["population_65"]).to_numpy(dtype=float)
    total = measures.loads(codes, people, len(shapes))
    with np.errstate(divide="ignore", invalid="ignore"):
        elderly = 100.0 * measures.loads(codes, old, len(shapes)) / total
    table = pd.DataFrame(
        {
            "perimeter_km": outline / 1000.0,
            "boundary_km": shared / 1000.0,
            "polsby_popper": measures.polsby_popper(area, outline),
            "reock": area / (np.pi * radius**2),
            "percent_65": np.where(total > 0, elderly, np.nan),
        },
        index=shapes.index,
    )
    for level, name in PARENTS.items():
        held = held_residents(district.units[level], pd.Series(codes, grid.index), people)
        counts = _parents(held, len(shapes))
        for end, values in zip(("", "_cut", "_cut_population"), counts, strict=True):
            table[f"{name}{end}"] = values
    return table


def held_residents(parent: pd.Series, grid: pd.Series, people: np.ndarray) -> pd.DataFrame:
    """
    Count the residents of each community or street in each grid.

    Parameters
    ----------
    parent
        Index ``unit``: its community or street; missing where unknown.
    grid
        Index ``unit``: its grid.
    people
        ``(n,)`` residents of the units.

    Returns
    -------
    table
        ``parent``, ``grid``, ``residents``: one row for each part in which someone lives. A parent
        in which nobody lives has a row for each grid that holds units of it.
    """
    known = parent.notna().to_numpy()
    rows = pd.DataFrame(
        {"parent": parent[known].astype(str), "grid": grid[known], "residents": people[known]}
    )
    held = rows.groupby(["parent", "grid"], as_index=False, sort=True)["residents"].sum()
    peopled = held.groupby("parent")["residents"].transform("sum") > 0
    return held[(held["residents"] > 0) | ~peopled].reset_index(drop=True)


def _parents(held: pd.DataFrame, grids: int) -> tuple[list[str | None], list[object], list[object]]:
    """Name the parents of each grid, how many are divided, and this grid's residents in those."""
    if held.empty:
        return [None] * grids, [None] * grids, [None] * grids
    divided = held.groupby("parent")["grid"].transform("size") > 1
    own = [held[held["grid"] == grid] for grid in range(grids)]
    cut = [rows[divided[rows.index]] for rows in own]
    return (
        [", ".join(rows["parent"]) for rows in own],
        [len(rows) for rows in cut],
        [float(rows["residents"].sum()) for rows in cut],
    )
