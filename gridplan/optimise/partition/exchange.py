"""Moves of single units and short chains between parts that touch, by simulated annealing.

Compiled helpers over plain arrays. Every move keeps both parts connected; bounds on demand and
further resources are priced, so the walk may pass through overloads and comes back as the price
rises. All options of the problem are part of a move's price.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.compiled import compiled
from gridplan.optimise.partition.graph import stays_connected


@compiled
def draw(state: np.ndarray) -> int:
    """Step the generator of Park & Miller (1988) and return 1 .. 2**31 - 2."""
    state[0] = (state[0] * 48271) % 2147483647
    return state[0]


@compiled
def outside(load: float, low: float, high: float) -> float:
    """Amount by which a load leaves its bounds."""
    if load > high:
        return load - high
    if load < low:
        return low - load
    return 0.0


@compiled
def move_price(  # noqa: C901, PLR0912, PLR0913, PLR0917  # compiled
    i: int,
    b: int,
    part: np.ndarray,
    cost: np.ndarray,
    values: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    price: np.ndarray,
    load: np.ndarray,
    indptr: np.ndarray,
    indices: np.ndarray,
    border: np.ndarray,
    mates: np.ndarray,
    mate: np.ndarray,
    mate_price: np.ndarray,
    parent: np.ndarray,
    inside: np.ndarray,
    split: float,
    kinds: np.ndarray,
    kind_count: np.ndarray,
    kind_price: float,
) -> float:
    """Change of the priced objective when unit ``i`` goes to part ``b``."""
    a = part[i]
    delta = cost[i, b] - cost[i, a]
    for m in range(values.shape[0]):
        v = values[m, i]
        if v != 0.0:
            change = outside(load[m, b] + v, low[m, b], high[m, b])
            change -= outside(load[m, b], low[m, b], high[m, b])
            change += outside(load[m, a] - v, low[m, a], high[m, a])
            change -= outside(load[m, a], low[m, a], high[m, a])
            delta += price[m] * change
    if len(border) > 0:
        for e in range(indptr[i], indptr[i + 1]):
            other = part[indices[e]]
            if other == a:
                delta += border[e]
            elif other == b:
                delta -= border[e]
    if len(mate) > 0:
        for e in range(mates[i], mates[i + 1]):
            other = part[mate[e]]
            if other == b:
                delta += mate_price[e]
            elif other == a:
                delta -= mate_price[e]
    if len(parent) > 0:
        q = parent[i]
        if inside[q, a] == 1:
            delta -= split
        if inside[q, b] == 0:
            delta += split
    for q in range(kinds.shape[0]):
        if kinds[q, i]:
            if kind_count[q, a] == 1:
                delta += kind_price
            if kind_count[q, b] == 0:
                delta -= kind_price
    return delta


@compiled
def shift(  # noqa: PLR0913, PLR0917  # compiled
    i: int,
    b: int,
    part: np.ndarray,
    values: np.ndarray,
    load: np.ndarray,
    parent: np.ndarray,
    inside: np.ndarray,
    kinds: np.ndarray,
    kind_count: np.ndarray,
    member: np.ndarray,
    place: np.ndarray,
    count: np.ndarray,
) -> None:
    """Move unit ``i`` to part ``b`` and bring every count up to date."""
    a = part[i]
    part[i] = b
    for m in range(values.shape[0]):
        load[m, a] -= values[m, i]
        load[m, b] += values[m, i]
    if len(parent) > 0:
        inside[parent[i], a] -= 1
        inside[parent[i], b] += 1
    for q in range(kinds.shape[0]):
        if kinds[q, i]:
            kind_count[q, a] -= 1
            kind_count[q, b] += 1
    last = member[a, count[a] - 1]
    member[a, place[i]] = last
    place[last] = place[i]
    count[a] -= 1
    member[b, count[b]] = i
    place[i] = count[b]
    count[b] += 1


@compiled
def anneal(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    part: np.ndarray,
    best: np.ndarray,
    best_value: float,
    steps: int,
    hot: float,
    cold: float,
    state: np.ndarray,
    indptr: np.ndarray,
    indices: np.ndarray,
    movable: np.ndarray,
    allowed: np.ndarray,
    cost: np.ndarray,
    values: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    price: np.ndarray,
    hard: np.ndarray,
    border: np.ndarray,
    mates: np.ndarray,
    mate: np.ndarray,
    mate_price: np.ndarray,
    parent: np.ndarray,
    parents: int,
    split: float,
    kinds: np.ndarray,
    kind_price: float,
    member: np.ndarray,
) -> tuple[float, int, float]:
    """
    Walk ``steps`` chains from ``part`` (changed in place), cooling from ``hot`` to ``cold``.

    ``best`` receives the cheapest partition met that breaks no hard bound, if cheaper than
    ``best_value``. A chain moves one unit, then with even chance one of the part it joined, and so
    on up to three.

    Returns
    -------
    best_value, moves, excess
        Its price without the price of bounds; moves kept; hard amount out of bounds at the end.
    """
    n, k_count = cost.shape
    m_count = values.shape[0]
    load = np.zeros((m_count, k_count))
    inside = np.zeros((parents, k_count), np.int64)
    kind_count = np.zeros((kinds.shape[0], k_count), np.int64)
    place = np.zeros(n, np.int64)
    count = np.zeros(k_count, np.int64)
    mark = np.zeros(n, np.int64)
    queue = np.zeros(n, np.int64)
    stamp = 1
    value = 0.0
    for i in range(n):
        k = part[i]
        for m in range(m_count):
            load[m, k] += values[m, i]
        if len(parent) > 0:
            if inside[parent[i], k] == 0:
                value += split
            inside[parent[i], k] += 1
        for q in range(kinds.shape[0]):
            if kinds[q, i]:
                kind_count[q, k] += 1
        member[k, count[k]] = i
        place[i] = count[k]
        count[k] += 1
        value += cost[i, k]
        if len(border) > 0:
            for e in range(indptr[i], indptr[i + 1]):
                if part[indices[e]] != k:
                    value += 0.5 * border[e]
        if len(mate) > 0:
            for e in range(mates[i], mates[i + 1]):
                if part[mate[e]] == k:
                    value += 0.5 * mate_price[e]
    for q in range(kinds.shape[0]):
        for k in range(k_count):
            if kind_count[q, k] == 0:
                value += kind_price
    value -= split * parents
    excess = 0.0
    for m in range(m_count):
        for k in range(k_count):
            out = outside(load[m, k], low[m, k], high[m, k])
            value += price[m] * out
            if hard[m]:
                excess += out
    chain_unit = np.zeros(3, np.int64)
    chain_part = np.zeros(3, np.int64)
    moves = 0
    heat = hot
    for step in range(steps):
        if step % 256 == 0:
            heat = hot * (cold / hot) ** (step / steps)
        i = draw(state) % n
        length = 0
        delta = 0.0
        while True:
            if not movable[i]:
                break
            degree = indptr[i + 1] - indptr[i]
            if degree == 0:
                break
            j = indices[indptr[i] + draw(state) % degree]
            b = part[j]
            if b == part[i] or not allowed[i, b]:
                break
            change = move_price(
                i,
                b,
                part,
                cost,
                values,
                low,
                high,
                price,
                load,
                indptr,
                indices,
                border,
                mates,
                mate,
                mate_price,
                parent,
                inside,
                split,
                kinds,
                kind_count,
                kind_price,
            )
            stamp += 1
            if not stays_connected(indptr, indices, part, i, mark, stamp, queue):
                break
            chain_unit[length] = i
            chain_part[length] = part[i]
            shift(i, b, part, values, load, parent, inside, kinds, kind_count, member, place, count)
            delta += change
            length += 1
            if delta <= 0.0 or length == 3 or draw(state) % 3 == 0:
                break
            i = member[b, draw(state) % count[b]]
        if length == 0:
            continue
        chance = draw(state) / 2147483647.0
        if delta <= 0.0 or chance < np.exp(-delta / heat):
            moves += 1
            value += delta
            if value < best_value:
                bad = False
                own = value
                for m in range(m_count):
                    for k in range(k_count):
                        out = outside(load[m, k], low[m, k], high[m, k])
                        if hard[m] and out > 1e-7 * max(
                            1.0, high[m, k] if high[m, k] < 1e300 else 1.0
                        ):
                            bad = True
                if not bad and own < best_value:
                    best_value = own
                    for u in range(n):
                        best[u] = part[u]
        else:
            for back in range(length - 1, -1, -1):
                shift(
                    chain_unit[back],
                    chain_part[back],
                    part,
                    values,
                    load,
                    parent,
                    inside,
                    kinds,
                    kind_count,
                    member,
                    place,
                    count,
                )
    excess = 0.0
    for m in range(m_count):
        if hard[m]:
            for k in range(k_count):
                excess += outside(load[m, k], low[m, k], high[m, k])
    return best_value, moves, excess
