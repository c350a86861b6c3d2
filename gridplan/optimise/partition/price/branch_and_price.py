"""Branch and price: which column a unit belongs to is decided until the parts left can be listed.

Every node settles prices anew within its pairs (:mod:`.settling`). A target rules pairs out, so a
low one makes nodes small: answers below it are found, or the bound rises to it. Where all parts
below the target can be listed they are sieved and put together, which ends a node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import ABREAST, abreast
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.price.column_generation import listed, sharpen, sift_out
from gridplan.optimise.partition.price.parts import Part, distinct
from gridplan.optimise.partition.price.pool import assemble
from gridplan.optimise.partition.price.pricing import Fields
from gridplan.optimise.partition.price.stabilised_prices import Generated, Generation
from gridplan.optimise.partition.question.problem import Problem

MOST = 50_000
"""Parts of a column up to which they are listed."""

NODES = 300_000
"""Nodes of a search for them."""

AGAIN = 0.7
"""Share of the gap at which listing was given up where it is tried again."""

TOGETHER = 8000
"""Parts put together."""

TREE = 5000
"""Branch-and-bound nodes of an integer program over them."""

TRIED = 6
"""Pairs whose branches are tried in the linear program before one is chosen."""

TORN = 0.05
"""Share of a unit, or what is left of it, from which on it is worth a try."""

EFFORT, LEAST_EFFORT, MOST_EFFORT = 0.25, 2.0, 30.0
"""Share of what is left of the run that a step of a node may take; in work units."""


@dataclass(frozen=True, eq=False)
class Node:
    """Pairs that are left ``(n, k)``, a bound on them, and where its parent's prices ended."""

    bound: float
    allowed: np.ndarray
    found: Generated


@dataclass(frozen=True, eq=False)
class Branched:
    """The best answer below the target, None if none was met, and a bound up to the target."""

    assignment: np.ndarray | None
    bound: float


@dataclass(frozen=True, eq=False)
class Look:
    """What a node turned out to be: what is left below it, and an answer met there."""

    children: tuple[Node, ...]
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
    ) -> None:
        self.problem, self.target, self.seed = problem, target, seed
        self.open = [Node(found.bound, allowed, found)]
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

    def search(self, run: Run, most: int | None = None) -> Branched:
        """Look at nodes, ``most`` of them and a batch, until none is left or the run ends."""
        looked = 0
        while self.open and run.ended_by is None and (most is None or looked < most):
            batch = [self.open.pop() for _ in range(min(ABREAST, len(self.open)))]
            looked += len(batch)
            for look in reversed(abreast(lambda node: self._look(run, node), batch)):
                run.book(look.run)
                self._heavy = min(self._heavy, look.heavy)
                if look.assignment is not None:
                    value = value_of(self.problem, look.assignment)
                    if value < self.target:
                        self.target, self.best = value, look.assignment
                self.open += look.children
            self.open = [node for node in self.open if node.bound < self.target]
        return Branched(self.best, self.bound)

    def _look(self, budget: Run, node: Node) -> Look:
        """Settle prices; then close the node, put together what is left, or split it in two."""
        p, run, before = self.problem, budget.part(), node.found
        work = self._effort(budget.work_left)
        state = Generation(
            p, run, fields=Fields(p, node.allowed), price=before.price,
            triples=before.triples.apart(), parts=before.parts,
            target=self.target, work=work, report=False,
        )  # fmt: skip
        sharpen(state)
        found = state.found()
        bound = max(node.bound, found.bound)
        if bound >= self.target:
            return Look((), None, run, np.inf)
        if run.ended_by is not None:
            return Look((Node(bound, node.allowed, found),), None, run, np.inf)
        gap, heavy, answer = self.target - found.bound, np.inf, None
        if gap < AGAIN * self._heavy:
            parts, whole = listed(
                p, run, found, reach=gap, most=MOST, nodes=NODES, work=work, whole=True
            )
            if whole:
                every = distinct([*parts, *found.parts])
                ended = self._put_together(run, found, every, work=work)
                answer, bound = ended.assignment, max(bound, ended.bound)
                if bound >= self.target:
                    return Look((), answer, run, np.inf)
            else:
                heavy = gap
        answer = answer if answer is not None else self._rounded(found)
        return Look(self._split(state, found, bound), answer, run, heavy)

    def _put_together(
        self, run: Run, found: Generated, every: list[Part], *, work: float
    ) -> Branched:
        """Find the best answer made of all parts that are left of a node, and a bound on them."""
        p, target = self.problem, self.target
        sifted = sift_out(p, run, found, every, target=target, most=TOGETHER, work=work)
        if sifted.bound >= target:
            return Branched(None, target)
        got = assemble(
            p, run, sifted.parts, triples=sifted.triples, value=target, work=work,
            node_limit=TREE, seed=self.seed,
        )  # fmt: skip
        closed = got.exhausted and sifted.whole
        return Branched(got.assignment, target if closed else sifted.bound)

    def _effort(self, left: float) -> float:
        return min(MOST_EFFORT, max(LEAST_EFFORT, EFFORT * left))

    def _rounded(self, found: Generated) -> np.ndarray | None:
        """Give each unit to the column that has most of it, if that is an answer."""
        decided = bool((found.keep.sum(axis=1) == 1).all())
        share = found.keep if decided else found.share
        answer = share.argmax(axis=1)
        if share.max(axis=1).min() < 0.5 or faults(self.problem, answer):
            return None
        return answer

    def _split(self, state: Generation, found: Generated, bound: float) -> tuple[Node, ...]:
        """Decide whether a unit is in a column or not; the likelier side is looked at first."""
        p, share = self.problem, found.share
        free = found.keep & (found.keep.sum(axis=1) > 1)[:, None]
        if not free.any():
            return ()
        torn = np.where(free, 0.5 - np.abs(share - 0.5), -1.0)
        score = np.maximum(torn, 0.0) * p.demand[:, None] + 1e-9 * torn
        tried = [divmod(int(at), p.columns) for at in np.argsort(-score, axis=None)[:TRIED]]
        tried = [pair for pair in tried if torn[pair] > TORN] or tried[:1]
        if len(tried) > 1:
            rises = np.array([state.rises(i, k) for i, k in tried]) - bound
            i, k = tried[int(np.argmax(np.maximum(rises, 1e-9 * abs(bound)).prod(axis=1)))]
        else:
            i, k = tried[0]
        inside, outside = found.keep.copy(), found.keep.copy()
        inside[i] = False
        inside[i, k] = True
        outside[i, k] = False
        pair = Node(bound, inside, found), Node(bound, outside, found)
        return pair if share[i, k] < 0.5 else pair[::-1]
