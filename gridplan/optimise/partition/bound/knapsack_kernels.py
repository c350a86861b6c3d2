"""Compiled steps of the knapsack bound: pack parts at prices, climb, price what is forced."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.partition.graph.graph import sweep
from gridplan.optimise.partition.graph.separator import surround


@compiled
def pack(  # noqa: C901  # compiled
    reduced: np.ndarray,
    weight: np.ndarray,
    room: int,
    take: np.ndarray,
    item: np.ndarray,
    best: np.ndarray,
    kept: np.ndarray,
) -> tuple[float, int]:
    """
    Find the items that fit into ``room`` at least sum of reduced costs, by dynamic programming.

    ``take`` ``(n,)`` receives them; ``item`` ``(n,)``, ``best`` ``(room + 1,)`` and ``kept``
    ``(n, room + 1)`` are room to work in. Returns the sum and the cells filled.
    """
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
    for c in range(room + 1):
        best[c] = 0.0
    for t in range(count):
        own = weight[item[t]]
        gain = reduced[item[t]]
        for c in range(room, own - 1, -1):
            value = best[c - own] + gain
            kept[t, c] = value < best[c]
            best[c] = min(value, best[c])
        for c in range(own):
            kept[t, c] = False
    c = room
    for t in range(count - 1, -1, -1):
        if kept[t, c]:
            take[item[t]] = True
            c -= weight[item[t]]
    return best[room], count * room


@compiled
def priced(  # noqa: PLR0913, PLR0917  # compiled
    k: int,
    price: np.ndarray,
    cut_price: np.ndarray,
    cost: np.ndarray,
    column: np.ndarray,
    unit: np.ndarray,
    start: np.ndarray,
    ring: np.ndarray,
    cuts: int,
    reduced: np.ndarray,
) -> None:
    """Work out the reduced costs of part ``k`` from the prices of units and cuts."""
    for i in range(len(price)):
        reduced[i] = cost[i, k] - price[i]
    for q in range(cuts):
        if column[q] == k and cut_price[q] > 0.0:
            reduced[unit[q]] += cut_price[q]
            for e in range(start[q], start[q + 1]):
                reduced[ring[e]] -= cut_price[q]


@compiled
def ascend(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    price: np.ndarray,
    cut_price: np.ndarray,
    cost: np.ndarray,
    weight: np.ndarray,
    room: np.ndarray,
    anchor: np.ndarray,
    column: np.ndarray,
    unit: np.ndarray,
    start: np.ndarray,
    ring: np.ndarray,
    cuts: int,
    target: float,
    steps: int,
    state: np.ndarray,
    top: np.ndarray,
    top_cuts: np.ndarray,
    indptr: np.ndarray,
    indices: np.ndarray,
    new_column: np.ndarray,
    new_unit: np.ndarray,
    new_start: np.ndarray,
    new_ring: np.ndarray,
    renew: bool,
) -> tuple[float, int]:
    """
    Take subgradient steps; ``state`` holds best value, step factor, failures in a row.

    ``price`` ``(n,)`` and ``cut_price`` move on in place, ``top`` and ``top_cuts`` receive the
    best. ``cost`` is ``(n, k)``, infinite where barred; ``weight`` ``(n,)`` and ``room`` ``(k,)``
    are whole; ``anchor`` ``(k,)`` is each part's center. Cut ``q`` concerns ``column[q]``,
    ``unit[q]`` and ``ring[start[q]:start[q + 1]]``. With ``renew`` the last quarter of the steps
    writes the separators met to the ``new_`` arrays. Returns cells filled and separators written.
    """
    n, columns = cost.shape
    reduced, take = np.empty(n), np.zeros((columns, n), np.bool_)
    item, best = np.empty(n, np.int64), np.empty(room.max() + 1)
    kept = np.zeros((n, room.max() + 1), np.bool_)
    smooth, smooth_cuts = np.zeros(n), np.zeros(max(1, cuts))
    mark, queue, out = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    loose = np.zeros(n, np.bool_)
    cells, found = 0.0, 0
    new_start[0] = 0
    for step in range(steps):
        value = price.sum()
        for k in range(columns):
            priced(k, price, cut_price, cost, column, unit, start, ring, cuts, reduced)
            s = anchor[k]
            own = reduced[s]
            reduced[s] = np.inf
            gain, filled = pack(reduced, weight, room[k] - weight[s], take[k], item, best, kept)
            value += own + gain
            cells += filled
            take[k, s] = True
            if renew and 4 * step >= 3 * steps:
                mark[:] = 0
                sweep(indptr, indices, take[k], s, mark, 1, queue)
                for i in range(n):
                    loose[i] = take[k, i] and mark[i] == 0
                for i in range(n):
                    if loose[i] and found < len(new_unit):
                        count = surround(indptr, indices, take[k], s, i, mark, queue, out)
                        for j in range(n):
                            loose[j] = loose[j] and mark[j] != 1
                        if new_start[found] + count <= len(new_ring):
                            new_column[found] = k
                            new_unit[found] = i
                            for e in range(count):
                                new_ring[new_start[found] + e] = out[e]
                            new_start[found + 1] = new_start[found] + count
                            found += 1
        state[2] = 0.0 if value > state[0] + 1e-5 * abs(state[0]) else state[2] + 1.0
        if value > state[0]:
            state[0] = value
            top[:] = price
            top_cuts[:] = cut_price
        if state[2] >= 20.0:
            state[1] *= 0.7
            state[2] = 0.0
            price[:] = top
            cut_price[:] = top_cuts
            if state[1] < 1e-3:
                break
            continue
        size = 0.0
        for i in range(n):
            slope = 1.0
            for k in range(columns):
                if take[k, i]:
                    slope -= 1.0
            smooth[i] = 0.7 * smooth[i] + 0.3 * slope
            size += smooth[i] * smooth[i]
        for q in range(cuts):
            slope = 1.0 if take[column[q], unit[q]] else 0.0
            for e in range(start[q], start[q + 1]):
                if take[column[q], ring[e]]:
                    slope -= 1.0
            smooth_cuts[q] = 0.7 * smooth_cuts[q] + 0.3 * slope
            if smooth_cuts[q] > 0.0 or cut_price[q] > 0.0:
                size += smooth_cuts[q] * smooth_cuts[q]
        if size < 1e-12:
            break
        stride = state[1] * max(target - value, 1e-6 * abs(target)) / size
        for i in range(n):
            price[i] += stride * smooth[i]
        for q in range(cuts):
            cut_price[q] = max(0.0, cut_price[q] + stride * smooth_cuts[q])
    return cells, found


@compiled
def forced(  # noqa: C901, PLR0912, PLR0913, PLR0917  # compiled
    price: np.ndarray,
    cut_price: np.ndarray,
    cost: np.ndarray,
    weight: np.ndarray,
    room: np.ndarray,
    anchor: np.ndarray,
    column: np.ndarray,
    unit: np.ndarray,
    start: np.ndarray,
    ring: np.ndarray,
    cuts: int,
    with_part: np.ndarray,
    without: np.ndarray,
) -> None:
    """
    Write by how much the bound rises when a unit must be in a part, or must not be in it.

    ``with_part`` and ``without`` receive it, ``(n, k)``; all else is as in :func:`ascend`.
    """
    n, columns = cost.shape
    reduced, item = np.empty(n), np.empty(n, np.int64)
    size = room.max() + 1
    before, after = np.zeros((n + 1, size)), np.zeros((n + 1, size))
    for k in range(columns):
        priced(k, price, cut_price, cost, column, unit, start, ring, cuts, reduced)
        s = anchor[k]
        space = room[k] - weight[s]
        count = 0
        for i in range(n):
            if i != s and reduced[i] < 0.0 and weight[i] <= space:
                item[count] = i
                count += 1
        for c in range(space + 1):
            before[0, c] = 0.0
            after[count, c] = 0.0
        for t in range(count):
            own, gain = weight[item[t]], reduced[item[t]]
            for c in range(space + 1):
                value = before[t, c]
                if c >= own:
                    value = min(value, before[t, c - own] + gain)
                before[t + 1, c] = value
        for t in range(count - 1, -1, -1):
            own, gain = weight[item[t]], reduced[item[t]]
            for c in range(space + 1):
                value = after[t + 1, c]
                if c >= own:
                    value = min(value, after[t + 1, c - own] + gain)
                after[t, c] = value
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
            i = item[t]
            own = weight[i]
            out, into = np.inf, np.inf
            for c in range(space + 1):
                out = min(out, before[t, c] + after[t + 1, space - c])
            for c in range(space - own + 1):
                into = min(into, before[t, c] + after[t + 1, space - own - c])
            without[i, k] = out - least
            with_part[i, k] = into + reduced[i] - least
