"""
A first connected, balanced partition around fixed centers: relax, round or grow, then anneal.

The linear relaxation splits about as many units as there are parts, and its prices say which part a
unit belongs to. Its rounding is mended where parts fell into pieces; where that is not sound or
too dear, parts are grown from their centers at those prices and a short annealing balances them
(rounding and location-allocation with splitting resolution: Hess et al. 1965,
doi:10.1287/opre.13.6.998). The relaxation's value is a lower bound, or its impossibility a proof;
the partition itself is sound or None.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.sifting import SiftingParams, sift, sifted
from gridplan.optimise.partition.local.annealing import AnnealingParams, anneal
from gridplan.optimise.partition.local.corridors import CorridorParams, lead, reaching
from gridplan.optimise.partition.local.growth import grown, levels, mend, poised, rounded
from gridplan.optimise.partition.question.atoms import atom_sums
from gridplan.optimise.partition.question.contraction import narrow
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class ConstructParams:
    """
    How a first partition is balanced.

    Parameters
    ----------
    large
        Units beyond which only those near borders of a first growth are moved.
    borders
        For these: units that are free, as a share of ``large``, and the first heat, tried in turn.
    border_annealing
        Its coolings; heats are set for the units there.
    border_work, border_share
        Most work units of one, and share of what is left of the run.
    few
        Units a part up to which balancing is left to the hot annealing of the search.
    annealings
        Coolings of a growth, tried in turn.
    work, share
        Most work units of one, and share of what is left of the run.
    overload
        Demand out of bounds, as a share of all, up to which annealing is worth a try.
    sifting, corridors
        Of the relaxation, and of ways to units that may be in one part alone.
    """

    large: int = 40_000
    borders: tuple[tuple[float, float], ...] = ((0.25, 0.01), (0.5, 0.03))
    border_annealing: AnnealingParams = field(
        default_factory=lambda: AnnealingParams(rounds=16, weight=2.0)
    )
    border_work: float = 2.4
    border_share: float = 0.3
    few: int = 25
    annealings: tuple[AnnealingParams, ...] = (
        AnnealingParams(rounds=8, heat=0.003, cold=5e-4, weight=2.0),
        AnnealingParams(rounds=8, heat=0.01, cold=5e-4, weight=2.0),
        AnnealingParams(rounds=8, heat=0.05, cold=5e-4, weight=1.0),
    )
    work: float = 0.4
    share: float = 0.25
    overload: float = 0.1
    sifting: SiftingParams = field(default_factory=SiftingParams)
    corridors: CorridorParams = field(default_factory=CorridorParams)


class Relaxed(NamedTuple):
    """
    The linear relaxation without contiguity.

    Parameters
    ----------
    bound
        Its value; infinite when even the relaxation is impossible.
    shares
        ``(atoms, k)`` or None.
    offset
        ``(k,)`` price per unit of demand in each part, from the duals of the bounds.
    """

    bound: float
    shares: np.ndarray | None
    offset: np.ndarray


def relax(problem: Problem, run: Run, params: SiftingParams) -> Relaxed:
    """Solve the linear relaxation without contiguity."""
    few = sift(problem, run, params) if sifted(problem, params) else None
    if few is not None:
        return Relaxed(*few)
    model = Model(problem, extras=False)
    s = model.solve(relaxed=True, run=run).solve
    if s.status == "infeasible":
        return Relaxed(np.inf, None, np.zeros(problem.columns))
    if s.x is None or s.col_dual is None:
        return Relaxed(-np.inf, None, np.zeros(problem.columns))
    return Relaxed(s.bound, model.shares(s.x), _offsets(model, s.col_dual))


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


def drafts(
    problem: Problem, relaxed: Relaxed, run: Run, params: ConstructParams
) -> list[np.ndarray]:
    """
    Draft parts around the centers, perhaps unbalanced: grown, rounded, and led past each other.

    Those with the least demand out of bounds come first; none where the relaxation is impossible.
    """
    p, (_, shares, offset) = problem, relaxed
    if shares is None:
        return []
    level = levels(p)
    out = [rounded(p, shares, offset, level), grown(p, offset, level, run)]
    out = [reaching(p, draft, run, params.corridors) for draft in out]
    if len(np.unique(p.atom)) == p.units:
        led = lead(p, shares.argmax(axis=1)[p.atom], (), run, params.corridors)
        if led is not None:
            out.append(reaching(p, mend(p, led, level, offset), run, params.corridors))
    return sorted(out, key=lambda a: outside_bounds(p, a))


def outside_bounds(problem: Problem, assignment: np.ndarray) -> float:
    """Sum up the demand by which parts leave their bounds."""
    p = problem
    load = np.bincount(assignment, weights=p.demand, minlength=p.columns)
    return float((np.maximum(p.lower - load, 0) + np.maximum(load - p.upper, 0)).sum())


def _at_borders(
    p: Problem, base: np.ndarray, run: Run, *, seed: int, params: ConstructParams
) -> np.ndarray | None:
    """Balance a large assignment by moving only units near its borders."""
    for free, heat in params.borders:
        small, node = narrow(p, base, int(free * params.large))
        begin = base[np.unique(node, return_index=True)[1]]
        # the mean cost of a unit of the small problem is that of its large nodes
        mild = heat * float(p.cost.min(axis=1).mean() / max(small.cost.min(axis=1).mean(), 1e-12))
        work = min(params.border_work, params.border_share * run.work_left)
        coolings = replace(params.border_annealing, heat=mild, cold=mild / 20)
        found = anneal(small, begin, run, work=work, seed=seed, params=coolings)
        whole = found[node]
        if not faults(p, whole):
            return whole
        base = whole
    return None


def construct(
    problem: Problem,
    relaxed: Relaxed,
    run: Run,
    *,
    seed: int = 0,
    gap: float = 5e-4,
    params: ConstructParams,
) -> tuple[np.ndarray | None, float]:
    """
    Build a first answer for fixed centers.

    Parameters
    ----------
    relaxed
        Its relaxation.
    gap
        Relative gap to the relaxation at which its rounding is taken as it is.
    params
        Tuning.

    Returns
    -------
    assignment, bound
        Units' columns ``(n,)`` or None, and the linear bound (infinite: proven impossible).
    """
    p, (bound, shares, offset) = problem, relaxed
    if shares is None:
        return None, bound
    level = levels(p)
    base = rounded(p, shares, offset, level)
    if not faults(p, base) and value_of(p, base) - bound <= gap * abs(bound):
        return base, bound
    if p.units <= params.few * p.columns:
        return (None if faults(p, base) else base), bound
    base = reaching(p, poised(p, shares, offset, level, run), run, params.corridors)
    if p.units > params.large and len(np.unique(p.atom)) == p.units:
        return _at_borders(p, base, run, seed=seed, params=params), bound
    for coolings in params.annealings:
        if outside_bounds(p, base) <= params.overload * p.demand.sum():
            work = min(params.work, params.share * run.work_left)
            found = anneal(p, base, run, work=work, seed=seed, params=coolings)
            if not faults(p, found):
                return found, bound
        base = reaching(p, grown(p, offset, level, run), run, params.corridors)
    return None, bound
