"""Moves of single units and short chains between parts that touch, by simulated annealing.

Every move keeps both parts connected; bounds on demand and further resources are priced, so it may
pass through overloads and comes back as their price rises (:mod:`.walk`, which lays the arrays
out).
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.random import MODULUS, draw
from gridplan.optimise.partition.graph.graph import stays_connected
from gridplan.optimise.partition.local.move import move_price, outside, shift


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
    ``best_value``. A chain moves one unit; as long as it costs something and with two chances in
    three, one of the part just joined moves on, up to three in all. ``member`` ``(k, n)`` is room
    to work in.

    Returns
    -------
    best_value, moves, excess
        Its priced objective; chains kept; hard amount out of bounds at the end.
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
        chance = draw(state) / MODULUS
        if delta <= 0.0 or chance < np.exp(-delta / heat):
            moves += 1
            value += delta
            if value < best_value:
                bad = False
                for m in range(m_count):
                    for k in range(k_count):
                        out = outside(load[m, k], low[m, k], high[m, k])
                        if hard[m] and out > 1e-7 * max(
                            1.0, high[m, k] if high[m, k] < 1e300 else 1.0
                        ):
                            bad = True
                if not bad:
                    best_value = value
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
