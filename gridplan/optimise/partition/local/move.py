"""One move of a unit to a neighbouring part: its price, and every count brought up to date.

Compiled helpers over the arrays of :class:`.walk.Tables`. All options of the problem are part of a
move's price.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled


@compiled
def outside(load: float, low: float, high: float) -> float:
    """Work out the amount by which a load leaves its bounds."""
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
