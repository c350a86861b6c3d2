"""The strategy: which steps a problem goes through, from first answer to certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.answer.result import Conflict
from gridplan.optimise.partition.assignment.contiguity import neighbours
from gridplan.optimise.partition.assignment.cutting_planes import solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.knapsack import knapsack_bound
from gridplan.optimise.partition.bound.min_cut import divide, priced_border
from gridplan.optimise.partition.centers.choose_centers import choose
from gridplan.optimise.partition.centers.free_parts import free_parts
from gridplan.optimise.partition.local.annealing import walk
from gridplan.optimise.partition.local.construct import construct, draft
from gridplan.optimise.partition.local.growth import levels, mend
from gridplan.optimise.partition.local.large_neighbourhood import improve, overload_price, soften
from gridplan.optimise.partition.price.multistart import LARGE, tradeable
from gridplan.optimise.partition.question.atoms import allowed_atoms
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.partition.service_areas import serve

SMALL = 700
"""Allowed pairs of atom and part up to which the exact program is solved to proof at once."""

CHOICE = 6500
"""The same where centers are chosen: the columns of a district of eighty units."""

EXACT_SHARE = 0.75
"""Of the run; a program not solved by then leaves the search time for an answer."""

NODES, NODES_PER_WORK = 20_000, 500
"""Branch-and-bound nodes after which an exact program gives way to the search; of these for each
work unit that is left."""

PROOF = 16000
"""Allowed pairs up to which the exact program is tried for a bound after the search."""


@dataclass(frozen=True, eq=False)
class Found:
    """
    Outcome of a search.

    Assignment or None, valid bound (infinite: impossible), steps taken, and what is in the way,
    where that is known.
    """

    assignment: np.ndarray | None
    bound: float
    method: str
    conflict: Conflict | None = None


def search(
    problem: Problem, run: Run, *, seed: int, gap: float, start: np.ndarray | None = None
) -> Found:
    """Find a partition and a bound for a contracted problem."""
    p = problem
    pairs, proven = int(allowed_atoms(p).sum()), -np.inf
    if pairs <= SMALL or (p.chosen and pairs <= CHOICE):
        part = run.part(EXACT_SHARE)
        exact = solve_exact(
            p, part, model=complete(p), seed=seed, gap=max(gap / 2, 1e-7), start=start,
            node_limit=part.afford(NODES_PER_WORK, NODES), tell=lambda: run.report("cuts"),
        )  # fmt: skip
        run.book(part)
        if exact.status in ("optimal", "infeasible") or exact.assignment is not None:
            return Found(exact.assignment, exact.bound, "cuts")
        proven = exact.bound
    if p.chosen:
        assignment, bound = choose(p, run, seed=seed, gap=gap, solve=_anchored)
        return Found(assignment, max(bound, proven), "median+growth+exchange")
    if (p.centers < 0).any():
        found = free_parts(p, run, seed=seed, gap=gap, start=start, solve=_anchored)
        return Found(found[0], max(found[1], proven), found[2])
    assignment, bound, method = _anchored(p, run, seed=seed, gap=gap, start=start)
    return Found(assignment, max(bound, proven), method)


def complete(p: Problem) -> Model:
    """Make the exact program, with the cuts that hold units to their neighbours."""
    model = Model(p)
    if not p.chosen:
        neighbours(model)
    return model


def _anchored(
    p: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None = None,
) -> tuple[np.ndarray | None, float, str]:
    """Relax, build, improve and certify around fixed centers."""
    start = None if start is None else _mended(p, run, start, seed=seed)
    if tradeable(p) and p.units * p.columns <= PROOF and p.units * p.columns > SMALL:
        found, low, method = serve(p, run, seed=seed, gap=gap, start=start)
        if found is not None or low == np.inf or run.ended_by is not None:
            return found, low, method
    else:
        low = -np.inf
    best, bound = construct(p, run, seed=seed, gap=min(gap, 5e-4))
    bound = max(bound, low)
    steps = ["lp", "growth"]
    run.report("build", incumbent=None if best is None else value_of(p, best), bound=bound)
    if bound == np.inf:
        return None, bound, "lp"
    if start is not None:
        best = start if best is None else min(start, best, key=lambda a: value_of(p, a))
    if priced_border(p):
        divided, floor = divide(p, run)
        bound = max(bound, floor)
        steps.append("minimum cuts")
        if divided is not None and (best is None or value_of(p, divided) < value_of(p, best)):
            best = divided
        run.report("bound", incumbent=None if best is None else value_of(p, best), bound=bound)
    if best is None:
        best = settle(p, run, seed=seed)
        steps.append("exchange")
    if best is not None and _open(p, best, bound, gap) and run.ended_by is None:
        share = 0.75 if p.units * p.columns <= PROOF else 0.95
        best = improve(
            p,
            best,
            run,
            work=share * run.work_left,
            bound=bound,
            gap=gap,
            seed=seed,
        )
        steps.append("exchange")
        run.report("improve", incumbent=value_of(p, best))
    return _certify(p, run, best, bound, steps, seed=seed, gap=gap)


def _mended(p: Problem, run: Run, start: np.ndarray, *, seed: int) -> np.ndarray | None:
    """Join what a first assignment has cut off and walk it into its bounds; None if that fails."""
    if not faults(p, start):
        return start
    base = np.where(p.allowed[np.arange(p.units), start], start, p.allowed.argmax(axis=1))
    base[p.centers] = np.arange(p.columns)
    base = mend(p, base, levels(p), np.zeros(p.columns))
    found = walk(
        p,
        base,
        run,
        work=min(0.4, 0.1 * run.work_left),
        heat=0.01,
        cold=1e-3,
        rounds=8,
        weight=2.0,
        seed=seed,
    )
    return None if faults(p, found) else found


def _open(p: Problem, assignment: np.ndarray, bound: float, gap: float) -> bool:
    value = value_of(p, assignment)
    return value - bound > gap * max(abs(value), 1e-9)


def _certify(
    p: Problem,
    run: Run,
    best: np.ndarray | None,
    bound: float,
    steps: list[str],
    *,
    seed: int,
    gap: float,
) -> tuple[np.ndarray | None, float, str]:
    """Raise the bound by knapsacks, then by the exact program from the best answer."""
    if best is not None and not _open(p, best, bound, gap):
        return best, bound, "+".join(steps)
    pairs = int(allowed_atoms(p).sum())
    if best is not None and pairs <= PROOF and run.ended_by is None:
        renewals = 20 if p.units <= LARGE * p.columns else 0  # wide parts: cuts hardly lift it
        lifted = knapsack_bound(p, run, value_of(p, best), renewals=renewals)
        if lifted is not None and lifted.bound > bound:
            bound = lifted.bound
            steps.append("knapsack")
            run.report("bound", bound=bound)
    if pairs <= PROOF and run.ended_by is None:
        exact = solve_exact(
            p, run, model=complete(p), seed=seed, gap=max(gap, 1e-7), start=best,
            node_limit=run.afford(NODES_PER_WORK, NODES), tell=lambda: run.report("cuts"),
        )  # fmt: skip
        steps.append("cuts")
        if exact.status == "infeasible" and best is None:
            return None, np.inf, "+".join(steps)
        if np.isfinite(exact.bound):
            bound = max(bound, exact.bound)
        if exact.assignment is not None and (
            best is None or value_of(p, exact.assignment) < value_of(p, best)
        ):
            best = exact.assignment
    return best, bound, "+".join(steps)


def settle(p: Problem, run: Run, *, seed: int) -> np.ndarray | None:
    """Find any sound assignment around fixed centers: anneal, then re-optimise overloaded parts."""
    now = draft(p, run)
    if now is None:
        return None
    budget = 0.3 * run.work_left
    for heat, cold, rounds, weight, work in _stages(p):
        if not faults(p, now):
            break
        now = walk(
            p,
            now,
            run,
            work=min(work, budget),
            heat=heat,
            cold=cold,
            rounds=rounds,
            weight=weight,
            seed=seed,
        )
    price = overload_price(p) * 0.3
    for _ in range(3):
        if not faults(p, now):
            return now
        if run.ended_by is not None:
            return None
        now = improve(
            soften(p, price),
            now,
            run,
            work=budget,
            seed=seed,
            stop_sound=p,
        )
        price *= 3
    return None if faults(p, now) else now


def _stages(p: Problem) -> tuple[tuple[float, float, int, float, float], ...]:
    """Coolings that look for a sound assignment: heat, cold, rounds, price of overload, work."""
    if p.units <= 25 * p.columns:  # few units a part: melt it all, then freeze under high prices
        return ((2.0, 0.1, 6, 2.0, 1.0), (0.3, 0.1, 30, 30.0, 0.6), (1.0, 0.3, 10, 10.0, 1.2))
    return ((0.03, 0.002, 10, 1.0, 1.2), (0.01, 0.002, 20, 10.0, 0.8))
