"""
Knapsacks, as both engines pack them: in part, whole by cells, whole by search.

In part (continuous): the level at which room is full, by quickselect in linear time on average
(Balas & Zemel 1980, doi:10.1287/opre.28.5.1130). Whole, for whole weights: a dynamic program over
the room (Bellman 1957), which also serves every smaller room. Whole, for any weights: depth-first
search with the fractional bound (Horowitz and Sahni, *Journal of the ACM* 21(2), 1974,
doi:10.1145/321812.321823). Guarantee: the best value, or -1 where the nodes of the search did not
suffice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.numeric.in_place import in_place

Array = np.ndarray


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


class Cells(NamedTuple):
    """
    Room of a dynamic program.

    Parameters
    ----------
    best
        ``(room + 1,)`` least sum of costs for each room.
    kept
        ``(items, room + 1)`` bool: whether an item is taken there.
    """

    best: Array
    kept: Array


@inner
def fill_cells(
    cells: Cells, cost: Array, weight: Array, item: Array, count: int, room: int
) -> None:
    """Find, for every whole room, which of the first ``count`` of ``item`` cost least."""
    best, kept = cells.best, cells.kept
    for c in range(room + 1):
        best[c] = 0.0
    for t in range(count):
        own, gain = weight[item[t]], cost[item[t]]
        for c in range(room, own - 1, -1):
            value = best[c - own] + gain
            kept[t, c] = value < best[c]
            best[c] = min(value, best[c])
        for c in range(own):
            kept[t, c] = False


class Scratch(NamedTuple):
    """
    Room for the knapsack of one site, so that compiled steps allocate nothing.

    Parameters
    ----------
    worth, which
        Cost per demand of the arcs in question, and their indices.
    order, spare
        By rising worth; room for sorting.
    gain, weight
        Items of a whole-unit knapsack.
    now, best
        Those taken at the node at hand, and in the best answer.
    """

    worth: Array
    which: Array
    order: Array
    spare: Array
    gain: Array
    weight: Array
    now: Array
    best: Array


def scratch_of(size: int) -> Scratch:
    """Set room aside for so many arcs or sites."""
    whole, real = np.int64, np.float64
    kinds = (real, whole, whole, whole, real, real, np.bool_, np.bool_)
    return Scratch(*(np.zeros(size, dtype=kind) for kind in kinds))


@in_place
def whole_knapsack(items: Scratch, many: int, room: float, nodes: int) -> float:
    """
    Most value of whole items within ``room``.

    Parameters
    ----------
    items
        Its first ``many`` entries of ``gain`` and ``weight``, by falling gain per weight; ``best``
        is filled: whether taken.
    many
        Items.
    room
        Weight that may be taken.
    nodes
        Of the search, at most.

    Returns
    -------
    float
        The value, or -1 when ``nodes`` did not suffice.
    """
    gain, weight, now = items.gain, items.weight, items.now
    for q in range(many):
        now[q] = False
    keep(items, many)
    record, total, left = -1.0, 0.0, room
    k, spent = 0, 0
    while True:
        if fractional_bound(items, many, k, total, left) > record * (1.0 + 1e-12) + 1e-12:
            k, total, left = take_on(items, many, k, total, left)
            if k < many:
                k += 1
                spent += 1
                if spent > nodes:
                    return -1.0
                if k < many:
                    continue
            if total > record:
                record = total
                keep(items, many)
        k = last_taken(now, min(k, many) - 1)
        if k < 0:
            return record
        now[k] = False
        total -= gain[k]
        left += weight[k]
        k += 1
        spent += 1
        if spent > nodes:
            return -1.0


@in_place
def take_on(
    items: Scratch, many: int, k: int, total: float, left: float
) -> tuple[int, float, float]:
    """Take items from ``k`` on as long as they fit; the next one, total and room left."""
    while k < many and items.weight[k] <= left:
        items.now[k] = True
        total += items.gain[k]
        left -= items.weight[k]
        k += 1
    return k, total, left


@in_place
def keep(items: Scratch, many: int) -> None:
    """Note the items taken now as the best."""
    for q in range(many):
        items.best[q] = items.now[q]


@in_place
def fractional_bound(items: Scratch, many: int, k: int, total: float, space: float) -> float:
    """Bound a total with items from ``k`` on: the next ones, the last of them in part."""
    while k < many and items.weight[k] <= space:
        total += items.gain[k]
        space -= items.weight[k]
        k += 1
    if k < many:
        total += items.gain[k] * space / items.weight[k]
    return total


@in_place
def last_taken(now: Array, k: int) -> int:
    """Find the last item taken up to ``k``; -1 where there is none."""
    while k >= 0 and not now[k]:
        k -= 1
    return k
