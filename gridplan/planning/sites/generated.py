"""
Candidates that are generated: the middles of clusters of residents, snapped to where one may stand.

K-means weighted by residents, community by community: of all residents, and before them of those
who are reached by no center of today where that is asked for. A cluster's middle is moved to the
middle of the nearest populated unit, to a crossing near it or to the nearest parcel given.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree
from threadpoolctl import threadpool_limits

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.planning.premises.site_columns import offered
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.areas import may_stand
from gridplan.planning.ways.joined_roads import joined_roads, kinds_of_roads
from gridplan.planning.ways.journeys import journeys_of

NEAR_CROSSING = 300.0
"""Metres from the middle of its unit that a site may be moved to a crossing."""


def generated_sites(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    Cluster the residents of each community and snap each cluster to a populated unit.

    A community gets ``candidates_per_community`` clusters, or more where its residents fill more
    than half as many of the smallest centers to be expected; without communities the streets,
    without streets the whole district take their place. By ``candidates_from`` its residents who
    are within the walk of no center of today get as many of their own as they by themselves would,
    and those stand where they reach most of them. K-means is weighted by residents.

    Parameters
    ----------
    district
        Its units.
    scenario
        ``candidates_per_community``, ``candidates_from``, ``candidates_at``, ``candidates_inside``,
        ``candidates_outside``, ``candidates_spacing``, the band and number of the centers,
        ``close``, the walk, ``seed``.

    Returns
    -------
    candidates
        ``capacity`` (NaN), ``unit`` and geometry; at most one a unit. In the middle of the unit or,
        by ``candidates_at``, at the nearest crossing of the roads one may walk, the unit being
        the one the crossing lies in, or the nearest of the candidates given, as that layer has it.

    Raises
    ------
    InputError
        ``crossings-missing`` where crossings are asked for and there are no such roads,
        ``parcels-missing`` where the given candidates are and there are none.
    """
    return _generated(district, _deciding(scenario)).copy()


def _deciding(scenario: Scenario) -> Scenario:
    """Give a scenario without what candidates do not depend on: grids, and how long is searched."""
    usual: dict[str, Any] = {
        field.name: field.default
        for field in dataclasses.fields(Scenario)
        if field.name in ("work_limit", "time_limit") or field.name.startswith("grid")
    }
    return dataclasses.replace(scenario, **usual)


@lru_cache(maxsize=4)
def _generated(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """Give the candidates of :func:`generated_sites`; kept for the last few asked for."""
    people = district.units["population"].to_numpy(dtype=float)
    allowed = may_stand(district, scenario)
    fresh = unreached(district, scenario) if scenario.candidates_from == "unreached" else None
    reached = None
    if fresh is not None:
        reached = _within_walk(district, scenario, np.where(fresh, people, 0.0))
    chosen: set[int] = set()
    # Imported where it is needed: what only reads a plan starts two seconds sooner without; and
    # before its threads are limited, which holds for libraries that are there already.
    import sklearn.cluster  # noqa: F401

    # One thread: the order in which threads add up would decide the last digits.
    with threadpool_limits(limits=1):
        for members in _neighbourhoods(district, allowed):
            if fresh is not None:
                chosen |= _clustered(district, scenario, members[fresh[members]], most=reached)
            chosen |= _clustered(district, scenario, members)
    at = np.array(sorted(chosen), dtype=np.int64)
    points = district.centroids[at]
    if scenario.candidates_at == "given":
        return _at_parcels(district, points, allowed)
    if scenario.candidates_at == "crossings":
        at, points = _at_crossings(district, scenario, at)
        inside = allowed[at]
        at, points = at[inside], points[inside]
    if scenario.candidates_spacing:
        kept = _spaced(district, scenario, people, points)
        at, points = at[kept], points[kept]
    return gpd.GeoDataFrame(
        {"capacity": np.nan, "unit": district.units.index.to_numpy()[at]},
        geometry=gpd.points_from_xy(*points.T),
        crs=district.units.crs,
    )


def unreached(district: District, scenario: Scenario) -> np.ndarray:
    """
    Mark the units whose residents no center of today reaches.

    Parameters
    ----------
    district, scenario
        Centers that stay open and those of neighbouring districts; how walks are measured and how
        long one that counts as near may take.

    Returns
    -------
    mask
        ``(n,)``: residents live there, and the nearest center is beyond the walk.
    """
    ways = journeys_of(district, scenario)
    centers = district.centers.drop(
        index=[n for n in scenario.close if n in district.centers.index]
    )
    points = [
        np.column_stack([layer.centroid.x, layer.centroid.y])
        for layer in (centers.geometry, district.outside_centers.geometry)
    ]
    people = district.units["population"].to_numpy(dtype=float) > 0
    places = np.concatenate(points)
    if not len(places):
        return people
    near = scenario.center_max_minutes * ways.walk_metres_per_minute
    return np.asarray(people & ~(ways.walked_to_nearest(places) <= near))


def _within_walk(district: District, scenario: Scenario, people: np.ndarray) -> np.ndarray:
    """Count the residents within the walk of each unit, along straight lines with their detour."""
    pace = scenario.walk_kmh * 1000 / 60 / scenario.walk_detour
    walk = round(scenario.center_max_minutes * pace, 3)
    some = np.flatnonzero(people > 0)
    tree = cKDTree(district.centroids[some])
    near = tree.query_ball_point(district.centroids, walk, return_sorted=True)
    return np.array([round(float(people[some[here]].sum()), 3) for here in near])


def _clustered(
    district: District,
    scenario: Scenario,
    members: np.ndarray,
    *,
    most: np.ndarray | None = None,
) -> set[int]:
    """
    Cluster the residents of some units.

    Parameters
    ----------
    district, scenario
        Residents; how many clusters.
    members
        Positions of the units.
    most
        ``(n,)`` whom a center in each unit would reach; None for no preference.

    Returns
    -------
    chosen
        Positions, one for each cluster: the unit nearest to its middle, or that of it from which
        most are reached.
    """
    from sklearn.cluster import KMeans  # as above

    if not len(members):
        return set()
    weight = district.units["population"].to_numpy(dtype=float)[members]
    places = district.centroids[members]
    full = int(2 * weight.sum() // _smallest_center(district, scenario))
    wanted = max(scenario.candidates_per_community, full)
    clusters = min(wanted, len(np.unique(places, axis=0)))
    model = KMeans(n_clusters=clusters, n_init=1, random_state=scenario.seed)
    model.fit(places, sample_weight=weight)
    chosen = set()
    if most is not None:
        parts = [members[model.labels_ == number] for number in range(clusters)]
        return {int(part[np.argmax(most[part])]) for part in parts if len(part)}
    for heart in np.round(model.cluster_centers_, 3):
        metres = np.hypot(*(places - heart).T)
        chosen.add(int(members[np.argmin(np.round(metres, 3))]))
    return chosen


def _at_crossings(
    district: District, scenario: Scenario, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Move sites from the middle of units to crossings near them; units and places of each."""
    network = None
    if kinds_of_roads(district)["walk"]:
        network = joined_roads(district, scenario).walk
    if network is None or not len(network.crossings):
        raise InputError([Problem("crossings-missing", {"roads": len(district.roads)})])
    points, at = district.centroids[chosen].copy(), chosen.copy()
    far, nearest = cKDTree(network.crossings).query(points)
    crossing = network.crossings[nearest]
    tree = shapely.STRtree(np.asarray(district.units.geometry.array))
    hit, unit = tree.query(shapely.points(crossing), predicate="intersects")
    order = np.lexsort((-unit, hit))
    inside = np.full(len(points), -1)
    inside[hit[order]] = unit[order]  # the last write wins: the first unit
    moved = (far <= NEAR_CROSSING) & (inside >= 0)
    points[moved], at[moved] = crossing[moved], inside[moved]
    # Of several that come to one unit the first stays.
    _, first = np.unique(at, return_index=True)
    return at[first], points[first]


def _at_parcels(district: District, points: np.ndarray, allowed: np.ndarray) -> gpd.GeoDataFrame:
    """Choose, for each cluster, the nearest of the candidates that the district gives."""
    given = offered(district)
    if given.empty:
        raise InputError([Problem("parcels-missing")])
    given = given[allowed[district.units.index.get_indexer(given["unit"])]]
    if given.empty or not len(points):
        return given
    places = np.column_stack([given.geometry.x, given.geometry.y])
    nearest = {int(np.argmin(np.round(np.hypot(*(places - point).T), 3))) for point in points}
    return given.iloc[sorted(nearest)]


def _spaced(
    district: District, scenario: Scenario, people: np.ndarray, points: np.ndarray
) -> np.ndarray:
    """Keep sites the spacing apart, those with most residents within it first; rows kept."""
    apart = scenario.candidates_spacing
    tree = cKDTree(district.centroids)
    around = [round(float(people[near].sum()), 3) for near in tree.query_ball_point(points, apart)]
    kept: list[int] = []
    for row in np.lexsort((np.arange(len(points)), -np.array(around))):
        others = points[kept]
        if not len(others) or np.hypot(*(others - points[row]).T).min() >= apart:
            kept.append(int(row))
    return np.array(sorted(kept), dtype=int)


def _smallest_center(district: District, scenario: Scenario) -> float:
    """
    Give the residents of the smallest center to be expected: the lower bound, if it says much.

    A bound that is low or none asks for no more candidates than centers a quarter full would, or
    centers as many as are asked for: a wider band must not drown the search in sites.
    """
    expected = scenario.center_upper / 4
    if scenario.centers:
        expected = min(expected, district.population / scenario.centers)
    return max(1.0, scenario.center_lower, expected)


def _neighbourhoods(district: District, allowed: np.ndarray) -> list[np.ndarray]:
    """Positions of the populated units of each community (or street, or the whole)."""
    units = district.units
    populated = (units["population"].to_numpy(dtype=float) > 0) & allowed
    for level in ("community", "subdistrict"):
        if units[level].notna().any():
            labels = units[level].fillna("").to_numpy(dtype=str)
            break
    else:
        labels = np.zeros(len(units), dtype=str)
    some = np.flatnonzero(populated)
    number = np.unique(labels[some], return_inverse=True)[1]
    order = some[np.argsort(number, kind="stable")]
    return np.split(order, np.cumsum(np.bincount(number))[:-1]) if len(some) else []
