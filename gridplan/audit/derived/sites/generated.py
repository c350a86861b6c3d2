"""Sites that are generated where a district brings no candidates: one in each cluster."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from threadpoolctl import threadpool_limits

from gridplan.audit.derived.ways.walks import Keys, Travel, present
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
        As :func:`generated_units`, and ``candidates_at``: the middles of those ``units``, or the
        ``crossings`` of roads nearest to them.

    Returns
    -------
    sites
        Position of the unit, ascending, each once, and the place.
    """
    units = generated_units(district, scenario)
    shapes = district.units.geometry.to_numpy()
    middles = shapely.centroid(shapes)
    if scenario.candidates_at != "crossings":
        return [(int(at), middles[at]) for at in units]
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
    return sorted(places.items())


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
        ``candidates_per_community``, ``center_lower``, ``center_upper``, ``centers``, ``seed``.

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
    chosen: set[int] = set()
    for members in _parts(district.units, people > 0):
        here, weight = middles[members], people[members]
        count = max(scenario.candidates_per_community, int(2 * weight.sum() // smallest))
        count = min(count, len(np.unique(here, axis=0)))
        model = KMeans(n_clusters=count, n_init=1, random_state=scenario.seed)
        with threadpool_limits(limits=1):  # threads would add up in another order each time
            model.fit(here, sample_weight=weight)
        apart = here[:, None, :] - np.round(model.cluster_centers_, 3)[None, :, :]
        metres = np.round(np.hypot(apart[..., 0], apart[..., 1]), 3)
        chosen |= {int(unit) for unit in members[metres.argmin(axis=0)]}
    return np.array(sorted(chosen), dtype=int)


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
