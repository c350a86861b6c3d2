"""
Region growing: parts around fixed centers from prices alone, rounded or grown, always connected.

What belongs to a part is what the water from its center reaches cheaply (``level``, ``(n, k)``)
at the part's price per demand (``offset``, ``(k,)``): a weighted Voronoi diagram on the graph whose
offsets are the duals of balance (Aurenhammer 1987, doi:10.1137/0216006, for power diagrams). Levels
come from a priority flood, so that growth never leaves a unit behind. Bounds on demand may be
broken.
"""

from __future__ import annotations

import heapq

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.graph.graph import Growth, flood, pieces, spread
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


def heights(problem: Problem) -> np.ndarray:
    """Cost per unit of demand ``(n, k)``, a distance to each center; NaN without demand."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(problem.demand[:, None] > 0, problem.cost / problem.demand[:, None], np.nan)


def levels(problem: Problem) -> np.ndarray:
    """Work out the water level ``(n, k)`` of a flood from each center over its allowed units."""
    p = problem
    height = heights(p)
    pairs = p.edges[:: max(1, len(p.edges) // 5000)]
    rises = np.abs(height[pairs[:, 0]] - height[pairs[:, 1]])
    step = float(np.nanmedian(rises)) if np.isfinite(rises).any() else 1.0
    level = np.empty((p.units, p.columns))
    for k in range(p.columns):
        start = int(p.centers[k])
        level[:, k] = flood(p.graph, start, height[:, k], p.allowed[:, k], step)
    return level


def mend(
    problem: Problem, assignment: np.ndarray, level: np.ndarray, offset: np.ndarray
) -> np.ndarray:
    """
    Give pieces cut off from their center to the parts around them.

    The parts grow into the loose pieces unit by unit, cheapest ``level + offset`` first, so every
    unit joins a part it touches and parts stay connected.
    """
    p = problem
    out = assignment.copy()
    label = pieces(p.graph, out)
    firm = label == label[p.centers][out]
    firm[p.centers] = True
    indptr, indices = p.graph.indptr, p.graph.indices
    heap: list[tuple[float, int, int]] = []

    def offer(i: int) -> None:
        k = int(out[i])
        for j in indices[indptr[i] : indptr[i + 1]]:
            if not firm[j] and p.allowed[j, k]:
                heapq.heappush(heap, (float(level[j, k] + offset[k]), int(j), k))

    loose = ~firm
    border = firm & ((p.graph @ loose.astype(float)) > 0)
    for i in np.flatnonzero(border):
        offer(int(i))
    while heap:
        _, j, k = heapq.heappop(heap)
        if firm[j]:
            continue
        firm[j] = True
        out[j] = k
        offer(j)
    return out


def rounded(
    problem: Problem, shares: np.ndarray, offset: np.ndarray, level: np.ndarray
) -> np.ndarray:
    """Give each unit its largest share, units without demand their nearest part; mend pieces."""
    p = problem
    base = shares.argmax(axis=1)[p.atom]
    idle = (p.demand == 0) & (np.bincount(p.atom)[p.atom] == 1)
    guide = np.where(p.allowed, level + offset[None, :], np.inf)
    base[idle] = guide.argmin(axis=1)[idle]
    base[p.centers] = np.arange(p.columns)
    return mend(p, base, level, offset)


def grown(
    problem: Problem, offset: np.ndarray, level: np.ndarray, run: Run, *, rounds: int = 60
) -> np.ndarray:
    """
    Grow connected parts by ``level + offset`` and move the offsets until loads meet their bounds.

    The relaxation's own offsets are the start; a part that ends too full becomes dearer. Returns
    the growth with the least demand out of bounds (the cheaper one among sound ones).
    """
    p = problem
    finite = np.isfinite(level)
    grain = 1e-6 * max(1e-12, float(np.median(level[finite])))
    pace = 0.1 * float(np.std(level[finite])) if finite.any() else 1.0
    high = np.where(np.isfinite(p.upper), p.upper, np.maximum(p.lower, 2 * p.target))
    goal = np.maximum((p.lower + high) / 2, 1e-12)
    mass = np.where(p.demand > 0, p.demand, 0.0)
    best: tuple[float, float, np.ndarray] | None = None
    price = offset.copy()
    stale = 0
    for _ in range(rounds):
        keyed = np.round(np.where(finite, level + price[None, :], np.inf) / grain) * grain
        out = spread(p.graph, p.centers, Growth(keyed, p.allowed, mass, goal))
        run.spend(WEIGHTS.grow_pair * p.units * p.columns)
        if (out < 0).any():
            break
        load = np.bincount(out, weights=p.demand, minlength=p.columns)
        short = np.maximum(p.lower - load, 0) - np.maximum(load - high, 0)
        excess = float(np.abs(short).sum())
        value = float(p.cost[np.arange(p.units), out].sum())
        if best is None or (excess, value) < best[:2]:
            best, stale = (excess, value, out), 0
        else:
            stale += 1
        if excess <= 0 or run.ended_by is not None:
            break
        if stale >= 25:
            pace, stale = pace * 0.5, 0
        price = price - pace * np.clip(short / goal, -0.5, 0.5)
    return nearest(p, level, offset) if best is None else best[2]


def poised(
    problem: Problem,
    shares: np.ndarray,
    offset: np.ndarray,
    level: np.ndarray,
    run: Run,
    *,
    rounds: int = 60,
) -> np.ndarray:
    """
    Grow connected parts at the relaxation's prices; where units cost the same, divide them.

    On a lattice many units lie behind a neighbour's center and belong to both at once. Which part
    takes them is settled by how full it is against a goal, and the goals move until the loads are
    those of the relaxation, so the growth costs hardly more than the relaxation. ``shares`` is
    ``(atoms, k)``, ``offset`` ``(k,)``, ``level`` ``(n, k)``.
    """
    p = problem
    load = np.bincount(p.atom, weights=p.demand)
    wanted = np.maximum(shares.T @ load, 1e-12)
    finite = np.isfinite(level)
    grain = 1e-6 * max(1e-12, float(np.median(level[finite])))
    keyed = np.round(np.where(finite, level + offset[None, :], np.inf) / grain) * grain
    goal = wanted.copy()
    until = run.work + 0.1 * run.work_left
    best: tuple[float, np.ndarray] | None = None
    for _ in range(rounds):
        out = spread(p.graph, p.centers, Growth(keyed, p.allowed, p.demand, goal))
        run.spend(WEIGHTS.grow_pair * p.units * p.columns)
        if (out < 0).any() or run.ended_by is not None:
            break
        now = np.bincount(out, weights=p.demand, minlength=p.columns)
        off = float(np.abs(now - wanted).sum())
        if best is None or off < best[0]:
            best = off, out
        if off <= 1e-3 * p.demand.sum() or run.work > until:
            break
        goal = goal * np.sqrt(np.clip(wanted / np.maximum(now, 1e-12), 0.5, 2.0))
    return rounded(p, shares, offset, level) if best is None else best[1]


def nearest(p: Problem, level: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Give every unit its cheapest part by ``level + offset`` and mend; ``(n,)``."""
    base = np.where(p.allowed, level + offset[None, :], np.inf).argmin(axis=1)
    base[p.centers] = np.arange(p.columns)
    return mend(p, base, level, offset)
