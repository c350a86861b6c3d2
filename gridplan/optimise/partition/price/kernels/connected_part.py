"""Compiled search for the cheapest connected part around a center, and for all parts below a price.

Units have values of either sign (cost less price) and demands; a part is connected, holds its
center and no more demand than there is room for, and pays tolls for triples (:mod:`.tolls`).
Best-first branch and bound over "take this neighbour of what is taken, or never" with the bound of
:mod:`.steiner`. Units whose price of entry exceeds what there is to gain are out below a node.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.heap import pop, push
from gridplan.optimise.partition.price.kernels.steiner_bound import FREE, OUT, TAKEN, least, within
from gridplan.optimise.partition.price.kernels.subset_row_duals import charged, follow, spread


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
    unit: np.ndarray,
    toll: np.ndarray,
    share: np.ndarray,
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
    unit, toll
        ``(q, 3)`` units of triples, -1 for one out of reach, and ``(q,)`` what a part pays for
        holding two or more of them.
    share
        ``(q,)`` how tolls are spread at first (:mod:`.tolls`); receives better ones.

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
    gain = np.empty(n)  # values with tolls
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
    price, top, step, turn = 0.0, -np.inf, 0.0, 0.5
    used_share = share.copy()
    for t in range(36 if len(toll) == 0 else 76):
        if t < 24:
            trial = dearest * (t / 23.0) ** 3
        elif t < 36:
            if t % 2 == 0:
                step = 0.6 * (step if t > 24 else max(price / 8.0, dearest * 1e-4))
            trial = price + (step if t % 2 else -step)
        else:  # now the shares of tolls move too
            trial = price * (1.0, 1.0, 1.1, 0.9)[t % 4]
            turn *= 0.7 if t % 5 == 4 else 1.0
        if trial < 0.0:
            continue
        add = spread(value, state, reach, unit, toll, share, gain)
        add += least(
            indptr, indices, gain, demand, state, reach, left, trial,
            entry, joined, mark, queue, ring,
        )  # fmt: skip
        if add > top:
            top, price = add, trial
            at_first[:] = entry
            used_share[:] = share
        if t >= 36:
            for i in range(n):
                joined[i] = joined[i] and entry[i] <= 0.0
            follow(state, reach, unit, joined, turn, share)
    share[:] = used_share
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
        left, base, next_in, lightest = room, 0.0, -1, np.inf
        state[:] = states[at]
        for i in range(n):
            reach[i] = state[i] == FREE
            if state[i] == TAKEN:
                left -= demand[i]
                base += value[i]
        spread(value, state, reach, unit, toll, share, gain)
        for i in range(n):
            if state[i] == TAKEN:
                for e in range(indptr[i], indptr[i + 1]):
                    j = indices[e]
                    if state[j] == FREE and demand[j] <= left:
                        weighed = gain[j] + rate[at] * demand[j]
                        if weighed < lightest:
                            lightest, next_in = weighed, j
        for side in range(2 if next_in >= 0 else 0):
            state[:] = states[at]
            if side == 0:
                state[next_in] = TAKEN
                rest, total = left - demand[next_in], base + value[next_in]
                whole = total + charged(state, unit, toll)
                if whole < best - 1e-9:
                    row = worst if every and found >= rows else found % rows
                    for i in range(n):
                        parts[row, i] = state[i] == TAKEN
                    worth[row] = whole
                    found += 1
                    if not every:
                        best = whole
                    elif found >= rows:
                        worst = int(np.argmax(worth))
                        best = worth[worst]
            else:
                state[next_in] = OUT
                rest, total = left, base
            used += 1
            within(indptr, indices, demand, state, rest, far, reach, key, tie, item)
            price, goal = rate[at], best - slack
            total += spread(value, state, reach, unit, toll, share, gain)
            top = total + least(
                indptr, indices, gain, demand, state, reach, rest, price,
                entry, joined, mark, queue, ring,
            )  # fmt: skip
            held[:] = entry
            way, tries, moved = 1.0, 0, False
            while top < goal and tries < 6:
                trial = price + way * step
                better = -np.inf
                if trial >= 0.0:
                    better = total + least(
                        indptr, indices, gain, demand, state, reach, rest, trial,
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
