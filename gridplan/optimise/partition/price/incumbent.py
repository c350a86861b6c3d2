"""The answers of a service area: the best one, the parts met, and the ways to better ones.

Falls give first answers. Where column generation ended, four ways lead on: kernels of few pairs
(:mod:`.kernel`), groups of neighbouring parts put together anew (:mod:`.regroup`), the parts
nearest to the bound put together, and, while no answer keeps its bounds, groups around the parts
that do not. A way changes nothing here, so that several are gone side by side; what they met is
taken up afterwards, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import abreast
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.bound.knapsack import Relaxed
from gridplan.optimise.partition.price.column_generation import listed
from gridplan.optimise.partition.price.group_search import regroup
from gridplan.optimise.partition.price.kernel_search import Kernels
from gridplan.optimise.partition.price.multistart import FEW, falls
from gridplan.optimise.partition.price.parts import distinct
from gridplan.optimise.partition.price.pool import Pool, assemble
from gridplan.optimise.partition.price.stabilised_prices import Generated
from gridplan.optimise.partition.question.problem import Problem

NODES = 20_000
"""Most branch-and-bound nodes of an integer program."""

NODES_PER_WORK = 50
"""Of these for each work unit that is left."""

NEAR = 0.012
"""Parts put together are for answers within this much of the bound."""

LISTED, REACH = 300, 0.3
"""Parts a column that are put together and their share of the gap."""

SEARCHED = 6000
"""Nodes of a search for them."""

NEAREST = 3000
"""Parts met by the search that are put together with them."""

GROUPS = (5, 8, 12)
GROUPS_WIDE, GROUPS_SHARP = (3, 4, 5), (5, 6, 8)
"""Sizes of groups put together anew, where parts hold few units and where they hold many; those of
the latter once prices are sharp."""

KERNELS_NEAR = 0.05
"""Share of what is left of a run for kernels without an answer."""

MOST = 10.0
"""Most work units for a way beside the tree, and for kernels: in longer runs the proof is worth
more, and it finds answers too."""

UNSOUND = 4
"""Ends of falls that are mended one after the other where none is an answer."""


@dataclass(frozen=True, eq=False)
class Met:
    """What was met on a way: an answer, None if there was none, and parts."""

    assignment: np.ndarray | None
    pool: Pool | None = None


@dataclass(frozen=True, eq=False)
class Way:
    """How to look for answers in a run, with a share of what is left and at most some work."""

    go: Callable[[Run], Met]
    share: float = 1.0
    most: float = np.inf


class Answers:
    """The best answer of a run so far; ``goal`` is the cost at which it need not be better."""

    def __init__(self, problem: Problem, run: Run, *, seed: int) -> None:
        self.problem, self.run, self.seed = problem, run, seed
        self.pool = Pool(problem)
        self.best: np.ndarray | None = None
        self.goal = -np.inf
        self.steps: list[str] = []
        self._unsound: list[np.ndarray] = []
        self._kernels: Kernels | None = None
        self._calls = 0

    @property
    def value(self) -> float:
        """Cost of the best answer."""
        return np.inf if self.best is None else value_of(self.problem, self.best)

    @property
    def done(self) -> bool:
        """Whether the goal is met, or the run is over."""
        return (self.best is not None and self.value <= self.goal) or self.run.ended_by is not None

    @property
    def few(self) -> bool:
        """Whether parts hold few units."""
        return self.problem.units <= FEW * self.problem.columns

    def offer(self, assignment: np.ndarray | None, *, stage: str = "improve") -> None:
        """Take an answer if it is the best."""
        if assignment is None:
            return
        self.pool.add(assignment)
        if value_of(self.problem, assignment) < self.value:
            self.best = assignment
        self.run.report(stage, incumbent=self.value)

    def begin(self, offset: np.ndarray, start: np.ndarray | None, *, work: float) -> None:
        """Fall for first answers."""
        p = self.problem
        self.steps.append("falls")
        ended = falls(
            p, self.run, offset, self.pool, work=work, goal=self.goal,
            seed=self.seed,
        )  # fmt: skip
        self._unsound = [s.assignment for s in ended if not np.isfinite(s.value)][:UNSOUND]
        if ended and np.isfinite(ended[0].value):
            self.offer(ended[0].assignment, stage="build")
        if start is not None and not faults(p, start):
            self.offer(start, stage="build")

    def know(self, proof: Relaxed) -> None:
        """Take over separators for the kernels."""
        self._kernels = Kernels(self.problem, proof, seed=self.seed)

    def look(self, *ways: Way, stage: str = "improve") -> None:
        """Go some ways side by side, each in a run of its own; take up what they met."""
        run = self.run
        if self.done:
            return

        def go(way: Way) -> tuple[Met, Run]:
            part = run.part(way.share, most=way.most)
            return way.go(part), part

        for met, part in abreast(go, ways, tick=lambda: run.report(stage), deep=True):
            run.book(part)
            if met.pool is not None:
                self.pool.absorb(met.pool)
            self.offer(met.assignment, stage=stage)

    def kernels(self, places: Sequence[Generated], *, share: float) -> Way:
        """Look in kernels around the places where column generation ended."""
        self.steps.append("kernels")
        near = self._unsound[0] if self._unsound else None

        def go(run: Run) -> Met:
            if self._kernels is None or not places:
                return Met(None)
            better = self._kernels.improve(run, places, self.best, near=near, goal=self.goal)
            return Met(better)

        return Way(go, KERNELS_NEAR if self.best is None else share, MOST)

    def groups(self, found: Generated, *, share: float, most: float = np.inf) -> Way:
        """Put groups of the best answer's parts together anew, other ones at every call."""
        self.steps.append("groups")
        p, seed, self._calls = self.problem, self.seed + 7919 * self._calls, self._calls + 1
        wide = GROUPS_SHARP if len(found.triples) else GROUPS_WIDE

        def go(run: Run) -> Met:
            now, pool = self.best, Pool(p)
            for size in GROUPS if self.few else wide:
                if now is None or run.ended_by is not None or value_of(p, now) <= self.goal:
                    break
                now = regroup(p, run, pool, found, now, size=size, seed=seed)
            return Met(now, pool)

        return Way(go, share, most)

    def mending(self, found: Generated, *, share: float) -> Way:
        """Put groups around overfull parts together anew until there is an answer."""
        self.steps.append("groups")
        p = self.problem

        def go(run: Run) -> Met:
            pool = Pool(p)
            for first in self._unsound:
                now = first
                for size in GROUPS:
                    now = regroup(p, run, pool, found, now, size=size, seed=self.seed)
                    if not faults(p, now):
                        return Met(now, pool)
                    if run.ended_by is not None:
                        return Met(None, pool)
            return Met(None, pool)

        return Way(go, share)

    def nearest(self, found: Generated, *, share: float) -> Way:
        """Put the parts nearest to the bound together, if need be with those met by the search."""
        self.steps.append("join")
        p, value = self.problem, self.value
        met = self.pool.nearest(found.price, found.rent, NEAREST)

        def go(run: Run) -> Met:
            target = min(value, found.bound + NEAR * abs(found.bound))
            reach = REACH * max(target - found.bound, 0.0)
            parts, _ = listed(p, run, found, reach=reach, most=LISTED, nodes=SEARCHED)
            parts = distinct([*parts, *found.parts])
            tries = [(distinct([*parts, *met]), value)]
            if self.few:  # fewer parts are sooner put together, where they do
                tries.insert(0, (parts, target))
            for among, below in tries:
                if run.ended_by is not None:
                    break
                got = assemble(
                    p, run, among, value=below, node_limit=run.afford(NODES_PER_WORK, NODES),
                    seed=self.seed,
                )  # fmt: skip
                if got.assignment is not None:
                    return Met(got.assignment)
            return Met(None)

        return Way(go, share)
