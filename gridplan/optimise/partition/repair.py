"""Mend a partition that a person drew: a sound one near to it, and why each unit moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Progress, Run
from gridplan.optimise.options import strict
from gridplan.optimise.partition.answer.certificate import finish
from gridplan.optimise.partition.answer.check import faults, splits_of
from gridplan.optimise.partition.answer.result import Partition
from gridplan.optimise.partition.engine import problem_of, solve_problem
from gridplan.optimise.partition.graph.graph import pieces
from gridplan.optimise.partition.question.demands import NAMES
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class Move:
    """
    One unit that changed hands.

    Parameters
    ----------
    unit, before, after
        Indices; ``before`` is -1 where the unit had no part.
    demand
        Persons moved with it.
    reason
        ``unassigned``, ``barred`` (locked to or ruled out of a part), ``center`` (the center of its
        new part stands in it), ``closed`` (its part is no longer one), ``detached`` (cut off from
        its part), ``parent`` (its parent was split), ``overload`` (its part was too full),
        ``shortage`` (the other part was too empty), ``rule`` (one on resources, kinds, units
        together or apart was broken by it or its parts) or ``follows`` (so that others are
        connected or in bounds).
    """

    unit: int
    before: int
    after: int
    demand: float
    reason: str


@dataclass(frozen=True, eq=False)
class Repair:
    """The repaired partition (its objective is the true one) and the moves that led to it."""

    partition: Partition
    moves: tuple[Move, ...]


@strict(also=NAMES)
def repair(  # noqa: PLR0913  # a door: what steers the run, each by its name
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike,
    start: ArrayLike,
    *,
    keep: float = 1.0,
    seed: int = 0,
    gap: float = 1e-4,
    work_limit: float = 60.0,
    time_limit: float | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
    **demands: Any,  # noqa: ANN401  # the fields of Demands
) -> Repair:
    """
    Find a sound partition that moves few residents away from ``start``.

    What is sound stays as it was drawn. Else every resident moved has a price beyond what the cost
    could gain by it; that none moves fewer is not proven. Prices on boundaries, splits and balance
    move nobody.

    Parameters
    ----------
    adjacency, demand, cost, seed, gap, work_limit, time_limit, progress, demands
        As for :func:`~gridplan.optimise.partition.partition`.
    start
        ``(n,)`` parts as drawn, -1 for a unit without one.
    keep
        Price of moving a person, in the largest cost a person can have; less lets the repair
        improve the cost as well.

    Returns
    -------
    Repair
        Its partition claims no bound.

    Raises
    ------
    ValueError
        If arguments do not fit together.
    """
    table = np.asarray(cost, dtype=float)
    p, drawn = problem_of(adjacency, demand, table, **demands), np.asarray(start)
    if drawn.shape != (p.units,) or not np.isin(drawn, np.arange(-1, p.columns)).all():
        msg = f"start: give each of the {p.units} units a part from 0 to {p.columns - 1}, or -1"
        raise ValueError(msg)
    drawn = drawn.astype(np.int64)
    run = Run(work_limit=work_limit, time_limit=time_limit, progress=progress)
    if not faults(p, drawn):
        return Repair(finish(p, run, drawn, -np.inf, "repair", seed, ()), ())
    heavy = p.demand > 0
    rate = float(np.abs(table[heavy] / p.demand[heavy, None]).max()) if heavy.any() else 1.0
    small = max(float(p.demand.mean()), 1e-9) * 1e-3  # units without residents stay too
    stay = np.zeros(table.shape, dtype=bool)
    held = np.flatnonzero(drawn >= 0)
    stay[held, drawn[held]] = True
    moving = (keep * max(rate, 1e-9)) * (p.demand + small)[:, None] * ~stay
    moving[drawn < 0] = 0.0
    got = solve_problem(replace(_hard(p), cost=table + moving), run, seed=seed, gap=gap)
    if got.assignment is None:
        return Repair(got, ())
    mended = finish(p, run, got.assignment, -np.inf, "repair", seed, ())
    return Repair(mended, reasons(p, drawn, got.assignment))


def _hard(problem: Problem) -> Problem:
    """Leave out what only has a price: it must not move anybody."""
    p = problem
    priced = p.split_price is not None
    return replace(
        p,
        compactness=0.0,
        balance=0.0,
        parent=None if priced else p.parent,
        split_price=None,
        crossings=p.crossings[:0],
        crossing_price=p.crossing_price[:0],
        resources=tuple(band for band in p.resources if band.price is None),
    )


def reasons(problem: Problem, before: np.ndarray, after: np.ndarray) -> tuple[Move, ...]:
    """Say for every unit that moved what was wrong where it was drawn."""
    p = problem
    held = before >= 0
    drawn = Drawn(
        load=np.bincount(before[held], weights=p.demand[held], minlength=p.columns),
        open=np.isin(np.arange(p.columns), after),
        label=pieces(p.graph, before),
        split=_split_parents(p, before),
        short=_short(p, before),
        torn=_torn(p, before),
    )
    return tuple(
        Move(i, a, b, float(p.demand[i]), _reason(p, drawn, i, a, b))
        for i in np.flatnonzero(before != after).tolist()
        for a, b in [(int(before[i]), int(after[i]))]
    )


@dataclass(frozen=True, eq=False)
class Drawn:
    """
    What was wrong with a drawing.

    ``load`` ``(k,)`` demand as drawn, ``open`` ``(k,)`` parts there are after repair, ``label``
    ``(n,)`` pieces, ``split`` ``(n,)`` units of parents split, ``short`` ``(k,)`` parts that broke
    a rule on resources or kinds, ``torn`` ``(n,)`` units that broke one on pairs.
    """

    load: np.ndarray
    open: np.ndarray
    label: np.ndarray
    split: np.ndarray
    short: np.ndarray
    torn: np.ndarray


def _reason(  # noqa: PLR0911  # one line a rule, in order of weight
    p: Problem, drawn: Drawn, unit: int, before: int, after: int
) -> str:
    if before < 0:
        return "unassigned"
    if p.notes["locks"][unit] not in (-1, before):
        return "barred"
    if unit == p.centers[after]:
        return "center"
    if not drawn.open[before]:
        return "closed"
    anchor = int(p.centers[before])
    if anchor >= 0 and drawn.label[unit] != drawn.label[anchor]:
        return "detached"
    if not p.allowed[unit, before]:
        return "barred"
    if drawn.split[unit]:
        return "parent"
    if drawn.load[before] > p.upper[before] * (1 + 1e-9):
        return "overload"
    if drawn.load[after] < p.lower[after] * (1 - 1e-9):
        return "shortage"
    rule = drawn.torn[unit] or drawn.short[before] or drawn.short[after]
    return "rule" if rule else "follows"


def _short(p: Problem, before: np.ndarray) -> np.ndarray:
    """Mark parts that break a rule on resources or on kinds."""
    out = np.zeros(p.columns, dtype=bool)
    held = before >= 0
    for band in p.resources:
        if band.price is None:
            load = np.bincount(before[held], weights=band.values[held], minlength=p.columns)
            slack = 1e-9 * np.maximum(1.0, load)
            out |= (load < band.lower - slack) | (load > band.upper + slack)
    for mask in p.must:
        out |= np.bincount(before[held & mask], minlength=p.columns) == 0
    return out


def _torn(p: Problem, before: np.ndarray) -> np.ndarray:
    """Mark units drawn apart from what they belong with, or with what they are kept from."""
    first = np.unique(p.atom, return_index=True)[1]
    out = np.isin(p.atom, p.atom[before != before[first[p.atom]]])
    for i, j in p.apart:
        out[[i, j]] |= before[i] == before[j]
    return out


def _split_parents(p: Problem, before: np.ndarray) -> np.ndarray:
    """Mark units whose parent must stay whole but was drawn in several parts."""
    if p.parent is None or p.split_price is not None or not splits_of(p.parent, before):
        return np.zeros(p.units, dtype=bool)
    pairs = np.unique(np.column_stack([p.parent, before]), axis=0)
    met = np.bincount(pairs[:, 0], minlength=int(p.parent.max()) + 1)
    return met[p.parent] > 1
