"""Compiled search for the cheapest connected part around a center, and for all parts below a price.

Units have values of either sign (cost less price) and demands; a part is connected, holds its
center and no more demand than there is room for. Best-first branch and bound over "take this
neighbour of what is taken, or never". Its bound prices demand (one multiplier) and lets units that
cannot be had without passing others pay for those: what islands of gain can pay towards the ring
around them is moved onto the ring, a dual ascent for prize-collecting Steiner trees on node costs
(after Wong 1984, doi:10.1007/BF02612335). Units whose price of entry exceeds what there is to gain
are ruled out below a node.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.compiled import compiled
from gridplan.optimise.partition.heap import pop, push

FREE, TAKEN, OUT = 0, 1, 2


@compiled
def within(  # noqa: C901, PLR0913, PLR0917  # compiled
    indptr: np.ndarray,
    indices: np.ndarray,
    demand: np.ndarray,
    state: np.ndarray,
    room: float,
    far: np.ndarray,
    reach: np.ndarray,
    key: np.ndarray,
    tie: np.ndarray,
    item: np.ndarray,
) -> None:
    """Mark in ``reach`` the free units that some way from what is taken reaches within ``room``."""
    n, size = len(demand), 0
    for i in range(n):
        reach[i] = False
        far[i] = np.inf
    for i in range(n):
        if state[i] == TAKEN:
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if state[j] == FREE and demand[j] <= room and far[j] == np.inf:
                    far[j] = demand[j]
                    size = push(key, tie, item, size, demand[j], 0.0, j)
    while size > 0:
        size = pop(key, tie, item, size)
        i = item[size]
        if reach[i]:
            continue
        reach[i] = True
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if state[j] == FREE and not reach[j]:
                way = far[i] + demand[j]
                if way <= room and way < far[j]:
                    far[j] = way
                    size = push(key, tie, item, size, way, 0.0, j)


@compiled
def least(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    indptr: np.ndarray,
    indices: np.ndarray,
    value: np.ndarray,
    demand: np.ndarray,
    state: np.ndarray,
    reach: np.ndarray,
    room: float,
    price: float,
    entry: np.ndarray,
    joined: np.ndarray,
    mark: np.ndarray,
    queue: np.ndarray,
    ring: np.ndarray,
) -> float:
    """
    Bound from below what free units can add to those taken, with demand priced at ``price``.

    ``entry`` receives what is left of each unit's value: taking a unit whose entry is positive
    raises the bound by at least that much.
    """
    n = len(value)
    head, tail = 0, 0
    for i in range(n):
        joined[i] = False
        mark[i] = 0
        entry[i] = np.inf
        if state[i] == TAKEN:
            entry[i] = 0.0
            joined[i] = True
            queue[tail] = i
            tail += 1
        elif reach[i]:
            entry[i] = value[i] + price * demand[i]
    stamp = 0
    while True:
        while head < tail:
            i = queue[head]
            head += 1
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if not joined[j] and entry[j] <= 0.0:
                    joined[j] = True
                    queue[tail] = j
                    tail += 1
        source, most = -1, -1e-12
        for i in range(n):
            if not joined[i] and entry[i] < most:
                most = entry[i]
                source = i
        if source < 0:
            break
        while not joined[source] and entry[source] < 0.0:
            stamp += 1
            mark[source] = stamp
            ring[0] = source
            first, island, around = 0, 1, 0
            lowest, touches = np.inf, False
            while first < island:
                i = ring[first]
                first += 1
                for e in range(indptr[i], indptr[i + 1]):
                    j = indices[e]
                    if joined[j]:
                        touches = True
                    elif mark[j] != stamp and entry[j] < np.inf:
                        mark[j] = stamp
                        if entry[j] <= 0.0:
                            ring[island] = j
                            island += 1
                        else:
                            around += 1
                            ring[2 * n - around] = j
                            lowest = min(lowest, entry[j])
            if touches:
                for q in range(island):
                    joined[ring[q]] = True
                    queue[tail] = ring[q]
                    tail += 1
            elif around == 0:
                entry[source] = 0.0
            else:
                paid = min(lowest, -entry[source])
                entry[source] += paid
                if entry[source] > -1e-12:
                    entry[source] = 0.0
                for q in range(2 * n - around, 2 * n):
                    entry[ring[q]] -= paid
                    if entry[ring[q]] < 1e-12:
                        entry[ring[q]] = 0.0
    total = -price * room
    for i in range(n):
        if reach[i] and entry[i] < 0.0:
            total += entry[i]
    return total


@compiled
def cheapest(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    indptr: np.ndarray,
    indices: np.ndarray,
    value: np.ndarray,
    demand: np.ndarray,
    root: int,
    room: float,
    beat: float,
    slack: float,
    nodes: int,
    every: bool,
    parts: np.ndarray,
) -> tuple[float, float, int, int, float, np.ndarray]:
    """
    Find the connected part around ``root`` of least total value below ``beat``.

    Parameters
    ----------
    indptr, indices
        The graph of the ``n`` units a part may use.
    value, demand
        ``(n,)``.
    room
        Most demand of a part.
    beat, slack
        Value to beat, and by how much a better one may be missed.
    nodes
        Most nodes of the search.
    every
        Write every part below ``beat``, the cheapest of them where there are too many, instead of
        improving ones only.
    parts
        ``(rows, n)`` bool, receives the parts found; improving ones round and round.

    Returns
    -------
    value, bound, used, found, first, entry
        Least value (``beat`` if none was found; with ``every``, what a further part had to beat in
        the end), lower bound, nodes used, parts found, the bound before branching and ``(n,)`` by
        how much taking a unit raises that.
    """
    n, rows = len(value), len(parts)
    state, reach = np.zeros(n, np.int8), np.zeros(n, np.bool_)
    far, entry, joined = np.empty(n), np.empty(n), np.zeros(n, np.bool_)
    held, at_first = np.empty(n), np.empty(n)  # entries at the best price of demand
    mark, queue, ring = np.zeros(n, np.int64), np.empty(n, np.int64), np.empty(2 * n, np.int64)
    size = len(indices) + n + 1
    key, tie, item = np.empty(size), np.zeros(size), np.empty(size, np.int64)
    states = np.empty((nodes + 4, n), np.int8)
    low, rate = np.empty(nodes + 4), np.empty(nodes + 4)
    open_key, open_tie = np.empty(nodes + 4), np.zeros(nodes + 4)
    open_item = np.empty(nodes + 4, np.int64)
    spare = np.empty(nodes + 4, np.int64)
    state[root] = TAKEN
    worth, worst = np.full(rows, np.inf), 0
    best, found, used = beat, 0, 0
    if value[root] < best:
        for i in range(n):
            parts[0, i] = state[i] == TAKEN
        worth[0] = value[root]
        found = 1
        if not every:
            best = value[root]
    left = room - demand[root]
    within(indptr, indices, demand, state, left, far, reach, key, tie, item)
    dearest = 0.0
    for i in range(n):
        if reach[i] and value[i] < 0.0 and demand[i] > 0.0:
            dearest = max(dearest, -value[i] / demand[i])
    price, top, step = 0.0, -np.inf, 0.0
    for t in range(36):
        if t < 24:
            trial = dearest * (t / 23.0) ** 3
        else:
            if t % 2 == 0:
                step = 0.6 * (step if t > 24 else max(price / 8.0, dearest * 1e-4))
            trial = price + (step if t % 2 else -step)
        if trial >= 0.0:
            add = least(
                indptr, indices, value, demand, state, reach, left, trial,
                entry, joined, mark, queue, ring,
            )  # fmt: skip
            if add > top:
                top, price = add, trial
                at_first[:] = entry
    step = max(price / 10.0, dearest * 1e-4)
    first = value[root] + top
    states[0] = state
    low[0], rate[0] = first, price
    waiting = push(open_key, open_tie, open_item, 0, first, 0.0, 0)
    made, spares, next_up, pops, limit = 1, 0, -1, 0, np.inf
    plunge = False
    while waiting > 0 or next_up >= 0:
        if next_up >= 0 and low[next_up] < best - slack and used < nodes:
            at, plunge = next_up, True
        else:
            if next_up >= 0:
                waiting = push(open_key, open_tie, open_item, waiting, low[next_up], 0.0, next_up)
            waiting = pop(open_key, open_tie, open_item, waiting)
            at = open_item[waiting]
            plunge = pops % 8 == 0  # now and then straight down, for good parts early
            pops += 1
            if low[at] >= best - slack or used >= nodes:
                limit = min(limit, low[at])
                break
        next_up = -1
        left, base, unit, lightest = room, 0.0, -1, np.inf
        for i in range(n):
            if states[at, i] == TAKEN:
                left -= demand[i]
                base += value[i]
        for i in range(n):
            if states[at, i] == TAKEN:
                for e in range(indptr[i], indptr[i + 1]):
                    j = indices[e]
                    if states[at, j] == FREE and demand[j] <= left:
                        weighed = value[j] + rate[at] * demand[j]
                        if weighed < lightest:
                            lightest, unit = weighed, j
        for side in range(2 if unit >= 0 else 0):
            state[:] = states[at]
            if side == 0:
                state[unit] = TAKEN
                rest, total = left - demand[unit], base + value[unit]
                if total < best - 1e-9:
                    row = worst if every and found >= rows else found % rows
                    for i in range(n):
                        parts[row, i] = state[i] == TAKEN
                    worth[row] = total
                    found += 1
                    if not every:
                        best = total
                    elif found >= rows:
                        worst = int(np.argmax(worth))
                        best = worth[worst]
            else:
                state[unit] = OUT
                rest, total = left, base
            used += 1
            within(indptr, indices, demand, state, rest, far, reach, key, tie, item)
            price, goal = rate[at], best - slack
            top = total + least(
                indptr, indices, value, demand, state, reach, rest, price,
                entry, joined, mark, queue, ring,
            )  # fmt: skip
            held[:] = entry
            way, tries, moved = 1.0, 0, False
            while top < goal and tries < 6:
                trial = price + way * step
                better = -np.inf
                if trial >= 0.0:
                    better = total + least(
                        indptr, indices, value, demand, state, reach, rest, trial,
                        entry, joined, mark, queue, ring,
                    )  # fmt: skip
                tries += 1
                if better > top + 1e-12:
                    top, price, moved = better, trial, True
                    held[:] = entry
                elif moved or way < 0.0:
                    break
                else:
                    way = -1.0
            if top >= goal:
                limit = min(limit, top)
                continue
            for i in range(n):
                if state[i] == FREE and (not reach[i] or top + max(0.0, held[i]) >= goal):
                    state[i] = OUT
            if spares > 0:
                spares -= 1
                slot = spare[spares]
            else:
                slot = made
                made += 1
            states[slot] = state
            low[slot], rate[slot] = max(top, low[at]), price
            if plunge and next_up < 0:
                next_up = slot
            else:
                waiting = push(open_key, open_tie, open_item, waiting, low[slot], 0.0, slot)
        spare[spares] = at
        spares += 1
    return best, min(best, limit), used, found, first, at_first
