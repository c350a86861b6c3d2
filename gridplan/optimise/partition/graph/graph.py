"""
Sweeps over the unit graph: what is joined within a part, what a rising water reaches first.

Breadth-first search tells pieces and whether a part stays in one piece without a unit; the priority
flood of Barnes, Lehman & Mulla (2014, doi:10.1016/j.cageo.2013.04.024) gives levels over which
parts grow connected, since each unit but the first has a neighbour that is not higher.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.numeric.heap import empty_heap, pop, push
from gridplan.optimise.partition.graph.adjacency import Adjacency


@compiled
def sweep(
    graph: Adjacency,
    part: np.ndarray,
    start: int,
    mark: np.ndarray,
    stamp: int,
    queue: np.ndarray,
) -> int:
    """
    Mark with ``stamp`` what is joined to ``start`` inside its part; return how many units.

    They stand at the head of ``queue`` in breadth-first order. Units already marked with ``stamp``
    are not passed; ``part``, ``mark`` and ``queue`` are ``(n,)``.
    """
    indptr, indices = graph.indptr, graph.indices
    own = part[start]
    mark[start] = stamp
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        i = queue[head]
        head += 1
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if part[j] == own and mark[j] != stamp:
                mark[j] = stamp
                queue[tail] = j
                tail += 1
    return tail


@inner
def stays_connected(
    graph: Adjacency, part: np.ndarray, unit: int, mark: np.ndarray, stamp: int, queue: np.ndarray
) -> bool:
    """
    Tell whether the part of ``unit`` is still one piece without it (and not empty).

    A sweep that ends as soon as it has met every neighbour of the unit. ``mark`` holds no stamp as
    high as ``stamp``.
    """
    indptr, indices = graph.indptr, graph.indices
    own, wanted, first = part[unit], 0, -1
    for e in range(indptr[unit], indptr[unit + 1]):
        j = indices[e]
        if part[j] == own:
            mark[j] = -stamp
            wanted += 1
            if first < 0:
                first = j
    if wanted <= 1:
        return wanted == 1
    mark[unit] = stamp
    mark[first] = stamp
    queue[0] = first
    head, tail, found = 0, 1, 1
    while head < tail and found < wanted:
        i = queue[head]
        head += 1
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if part[j] == own and mark[j] != stamp:
                found += mark[j] == -stamp
                mark[j] = stamp
                queue[tail] = j
                tail += 1
    return found == wanted


def pieces(graph: sparse.csr_array, assignment: np.ndarray) -> np.ndarray:
    """Label the connected pieces of the parts, ``(n,)``: equal where joined inside one part."""
    return _pieces(Adjacency(graph.indptr, graph.indices), assignment.astype(np.int64))


@compiled
def _pieces(graph: Adjacency, part: np.ndarray) -> np.ndarray:
    label = np.full(len(part), -1, np.int64)
    queue = np.empty(len(part), np.int64)
    count = 0
    for root in range(len(part)):
        if label[root] < 0:
            sweep(graph, part, root, label, count, queue)
            count += 1
    return label


def reach(graph: sparse.csr_array, start: int, inside: np.ndarray) -> np.ndarray:
    """Mark the units ``inside`` (bool mask) that can be reached from ``start`` within the mask."""
    mark = np.zeros(len(inside), np.int64)
    if start >= 0 and inside[start]:
        queue = np.empty(len(inside), np.int64)
        sweep(Adjacency(graph.indptr, graph.indices), inside, start, mark, 1, queue)
    return mark == 1


def flood(
    graph: sparse.csr_array, start: int, height: np.ndarray, inside: np.ndarray, step: float
) -> np.ndarray:
    """
    Give the level at which a rising water that enters at ``start`` reaches each unit ``inside``.

    Every unit but the first then has a neighbour that is not higher, whatever the heights: where
    ``height`` has a local minimum the water level carries on, and where it is unknown (NaN, a unit
    without demand) it is the level of the neighbour plus ``step``.

    Returns
    -------
    level
        ``(n,)``; infinite where the water does not come.
    """
    return _flood(Adjacency(graph.indptr, graph.indices), start, height, inside, step)


@compiled
def _flood(
    graph: Adjacency, start: int, height: np.ndarray, inside: np.ndarray, step: float
) -> np.ndarray:
    indptr, indices = graph.indptr, graph.indices
    n = len(height)
    level = np.full(n, np.inf)
    seen = np.zeros(n, np.bool_)
    heap = empty_heap(n + 1)
    size = push(heap, 0, 0.0, 0.0, start)
    seen[start] = True
    while size > 0:
        size = pop(heap, size)
        high, i = heap.key[size], heap.item[size]
        level[i] = high
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if inside[j] and not seen[j]:
                seen[j] = True
                own = height[j]
                rise = high + step if np.isnan(own) else max(own, high)
                size = push(heap, size, rise, 0.0, j)
    return level


class Growth(NamedTuple):
    """
    What parts grow by.

    Parameters
    ----------
    price, allowed
        ``(n, k)``: price at which a unit joins a part (lowest first), and whether it may.
    demand
        ``(n,)``.
    goal
        ``(k,)`` demand against which a part is full, positive.
    """

    price: np.ndarray
    allowed: np.ndarray
    demand: np.ndarray
    goal: np.ndarray


def spread(graph: sparse.csr_array, centers: np.ndarray, growth: Growth) -> np.ndarray:
    """
    Grow all parts at once from their ``centers`` ``(k,)``, cheapest price first.

    Equal prices are the rule behind a neighbour's center (every way there costs the same more);
    they go to the part that is emptiest against its ``goal``, so ties end balanced, and every part
    is connected by construction.

    Returns
    -------
    part
        ``(n,)``; -1 for units no part reaches.
    """
    return _spread(Adjacency(graph.indptr, graph.indices), centers, growth)


@compiled
def _spread(graph: Adjacency, centers: np.ndarray, growth: Growth) -> np.ndarray:
    indptr, indices = graph.indptr, graph.indices
    price, allowed, demand, goal = growth
    n, columns = price.shape
    out = np.full(n, -1, np.int64)
    load = np.zeros(columns)
    heap = empty_heap(len(indices) + columns + 1)
    size = 0
    for k in range(columns):
        size = push(heap, size, -np.inf, 0.0, centers[k] * columns + k)
    while size > 0:
        size = pop(heap, size)
        high, fill, code = heap.key[size], heap.tie[size], heap.item[size]
        i = code // columns
        k = code % columns
        if out[i] >= 0:
            continue
        full = load[k] / goal[k]
        if full > fill + 0.02:  # filled up since it was offered: it waits for emptier ones
            size = push(heap, size, high, full, code)
            continue
        out[i] = k
        load[k] += demand[i]
        full = load[k] / goal[k]
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if out[j] < 0 and allowed[j, k]:
                size = push(heap, size, price[j, k], full, j * columns + k)
    return out


def hops(graph: sparse.csr_array, sources: np.ndarray, limit: int) -> np.ndarray:
    """Count edges from the nearest of ``sources`` (bool mask) up to ``limit``; -1 beyond."""
    distance = np.where(sources, 0, -1).astype(np.int64)
    frontier = sources
    for hop in range(1, limit + 1):
        touched = (graph @ frontier.astype(float)) > 0
        frontier = touched & (distance < 0)
        if not frontier.any():
            break
        distance[frontier] = hop
    return distance
