"""By how much the knapsack bound rises when a unit must be in a part, or must not be in it."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.partition.bound.knapsack_kernels import (
    CutArrays,
    Knapsacks,
    Multipliers,
    pack,
    reduce_costs,
    room_to_pack,
)


@compiled
def forced(
    knapsacks: Knapsacks,
    cuts: CutArrays,
    now: Multipliers,
    with_part: np.ndarray,
    without: np.ndarray,
) -> None:
    """
    Write by how much the bound rises when a unit must be in a part, or must not be in it.

    ``with_part`` and ``without`` receive it, ``(n, k)``: the knapsacks of all other items, joined
    from those of the items before and after one.
    """
    n, columns = knapsacks.cost.shape
    reduced, item = np.empty(n), np.empty(n, np.int64)
    size = knapsacks.room.max() + 1
    before, after = np.zeros((n + 1, size)), np.zeros((n + 1, size))
    weight = knapsacks.weight
    for k in range(columns):
        reduce_costs(knapsacks, cuts, now, k, reduced)
        s = knapsacks.anchor[k]
        space = knapsacks.room[k] - weight[s]
        count = 0
        for i in range(n):
            if i != s and reduced[i] < 0.0 and weight[i] <= space:
                item[count] = i
                count += 1
        own, gain = weight[item[:count]], reduced[item[:count]]
        both_ways(own, gain, space, before, after)
        least = before[count, space]
        for i in range(n):
            without[i, k] = 0.0
            if i == s:
                with_part[i, k] = 0.0
                without[i, k] = np.inf
            elif weight[i] > space:
                with_part[i, k] = np.inf
            elif reduced[i] >= 0.0:
                with_part[i, k] = reduced[i] + before[count, space - weight[i]] - least
        for t in range(count):
            out, into = joined(before[t], after[t + 1], space, own[t])
            without[item[t], k] = out - least
            with_part[item[t], k] = into + gain[t] - least


@compiled
def forced_in_core(
    knapsacks: Knapsacks,
    cuts: CutArrays,
    now: Multipliers,
    with_part: np.ndarray,
    without: np.ndarray,
) -> float:
    """
    Write the same by one knapsack for each item that changes what is packed without a rule for it.

    Returns the cells filled.
    """
    packing = room_to_pack(knapsacks)
    n, columns = knapsacks.cost.shape
    weight, reduced, cells = knapsacks.weight, packing.reduced, 0.0
    take, spare = packing.take[0], np.zeros(n, np.bool_)
    for k in range(columns):
        reduce_costs(knapsacks, cuts, now, k, reduced)
        s = knapsacks.anchor[k]
        space = knapsacks.room[k] - weight[s]
        reduced[s] = np.inf
        least, _ = pack(knapsacks, packing, space, take)
        for i in range(n):
            with_part[i, k], without[i, k] = 0.0, 0.0
            if i == s:
                without[i, k] = np.inf
                continue
            if weight[i] > space or not np.isfinite(reduced[i]):
                with_part[i, k] = np.inf
                continue
            own = reduced[i]
            reduced[i] = np.inf
            room = space if take[i] else space - weight[i]
            value, filled = pack(knapsacks, packing, room, spare)
            cells += filled
            if take[i]:
                without[i, k] = max(0.0, value - least)
            else:
                with_part[i, k] = max(0.0, own + value - least)
            reduced[i] = own
    return cells


@inner
def both_ways(
    own: np.ndarray, gain: np.ndarray, space: int, before: np.ndarray, after: np.ndarray
) -> None:
    """Fill the knapsacks of the first items, and of the last ones, for every room to ``space``."""
    count = len(own)
    before[0, : space + 1] = 0.0
    after[count, : space + 1] = 0.0
    for t in range(count):
        for c in range(space + 1):
            value = before[t, c]
            if c >= own[t]:
                value = min(value, before[t, c - own[t]] + gain[t])
            before[t + 1, c] = value
    for t in range(count - 1, -1, -1):
        for c in range(space + 1):
            value = after[t + 1, c]
            if c >= own[t]:
                value = min(value, after[t + 1, c - own[t]] + gain[t])
            after[t, c] = value


@inner
def joined(before: np.ndarray, after: np.ndarray, space: int, own: int) -> tuple[float, float]:
    """Join two knapsacks without an item of weight ``own``: in all the room, and beside it."""
    out, into = np.inf, np.inf
    for c in range(space + 1):
        out = min(out, before[c] + after[space - c])
    for c in range(space - own + 1):
        into = min(into, before[c] + after[space - own - c])
    return out, into
