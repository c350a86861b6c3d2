"""
The state of an annealing run: who is where, what that costs, and the steps that change it.

Assignments are held as linked lists of units, one a site, so that a unit moves in constant time and
a site's units are found without a search. Load outside the bounds of an open site is *excess*; it
costs ``ALPHA`` per unit of demand (a penalty that swings, so that the run keeps crossing the border
of what is feasible).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.in_place import in_place

Array = np.ndarray

# Numbers of a run that change; the last two are fixed: what an arc that does not exist costs, and
# the most money there is.
COST, EXCESS, BEST, ALPHA, HEAT, PENDING, OPEN, SPENT, MISSING, BUDGET = range(10)


class Units(NamedTuple):
    """
    Units and where they are.

    Parameters
    ----------
    demand
        ``(n,)``.
    site, cost
        ``(n,)`` where each is, and what its arc costs.
    before, after
        ``(n,)`` neighbours in the list of the site's units; -1 at its ends.
    """

    demand: Array
    site: Array
    cost: Array
    before: Array
    after: Array


class Sites(NamedTuple):
    """
    Sites of the core.

    Parameters
    ----------
    load, capacity, lower, cost, spend
        ``(m,)`` demand carried, its bounds where open, the cost of opening, and the money it takes.
    opened, locked
        ``(m,)`` whether open, and whether that may not change.
    group, first
        ``(m,)`` label, and the first unit of the site's list; -1 where it is empty.
    """

    load: Array
    capacity: Array
    lower: Array
    cost: Array
    spend: Array
    opened: Array
    locked: Array
    group: Array
    first: Array


class Groups(NamedTuple):
    """Sites that each group must and may open, and has open: ``(groups,)`` each."""

    least: Array
    most: Array
    opened: Array


class Near(NamedTuple):
    """
    Who is near whom.

    Parameters
    ----------
    site, cost
        ``(n, width)`` sites of each unit from the cheapest on (-1: no more), and their arcs.
    sorted_site, sorted_cost
        The same by number of the site, for look-ups.
    unit
        ``(m, reach)`` units nearest to each site, -1 where there are fewer.
    """

    site: Array
    cost: Array
    sorted_site: Array
    sorted_cost: Array
    unit: Array


class State(NamedTuple):
    """
    All of an annealing run.

    Parameters
    ----------
    units, sites, groups, near
        As above.
    score
        ``(10,)`` numbers, by the names at the top of this file.
    best_site, best_opened
        ``(n,)`` and ``(m,)`` of the best feasible state met.
    log_unit, log_from
        Units moved by the move under way, and from where: to undo it.
    random
        ``(2,)`` state of the random numbers.
    luck
        Exponentially distributed numbers, drawn from by index.
    """

    units: Units
    sites: Sites
    groups: Groups
    near: Near
    score: Array
    best_site: Array
    best_opened: Array
    log_unit: Array
    log_from: Array
    random: Array
    luck: Array


@in_place
def draw(random: Array, below: int) -> int:
    """Whole number from 0 to ``below`` - 1: two combined Lehmer generators (L'Ecuyer 1988)."""
    random[0] = random[0] * 40014 % 2147483563
    random[1] = random[1] * 40692 % 2147483399
    return (random[0] - random[1]) % 2147483562 * below // 2147483562


@in_place
def cost_between(near: Near, i: int, j: int, missing: float) -> float:
    """Cost of unit i at site j, ``missing`` when j is not among its near sites."""
    width = near.sorted_site.shape[1]
    low, high = 0, width
    while low < high:
        mid = (low + high) // 2
        if near.sorted_site[i, mid] < j:
            low = mid + 1
        else:
            high = mid
    if low < width and near.sorted_site[i, low] == j:
        return near.sorted_cost[i, low]
    return missing


@in_place
def outside(sites: Sites, j: int, load: float) -> float:
    """Demand by which an open site is above its capacity or below its lower bound."""
    return max(0.0, load - sites.capacity[j]) + max(0.0, sites.lower[j] - load)


@in_place
def change(sites: Sites, j: int, more: float) -> float:
    """Change of the excess of site j when its load grows by ``more``."""
    return outside(sites, j, sites.load[j] + more) - outside(sites, j, sites.load[j])


@in_place
def move(units: Units, sites: Sites, score: Array, i: int, j: int, arc: float) -> None:
    """Hand unit i over to site j, where it costs ``arc``; excess is noted by the caller."""
    a = units.site[i]
    sites.load[a] -= units.demand[i]
    sites.load[j] += units.demand[i]
    score[COST] += arc - units.cost[i]
    units.cost[i] = arc
    units.site[i] = j
    left, right = units.before[i], units.after[i]
    if left >= 0:
        units.after[left] = right
    else:
        sites.first[a] = right
    if right >= 0:
        units.before[right] = left
    units.before[i] = -1
    units.after[i] = sites.first[j]
    if sites.first[j] >= 0:
        units.before[sites.first[j]] = i
    sites.first[j] = i


@in_place
def flip(sites: Sites, groups: Groups, score: Array, a: int, s: int) -> None:
    """Note a as closed and s as open (-1: neither)."""
    if a >= 0:
        sites.opened[a] = False
        groups.opened[sites.group[a]] -= 1
        score[OPEN] -= 1
        score[SPENT] -= sites.spend[a]
    if s >= 0:
        sites.opened[s] = True
        groups.opened[sites.group[s]] += 1
        score[OPEN] += 1
        score[SPENT] += sites.spend[s]


@in_place
def note(score: Array, excess: float) -> None:
    """Add a change of excess; mark the state if it is feasible and the best so far."""
    score[EXCESS] += excess
    if score[EXCESS] < 1e-7:
        score[EXCESS] = 0.0
        if score[SPENT] <= score[BUDGET] and score[COST] < score[BEST] - 1e-9 * abs(score[BEST]):
            score[BEST] = score[COST]
            score[PENDING] = 1.0


@in_place
def keep_best(state: State) -> None:
    """Copy the state that was marked as the best so far."""
    for i in range(len(state.best_site)):
        state.best_site[i] = state.units.site[i]
    for j in range(len(state.best_opened)):
        state.best_opened[j] = state.sites.opened[j]
    state.score[PENDING] = 0.0


@in_place
def recount(state: State) -> None:
    """Rebuild loads, lists, counts and cost from the assignment alone."""
    units, sites, groups, score = state.units, state.sites, state.groups, state.score
    for j in range(len(sites.load)):
        sites.load[j] = 0.0
        sites.first[j] = -1
    for g in range(len(groups.opened)):
        groups.opened[g] = 0
    total, excess, many, spent = 0.0, 0.0, 0.0, 0.0
    for i in range(len(units.site) - 1, -1, -1):
        j = units.site[i]
        sites.load[j] += units.demand[i]
        arc = cost_between(state.near, i, j, score[MISSING])
        units.cost[i] = arc
        total += arc
        units.before[i] = -1
        units.after[i] = sites.first[j]
        if sites.first[j] >= 0:
            units.before[sites.first[j]] = i
        sites.first[j] = i
    for j in range(len(sites.load)):
        if sites.opened[j]:
            many += 1.0
            groups.opened[sites.group[j]] += 1
            total += sites.cost[j]
            spent += sites.spend[j]
            excess += outside(sites, j, sites.load[j])
    score[COST] = total
    score[EXCESS] = 0.0
    score[OPEN] = many
    score[SPENT] = spent
    note(score, excess)
