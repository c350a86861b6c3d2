"""A first connected, balanced partition around fixed centers: relax, then round or grow, then walk.

The linear relaxation splits about as many units as there are parts, and its prices say which part a
unit belongs to. Its rounding is mended where parts fell into pieces; where that is not sound or
too dear, parts are grown from their centers at those prices and a short walk balances them.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.sifting import sift, sifted
from gridplan.optimise.partition.local.annealing import walk
from gridplan.optimise.partition.local.growth import grown, levels, poised, rounded
from gridplan.optimise.partition.question.atoms import atom_sums
from gridplan.optimise.partition.question.contraction import narrow
from gridplan.optimise.partition.question.problem import Problem

LARGE = 40_000
"""Units beyond which only those near borders of a first growth are moved."""


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
    s = model.solve(relaxed=True, run=run).solve
    if s.status == "infeasible":
        return np.inf, None, np.zeros(problem.columns)
    if s.x is None or s.col_dual is None:
        return -np.inf, None, np.zeros(problem.columns)
    return s.bound, model.shares(s.x), _offsets(model, s.col_dual)


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


def _at_borders(p: Problem, base: np.ndarray, run: Run, *, seed: int) -> np.ndarray | None:
    """Balance a large assignment by moving only units near its borders."""
    for free, heat in ((LARGE // 4, 0.01), (LARGE // 2, 0.03)):
        small, node = narrow(p, base, free)
        begin = base[np.unique(node, return_index=True)[1]]
        # the mean cost of a unit of the small problem is that of its large nodes
        mild = heat * float(p.cost.min(axis=1).mean() / max(small.cost.min(axis=1).mean(), 1e-12))
        found = walk(
            small, begin, run, work=min(2.4, 0.3 * run.work_left), rounds=16, heat=mild,
            cold=mild / 20, weight=2.0, seed=seed,
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
            found = walk(
                p,
                base,
                run,
                work=min(0.4, 0.25 * run.work_left),
                rounds=8,
                heat=heat,
                cold=5e-4,
                weight=weight,
                seed=seed,
            )
            if not faults(p, found):
                return found, bound
        base = grown(p, offset, level, run)
    return None, bound
