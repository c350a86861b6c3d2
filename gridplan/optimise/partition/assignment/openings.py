"""
How many sites open in each part: as rows of the assignment model, and for parts as they are.

Counts of sites by kind, as in cutting stock, instead of sites one by one: kinds are few and alike
sites give no symmetry. Which site serves whom is left to siting; that totals can be served is
decided exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridplan.optimise.milp import Solve, solve
from gridplan.optimise.partition.assignment.program import Program
from gridplan.optimise.partition.assignment.rows import Rows
from gridplan.optimise.partition.question.atoms import atom_sums
from gridplan.optimise.partition.question.problem import Problem

if TYPE_CHECKING:
    from gridplan.optimise.partition.question.sites import Kinds


def openings(model: Program) -> None:
    """
    Open whole numbers of sites in each part that can share its demand.

    A column ``y[k, c]`` counts the open sites of kind ``c`` in part ``k``; there are no more than
    stand in the part, and those kept are all open.
    """
    p, s = model.problem, model.problem.sites
    if s is None:
        return
    unit = 1.0 / max(p.target, 1e-9)
    demand = atom_sums(p, p.demand) * unit
    own = [np.flatnonzero(model.pair_column == k) for k in range(p.columns)]
    columns = np.empty((p.columns, len(s.lower)), dtype=np.int64)
    for c in range(len(s.lower)):
        here = atom_sums(p, s.count[[c]].toarray().ravel())
        total = float(here.sum())
        columns[:, c] = model.columns_for(p.columns, cost=0.0, high=total, whole=True)
        for k, pairs in enumerate(own):
            some = pairs[here[model.pair_atom[pairs]] > 0]
            model.rows.add(
                np.zeros(len(some) + 1),
                np.append(some, columns[k, c]),
                np.append(here[model.pair_atom[some]], -1.0),
                [0.0],
                [0.0 if s.kept[c] else np.inf],
            )
    for k, pairs in enumerate(own):
        for sign, bound in ((1.0, s.upper), (-1.0, s.lower)):
            model.rows.add(
                np.zeros(len(pairs) + len(bound)),
                np.append(columns[k], pairs),
                sign * np.append(bound * unit, -demand[model.pair_atom[pairs]]),
                [-1e-9],
                [np.inf],
            )
    _totals(model.rows, s, columns)
    heads = model.columns_for(p.columns * _groups(s), cost=0.0, whole=True)
    _heads(model.rows, s, columns, heads.reshape(p.columns, -1), model.opened)


def _groups(s: Kinds) -> int:
    """Count the groups that heads can come from."""
    return 0 if s.head_max is None else len(s.head_max)


def _heads(
    rows: Rows, s: Kinds, columns: np.ndarray, heads: np.ndarray, opened: np.ndarray | None
) -> None:
    """
    Give every part a head among its open sites, of a group that has one left.

    ``columns`` ``(k, kinds)`` count open sites and ``heads`` ``(k, groups)`` heads; ``opened``
    ``(k,)`` tells which parts are used, None where all are.
    """
    if s.head_max is None:
        return
    for k, own in enumerate(heads):
        for g, head in enumerate(own):
            inside = columns[k, s.group == g]
            index = np.append(inside, head)
            value = np.append(np.ones(len(inside)), -1.0)
            rows.add(np.zeros(len(index)), index, value, [0.0], [np.inf])
        index, value, least = own, np.ones(len(own)), 1.0
        if opened is not None:
            index, value, least = np.append(own, opened[k]), np.append(value, -1.0), 0.0
        rows.add(np.zeros(len(index)), index, value, [least], [np.inf])
    for g, most in enumerate(s.head_max):
        rows.add(np.zeros(len(heads)), heads[:, g], 1.0, [0.0], [float(most)])


def _totals(rows: Rows, s: Kinds, columns: np.ndarray) -> None:
    """Add rows for what all parts together open: ``columns`` ``(k, kinds)`` count it."""
    for g in np.flatnonzero(s.group_min > 0):
        inside = columns[:, s.group == g].ravel()
        rows.add(np.zeros(len(inside)), inside, 1.0, [float(s.group_min[g])], [np.inf])
    if s.number is not None:
        every, number = columns.ravel(), float(s.number)
        rows.add(np.zeros(len(every)), every, 1.0, [number], [number])


@dataclass(frozen=True, eq=False)
class Aim:
    """
    Sites to open in some parts, and what those parts are to hold for it.

    ``opened`` ``(k, kinds)`` are the sites, ``load`` ``(k,)`` the demand; with them a part may hold
    from ``lower`` to ``upper`` ``(k,)``.
    """

    opened: np.ndarray
    load: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def aim(
    p: Problem,
    load: np.ndarray,
    *,
    lower: np.ndarray,
    upper: np.ndarray,
    standing: np.ndarray | None = None,
) -> Aim | None:
    """
    Find numbers of sites for parts whose demand is as near as can be to ``load``.

    Parameters
    ----------
    load
        ``(k,)`` demand wished for.
    lower, upper
        ``(k,)`` bounds on it.
    standing
        ``(k, kinds)`` sites in each part; None where every site may lie in any.

    Returns
    -------
    Aim
        None if there is none, or none was found.
    """
    found, columns = _counts(p, load, lower=lower, upper=upper, standing=standing)
    if found.x is None or p.sites is None:
        return None
    opened = np.round(found.x[columns])
    aimed = found.x[columns.size : columns.size + len(load)] * max(p.target, 1e-9)
    least, most = opened @ p.sites.lower, opened @ p.sites.upper
    return Aim(opened, aimed, np.maximum(lower, least), np.minimum(upper, most))


def served(p: Problem, assignment: np.ndarray) -> bool:
    """Whether whole numbers of the sites in each part can share what it holds."""
    if p.sites is None:
        return True
    used = np.unique(assignment)
    load = np.bincount(assignment, weights=p.demand, minlength=p.columns)[used]
    standing = p.sites.inside(assignment, used)
    return aim(p, load, lower=load, upper=load, standing=standing) is not None


def countable(p: Problem) -> bool:
    """Whether parts of some demand within bounds could be served, wherever the sites stood."""
    if p.sites is None or (gapless(p) and p.sites.number is None):
        return True
    lower, upper = p.lower, p.upper
    if p.chosen:
        lower, upper = np.full(p.parts, lower.min()), np.full(p.parts, upper.max())
    load = np.full(p.parts, p.target)
    plain = replace(p, sites=p.sites.alike())
    found, _ = _counts(plain, load, lower=lower, upper=upper, standing=None)
    return found.status != "infeasible"


def least_tolerance(p: Problem) -> float | None:
    """
    Work out the least deviation from the mean at which all parts could be served.

    Of the totals alone: sites and units may lie anywhere. None where none is found.
    """
    if p.sites is None:
        return 0.0
    plain, load = replace(p, sites=p.sites.alike()), np.full(p.parts, p.target)
    nothing, everything = np.zeros(p.parts), np.full(p.parts, p.demand.sum())
    found, _ = _counts(
        plain, load, lower=nothing, upper=everything, standing=None, even=True
    )  # fmt: skip
    return float(found.bound) if found.status == "optimal" else None


def gapless(p: Problem) -> bool:
    """Whether any total within bounds can be shared among alike sites, as far as sums tell."""
    s = p.sites
    if s is None:
        return True
    new = ~s.kept
    if not new.any():
        return False
    low, high = float(s.lower[new].min()), float(s.upper[new].max())
    least = float(p.lower.min())
    most = min(float(p.upper.max()), float(p.demand.sum()))
    if low <= 0:
        return True
    ends = np.arange(int(np.ceil(most / max(high, 1e-9))) + 1) * high
    nexts = (np.arange(len(ends)) + 1) * low
    return not ((ends < most) & (nexts > least) & (ends < nexts)).any()


def _counts(
    p: Problem,
    load: np.ndarray,
    *,
    lower: np.ndarray,
    upper: np.ndarray,
    standing: np.ndarray | None,
    even: bool = False,
    nodes: int = 2000,
) -> tuple[Solve, np.ndarray]:
    """
    Solve the program of counts; its columns are sites, loads and their distance from ``load``.

    The sum of distances is least, or with ``even`` the largest; ``nodes`` are those of
    branch and bound.
    """
    s, size = p.sites, len(load)
    assert s is not None
    unit = 1.0 / max(p.target, 1e-9)
    every = np.asarray(s.count.sum(axis=1)).ravel()
    columns = np.arange(size * len(s.lower)).reshape(size, len(s.lower))
    held = columns.size + np.arange(size)
    away = held + size if not even else np.full(size, columns.size + size)
    heads = columns.size + 2 * size + np.arange(size * _groups(s)).reshape(size, -1)
    width = columns.size + 2 * size + heads.size
    low, high = np.zeros(width), np.full(width, np.inf)
    most = np.broadcast_to(every, columns.shape) if standing is None else standing
    high[columns] = most
    rows, part = Rows(), np.arange(size)
    if standing is not None:
        low[columns] = np.where(s.kept, standing, 0.0)
    else:
        for c in range(len(every)):
            least = float(every[c]) if s.kept[c] else 0.0
            rows.add(np.zeros(size), columns[:, c], 1.0, [least], [float(every[c])])
    low[held], high[held] = lower * unit, np.minimum(upper, p.demand.sum()) * unit
    row = np.append(np.repeat(part, len(s.lower)), part)
    index = np.append(columns.ravel(), held)
    for sign, bound in ((1.0, s.upper), (-1.0, s.lower)):
        value = sign * np.append(np.tile(bound * unit, size), -np.ones(size))
        rows.add(row, index, value, np.full(size, -1e-9), np.full(size, np.inf))
    for sign in (1.0, -1.0):
        rows.add(
            np.append(part, part),
            np.append(away, held),
            np.append(np.ones(size), np.full(size, sign)),
            sign * load * unit,
            np.full(size, np.inf),
        )
    whole = float(p.demand.sum()) * unit
    rows.add(np.zeros(size), held, 1.0, [whole - 1e-9 * size], [whole + 1e-9 * size])
    _totals(rows, s, columns)
    _heads(rows, s, columns, heads, None)
    matrix, row_low, row_high = rows.matrix(width)
    cost = np.zeros(width)
    cost[away] = 1.0
    integer = np.zeros(width, dtype=bool)
    integer[columns], integer[heads] = True, True
    found = solve(
        cost, matrix, row_low, row_high, col_lower=low, col_upper=high, integer=integer,
        gap=1e-6, node_limit=nodes,
    )  # fmt: skip
    return found, columns
