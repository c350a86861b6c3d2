"""Contiguity on arrays: pieces of parts, cut vertices, orders of reach from a center."""

from __future__ import annotations

import heapq

import numpy as np
from scipy import sparse

from gridplan.optimise.compiled import compiled


def pieces(graph: sparse.csr_array, assignment: np.ndarray) -> np.ndarray:
    """Number the connected pieces of the parts, ``(n,)``: equal where joined inside one part."""
    return _pieces(graph.indptr, graph.indices, assignment.astype(np.int64))


@compiled
def _pieces(indptr: np.ndarray, indices: np.ndarray, part: np.ndarray) -> np.ndarray:
    n = len(part)
    label = np.full(n, -1, np.int64)
    stack = np.empty(n, np.int64)
    count = 0
    for root in range(n):
        if label[root] >= 0:
            continue
        label[root] = count
        stack[0] = root
        top = 1
        while top > 0:
            top -= 1
            i = stack[top]
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if label[j] < 0 and part[j] == part[i]:
                    label[j] = count
                    stack[top] = j
                    top += 1
        count += 1
    return label


def reach(graph: sparse.csr_array, start: int, inside: np.ndarray) -> np.ndarray:
    """Mark the units ``inside`` (bool mask) that can be reached from ``start`` within the mask."""
    return _reach(graph.indptr, graph.indices, start, inside)


@compiled
def _reach(indptr: np.ndarray, indices: np.ndarray, start: int, inside: np.ndarray) -> np.ndarray:
    seen = np.zeros(len(inside), np.bool_)
    if start < 0 or not inside[start]:
        return seen
    stack = np.empty(len(inside), np.int64)
    stack[0] = start
    seen[start] = True
    top = 1
    while top > 0:
        top -= 1
        i = stack[top]
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if inside[j] and not seen[j]:
                seen[j] = True
                stack[top] = j
                top += 1
    return seen


def flood(
    graph: sparse.csr_array, start: int, height: np.ndarray, inside: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """
    Order the units in which a rising water that enters at ``start`` would reach them.

    Every unit but the first then has a neighbour of smaller rank, whatever the heights: where
    ``height`` has a local minimum the water level carries on, and where it is unknown (NaN, a unit
    without demand) it is the level of the neighbour plus ``step``.

    Returns
    -------
    rank, level
        ``(n,)``; rank -1 and level infinite where the water does not come. Priority flood of
        Barnes, Lehman & Mulla (2014), doi:10.1016/j.cageo.2013.04.024.
    """
    n = len(height)
    rank = np.full(n, -1, dtype=np.int64)
    level = np.full(n, np.inf)
    indptr, indices = graph.indptr, graph.indices
    seen = np.zeros(n, dtype=bool)
    heap: list[tuple[float, int]] = [(0.0, start)]
    seen[start] = True
    count = 0
    while heap:
        high, i = heapq.heappop(heap)
        rank[i] = count
        level[i] = high
        count += 1
        for j in indices[indptr[i] : indptr[i + 1]]:
            if inside[j] and not seen[j]:
                seen[j] = True
                own = height[j]
                rise = high + step if np.isnan(own) else max(own, high)
                heapq.heappush(heap, (float(rise), int(j)))
    return rank, level


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
