"""The plain service-area problem around fixed centers: fall, price, put together, prove.

Falls give a first answer and parts met on the way. Column generation (:mod:`.generation`) gives
the bound, prices of units and the pairs of unit and part that are still of use; what it chose last
gives kernels of pairs that are solved to the end (:mod:`.kernel`), and groups of neighbouring parts
are put together anew (:mod:`.regroup`). Then targets rise from the bound: below each, rows over
three units sharpen the prices, kernels, parts and groups follow, and a tree (:mod:`.branch`) looks
for answers until it finds the cheapest or proves that there is none, which raises the bound to the
target.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gridplan.optimise.abreast import ABREAST
from gridplan.optimise.partition.branch import Tree
from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.construct import relax
from gridplan.optimise.partition.generation import generate, listed
from gridplan.optimise.partition.kernel import Kernels
from gridplan.optimise.partition.knapsack import knapsack_bound, within_reach
from gridplan.optimise.partition.parts import distinct
from gridplan.optimise.partition.pool import Pool, assemble
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.regroup import regroup
from gridplan.optimise.partition.settling import Generated
from gridplan.optimise.partition.starts import FEW, falls
from gridplan.optimise.run import Run

BEGIN = 400
"""Parts met by the search that prices begin with."""

NODES = 20_000
"""Most branch-and-bound nodes of an integer program."""

NODES_PER_WORK = 50
"""Of these for each work unit that is left."""

FALLS, FALLING = 0.1, 4.0
"""Share of a run for first answers, and most seconds, or work units, for them."""

RISE = 0.1
"""Without an answer, prices climb towards the bound raised by this."""

HOPE = 0.03
"""Answers are looked for within this much of the bound."""

NEAR = 0.012
"""Parts put together are for answers within this much of it."""

LISTED, REACH = 300, 0.3
"""Parts a column that are put together and their share of the gap."""

SEARCHED = 6000
"""Nodes of a search for them."""

LEAP = 0.6
"""First target: this share of the way from the bound to the best answer."""

BEYOND = 0.5
"""Once prices are sharp: beyond the bound by this share of what that raised it."""

LEAST = 1e-4
"""Targets rise by no less, as a share of the cost."""

NEAREST = 3000
"""Parts met by the search that are put together with them."""

GROUPS = (5, 8, 12)
GROUPS_WIDE, GROUPS_SHARP = (3, 4, 5), (5, 6, 8)
"""Sizes of groups put together anew, where parts hold few units and where they hold many; those of
the latter once prices are sharp."""

KERNELS = 0.15
"""Share of what is left of a run for kernels."""

UNSOUND = 4
"""Ends of falls that are mended one after the other where none is an answer."""


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
        service.climb()
    return service.best, service.bound, "+".join(dict.fromkeys(service.steps))


class Service:
    """One run: the best answer, the bound, the prices, the parts met."""

    def __init__(self, problem: Problem, run: Run, bound: float, *, seed: int, gap: float) -> None:
        self.problem, self.run, self.bound = problem, run, bound
        self.seed, self.gap = seed, gap
        self.pool = Pool(problem)
        self.best: np.ndarray | None = None
        self.unsound: list[np.ndarray] = []
        self.steps = ["lp", "falls"]
        self.work, self.clock = run.work_limit - run.work, run.seconds_left
        self._allowed = problem.allowed
        self._found: Generated | None = None
        self._kernels: Kernels | None = None
        self._dearest = problem.dearest(problem.allowed)

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
    def _few(self) -> bool:
        """Whether parts hold few units."""
        return self.problem.units <= FEW * self.problem.columns

    @property
    def _nodes(self) -> int:
        """Nodes that an integer program may use of the work that is left."""
        left = NODES_PER_WORK * (self.run.work_limit - self.run.work)
        return int(min(NODES, max(1.0, left)))

    def begin(self, offset: np.ndarray, start: np.ndarray | None) -> None:
        """Fall for first answers."""
        p = self.problem
        goal = self.bound + self.gap * abs(self.bound)
        ended = falls(
            p, self.run, offset, self.pool, work=min(FALLS * self.work, 2 * FALLING),
            seconds=min(FALLS * self.clock, FALLING), goal=goal, seed=self.seed,
        )  # fmt: skip
        sound = [s.assignment for s in ended if np.isfinite(s.value)]
        self.unsound = [s.assignment for s in ended if not np.isfinite(s.value)][:UNSOUND]
        if start is not None and not faults(p, start):
            sound.append(start)
        for answer in sound:
            self._offer(answer)
        self._tell("build")

    def price(self) -> bool:
        """Find prices and a first bound; tell whether there is more to do."""
        p = self.problem
        hope = self.value if self.best is not None else (1 + RISE) * self.bound
        proof = knapsack_bound(p, self.run, hope)
        if proof is None:
            return False
        self.steps += ["knapsack", "parts"]
        self._kernels = Kernels(p, proof, seed=self.seed)
        self._raise(min(proof.bound, self.value))
        self._allowed = proof.keep if self.best is not None else p.allowed & within_reach(p)
        self._generate(proof.price, seconds=0.2 * self.clock)
        return bool(np.isfinite(self.bound)) and not self.closed

    def improve(self) -> None:
        """Look for better answers at rough prices: in kernels, then group by group."""
        self._search_kernels([self._found])
        if self.best is not None and (not self._few or self.value <= (1 + HOPE) * self.bound):
            self._regroup(GROUPS if self._few else GROUPS_WIDE, share=0.15)

    def climb(self) -> None:
        """Look for answers below ever higher targets; each that has none raises the bound to it."""
        rough, sharp = self.bound, False
        least = LEAST * max(abs(rough), self._dearest / self.problem.columns)
        step = max(least, LEAP * (min(self.value, (1 + HOPE) * rough) - rough))
        while not self.closed and np.isfinite(self.bound):
            target = min(self.value, self.bound + step)
            self._sharpen(target, share=0.3)
            if not self.closed and self.bound < target:
                if not sharp:
                    step, sharp = max(least, BEYOND * (self.bound - rough)), True
                self._search_kernels([self._found])
                if self._few or self.best is None:
                    poor = self.value > (1 + NEAR) * self.bound
                    self._assemble(seconds=(0.6 if poor else 0.3) * self.run.seconds_left)
                if self.best is None:
                    self._mend()
                elif self.value > target:
                    self._regroup(GROUPS if self._few else GROUPS_SHARP, share=0.5)
                self._descend(min(self.value, self.bound + step))
            step *= 2.0

    def _search_kernels(self, among: Sequence[Generated | None]) -> None:
        """Look for answers in kernels around the places where column generation ended."""
        places = [found for found in among if found is not None]
        if self.closed or not places or self._kernels is None:
            return
        self.steps.append("kernels")
        goal = self.bound / (1.0 - self.gap) if self.gap < 1.0 else np.inf
        self._offer(self._kernels.improve(self.run, places, self.best, share=KERNELS, goal=goal))
        self._tell("improve")

    def _descend(self, target: float) -> None:
        """Search below a target: for an answer, or the proof that there is none."""
        run, found = self.run, self._found
        if self.closed or found is None:
            return
        self.steps.append("branch")
        tree = Tree(
            self.problem, run, found, target=target,
            allowed=found.keep if target <= found.target else self._allowed,
            seconds=run.seconds_left, work=run.work_limit - run.work, seed=self.seed,
        )  # fmt: skip
        looks = 1  # twice as many from one look at kernels to the next
        while not tree.over and not self.closed:
            ended = tree.search(looks)
            self._offer(ended.assignment)
            self._tell("improve")
            self._raise(min(ended.bound, self.value))
            self._search_kernels([node.found for node in tree.open[-ABREAST:]])
            tree.beat(self.value)
            looks *= 2

    def _regroup(self, sizes: tuple[int, ...], *, share: float) -> None:
        p, run = self.problem, self.run
        assert self._found is not None
        assert self.best is not None
        until = run.seconds + share * run.seconds_left
        enough = run.work + share * (run.work_limit - run.work)
        self.steps.append("groups")
        for size in sizes:
            if self.closed or run.seconds >= until or run.work >= enough:
                return
            now = regroup(
                p, run, self.pool, self._found, self.best, size=min(size, p.columns),
                seconds=until - run.seconds, work=enough - run.work, seed=self.seed,
            )  # fmt: skip
            self._offer(now)
            self._tell("improve")

    def _generate(self, price: np.ndarray, *, seconds: float) -> None:
        """Generate from these prices, no dearer than the best answer."""
        parts = self.pool.nearest(price, np.zeros(self.problem.columns), BEGIN)
        self._take(
            generate(
                self.problem, self.run, price=price, allowed=self._allowed, parts=parts,
                target=self.value, seconds=seconds, report=True,
            )
        )  # fmt: skip

    def _sharpen(self, target: float, *, share: float) -> None:
        """Generate on to the end, towards an answer below a target, which rules out pairs."""
        run, found = self.run, self._found
        assert found is not None
        self.steps.append("triples")
        parts = distinct([*found.parts, *self.pool.nearest(found.price, found.rent, BEGIN)])
        self._take(
            generate(
                self.problem, run, price=found.price, parts=parts, target=target,
                allowed=self._allowed, triples=found.triples if len(found.triples) else None,
                seconds=share * run.seconds_left, work=share * (run.work_limit - run.work),
                sharp=True, report=True,
            )
        )  # fmt: skip

    def _take(self, found: Generated) -> None:
        """Take prices over, and what they prove; an infinite bound only says: not below target."""
        if np.isfinite(found.bound):
            self._found = found
            if found.target >= self.value:
                self._allowed = self._allowed & found.keep
        self._raise(min(found.bound, found.target))
        self.pool.take(found.parts)

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

    def _assemble(self, *, seconds: float) -> None:
        """Put the parts nearest to the bound together, if need be with those met by the search."""
        p, run, found, value = self.problem, self.run, self._found, self.value
        assert found is not None
        self.steps.append("join")
        until = run.seconds + seconds
        target = min(self.value, found.bound + NEAR * abs(found.bound))
        reach = REACH * max(target - found.bound, 0.0)
        parts, _ = listed(p, run, found, reach=reach, most=LISTED, nodes=SEARCHED, seconds=seconds)
        parts = distinct([*parts, *found.parts])
        met = self.pool.nearest(found.price, found.rent, NEAREST)
        tries = [(distinct([*parts, *met]), value)]
        if self._few:  # fewer parts are sooner put together, where they do
            tries.insert(0, (parts, target))
        for among, below in tries:
            if run.ended_by is not None or run.seconds >= until or self.value < value:
                break
            got = assemble(
                p, run, among, value=below, seconds=until - run.seconds, node_limit=self._nodes,
                seed=self.seed,
            )  # fmt: skip
            self._offer(got.assignment)
            self._tell("improve")

    def _offer(self, assignment: np.ndarray | None) -> None:
        """Take an answer if it is the best."""
        if assignment is None:
            return
        self.pool.add(assignment)
        if value_of(self.problem, assignment) < self.value:
            self.best = assignment

    def _raise(self, bound: float) -> None:
        self.bound = np.inf if bound > self._dearest else max(self.bound, bound)
        self.run.report("bound", bound=self.bound)

    def _tell(self, stage: str) -> None:
        if self.best is not None:
            self.run.report(stage, incumbent=self.value)
