"""Better sets of sites where nothing is ever full: exchange one site for another while it pays.

What an exchange saves is summed up in one pass over the arcs of the site that enters (Whitaker,
*INFOR* 21(2), 1983; Resende and Werneck, *EJOR* 174(1), 2006).
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.bound.site_choice import counts_of
from gridplan.optimise.siting.question.arcs import Arcs, columns_of
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

# Arcs looked at between two looks at the clock, and the least share of the cost worth a change.
ARCS_A_SLICE = 4_000_000
LEAST_GAIN = 1e-9


class Interchange:
    """
    Local search over sets of sites, each unit at its cheapest open one.

    Parameters
    ----------
    case, arcs
        The question, whose capacities never bind, and its arcs.
    """

    def __init__(self, case: Case, arcs: Arcs) -> None:
        self.case, self.arcs = case, arcs
        every = columns_of(arcs, case.m)
        self._rows = (arcs.start, arcs.site, arcs.cost)
        self._columns = every[:3]
        # A unit that reaches none of the sites: dearer than any way of serving all.
        self._missing = 1.0 + float(arcs.cost.max(initial=0.0)) * case.n

    def descend(self, sites: np.ndarray, run: Run) -> tuple[np.ndarray, np.ndarray] | None:
        """Exchange sites until no exchange saves anything; None if a unit reaches no open site."""
        case = self.case
        opened = np.zeros(case.m, dtype=np.bool_)
        opened[sites] = True
        inside = np.bincount(case.group[opened], minlength=len(case.group_min))
        home, at = np.full(case.n, -1), np.zeros(1, dtype=np.int64)
        idle = 0
        while idle < case.m and run.ended_by is None:
            idle, looked = exchange(
                self._rows, self._columns, case.site_cost, counts_of(case), self._missing, inside,
                opened, home, at, idle, ARCS_A_SLICE,
            )  # fmt: skip
            run.spend(looked * WEIGHTS.arc)
        return None if (home < 0).any() else (np.flatnonzero(opened), home)


@compiled
def two_nearest(rows, opened, missing, home, first, second):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Cost of each unit at its cheapest open site, ``home``, and at the next; arcs looked at."""
    start, site, cost = rows
    looked = 0
    for i in range(len(home)):
        home[i], first[i], second[i] = -1, missing, missing
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


@compiled
def draw(j, columns, home, first, second, spare):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return what units save that go to site j; take off what closing another then costs less."""
    begin, unit, price = columns
    gain = 0.0
    for a in range(begin[j], begin[j + 1]):
        i = unit[a]
        if price[a] < first[i]:
            gain += first[i] - price[a]
            if home[i] >= 0:
                spare[home[i]] -= second[i] - first[i]
        elif price[a] < second[i] and home[i] >= 0:
            spare[home[i]] -= second[i] - price[a]
    return gain


@compiled
def exchange(rows, columns, site_cost, counts, missing, inside, opened, home, at, idle, most):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0913, PLR0917
    """
    Make exchanges, until ``m`` sites in a row gain nothing or ``most`` arcs were looked at.

    Parameters
    ----------
    rows, columns
        Arcs by unit (from the cheapest on), and by site.
    site_cost, counts, missing
        Of sites; what a choice must obey; cost of a unit without a site.
    inside, opened, home, at
        Open sites of each group, open sites, and (filled) each unit's site; next site to try.
    idle, most
        Sites that gained nothing so far; arcs.

    Returns
    -------
    tuple
        Sites in a row that gained nothing, arcs looked at.
    """
    kept, closed, group, group_min, group_max, _, _ = counts
    m, n = len(opened), len(home)
    first, second = np.empty(n), np.empty(n)
    loss, spare = np.zeros(m), np.empty(m)
    fresh, looked, total = True, 0, 0.0
    while idle < m and looked < most:
        if fresh:
            looked += two_nearest(rows, opened, missing, home, first, second)
            loss[:] = 0.0
            total = 0.0
            for i in range(n):
                total += first[i]
                if home[i] >= 0:
                    loss[home[i]] += second[i] - first[i]
            fresh = False
        j = at[0]
        at[0] = (j + 1) % m
        idle += 1
        if opened[j] or closed[j]:
            continue
        spare[:] = loss
        gain = draw(j, columns, home, first, second, spare) - site_cost[j]
        looked += columns[0][j + 1] - columns[0][j] + m // 8
        leave, best = -1, LEAST_GAIN * total
        room = inside[group[j]] < group_max[group[j]]
        for r in range(m):
            if not opened[r] or kept[r] or gain + site_cost[r] - spare[r] <= best:
                continue
            if group[r] == group[j] or (room and inside[group[r]] > group_min[group[r]]):
                leave, best = r, gain + site_cost[r] - spare[r]
        if leave >= 0:
            opened[leave], opened[j] = False, True
            inside[group[leave]] -= 1
            inside[group[j]] += 1
            idle, fresh = 0, True
    if fresh:
        two_nearest(rows, opened, missing, home, first, second)
    return idle, looked
