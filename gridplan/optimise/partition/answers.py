"""The answers of a service area: the best one, the parts met, and the ways to better ones.

Falls give first answers. Where column generation ended, four ways lead on: kernels of few pairs
(:mod:`.kernel`), groups of neighbouring parts put together anew (:mod:`.regroup`), the parts
nearest to the bound put together, and, while no answer keeps its bounds, groups around the parts
that do not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.generation import listed
from gridplan.optimise.partition.kernel import Kernels
from gridplan.optimise.partition.knapsack import Relaxed
from gridplan.optimise.partition.parts import distinct
from gridplan.optimise.partition.pool import Pool, assemble
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.regroup import regroup
from gridplan.optimise.partition.settling import Generated
from gridplan.optimise.partition.starts import FEW, falls
from gridplan.optimise.run import Run

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

KERNELS_MOST = 10.0
"""Most seconds for them at a time: in longer runs the proof is worth more, and it finds answers
too."""

UNSOUND = 4
"""Ends of falls that are mended one after the other where none is an answer."""


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

    def begin(
        self, offset: np.ndarray, start: np.ndarray | None, *, work: float, seconds: float
    ) -> None:
        """Fall for first answers."""
        p = self.problem
        self.steps.append("falls")
        ended = falls(
            p, self.run, offset, self.pool, work=work, seconds=seconds, goal=self.goal,
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

    def search_kernels(self, places: Sequence[Generated], *, share: float) -> None:
        """Look in kernels around the places where column generation ended."""
        if self.done or not places or self._kernels is None:
            return
        self.steps.append("kernels")
        near = self._unsound[0] if self._unsound else None
        share = KERNELS_NEAR if self.best is None else share
        better = self._kernels.improve(
            self.run, places, self.best, near=near, share=share, seconds=KERNELS_MOST,
            goal=self.goal,
        )  # fmt: skip
        self.offer(better)

    def put_groups(self, found: Generated, *, share: float, sharp: bool) -> None:
        """Put groups of the best answer's parts together anew."""
        if self.best is None:
            return
        self.steps.append("groups")
        until, enough = self._ends(share)
        for size in GROUPS if self.few else GROUPS_SHARP if sharp else GROUPS_WIDE:
            if self.done or self.run.seconds >= until or self.run.work >= enough:
                return
            self.offer(self._regroup(found, self.best, size, until, enough))

    def mend(self, found: Generated, *, share: float) -> None:
        """Without an answer, put groups around overfull parts together anew until there is one."""
        if self.best is not None:
            return
        self.steps.append("groups")
        until, enough = self._ends(share)
        for first in self._unsound:
            now = first
            for size in GROUPS:
                now = self._regroup(found, now, size, until, enough)
                if not faults(self.problem, now):
                    self.offer(now, stage="build")
                    return
                run = self.run
                if run.ended_by is not None or run.seconds >= until or run.work >= enough:
                    return

    def put_nearest(self, found: Generated, *, share: float) -> None:
        """Put the parts nearest to the bound together, if need be with those met by the search."""
        p, run, value = self.problem, self.run, self.value
        self.steps.append("join")
        seconds = share * run.seconds_left
        until = run.seconds + seconds
        target = min(value, found.bound + NEAR * abs(found.bound))
        reach = REACH * max(target - found.bound, 0.0)
        parts, _ = listed(p, run, found, reach=reach, most=LISTED, nodes=SEARCHED, seconds=seconds)
        parts = distinct([*parts, *found.parts])
        met = self.pool.nearest(found.price, found.rent, NEAREST)
        tries = [(distinct([*parts, *met]), value)]
        if self.few:  # fewer parts are sooner put together, where they do
            tries.insert(0, (parts, target))
        for among, below in tries:
            if run.ended_by is not None or run.seconds >= until or self.value < value:
                break
            nodes = run.afford(NODES_PER_WORK, NODES)
            got = assemble(
                p, run, among, value=below, seconds=until - run.seconds, node_limit=nodes,
                seed=self.seed,
            )  # fmt: skip
            self.offer(got.assignment)

    def _ends(self, share: float) -> tuple[float, float]:
        """Tell when, by the clock and by work, a share of what is left of the run is spent."""
        run = self.run
        return run.seconds + share * run.seconds_left, run.work + share * run.work_left

    def _regroup(
        self, found: Generated, middle: np.ndarray, size: int, until: float, enough: float
    ) -> np.ndarray:
        """Put groups of a size together anew until the clock or work is there."""
        p, run = self.problem, self.run
        return regroup(
            p, run, self.pool, found, middle, size=min(size, p.columns),
            seconds=until - run.seconds, work=enough - run.work, seed=self.seed,
        )  # fmt: skip
