"""The plain service-area problem around fixed centers: fall, price, put together, prove.

Falls give a first answer and parts met on the way. Column generation (:mod:`.generation`) gives
the bound, prices of units and the pairs of unit and part that are still of use; at these prices
groups of neighbouring parts are put together anew (:mod:`.regroup`), from one answer and then from
others, and in the end parts of all of them, with all parts near the bound.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.construct import relax
from gridplan.optimise.partition.contiguity import neighbours
from gridplan.optimise.partition.exact import solve_exact
from gridplan.optimise.partition.generation import (
    KEPT,
    Generated,
    distinct,
    generate,
    listed,
)
from gridplan.optimise.partition.knapsack import Relaxed, knapsack_bound, within_reach
from gridplan.optimise.partition.model import Model
from gridplan.optimise.partition.pool import Pool, assemble
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.regroup import regroup
from gridplan.optimise.partition.starts import FEW, falls
from gridplan.optimise.run import Run

NODES = 20_000
"""Most branch-and-bound nodes of an integer program."""

NODES_PER_WORK = 50
"""Of these for each work unit that is left."""

HOPE = 0.1
"""Without an answer, prices climb towards the bound raised by this."""

NEAR = 0.03
"""Without an answer, parts within this much of the bound are put together."""

LISTED = ((300, 0.05), (3000, 1.0))
"""Parts a column that are put together and their share of the gap: few first, then all there are
as long as they are not too many; all of them are a proof."""

SEARCHED = 30_000
"""Nodes of a search for them."""

TOGETHER = 40_000
"""Most listed parts of all columns: beyond, reading the program takes longer than it gains."""

NEAREST = 3000
"""Parts met by the search that are put together with them."""

GROUPS = (5, 8, 12)
GROUPS_WIDE = (3, 4, 5, 6)
"""Sizes of groups put together anew, where parts hold few units and where they hold many."""

STARTS = 4
"""Answers that are improved one after the other."""


def serve(
    problem: Problem, run: Run, *, seed: int, gap: float, start: np.ndarray | None = None
) -> tuple[np.ndarray | None, float, str]:
    """Find a partition, a bound and the steps taken; an infinite bound proves there is none."""
    bound, shares, offset = relax(problem, run)
    if shares is None:
        return None, bound, "lp"
    run.report("bound", bound=bound)
    service = Service(problem, run, bound, seed=seed, gap=gap)
    service.begin(offset, start)
    if service.price():
        service.improve()
        service.prove()
    return service.best, service.bound, "+".join(dict.fromkeys(service.steps))


class Service:
    """One run: the best answer, the bound, the prices, the parts met."""

    def __init__(self, problem: Problem, run: Run, bound: float, *, seed: int, gap: float) -> None:
        self.problem, self.run, self.bound = problem, run, bound
        self.seed, self.gap = seed, gap
        self.pool = Pool(problem)
        self.best: np.ndarray | None = None
        self.sound: list[np.ndarray] = []
        self.unsound: list[np.ndarray] = []
        self.steps = ["lp", "falls"]
        self.work, self.clock = run.work_limit - run.work, run.seconds_left
        self._found: Generated | None = None
        self._proof: Relaxed | None = None

    @property
    def value(self) -> float:
        """Cost of the best answer."""
        return np.inf if self.best is None else value_of(self.problem, self.best)

    @property
    def closed(self) -> bool:
        """Whether answer and bound are as near as was asked, or the run is over."""
        if self.best is None:
            return self.run.ended_by is not None
        near = self.value - self.bound <= self.gap * max(abs(self.value), 1e-9)
        return near or self.run.ended_by is not None

    @property
    def _nodes(self) -> int:
        """Nodes that an integer program may use of the work that is left."""
        left = NODES_PER_WORK * (self.run.work_limit - self.run.work)
        return int(min(NODES, max(1.0, left)))

    def begin(self, offset: np.ndarray, start: np.ndarray | None) -> None:
        """Fall for first answers."""
        p = self.problem
        goal = self.bound + self.gap * abs(self.bound)
        share = 0.15 if p.units <= FEW * p.columns else 0.1
        ended = falls(
            p, self.run, offset, self.pool, work=share * self.work, seconds=share * self.clock,
            goal=goal, seed=self.seed,
        )  # fmt: skip
        self.sound = [s.assignment for s in ended if np.isfinite(s.value)]
        self.unsound = [s.assignment for s in ended if not np.isfinite(s.value)][:STARTS]
        if start is not None and not faults(p, start):
            self.sound.append(start)
        self.sound.sort(key=lambda a: value_of(p, a))
        for answer in self.sound:
            self._offer(answer)
        self._tell("build")

    def price(self) -> bool:
        """Find prices and a bound; tell whether there is an answer to go on with."""
        p = self.problem
        hope = self.value if self.best is not None else (1 + HOPE) * self.bound
        self._proof = knapsack_bound(p, self.run, hope)
        if self._proof is None:
            return False
        self.steps += ["knapsack", "parts"]
        none = np.zeros(p.columns)
        self._raise(min(self._proof.bound, self.value))
        allowed = self._proof.keep if self.best is not None else p.allowed & within_reach(p)
        self._generate(self._proof.price, none, allowed, seconds=0.2 * self.clock)
        if not np.isfinite(self.bound) or self.closed:
            return False
        before = self.value
        if self.best is None:
            self._mend()
        few = p.units <= FEW * p.columns
        if self.best is None or few:
            self._assemble(LISTED[:1] if few else LISTED, seconds=0.15 * self.clock)
        if self.value < before:
            self._again(seconds=0.1 * self.clock)
        return self.best is not None

    def improve(self) -> None:
        """Put groups of parts together anew, from the best answer and then from others."""
        p, run = self.problem, self.run
        assert self._found is not None
        assert self.best is not None
        until = run.seconds + 0.7 * run.seconds_left
        enough = run.work + 0.7 * (run.work_limit - run.work)
        sizes = GROUPS if p.units <= FEW * p.columns else GROUPS_WIDE
        self.steps.append("groups")
        for number, first in enumerate([self.best, *self.sound[1:STARTS]]):
            now = first
            for size in sizes[: len(sizes) - (number > 0)]:
                if self.closed or run.seconds >= until or run.work >= enough:
                    return
                now = regroup(
                    p, run, self.pool, self._found, now,
                    size=min(size, p.columns), seconds=until - run.seconds, work=enough - run.work,
                    seed=self.seed,
                )  # fmt: skip
                self._offer(now)
                self._tell("improve")

    def prove(self) -> None:
        """Raise the bound towards the answer; list or solve exactly what is left."""
        run = self.run
        assert self._found is not None
        assert self._proof is not None
        if self.best is None or self.closed:
            return
        self._again(seconds=0.3 * run.seconds_left)
        if not self.closed:
            self._assemble(LISTED, seconds=0.7 * run.seconds_left)
        if self.closed:
            return
        self.steps.append("cuts")
        model = Model(self._narrow())
        neighbours(model)
        self._proof.tighten(model)
        exact = solve_exact(
            model.problem, run, model=model, seed=self.seed, gap=max(self.gap, 1e-7),
            start=self.best, node_limit=self._nodes,
        )  # fmt: skip
        self._offer(exact.assignment)
        if exact.status == "infeasible":
            self._raise(self.value)
        elif np.isfinite(exact.bound):
            self._raise(min(exact.bound, self.value))

    def _generate(
        self, price: np.ndarray, rent: np.ndarray, allowed: np.ndarray, *, seconds: float
    ) -> None:
        parts = self.pool.nearest(price, rent, KEPT)
        self._found = generate(
            self.problem, self.run, price=price, allowed=allowed, parts=parts, target=self.value,
            seconds=seconds, report=True,
        )  # fmt: skip
        self._raise(min(self._found.bound, self.value))
        self.pool.take(self._found.parts)

    def _again(self, *, seconds: float) -> None:
        """Generate anew towards a better answer: that rules out more pairs."""
        assert self._found is not None
        found = self._found
        self._generate(found.price, found.rent, found.keep, seconds=seconds)

    def _mend(self) -> None:
        """Put groups around overfull parts together anew until all parts keep their bounds."""
        p, run = self.problem, self.run
        assert self._found is not None
        self.steps.append("groups")
        until = run.seconds + 0.3 * self.clock
        enough = run.work + 0.3 * self.work
        for first in self.unsound:
            now = first
            for size in GROUPS:
                now = regroup(
                    p, run, self.pool, self._found, now, size=min(size, p.columns),
                    seconds=until - run.seconds, work=enough - run.work, seed=self.seed,
                )  # fmt: skip
                if not faults(p, now):
                    self._offer(now)
                    self._tell("build")
                    return
                if run.ended_by is not None or run.seconds >= until or run.work >= enough:
                    return

    def _narrow(self) -> Problem:
        """Rule out pairs that no better answer uses; those of the best stay."""
        assert self._found is not None
        assert self.best is not None
        allowed = self.problem.allowed & self._found.keep
        allowed[np.arange(self.problem.units), self.best] = True
        return replace(self.problem, allowed=allowed)

    def _assemble(self, levels: tuple[tuple[int, float], ...], *, seconds: float) -> None:
        """Put together the parts near the bound, ever more of them; all of them are a proof."""
        p, run, found = self.problem, self.run, self._found
        assert found is not None
        self.steps.append("join")
        until = run.seconds + seconds
        for wanted, share in levels:
            if run.ended_by is not None or run.seconds >= until:
                return
            near = min(self.value, found.bound + NEAR * abs(found.bound))
            reach = share * max(near - found.bound, 0.0)
            most = max(2, min(wanted, TOGETHER // p.columns))
            parts, complete = listed(p, run, found, reach=reach, most=most, nodes=SEARCHED)
            met = self.pool.nearest(found.price, found.rent, NEAREST)
            got = assemble(
                p, run, distinct([*parts, *met]), value=self.value, seconds=until - run.seconds,
                node_limit=self._nodes, seed=self.seed,
            )  # fmt: skip
            self._offer(got.assignment)
            self._tell("improve")
            if got.exhausted and complete and share >= 1.0 and near >= self.value:
                self._raise(self.value)
                return

    def _offer(self, assignment: np.ndarray | None) -> None:
        """Take an answer if it is the best."""
        if assignment is None:
            return
        self.pool.add(assignment)
        if value_of(self.problem, assignment) < self.value:
            self.best = assignment

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, bound)
        self.run.report("bound", bound=self.bound)

    def _tell(self, stage: str) -> None:
        if self.best is not None:
            self.run.report(stage, incumbent=self.value)
