"""
Multistart: many cold starts of a plain problem by simulated annealing, and the parts they met.

An annealing ends in one of many valleys that differ in which way demand is handed on from part to
part, so many quick ones do better than one slow one; and what one of them did well in one place can
be joined with what another did elsewhere (:mod:`.pool`). Demand out of bounds is priced above the
duals of the relaxation. Nothing is proven.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.cooling import Cooling
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.numeric.random import begin
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.graph.adjacency import adjacency
from gridplan.optimise.partition.graph.graph import Growth, spread
from gridplan.optimise.partition.local.connected_moves import Penalties, Plain, Record, anneal_plain
from gridplan.optimise.partition.local.construct import outside_bounds
from gridplan.optimise.partition.price.pool import Pool
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS

Way = tuple[float, float, float]
"""First price of demand out of bounds in median costs of a person, its growth while it cools, and
the share of the dual price added to it."""


@dataclass(frozen=True)
class MultistartParams:
    """
    How starts are annealed.

    Parameters
    ----------
    steps
        Steps of one annealing.
    starts
        Most of them.
    hot, hot_wide, cold
        First heat, where parts hold few units and where they hold many, and last heat of one, in
        mean costs of a unit.
    few
        Units a part up to which parts are hard to fill: annealing begins hotter.
    large
        Units a part beyond which rounding the relaxation is near enough and much quicker.
    ways, ways_wide
        Prices of demand out of bounds, taken in turn, where parts hold few units and where they
        hold many.
    followers
        Most units that move together.
    seen
        Partitions near their bounds whose parts are kept, for each start.
    patience
        Times the work while no start is sound.
    batch
        Starts made side by side; the same on any machine, so that answers are.
    """

    steps: int = 10_000_000
    starts: int = 40
    hot: float = 3.0
    hot_wide: float = 1.0
    cold: float = 0.1
    few: int = 12
    large: int = 29
    ways: tuple[Way, ...] = (
        (10.0, 1.0, 2.0),
        (30.0, 10.0, 0.0),
        (3.0, 50.0, 0.0),
        (30.0, 3.0, 2.0),
    )
    ways_wide: tuple[Way, ...] = ((3.0, 10.0, 0.0), (1.0, 50.0, 1.0))
    followers: int = 8
    seen: int = 400
    patience: float = 3.0
    batch: int = 2


@dataclass(frozen=True, eq=False)
class Start:
    """
    Where one start ended.

    Parameters
    ----------
    value
        Cost of the cheapest sound partition met; infinite if there was none.
    excess
        Demand out of bounds of the last one, where that is not sound.
    assignment
        ``(n,)`` that partition.
    """

    value: float
    excess: float
    assignment: np.ndarray


def is_plain(problem: Problem, params: MultistartParams) -> bool:
    """Whether :func:`is_single` holds, and parts hold few units."""
    return is_single(problem) and problem.units <= params.large * problem.columns


def is_single(problem: Problem) -> bool:
    """Whether cost, upper bounds on demand and contiguity around fixed centers are all there is."""
    p = problem
    return (
        p.plain
        and not p.chosen
        and bool(np.isfinite(p.upper).all())
        and bool((p.cost >= 0).all())
        and p.columns > 1
        and bool((p.centers >= 0).all())
        and bool((p.atom == np.arange(p.units)).all())
    )


def multistart(
    problem: Problem,
    run: Run,
    offset: np.ndarray,
    pool: Pool,
    *,
    work: float,
    goal: float = -np.inf,
    seed: int = 0,
    params: MultistartParams,
) -> list[Start]:
    """
    Anneal from above again and again.

    Parameters
    ----------
    offset
        ``(k,)`` price of a person in each part, from the duals of the relaxation: demand out of
        bounds is priced above it.
    pool
        Receives the parts met that keep their bounds.
    work
        Work units to use; some times as much while no start is sound.
    goal
        Stop at this cost.

    Returns
    -------
    list of Start
        Cheapest first; empty where not even growth reaches every unit.
    """
    p = problem
    cost = np.where(p.allowed, p.cost, np.inf)
    base = _grow(p, cost)
    if (base < 0).any():
        return []
    anneal = Annealing(p, offset, cost, base, seed=seed, params=params)
    before = run.work
    out: list[Start] = []
    for number in range(0, params.starts, params.batch):
        longer = 1.0 if any(np.isfinite(start.value) for start in out) else params.patience
        if run.ended_by is not None or run.work - before >= longer * work:
            break
        for value, part, best, seen in parallel_map(anneal, range(number, number + params.batch)):
            run.spend(params.steps * WEIGHTS.fall_step)
            for row in seen:
                pool.add(row)
            pool.add(part)
            if np.isfinite(value) and not faults(p, best):
                pool.add(best)
                out.append(Start(value_of(p, best), 0.0, best))
                run.report("start", incumbent=out[-1].value)
            else:
                out.append(Start(np.inf, outside_bounds(p, part), part))
        if min(start.value for start in out) <= goal:
            break
    return sorted(out, key=lambda start: (start.value, start.excess))


class Annealing:
    """One annealing after the other from the same growth, at prices taken in turn."""

    def __init__(
        self,
        problem: Problem,
        offset: np.ndarray,
        cost: np.ndarray,
        base: np.ndarray,
        *,
        seed: int,
        params: MultistartParams,
    ) -> None:
        p = problem
        heavy = p.demand > 0
        near = cost.min(axis=1)
        median = float(np.median(near[heavy] / p.demand[heavy])) if heavy.any() else 0.0
        self._rate = max(median, 1e-9)
        self._dual = offset - offset.min()
        few = p.units <= params.few * p.columns
        self._ways = params.ways if few else params.ways_wide
        scale = max(float(near.mean()), 1e-9)
        hot = params.hot if few else params.hot_wide
        self._cooling = Cooling(params.steps, hot * scale, params.cold * scale)
        fixed = np.zeros(p.units, dtype=bool)
        fixed[p.centers] = True
        centers = p.centers.astype(np.int64)
        graph = adjacency(p.graph)
        self._plain = Plain(graph, cost, p.demand, p.lower, p.upper, centers, fixed)
        self._base, self._seed, self._params = base, seed, params

    def __call__(self, number: int) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        """Anneal once: cost of the best (infinite if none), the last, the best, those seen."""
        part, best, params = self._base.copy(), self._base.copy(), self._params
        seen = np.zeros((params.seen, len(part)), dtype=np.int64)
        first, growth, share = self._ways[number % len(self._ways)]
        penalties = Penalties(first * self._rate + share * self._dual, growth, params.followers)
        record = Record(best, seen, max(1, params.steps // 200_000))
        random = begin(1 + self._seed * 7919 + 12345 + 104729 * number)
        value, rows = anneal_plain(self._plain, penalties, self._cooling, part, random, record)
        return value, part, best, seen[:rows]


def _grow(p: Problem, cost: np.ndarray) -> np.ndarray:
    """Grow a first partition at the costs ``(n, k)``."""
    goal = np.maximum(np.where(np.isfinite(p.upper), p.upper, p.target), 1e-12)
    return spread(p.graph, p.centers, Growth(cost, p.allowed, p.demand, goal))
