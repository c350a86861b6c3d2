"""
Compiled steps of the Lagrangian p-median: fill each column, see what it serves, close pairs.

A column's part is a continuous knapsack: units in order of reduced cost per demand until its room
is full (:func:`gridplan.optimise.methods.knapsack.threshold`). Tables are ``(k, n)``, one row a
column, so that a column is read in one run of memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.knapsack import threshold
from gridplan.optimise.numeric.compiled import compiled, inner


class MedianColumns(NamedTuple):
    """
    The columns of a p-median and what each may serve.

    Parameters
    ----------
    cost, allowed
        ``(k, n)``; pairs that are closed are not allowed.
    live
        ``(k,)`` bool: columns that may be opened.
    demand
        ``(n,)``.
    low, high
        ``(k,)`` bounds on the demand of a part, finite.
    anchor
        ``(k,)`` unit that the part of a column holds, negative for none.
    """

    cost: np.ndarray
    allowed: np.ndarray
    live: np.ndarray
    demand: np.ndarray
    low: np.ndarray
    high: np.ndarray
    anchor: np.ndarray


class Filled(NamedTuple):
    """
    The cheapest continuous part around each column.

    Parameters
    ----------
    value
        ``(k,)`` its reduced cost, infinite where there is none.
    cut
        ``(k,)`` reduced cost per demand at which it is full.
    rest
        ``(k,)`` share taken of the units exactly there.
    """

    value: np.ndarray
    cut: np.ndarray
    rest: np.ndarray


@compiled
def fill(columns: MedianColumns, price: np.ndarray, filled: Filled) -> None:
    """Work out the cheapest continuous part around each live column at prices ``(n,)``."""
    k_count, n = columns.cost.shape
    ratio, mass = np.empty(n), np.empty(n)
    for k in range(k_count):
        filled.value[k] = np.inf
        if columns.live[k]:
            fill_one(columns, price, filled, k, ratio, mass)


@inner
def gather(
    columns: MedianColumns, price: np.ndarray, k: int, ratio: np.ndarray, mass: np.ndarray
) -> tuple[float, float, float, int]:
    """
    Sort what column ``k`` may serve.

    ``ratio`` and ``mass`` ``(n,)`` receive reduced cost per demand and demand of the units that
    fill it.

    Returns
    -------
    total, load, wanted, count
        Reduced cost and demand of what it serves in any case, demand worth having, and the number
        of units that fill it.
    """
    total, load, wanted, count = 0.0, 0.0, 0.0, 0
    for i in range(len(price)):
        if not columns.allowed[k, i]:
            continue
        reduced, demand = columns.cost[k, i] - price[i], columns.demand[i]
        if i == columns.anchor[k] or (demand <= 0.0 and reduced < 0.0):
            total += reduced
            load += demand
        elif demand > 0.0:
            ratio[count] = reduced / demand
            mass[count] = demand
            count += 1
            if reduced < 0.0:
                wanted += demand
    return total, load, wanted, count


@inner
def fill_one(
    columns: MedianColumns,
    price: np.ndarray,
    filled: Filled,
    k: int,
    ratio: np.ndarray,
    mass: np.ndarray,
) -> None:
    """Work out the cheapest continuous part around column ``k``; leave it as it is if none."""
    total, load, wanted, count = gather(columns, price, k, ratio, mass)
    high, room = columns.high[k], wanted
    if load + wanted > high:
        room = high - load
    elif load + wanted < columns.low[k]:
        room = columns.low[k] - load
    if room < 0.0:
        if load > high * (1.0 + 1e-9):
            return
        room = 0.0
    if room == wanted:
        write(filled, k, total + below_zero(ratio, mass, count), 0.0, 0.0)
        return
    level, below, gain = threshold(ratio, mass, count, room)
    if level == np.inf:
        if below >= room * (1.0 - 1e-9) - 1e-9:
            write(filled, k, total + gain, np.inf, 1.0)
        return
    at = 0.0
    for t in range(count):
        if ratio[t] == level:
            at += mass[t]
    write(filled, k, total + gain + level * (room - below), level, (room - below) / at)


@inner
def below_zero(ratio: np.ndarray, mass: np.ndarray, count: int) -> float:
    """Sum up the first ``count`` masses of negative ratio, times that."""
    gain = 0.0
    for t in range(count):
        if ratio[t] < 0.0:
            gain += ratio[t] * mass[t]
    return gain


@inner
def write(filled: Filled, k: int, value: float, cut: float, rest: float) -> None:
    """Write down the part of column ``k``."""
    filled.value[k] = value
    filled.cut[k] = cut
    filled.rest[k] = rest


@compiled
def served(
    columns: MedianColumns, price: np.ndarray, filled: Filled, k: int, slope: np.ndarray
) -> None:
    """Take from ``slope`` ``(n,)`` what column ``k`` serves."""
    for i in range(len(price)):
        if not columns.allowed[k, i]:
            continue
        reduced, demand = columns.cost[k, i] - price[i], columns.demand[i]
        if i == columns.anchor[k] or (demand <= 0.0 and reduced < 0.0):
            slope[i] -= 1.0
        elif demand > 0.0:
            ratio = reduced / demand
            if ratio < filled.cut[k]:
                slope[i] -= 1.0
            elif ratio == filled.cut[k]:
                slope[i] -= filled.rest[k]


@compiled
def rule_out(
    columns: MedianColumns, price: np.ndarray, filled: Filled, last: float, room: float
) -> int:
    """
    Close columns and pairs that add more than ``room`` to the bound; return how many.

    ``last`` is the value of the dearest column opened: a column beyond it takes its place.
    """
    k_count, n = columns.cost.shape
    closed = 0
    for k in range(k_count):
        if not columns.live[k]:
            continue
        extra, cut = max(0.0, filled.value[k] - last), filled.cut[k]
        if extra > room:
            columns.live[k] = False
            closed += 1
            continue
        for i in range(n):
            if not columns.allowed[k, i] or i == columns.anchor[k]:
                continue
            reduced, demand = columns.cost[k, i] - price[i], columns.demand[i]
            if demand > 0.0:
                if cut == np.inf:
                    continue
                reduced -= cut * demand
            if extra + reduced > room:
                columns.allowed[k, i] = False
                closed += 1
    return closed
