"""Places for stations, looked for anew: where no center of the band can be within reach."""

from __future__ import annotations

import numpy as np
import shapely
from threadpoolctl import threadpool_limits

from gridplan.audit.derived.sites.generated import open_to
from gridplan.audit.derived.ways.walks import Keys
from gridplan.district.district import District

CHOICE = 3
"""Places to choose from, for each station asked for."""


def most_of_station(scenario: Keys) -> int:
    """Give the most residents of a station."""
    told = scenario.station_upper
    return max(1, int(scenario.center_lower)) if told is None else int(told)


def station_units(
    district: District, scenario: Keys, kept: list[shapely.Point], taken: set[str]
) -> list[int]:
    """
    Find the units in which a station may stand.

    Parameters
    ----------
    district, scenario
        Residents, the walk, the least residents of a center, ``center_stations``, ``seed``.
    kept
        Where the centers that stay open stand.
    taken
        Units where something else stands or may.

    Returns
    -------
    units
        Positions, ascending.
    """
    # Imported where it is needed: most audits have no need of it, and it takes two seconds.
    from sklearn.cluster import KMeans

    people = district.units["population"].to_numpy(dtype=float)
    middles = shapely.centroid(district.units.geometry.to_numpy())
    pace = scenario.walk_kmh * 1000 / 60 / scenario.walk_detour
    walk = round(scenario.center_max_minutes * pace, 3)
    some = np.flatnonzero(people > 0)
    near = [np.flatnonzero(shapely.distance(middles[some], middles[at]) <= walk) for at in some]
    around = np.array([round(float(people[some[here]].sum()), 3) for here in near])
    free = open_to(district, scenario)
    thin = [
        int(at)
        for at, here in zip(some, near, strict=True)
        if around[here].max() < scenario.center_lower
        and not (len(kept) and shapely.distance(middles[at], kept).min() <= walk)
        and free[str(district.units.index[at])]
        and district.units.index[at] not in taken
    ]
    if not thin:
        return []
    places = shapely.get_coordinates(middles[thin])
    count = min(CHOICE * int(scenario.center_stations), len(np.unique(places, axis=0)))
    model = KMeans(n_clusters=count, n_init=1, random_state=scenario.seed)
    with threadpool_limits(limits=1):  # threads would add up in another order each time
        model.fit(places, sample_weight=people[thin])
    hearts = np.round(model.cluster_centers_, 3)
    apart = np.round(np.hypot(*(places[:, None, :] - hearts[None]).transpose(2, 0, 1)), 3)
    return sorted({thin[row] for row in apart.argmin(axis=0)})
