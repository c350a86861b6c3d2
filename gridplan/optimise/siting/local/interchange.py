"""
Fast interchange for sites that are never full: exchange, open or close a site while it pays.

What an exchange saves is summed up in one pass over the arcs of the site that enters (Whitaker,
*INFOR* 21(2), 1983; Resende and Werneck, *EJOR* 174(1), 2006). Guarantee: at the end no single
exchange, opening or closing that counts and budget allow saves anything worth while.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.bound.site_choice import Counts, counts_of
from gridplan.optimise.siting.bound.toll import within_budget
from gridplan.optimise.siting.question.arcs import Arcs, Columns, columns_of
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray


@dataclass(frozen=True)
class InterchangeParams:
    """
    Tuning of the interchange.

    Parameters
    ----------
    arcs_a_slice
        Arcs looked at between two looks at the clock.
    least_gain
        Share of the cost that makes an exchange worth while.
    """

    arcs_a_slice: int = 4_000_000
    least_gain: float = 1e-9


DEFAULT = InterchangeParams()


class Search(NamedTuple):
    """
    The search as compiled steps take it.

    Parameters
    ----------
    rows, columns
        Arcs by unit, from the cheapest on, and by site.
    counts, site_cost
        What a choice must obey, and the cost of each site.
    missing
        Cost of a unit that reaches no open site.
    inside, opened, home
        Open sites of each group, open sites, and each unit's site (-1: none).
    at
        ``(1,)`` next site to try.
    tally
        ``(3,)`` number of open sites, money they take, and the most there is.
    first, second
        ``(n,)`` cost of each unit at its home, and at the next open site.
    loss, spare
        ``(m,)`` what closing each site costs, and the same as another opens.
    """

    rows: Arcs
    columns: Columns
    counts: Counts
    site_cost: Array
    missing: float
    inside: Array
    opened: Array
    home: Array
    at: Array
    tally: Array
    first: Array
    second: Array
    loss: Array
    spare: Array


class Interchange:
    """
    Local search over sets of sites, each unit at its cheapest open one.

    Parameters
    ----------
    case, arcs
        The question, whose capacities do not count, and its arcs.
    params
        Tuning.

    Attributes
    ----------
    worth
        Cost of the last siting, sites included.
    """

    def __init__(self, case: Case, arcs: Arcs, params: InterchangeParams = DEFAULT) -> None:
        self.case, self.arcs, self.params = case, arcs, params
        self._columns = columns_of(arcs, case.m)
        # A unit that reaches none of the sites: dearer than any way of serving all.
        self.worth = np.inf
        self._missing = 1.0 + float(arcs.cost.max(initial=0.0)) * case.n

    def descend(self, sites: np.ndarray, run: Run) -> tuple[np.ndarray, np.ndarray] | None:
        """
        Exchange sites until no exchange saves anything.

        None if a unit reaches no open site, or the sites to begin from are beyond the budget.
        """
        case = self.case
        if not within_budget(case, sites):
            return None
        opened = np.zeros(case.m, dtype=np.bool_)
        opened[sites] = True
        inside = np.bincount(case.group[opened], minlength=len(case.group_min))
        home, at = np.full(case.n, -1), np.zeros(1, dtype=np.int64)
        most = case.budget + 1e-9 * float(np.abs(case.spend).sum())
        tally = np.array([len(sites), case.spend[sites].sum(), most])
        search = Search(
            self.arcs, self._columns, counts_of(case), case.site_cost, self._missing, inside,
            opened, home, at, tally, *(np.zeros(size) for size in (case.n, case.n, case.m, case.m)),
        )  # fmt: skip
        idle, params = 0, self.params
        while idle < case.m and run.ended_by is None:
            idle, looked = exchange(search, idle, params.arcs_a_slice, params.least_gain)
            run.spend(looked * WEIGHTS.arc)
        self.worth = float(search.first.sum() + case.site_cost[opened].sum())
        return None if (home < 0).any() else (np.flatnonzero(opened), home)


@in_place
def two_nearest(search: Search, first: Array, second: Array) -> int:
    """Cost of each unit at its cheapest open site, its home, and at the next; arcs looked at."""
    start, site, cost, _ = search.rows
    opened, home = search.opened, search.home
    looked = 0
    for i in range(len(home)):
        home[i], first[i], second[i] = -1, search.missing, search.missing
        for a in range(start[i], start[i + 1]):
            looked += 1
            if not opened[site[a]]:
                continue
            if home[i] < 0:
                home[i], first[i] = site[a], cost[a]
            else:
                second[i] = cost[a]
                break
    return looked


@in_place
def losses(search: Search, first: Array, second: Array, loss: Array) -> float:
    """Fill what closing each open site would cost; return the cost of all units."""
    for j in range(len(loss)):
        loss[j] = 0.0
    total = 0.0
    for i in range(len(first)):
        total += first[i]
        if search.home[i] >= 0:
            loss[search.home[i]] += second[i] - first[i]
    return total


@in_place
def gain_of(search: Search, j: int, first: Array, second: Array, spare: Array) -> float:
    """Return what units save that go to site j; take off what closing another then costs less."""
    begin, unit, price, _ = search.columns
    home, gain = search.home, 0.0
    for a in range(begin[j], begin[j + 1]):
        i = unit[a]
        if price[a] < first[i]:
            gain += first[i] - price[a]
            if home[i] >= 0:
                spare[home[i]] -= second[i] - first[i]
        elif price[a] < second[i] and home[i] >= 0:
            spare[home[i]] -= second[i] - price[a]
    return gain


@in_place
def best_leaving(search: Search, j: int, gain: float, spare: Array, least: float) -> int:
    """Find the open site whose closing saves most as j opens, above ``least``; -1: none."""
    counts, inside, cost = search.counts, search.inside, search.site_cost
    group, leave, spend = counts.group, -1, counts.spend
    room = inside[group[j]] < counts.group_max[group[j]]
    money = search.tally[2] - search.tally[1] - spend[j]
    for r in range(len(spare)):
        saved = gain + cost[r] - spare[r]
        if not search.opened[r] or counts.kept[r] or saved <= least or money + spend[r] < 0.0:
            continue
        if group[r] == group[j] or (room and inside[group[r]] > counts.group_min[group[r]]):
            leave, least = r, saved
    return leave


@in_place
def may_open(search: Search, j: int) -> bool:
    """Whether one more site may open, none closing for it."""
    counts, tally = search.counts, search.tally
    group = counts.group[j]
    fits = tally[0] < counts.high and search.inside[group] < counts.group_max[group]
    return bool(fits and tally[1] + counts.spend[j] <= tally[2])


@in_place
def best_closing(search: Search, loss: Array, least: float) -> int:
    """Find the open site whose closing alone saves most, above ``least``; -1: none."""
    counts, tally, leave = search.counts, search.tally, -1
    if tally[0] <= counts.low:
        return leave
    for r in range(len(loss)):
        saved = search.site_cost[r] - loss[r]
        if not search.opened[r] or counts.kept[r] or saved <= least:
            continue
        if search.inside[counts.group[r]] <= counts.group_min[counts.group[r]]:
            continue
        if tally[1] - counts.spend[r] <= tally[2]:
            leave, least = r, saved
    return leave


@in_place
def turn(search: Search, j: int, sign: int) -> None:
    """Open (sign 1) or close (-1) a site; none where j is -1."""
    if j >= 0:
        search.opened[j] = sign > 0
        search.inside[search.counts.group[j]] += sign
        search.tally[0] += sign
        search.tally[1] += sign * search.counts.spend[j]


@in_place
def exchange(search: Search, idle: int, most: int, least_gain: float) -> tuple[int, int]:
    """
    Make exchanges, until ``m`` sites in a row gain nothing or ``most`` arcs were looked at.

    Parameters
    ----------
    search
        Carried on.
    idle, most
        Sites that gained nothing so far; arcs.
    least_gain
        Share of the cost that makes an exchange worth while.

    Returns
    -------
    tuple
        Sites in a row that gained nothing, arcs looked at.
    """
    opened, begin = search.opened, search.columns.begin
    first, second, loss, spare = search.first, search.second, search.loss, search.spare
    m, fresh, looked, total = len(opened), True, 0, 0.0
    while idle < m and looked < most:
        if fresh:
            looked += two_nearest(search, first, second)
            total = losses(search, first, second, loss)
            fresh = False
            leave = best_closing(search, loss, least_gain * total)
            if leave >= 0:
                turn(search, leave, -1)
                idle, fresh = 0, True
                continue
        j = search.at[0]
        search.at[0] = (j + 1) % m
        idle += 1
        if opened[j] or search.counts.closed[j]:
            continue
        for r in range(m):
            spare[r] = loss[r]
        gain = gain_of(search, j, first, second, spare) - search.site_cost[j]
        looked += begin[j + 1] - begin[j] + m // 8
        least = least_gain * total
        more = gain > least and may_open(search, j)
        leave = best_leaving(search, j, gain, spare, max(least, gain) if more else least)
        if more or leave >= 0:
            turn(search, leave, -1)
            turn(search, j, 1)
            idle, fresh = 0, True
    if fresh:
        two_nearest(search, first, second)
    return idle, looked
