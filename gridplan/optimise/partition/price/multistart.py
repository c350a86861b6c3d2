"""Many cold starts of a plain problem by annealing, and the parts they met.

A fall of the walk ends in one of many valleys that differ in which way demand is handed on from
part to part, so many quick falls do better than one slow one; and what one of them did well in one
place can be joined with what another did elsewhere (:mod:`.pool`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import ABREAST, abreast
from gridplan.optimise.numeric.random import begin
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.graph.graph import spread
from gridplan.optimise.partition.local.connected_moves import trade
from gridplan.optimise.partition.local.construct import outside_bounds
from gridplan.optimise.partition.price.pool import Pool
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS

STEPS = 10_000_000
"""Steps of one fall."""

COLD = 0.1
"""Last heat of a fall, in mean costs of a unit."""

FEW = 12
"""Units a part up to which parts are hard to fill: falls begin hotter."""

LARGE = 30
"""Units a part beyond which rounding the relaxation is near enough and much quicker."""

FULL = ((10.0, 1.0, 2.0), (30.0, 10.0, 0.0), (3.0, 50.0, 0.0), (30.0, 3.0, 2.0))
WIDE = ((3.0, 10.0, 0.0), (1.0, 50.0, 1.0))
"""First price of demand out of bounds in median costs of a person, its growth while the heat falls,
and the share of the dual price added to it; taken in turn."""


@dataclass(frozen=True, eq=False)
class Start:
    """Where one fall ended: cheapest sound partition (or the last, unsound one) and its cost."""

    value: float
    excess: float
    assignment: np.ndarray


def tradeable(problem: Problem) -> bool:
    """Whether cost, upper bounds on demand and contiguity around fixed centers are all there is."""
    p = problem
    return (
        p.plain
        and not p.chosen
        and bool(np.isfinite(p.upper).all())
        and bool((p.cost >= 0).all())
        and p.columns > 1
        and p.units <= LARGE * p.columns
        and bool((p.centers >= 0).all())
        and bool((p.atom == np.arange(p.units)).all())
    )


def falls(  # the parts of one step
    problem: Problem,
    run: Run,
    offset: np.ndarray,
    pool: Pool,
    *,
    work: float,
    goal: float = -np.inf,
    seed: int = 0,
    most: int = 40,
) -> list[Start]:
    """
    Fall from above again and again, cheapest first.

    Parameters
    ----------
    offset
        ``(k,)`` price of a person in each part, from the duals of the relaxation: demand out of
        bounds is priced above it.
    pool
        Receives the parts met that keep their bounds.
    work
        Work units to use; up to three times as much while no fall is sound.
    goal
        Stop at this cost.
    most
        Number of falls.
    """
    p = problem
    heavy = p.demand > 0
    near = np.where(p.allowed, p.cost, np.inf).min(axis=1)
    scale = max(float(near.mean()), 1e-9)
    rate = max(float(np.median(near[heavy] / p.demand[heavy])) if heavy.any() else 0.0, 1e-9)
    dual = offset - offset.min()
    hot, ways = (3.0, FULL) if p.units <= FEW * p.columns else (1.0, WIDE)
    cost = np.where(p.allowed, p.cost, np.inf)
    fixed = np.zeros(p.units, dtype=bool)
    fixed[p.centers] = True
    base = _grow(p, cost)
    if (base < 0).any():
        return []
    indptr, indices = p.graph.indptr.astype(np.int64), p.graph.indices.astype(np.int64)
    before = run.work
    out: list[Start] = []

    def fall(number: int) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        part, best = base.copy(), base.copy()
        seen = np.zeros((400, p.units), dtype=np.int64)
        first, growth, share = ways[number % len(ways)]
        value, rows = trade(
            part, best, np.inf, STEPS, hot * scale, COLD * scale,
            begin(1 + seed * 7919 + 12345 + 104729 * number),
            indptr, indices, fixed, cost, p.demand, p.lower, p.upper,
            first * rate + share * dual, growth, p.centers.astype(np.int64),
            seen, max(1, STEPS // 200_000),
        )  # fmt: skip
        return value, part, best, seen[:rows]

    for number in range(0, most, ABREAST):
        longer = 1.0 if any(np.isfinite(start.value) for start in out) else 3.0
        if run.ended_by is not None or run.work - before >= longer * work:
            break
        for value, part, best, seen in abreast(fall, range(number, number + ABREAST)):
            run.spend(STEPS * WEIGHTS.fall_step)
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


def _grow(p: Problem, cost: np.ndarray) -> np.ndarray:
    goal = np.maximum(np.where(np.isfinite(p.upper), p.upper, p.target), 1e-12)
    return spread(p.graph.indptr, p.graph.indices, p.centers, cost, p.allowed, p.demand, goal)
