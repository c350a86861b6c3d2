"""Walks over the unit graph: what is joined within a part, what a rising water reaches first."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.heap import pop, push


@compiled
def sweep(
    indptr: np.ndarray,
    indices: np.ndarray,
    part: np.ndarray,
    start: int,
    mark: np.ndarray,
    stamp: int,
    queue: np.ndarray,
) -> int:
    """
    Mark with ``stamp`` what is joined to ``start`` inside its part; return how many units.

    They stand at the head of ``queue`` in breadth-first order. Units already marked with ``stamp``
    are not passed; ``mark`` and ``queue`` are ``(n,)``.
    """
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


@compiled
def stays_connected(  # noqa: C901  # compiled
    indptr: np.ndarray,
    indices: np.ndarray,
    part: np.ndarray,
    unit: int,
    mark: np.ndarray,
    stamp: int,
    queue: np.ndarray,
) -> bool:
    """
    Tell whether the part of ``unit`` is still one piece without it (and not empty).

    A sweep that ends as soon as it has met every neighbour of the unit. ``mark`` holds no stamp as
    high as ``stamp``.
    """
    own = part[unit]
    wanted = 0
    first = -1
    for e in range(indptr[unit], indptr[unit + 1]):
        j = indices[e]
        if part[j] == own:
            mark[j] = -stamp
            wanted += 1
            if first < 0:
                first = j
    if wanted == 0:
        return False
    if wanted == 1:
        return True
    mark[unit] = stamp
    mark[first] = stamp
    queue[0] = first
    head = 0
    tail = 1
    found = 1
    while head < tail:
        i = queue[head]
        head += 1
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if part[j] == own and mark[j] != stamp:
                if mark[j] == -stamp:
                    found += 1
                    if found == wanted:
                        return True
                mark[j] = stamp
                queue[tail] = j
                tail += 1
    return False


def pieces(graph: sparse.csr_array, assignment: np.ndarray) -> np.ndarray:
    """Label the connected pieces of the parts, ``(n,)``: equal where joined inside one part."""
    return _pieces(graph.indptr, graph.indices, assignment.astype(np.int64))


@compiled
def _pieces(indptr: np.ndarray, indices: np.ndarray, part: np.ndarray) -> np.ndarray:
    label = np.full(len(part), -1, np.int64)
    queue = np.empty(len(part), np.int64)
    count = 0
    for root in range(len(part)):
        if label[root] < 0:
            sweep(indptr, indices, part, root, label, count, queue)
            count += 1
    return label


def reach(graph: sparse.csr_array, start: int, inside: np.ndarray) -> np.ndarray:
    """Mark the units ``inside`` (bool mask) that can be reached from ``start`` within the mask."""
    mark = np.zeros(len(inside), np.int64)
    if start >= 0 and inside[start]:
        queue = np.empty(len(inside), np.int64)
        sweep(graph.indptr, graph.indices, inside, start, mark, 1, queue)
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
        ``(n,)``; infinite where the water does not come. Priority flood of Barnes, Lehman & Mulla
        (2014), doi:10.1016/j.cageo.2013.04.024.
    """
    return _flood(graph.indptr, graph.indices, start, height, inside, step)


@compiled
def _flood(
    indptr: np.ndarray,
    indices: np.ndarray,
    start: int,
    height: np.ndarray,
    inside: np.ndarray,
    step: float,
) -> np.ndarray:
    n = len(height)
    level = np.full(n, np.inf)
    seen = np.zeros(n, np.bool_)
    key, tie, item = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1, np.int64)
    size = push(key, tie, item, 0, 0.0, 0.0, start)
    seen[start] = True
    while size > 0:
        size = pop(key, tie, item, size)
        high, i = key[size], item[size]
        level[i] = high
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if inside[j] and not seen[j]:
                seen[j] = True
                own = height[j]
                rise = high + step if np.isnan(own) else max(own, high)
                size = push(key, tie, item, size, rise, 0.0, j)
    return level


@compiled
def spread(
    indptr: np.ndarray,
    indices: np.ndarray,
    centers: np.ndarray,
    price: np.ndarray,
    allowed: np.ndarray,
    demand: np.ndarray,
    goal: np.ndarray,
) -> np.ndarray:
    """
    Grow all parts at once from their centers, cheapest ``price[i, k]`` first.

    Equal prices are the rule behind a neighbour's center (every way there costs the same more);
    they go to the part that is emptiest against its ``goal``, so ties end balanced, and every part
    is connected by construction. Units no part reaches are -1.
    """
    n, columns = price.shape
    out = np.full(n, -1, np.int64)
    load = np.zeros(columns)
    most = len(indices) + columns + 1
    key, tie, item = np.zeros(most), np.zeros(most), np.zeros(most, np.int64)
    size = 0
    for k in range(columns):
        size = push(key, tie, item, size, -np.inf, 0.0, centers[k] * columns + k)
    while size > 0:
        size = pop(key, tie, item, size)
        high, fill, code = key[size], tie[size], item[size]
        i = code // columns
        k = code % columns
        if out[i] >= 0:
            continue
        full = load[k] / goal[k]
        if full > fill + 0.02:
            size = push(key, tie, item, size, high, full, code)
            continue
        out[i] = k
        load[k] += demand[i]
        full = load[k] / goal[k]
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if out[j] < 0 and allowed[j, k]:
                size = push(key, tie, item, size, price[j, k], full, j * columns + k)
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
