"""
Reduced program: the exact program over what the relaxation leaves open, where centers are chosen.

The Lagrangian bound closes most columns and pairs of unit and column against the value of a
partition in hand (variable fixing: Validi, Buchanan & Lykhovyd 2022, doi:10.1287/opre.2021.2141);
what is left is a small program of Hess et al. (1965, doi:10.1287/opre.13.6.998) with separator
cuts, whose optimum, or impossibility, settles the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import value_of
from gridplan.optimise.partition.assignment.contiguity import neighbours
from gridplan.optimise.partition.assignment.cutting_planes import Exact, ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.median import Median, MedianParams, ascend, begin
from gridplan.optimise.partition.centers.center_exchange import restrict
from gridplan.optimise.partition.local.large_neighbourhood import part_graph, subproblem
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class ReducedParams:
    """
    When and how what is open is solved.

    Parameters
    ----------
    pairs, pairs_group
        Open pairs up to which the exact program is worth its time, of all and of a group of parts.
    sizes
        Parts of a group that is cut anew, tried in turn.
    gap, nodes
        Relative gap and branch-and-bound nodes of such a group.
    median
        Of its bound.
    """

    pairs: int = 12_000
    pairs_group: int = 4000
    sizes: tuple[int, ...] = (2, 3)
    gap: float = 1e-5
    nodes: int = 300
    median: MedianParams = field(default_factory=lambda: MedianParams(rounds=150, pace=0.05))


def survivors(state: Median) -> tuple[Problem, np.ndarray]:
    """Cut the problem down to the columns and pairs still open; also return the columns."""
    p = state.problem
    columns = np.flatnonzero(state.live)
    sub = restrict(replace(p, allowed=state.allowed.T & p.allowed), columns, p.parts)
    return sub, columns


def solve_open(
    state: Median, run: Run, *, start: np.ndarray | None, seed: int, limits: ExactLimits
) -> Exact:
    """
    Solve what is left open exactly.

    Parameters
    ----------
    start
        ``(n,)`` a partition to begin from, whose value fixes columns of the program.

    Returns
    -------
    Exact
        Its assignment is in the problem's columns.
    """
    sub, columns = survivors(state)
    model = Model(sub)
    neighbours(model)
    code = np.full(state.problem.columns, -1, dtype=np.int64)
    code[columns] = np.arange(len(columns))
    now = None if start is None or (code[start] < 0).any() else code[start]
    keep_apart(model)
    bound = -np.inf if now is None else fix_dear(model, run, value_of(sub, now))
    found = solve_exact(sub, run, model=model, start=now, seed=seed, limits=limits)
    found = replace(found, bound=max(found.bound, bound))
    if found.assignment is None:
        return found
    return replace(found, assignment=columns[found.assignment])


def keep_apart(model: Model) -> None:
    """
    Forbid units too large to share a part, pair by pair with the column opened.

    The linear program would give half a city to each of two parts; these rows say that a part with
    the city has none of the units that do not fit beside it.
    """
    p = model.problem
    if model.opened is None or len(p.atom) != model.atoms:
        return
    most = p.upper
    for large in np.flatnonzero(p.demand > most.max() / 2):
        for k in np.flatnonzero(model.index[p.atom[large]] >= 0):
            clash = p.atom[p.demand + p.demand[large] > most[k] * (1 + 1e-6)]
            pairs = model.index[clash, k]
            own = model.index[p.atom[large], k]
            pairs = pairs[(pairs >= 0) & (pairs != own)]
            row = np.arange(len(pairs))
            opened = np.full(len(pairs), model.opened[k])
            model.rows.add(
                np.concatenate([row, row, row]),
                np.concatenate([pairs, np.full(len(pairs), own), opened]),
                np.repeat([1.0, 1.0, -1.0], len(pairs)),
                np.full(len(pairs), -np.inf),
                np.zeros(len(pairs)),
            )


def fix_dear(model: Model, run: Run, value: float) -> float:
    """Close the columns of the program whose reduced cost lifts its relaxation above ``value``."""
    answer = model.solve(relaxed=True, run=run).solve
    if answer.status != "optimal" or answer.col_dual is None:
        return -np.inf
    dear = answer.col_dual > value - answer.bound + 1e-6 * max(1.0, abs(value))
    first = 0
    for high in model.high:
        inside = dear[first : first + len(high)]
        first += len(high)
        high[inside] = 0.0
    return answer.bound


def recut(
    problem: Problem,
    assignment: np.ndarray,
    group: np.ndarray,
    price: np.ndarray,
    run: Run,
    *,
    seed: int,
    params: ReducedParams,
) -> np.ndarray | None:
    """
    Cut the units of some parts anew around any centers among them; None unless that is better.

    Parameters
    ----------
    group
        Columns of the parts, neighbours of one another.
    price
        ``(n,)`` unit prices of the whole problem's relaxation, to begin from.
    """
    p = problem
    units = np.isin(assignment, group)
    offered = np.flatnonzero((p.centers >= 0) & units[p.centers])
    sub, inside = subproblem(p, assignment, group, offered)
    code = np.full(p.columns, -1, dtype=np.int64)
    code[offered] = np.arange(len(offered))
    now = code[assignment[inside]]
    if (now < 0).any() or not sub.chosen:
        return None
    value = value_of(sub, now)
    state = begin(sub, price[inside])
    ascend(state, run, target=value, cutoff=value, params=params.median)
    if state.bound >= value * (1 - 1e-9) or state.pairs > params.pairs_group:
        return None
    limits = ExactLimits(params.gap, params.nodes)
    found = solve_open(state, run, start=now, seed=seed, limits=limits)
    if found.assignment is None or value_of(sub, found.assignment) >= value * (1 - 1e-9):
        return None
    out = assignment.copy()
    out[inside] = offered[found.assignment]
    return out


def neighbours_of(p: Problem, assignment: np.ndarray, size: int) -> list[tuple[int, ...]]:
    """List the connected groups of ``size`` parts, ascending."""
    touch = part_graph(p, assignment)
    groups: set[tuple[int, ...]] = {(k,) for k in np.unique(assignment).tolist()}
    for _ in range(size - 1):
        groups = {
            tuple(sorted((*group, j)))
            for group in groups
            for j in np.flatnonzero(touch[list(group)].any(axis=0)).tolist()
            if j not in group
        }
    return sorted(groups)


def recut_all(
    problem: Problem,
    assignment: np.ndarray,
    price: np.ndarray,
    run: Run,
    *,
    goal: float,
    seed: int,
    work: float = np.inf,
    params: ReducedParams,
) -> np.ndarray:
    """
    Cut neighbouring parts anew until nothing improves, ``goal`` is met or the work is done.

    Parameters
    ----------
    assignment
        ``(n,)`` to begin from.
    price
        ``(n,)`` unit prices of the relaxation.
    goal
        Value at which it ends.
    work
        Work units to use.
    params
        Tuning.
    """
    p = problem
    rng = np.random.default_rng(seed)
    best, until = assignment, run.work + work
    seen: set[tuple[int, ...]] = set()
    level = 0
    while level < len(params.sizes) and run.ended_by is None and run.work < until:
        groups = neighbours_of(p, best, params.sizes[level])
        order = rng.permutation(len(groups))
        improved = False
        for group in (groups[t] for t in order):
            if run.ended_by is not None or run.work >= until or value_of(p, best) <= goal:
                return best
            mark = (*group, int(np.flatnonzero(np.isin(best, group)).sum()))
            if mark in seen:
                continue
            seen.add(mark)
            found = recut(p, best, np.array(group), price, run, seed=seed, params=params)
            if found is not None:
                best, improved = found, True
                run.report("improve", incumbent=value_of(p, best))
                break
        level = 0 if improved else level + 1
    return best
