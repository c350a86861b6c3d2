"""
Repair of a partition that a person drew: a sound one near to it, and why each unit moved.

The engine's own search with a price on every person moved that outweighs what the cost could gain,
so that few move; that none moves fewer is not proven.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.options import strict
from gridplan.optimise.partition.answer.certificate import finish
from gridplan.optimise.partition.answer.check import faults, splits_of
from gridplan.optimise.partition.answer.result import Partition
from gridplan.optimise.partition.engine import OPTIONS, read_options, solve_problem
from gridplan.optimise.partition.graph.graph import pieces
from gridplan.optimise.partition.question.arguments import read_problem
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


@strict(also=OPTIONS)
def repair(
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike,
    start: ArrayLike,
    *,
    seed: int = 0,
    gap: float = 1e-4,
    keep: float = 1.0,
    **options: Any,  # noqa: ANN401  # the fields of Demands and of Effort
) -> Repair:
    """
    Find a sound partition that moves few residents away from ``start``.

    What is sound stays as it was drawn. Else every resident moved has a price beyond what the cost
    could gain by it; that none moves fewer is not proven. Prices on boundaries, splits and balance
    move nobody.

    Parameters
    ----------
    adjacency, demand, cost, seed, gap, options
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
    demands, effort = read_options(options)
    p, drawn = read_problem(adjacency, demand, table, demands), np.asarray(start)
    if drawn.shape != (p.units,) or not np.isin(drawn, np.arange(-1, p.columns)).all():
        msg = f"start: give each of the {p.units} units a part from 0 to {p.columns - 1}, or -1"
        raise ValueError(msg)
    drawn = drawn.astype(np.int64)
    run = effort.begin()
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


def _reason(p: Problem, drawn: Drawn, unit: int, before: int, after: int) -> str:
    """Name the first rule that a unit broke where it was drawn, in order of weight."""
    if before < 0:
        return "unassigned"
    anchor = int(p.centers[before])
    broken = {
        "locked": p.notes["locks"][unit] not in (-1, before),
        "center": unit == p.centers[after],
        "closed": not drawn.open[before],
        "detached": anchor >= 0 and drawn.label[unit] != drawn.label[anchor],
        "barred": not p.allowed[unit, before],
        "parent": drawn.split[unit],
        "overload": drawn.load[before] > p.upper[before] * (1 + 1e-9),
        "shortage": drawn.load[after] < p.lower[after] * (1 - 1e-9),
        "rule": drawn.torn[unit] or drawn.short[before] or drawn.short[after],
    }
    found = next((name for name, does in broken.items() if does), "follows")
    return "barred" if found == "locked" else found


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
