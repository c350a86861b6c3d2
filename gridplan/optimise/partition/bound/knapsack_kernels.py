"""
Compiled steps of the knapsack bound: pack parts at prices, subgradient steps, price what is forced.

A 0-1 knapsack a part, by dynamic programming over whole demands or by its core; prices of units and
separator cuts move along smoothed subgradients with steps of Polyak, sized by a target.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.core_knapsack import Core, core_of, pack_core
from gridplan.optimise.methods.knapsack import Cells, fill_cells
from gridplan.optimise.methods.pace import PACE, RECORD, PaceParams, falters, length_of
from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.partition.graph.adjacency import Adjacency
from gridplan.optimise.partition.graph.graph import sweep
from gridplan.optimise.partition.graph.separator import surround


class Knapsacks(NamedTuple):
    """
    One knapsack a part.

    Parameters
    ----------
    cost
        ``(n, k)``, infinite where barred.
    weight, room
        ``(n,)`` and ``(k,)`` whole numbers, grains of demand.
    anchor
        ``(k,)`` each part's center.
    scale
        ``(n,)`` how far prices of units move, beside each other.
    states
        Of the search for each core; 0 for tables.
    """

    cost: np.ndarray
    weight: np.ndarray
    room: np.ndarray
    anchor: np.ndarray
    scale: np.ndarray
    states: int


class CutArrays(NamedTuple):
    """
    Separator cuts as flat arrays: ``unit[q]`` in ``column[q]`` only with one of its ring.

    Parameters
    ----------
    column, unit
        ``(most,)``.
    start, ring
        Row pointers ``(most + 1,)`` into units: the ring is ``ring[start[q]:start[q + 1]]``.
    number
        ``(1,)`` cuts there are.
    """

    column: np.ndarray
    unit: np.ndarray
    start: np.ndarray
    ring: np.ndarray
    number: np.ndarray


class Multipliers(NamedTuple):
    """Prices of units ``(n,)`` and of cuts ``(most,)``, the latter not negative."""

    price: np.ndarray
    cut: np.ndarray


class Ascent(NamedTuple):
    """
    How an ascent goes on.

    Parameters
    ----------
    target
        Value known: steps are sized by it.
    steps
        To be taken.
    renew
        The last quarter of the steps looks for separators.
    pace
        How steps get shorter.
    """

    target: float
    steps: int
    renew: bool
    pace: PaceParams


class Packing(NamedTuple):
    """
    Room to work in.

    Parameters
    ----------
    reduced, item
        ``(n,)`` reduced costs, and those worth taking.
    best, kept
        ``(room + 1,)`` and ``(n, room + 1)`` of the dynamic program.
    gain, core
        ``(n,)`` and room of the search for a core.
    take
        ``(k, n)`` bool: the units each part takes.
    mark, queue, ring
        ``(n,)`` each, for sweeps over the graph.
    """

    reduced: np.ndarray
    item: np.ndarray
    best: np.ndarray
    kept: np.ndarray
    gain: np.ndarray
    core: Core
    take: np.ndarray
    mark: np.ndarray
    queue: np.ndarray
    ring: np.ndarray


@inner
def room_to_pack(knapsacks: Knapsacks) -> Packing:
    """Make room to work in."""
    n, columns = knapsacks.cost.shape
    size = knapsacks.room.max() + 1 if knapsacks.states == 0 else 0
    return Packing(
        np.empty(n),
        np.empty(n, np.int64),
        np.empty(size),
        np.zeros((n, size), np.bool_),
        np.empty(n),
        core_of(n, knapsacks.states),
        np.zeros((columns, n), np.bool_),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
    )


@inner
def pack(knapsacks: Knapsacks, packing: Packing, room: int, take: np.ndarray) -> tuple[float, int]:
    """
    Find the items that fit into ``room`` at least sum of reduced costs.

    ``take`` ``(n,)`` receives them. Returns the sum (or less, where memory did not suffice) and the
    cells filled.
    """
    reduced, item, weight = packing.reduced, packing.item, knapsacks.weight
    count, total, value = 0, 0, 0.0
    for i in range(len(reduced)):
        take[i] = False
        if reduced[i] < 0.0 and weight[i] <= room:
            item[count] = i
            count += 1
            total += weight[i]
            value += reduced[i]
    if total <= room:
        for t in range(count):
            take[item[t]] = True
        return value, count
    if knapsacks.states > 0:
        for t in range(count):
            packing.gain[item[t]] = -reduced[item[t]]
        found = pack_core(packing.core, packing.gain, weight, item, count, room, take)
        return -found.bound, found.cells
    fill_cells(Cells(packing.best, packing.kept), reduced, weight, item, count, room)
    c = room
    for t in range(count - 1, -1, -1):
        if packing.kept[t, c]:
            take[item[t]] = True
            c -= weight[item[t]]
    return packing.best[room], count * room


@inner
def reduce_costs(
    knapsacks: Knapsacks, cuts: CutArrays, now: Multipliers, k: int, reduced: np.ndarray
) -> None:
    """Work out the reduced costs ``(n,)`` of part ``k`` from the prices of units and cuts."""
    for i in range(len(now.price)):
        reduced[i] = knapsacks.cost[i, k] - now.price[i]
    for q in range(cuts.number[0]):
        if cuts.column[q] == k and now.cut[q] > 0.0:
            reduced[cuts.unit[q]] += now.cut[q]
            for e in range(cuts.start[q], cuts.start[q + 1]):
                reduced[cuts.ring[e]] -= now.cut[q]


@compiled
def ascend(
    knapsacks: Knapsacks,
    cuts: CutArrays,
    now: Multipliers,
    top: Multipliers,
    pace: np.ndarray,
    ascent: Ascent,
    graph: Adjacency,
    fresh: CutArrays,
) -> float:
    """
    Take subgradient steps; multipliers move on in place.

    Parameters
    ----------
    top
        Receives the multipliers of the best value.
    pace
        ``(3,)`` of the steps (:mod:`gridplan.optimise.methods.pace`).
    fresh
        Receives the separators met, in the place of those before.

    Returns
    -------
    cells
        Of the dynamic programs, for the count of work.
    """
    packing = room_to_pack(knapsacks)
    smooth = Multipliers(np.zeros(len(now.price)), np.zeros(max(1, cuts.number[0])))
    fresh.start[0] = fresh.number[0] = 0
    cells = 0.0
    for step in range(ascent.steps):
        separates = ascent.renew and 4 * step >= 3 * ascent.steps
        value, filled = packed(knapsacks, cuts, now, packing, graph, fresh, separates)
        cells += filled
        if value > pace[RECORD]:
            top.price[:] = now.price
            top.cut[:] = now.cut
        if falters(pace, value, ascent.pace):  # back to the best, with shorter steps
            now.price[:] = top.price
            now.cut[:] = top.cut
            if pace[PACE] < ascent.pace.shortest:
                break
            continue
        size = turn(knapsacks.scale, cuts, now, packing.take, smooth)
        if size < 1e-12:
            break
        stride = length_of(pace, value, ascent.target, ascent.pace) / size
        for i in range(len(now.price)):
            now.price[i] += stride * knapsacks.scale[i] * smooth.price[i]
        for q in range(cuts.number[0]):
            far = stride * knapsacks.scale[cuts.unit[q]]
            now.cut[q] = max(0.0, now.cut[q] + far * smooth.cut[q])
    return cells


@inner
def packed(
    knapsacks: Knapsacks,
    cuts: CutArrays,
    now: Multipliers,
    packing: Packing,
    graph: Adjacency,
    fresh: CutArrays,
    separates: bool,
) -> tuple[float, float]:
    """Pack every part at the multipliers; return the Lagrangian value and the cells filled."""
    value, cells, reduced = now.price.sum(), 0.0, packing.reduced
    for k in range(len(knapsacks.anchor)):
        reduce_costs(knapsacks, cuts, now, k, reduced)
        s, take = knapsacks.anchor[k], packing.take[k]
        own = reduced[s]
        reduced[s] = np.inf
        gain, filled = pack(knapsacks, packing, knapsacks.room[k] - knapsacks.weight[s], take)
        value += own + gain
        cells += filled
        take[s] = True
        if separates:
            separate(graph, packing, k, s, fresh)
    return value, cells


@inner
def separate(graph: Adjacency, packing: Packing, k: int, center: int, fresh: CutArrays) -> None:
    """Write a separator for each piece of part ``k`` that is cut off from its center."""
    take, mark, queue, out = packing.take[k], packing.mark, packing.queue, packing.ring
    mark[:] = 0
    sweep(graph, take, center, mark, 1, queue)
    loose = take & (mark == 0)
    for i in range(len(take)):
        found = fresh.number[0]
        if loose[i] and found < len(fresh.unit):
            count = surround(graph, take, center, i, mark, queue, out)
            for j in range(len(take)):
                loose[j] = loose[j] and mark[j] != 1
            first = fresh.start[found]
            if first + count <= len(fresh.ring):
                fresh.column[found] = k
                fresh.unit[found] = i
                for e in range(count):
                    fresh.ring[first + e] = out[e]
                fresh.start[found + 1] = first + count
                fresh.number[0] += 1


@inner
def turn(
    scale: np.ndarray, cuts: CutArrays, now: Multipliers, take: np.ndarray, smooth: Multipliers
) -> float:
    """Turn the smoothed direction towards the subgradient; return its squared length, scaled."""
    size = 0.0
    for i in range(len(smooth.price)):
        slope = 1.0
        for k in range(len(take)):
            if take[k, i]:
                slope -= 1.0
        smooth.price[i] = 0.7 * smooth.price[i] + 0.3 * slope
        size += scale[i] * smooth.price[i] * smooth.price[i]
    for q in range(cuts.number[0]):
        slope = 1.0 if take[cuts.column[q], cuts.unit[q]] else 0.0
        for e in range(cuts.start[q], cuts.start[q + 1]):
            if take[cuts.column[q], cuts.ring[e]]:
                slope -= 1.0
        smooth.cut[q] = 0.7 * smooth.cut[q] + 0.3 * slope
        if smooth.cut[q] > 0.0 or now.cut[q] > 0.0:
            size += scale[cuts.unit[q]] * smooth.cut[q] * smooth.cut[q]
    return size
