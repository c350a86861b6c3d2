"""
Alternatives: several good partitions that really differ, each with its price.

Each further partition pays for every person left where an earlier one has them; the price of
agreement rises until enough residents are in another part. Where units are many and small, that
leaves strips which no part can hold together: then some parts become dearer near a unit, less and
less away from it, which moves boundaries and leaves parts whole. The cost reported is the true one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order

from gridplan.optimise.budget import Run
from gridplan.optimise.options import strict
from gridplan.optimise.partition.answer.certificate import finish
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.answer.measures import moved
from gridplan.optimise.partition.answer.result import Partition
from gridplan.optimise.partition.engine import OPTIONS, read_options, solve_problem
from gridplan.optimise.partition.graph.graph import hops
from gridplan.optimise.partition.question.arguments import read_problem
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.partition.question.start import read_start


@dataclass(frozen=True)
class AlternativeParams:
    """
    How others are looked for.

    Parameters
    ----------
    prices
        Price of agreement, or of being near, a person, in mean costs of a person, tried in turn.
    rough
        Relative gap to which priced problems are solved: their optimum itself is not wanted.
    """

    prices: tuple[float, ...] = (0.02, 0.06, 0.2, 0.6, 2.0, 6.0)
    rough: float = 5e-3


@dataclass(frozen=True, eq=False)
class Alternative:
    """
    One of several partitions.

    Parameters
    ----------
    partition
        With the true objective and the bound of the problem without agreement.
    extra
        Objective above that of the first, absolute; below zero where it is cheaper.
    moved
        Demand in another part than in the nearest of those before it, persons.
    share
        The same as a share of all demand.
    """

    partition: Partition
    extra: float
    moved: float
    share: float


@strict(also=OPTIONS)
def alternatives(
    n: int,
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike,
    *,
    seed: int = 0,
    gap: float = 1e-4,
    first: ArrayLike | None = None,
    difference: float = 0.1,
    **options: Any,  # noqa: ANN401  # the fields of Demands and of Effort
) -> tuple[Alternative, ...]:
    """
    Find up to ``n`` partitions of which any two differ for a share of the residents.

    Parameters
    ----------
    n
        Partitions wanted, the first one included.
    adjacency, demand, cost, seed, gap, options
        As for :func:`~gridplan.optimise.partition.partition`; ``cost`` is needed, since the labels
        of free parts do not say who is elsewhere. Work and time are for all of them together, and
        ``progress`` is told about every run: returning True ends it and those to come.
    first
        ``(n,)`` a sound assignment to begin with; by default the best one found.
    difference
        Least share of demand in another part than in any other partition, above 0.

    Returns
    -------
    tuple of Alternative
        The first, then the others, cheapest first; fewer than ``n`` where no further one was found,
        none where there is no partition.

    Raises
    ------
    ValueError
        If arguments do not fit together, or ``first`` is not sound.
    """
    if not 0 < difference <= 1:
        msg = f"difference: {difference} is not a share above 0 and up to 1"
        raise ValueError(msg)
    demands, effort = read_options(options)
    problem = read_problem(adjacency, demand, np.asarray(cost, dtype=float), demands)
    whole = effort.begin()
    search = Alternatives(problem, whole, seed=seed, gap=gap)
    known = [] if n < 1 else [search.first(first, share=1 / n)]
    if not known or known[0].assignment is None:
        return ()
    while len(known) < n and whole.ended_by is None and problem.demand.any():
        found = search.another(known, difference, share=1 / (n - len(known)))
        if found is None:
            break
        known.append(found)
    return _told(problem, known)


class Alternatives:
    """The runs of one call: they share its budget, its callback and its end."""

    def __init__(self, problem: Problem, whole: Run, *, seed: int, gap: float) -> None:
        self.problem, self.whole, self.seed, self.gap = problem, whole, seed, gap
        self.params = AlternativeParams()
        self.bound = -np.inf

    def first(self, given: ArrayLike | None, *, share: float) -> Partition:
        """Pack the assignment given, or find the best."""
        p = self.problem
        if given is None:
            got = self._solve(p, share=share, gap=self.gap)
            self.bound = got.bound
            return got
        own = read_start(p, given)
        wrong = faults(p, own)
        if wrong:
            msg = "first: " + "; ".join(wrong[:5])
            raise ValueError(msg)
        return finish(p, self.whole, own, self.bound, "given", self.seed, ())

    def another(
        self, known: list[Partition], difference: float, *, share: float
    ) -> Partition | None:
        """Raise the price of agreement, then that of being near, until enough residents moved."""
        p, prices = self.problem, self.params.prices
        labels = [np.asarray(one.assignment) for one in known]
        agreed = sum(np.eye(p.columns)[label] for label in labels)
        total = float(p.demand.sum())
        scale = abs(known[0].objective) / total
        for near in (False, True):
            for turn, price in enumerate(prices):
                seed = len(known) * len(prices) + turn
                where = _parts_near(p, seed=seed) if near else _nearby(p, seed=seed) * agreed
                dearer = p.cost + price * scale * p.demand[:, None] * where
                left = share / (len(prices) - turn * share)
                got = self._solve(replace(p, cost=dearer), share=left, gap=self.params.rough)
                if got.assignment is None:
                    if self.whole.ended_by is not None:
                        return None
                    break  # dearer ones are harder still
                apart = min(moved(label, got.assignment, p.demand) for label in labels)
                if apart >= difference * total - 1e-9 * max(1.0, total):
                    method = f"{got.method}+{'near' if near else 'agreement'}"
                    bound = self.bound
                    return finish(p, self.whole, got.assignment, bound, method, self.seed, ())
        return None

    def _solve(self, problem: Problem, *, share: float, gap: float) -> Partition:
        """Solve within a share of what is left, told on to the callback of the whole."""
        plain = problem is self.problem  # else something else has its price too
        told = self.whole.part(
            share, progress=lambda own: self.whole.ask("grids", own.incumbent if plain else None)
        )
        got = solve_problem(problem, told, seed=self.seed, gap=gap)
        self.whole.book(told)
        return got


def _nearby(problem: Problem, *, seed: int) -> np.ndarray:
    """
    Weights ``(n, 1)`` from 2 at a random unit down to 0 at the unit farthest from it.

    The same price everywhere would leave nothing but ties; a price that falls with distance makes
    the new partition differ in one place, which a person can see.
    """
    start = int(np.random.default_rng(seed).integers(problem.units))
    far = breadth_first_order(problem.graph, start, directed=False, return_predecessors=False)
    weight = np.zeros((problem.units, 1))
    weight[far, 0] = 2.0 * (1.0 - np.arange(len(far)) / problem.units)
    return weight


def _parts_near(problem: Problem, *, seed: int) -> np.ndarray:
    """Weights ``(n, k)`` of half of the parts, from 2 at a random unit, falling edge by edge."""
    rng = np.random.default_rng(seed)
    start = np.zeros(problem.units, dtype=bool)
    start[rng.integers(problem.units)] = True
    far = hops(problem.graph, start, problem.units)
    weight = np.where(far >= 0, 2.0 * (1.0 - far / max(int(far.max()), 1)), 0.0)
    dear = rng.permutation(problem.columns) < (problem.columns + 1) // 2
    return weight[:, None] * dear


def _told(problem: Problem, known: list[Partition]) -> tuple[Alternative, ...]:
    """Put all but the first in the order of their price, and say how each differs."""
    best, total = known[0], float(problem.demand.sum())
    ordered = [best, *sorted(known[1:], key=lambda one: one.objective)]
    out = [Alternative(best, 0.0, 0.0, 0.0)]
    for number, one in enumerate(ordered[1:], start=1):
        apart = min(
            moved(np.asarray(other.assignment), np.asarray(one.assignment), problem.demand)
            for other in ordered[:number]
        )
        extra = one.objective - best.objective
        out.append(Alternative(one, extra, apart, apart / total))
    return tuple(out)
