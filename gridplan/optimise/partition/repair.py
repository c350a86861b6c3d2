"""Mend a partition that a person drew: the nearest sound one, and why each unit moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.partition.check import splits_of, value_of
from gridplan.optimise.partition.engine import partition, problem_of
from gridplan.optimise.partition.graph import pieces
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.result import Partition


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
        ``unassigned``, ``barred`` (locked to or ruled out of a part), ``center`` (it holds another
        part's center), ``detached`` (cut off from its part), ``parent`` (its parent was split),
        ``overload`` (its part was too full), ``shortage`` (the other part was too empty) or
        ``follows`` (to keep the others connected).
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


def repair(
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike,
    start: ArrayLike,
    *,
    keep: float = 1.0,
    **options: Any,  # noqa: ANN401  # those of partition
) -> Repair:
    """
    Find the sound partition that moves the fewest residents away from ``start``.

    Parameters
    ----------
    adjacency, demand, cost, options
        As for :func:`~gridplan.optimise.partition.partition`.
    start
        ``(n,)`` parts as drawn, -1 for a unit without one.
    keep
        Price of moving a person, in the largest cost a person can have; less lets the repair
        improve the cost as well.
    """
    drawn = np.asarray(start, dtype=np.int64)
    weight = np.asarray(demand, dtype=float)
    table = np.asarray(cost, dtype=float)
    heavy = weight > 0
    rate = float(np.abs(table[heavy] / weight[heavy, None]).max()) if heavy.any() else 1.0
    small = max(float(weight.mean()), 1e-9) * 1e-3  # units without residents stay too
    stay = np.zeros(table.shape, dtype=bool)
    held = np.flatnonzero(drawn >= 0)
    stay[held, drawn[held]] = True
    moving = (keep * max(rate, 1e-9)) * (weight + small)[:, None] * ~stay
    moving[drawn < 0] = 0.0
    problem = problem_of(adjacency, demand, table, **options)
    got = partition(adjacency, demand, table + moving, **options)
    if got.assignment is None:
        return Repair(got, ())
    return Repair(_true(problem, got), reasons(problem, drawn, got.assignment))


def _true(problem: Problem, got: Partition) -> Partition:
    """State a repaired partition at its true cost; nothing is claimed about the cheapest one."""
    objective = value_of(problem, np.asarray(got.assignment))
    return replace(
        got, objective=objective, bound=-np.inf, gap=None, status="feasible", method="repair"
    )


def reasons(problem: Problem, before: np.ndarray, after: np.ndarray) -> tuple[Move, ...]:
    """Say for every unit that moved what was wrong where it was drawn."""
    p = problem
    held = before >= 0
    load = np.bincount(before[held], weights=p.demand[held], minlength=p.columns)
    label = pieces(p.graph, before)
    split = _split_parents(p, before)
    out = []
    for i in np.flatnonzero(before != after):
        a, b = int(before[i]), int(after[i])
        out.append(
            Move(int(i), a, b, float(p.demand[i]), _reason(p, int(i), a, b, load, label, split))
        )
    return tuple(out)


def _reason(  # noqa: PLR0911  # one line a rule, in order of weight
    p: Problem,
    unit: int,
    before: int,
    after: int,
    load: np.ndarray,
    label: np.ndarray,
    split: np.ndarray,
) -> str:
    if before < 0:
        return "unassigned"
    if unit in p.centers:
        return "center"
    if not p.allowed[unit, before]:
        return "barred"
    anchor = int(p.centers[before])
    if anchor >= 0 and label[unit] != label[anchor]:
        return "detached"
    if split[unit]:
        return "parent"
    if load[before] > p.upper[before] * (1 + 1e-9):
        return "overload"
    if load[after] < p.lower[after] * (1 - 1e-9):
        return "shortage"
    return "follows"


def _split_parents(p: Problem, before: np.ndarray) -> np.ndarray:
    """Mark units whose parent must stay whole but was drawn in several parts."""
    if p.parent is None or p.split_price is not None or not splits_of(p.parent, before):
        return np.zeros(p.units, dtype=bool)
    pairs = np.unique(np.column_stack([p.parent, before]), axis=0)
    met = np.bincount(pairs[:, 0], minlength=int(p.parent.max()) + 1)
    return met[p.parent] > 1
