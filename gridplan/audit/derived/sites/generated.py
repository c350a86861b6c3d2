"""Sites that are generated where a district brings no candidates: one in each cluster."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from threadpoolctl import threadpool_limits

from gridplan.audit.derived.ways.walks import Keys, Travel, places_of, present
from gridplan.district.district import District

NEAR = 300.0
"""Metres from the middle of its unit to a crossing that a site may stand at."""


def generated_sites(district: District, scenario: Keys) -> list[tuple[int, shapely.Point]]:
    """
    Find where generated sites stand.

    Parameters
    ----------
    district
        Its units and roads.
    scenario
        As :func:`generated_units`, ``candidates_at`` (the middles of those ``units``, or the
        ``crossings`` of roads nearest to them) and ``candidates_spacing``.

    Returns
    -------
    sites
        Position of the unit, ascending, each once, and the place.
    """
    found = _placed(district, scenario)
    if scenario.candidates_spacing:
        found = _apart(district, float(scenario.candidates_spacing), found)
    return found


def parcels(district: District, scenario: Keys) -> list[int]:
    """Find the rows of the candidates given that lie nearest to the middle of some cluster."""
    middles = shapely.centroid(district.units.geometry.to_numpy())
    free = open_to(district, scenario)
    given = district.candidates
    gone = given["status"] == "rejected" if "status" in given else [False] * len(given)
    units = zip(given["unit"], gone, strict=True)
    rows = [at for at, (unit, rejected) in enumerate(units) if free[unit] and not rejected]
    places = shapely.centroid(district.candidates.geometry.to_numpy())[rows]
    chosen = set()
    for unit in generated_units(district, scenario):
        if rows:
            chosen.add(rows[int(np.round(shapely.distance(places, middles[unit]), 3).argmin())])
    return sorted(chosen)


def open_to(district: District, scenario: Keys) -> dict[str, bool]:
    """Tell of each unit whether a new center may stand there."""
    inside, outside = set(scenario.candidates_inside), set(scenario.candidates_outside)
    units = district.units
    rows = zip(units.index, units["community"], units["subdistrict"], strict=True)
    return {
        unit: (not inside or not inside.isdisjoint(called)) and outside.isdisjoint(called)
        for unit, *parents in rows
        for called in [{unit, *(name for name in parents if isinstance(name, str))}]
    }


def _apart(
    district: District, least: float, found: list[tuple[int, shapely.Point]]
) -> list[tuple[int, shapely.Point]]:
    """Leave out sites nearer than so many metres to one with more residents around it."""
    people = district.units["population"].to_numpy(dtype=float)
    middles = shapely.centroid(district.units.geometry.to_numpy())
    around = [
        round(float(people[shapely.distance(middles, place) <= least].sum()), 3)
        for _, place in found
    ]
    kept: list[int] = []
    for row in sorted(range(len(found)), key=lambda at: (-around[at], at)):
        others = [found[at][1] for at in kept]
        if not others or shapely.distance(others, found[row][1]).min() >= least:
            kept.append(row)
    return [found[row] for row in sorted(kept)]


def _placed(district: District, scenario: Keys) -> list[tuple[int, shapely.Point]]:
    units = generated_units(district, scenario)
    shapes = district.units.geometry.to_numpy()
    middles = shapely.centroid(shapes)
    if scenario.candidates_at != "crossings":
        return [(int(at), middles[at]) for at in units]
    free = open_to(district, scenario)
    crossings = shapely.points(present(Travel(district, scenario).roads.walk).crossings)
    tree = shapely.STRtree(shapes)
    places: dict[int, shapely.Point] = {}
    for at in units:
        apart = shapely.distance(middles[at], crossings)
        place, inside = middles[at], int(at)
        if apart.min() <= NEAR:
            around = tree.query(crossings[apart.argmin()], predicate="intersects")
            if len(around):
                place, inside = crossings[apart.argmin()], int(around.min())
        places.setdefault(inside, place)
    return sorted(
        (at, place) for at, place in places.items() if free[str(district.units.index[at])]
    )


def generated_units(district: District, scenario: Keys) -> np.ndarray:
    """
    Find the units in which generated sites stand.

    Each community (without any, each street; without those, the district) has its populated units
    grouped by k-means weighted by residents; the unit nearest to the heart of a group is its site.

    Parameters
    ----------
    district
        Its units.
    scenario
        ``candidates_per_community``, ``candidates_from`` (those whom no center of today reaches
        are grouped by themselves as well), ``candidates_inside``, ``candidates_outside``,
        ``center_lower``, ``center_upper``, ``centers``, ``close``, ``seed``, the walk.

    Returns
    -------
    units
        Positions, ascending, each once.
    """
    # Imported where it is needed: most audits have no need of it, and it takes two seconds.
    from sklearn.cluster import KMeans

    people = district.units["population"].to_numpy(dtype=float)
    middles = shapely.get_coordinates(shapely.centroid(district.units.geometry.to_numpy()))
    expected = scenario.center_upper / 4
    if scenario.centers:
        expected = min(expected, people.sum() / scenario.centers)
    smallest = max(1.0, scenario.center_lower, expected)
    free = open_to(district, scenario)
    peopled = (people > 0) & np.array([free[str(unit)] for unit in district.units.index])
    groups = [(part, False) for part in _parts(district.units, peopled)]
    reach = np.zeros(len(people))
    if scenario.candidates_from == "unreached":
        far = _unreached(district, scenario)
        groups += [(part[far[part]], True) for part, _ in groups if far[part].any()]
        reach = _reach(scenario, middles, np.where(far, people, 0.0))
    chosen: set[int] = set()
    for members, fresh in groups:
        here, weight = middles[members], people[members]
        count = max(scenario.candidates_per_community, int(2 * weight.sum() // smallest))
        count = min(count, len(np.unique(here, axis=0)))
        model = KMeans(n_clusters=count, n_init=1, random_state=scenario.seed)
        with threadpool_limits(limits=1):  # threads would add up in another order each time
            model.fit(here, sample_weight=weight)
        if fresh:
            for number in set(model.labels_):
                part = members[model.labels_ == number]
                chosen.add(int(max(part, key=lambda unit: (reach[unit], -unit))))
            continue
        apart = here[:, None, :] - np.round(model.cluster_centers_, 3)[None, :, :]
        metres = np.round(np.hypot(apart[..., 0], apart[..., 1]), 3)
        chosen |= {int(unit) for unit in members[metres.argmin(axis=0)]}
    return np.array(sorted(chosen), dtype=int)


def _reach(scenario: Keys, middles: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Count the residents within the walk of each unit, along straight lines with their detour."""
    pace = scenario.walk_kmh * 1000 / 60 / scenario.walk_detour
    walk = round(scenario.center_max_minutes * pace, 3)
    some = np.flatnonzero(people > 0)
    return np.array(
        [
            round(float(people[some[np.hypot(*(middles[some] - at).T) <= walk]].sum()), 3)
            for at in middles
        ]
    )


def _unreached(district: District, scenario: Keys) -> np.ndarray:
    """Mark the units from which no center that stays open is within the walk."""
    travel = Travel(district, scenario)
    stays = district.centers[~district.centers.index.isin(scenario.close)]
    places = np.concatenate([places_of(stays), places_of(district.outside_centers)])
    metres = np.round(travel.to_nearest(places))
    near = scenario.center_max_minutes * travel.walked_a_minute
    return np.asarray(~(metres <= near))


def _parts(units: pd.DataFrame, peopled: np.ndarray) -> Iterator[np.ndarray]:
    """Give the populated units of each part that is clustered by itself, in order of the names."""
    label = pd.Series("", index=range(len(units)))
    for level in ("community", "subdistrict"):
        if units[level].notna().any():
            label = pd.Series([text if isinstance(text, str) else "" for text in units[level]])
            break
    positions = pd.Series(np.arange(len(units)))[peopled]
    for _, part in positions.groupby(label[peopled].to_numpy(), sort=True):
        yield part.to_numpy()
