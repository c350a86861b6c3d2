"""The plain service-area problem around fixed centers: fall, join, re-optimise, prove.

Falls give first answers and a pool of parts; set partitioning joins them; the knapsack bound then
rules out most pairs of unit and part, which makes every exact step after it small.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.construct import relax
from gridplan.optimise.partition.contiguity import neighbours
from gridplan.optimise.partition.exact import solve_exact
from gridplan.optimise.partition.improve import improve
from gridplan.optimise.partition.knapsack import Relaxed, knapsack_bound
from gridplan.optimise.partition.model import Model
from gridplan.optimise.partition.pool import Pool
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.starts import FEW, falls
from gridplan.optimise.run import Run

NODES = 20_000
"""Branch-and-bound nodes of the closing proof."""


def serve(
    problem: Problem, run: Run, *, seed: int, gap: float, start: np.ndarray | None = None
) -> tuple[np.ndarray | None, float, str]:
    """Find a partition, a bound and the steps taken; an infinite bound proves there is none."""
    p = problem
    bound, shares, offset = relax(p, run)
    if shares is None:
        return None, bound, "lp"
    run.report("bound", bound=bound)
    pool = Pool(p)
    steps = ["lp", "falls"]
    work, clock = run.work_limit - run.work, run.seconds_left
    goal = bound + gap * abs(bound)
    ended = falls(p, run, offset, pool, work=0.3 * work, seconds=0.3 * clock, goal=goal, seed=seed)
    sound = [s.assignment for s in ended if np.isfinite(s.value)]
    if start is not None and not faults(p, start):
        sound.append(start)
    best = min(sound, key=lambda a: value_of(p, a)) if sound else None
    best = _join(p, run, pool, best, seconds=0.2 * clock, seed=seed)
    if best is None:
        return None, bound, "+".join(steps)
    run.report("build", incumbent=value_of(p, best))
    proof = knapsack_bound(p, run, value_of(p, best))
    if proof is not None:
        steps.append("knapsack")
        bound = max(bound, proof.bound)
        run.report("bound", bound=bound)
    if _closed(p, best, bound, gap):
        return best, bound, "+".join(steps)
    firsts = [best, *[a for a in sound[:3] if value_of(p, a) > value_of(p, best)]]
    first_share = 0.4 if p.units <= FEW * p.columns else 0.25
    for number, first in enumerate(firsts):
        if run.ended_by is not None:
            break
        found = improve(
            _narrow(p, proof, first),
            first,
            run,
            work=0.15 * work,
            bound=bound,
            gap=gap,
            sizes=(2, 3) if number else (2, 3, 4),
            seed=seed,
            seconds=(0.15 if number else first_share) * clock,
        )
        pool.add(found)
        best = min(best, found, key=lambda a: value_of(p, a))
        run.report("improve", incumbent=value_of(p, best))
    steps += ["exchange", "join"]
    joined = _join(p, run, pool, best, seconds=0.1 * clock, seed=seed)
    best = best if joined is None else joined
    run.report("improve", incumbent=value_of(p, best))
    best, bound = _prove(p, run, best, bound, proof, seed=seed, gap=gap)
    return best, bound, "+".join([*steps, "cuts"])


def _closed(p: Problem, best: np.ndarray, bound: float, gap: float) -> bool:
    value = value_of(p, best)
    return value - bound <= gap * max(abs(value), 1e-9)


def _narrow(p: Problem, proof: Relaxed | None, best: np.ndarray) -> Problem:
    """Rule out pairs that no better answer uses; those of ``best`` stay."""
    if proof is None:
        return p
    allowed = p.allowed & proof.keep[p.atom]
    allowed[np.arange(p.units), best] = True
    return replace(p, allowed=allowed)


def _join(
    p: Problem, run: Run, pool: Pool, best: np.ndarray | None, *, seconds: float, seed: int
) -> np.ndarray | None:
    """Put the pool together; ``best`` where that gives nothing cheaper."""
    if best is not None and p.units > FEW * p.columns:
        return best  # large parts seldom fit together: the program is too wide to gain anything
    value = np.inf if best is None else value_of(p, best)
    found = pool.recombine(run, value=value, seconds=seconds, node_limit=2000, seed=seed)
    if found is None or value_of(p, found) >= value:
        return best
    pool.add(found)
    return found


def _prove(
    p: Problem,
    run: Run,
    best: np.ndarray,
    bound: float,
    proof: Relaxed | None,
    *,
    seed: int,
    gap: float,
) -> tuple[np.ndarray, float]:
    """Climb again towards the better answer, then solve what is left exactly."""
    value = value_of(p, best)
    again = knapsack_bound(p, run, value, rounds=900, renewals=30)
    if again is not None:
        bound = max(bound, again.bound)
        run.report("bound", bound=bound)
        proof = again
    if _closed(p, best, bound, gap) or run.ended_by is not None:
        return best, bound
    model = Model(_narrow(p, proof, best))
    neighbours(model)
    if proof is not None:
        proof.tighten(model)
    exact = solve_exact(
        model.problem, run, model=model, seed=seed, gap=max(gap, 1e-7), start=best, node_limit=NODES
    )
    if exact.status == "infeasible":
        return best, max(bound, value)
    if exact.assignment is not None and value_of(p, exact.assignment) < value:
        best = exact.assignment
    if np.isfinite(exact.bound):
        bound = max(bound, min(exact.bound, value))
    return best, bound
