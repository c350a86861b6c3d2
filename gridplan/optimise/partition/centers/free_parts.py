"""
Parts without centers: cut from spanning trees, or grown around stand-ins for their centers.

Recursive tree partition (:mod:`gridplan.optimise.partition.local.recombination`), or the search
around fixed centers with units far from each other as centers (farthest-point seeding, Gonzalez
1985, doi:10.1016/0304-3975(85)90224-5); then large neighbourhoods. The bound is that of the linear
relaxation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.graph.graph import reach
from gridplan.optimise.partition.local.annealing import AnnealingParams, anneal
from gridplan.optimise.partition.local.large_neighbourhood import (
    Enough,
    NeighbourhoodParams,
    improve,
)
from gridplan.optimise.partition.local.recombination import grow
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class FreeParams:
    """
    How stand-ins are tried.

    Parameters
    ----------
    tries
        Choices of stand-ins tried one after the other.
    share
        Share of what is left of a run for each of them.
    far
        A stand-in is drawn among the units at least this far from the others, as a share of the
        most.
    annealing, annealing_share
        Of parts cut from trees, and share of what is left of the run.
    neighbourhood, improving
        Large neighbourhoods at the end, and share of what is left of the run.
    """

    tries: int = 5
    share: float = 0.2
    far: float = 0.8
    annealing: AnnealingParams = field(default_factory=AnnealingParams)
    annealing_share: float = 0.3
    neighbourhood: NeighbourhoodParams = field(
        default_factory=lambda: NeighbourhoodParams(sizes=(2, 3))
    )
    improving: float = 0.6


def free_parts(
    problem: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None,
    solve: Callable[..., Any],
    params: FreeParams,
) -> tuple[np.ndarray | None, float, str]:
    """
    Find a partition some or all of whose parts have no center.

    Parameters
    ----------
    solve
        The search around fixed centers.

    Returns
    -------
    assignment, bound, method
    """
    p = problem
    bound = Model(p).solve(relaxed=True, run=run).solve.bound
    if bound == np.inf:
        return None, bound, "lp"
    now, method = _sound(p, start), "start"
    if now is None and (p.centers < 0).all() and len(np.unique(p.atom)) == p.units:
        now, method = grow(p, seed=seed), "tree"
        if now is not None:
            work = params.annealing_share * run.work_left
            now = _sound(p, anneal(p, now, run, work=work, seed=seed, params=params.annealing))
    for number in range(params.tries):
        if now is not None or run.ended_by is not None:
            break
        part, method = run.part(params.share), "growth"
        stood = stand_in(p, seed=seed + number, far=params.far)
        now = _sound(p, solve(stood, part, seed=seed, gap=max(gap, 1e-2))[0])
        run.book(part)
    if now is None:
        tell = partial(run.report, "cuts")
        exact = solve_exact(p, run, seed=seed, tell=tell, limits=ExactLimits())
        return exact.assignment, max(bound, exact.bound), "cuts"
    enough = Enough(params.improving * run.work_left)
    now = improve(p, now, run, enough=enough, seed=seed, params=params.neighbourhood)
    return now, bound, f"{method}+exchange"


def _sound(p: Problem, assignment: np.ndarray | None) -> np.ndarray | None:
    return None if assignment is None or faults(p, assignment) else assignment


def stand_in(problem: Problem, *, seed: int, far: float = 0.8) -> Problem:
    """
    Give every part a center: units far from each other, in pieces without one first.

    What is sound around them is sound without. Where nothing has a cost, each step away from the
    center gets one, so that parts grow round.
    """
    p, rng = problem, np.random.default_rng(seed)
    centers, allowed = p.centers.copy(), p.allowed.copy()
    taken = centers[centers >= 0].tolist()
    for k in np.flatnonzero(centers < 0).tolist():
        can = np.setdiff1d(np.flatnonzero(p.allowed[:, k]), taken)
        if not len(can):
            return p
        away = _steps(p, taken)[can] if taken else np.zeros(len(can))
        most = can[np.isinf(away)] if np.isinf(away).any() else can[away >= far * away.max()]
        centers[k] = int(rng.choice(most))
        taken.append(int(centers[k]))
    homes = list(enumerate(centers.tolist()))
    for k, home in homes:
        own = allowed[home, k]
        allowed[home] = False
        allowed[home, k] = own
    for k, home in homes:
        allowed[:, k] = reach(p.graph, home, allowed[:, k].copy())
    cost = p.cost
    if not cost.any():
        steps = np.stack([_steps(p, [home]) for _, home in homes], axis=1)
        weight = p.demand + max(float(p.demand.mean()), 1.0) * 1e-2
        cost = weight[:, None] * np.where(np.isfinite(steps), steps, p.units)
    return replace(p, centers=centers, allowed=allowed, cost=cost)


def _steps(p: Problem, units: list[int]) -> np.ndarray:
    """Count the borders to cross from the nearest of the units; infinite in other pieces."""
    return dijkstra(p.graph, directed=False, indices=units, unweighted=True, min_only=True)
