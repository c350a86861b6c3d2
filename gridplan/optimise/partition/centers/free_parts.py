"""Parts without centers: cut from spanning trees, or grown around stand-ins for their centers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse.csgraph import dijkstra

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.assignment.cutting_planes import solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.graph.graph import reach
from gridplan.optimise.partition.local.annealing import walk
from gridplan.optimise.partition.local.large_neighbourhood import improve
from gridplan.optimise.partition.local.recombination import grow
from gridplan.optimise.partition.question.problem import Problem

TRIES = 5
"""Choices of stand-ins tried one after the other."""

SHARE = 0.2
"""Share of what is left of a run for each of them."""

FAR = 0.8
"""A stand-in is drawn among the units at least this far from the others, as a share of the most."""


def free_parts(
    problem: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None,
    solve: Callable[..., Any],
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
            now = _sound(p, walk(p, now, run, work=0.3 * run.work_left, seed=seed))
    for number in range(TRIES):
        if now is not None or run.ended_by is not None:
            break
        part, method = run.part(SHARE), "growth"
        stood = stand_in(p, seed=seed + number)
        now = _sound(p, solve(stood, part, seed=seed, gap=max(gap, 1e-2))[0])
        run.book(part)
    if now is None:
        exact = solve_exact(p, run, seed=seed, tell=lambda: run.report("cuts"))
        return exact.assignment, max(bound, exact.bound), "cuts"
    now = improve(p, now, run, work=0.6 * run.work_left, sizes=(2, 3), seed=seed)
    return now, bound, f"{method}+exchange"


def _sound(p: Problem, assignment: np.ndarray | None) -> np.ndarray | None:
    return None if assignment is None or faults(p, assignment) else assignment


def stand_in(problem: Problem, *, seed: int) -> Problem:
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
        far = _steps(p, taken)[can] if taken else np.zeros(len(can))
        most = can[np.isinf(far)] if np.isinf(far).any() else can[far >= FAR * far.max()]
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
