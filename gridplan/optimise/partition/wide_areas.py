"""
Service areas of many units each: pairs are ruled out until what is open is a small program.

With 30 to 200 units a part, connected parts are too many to be generated as they are, and the
linear relaxation is too weak to rule out much. Knapsacks over demands that are hardly rounded, from
the prices of that relaxation, close most of its gap; what they say of each pair of unit and part
makes kernels for the assignment program, narrow at first, and rules out what no better answer uses
(variable fixing by Lagrangian costs: Beasley 1988, doi:10.1016/0377-2217(88)90176-3). The last
kernel has all pairs that are left, so its bound holds for the whole. If it stays open, what is held
by one part alone is merged into its center, and the rest goes the way of few units a part.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.assignment.contiguity import islands, neighbours
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.knapsack import KnapsackParams, Relaxed, knapsack_bound
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
        Without an answer, knapsacks climb towards the bound raised by this.
    kernels
        Pairs beyond one a unit in each kernel, one after the other.
    solving
        Share of what is left of the run for one kernel; for the last one, that is all there is.
    closing
        The same for the last one.
    nodes
        Branch-and-bound nodes of one kernel.
    island
        Units of the largest islands that are cut off beforehand.
    knapsack, sifting
        Of the algorithms called.
    """

    pairs: int = 60_000
    large: int = 250
    bounding: float = 0.35
    bounding_most: float = 20.0
    rise: float = 0.02
    kernels: tuple[int, ...] = (250, 700, 2000)
    solving: float = 0.2
    closing: float = 0.6
    nodes: int = 20_000
    island: int = 2
    knapsack: KnapsackParams = field(
        default_factory=lambda: KnapsackParams(
            grains=40_000, rounds=1200, renewals=0, first=0.3, batch=20
        )
    )
    sifting: SiftingParams = field(default_factory=SiftingParams)


def is_wide(problem: Problem, params: WideParams) -> bool:
    """Whether a problem is a plain one of service areas, with more than a few units a part."""
    p = problem
    return (
        is_single(p) and p.units <= params.large * p.columns and p.units * p.columns <= params.pairs
    )


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
            if search.done or search.whole:
                break
            search.look(extra)
        if not search.done and not search.whole:
            search.look(problem.units * problem.columns)
    return Open(search.best, search.bound, search.keep, tuple(search.steps))


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
        self.whole = False
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
        target = self.value if self.best is not None else (1 + params.rise) * self.bound
        part = run.part(params.bounding, most=params.bounding_most)
        proof = knapsack_bound(p, part, target, price=prices_of(p, offset), params=params.knapsack)
        run.book(part)
        if proof is None:
            return False
        self._proof = proof
        self.steps.append("knapsack")
        self._rule_out()
        self._raise(proof.bound)
        return not self.done

    def look(self, extra: int) -> None:
        """Solve the kernel of the answer's pairs, the cheapest of each unit and ``extra`` more."""
        p, run, params = self.problem, self.run, self.params
        pairs = self._kernel(extra)
        self.whole = bool((pairs == self.keep).all())
        model = Model(p, allowed=pairs)
        neighbours(model)
        islands(model, params.island)
        part = run.part(params.closing if self.whole else params.solving)
        limits = ExactLimits(max(self.gap / 2, 1e-7), params.nodes)
        value = self.value
        found = solve_exact(
            p, part, model=model, start=self.best, seed=self.seed, limits=limits,
            tell=lambda: run.report("kernel"),
        )  # fmt: skip
        run.book(part)
        self.steps.append("kernel search")
        if found.assignment is not None and value_of(p, found.assignment) < value:
            self.best = found.assignment
            run.report("improve", incumbent=self.value)
        if self.whole:
            # pairs ruled out are those of no answer cheaper than the target they were ruled out for
            self._raise(min(found.bound, value))
        self._rule_out()

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

    def _rule_out(self) -> None:
        """Rule out pairs that no answer below the best one uses."""
        proof = self._proof
        assert proof is not None
        if self.best is None:
            return
        limit = self.value + 1e-9 * abs(self.value)
        self.keep = self.keep & (proof.bound + proof.rise <= limit)
        must = proof.bound + proof.fall > limit
        sure = must.sum(axis=1) == 1
        self.keep[sure] &= must[sure]
        self.keep[np.arange(self.problem.units), self.best] = True

    def _raise(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.value))
        self.run.report("bound", bound=self.bound)


def prices_of(problem: Problem, offset: np.ndarray) -> np.ndarray:
    """Price units ``(n,)`` by their cheapest part at the prices ``(k,)`` of a person there."""
    p = problem
    priced = p.cost + p.demand[:, None] * offset
    out: np.ndarray = np.where(p.allowed, priced, np.inf).min(axis=1)
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


def narrowed(problem: Problem, left: Open) -> tuple[Problem, np.ndarray, np.ndarray | None]:
    """Cut the problem down to what is open: it, the node of each unit, and the best answer."""
    small, node = merged(problem, left.keep)
    if left.best is None:
        return small, node, None
    first = np.unique(node, return_index=True)[1]
    start = left.best[first]
    return small, node, None if faults(small, start) else start
