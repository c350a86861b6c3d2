"""
Centers to choose: a Lagrangian p-median gives the bound, good choices, and what is ruled out.

The districting problem of Hess et al. (1965, doi:10.1287/opre.13.6.998) with contiguity, in the
manner of Validi, Buchanan & Lykhovyd (2022, doi:10.1287/opre.2021.2141):

1. The relaxation is raised; the choices of centers met on the way are improved by linear transport.
2. Single centers are exchanged for others while that lowers the linear value.
3. The best choices are partitioned in earnest, then neighbouring parts are cut anew around any
   centers among them.
4. The value found closes columns and pairs in the relaxation; what is left is solved exactly.

The bound is over all choices, so the partition is optimal where the two meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import comb
from typing import Any

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.answer.infeasible import certificates
from gridplan.optimise.partition.assignment.contiguity import neighbours
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.median import Median, MedianParams, ascend, begin
from gridplan.optimise.partition.centers.center_exchange import (
    Choice,
    ExchangeParams,
    exchange,
    locate,
    locate_lightly,
    recentre,
    restrict,
    spread,
)
from gridplan.optimise.partition.centers.every_choice import best_of_every, over
from gridplan.optimise.partition.centers.first_choice import FirstParams, first_choice
from gridplan.optimise.partition.centers.reduced_program import (
    ReducedParams,
    recut_all,
    solve_open,
)
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class ChoiceParams:
    """
    How centers are chosen.

    Parameters
    ----------
    few
        Choices of centers up to which every one is bounded by itself.
    turns
        Rounds of search and bound before what is open is solved exactly, however much it is.
    small, rough, rough_nodes
        Pairs of unit and column up to which one choice of centers is solved exactly at once, the
        relative gap of such a solution and its branch-and-bound nodes.
    looked
        Choices met by the relaxation that are compared in a turn, and that are partitioned.
    one, every
        Share of what is left of the run for one partition, and where every choice is bounded.
    enough, enough_pair
        Work units that one partition may take in any case while there is no answer: at most, and
        for each pair of unit and column.
    share
        Share of what is left of the run for exchanges.
    recutting
        The same for cutting neighbouring parts anew.
    raising
        The same for raising the bound.
    node_limit
        Branch-and-bound nodes of the last program.
    first, later
        Of the relaxation: the first ascent, and those with a value in hand, one after the other.
    begin, exchange, reduced
        Of the algorithms called.
    """

    few: int = 60
    turns: int = 4
    small: int = 1000
    rough: float = 0.02
    rough_nodes: int = 100
    looked: int = 10
    one: float = 0.1
    every: float = 0.5
    enough: float = 3.0
    enough_pair: float = 4e-4
    share: float = 0.15
    recutting: float = 0.3
    raising: float = 0.2
    node_limit: int = 20_000
    first: MedianParams = field(default_factory=lambda: MedianParams(rounds=400))
    later: tuple[MedianParams, ...] = (
        MedianParams(rounds=400, pace=0.05),
        MedianParams(rounds=400, pace=0.02),
    )
    begin: FirstParams = field(default_factory=FirstParams)
    exchange: ExchangeParams = field(default_factory=ExchangeParams)
    reduced: ReducedParams = field(default_factory=ReducedParams)


@dataclass(eq=False)
class Chosen:
    """
    What a run knows.

    Parameters
    ----------
    problem, params
        What is asked, and how.
    state
        The relaxation.
    tried
        Linear values of choices.
    best, value
        The best partition so far and its value.
    spent
        Choices that were partitioned.
    """

    problem: Problem
    params: ChoiceParams
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

    def over(self, run: Run) -> bool:
        """Whether no further choice may be partitioned."""
        return over(run, found=self.best is not None, tries=len(self.spent))

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
    params: ChoiceParams,
) -> tuple[np.ndarray | None, float]:
    """
    Choose centers and partition around them.

    Parameters
    ----------
    gap
        Relative gap at which the search ends.
    solve
        The search around fixed centers.
    params
        Tuning.

    Returns
    -------
    assignment, bound
        ``(n,)`` or None; a lower bound over all choices.
    """
    p = problem
    if comb(p.columns, p.parts) <= params.few:
        return best_of_every(
            p,
            run,
            seed=seed,
            gap=gap,
            solve=solve,
            params=params.exchange,
            share=params.every,
        )
    first = first_choice(p, run, seed=seed, params=params.begin)
    c = _begin(p, run, params)
    if c.state.bound == np.inf:
        return None, np.inf
    best, bound = _in_turns(c, run, seed=seed, gap=gap, solve=solve)
    if first is not None and value_of(p, first) < c.value:
        return first, min(bound, value_of(p, first))
    return best, bound


def _in_turns(
    c: Chosen, run: Run, *, seed: int, gap: float, solve: Callable[..., Any]
) -> tuple[np.ndarray | None, float]:
    """Search, raise the bound and cut anew in turns; what is left is solved exactly."""
    params = c.params
    for turn in range(params.turns):
        if c.over(run) or c.done(gap):
            break
        _search(c, run, turn=turn, seed=seed + turn, gap=gap, solve=solve)
        _tighten(c, run, gap=gap)
        if c.best is not None and not c.done(gap):
            _recut(c, run, seed=seed + turn, gap=gap)
            _tighten(c, run, gap=gap)
        if c.state.pairs <= params.reduced.pairs or turn == params.turns - 1:
            return _finish(c, run, seed=seed, gap=gap)
    return c.best, c.bound


def _finish(c: Chosen, run: Run, *, seed: int, gap: float) -> tuple[np.ndarray | None, float]:
    """Solve exactly what is still open."""
    if c.done(gap) or run.ended_by is not None:
        return c.best, c.bound
    limits = ExactLimits(max(gap / 2, 1e-7), c.params.node_limit)
    found = solve_open(c.state, run, start=c.best, seed=seed, limits=limits)
    c.offer(found.assignment, run)
    if found.status == "infeasible" and c.best is None:
        return None, np.inf
    c.state.bound = max(c.state.bound, min(found.bound, c.value))
    run.report("bound", bound=c.bound)
    return c.best, c.bound


def _begin(p: Problem, run: Run, params: ChoiceParams) -> Chosen:
    """Locate a first choice and raise the bound towards its linear value."""
    value, first = locate(p, spread(p), run, params.exchange)
    price = np.where(p.allowed[:, first], p.cost[:, first], np.inf).min(axis=1)
    price = np.where(np.isfinite(price), price, 0.0)
    state = begin(p, price)
    c = Chosen(p, params, state, {})
    if np.isfinite(value):
        c.tried[tuple(first.tolist())] = value
    ascend(
        state,
        run,
        target=value if np.isfinite(value) else 1.2 * float(price.sum()),
        work=params.raising * run.work_left,
        params=params.first,
    )
    run.report("bound", bound=c.bound)
    return c


def _search(
    c: Chosen, run: Run, *, turn: int, seed: int, gap: float, solve: Callable[..., Any]
) -> None:
    """Compare choices of centers, partition around the most promising."""
    p, params = c.problem, c.params
    target = min(c.tried.values(), default=c.state.bound * 1.1)
    for choice in c.state.ranked[params.looked * turn : params.looked * (turn + 1)]:
        value, columns = locate_lightly(
            p, np.array(choice), run, target=target, params=params.exchange
        )
        if np.isfinite(value):
            c.tried[tuple(columns.tolist())] = value
    exchange(
        p,
        run,
        c.tried,
        c.state.live,
        goal=c.bound * (1 + gap) if c.best is not None else -np.inf,
        seed=seed,
        work=params.share * run.work_left,
        params=params.exchange,
    )
    order = sorted(c.tried, key=lambda key: (c.tried[key], key))
    fresh = [choice for choice in order if choice not in c.spent]
    for number, choice in enumerate(fresh[: params.looked]):
        enough = c.best is not None and number >= (1 if p.units * p.parts <= params.small else 2)
        if enough or c.over(run) or c.tried[choice] >= c.value:
            return
        c.spent.add(choice)
        _partition(c, run, np.array(choice), seed=seed, gap=gap, solve=solve)
        if c.done(gap):
            return


def _recut(c: Chosen, run: Run, *, seed: int, gap: float) -> None:
    """Cut neighbouring parts of the best partition anew around any centers among them."""
    if c.best is None:
        return
    found = recut_all(
        c.problem,
        c.best,
        c.state.price,
        run,
        goal=c.bound * (1 + gap),
        seed=seed,
        work=c.params.recutting * run.work_left,
        params=c.params.reduced,
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
    p, params = c.problem, c.params
    for _ in range(3):
        sub = restrict(p, columns)
        if certificates(sub) or c.over(run):
            return
        if (
            int(sub.allowed.sum()) <= params.small
        ):  # the proof follows at once: any sound value will do
            model = Model(sub)
            neighbours(model)
            limits = ExactLimits(params.rough, params.rough_nodes)
            found = solve_exact(sub, run, model=model, seed=seed, limits=limits).assignment
        else:
            part = run.part(params.one)
            if c.best is None:  # a first answer is worth more than another choice
                enough = min(params.enough, params.enough_pair * sub.units * sub.columns)
                part = part.at_least(enough)
            found = solve(sub, part, seed=seed, gap=max(gap, 1e-3), whole=c.best is None)[0]
            run.book(part)
        if found is None:
            return
        c.offer(columns[found], run)
        moved = recentre(p, columns, found)
        if (moved == columns).all():
            return
        c.offer(moved[found], run)
        if p.units * p.parts <= params.small:
            return
        columns = moved


def _tighten(c: Chosen, run: Run, *, gap: float) -> None:
    """Raise the bound with the value in hand as target and cutoff."""
    for params in c.params.later:
        if c.best is None or run.ended_by is not None or c.done(gap):
            return
        ascend(
            c.state,
            run,
            target=c.value,
            cutoff=c.value,
            gap=gap,
            work=c.params.raising * run.work_left,
            params=params,
        )
        run.report("bound", bound=c.bound)
