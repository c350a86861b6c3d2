"""Village stations, put anew with the center of their town and their residents."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.audit.derived.ways.walks import Travel, places_of


def stations_of(travel: Travel, units: pd.DataFrame, centers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Put the table of stations together.

    A station belongs to the nearest center of its town within its grid; without one there to the
    nearest of its grid, else of all. A resident of a center goes to the nearest of its stations.

    Parameters
    ----------
    travel
        How walks are measured.
    units, centers
        Who belongs where.

    Returns
    -------
    stations
        The district's, with ``grid``, ``subdistrict``, ``center``, ``metres_to_center``,
        ``population``.
    """
    stations = travel.district.stations
    if stations.empty or centers.empty:
        return stations
    places, sites = places_of(stations), places_of(centers)
    metres = travel.walked(places, sites)
    of_center = centers[["grid", "subdistrict"]].to_numpy(dtype=object)
    rows = []
    for at, unit in enumerate(stations["unit"]):
        grid, town = units["grid"][unit], units["subdistrict"][unit]
        inside = np.array([_same(grid, other) for other in of_center[:, 0]])
        near = inside & np.array([_same(town, other) for other in of_center[:, 1]])
        allowed = next((some for some in (near, inside) if some.any()), np.ones(len(sites), bool))
        best = int(np.where(allowed, metres[at], np.inf).argmin())
        rows.append((grid, town, centers.index[best], float(np.round(metres[at, best]))))
    grids, towns, center, way = zip(*rows, strict=True)
    return stations.assign(
        grid=list(grids),
        subdistrict=list(towns),
        center=list(center),
        metres_to_center=list(way),
        population=_residents(travel, units, places, list(center)),
    )


def _same(one: object, other: object) -> bool:
    return bool(one == other or (pd.isna(one) and pd.isna(other)))


def _residents(
    travel: Travel, units: pd.DataFrame, places: np.ndarray, center: list[str]
) -> np.ndarray:
    people = travel.district.units["population"].to_numpy(dtype=float)
    served = units["center"].to_numpy(dtype=object)
    found = np.zeros(len(places))
    for name in sorted(set(center)):
        here = np.flatnonzero(served == name)
        own = np.flatnonzero(np.array(center, dtype=object) == name)
        if len(here):
            way = np.round(travel.from_units(here, places[own]), 6)
            np.add.at(found, own[way.argmin(axis=1)], people[here])
    return found
