"""Rows of a scenario read again: the units, hospitals and amounts that each of them names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.district.district import District

Row: TypeAlias = Mapping[str, Any]
"""One table of a list of the scenario."""

LAYERS = ("units", "hospitals", "centers")
AFTERCARE = ("rehabilitation", "nursing")


def parts_of(district: District, row: Row) -> list[np.ndarray]:
    """
    Find the units of each place that a row names.

    Parameters
    ----------
    district
        Its units, communities and streets.
    row
        ``units``, ``communities``, ``subdistricts``, ``area`` (corners in degrees, WGS-84).

    Returns
    -------
    parts
        Positions, ascending; one array a place.
    """
    units = district.units
    labels = {
        "units": units.index,
        "communities": units["community"],
        "subdistricts": units["subdistrict"],
    }
    parts = [
        np.array([at for at, label in enumerate(own) if label == name], dtype=int)
        for key, own in labels.items()
        for name in row.get(key, ())
    ]
    if "area" in row:
        outline = gpd.GeoSeries([shapely.Polygon(row["area"])], crs="EPSG:4326")
        shape = outline.to_crs(district.units.crs).iloc[0]
        middles = shapely.centroid(units.geometry.to_numpy())
        parts.append(np.flatnonzero(shapely.contains_properly(shape, middles)))
    return parts


def whole_of(district: District, row: Row) -> np.ndarray:
    """Give the positions of all units that a row names, each once."""
    parts = parts_of(district, row)
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=int)


def lead_of(district: District, name: str) -> str:
    """Give the id of a hospital that a row names by its id, or by a name that only one has."""
    hospitals = district.hospitals
    if name in hospitals.index:
        return name
    same = [key for key, called in hospitals["name"].items() if str(called) == name]
    return str(same[0]) if len(same) == 1 else name


def hospitals_of(district: District, row: Row) -> set[str]:
    """Give the ids of the hospitals of the kinds and levels of a row, and of those it names."""
    table = district.hospitals
    kinds, levels = row.get("kinds"), row.get("levels")
    found = {lead_of(district, name) for name in row.get("hospitals", ())}
    for key in table.index:
        kind, level = table["kind"][key], str(table["level"][key])
        fits = kinds is not None or levels is not None
        if kinds is not None:
            fits &= kind in kinds
        if levels is not None:
            fits &= level in levels or level.split("-", maxsplit=1)[0] in levels
        if row.get("continuing_care"):
            says = table["continuing_care"][key] if "continuing_care" in table else None
            fits |= kind in AFTERCARE or says == "yes"
        if fits:
            found.add(key)
    return found & set(table.index)


def amount_of(district: District, column: str) -> np.ndarray | None:
    """
    Give what each unit has of a column.

    Parameters
    ----------
    district
        Its units, hospitals and centers of today.
    column
        ``layer.column``, or a column of the units.

    Returns
    -------
    amount
        ``(n,)``; None where the column is not there or has gaps.
    """
    layer, _, name = column.rpartition(".")
    table = getattr(district, layer or "units") if (layer or "units") in LAYERS else None
    if table is None or name not in table:
        return None
    given = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float)
    if np.isnan(given).any():
        return None
    if layer in ("", "units"):
        return given
    amount = np.zeros(len(district.units))
    np.add.at(amount, district.units.index.get_indexer(table["unit"]), given)
    return amount


def in_grids(grid: np.ndarray, weights: np.ndarray, grids: list[str]) -> np.ndarray:
    """Sum weights of the units by the grid they lie in, in the order of the grids."""
    return np.array([float(weights[grid == one].sum()) for one in grids])
