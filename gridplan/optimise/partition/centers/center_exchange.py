"""
Vertex exchange: choices of centers compared by their transport bound.

A greedy p-median gives a first choice; alternating transport and recentring (Cooper 1964, *SIAM
Review* 6) brings it to a local optimum; single centers are exchanged for others where
that saves most (Teitz & Bart 1968, doi:10.1287/opre.16.5.955). The values are linear ones, without
contiguity: they rank choices and prove nothing about all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.pace import PaceParams
from gridplan.optimise.partition.answer.infeasible import certificates
from gridplan.optimise.partition.bound.load_prices import LOAD_PACE, Transport, transport_bound
from gridplan.optimise.partition.bound.sifting import SiftingParams
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.question.problem import Band, Problem
from gridplan.optimise.weights import WEIGHTS

Choice = tuple[int, ...]
"""Columns in ascending order."""


@dataclass(frozen=True)
class ExchangeParams:
    """
    How choices are compared.

    Parameters
    ----------
    turns, turns_light
        Most alternations of transport and recentring, by linear program and by load prices.
    rounds, pace
        Subgradient steps of one transport bound, and when they get shorter.
    above, unknown
        Target of these steps, as a multiple of the best value; and what is taken for that where
        none is known, as a multiple of everyone at the cheapest part.
    tries
        Exchanges tried.
    newcomers, newcomers_each
        Centers that a newcomer is drawn from: at least, and for each part.
    sifting
        Of the linear program.
    """

    turns: int = 12
    turns_light: int = 8
    rounds: int = 300
    pace: PaceParams = LOAD_PACE
    above: float = 1.02
    unknown: float = 1.2
    tries: int = 200
    newcomers: int = 4
    newcomers_each: int = 3
    sifting: SiftingParams = field(default_factory=SiftingParams)


def restrict(problem: Problem, columns: np.ndarray, parts: int | None = None) -> Problem:
    """Keep only some columns; all of them are to be used unless ``parts`` says fewer."""
    p = problem
    allowed = p.allowed[:, columns].copy()
    if parts is None or parts == len(columns):
        for number, k in enumerate(columns):
            if p.centers[k] >= 0:
                own = allowed[p.centers[k], number]
                allowed[p.centers[k]] = False
                allowed[p.centers[k], number] = own
    return replace(
        p,
        cost=np.ascontiguousarray(p.cost[:, columns]),
        centers=p.centers[columns],
        parts=len(columns) if parts is None else parts,
        lower=p.lower[columns],
        upper=p.upper[columns],
        allowed=allowed,
        resources=tuple(
            Band(b.values, b.lower[columns], b.upper[columns], b.price, b.name) for b in p.resources
        ),
    )


def spread(p: Problem) -> np.ndarray:
    """Open one column after another where it lowers the total cost most (greedy median)."""
    now = np.full(p.units, np.inf)
    out: list[int] = []
    big = float(p.cost.max()) * 2 + 1
    table = np.where(p.allowed, p.cost, big)
    for _ in range(p.parts):
        total = np.minimum(table, now[:, None] if out else big).sum(axis=0)
        total[out] = np.inf
        k = int(total.argmin())
        out.append(k)
        now = np.minimum(now, table[:, k])
    return np.sort(np.array(out))


def recentre(problem: Problem, columns: np.ndarray, assignment: np.ndarray) -> np.ndarray:
    """Move each column to the eligible one inside its part that serves the part at least cost."""
    p = problem
    out = columns.copy()
    free = np.ones(p.columns, dtype=bool)
    for number, k in enumerate(columns):
        inside = assignment == number
        can = np.flatnonzero((p.centers >= 0) & free)
        can = can[inside[p.centers[can]]]
        can = can[p.allowed[inside][:, can].all(axis=0)] if len(can) else can
        if len(can):
            total = p.cost[np.ix_(inside, can)].sum(axis=0)
            now = p.cost[inside, k].sum()
            if total.min() < now - 1e-12 * abs(now):
                out[number] = can[int(total.argmin())]
        free[out[number]] = False
    return out


def locate(
    p: Problem, columns: np.ndarray, run: Run, params: ExchangeParams
) -> tuple[float, np.ndarray]:
    """
    Alternate linear transport and recentring from a choice of ``columns`` ``(parts,)``.

    Returns
    -------
    value, columns
        The linear value of the last choice that improved it (infinite where none is possible).
    """
    best = (np.inf, columns)
    for _ in range(params.turns):
        sub = restrict(p, columns)
        if certificates(sub) or run.ended_by is not None:
            break
        value, shares, _ = relax(sub, run, params.sifting)
        if shares is None or value >= best[0] - 1e-9 * abs(value):
            break
        best = (value, columns)
        columns = np.sort(recentre(p, columns, shares.argmax(axis=1)[p.atom]))
    return best


def priced_choice(
    p: Problem,
    columns: np.ndarray,
    run: Run,
    *,
    target: float | None,
    params: ExchangeParams,
) -> tuple[float, np.ndarray]:
    """
    Bound a choice by prices on the loads of its parts.

    Parameters
    ----------
    p, columns
        The question, and the columns ``(parts,)`` of the choice.
    run
        Charged for the work.
    target
        Value that is expected, to size the steps; None where none is known.
    params
        Tuning.

    Returns
    -------
    bound, part
        No partition around these columns costs less; ``(n,)`` the cheapest part of each unit.
    """
    high = np.where(np.isfinite(p.upper), p.upper, p.demand.sum())
    table = np.where(p.allowed[:, columns], p.cost[:, columns], np.inf)
    if target is None:
        target = params.unknown * float(table.min(axis=1).sum())
    part = np.zeros(p.units, dtype=np.int64)
    transport = Transport(table, p.demand, p.lower[columns], high[columns], p.centers[columns])
    prices, goal = np.zeros(len(columns)), params.above * target
    value, done = transport_bound(transport, prices, part, goal, params.rounds, params.pace)
    run.spend(done * table.size * WEIGHTS.pair)
    return value, part


def locate_lightly(
    p: Problem, columns: np.ndarray, run: Run, *, target: float, params: ExchangeParams
) -> tuple[float, np.ndarray]:
    """Alternate a bound on the transport by load prices and recentring; the value is the bound."""
    best = (np.inf, columns)
    for _ in range(params.turns_light):
        value, part = priced_choice(p, columns, run, target=target, params=params)
        if not np.isfinite(value) or value >= best[0] - 1e-6 * abs(value):
            break
        best = (value, columns)
        moved = np.sort(recentre(p, columns, part))
        if (moved == columns).all():
            break
        columns = moved
    return best


def exchange(
    p: Problem,
    run: Run,
    tried: dict[Choice, float],
    live: np.ndarray,
    *,
    goal: float,
    seed: int,
    work: float = np.inf,
    params: ExchangeParams,
) -> None:
    """
    Swap single centers of the best choice for live ones and locate again.

    Parameters
    ----------
    tried
        Values of choices; at least one to begin from. Receives those tried.
    live
        ``(k,)`` bool, columns that may be opened.
    goal
        Stop at this value.
    work
        Work units to use.
    params
        Tuning.
    """
    rng = np.random.default_rng(seed)
    stop = run.work + work
    for _ in range(params.tries):
        if run.ended_by is not None or run.work > stop or not tried:
            return
        now = min(tried, key=lambda key: (tried[key], key))
        if tried[now] <= goal:
            return
        columns = np.array(now)
        out = int(rng.integers(len(columns)))
        rest = np.delete(columns, out)
        # the newcomer stands where it would save most, with some chance
        served = p.cost[:, rest].min(axis=1, initial=float(p.cost.max()))
        saving = np.maximum(served[:, None] - p.cost, 0).sum(axis=0)
        saving[columns] = 0
        saving[~live] = 0
        top = np.argsort(-saving, kind="stable")[
            : max(params.newcomers, params.newcomers_each * p.parts)
        ]
        new = int(top[rng.integers(len(top))])
        if new in rest:
            continue
        fresh = np.sort(np.append(rest, new))
        value, located = locate_lightly(p, fresh, run, target=tried[now], params=params)
        key = tuple(located.tolist())
        if np.isfinite(value) and key not in tried:
            tried[key] = value
