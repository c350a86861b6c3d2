"""A first connected, balanced partition around fixed centers: relax, then round or grow, then walk.

The linear relaxation splits about as many units as there are parts, and its prices say which part a
unit belongs to. Its rounding is mended where parts fell into pieces; where that is not sound or
too dear, parts are grown from their centers at those prices and a short walk balances them.
"""

from __future__ import annotations

import heapq

import numpy as np

from gridplan.optimise.partition.atoms import atom_sums
from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.exact import WORK_PER_NONZERO_ITERATION
from gridplan.optimise.partition.grain import narrow
from gridplan.optimise.partition.graph import flood, pieces, spread
from gridplan.optimise.partition.model import Model
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.sift import sift, sifted
from gridplan.optimise.partition.walk import walk
from gridplan.optimise.run import Run

LARGE = 40_000
"""Units beyond which only those near borders of a first growth are moved."""


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
    few = sift(problem, run) if sifted(problem) else None
    if few is not None:
        return few
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
    # a row holds price of the part minus dual of the unit: differences across it are prices
    base = unit - unit[:, :1]
    offset = np.zeros(p.columns)
    for k in range(1, p.columns):
        column = base[:, k]
        column = column[np.isfinite(column)]
        offset[k] = float(np.median(column)) if len(column) else 0.0
    return offset


def draft(problem: Problem, run: Run) -> np.ndarray | None:
    """Grow parts connected around the centers, perhaps unbalanced, or round the relaxation."""
    p = problem
    _, shares, offset = relax(p, run)
    if shares is None:
        return None
    level = levels(p)
    drafts = [rounded(p, shares, offset, level), grown(p, offset, level, run)]
    return min(drafts, key=lambda a: outside_bounds(p, a))


def outside_bounds(problem: Problem, assignment: np.ndarray) -> float:
    """Sum up the demand by which parts leave their bounds."""
    p = problem
    load = np.bincount(assignment, weights=p.demand, minlength=p.columns)
    return float((np.maximum(p.lower - load, 0) + np.maximum(load - p.upper, 0)).sum())


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
    indptr, indices = p.graph.indptr, p.graph.indices
    stale = 0
    for _ in range(rounds):
        keyed = np.round(np.where(finite, level + price[None, :], np.inf) / grain) * grain
        out = spread(indptr, indices, p.centers, keyed, p.allowed, mass, goal)
        run.spend(1e-6 * p.units)
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
    return rounded_fallback(p, level, offset) if best is None else best[2]


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
    those of the relaxation, so the growth costs hardly more than the relaxation.
    """
    p = problem
    load = np.bincount(p.atom, weights=p.demand)
    wanted = np.maximum(shares.T @ load, 1e-12)
    finite = np.isfinite(level)
    grain = 1e-6 * max(1e-12, float(np.median(level[finite])))
    keyed = np.round(np.where(finite, level + offset[None, :], np.inf) / grain) * grain
    goal = wanted.copy()
    until = run.seconds + 0.1 * run.seconds_left
    best: tuple[float, np.ndarray] | None = None
    for _ in range(rounds):
        out = spread(p.graph.indptr, p.graph.indices, p.centers, keyed, p.allowed, p.demand, goal)
        run.spend(1e-6 * p.units)
        if (out < 0).any() or run.ended_by is not None:
            break
        now = np.bincount(out, weights=p.demand, minlength=p.columns)
        off = float(np.abs(now - wanted).sum())
        if best is None or off < best[0]:
            best = off, out
        if off <= 1e-3 * p.demand.sum() or run.seconds > until:
            break
        goal = goal * np.sqrt(np.clip(wanted / np.maximum(now, 1e-12), 0.5, 2.0))
    return rounded(p, shares, offset, level) if best is None else best[1]


def rounded_fallback(p: Problem, level: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Give every unit its cheapest part and mend."""
    base = np.where(p.allowed, level + offset[None, :], np.inf).argmin(axis=1)
    base[p.centers] = np.arange(p.columns)
    return mend(p, base, level, offset)


def _at_borders(p: Problem, base: np.ndarray, run: Run, *, seed: int) -> np.ndarray | None:
    """Balance a large assignment by moving only units near its borders."""
    for free, heat in ((LARGE // 4, 0.01), (LARGE // 2, 0.03)):
        small, node = narrow(p, base, free)
        begin = base[np.unique(node, return_index=True)[1]]
        left = 0.3 * run.seconds_left
        # the mean cost of a unit of the small problem is that of its large nodes
        mild = heat * float(p.cost.min(axis=1).mean() / max(small.cost.min(axis=1).mean(), 1e-12))
        found = walk(
            small, begin, run, work=12.0, rounds=16, heat=mild, cold=mild / 20, weight=2.0,
            seconds=left, seed=seed,
        )  # fmt: skip
        whole = found[node]
        if not faults(p, whole):
            return whole
        base = whole
    return None


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
    level = levels(p)
    base = rounded(p, shares, offset, level)
    if not faults(p, base) and value_of(p, base) - bound <= gap * abs(bound):
        return base, bound
    if p.units <= 25 * p.columns:  # few units a part: left to the hot walk of the search
        return (None if faults(p, base) else base), bound
    base = poised(p, shares, offset, level, run)
    if p.units > LARGE and len(np.unique(p.atom)) == p.units:
        return _at_borders(p, base, run, seed=seed), bound
    for heat, weight in ((0.003, 2.0), (0.01, 2.0), (0.05, 1.0)):
        if outside_bounds(p, base) <= 0.1 * p.demand.sum():
            left = 0.25 * run.seconds_left
            found = walk(
                p,
                base,
                run,
                work=2.0,
                rounds=8,
                heat=heat,
                cold=5e-4,
                weight=weight,
                seconds=left,
                seed=seed,
            )
            if not faults(p, found):
                return found, bound
        base = grown(p, offset, level, run)
    return None, bound
