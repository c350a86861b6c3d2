"""
Lagrangian tree: branch and bound over the knapsack relaxation, pairs fixed at every node.

The exact method of Posta, Ferland & Michelon for the generalised assignment problem (2012,
doi:10.1007/s10589-011-9432-0): at a node a short ascent of the prices of units, then every pair of
unit and part whose use (or disuse) would lift the bound to the target is ruled out (or in), and so
is what no longer fits or, here, cannot be reached from its center. The target rises from the bound
until there is an answer below it or none below the best known, so that trees stay as small as the
answer allows. An answer is taken only if it is in one piece, so that contiguity needs no prices;
where it binds, those of separator cuts help.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.bound.knapsack import grains_of
from gridplan.optimise.partition.bound.node_kernels import Areas, Effort
from gridplan.optimise.partition.bound.tree_kernels import (
    ANSWERED,
    EXHAUSTED,
    FULL,
    Stack,
    grow,
)
from gridplan.optimise.partition.graph.adjacency import adjacency
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class TreeParams:
    """
    How a tree is grown.

    Parameters
    ----------
    first
        First target, as a share of the way from the bound to the best answer.
    faster
        Factor by which this share grows from target to target.
    depth
        Most open nodes; beyond, a tree is given up.
    batch
        Nodes between two looks at the budget.
    grains
        Largest capacity in grains of demand.
    states
        Memory for the search of one knapsack's core.
    effort
        At a node.
    """

    first: float = 0.125
    faster: float = 2.0
    depth: int = 600
    batch: int = 20
    grains: int = 1_000_000_000
    states: int = 20_000
    effort: Effort = field(default_factory=Effort)


@dataclass(frozen=True, eq=False)
class Grown:
    """
    What a tree found.

    Parameters
    ----------
    assignment
        ``(n,)`` an answer better than the one given, or None.
    bound
        On every answer.
    nodes
        Looked at.
    """

    assignment: np.ndarray | None
    bound: float
    nodes: int


def lagrangian_tree(
    problem: Problem,
    run: Run,
    *,
    price: np.ndarray,
    toll: np.ndarray | None = None,
    bound: float,
    value: float,
    gap: float,
    params: TreeParams,
) -> Grown:
    """
    Search for answers below a value, or prove that there is none.

    Parameters
    ----------
    problem
        A plain one around fixed centers, each unit its own atom.
    price
        ``(n,)`` of units, near the best ones.
    toll
        ``(n, k)`` what the prices of separator cuts add to costs; in one piece, no answer gains.
    bound, value
        Known bound and value of the best answer, finite.
    gap
        Relative gap at which it ends.
    params
        Tuning.
    """
    tree = _Tree(problem, price, toll, params)
    best, share = None, params.first
    while run.ended_by is None and value - bound > gap * abs(value):
        goal = value - 0.5 * gap * abs(value)
        target = min(goal, bound + share * (value - bound))
        tree.root(bound)
        while tree.search(run, target):
            if faults(problem, tree.answer):  # what rounding alone lets through proves nothing
                return Grown(best, bound, tree.nodes)
            found = value_of(problem, tree.answer)
            if found < value:
                best, value = tree.answer.copy(), found
                target = min(target, value - 0.5 * gap * abs(value))
                run.report("branch", incumbent=value)
        bound = max(bound, min(tree.bound, target))
        run.report("bound", bound=bound)
        share = min(1.0, share * params.faster)
        if tree.size > 0:
            break
    return Grown(best, bound, tree.nodes)


class _Tree:
    """Open nodes of a problem, and what was counted."""

    def __init__(
        self, problem: Problem, price: np.ndarray, toll: np.ndarray | None, params: TreeParams
    ) -> None:
        p = problem
        self.params = params
        weight, room = grains_of(p, params.grains)
        cost = np.where(p.allowed, p.cost, np.inf)
        centers = p.centers.astype(np.int64)
        slack = 1e-6 * max(1.0, p.target)
        self._areas = Areas(
            cost, cost if toll is None else cost + toll, weight, room, centers,
            adjacency(p.graph), p.demand.astype(float), p.lower - slack, p.upper + slack,
        )  # fmt: skip
        self._start = p.allowed.copy()
        self._start[centers] = False
        self._start[centers, np.arange(p.columns)] = True
        self._price = np.ascontiguousarray(price, dtype=float)
        self._stack = Stack(
            np.zeros((params.depth, p.units, p.columns), bool),
            np.zeros((params.depth, p.units)),
            np.zeros(params.depth),
            np.zeros(1, np.int64),
        )
        self.answer = np.zeros(p.units, np.int64)
        self.nodes = 0

    @property
    def size(self) -> int:
        """Nodes that are open."""
        return int(self._stack.size[0])

    @property
    def bound(self) -> float:
        """Least bound of an open node; infinite where there is none."""
        return float(self._stack.bound[: self.size].min(initial=np.inf))

    def root(self, bound: float) -> None:
        """Begin anew."""
        stack = self._stack
        stack.open[0], stack.price[0], stack.bound[0] = self._start, self._price, bound
        stack.size[0] = 1

    def search(self, run: Run, target: float) -> bool:
        """Grow until there is an answer: True; False once no node or no work is left."""
        params = self.params
        while run.ended_by is None:
            grown = grow(
                self._areas, self._stack, target, params.batch, params.states, params.effort,
                self.answer,
            )  # fmt: skip
            self.nodes += grown.nodes
            run.spend(grown.cells * WEIGHTS.cell)
            run.report("branch")
            if grown.ending == ANSWERED:
                return True
            if grown.ending in (EXHAUSTED, FULL):
                return False
        return False
