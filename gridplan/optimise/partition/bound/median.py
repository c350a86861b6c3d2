"""
Lagrangian p-median: a bound over all choices of centers, and what it rules out.

Relaxing the rule that each unit has one part leaves one continuous knapsack a column, between its
lower and upper bound; the cheapest ``parts`` of them are opened (Cornuejols, Fisher & Nemhauser
1977; for districts Validi, Buchanan & Lykhovyd 2022, doi:10.1287/opre.2021.2141). What a column or
a pair of unit and column adds to the bound rules it out of every partition below a value known. The
bound holds at any prices; it is raised by deflected subgradient steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.pace import PACE, PaceParams, falters, length_of, pace_of
from gridplan.optimise.partition.bound.median_kernels import (
    Filled,
    MedianColumns,
    fill,
    rule_out,
    served,
)
from gridplan.optimise.partition.graph.graph import reach
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS

SHORTENING = PaceParams(patience=30.0, shorter=0.5, shortest=5e-4, least=1e-4)
"""How steps over the choice of centers get shorter: late, and to the end."""


@dataclass(frozen=True)
class MedianParams:
    """
    How the bound is raised.

    Parameters
    ----------
    rounds
        Most steps.
    pace
        First step, in steps of Polyak.
    shortening
        When steps get shorter, and at which it ends.
    memory
        Least weight of a new direction: a step longer than the memory of its direction is short
        makes the ascent swing.
    """

    rounds: int = 600
    pace: float = 0.1
    shortening: PaceParams = SHORTENING
    memory: float = 0.02


@dataclass(eq=False)
class Median:
    """
    State of the relaxation: bound, prices, what is still open, choices of centers met.

    ``cost`` and ``allowed`` are ``(k, n)``, ``live`` ``(k,)``, ``price`` ``(n,)``: a pair allowed
    or a column alive may occur in a partition cheaper than every cutoff used so far. ``met`` counts
    how often each choice of columns was the cheapest.
    """

    problem: Problem
    cost: np.ndarray
    allowed: np.ndarray
    live: np.ndarray
    price: np.ndarray
    bound: float
    met: dict[tuple[int, ...], int]

    @property
    def ranked(self) -> list[tuple[int, ...]]:
        """Choices met, most frequent first."""
        return sorted(self.met, key=lambda key: (-self.met[key], key))

    @property
    def pairs(self) -> int:
        """Pairs of unit and column still open."""
        return int(self.allowed[self.live].sum())


def begin(problem: Problem, price: np.ndarray) -> Median:
    """Start the relaxation at a price ``(n,)`` for each unit."""
    p = problem
    return Median(
        p,
        np.ascontiguousarray(p.cost.T),
        np.ascontiguousarray(p.allowed.T),
        np.ones(p.columns, dtype=bool),
        price,
        -np.inf,
        {},
    )


def ascend(
    state: Median,
    run: Run,
    *,
    target: float,
    cutoff: float = np.inf,
    work: float = np.inf,
    gap: float = 1e-6,
    params: MedianParams,
) -> Median:
    """
    Raise the bound by deflected subgradient steps; close what the cutoff allows.

    Priced extras are not negative, so the bound on cost alone holds.

    Parameters
    ----------
    state
        Changed and returned.
    target
        Sizes the steps.
    cutoff
        The bound holds for partitions cheaper than this: the caller takes the lesser of the two.
    work
        Work units to use.
    gap
        Ends within this share of the cutoff.
    params
        Tuning.
    """
    p, s = state.problem, state
    columns = _columns(s)
    filled = Filled(np.full(p.columns, np.inf), np.zeros(p.columns), np.zeros(p.columns))
    price, smooth = s.price.copy(), np.zeros(p.units)
    shortening = params.shortening
    pace = pace_of(s.bound, params.pace)
    until = run.work + work
    for number in range(params.rounds):
        if run.ended_by is not None or pace[PACE] < shortening.shortest or run.work > until:
            break
        fill(columns, price, filled)
        run.spend(float(s.live.sum()) * p.units * WEIGHTS.fill_pair)
        order = np.argsort(filled.value, kind="stable")[: p.parts]
        if not np.isfinite(filled.value[order]).all():
            s.bound = cutoff  # too few columns can still be opened: nothing is cheaper
            return s
        own = float(price.sum() + filled.value[order].sum())
        key = tuple(np.sort(order).tolist())
        s.met[key] = s.met.get(key, 0) + 1
        slope = np.ones(p.units)
        for k in order:
            served(columns, price, filled, int(k), slope)
        if own > s.bound:
            s.bound, s.price = own, price.copy()
            if np.isfinite(cutoff) and (number % 10 == 0 or own > cutoff):
                close(s, columns, filled, float(filled.value[order[-1]]), cutoff - own)
        if s.bound >= cutoff - gap * abs(cutoff):
            s.bound = min(s.bound, cutoff)
            return s
        if falters(pace, own, shortening):
            price = s.price.copy()
        share = max(float(pace[PACE]), params.memory) if number else 1.0
        smooth = (1 - share) * smooth + share * slope
        size = float(smooth @ smooth)
        if size < 1e-12:
            break
        price = price + length_of(pace, own, target, shortening) / size * smooth
    return s


def _columns(state: Median) -> MedianColumns:
    """Lay the columns out for the compiled steps, which close pairs of ``state`` in place."""
    p, s = state.problem, state
    high = np.where(np.isfinite(p.upper), p.upper, p.demand.sum())
    return MedianColumns(s.cost, s.allowed, s.live, p.demand, p.lower, high, p.centers)


def close(state: Median, columns: MedianColumns, filled: Filled, last: float, room: float) -> None:
    """
    Close columns and pairs out of reach of the cutoff, then units cut off from their center.

    Parameters
    ----------
    filled
        At the prices of ``state``.
    last
        Value of the dearest column opened.
    room
        What may be added to the bound.
    """
    p, s = state.problem, state
    slack = room + 1e-9 * abs(s.bound)
    if not rule_out(columns, s.price, filled, last, slack):
        return
    for k in np.flatnonzero(s.live):
        if p.centers[k] >= 0:
            s.allowed[k] = reach(p.graph, int(p.centers[k]), s.allowed[k].copy())
