"""
Compiled passes over the arcs at prices of units and multipliers of loads.

Units one after the other, each with the few arcs that can matter at prices and subsidies about as
they are; a unit whose price has outgrown that looks at all of its arcs, from the cheapest on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.question.arcs import Arcs, Columns

Array = np.ndarray


class Multipliers(NamedTuple):
    """
    One point of the dual.

    Parameters
    ----------
    price
        ``(n,)`` of units.
    load
        ``(m,)`` per demand at each site: positive at the capacity, negative at the lower bound.
    """

    price: Array
    load: Array


class Limits(NamedTuple):
    """
    How far multipliers may go.

    Parameters
    ----------
    load
        ``(m,)`` largest multiplier of each site.
    subsidy
        Largest below zero, its sign turned.
    bisections
        Multipliers tried.
    """

    load: Array
    subsidy: float
    bisections: int


class Near(NamedTuple):
    """
    Arcs of each unit that can matter, cheapest first.

    Parameters
    ----------
    start
        ``(n + 1,)`` where those of each unit begin.
    site, cost
        Of each arc.
    limit
        ``(n,)`` price of the unit up to which these are all.
    """

    start: Array
    site: Array
    cost: Array
    limit: Array


@compiled
def within_reach(arcs: Arcs, limit: Array, demand: Array, subsidy: Array) -> Near:
    """Gather the arcs within each unit's price limit and each site's subsidy per demand."""
    start, site, cost, _ = arcs
    n = len(start) - 1
    largest = 0.0
    for j in range(len(subsidy)):
        largest = max(largest, subsidy[j])
    begin = np.zeros(n + 1, dtype=np.int64)
    for i in range(n):
        count = 0
        for a in range(start[i], start[i + 1]):
            if cost[a] > limit[i] + demand[i] * largest:
                break
            if cost[a] <= limit[i] + demand[i] * subsidy[site[a]]:
                count += 1
        begin[i + 1] = begin[i] + count
    near = np.empty(begin[n], dtype=np.int32)
    price = np.empty(begin[n], dtype=np.float64)
    for i in range(n):
        fill, a = begin[i], start[i]
        while fill < begin[i + 1]:
            if cost[a] <= limit[i] + demand[i] * subsidy[site[a]]:
                near[fill] = site[a]
                price[fill] = cost[a]
                fill += 1
            a += 1
    return Near(begin, near, price, limit)


@in_place
def value_sites(arcs: Arcs, near: Near, demand: Array, at: Multipliers, value: Array) -> int:
    """
    Sum, per site, what its arcs cost with its multiplier less the units' prices, if negative.

    Returns
    -------
    int
        Units whose price has outgrown what was gathered.
    """
    price, multiplier = at.price, at.load
    outgrown = 0
    for j in range(len(value)):
        value[j] = 0.0
    for i in range(len(price)):
        site, cost = near.site, near.cost
        first, last = near.start[i], near.start[i + 1]
        if price[i] > near.limit[i]:
            site, cost = arcs.site, arcs.cost
            first, last = arcs.start[i], arcs.start[i + 1]
            outgrown += 1
        for a in range(first, last):
            reduced = cost[a] + demand[i] * multiplier[site[a]] - price[i]
            if reduced < 0.0:
                value[site[a]] += reduced
    return outgrown


@in_place
def count_taken(
    arcs: Arcs,
    near: Near,
    demand: Array,
    at: Multipliers,
    opened: Array,
    served: Array,
    load: Array,
) -> None:
    """Count how often the opened sites, a mask, take each unit, and the demand each takes."""
    price, multiplier = at.price, at.load
    for i in range(len(price)):
        site, cost = near.site, near.cost
        first, last = near.start[i], near.start[i + 1]
        if price[i] > near.limit[i]:
            site, cost = arcs.site, arcs.cost
            first, last = arcs.start[i], arcs.start[i + 1]
        for a in range(first, last):
            j = site[a]
            if opened[j] and cost[a] + demand[i] * multiplier[j] < price[i]:
                served[i] += 1.0
                load[j] += demand[i]


@in_place
def suit_loads(
    columns: Columns,
    demand: Array,
    at: Multipliers,
    bounds: tuple[Array, Array],
    most: Limits,
    sites: Array,
) -> None:
    """
    Move each multiplier to where its site is worth most at these prices of units.

    A site's worth is concave in its multiplier, whose slope is the load less what the multiplier
    pays for: bisection, from the multiplier at hand, which stays unless another is better.

    Parameters
    ----------
    columns, demand
        Arcs site by site, and the units' demands.
    at
        Prices, and multipliers, which are changed.
    bounds
        ``(m,)`` capacities and least loads.
    most
        Largest multiplier of each site, largest subsidy, and bisections.
    sites
        Those whose multipliers may move.
    """
    begin, unit, cost, _ = columns
    price, multiplier = at.price, at.load
    capacity, lower = bounds
    for j in sites:
        low, high = -most.subsidy, most.load[j]
        rate, record, best = multiplier[j], -np.inf, multiplier[j]
        for turn in range(most.bisections):
            total, load = 0.0, 0.0
            for a in range(begin[j], begin[j + 1]):
                i = unit[a]
                reduced = cost[a] + demand[i] * rate - price[i]
                if reduced < 0.0:
                    total += reduced
                    load += demand[i]
            if rate > 0.0:
                total -= rate * capacity[j]
            elif rate < 0.0:
                total -= rate * lower[j]
            if total > record:
                record, best = total, rate
            if load > capacity[j] or (rate < 0.0 and load > lower[j]):
                low = rate
            elif load < lower[j] or (rate > 0.0 and load < capacity[j]):
                high = rate
            else:
                break
            rate = 0.0 if turn == 0 and rate != 0.0 else 0.5 * (low + high)
        multiplier[j] = best
