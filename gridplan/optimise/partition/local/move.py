"""
One move of a unit to a neighbouring part: its price, and every count brought up to date.

All options of a problem are part of a move's price: cost, bounds on demand and further resources,
borders, pairs apart and crossings, split parents, kinds that every part has to hold.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.partition.graph.adjacency import Adjacency


class Tables(NamedTuple):
    """
    A problem as the compiled moves read it.

    Parameters
    ----------
    graph
        Of the ``n`` units.
    movable
        ``(n,)`` bool: units that are no center and no atom of several.
    allowed, cost
        ``(n, k)``.
    values
        ``(m, n)`` demand and further resources.
    low, high
        ``(m, k)`` their bounds.
    hard
        ``(m,)`` bool: amounts out of bounds must be nothing in the end.
    border
        ``(edges,)`` price of each stored edge of the graph; empty without compactness.
    mates, mate, mate_price
        Row pointers ``(n + 1,)`` into units that cost something in the same part.
    parent, parents, split
        ``(n,)`` parents, or empty; how many; the price of a split.
    kinds, penalty
        ``(kinds, n)`` bool and the price of a part without one.
    """

    graph: Adjacency
    movable: np.ndarray
    allowed: np.ndarray
    cost: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    hard: np.ndarray
    border: np.ndarray
    mates: np.ndarray
    mate: np.ndarray
    mate_price: np.ndarray
    parent: np.ndarray
    parents: int
    split: float
    kinds: np.ndarray
    penalty: float


class Counts(NamedTuple):
    """
    A partition and what is counted of it.

    Parameters
    ----------
    part
        ``(n,)``.
    load
        ``(m, k)`` amounts in each part.
    inside
        ``(parents, k)`` units of each parent in each part.
    kind
        ``(kinds, k)`` units of each kind in each part.
    member, place, size
        ``(k, n)`` units of each part, ``(n,)`` where a unit stands among them, ``(k,)`` how many.
    mark, queue, stamp
        ``(n,)``, ``(n,)`` and ``(1,)``, for sweeps over the graph.
    """

    part: np.ndarray
    load: np.ndarray
    inside: np.ndarray
    kind: np.ndarray
    member: np.ndarray
    place: np.ndarray
    size: np.ndarray
    mark: np.ndarray
    queue: np.ndarray
    stamp: np.ndarray


@inner
def outside(load: float, low: float, high: float) -> float:
    """Work out the amount by which a load leaves its bounds."""
    if load > high:
        return load - high
    if load < low:
        return low - load
    return 0.0


@inner
def move_price(t: Tables, counts: Counts, price: np.ndarray, i: int, b: int) -> float:
    """Change of the priced objective when unit ``i`` goes to ``b``; ``price`` ``(m,)`` of loads."""
    a = counts.part[i]
    delta = t.cost[i, b] - t.cost[i, a]
    delta = with_loads(t, counts, price, i, b, delta)
    delta = with_neighbours(t, counts, i, b, delta)
    if len(t.parent) > 0:
        q = t.parent[i]
        if counts.inside[q, a] == 1:
            delta -= t.split
        if counts.inside[q, b] == 0:
            delta += t.split
    for q in range(t.kinds.shape[0]):
        if t.kinds[q, i]:
            if counts.kind[q, a] == 1:
                delta += t.penalty
            if counts.kind[q, b] == 0:
                delta -= t.penalty
    return delta


@inner
def with_loads(t: Tables, counts: Counts, price: np.ndarray, i: int, b: int, delta: float) -> float:
    """Add to ``delta`` what a move of ``i`` to ``b`` changes in amounts out of bounds."""
    a, load, low, high = counts.part[i], counts.load, t.low, t.high
    for m in range(t.values.shape[0]):
        v = t.values[m, i]
        if v != 0.0:
            change = outside(load[m, b] + v, low[m, b], high[m, b])
            change -= outside(load[m, b], low[m, b], high[m, b])
            change += outside(load[m, a] - v, low[m, a], high[m, a])
            change -= outside(load[m, a], low[m, a], high[m, a])
            delta += price[m] * change
    return delta


@inner
def with_neighbours(t: Tables, counts: Counts, i: int, b: int, delta: float) -> float:
    """Add to ``delta`` what a move of ``i`` to ``b`` changes in borders, and with its mates."""
    part = counts.part
    a = part[i]
    if len(t.border) > 0:
        for e in range(t.graph.indptr[i], t.graph.indptr[i + 1]):
            other = part[t.graph.indices[e]]
            if other == a:
                delta += t.border[e]
            elif other == b:
                delta -= t.border[e]
    if len(t.mate) > 0:
        for e in range(t.mates[i], t.mates[i + 1]):
            other = part[t.mate[e]]
            if other == b:
                delta += t.mate_price[e]
            elif other == a:
                delta -= t.mate_price[e]
    return delta


@inner
def shift(t: Tables, counts: Counts, i: int, b: int) -> None:
    """Move unit ``i`` to part ``b`` and bring every count up to date."""
    a = counts.part[i]
    counts.part[i] = b
    for m in range(t.values.shape[0]):
        counts.load[m, a] -= t.values[m, i]
        counts.load[m, b] += t.values[m, i]
    if len(t.parent) > 0:
        counts.inside[t.parent[i], a] -= 1
        counts.inside[t.parent[i], b] += 1
    for q in range(t.kinds.shape[0]):
        if t.kinds[q, i]:
            counts.kind[q, a] -= 1
            counts.kind[q, b] += 1
    member, place, size = counts.member, counts.place, counts.size
    last = member[a, size[a] - 1]
    member[a, place[i]] = last
    place[last] = place[i]
    size[a] -= 1
    member[b, size[b]] = i
    place[i] = size[b]
    size[b] += 1
