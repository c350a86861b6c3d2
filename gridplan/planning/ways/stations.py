"""The third level: every village station under the nearest center of its grid and town."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.planning.ways.journeys import Journeys


def place_stations(
    ways: Journeys, units: pd.DataFrame, centers: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """
    Put each station under a center and count the residents nearest to it.

    A town's center manages the stations of its villages (镇村一体化): a station goes to the nearest
    center of its own town in its grid, else of its grid. A resident goes to the nearest station
    among those of the resident's own center; a center without stations serves its residents alone.

    Parameters
    ----------
    ways
        How walks are measured in the district: its ``stations``, each with ``unit``, and residents.
    units
        Index ``unit``: ``grid``, ``subdistrict``, ``center`` of each unit.
    centers
        Planned centers with ``grid``, ``subdistrict``, points.

    Returns
    -------
    stations
        The district's, with ``grid``, ``subdistrict``, ``center``, ``metres_to_center`` (the
        walk) and ``population`` (persons).
    """
    district = ways.district
    stations = district.stations
    if stations.empty or centers.empty:
        return stations
    standing = units.loc[stations["unit"]]
    towns = standing["subdistrict"].to_numpy(dtype=object)
    grids = standing["grid"].to_numpy(dtype=object)
    places = np.column_stack([stations.geometry.x, stations.geometry.y])
    sites = np.column_stack([centers.geometry.x, centers.geometry.y])
    metres = ways.walked_between(places, sites)
    same_grid = _equal(grids, centers["grid"].to_numpy(dtype=object))
    same_town = same_grid & _equal(towns, centers["subdistrict"].to_numpy(dtype=object))
    # Nearest of the town; the town has none: of the grid; the grid has none: of all.
    allowed = np.where(same_town.any(axis=1, keepdims=True), same_town, same_grid)
    allowed |= ~allowed.any(axis=1, keepdims=True)
    chosen = np.where(allowed, metres, np.inf).argmin(axis=1)
    center = centers.index.to_numpy(dtype=object)[chosen]
    return stations.assign(
        grid=grids,
        subdistrict=towns,
        center=center,
        metres_to_center=np.round(metres[np.arange(len(stations)), chosen]),
        population=_residents(ways, units, places, center),
    )


def _equal(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Compare two columns pair by pair; None equals None, as where no grids are planned."""
    left = pd.Series(ours, dtype=object).fillna("").to_numpy()
    right = pd.Series(theirs, dtype=object).fillna("").to_numpy()
    return np.equal.outer(left, right).astype(bool)


def _residents(
    ways: Journeys, units: pd.DataFrame, places: np.ndarray, center: np.ndarray
) -> np.ndarray:
    people = ways.district.units["population"].to_numpy(dtype=float)
    names, theirs = np.unique(center.astype(str), return_inverse=True)
    mine = pd.Index(names).get_indexer(units["center"].astype(str))
    here = np.flatnonzero(mine >= 0)
    near = ways.walked(here, places, unit_label=mine[here], site_label=theirs, nearest=1)
    return np.bincount(near.indices, weights=people[here], minlength=len(places))
