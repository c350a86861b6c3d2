"""
The incumbent of a service-area problem: the best answer so far, parts met, heuristics for more.

A multistart of annealing gives first answers. Where column generation ended, four primal heuristics
lead on: kernels of few pairs (:mod:`.kernel_search`), groups of neighbouring parts put together
anew (:mod:`.group_search`), the parts nearest to the bound joined by an integer program
(:mod:`.pool`), and, while no answer keeps its bounds, groups around the parts that do not. A
heuristic changes nothing here, so that several run side by side; what they met is taken up
afterwards, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.bound.knapsack import Relaxed
from gridplan.optimise.partition.price.column_generation import (
    Enumeration,
    GenerationParams,
    enumerate_parts,
)
from gridplan.optimise.partition.price.group_search import GroupParams, regroup
from gridplan.optimise.partition.price.kernel_search import KernelParams, Kernels
from gridplan.optimise.partition.price.multistart import MultistartParams, multistart
from gridplan.optimise.partition.price.parts import distinct
from gridplan.optimise.partition.price.pool import Pool, assemble
from gridplan.optimise.partition.price.stabilised_prices import Generated
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class IncumbentParams:
    """
    How better answers are looked for.

    Parameters
    ----------
    nodes, nodes_per_work
        Most branch-and-bound nodes of an integer program, and of these for each work unit that is
        left.
    near
        Parts put together are for answers within this share of the bound.
    listed, reach
        Parts a column that are put together and their share of the gap.
    searched
        Nodes of a pricing search for them.
    nearest
        Parts met by the search that are put together with them.
    groups, groups_wide, groups_tight
        Sizes of groups put together anew, where parts hold few units and where they hold many;
        those of the latter once prices are tight.
    kernels_near
        Share of what is left of a run for kernels without an answer.
    most
        Most work units for a heuristic beside the tree, and for kernels: in longer runs the proof
        is worth more, and it finds answers too.
    unsound
        Ends of starts that are mended one after the other where none is an answer.
    pool
        Parts that partitions bring to a pool; beyond, only those made for it are taken.
    starts, group, kernel, generation
        Of the algorithms called.
    """

    nodes: int = 20_000
    nodes_per_work: float = 50
    near: float = 0.012
    listed: int = 300
    reach: float = 0.3
    searched: int = 6000
    nearest: int = 3000
    groups: tuple[int, ...] = (5, 8, 12)
    groups_wide: tuple[int, ...] = (3, 4, 5)
    groups_tight: tuple[int, ...] = (5, 6, 8)
    kernels_near: float = 0.05
    most: float = 10.0
    unsound: int = 4
    pool: int = 40_000
    starts: MultistartParams = field(default_factory=MultistartParams)
    group: GroupParams = field(default_factory=GroupParams)
    kernel: KernelParams = field(default_factory=KernelParams)
    generation: GenerationParams = field(default_factory=GenerationParams)


@dataclass(frozen=True, eq=False)
class Improvement:
    """What a heuristic met: an answer ``(n,)``, None if there was none, and parts."""

    assignment: np.ndarray | None
    pool: Pool | None = None


@dataclass(frozen=True, eq=False)
class Heuristic:
    """How to look for answers in a run, with a share of what is left and at most some work."""

    go: Callable[[Run], Improvement]
    share: float = 1.0
    most: float = np.inf


class Incumbent:
    """The best answer of a run so far; ``goal`` is the cost at which it need not be better."""

    def __init__(self, problem: Problem, run: Run, *, seed: int, params: IncumbentParams) -> None:
        self.problem, self.run, self.seed, self.params = problem, run, seed, params
        self.pool = Pool(problem, params.pool)
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
        return self.problem.units <= self.params.starts.few * self.problem.columns

    def offer(self, assignment: np.ndarray | None, *, stage: str = "improve") -> None:
        """Take an answer if it is the best."""
        if assignment is None:
            return
        self.pool.add(assignment)
        if value_of(self.problem, assignment) < self.value:
            self.best = assignment
        self.run.report(stage, incumbent=self.value)

    def begin(self, offset: np.ndarray, start: np.ndarray | None, *, work: float) -> None:
        """Find first answers by a multistart at prices ``(k,)`` of demand; take a given one up."""
        p = self.problem
        self.steps.append("descent")
        ended = multistart(
            p, self.run, offset, self.pool, work=work, goal=self.goal, seed=self.seed,
            params=self.params.starts,
        )  # fmt: skip
        unsound = [s.assignment for s in ended if not np.isfinite(s.value)]
        self._unsound = unsound[: self.params.unsound]
        if ended and np.isfinite(ended[0].value):
            self.offer(ended[0].assignment, stage="build")
        if start is not None and not faults(p, start):
            self.offer(start, stage="build")

    def use_separators(self, proof: Relaxed) -> None:
        """Take over the separator cuts of a bound for the kernels."""
        self._kernels = Kernels(self.problem, proof, seed=self.seed, params=self.params.kernel)

    def improve(self, *heuristics: Heuristic, stage: str = "improve") -> None:
        """Run heuristics side by side, each in a run of its own; take up what they met."""
        run = self.run
        if self.done:
            return

        def go(heuristic: Heuristic) -> tuple[Improvement, Run]:
            part = run.part(heuristic.share, most=heuristic.most)
            return heuristic.go(part), part

        for met, part in parallel_map(go, heuristics, tick=lambda: run.report(stage), deep=True):
            run.book(part)
            if met.pool is not None:
                self.pool.absorb(met.pool)
            self.offer(met.assignment, stage=stage)

    def kernels(self, places: Sequence[Generated], *, share: float) -> Heuristic:
        """Look in kernels around the places where column generation ended."""
        self.steps.append("kernel search")
        near = self._unsound[0] if self._unsound else None

        def go(run: Run) -> Improvement:
            if self._kernels is None or not places:
                return Improvement(None)
            better = self._kernels.improve(run, places, self.best, near=near, goal=self.goal)
            return Improvement(better)

        return Heuristic(
            go, self.params.kernels_near if self.best is None else share, self.params.most
        )

    def groups(self, found: Generated, *, share: float, most: float = np.inf) -> Heuristic:
        """Put groups of the best answer's parts together anew, other ones at every call."""
        self.steps.append("recombination")
        p, params = self.problem, self.params
        seed, self._calls = self.seed + 7919 * self._calls, self._calls + 1
        wide = params.groups_tight if len(found.cuts) else params.groups_wide

        def go(run: Run) -> Improvement:
            now, pool = self.best, Pool(p, params.pool)
            for size in params.groups if self.few else wide:
                if now is None or run.ended_by is not None or value_of(p, now) <= self.goal:
                    break
                now = regroup(p, run, pool, found, now, size=size, seed=seed, params=params.group)
            return Improvement(now, pool)

        return Heuristic(go, share, most)

    def repairs(self, found: Generated, *, share: float) -> Heuristic:
        """Put groups around overfull parts together anew until there is an answer."""
        self.steps.append("recombination")
        p, params = self.problem, self.params

        def go(run: Run) -> Improvement:
            pool = Pool(p, params.pool)
            for first in self._unsound:
                now = first
                for size in params.groups:
                    now = regroup(
                        p, run, pool, found, now, size=size, seed=self.seed, params=params.group
                    )
                    if not faults(p, now):
                        return Improvement(now, pool)
                    if run.ended_by is not None:
                        return Improvement(None, pool)
            return Improvement(None, pool)

        return Heuristic(go, share)

    def nearest(self, found: Generated, *, share: float) -> Heuristic:
        """Put the parts nearest to the bound together, if need be with those met by the search."""
        self.steps.append("merging")
        p, value, params = self.problem, self.value, self.params
        met = self.pool.nearest(found.price, found.rent, params.nearest)

        def go(run: Run) -> Improvement:
            target = min(value, found.bound + params.near * abs(found.bound))
            reach = params.reach * max(target - found.bound, 0.0)
            asked = Enumeration(reach, params.listed, params.searched)
            parts, _ = enumerate_parts(p, run, found, asked, params.generation)
            parts = distinct([*parts, *found.parts])
            tries = [(distinct([*parts, *met]), value)]
            if self.few:  # fewer parts are sooner put together, where they do
                tries.insert(0, (parts, target))
            for among, below in tries:
                if run.ended_by is not None:
                    break
                nodes = run.afford(params.nodes_per_work, params.nodes)
                got = assemble(p, run, among, value=below, node_limit=nodes, seed=self.seed)
                if got.assignment is not None:
                    return Improvement(got.assignment)
            return Improvement(None)

        return Heuristic(go, share)
