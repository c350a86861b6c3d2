"""
Branch and price: which column a unit belongs to is decided until the parts left can be listed.

Every node converges prices anew within its pairs (:mod:`.stabilised_prices`; Barnhart et al. 1998,
doi:10.1287/opre.46.3.316). A target rules pairs out, so a low one makes nodes small: answers below
it are found, or the bound rises to it. Where all parts below the target can be enumerated they are
eliminated and put together, which ends a node. Branches are tried before one is chosen (strong
branching). Without nodes left the best answer is proven optimal among those below the target.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.price.column_generation import (
    Enumeration,
    GenerationParams,
    eliminate,
    enumerate_parts,
    tighten,
)
from gridplan.optimise.partition.price.parts import Part, distinct
from gridplan.optimise.partition.price.pool import assemble
from gridplan.optimise.partition.price.pricing import SearchPricing
from gridplan.optimise.partition.price.stabilised_prices import Generated, Generation, Stop, Warm
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class BranchParams:
    """
    How a node is treated.

    Parameters
    ----------
    most
        Parts of a column up to which they are enumerated.
    nodes
        Nodes of a pricing search for them.
    again
        Share of the gap at which enumeration was given up where it is tried again.
    together
        Parts put together.
    tree
        Branch-and-bound nodes of an integer program over them.
    tried
        Pairs whose branches are tried in the master before one is chosen.
    torn
        Share of a unit, or what is left of it, from which on it is worth a try.
    effort, least_effort, most_effort
        Share of what is left of the run that a step of a node may take, and its limits in work
        units.
    batch
        Nodes looked at side by side; the same on any machine, so that answers are.
    generation
        Of the column generation.
    """

    most: int = 50_000
    nodes: int = 300_000
    again: float = 0.7
    together: int = 8000
    tree: int = 5000
    tried: int = 6
    torn: float = 0.05
    effort: float = 0.25
    least_effort: float = 2.0
    most_effort: float = 30.0
    batch: int = 2
    generation: GenerationParams = field(default_factory=GenerationParams)


@dataclass(frozen=True, eq=False)
class BranchNode:
    """Pairs that are left ``(n, k)``, a bound on them, and where its parent's prices ended."""

    bound: float
    allowed: np.ndarray
    found: Generated


@dataclass(frozen=True, eq=False)
class BranchResult:
    """The best answer below the target, None if none was met, and a bound up to the target."""

    assignment: np.ndarray | None
    bound: float


@dataclass(frozen=True, eq=False)
class Visited:
    """What a node turned out to be: what is left below it, and an answer met there."""

    children: tuple[BranchNode, ...]
    assignment: np.ndarray | None
    run: Run
    heavy: float


class Tree:
    """A depth-first search for answers below a target."""

    def __init__(
        self,
        problem: Problem,
        found: Generated,
        *,
        allowed: np.ndarray,
        target: float,
        seed: int,
        params: BranchParams,
    ) -> None:
        self.problem, self.target, self.seed, self.params = problem, target, seed, params
        self.open = [BranchNode(found.bound, allowed, found)]
        self.best: np.ndarray | None = None
        self._heavy = np.inf

    @property
    def bound(self) -> float:
        """What no answer is below."""
        return min([self.target, *(node.bound for node in self.open)])

    def beat(self, value: float) -> None:
        """Look for answers below a value met elsewhere, if that is less than the target."""
        if value < self.target:
            self.target, self.best = value, None
            self.open = [node for node in self.open if node.bound < self.target]

    def search(self, run: Run, most: int | None = None) -> BranchResult:
        """Look at nodes, ``most`` of them and a batch, until none is left or the run ends."""
        looked = 0
        while self.open and run.ended_by is None and (most is None or looked < most):
            batch = [self.open.pop() for _ in range(min(self.params.batch, len(self.open)))]
            looked += len(batch)
            for seen in reversed(parallel_map(lambda node: self._visit(run, node), batch)):
                run.book(seen.run)
                self._heavy = min(self._heavy, seen.heavy)
                if seen.assignment is not None:
                    value = value_of(self.problem, seen.assignment)
                    if value < self.target:
                        self.target, self.best = value, seen.assignment
                self.open += seen.children
            self.open = [node for node in self.open if node.bound < self.target]
        return BranchResult(self.best, self.bound)

    def _visit(self, budget: Run, node: BranchNode) -> Visited:
        """Converge prices; then close the node, put together what is left, or split it in two."""
        p, run, before, params = self.problem, budget.part(), node.found, self.params
        work = self._effort(budget.work_left)
        state = Generation(
            p,
            run,
            SearchPricing(p, node.allowed),
            Warm(before.price, before.parts, before.cuts.apart()),
            Stop(self.target, work),
            params.generation.stabilisation,
        )
        tighten(state, params.generation)
        found = state.found()
        bound = max(node.bound, found.bound)
        if bound >= self.target:
            return Visited((), None, run, np.inf)
        if run.ended_by is not None:
            return Visited((BranchNode(bound, node.allowed, found),), None, run, np.inf)
        gap, heavy, answer = self.target - found.bound, np.inf, None
        if gap < params.again * self._heavy:
            asked = Enumeration(gap, params.most, params.nodes, work, whole=True)
            parts, whole = enumerate_parts(p, run, found, asked, params.generation)
            if whole:
                every = distinct([*parts, *found.parts])
                ended = self._put_together(run, found, every, work=work)
                answer, bound = ended.assignment, max(bound, ended.bound)
                if bound >= self.target:
                    return Visited((), answer, run, np.inf)
            else:
                heavy = gap
        answer = answer if answer is not None else self._rounded(found)
        return Visited(self._split(state, found, bound), answer, run, heavy)

    def _put_together(
        self, run: Run, found: Generated, every: list[Part], *, work: float
    ) -> BranchResult:
        """Find the best answer made of all parts that are left of a node, and a bound on them."""
        p, target, params = self.problem, self.target, self.params
        left = eliminate(
            p, run, found, every, stop=Stop(target, work), most=params.together,
            params=params.generation,
        )  # fmt: skip
        if left.bound >= target:
            return BranchResult(None, target)
        got = assemble(
            p, run, left.parts, cuts=left.cuts, value=target, work=work,
            node_limit=params.tree, seed=self.seed,
        )  # fmt: skip
        closed = got.exhausted and left.whole
        return BranchResult(got.assignment, target if closed else left.bound)

    def _effort(self, left: float) -> float:
        p = self.params
        return min(p.most_effort, max(p.least_effort, p.effort * left))

    def _rounded(self, found: Generated) -> np.ndarray | None:
        """Give each unit to the column that has most of it, if that is an answer."""
        decided = bool((found.keep.sum(axis=1) == 1).all())
        share = found.keep if decided else found.share
        answer = share.argmax(axis=1)
        if share.max(axis=1).min() < 0.5 or faults(self.problem, answer):
            return None
        return answer

    def _split(self, state: Generation, found: Generated, bound: float) -> tuple[BranchNode, ...]:
        """Decide whether a unit is in a column or not; the likelier side is looked at first."""
        p, share = self.problem, found.share
        free = found.keep & (found.keep.sum(axis=1) > 1)[:, None]
        if not free.any():
            return ()
        torn = np.where(free, 0.5 - np.abs(share - 0.5), -1.0)
        score = np.maximum(torn, 0.0) * p.demand[:, None] + 1e-9 * torn
        tried = [
            divmod(int(at), p.columns) for at in np.argsort(-score, axis=None)[: self.params.tried]
        ]
        tried = [pair for pair in tried if torn[pair] > self.params.torn] or tried[:1]
        if len(tried) > 1:
            rises = np.array([state.strong_branch(i, k) for i, k in tried]) - bound
            i, k = tried[int(np.argmax(np.maximum(rises, 1e-9 * abs(bound)).prod(axis=1)))]
        else:
            i, k = tried[0]
        inside, outside = found.keep.copy(), found.keep.copy()
        inside[i] = False
        inside[i, k] = True
        outside[i, k] = False
        pair = BranchNode(bound, inside, found), BranchNode(bound, outside, found)
        return pair if share[i, k] < 0.5 else pair[::-1]
