"""Exchanges of one new center for one site not taken: standby sites, and the price of a swap.

An exchange keeps the area of duty: whom the new center serves, the other site serves in its place.
So no other center's residents change, and each exchange is counted by itself.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from gridplan.planning.premises.site_columns import figures
from gridplan.planning.reasons.closing import street_left_short
from gridplan.planning.reasons.weighed import Weighed, points_of, within_walk
from gridplan.planning.sites.stations import is_station

SHORTLIST = 8
"""Sites nearest to a new center that are tried in its place."""
RANKS = 3
"""Standby sites that are told for each new center."""
FIRST_REACH = ("coverage", "fewest")
"""Aims under which residents near a center come before distance."""

STANDBY_COLUMNS = (
    *("center", "rank", "candidate", "person_km", "beyond_residents", "more_cost"),
    *("apart_metres", "breaks"),
)


_PRICES = ("person_km", "beyond_residents", "more_cost", "breaks")


def exchanges(weighed: Weighed, sites: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Price the exchange of new centers for sites near them.

    Parameters
    ----------
    weighed
        The layout as arrays.
    sites
        Not taken, with ``grid``, ``subdistrict`` and ``capacity_upper``.

    Returns
    -------
    pairs
        ``center``, ``candidate`` (ids), ``person_km`` walked more by the residents of the area,
        ``beyond_residents``, who have no center within the walk any more less those who newly have
        one, ``more_cost`` of opening (10,000 yuan; NaN where unknown), ``apart_metres`` in a
        straight line, ``breaks``: codes joined by commas, ``band`` (it holds fewer),
        ``coverage``, ``one-n``, ``area`` (a regional center needs more floor);
        ``close``, whether the site is among the nearest to the center; ``unsure``, whether its
        premises are still to be verified.
    """
    new, other, close = _pairs(weighed, sites)
    walked = _walked_more(weighed, sites, new, other)
    beyond = _beyond(weighed, sites, new, other)
    centers = weighed.centers
    cost = figures(sites, "cost_open").to_numpy()[other]
    cost = cost - figures(centers, "cost_open").to_numpy()[new]
    states = sites.get("availability", pd.Series(None, index=sites.index, dtype=object))
    unsure = (states == "unverified").to_numpy(dtype=bool)
    apart = np.hypot(*(points_of(centers)[new] - points_of(sites)[other]).T)
    return pd.DataFrame(
        {
            "center": centers.index.to_numpy(dtype=object)[new],
            "candidate": sites.index.to_numpy(dtype=object)[other],
            "person_km": walked / 1000,
            "beyond_residents": beyond,
            "more_cost": cost,
            "apart_metres": apart,
            "breaks": [
                ", ".join(_broken(weighed, sites.iloc[c], k, lost))
                for k, c, lost in zip(new, other, beyond, strict=True)
            ],
            "close": close,
            "unsure": unsure[other],
        }
    )


def standbys(weighed: Weighed, pairs: pd.DataFrame) -> pd.DataFrame:
    """
    Rank the sites that could stand in for each new center.

    Sites that break nothing come first, of these the ones whose premises are not in doubt, then
    the least loss by the aim of the plan.

    Parameters
    ----------
    weighed
        For the aim and the order of centers.
    pairs
        Of :func:`exchanges`.

    Returns
    -------
    standbys
        :data:`STANDBY_COLUMNS`, up to :data:`RANKS` a center, ``rank`` from 1.
    """
    ranked = _ranked(weighed, pairs[pairs["close"]], "center")
    ranked["rank"] = ranked.groupby("center", sort=False).cumcount() + 1
    kept = ranked[ranked["rank"] <= RANKS]
    place = kept["center"].map({key: at for at, key in enumerate(weighed.centers.index)})
    order = np.lexsort((kept["rank"].to_numpy(dtype=int), place.to_numpy(dtype=int)))
    return kept.iloc[order].reset_index(drop=True)[list(STANDBY_COLUMNS)]


def swaps(weighed: Weighed, pairs: pd.DataFrame) -> pd.DataFrame:
    """
    Find for each site the new center whose place it would take at the least price.

    Parameters
    ----------
    weighed, pairs
        As for :func:`standbys`.

    Returns
    -------
    swaps
        Index ``candidate``: ``swap``, ``swap_person_km``, ``swap_beyond_residents``,
        ``swap_more_cost``, ``swap_breaks``.
    """
    best = _ranked(weighed, pairs, "candidate").drop_duplicates("candidate").set_index("candidate")
    best = best.rename(columns={"center": "swap"}).rename(
        columns={name: f"swap_{name}" for name in _PRICES}
    )
    return best[["swap", *(f"swap_{name}" for name in _PRICES)]]


def newly_near(weighed: Weighed, sites: gpd.GeoDataFrame) -> np.ndarray:
    """Count who would have a center within the walk for the first time if each site opened too."""
    table = within_walk(weighed.ways, points_of(sites), weighed.scenario)
    return np.asarray(np.where(weighed.reached == 0, weighed.people, 0.0) @ table)


def _ranked(weighed: Weighed, pairs: pd.DataFrame, by: str) -> pd.DataFrame:
    first = ["person_km", "beyond_residents"]
    if weighed.scenario.center_objective in FIRST_REACH:
        first.reverse()
    other = "candidate" if by == "center" else "center"
    keys = [pairs[name].round(6) for name in first]
    table = pairs.assign(fails=pairs["breaks"] != "", a=keys[0], b=keys[1])
    order = [by, "fails", "unsure", "a", "b", other]
    return table.sort_values(order, kind="stable").drop(columns=["fails", "a", "b"])


def _pairs(weighed: Weighed, sites: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pair each new center with the sites nearest to it in its grid, each site with its nearest."""
    centers = weighed.centers
    new = np.flatnonzero((centers["status"] == "new").to_numpy())
    # A station is exchanged for a station alone, a center for a center.
    both = pd.concat([centers[["grid", "class"]], sites[["grid", "class"]]])
    kind = [f"{grid} {post}" for grid, post in zip(both["grid"], is_station(both), strict=True)]
    grid = pd.factorize(np.array(kind, dtype=object))[0]
    theirs = grid[len(centers) :]
    close: set[tuple[int, int]] = set()
    others: set[tuple[int, int]] = set()
    places, spots = points_of(centers), points_of(sites)
    for label in np.unique(theirs):
        here, there = new[grid[new] == label], np.flatnonzero(theirs == label)
        if not len(here):
            continue
        for row, near in zip(here, _nearest(places[here], spots[there], SHORTLIST), strict=True):
            close |= {(int(row), int(there[c])) for c in near}
        for row, near in zip(there, _nearest(spots[there], places[here], 1), strict=True):
            others |= {(int(here[k]), int(row)) for k in near}
    pairs = np.array(sorted(close | others), dtype=np.int64).reshape(-1, 2)
    listed = np.array([tuple(pair) in close for pair in pairs.tolist()], dtype=bool)
    return pairs[:, 0], pairs[:, 1], listed


def _nearest(places: np.ndarray, others: np.ndarray, count: int) -> list[np.ndarray]:
    """Give the nearest others of each place; of equal ones, to the millimetre, the first."""
    tree = cKDTree(others)
    far = tree.query(places, k=min(count, len(others)))[0].reshape(len(places), -1)[:, -1]
    found = []
    for place, reach in zip(places, far, strict=True):
        near = np.sort(tree.query_ball_point(place, reach + 0.002))
        metres = np.round(np.hypot(*(others[near] - place).T), 3)
        found.append(near[np.lexsort((near, metres))][:count])
    return found


def _walked_more(
    weighed: Weighed, sites: gpd.GeoDataFrame, new: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Count the person-metres that each exchange adds, ``(pairs,)``."""
    served = {k: weighed.served(k) for k in np.unique(new)}
    points, more = points_of(sites), np.zeros(len(new))
    most, begin = max(1, len(weighed.people)), 0
    sizes = np.array([len(served[k]) for k in new], dtype=np.int64)
    while begin < len(new):
        # As many pairs at once as there are units in the district.
        inside = np.cumsum(sizes[begin:]) <= most
        end = begin + max(1, int(inside.sum()))
        units = np.concatenate([served[k] for k in new[begin:end]])
        to = np.repeat(other[begin:end], sizes[begin:end])
        pair = np.repeat(np.arange(begin, end), sizes[begin:end])
        if len(units):
            used, label = np.unique(to, return_inverse=True)
            metres = weighed.ways.walked_to_own(points[used], label, units=units)
            weighted = weighed.people[units] * (metres - weighed.metres[units])
            more += np.bincount(pair, weights=weighted, minlength=len(new))
        begin = end
    return more


def _beyond(
    weighed: Weighed, sites: gpd.GeoDataFrame, new: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """Count who loses a near center in each exchange, less those who gain one, ``(pairs,)``."""
    table = within_walk(weighed.ways, points_of(sites), weighed.scenario)
    alone = np.flatnonzero(weighed.single >= 0)
    only = sparse.csr_array(
        (weighed.people[alone], (weighed.single[alone], alone)),
        shape=(len(weighed.centers), len(weighed.people)),
    )
    kept = sparse.csr_array(only @ table)
    gained = np.where(weighed.reached == 0, weighed.people, 0.0) @ table
    still = np.asarray(kept[new, other]).ravel() if len(new) else np.zeros(0)
    return np.asarray(weighed.only_near[new] - still - gained[other])


def _broken(weighed: Weighed, site: pd.Series, center: int, lost: float) -> list[str]:
    row = weighed.centers.iloc[center]
    codes = []
    if row["population"] > site["capacity_upper"] * (1 + 1e-9):
        codes.append("band")
    if weighed.below_share(lost):
        codes.append("coverage")
    if street_left_short(weighed, center, site["subdistrict"]):
        codes.append("one-n")
    if row["class"] == "regional" and not site.get("may_be_regional", True):
        codes.append("area")
    return codes
