"""Compiled passes over the arcs at prices of units and multipliers of loads."""

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


@compiled
def within_reach(arcs: Arcs, limit: Array, demand: Array, subsidy: Array) -> Columns:
    """Turn the arcs within price and subsidy around: site by site, units ascending."""
    start, site, cost, _ = arcs
    n, m = len(start) - 1, len(subsidy)
    begin = np.zeros(m + 1, dtype=np.int64)
    largest = 0.0
    for j in range(m):
        largest = max(largest, subsidy[j])
    end = np.empty(n, dtype=np.int64)
    for i in range(n):
        end[i] = start[i + 1]
        for a in range(start[i], start[i + 1]):
            if cost[a] > limit[i] + demand[i] * largest:
                end[i] = a
                break
            if cost[a] <= limit[i] + demand[i] * subsidy[site[a]]:
                begin[site[a] + 1] += 1
    for j in range(m):
        begin[j + 1] += begin[j]
    unit = np.empty(begin[m], dtype=np.int32)
    price = np.empty(begin[m], dtype=np.float64)
    fill = begin[:-1].copy()
    for i in range(n):
        for a in range(start[i], end[i]):
            j = site[a]
            if cost[a] <= limit[i] + demand[i] * subsidy[j]:
                unit[fill[j]] = i
                price[fill[j]] = cost[a]
                fill[j] += 1
    return Columns(begin, unit, price, n)


@in_place
def value_sites(columns: Columns, demand: Array, at: Multipliers, value: Array) -> None:
    """Sum, per site, what its arcs cost with its multiplier less the units' prices, if negative."""
    begin, unit, cost, _ = columns
    price, multiplier = at.price, at.load
    for j in range(len(begin) - 1):
        total, rate = 0.0, multiplier[j]
        for a in range(begin[j], begin[j + 1]):
            i = unit[a]
            reduced = cost[a] + demand[i] * rate - price[i]
            if reduced < 0.0:
                total += reduced
        value[j] = total


@in_place
def count_taken(
    columns: Columns, demand: Array, at: Multipliers, opened: Array, served: Array, load: Array
) -> None:
    """Count how often the opened sites take each unit, and the demand each takes."""
    begin, unit, cost, _ = columns
    price, multiplier = at.price, at.load
    for q in range(len(opened)):
        j = opened[q]
        rate = multiplier[j]
        for a in range(begin[j], begin[j + 1]):
            i = unit[a]
            if cost[a] + demand[i] * rate < price[i]:
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
