"""
Recursive tree partition: parts without centers, cut from random spanning trees.

One part after the other is cut off what is left where an edge of a random spanning tree leaves a
demand within bounds on both sides (the step of ReCom: DeFord, Duchin & Solomon 2021,
doi:10.1162/99608f92.eb30390f). Every part is connected; it may fail where bounds are narrow.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from gridplan.optimise.partition.question.problem import Problem


def random_tree(
    graph: sparse.csr_array, units: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a spanning tree of the units: order from the root and parent of each, local numbers."""
    sub = sparse.coo_array(sparse.triu(graph[units][:, units], k=1))
    weight = rng.random(len(sub.data)) + 1.0
    tree = minimum_spanning_tree(sparse.csr_array((weight, (sub.row, sub.col)), shape=sub.shape))
    order, before = breadth_first_order(tree, int(rng.integers(len(units))), directed=False)
    return order, before


def split_tree(
    problem: Problem,
    units: np.ndarray,
    parts: int,
    low: float,
    high: float,
    rng: np.random.Generator,
    tries: int = 60,
) -> np.ndarray | None:
    """Cut one part with demand in ``[low, high]`` off the units, leaving enough for the others."""
    total = problem.demand[units].sum()
    best: tuple[float, np.ndarray] | None = None
    for _ in range(tries):
        order, before = random_tree(problem.graph, units, rng)
        if len(order) < len(units):
            return None
        below = problem.demand[units].copy()
        for i in order[::-1]:
            if before[i] >= 0:
                below[before[i]] += below[i]
        for own, flip in ((below, False), (total - below, True)):
            rest = total - own
            good = (own >= low) & (own <= high)
            good &= (rest >= low * (parts - 1)) & (rest <= high * (parts - 1))
            good[order[0]] = False
            pick = np.flatnonzero(good)
            if not len(pick):
                continue
            i = int(pick[np.argmin(np.abs(own[pick] - total / parts))])
            off = abs(own[i] - total / parts)
            if best is None or off < best[0]:
                inside = np.zeros(len(units), dtype=bool)
                for j in order:
                    inside[j] = j == i or (before[j] >= 0 and inside[before[j]])
                best = (off, ~inside if flip else inside)
        if best is not None:
            break
    return None if best is None else best[1]


def grow(problem: Problem, *, seed: int = 0, restarts: int = 20) -> np.ndarray | None:
    """Cut a connected district into parts within bounds, one spanning tree after another."""
    p = problem
    rng = np.random.default_rng(seed)
    low, high = float(p.lower.max()), float(p.upper.min())
    if not np.isfinite(high):
        high = float(p.demand.sum())
    for _ in range(restarts):
        out = np.full(p.units, p.columns - 1, dtype=np.int64)
        left = np.arange(p.units)
        for part in range(p.columns - 1):
            cut = split_tree(p, left, p.columns - part, low, high, rng)
            if cut is None:
                break
            out[left[cut]] = part
            left = left[~cut]
        else:
            return out
    return None
