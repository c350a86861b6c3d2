"""Compiled steps of the median relaxation: fill each column, see what it serves, close pairs.

A column's part is a continuous knapsack: units in order of reduced cost per demand until its room
is full. Tables are ``(k, n)``, one row a column, so that a column is read in one run of memory.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled


@compiled
def threshold(
    ratio: np.ndarray, mass: np.ndarray, count: int, room: float
) -> tuple[float, float, float]:
    """
    Fill ``room`` with the cheapest of the first ``count`` masses, cheapest ``ratio`` first.

    Returns the ratio at which it is full (infinite where everything fits), and the mass and value
    strictly below that ratio. Reorders both arrays (quickselect, linear time on average).
    """
    low, high = 0, count
    load, value = 0.0, 0.0
    while low < high:
        a, b, c = ratio[low], ratio[(low + high) // 2], ratio[high - 1]
        pivot = max(min(a, b), min(max(a, b), c))
        lt, i, gt = low, low, high
        less, less_value, same = 0.0, 0.0, 0.0
        while i < gt:
            r = ratio[i]
            if r < pivot:
                less += mass[i]
                less_value += r * mass[i]
                ratio[i], ratio[lt] = ratio[lt], r
                mass[i], mass[lt] = mass[lt], mass[i]
                lt += 1
                i += 1
            elif r > pivot:
                gt -= 1
                ratio[i], ratio[gt] = ratio[gt], r
                mass[i], mass[gt] = mass[gt], mass[i]
            else:
                same += mass[i]
                i += 1
        if load + less > room:
            high = lt
        elif load + less + same > room:
            return pivot, load + less, value + less_value
        else:
            load += less + same
            value += less_value + pivot * same
            low = gt
    return np.inf, load, value


@compiled
def fill(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    live: np.ndarray,
    demand: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    anchor: np.ndarray,
    value: np.ndarray,
    cut: np.ndarray,
    rest: np.ndarray,
) -> None:
    """
    Work out the cheapest continuous part around each live column.

    ``cost`` and ``allowed`` are ``(k, n)``, all else ``(n,)`` or ``(k,)``. ``value`` receives the
    reduced cost of the part (infinite where there is none), ``cut`` the reduced cost per demand at
    which it is full, ``rest`` the share taken of the units exactly there.
    """
    columns, n = cost.shape
    ratio, mass = np.empty(n), np.empty(n)
    for k in range(columns):
        value[k] = np.inf
        if not live[k]:
            continue
        total, load, wanted = 0.0, 0.0, 0.0
        count = 0
        for i in range(n):
            if not allowed[k, i]:
                continue
            reduced = cost[k, i] - price[i]
            if i == anchor[k] or (demand[i] <= 0.0 and reduced < 0.0):
                total += reduced
                load += demand[i]
            elif demand[i] > 0.0:
                ratio[count] = reduced / demand[i]
                mass[count] = demand[i]
                count += 1
                if reduced < 0.0:
                    wanted += demand[i]
        room = wanted
        if load + wanted > high[k]:
            room = high[k] - load
        elif load + wanted < low[k]:
            room = low[k] - load
        if room < 0.0:
            if load > high[k] * (1.0 + 1e-9):
                continue
            room = 0.0
        if room == wanted:
            gain = 0.0
            for t in range(count):
                if ratio[t] < 0.0:
                    gain += ratio[t] * mass[t]
            rest[k] = 0.0
            value[k] = total + gain
            cut[k] = 0.0
            continue
        level, below, gain = threshold(ratio, mass, count, room)
        if level == np.inf:
            if below < room * (1.0 - 1e-9) - 1e-9:
                continue
            rest[k] = 1.0
            value[k] = total + gain
            cut[k] = np.inf
            continue
        at = 0.0
        for t in range(count):
            if ratio[t] == level:
                at += mass[t]
        rest[k] = (room - below) / at
        value[k] = total + gain + level * (room - below)
        cut[k] = level


@compiled
def served(
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    demand: np.ndarray,
    anchor: int,
    level: float,
    rest: float,
    slope: np.ndarray,
) -> None:
    """Take from ``slope`` what one column serves; ``cost`` and ``allowed`` are its rows."""
    for i in range(len(price)):
        if not allowed[i]:
            continue
        reduced = cost[i] - price[i]
        if i == anchor or (demand[i] <= 0.0 and reduced < 0.0):
            slope[i] -= 1.0
        elif demand[i] > 0.0:
            ratio = reduced / demand[i]
            if ratio < level:
                slope[i] -= 1.0
            elif ratio == level:
                slope[i] -= rest


@compiled
def rule_out(  # noqa: PLR0913, PLR0917  # compiled
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    live: np.ndarray,
    demand: np.ndarray,
    anchor: np.ndarray,
    value: np.ndarray,
    cut: np.ndarray,
    last: float,
    room: float,
) -> int:
    """
    Close columns and pairs that add more than ``room`` to the bound; return how many.

    ``last`` is the value of the dearest column opened: a column beyond it takes its place.
    """
    columns, n = cost.shape
    closed = 0
    for k in range(columns):
        if not live[k]:
            continue
        extra = max(0.0, value[k] - last)
        if extra > room:
            live[k] = False
            closed += 1
            continue
        for i in range(n):
            if not allowed[k, i] or i == anchor[k]:
                continue
            reduced = cost[k, i] - price[i]
            if demand[i] > 0.0 and cut[k] < np.inf:
                reduced -= cut[k] * demand[i]
            elif demand[i] > 0.0:
                continue
            if extra + reduced > room:
                allowed[k, i] = False
                closed += 1
    return closed
