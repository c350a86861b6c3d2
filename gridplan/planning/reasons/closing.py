"""What closing a center costs, and which rules would break: everybody goes to the nearest other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.planning.reasons.weighed import Weighed, points_of

COLUMNS = (
    "served_units",
    "served_communities",
    "beyond_walk_residents",
    "only_near_residents",
    "closing_person_km",
    "closing_over_residents",
    "closing_to",
    "closing_to_residents",
    "closing_breaks",
)
"""Of :func:`closings`."""

NEAREST = 8
"""Other centers of the grid that are looked at where there are many pairs of unit and center."""
PAIRS = 6_000_000


def closings(weighed: Weighed) -> pd.DataFrame:
    """
    Close each center in turn, and send its residents to the nearest other one of their grid.

    Parameters
    ----------
    weighed
        The layout as arrays.

    Returns
    -------
    closings
        Index ``center``: ``served_units`` and ``served_communities`` (numbers);
        ``beyond_walk_residents`` (assigned farther than the walk); ``only_near_residents``, who
        would have no center within the walk any more; ``closing_person_km`` walked more, negative
        where the band sends residents past a nearer one; ``closing_over_residents`` beyond the room
        of the centers that receive them; ``closing_to``, which receives most, and
        ``closing_to_residents``; ``closing_breaks``, codes joined by commas: ``band``,
        ``coverage``, ``one-n``, ``alone`` (no other center in the grid). NaN and None where
        nobody else could take them.
    """
    centers = weighed.centers
    other, metres = _nearest_other(weighed)
    community = pd.factorize(weighed.layout.district.units["community"])[0]
    near = weighed.scenario.center_max_minutes * weighed.ways.walk_metres_per_minute
    load = centers["population"].to_numpy(dtype=float)
    upper = centers["capacity_upper"].to_numpy(dtype=float)
    only_near, rows = weighed.only_near, []
    for k in range(len(centers)):
        units = weighed.served(k)
        people, to = weighed.people[units], other[units]
        far = people[weighed.metres[units] > near * (1 + 1e-12)].sum()
        moved = np.bincount(to[to >= 0], weights=people[to >= 0], minlength=len(centers))
        over = np.maximum(0.0, load + moved - upper)[moved > 0].sum()
        lone = bool((to < 0).any())
        most = int(np.argmax(moved)) if moved.any() else -1
        more = float((people * (metres[units] - weighed.metres[units])).sum()) / 1000
        rows.append(
            (
                len(units),
                len(np.unique(community[units][community[units] >= 0])),
                float(far),
                float(only_near[k]),
                np.nan if lone else more,
                np.nan if lone else float(over),
                None if lone or most < 0 else str(centers.index[most]),
                np.nan if lone or most < 0 else float(moved[most]),
                ", ".join(_broken(weighed, k, over=float(over), lone=lone)),
            )
        )
    return pd.DataFrame(rows, index=centers.index, columns=list(COLUMNS))


def _broken(weighed: Weighed, center: int, *, over: float, lone: bool) -> list[str]:
    """Name what breaks once a center is gone and nobody stands in for it."""
    codes = ["alone"] if lone else ["band"] if over > 0.5 else []
    if weighed.below_share(float(weighed.only_near[center])):
        codes.append("coverage")
    if street_left_short(weighed, center, ""):
        codes.append("one-n")
    return codes


def street_left_short(weighed: Weighed, center: int, street: object) -> bool:
    """
    Whether a street then has too few centers for its regional ones.

    Parameters
    ----------
    weighed
        The layout as arrays.
    center
        Position of the center that is gone.
    street
        Where another opens instead; nowhere if empty.
    """
    own = weighed.centers["subdistrict"].iloc[center]
    if own == street or pd.isna(own) or not weighed.has_regional:
        return False
    left = weighed.street_full[own] - int(weighed.full[center])
    return weighed.street_people.get(own, 0.0) > 0 and left < weighed.scenario.regional_min


def _nearest_other(weighed: Weighed) -> tuple[np.ndarray, np.ndarray]:
    """Give each unit the nearest center of its grid but its own, and the walk; -1 and NaN."""
    centers, count = weighed.centers, len(weighed.people)
    units = np.flatnonzero(weighed.people > 0)
    both = np.array([*weighed.layout.units["grid"].iloc[units], *centers["grid"]], dtype=object)
    grid = pd.factorize(both, use_na_sentinel=False)[0]
    every = max(NEAREST, PAIRS // max(1, len(units)))
    table = weighed.ways.walked(
        units,
        points_of(centers),
        unit_label=grid[: len(units)],
        site_label=grid[len(units) :],
        nearest=min(len(centers), every),
    )
    row = np.repeat(np.arange(len(units)), np.diff(table.indptr))
    others = table.indices != weighed.own[units][row]
    row, column, metres = row[others], table.indices[others], table.data[others]
    order = np.lexsort((column, metres, row))
    first = order[np.unique(row[order], return_index=True)[1]]
    other, walked = np.full(count, -1), np.full(count, np.nan)
    other[units[row[first]]] = column[first]
    walked[units[row[first]]] = metres[first]
    return other, walked
