"""A first connected, balanced partition around fixed centers: relax, round, mend, cut a band.

The linear relaxation splits about as many units as there are parts, so only units near the border
of its rounding can change hands. A small integer program over that band, with predecessor rows that
keep every part connected, gives the answer (Kong 2021 uses the same restriction on whole districts).
"""

from __future__ import annotations

import heapq

import numpy as np

from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.exact import WORK_PER_NONZERO_ITERATION
from gridplan.optimise.partition.graph import flood, hops, pieces
from gridplan.optimise.partition.model import Model, atom_sums
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.run import Run

BAND_HOPS = (2, 4, 8, 16)
"""Widths of the band tried in turn, in edges from the border."""


def heights(problem: Problem) -> np.ndarray:
    """Cost per unit of demand ``(n, k)``, a distance to each center; NaN without demand."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(problem.demand[:, None] > 0, problem.cost / problem.demand[:, None], np.nan)


def orders(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Rank and water level ``(n, k)`` of a flood from each center over its allowed units."""
    p = problem
    height = heights(p)
    pairs = p.edges[:: max(1, len(p.edges) // 5000)]
    rises = np.abs(height[pairs[:, 0]] - height[pairs[:, 1]])
    step = float(np.nanmedian(rises)) if np.isfinite(rises).any() else 1.0
    rank = np.empty((p.units, p.columns), dtype=np.int64)
    level = np.empty((p.units, p.columns))
    for k in range(p.columns):
        start = int(p.centers[k])
        rank[:, k], level[:, k] = flood(p.graph, start, height[:, k], p.allowed[:, k], step)
    return rank, level


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


def relax(problem: Problem, run: Run) -> tuple[float, np.ndarray | None, np.ndarray]:
    """
    Solve the linear relaxation without contiguity.

    Returns
    -------
    bound
        Its value; infinite when even the relaxation is impossible.
    shares
        ``(atoms, k)`` or None.
    offset
        ``(k,)`` price per unit of demand in each part, from the duals of the bounds.
    """
    model = Model(problem, extras=False)
    answer = model.solve(relaxed=True, time_limit=run.seconds_left)
    s = answer.solve
    run.spend(0.005 + s.iterations * WORK_PER_NONZERO_ITERATION * 3 * model.width)
    if s.status == "infeasible":
        return np.inf, None, np.zeros(problem.columns)
    if s.x is None or s.col_dual is None:
        return -np.inf, None, np.zeros(problem.columns)
    return s.bound + model.offset, model.shares(s.x), _offsets(model, s.col_dual)


def _offsets(model: Model, reduced: np.ndarray) -> np.ndarray:
    """Recover the price of each part: reduced cost minus cost, per unit of demand, averaged."""
    p = model.problem
    load = atom_sums(p, p.demand)[model.pair_atom]
    count = len(model.pair_atom)
    rest = reduced[:count] - model.cost[0]
    heavy = load > 0
    unit = np.full((model.atoms, p.columns), np.nan)
    unit[model.pair_atom[heavy], model.pair_column[heavy]] = rest[heavy] / load[heavy]
    # each row holds -(dual of the unit)/load + price of the part: differences across a row are prices
    base = unit - unit[:, :1]
    offset = np.zeros(p.columns)
    for k in range(1, p.columns):
        column = base[:, k]
        column = column[np.isfinite(column)]
        offset[k] = float(np.median(column)) if len(column) else 0.0
    return offset


def band(  # the parts of one step
    problem: Problem,
    base: np.ndarray,
    rank: np.ndarray,
    run: Run,
    *,
    width: int,
    gap: float,
    node_limit: int,
    seed: int,
) -> np.ndarray | None:
    """Solve the integer program over the units within ``width`` edges of a border of ``base``."""
    p = problem
    near = np.zeros((p.units, p.columns), dtype=bool)
    for k in range(p.columns):
        near[:, k] = hops(p.graph, base == k, width) >= 0
    near &= p.allowed & (rank >= 0)
    near[np.arange(p.units), base] = True
    keep = np.ones((int(p.atom.max()) + 1, p.columns), dtype=bool)
    np.logical_and.at(keep, p.atom, near)
    model = Model(p, allowed=keep)
    single = keep.sum(axis=1) == 1
    model.low[0][single[model.pair_atom]] = 1.0
    for k in range(p.columns):
        own = flood_order(p, k, near[:, k], rank[:, k])
        model.precede(k, own)
    answer = model.solve(gap=gap, node_limit=node_limit, time_limit=run.seconds_left, seed=seed)
    run.spend(0.01 + answer.solve.iterations * WORK_PER_NONZERO_ITERATION * 4 * model.width)
    return answer.assignment


def flood_order(p: Problem, k: int, near: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Order the units that may be in ``k`` so that each has an earlier neighbour among them."""
    own, _ = flood(p.graph, int(p.centers[k]), rank.astype(float), near, 1.0)
    return own


def draft(problem: Problem, run: Run) -> np.ndarray | None:
    """Round the linear relaxation and mend it: connected around the centers, perhaps unbalanced."""
    _, shares, offset = relax(problem, run)
    if shares is None:
        return None
    return rounded(problem, shares, offset, orders(problem)[1])


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


def construct(
    problem: Problem, run: Run, *, seed: int = 0, gap: float = 5e-4
) -> tuple[np.ndarray | None, float]:
    """
    Build a first answer for fixed centers.

    Returns
    -------
    assignment, bound
        Units' columns or None, and the linear bound (infinite: proven impossible).
    """
    p = problem
    bound, shares, offset = relax(p, run)
    if shares is None:
        return None, bound
    rank, level = orders(p)
    base = rounded(p, shares, offset, level)
    sound = not faults(p, base)
    if sound and value_of(p, base) - bound <= gap * abs(bound):
        return base, bound
    for width in BAND_HOPS[:2]:
        if run.ended_by is not None:
            break
        found = band(p, base, rank, run, width=width, gap=gap / 2, node_limit=100, seed=seed)
        if found is not None and not faults(p, found):
            return found, bound
    return (base if sound else None), bound
