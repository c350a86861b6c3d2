"""
Service areas of many units each: pairs are ruled out until what is open is a small program.

With 30 to 200 units a part, connected parts are too many to be generated as they are, and the
linear relaxation is too weak to rule out much. Knapsacks over demands as they are, from the prices
of that relaxation, close most of its gap; what they say of each pair of unit and part rules out
what no better answer uses (variable fixing by Lagrangian costs: Beasley 1988,
doi:10.1016/0377-2217(88)90176-3). What is held by one part alone is merged into its center, and a
tree over the same relaxation (:mod:`.bound.lagrangian_tree`) finds the best of the rest or proves
that there is none. Where it is cut off, kernels of the assignment program, narrow at first, look
for better answers, and the tree goes on below them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.pace import PaceParams
from gridplan.optimise.partition.answer.check import value_of
from gridplan.optimise.partition.assignment.contiguity import islands, neighbours
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.knapsack import KnapsackParams, Relaxed, knapsack_bound
from gridplan.optimise.partition.bound.lagrangian_tree import TreeParams, lagrangian_tree
from gridplan.optimise.partition.bound.sifting import SiftingParams
from gridplan.optimise.partition.graph.graph import reach
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.price.multistart import is_single
from gridplan.optimise.partition.question.contraction import contract
from gridplan.optimise.partition.question.problem import Problem, join_groups


@dataclass(frozen=True)
class WideParams:
    """
    How what is open is narrowed down.

    Parameters
    ----------
    pairs
        Pairs of unit and part up to which it is worth it.
    large
        Units a part up to which knapsacks are worth it.
    bounding, bounding_most
        Share of what is left of the run for the knapsacks, and most work units.
    rise
        Without an answer, knapsacks climb towards the bound raised by this, and the tree looks no
        further at first.
    growing
        Share of what is left of the run for each tree; the last one has all there is.
    kernels
        Pairs beyond one a unit in each kernel, one after each tree that was cut off.
    solving
        Share of what is left of the run for one kernel.
    nodes
        Branch-and-bound nodes of one kernel.
    island
        Units of the largest islands that are cut off beforehand.
    knapsack, tree, sifting
        Of the algorithms called.
    """

    pairs: int = 120_000
    large: int = 250
    bounding: float = 0.35
    bounding_most: float = 20.0
    rise: float = 0.01
    growing: float = 0.3
    kernels: tuple[int, ...] = (250, 700)
    solving: float = 0.2
    nodes: int = 20_000
    island: int = 2
    knapsack: KnapsackParams = field(
        default_factory=lambda: KnapsackParams(
            grains=1_000_000_000, states=20_000, heavy=1.0, rounds=5000, renewals=0, first=0.3,
            batch=50, pace=PaceParams(patience=150.0, shorter=0.5, shortest=1e-4, gain=1e-7),
        )
    )  # fmt: skip
    tree: TreeParams = field(default_factory=TreeParams)
    sifting: SiftingParams = field(default_factory=SiftingParams)


def is_wide(problem: Problem, params: WideParams) -> bool:
    """
    Whether a problem is a plain one of service areas, with more than a few units a part.

    Knapsacks say nothing of lower bounds, so there are none.
    """
    p = problem
    few = p.units <= params.large * p.columns and p.units * p.columns <= params.pairs
    return few and is_single(p) and not (p.lower > 0).any()


@dataclass(frozen=True, eq=False)
class Open:
    """
    What is left open.

    Parameters
    ----------
    best
        ``(n,)`` the best answer, or None.
    bound
        On every answer.
    keep
        ``(n, k)`` pairs that a better answer may use.
    steps
        Taken.
    """

    best: np.ndarray | None
    bound: float
    keep: np.ndarray
    steps: tuple[str, ...] = ()


def wide_areas(
    problem: Problem,
    run: Run,
    best: np.ndarray | None,
    bound: float,
    *,
    seed: int,
    gap: float,
    params: WideParams,
) -> Open:
    """
    Improve an answer and its bound by knapsacks and kernels.

    Parameters
    ----------
    problem
        For which :func:`is_wide` holds.
    best, bound
        ``(n,)`` a sound assignment or None, and a bound.
    gap
        Relative gap at which it ends.
    params
        Tuning.
    """
    search = _Search(problem, run, best, bound, seed=seed, gap=gap, params=params)
    if search.price():
        for extra in params.kernels:
            search.grow(params.growing)
            if search.done:
                break
            search.look(extra)
        while not search.done and search.grow(1.0):
            pass
    return Open(search.best, search.bound, search.keep, tuple(dict.fromkeys(search.steps)))


class _Search:
    """The best answer so far, the bound, and what each pair would add to it."""

    def __init__(
        self,
        problem: Problem,
        run: Run,
        best: np.ndarray | None,
        bound: float,
        *,
        seed: int,
        gap: float,
        params: WideParams,
    ) -> None:
        self.problem, self.run, self.best, self.bound = problem, run, best, bound
        self.seed, self.gap, self.params = seed, gap, params
        self.keep = problem.allowed.copy()
        self.steps: list[str] = []
        self._proof: Relaxed | None = None

    @property
    def value(self) -> float:
        """Cost of the best answer."""
        return np.inf if self.best is None else value_of(self.problem, self.best)

    @property
    def done(self) -> bool:
        """Whether the gap is closed, or the run is over."""
        closed = self.best is not None and self.value - self.bound <= self.gap * abs(self.value)
        return closed or self.run.ended_by is not None

    def price(self) -> bool:
        """Raise the bound by knapsacks; tell whether there is more to do."""
        p, run, params = self.problem, self.run, self.params
        low, shares, offset = relax(p, run, params.sifting)
        self.bound = max(self.bound, low)
        if shares is None or self.done:
            return False
        part = run.part(params.bounding, most=params.bounding_most)
        proven = self._climb(part, prices_of(p, offset))
        run.book(part)
        if proven:
            self.steps.append("knapsack")
        return proven and not self.done

    def grow(self, share: float) -> bool:
        """Grow a tree below the best answer, or a little above the bound; tell if it helped."""
        before = self.value, self.bound
        p, run, proof, limit = self.problem, self.run, self._proof, self._limit()
        assert proof is not None
        small, node = merged(p, self._left(limit))
        price = np.bincount(node, weights=proof.price, minlength=small.units)
        toll = np.zeros(small.cost.shape)
        np.add.at(toll, node, proof.toll)
        part = run.part(share)
        grown = lagrangian_tree(
            small, part, price=price, toll=toll, bound=self.bound, value=limit, gap=self.gap,
            params=self.params.tree,
        )  # fmt: skip
        run.book(part)
        self.steps.append("lagrangian tree")
        if grown.assignment is not None:
            self._take(grown.assignment[node])
        self._raise(grown.bound)
        return (self.value, self.bound) != before

    def look(self, extra: int) -> None:
        """Solve the kernel of the answer's pairs, the cheapest of each unit and ``extra`` more."""
        p, run, params = self.problem, self.run, self.params
        model = Model(p, allowed=self._kernel(extra))
        neighbours(model)
        islands(model, params.island)
        part = run.part(params.solving)
        found = solve_exact(
            p, part, model=model, start=self.best, seed=self.seed,
            limits=ExactLimits(max(self.gap / 2, 1e-7), params.nodes),
            tell=lambda: run.report("kernel"),
        )  # fmt: skip
        run.book(part)
        self.steps.append("kernel search")
        if found.assignment is not None:
            self._take(found.assignment)

    def _take(self, assignment: np.ndarray) -> None:
        """Take an answer over if it is better, and climb anew towards it."""
        proof, part = self._proof, self.run.part(self.params.bounding)
        assert proof is not None
        if value_of(self.problem, assignment) >= self.value:
            return
        self.best = assignment
        self.run.report("improve", incumbent=self.value)
        self._climb(part, proof.price)
        self.run.book(part)

    def _climb(self, run: Run, price: np.ndarray) -> bool:
        """Raise the bound from these prices, rule out pairs; tell whether there is a bound."""
        p, limit = self.problem, self._limit()
        proof = knapsack_bound(
            replace(p, allowed=self.keep), run, limit, price=price, params=self.params.knapsack
        )
        if proof is None:
            return False
        self._proof = proof
        if self.best is not None:
            self.keep = self._left(limit)
            self.keep[np.arange(p.units), self.best] = True
        self._raise(proof.bound)
        return True

    def _limit(self) -> float:
        """Value of the best answer; without any, a little above the bound."""
        return (1 + self.params.rise) * self.bound if self.best is None else self.value

    def _left(self, limit: float) -> np.ndarray:
        """Mark pairs ``(n, k)`` that an answer not above the limit may use."""
        proof = self._proof
        assert proof is not None
        most = limit + 1e-9 * abs(limit)
        keep: np.ndarray = self.keep & (proof.bound + proof.rise <= most)
        must = proof.bound + proof.fall > most
        sure = must.sum(axis=1) == 1
        keep[sure] &= must[sure]
        return keep

    def _kernel(self, extra: int) -> np.ndarray:
        """Mark the pairs ``(n, k)`` of a kernel."""
        p, proof = self.problem, self._proof
        assert proof is not None
        rise = np.where(self.keep, proof.rise, np.inf)
        out = np.zeros_like(self.keep)
        every = np.arange(p.units)
        out[every, rise.argmin(axis=1)] = True
        if self.best is not None:
            out[every, self.best] = True
        rest = np.where(out, np.inf, rise)
        order = np.lexsort((p.cost.ravel(), rest.ravel()))[:extra]
        out.flat[order[np.isfinite(rest.flat[order])]] = True
        return out

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.value))
        self.run.report("bound", bound=self.bound)


def prices_of(problem: Problem, offset: np.ndarray) -> np.ndarray:
    """
    Price units ``(n,)`` by their second cheapest part at the prices ``(k,)`` of a person there.

    By the cheapest, all units of a part would gain alike by weight, from where no step leads up.
    """
    p = problem
    priced = np.where(p.allowed, p.cost + p.demand[:, None] * offset, np.inf)
    ranked = np.sort(priced, axis=1)
    out: np.ndarray = np.where(np.isfinite(ranked[:, 1]), ranked[:, 1], ranked[:, 0])
    out[p.centers] = priced[p.centers, np.arange(p.columns)]
    return out


def merged(problem: Problem, keep: np.ndarray) -> tuple[Problem, np.ndarray]:
    """
    Merge what only one part may have, and is joined to its center by the like, into the center.

    Returns what :func:`.question.contraction.contract` does, each node its own atom.
    """
    p = problem
    single = keep.sum(axis=1) == 1
    label = p.columns + np.arange(p.units)
    for k, center in enumerate(p.centers):
        held = single & keep[:, k]
        held[center] = True
        label[reach(p.graph, int(center), held)] = k
    group = join_groups(p.units, np.zeros((0, 2), int), label)
    return contract(replace(p, allowed=p.allowed & keep, atom=group))
