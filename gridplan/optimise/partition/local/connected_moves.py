"""Annealing of plain problems by moves that keep parts connected: give, give with followers, swap.

Where cost, demand and contiguity are all there is, a step is cheap enough for ten million of them a
second. A unit goes to a neighbouring part; what it would cut off from its center follows it; or two
units change places. Demand out of bounds is priced part by part, above the part's own dual price.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.random import MODULUS, draw
from gridplan.optimise.partition.graph.graph import stays_connected, sweep
from gridplan.optimise.partition.local.move import outside

FOLLOWERS = 8
"""Most units that move together."""


@compiled
def followers(  # noqa: PLR0913, PLR0917  # compiled
    indptr: np.ndarray,
    indices: np.ndarray,
    part: np.ndarray,
    unit: int,
    center: int,
    target: int,
    cost: np.ndarray,
    fixed: np.ndarray,
    mark: np.ndarray,
    stamp: int,
    queue: np.ndarray,
) -> int:
    """
    Fill ``queue`` with ``unit`` and all it cuts off from its center; return how many.

    -1 where they are more than :data:`FOLLOWERS` or one of them may not go to ``target``.
    """
    mark[unit] = stamp
    sweep(indptr, indices, part, center, mark, stamp, queue)
    count = sweep(indptr, indices, part, unit, mark, stamp, queue)
    if count > FOLLOWERS:
        return -1
    for q in range(1, count):
        if fixed[queue[q]] or cost[queue[q], target] == np.inf:
            return -1
    return count


@compiled
def touches(
    indptr: np.ndarray, indices: np.ndarray, part: np.ndarray, unit: int, other: int, k: int
) -> bool:
    """Tell whether ``unit`` has a neighbour in part ``k`` besides ``other``."""
    for e in range(indptr[unit], indptr[unit + 1]):
        j = indices[e]
        if j != other and part[j] == k:
            return True
    return False


@compiled
def trade(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    part: np.ndarray,
    best: np.ndarray,
    best_value: float,
    steps: int,
    hot: float,
    cold: float,
    state: np.ndarray,
    indptr: np.ndarray,
    indices: np.ndarray,
    fixed: np.ndarray,
    cost: np.ndarray,
    demand: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    price: np.ndarray,
    growth: float,
    centers: np.ndarray,
    seen: np.ndarray,
    every: int,
) -> tuple[float, int]:
    """
    Walk ``steps`` from ``part`` (changed in place), cooling from ``hot`` to ``cold``.

    ``best`` receives the cheapest partition within bounds that is cheaper than ``best_value``;
    each ``every`` moves a partition near its bounds is written to a row of ``seen`` while there is
    one. ``cost`` is ``(n, k)``, infinite where barred; demand out of bounds costs ``price``
    ``(k,)`` a unit, rising to ``growth`` times that; ``fixed`` ``(n,)`` are the ``centers``.

    Returns
    -------
    best_value, rows
        Its cost; rows of ``seen`` written.
    """
    n, columns = cost.shape
    load = np.zeros(columns)
    mark = np.zeros(n, np.int64)
    queue = np.zeros(n, np.int64)
    value = 0.0
    for i in range(n):
        load[part[i]] += demand[i]
        value += cost[i, part[i]]
    excess = 0.0
    for k in range(columns):
        excess += outside(load[k], low[k], high[k])
    stamp, moves, rows = 0, 0, 0
    heat, dear = hot, 1.0
    slack = 1e-9 * max(1.0, demand.sum())
    near = 0.1 * demand.sum() / columns
    for step in range(steps):
        if step % 512 == 0:
            heat = hot * (cold / hot) ** (step / steps)
            dear = growth ** (step / steps)
        i = draw(state) % n
        degree = indptr[i + 1] - indptr[i]
        if fixed[i] or degree == 0:
            continue
        j = indices[indptr[i] + draw(state) % degree]
        a, b = part[i], part[j]
        if a == b or cost[i, b] == np.inf:
            continue
        delta = cost[i, b] - cost[i, a]
        amount = demand[i]
        kind = draw(state) % 12
        chance = draw(state) / MODULUS
        other = -1
        if kind >= 4:
            other = j
            if kind >= 8:
                far = indices[indptr[j] + draw(state) % (indptr[j + 1] - indptr[j])]
                if part[far] == b:
                    other = far
            if fixed[other] or cost[other, a] == np.inf:
                continue
            delta += cost[other, a] - cost[other, b]
            amount -= demand[other]
        give = outside(load[a] - amount, low[a], high[a]) - outside(load[a], low[a], high[a])
        take = outside(load[b] + amount, low[b], high[b]) - outside(load[b], low[b], high[b])
        total = delta + dear * (price[a] * give + price[b] * take)
        good = total <= 0.0 or chance < np.exp(-total / heat)
        if not good and kind != 0:
            continue
        stamp += 1
        whole = stays_connected(indptr, indices, part, i, mark, stamp, queue)
        count = 1
        if other >= 0:
            if not whole or not touches(indptr, indices, part, other, i, a):
                continue
            part[i] = b
            stamp += 1
            if not stays_connected(indptr, indices, part, other, mark, stamp, queue):
                part[i] = a
                continue
            part[other] = a
        elif whole:
            if not good:
                continue
            part[i] = b
        else:
            stamp += 1
            count = followers(
                indptr, indices, part, i, centers[a], b, cost, fixed, mark, stamp, queue
            )
            if count < 2:
                continue
            delta, amount = 0.0, 0.0
            for q in range(count):
                delta += cost[queue[q], b] - cost[queue[q], a]
                amount += demand[queue[q]]
            give = outside(load[a] - amount, low[a], high[a]) - outside(load[a], low[a], high[a])
            take = outside(load[b] + amount, low[b], high[b]) - outside(load[b], low[b], high[b])
            total = delta + dear * (price[a] * give + price[b] * take)
            if total > 0.0 and chance >= np.exp(-total / heat):
                continue
            for q in range(count):
                part[queue[q]] = b
        load[a] -= amount
        load[b] += amount
        value += delta
        excess += give + take
        moves += 1
        if excess <= slack and value < best_value - 1e-12 * abs(value):
            best_value = value
            for u in range(n):
                best[u] = part[u]
        if moves % every == 0 and excess <= near and rows < len(seen):
            for u in range(n):
                seen[rows, u] = part[u]
            rows += 1
    return best_value, rows
