"""Stations (社康站), the third class: small posts for places too thin for a center of the band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree
from threadpoolctl import threadpool_limits

from gridplan.district.district import District
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.areas import may_stand

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASS = "station"
"""Of a center that is one."""
CHOICE = 3
"""Places to choose from, for each station asked for."""


def is_station(centers: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the stations among centers or sites, by their ``class``; none where that is not told."""
    if "class" not in centers:
        return np.zeros(len(centers), dtype=bool)
    return np.asarray((centers["class"] == CLASS).to_numpy(dtype=bool))


def station_upper(scenario: Scenario) -> int:
    """Give the most residents of a station: as asked, else the least of a center."""
    if scenario.station_upper is None:
        return max(1, scenario.center_lower)
    return scenario.station_upper


def thin_units(district: District, scenario: Scenario, kept: np.ndarray) -> np.ndarray:
    """
    Mark the places that no center of the band can be within reach of.

    Parameters
    ----------
    district, scenario
        Residents; the walk that counts as near, along a straight line with its detour; the least
        residents of a center.
    kept
        ``(k, 2)`` places of the centers that stay.

    Returns
    -------
    mask
        ``(n,)``: residents live there, no center that stays is within the walk, and wherever one
        might be, fewer residents than a center must have are within the walk of it.
    """
    people = district.units["population"].to_numpy(dtype=float)
    pace = scenario.walk_kmh * 1000 / 60 / scenario.walk_detour
    walk = round(scenario.center_max_minutes * pace, 3)
    places = district.centroids
    here = np.flatnonzero(people > 0)
    tree = cKDTree(places[here])
    near = tree.sparse_distance_matrix(tree, walk, output_type="coo_matrix").tocsr()
    # The matrix leaves out a unit's way to itself, whose length is nought.
    near.data[:] = 1.0
    near.setdiag(1.0)
    around = np.round(near @ people[here], 3)
    best = np.maximum.reduceat(around[near.indices], near.indptr[:-1])
    thin = np.zeros(len(people), dtype=bool)
    thin[here] = best < scenario.center_lower
    if len(kept):
        thin &= cKDTree(kept).query(places)[0] > walk
    return thin


def station_sites(
    district: District, scenario: Scenario, kept: gpd.GeoDataFrame, taken: set[str]
) -> gpd.GeoDataFrame:
    """
    Generate places for stations: middles of clusters of the residents of thin places.

    Parameters
    ----------
    district, scenario
        ``center_stations``, what :func:`thin_units` asks, areas barred, ``seed``.
    kept
        Centers that stay.
    taken
        Units where something else stands or may.

    Returns
    -------
    sites
        ``capacity`` (residents), ``unit`` and geometry; at most one a unit.
    """
    # Imported where it is needed: what only reads a plan starts two seconds sooner without.
    from sklearn.cluster import KMeans

    points = np.column_stack([kept.geometry.centroid.x, kept.geometry.centroid.y])
    thin = thin_units(district, scenario, points) & may_stand(district, scenario)
    thin &= ~district.units.index.isin([*taken, *scenario.not_at])
    members = np.flatnonzero(thin)
    chosen: list[int] = []
    if len(members) and scenario.center_stations:
        places = district.centroids[members]
        weight = district.units["population"].to_numpy(dtype=float)[members]
        clusters = min(CHOICE * scenario.center_stations, len(np.unique(places, axis=0)))
        model = KMeans(n_clusters=clusters, n_init=1, random_state=scenario.seed)
        with threadpool_limits(limits=1):
            model.fit(places, sample_weight=weight)
        for heart in np.round(model.cluster_centers_, 3):
            metres = np.hypot(*(places - heart).T)
            chosen.append(int(members[np.argmin(np.round(metres, 3))]))
    at = np.array(sorted(set(chosen)), dtype=np.int64)
    return gpd.GeoDataFrame(
        {"capacity": float(station_upper(scenario)), "unit": district.units.index.to_numpy()[at]},
        geometry=gpd.points_from_xy(*district.centroids[at].T),
        crs=district.units.crs,
    )
