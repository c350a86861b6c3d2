"""Centers to choose: a Lagrangian p-median gives the bound, good choices, and what is ruled out.

1. The relaxation is raised; the choices of centers met on the way are settled by linear transport.
2. Single centers are exchanged for others while that lowers the linear value.
3. The best choices are partitioned in earnest, then neighbouring parts are cut anew around any
   centers among them.
4. The value found closes columns and pairs in the relaxation; what is left is solved exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.answer.infeasible import certificates
from gridplan.optimise.partition.assignment.contiguity import neighbours
from gridplan.optimise.partition.assignment.cutting_planes import solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.median import Median, ascend, begin
from gridplan.optimise.partition.centers.center_exchange import (
    Choice,
    exchange,
    recentre,
    restrict,
    settle,
    settle_lightly,
    spread,
)
from gridplan.optimise.partition.centers.reduced_program import PAIRS, regroup_all, settle_open
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.question.problem import Problem

FEW = 60
"""Choices of centers up to which every one is bounded by itself."""

TURNS = 4
"""Rounds of search and bound before what is open is solved exactly, however much it is."""

ROUGH = 0.02
"""Gap of such a solution."""

SMALL = 1000
"""Pairs of unit and column up to which one choice of centers is solved exactly at once."""


@dataclass(eq=False)
class Chosen:
    """What a run knows: the relaxation, linear values of choices, the best partition so far."""

    problem: Problem
    state: Median
    tried: dict[Choice, float]
    best: np.ndarray | None = None
    value: float = np.inf
    spent: set[Choice] = field(default_factory=set)

    @property
    def bound(self) -> float:
        """Lower bound of the whole problem."""
        return min(self.state.bound, self.value)

    def offer(self, assignment: np.ndarray | None, run: Run) -> None:
        """Keep a partition if it is sound and better."""
        if assignment is None:
            return
        value = value_of(self.problem, assignment)
        if value < self.value and not faults(self.problem, assignment):
            self.best, self.value = assignment, value
            run.report("improve", incumbent=value)

    def done(self, gap: float) -> bool:
        """Whether the best partition is within ``gap`` of the bound."""
        if self.best is None:
            return False
        return self.value - self.bound <= gap * max(abs(self.value), 1e-9)


def choose(
    problem: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    solve: Callable[..., Any],
    node_limit: int = 20_000,
) -> tuple[np.ndarray | None, float]:
    """Choose centers, partition around them; return assignment and bound over all choices."""
    p = problem
    if comb(p.columns, p.parts) <= FEW:
        return _every(p, run, seed=seed, gap=gap, solve=solve)
    c = _begin(p, run)
    if c.state.bound == np.inf:
        return None, np.inf
    for turn in range(TURNS):
        if run.ended_by is not None or c.done(gap):
            break
        _search(c, run, turn=turn, seed=seed + turn, gap=gap, solve=solve)
        _tighten(c, run, gap=gap)
        if c.best is not None and not c.done(gap):
            _regroup(c, run, seed=seed + turn, gap=gap)
            _tighten(c, run, gap=gap)
        if c.state.pairs <= PAIRS or turn == TURNS - 1:
            return _finish(c, run, seed=seed, gap=gap, node_limit=node_limit)
    return c.best, c.bound


def _finish(
    c: Chosen, run: Run, *, seed: int, gap: float, node_limit: int
) -> tuple[np.ndarray | None, float]:
    """Solve exactly what is still open."""
    if c.done(gap) or run.ended_by is not None:
        return c.best, c.bound
    found = settle_open(
        c.state, run, start=c.best, gap=max(gap / 2, 1e-7), node_limit=node_limit, seed=seed
    )
    c.offer(found.assignment, run)
    if found.status == "infeasible" and c.best is None:
        return None, np.inf
    c.state.bound = max(c.state.bound, min(found.bound, c.value))
    run.report("bound", bound=c.bound)
    return c.best, c.bound


def _begin(p: Problem, run: Run) -> Chosen:
    """Settle a first choice and raise the bound towards its linear value."""
    value, first = settle(p, spread(p), run)
    price = np.where(p.allowed[:, first], p.cost[:, first], np.inf).min(axis=1)
    price = np.where(np.isfinite(price), price, 0.0)
    state = begin(p, price)
    c = Chosen(p, state, {})
    if np.isfinite(value):
        c.tried[tuple(first.tolist())] = value
    ascend(
        state,
        run,
        target=value if np.isfinite(value) else 1.2 * float(price.sum()),
        rounds=400,
        work=0.2 * run.work_left,
    )
    run.report("bound", bound=c.bound)
    return c


def _search(
    c: Chosen, run: Run, *, turn: int, seed: int, gap: float, solve: Callable[..., Any]
) -> None:
    """Compare choices of centers, partition around the most promising."""
    p = c.problem
    target = min(c.tried.values(), default=c.state.bound * 1.1)
    for choice in c.state.ranked[10 * turn : 10 * turn + 10]:
        value, columns = settle_lightly(p, np.array(choice), run, target=target)
        if np.isfinite(value):
            c.tried[tuple(columns.tolist())] = value
    exchange(
        p,
        run,
        c.tried,
        c.state.live,
        goal=c.bound * (1 + gap),
        seed=seed,
        tries=200,
        work=0.15 * run.work_left,
    )
    order = sorted(c.tried, key=lambda key: (c.tried[key], key))
    fresh = [choice for choice in order if choice not in c.spent]
    for number, choice in enumerate(fresh[:10]):
        enough = c.best is not None and number >= (1 if p.units * p.parts <= SMALL else 2)
        if enough or run.ended_by is not None or c.tried[choice] >= c.value:
            return
        c.spent.add(choice)
        _partition(c, run, np.array(choice), seed=seed, gap=gap, solve=solve)
        if c.done(gap):
            return


def _regroup(c: Chosen, run: Run, *, seed: int, gap: float) -> None:
    """Cut neighbouring parts of the best partition anew around any centers among them."""
    if c.best is None:
        return
    found = regroup_all(
        c.problem,
        c.best,
        c.state.price,
        run,
        goal=c.bound * (1 + gap),
        seed=seed,
        work=0.3 * run.work_left,
    )
    c.offer(found, run)


def _partition(
    c: Chosen,
    run: Run,
    columns: np.ndarray,
    *,
    seed: int,
    gap: float,
    solve: Callable[..., Any],
) -> None:
    """Partition around one choice and move its centers to where their parts want them."""
    p = c.problem
    for _ in range(3):
        sub = restrict(p, columns)
        if certificates(sub) or run.ended_by is not None:
            return
        if int(sub.allowed.sum()) <= SMALL:  # the proof follows at once: any sound value will do
            model = Model(sub)
            neighbours(model)
            found = solve_exact(
                sub, run, model=model, gap=ROUGH, node_limit=100, seed=seed
            ).assignment
        else:
            part = run.part(0.1)
            found = solve(sub, part, seed=seed, gap=max(gap, 1e-3))[0]
            run.book(part)
        if found is None:
            return
        c.offer(columns[found], run)
        moved = recentre(p, columns, found)
        if (moved == columns).all():
            return
        c.offer(moved[found], run)
        if p.units * p.parts <= SMALL:
            return
        columns = moved


def _tighten(c: Chosen, run: Run, *, gap: float) -> None:
    """Raise the bound with the value in hand as target and cutoff."""
    for pace in (0.05, 0.02):
        if c.best is None or run.ended_by is not None or c.done(gap):
            return
        ascend(
            c.state,
            run,
            target=c.value,
            cutoff=c.value,
            rounds=400,
            pace=pace,
            gap=gap,
            work=0.2 * run.work_left,
        )
        run.report("bound", bound=c.bound)


def _every(
    p: Problem, run: Run, *, seed: int, gap: float, solve: Callable[..., Any]
) -> tuple[np.ndarray | None, float]:
    """Bound every choice by its linear relaxation and partition in that order."""
    ranked = []
    for choice in combinations(range(p.columns), p.parts):
        sub = restrict(p, np.array(choice))
        low = np.inf if certificates(sub) else relax(sub, run)[0]
        ranked.append((low, choice))
    ranked.sort()
    best: np.ndarray | None = None
    bounds = [low for low, _ in ranked]
    for number, (low, choice) in enumerate(ranked):
        value = np.inf if best is None else value_of(p, best)
        if run.ended_by is not None or low >= value:
            break
        part = run.part(0.5)
        found, own, _ = solve(restrict(p, np.array(choice)), part, seed=seed, gap=gap)
        run.book(part)
        bounds[number] = max(low, own)
        if found is not None:
            whole = np.array(choice)[found]
            best = whole if best is None or value_of(p, whole) < value else best
    return best, min(bounds, default=np.inf)
