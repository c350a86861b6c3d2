"""
Whole knapsacks by their core: MINKNAP (Pisinger 1997, doi:10.1287/opre.45.5.758).

Items by falling gain per weight are taken up to the first that does not fit. What an optimum
changes of that lies near this break, so the items there are looked at one by one, outwards in turn
on both sides; states that weigh more and are worth less than another, or cannot beat the best
answer even with the next item in part, are dropped. The work hardly depends on the room, unlike a
table's. Where there are more states than there is memory for, the fractional bound is given.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.numeric.sorting import sort_rising

Array = np.ndarray


class Core(NamedTuple):
    """
    Memory of one knapsack after the other.

    Parameters
    ----------
    ratio
        ``(n,)`` gain per weight, falling.
    key, listed, order, spare
        ``(n,)`` each, for sorting.
    load, worth, node
        ``(2, states)`` what a state weighs and is worth, and where its changes are noted; one row
        is read while the other is written.
    before, item
        ``(nodes,)`` the changes before one, and the item it changes.
    """

    ratio: Array
    key: Array
    listed: Array
    order: Array
    spare: Array
    load: Array
    worth: Array
    node: Array
    before: Array
    item: Array


class Packed(NamedTuple):
    """
    What came out.

    Parameters
    ----------
    bound
        No packing is worth more; the worth of the one found, unless memory did not suffice.
    ceiling, rate
        Most worth with the item at the break in part, and its gain per weight; 0 where all fit.
    cells
        What it took, in cells of a table.
    """

    bound: float
    ceiling: float
    rate: float
    cells: int


@inner
def core_of(items: int, states: int) -> Core:
    """Set memory aside for so many items and states."""
    return Core(
        np.zeros(items),
        np.zeros(items),
        np.zeros(items, np.int64),
        np.zeros(items, np.int64),
        np.zeros(items, np.int64),
        np.zeros((2, states), np.int64),
        np.zeros((2, states)),
        np.zeros((2, states), np.int64),
        np.zeros(16 * states, np.int64),
        np.zeros(16 * states, np.int64),
    )


class _Edge(NamedTuple):
    """
    What bounds a state.

    Parameters
    ----------
    room
        Weight that may be taken.
    more, less
        Most gain per weight of what may still be added, and least of what may still be left out;
        0 and infinite where there is nothing.
    """

    room: int
    more: float
    less: float


@inner
def pack_core(
    core: Core, gain: Array, weight: Array, item: Array, count: int, room: int, take: Array
) -> Packed:
    """
    Find the items that are worth most within ``room``.

    Parameters
    ----------
    core
        Memory.
    gain, weight
        ``(n,)`` not negative; weights whole numbers.
    item
        Its first ``count`` entries are the items; sorted here by falling gain per weight.
    room
        Weight that may be taken, not negative.
    take
        ``(n,)`` bool: True is written for the items taken; nothing for the others.
    """
    ratio = core.ratio
    for t in range(count):
        i = item[t]
        core.key[t] = -np.inf if weight[i] == 0 else -gain[i] / weight[i]
        core.listed[t] = i
    sort_rising(core.key, count, core.order, core.spare)
    for t in range(count):
        ratio[t] = -core.key[core.order[t]]
        item[t] = core.listed[core.order[t]]
    broken, load, worth = 0, 0, 0.0
    while broken < count and load + weight[item[broken]] <= room:
        load += weight[item[broken]]
        worth += gain[item[broken]]
        broken += 1
    for t in range(broken):
        take[item[t]] = True
    if broken == count:
        return Packed(worth, worth, 0.0, 8 * count)
    ceiling, rate = worth + (room - load) * ratio[broken], ratio[broken]
    best, states, full = _widen(core, gain, weight, item, (broken, count, load, room), worth)
    value, node = best
    while node >= 0:
        take[core.item[node]] = not take[core.item[node]]
        node = core.before[node]
    return Packed(ceiling if full else value, ceiling, rate, 40 * count + 4 * states)


@inner
def _widen(
    core: Core,
    gain: Array,
    weight: Array,
    item: Array,
    at: tuple[int, int, int, int],
    worth: float,
) -> tuple[tuple[float, int], int, bool]:
    """Widen the core; return the most worth and its changes, the states, and if memory was full."""
    broken, count, load, room = at
    ratio, rate = core.ratio, core.ratio[broken]
    ceiling = worth + (room - load) * rate
    value, best, states, nodes = worth, -1, 1, 0
    core.load[0, 0], core.worth[0, 0], core.node[0, 0] = load, worth, -1
    held, row = 1, 0
    left, right, turn = broken - 1, broken, True
    while held > 0 and (left >= 0 or right < count):
        adds = right < count and (turn or left < 0)
        turn = not turn
        own = item[right] if adds else item[left]
        if adds:
            right += 1
        else:
            left -= 1
        # By the fractional bound, an item whose change costs too much stays as it is.
        if ceiling - abs(gain[own] - rate * weight[own]) <= value:
            continue
        sign = 1 if adds else -1
        edge = _Edge(
            room,
            ratio[right] if right < count else 0.0,
            ratio[left] if left >= 0 else np.inf,
        )
        change = (sign * weight[own], sign * gain[own], own)
        grown, nodes, value, best = _branch(core, row, held, change, edge, (value, best, nodes))
        states += 2 * held
        if grown < 0:
            return (value, best), states, True
        held, row = grown, 1 - row
    return (value, best), states, False


@inner
def _branch(
    core: Core,
    row: int,
    held: int,
    change: tuple[int, float, int],
    edge: _Edge,
    known: tuple[float, int, int],
) -> tuple[int, int, float, int]:
    """Join the states with and without a change; return how many there are, -1 for too many."""
    value, best, nodes = known
    by, gain, own = change
    load, worth, node = core.load, core.worth, core.node
    to, count, top = 1 - row, 0, -np.inf
    plain, changed = 0, 0
    while plain < held or changed < held:
        first = plain < held
        if first and changed < held:
            one, other = load[row, plain], load[row, changed] + by
            first = one < other or (
                one == other and worth[row, plain] >= worth[row, changed] + gain
            )
        at = plain if first else changed
        mass = load[row, at] if first else load[row, at] + by
        total = worth[row, at] if first else worth[row, at] + gain
        if first:
            plain += 1
        else:
            changed += 1
        if total <= top:
            continue
        top = total
        fits = mass <= edge.room
        better = fits and total > value
        rate = edge.more if fits else edge.less
        bound = total + (edge.room - mass) * rate if fits or rate < np.inf else -np.inf
        if not better and bound <= value:
            continue
        if count == load.shape[1] or nodes == len(core.item):
            return -1, nodes, value, best
        at_node = node[row, at]
        if not first:
            core.before[nodes], core.item[nodes] = at_node, own
            at_node = nodes
            nodes += 1
        if better:
            value, best = total, at_node
            if bound <= value:
                continue
        load[to, count], worth[to, count], node[to, count] = mass, total, at_node
        count += 1
    return count, nodes, value, best
