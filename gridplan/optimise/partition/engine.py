"""The engine: from a problem to a checked partition with its certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.partition.check import faults, splits_of, value_of
from gridplan.optimise.partition.door import read_problem
from gridplan.optimise.partition.grain import contract
from gridplan.optimise.partition.infeasible import certificates, smallest_tolerance
from gridplan.optimise.partition.problem import Problem, Resource, first_order
from gridplan.optimise.partition.result import Conflict, Partition
from gridplan.optimise.partition.search import search
from gridplan.optimise.run import Progress, Run

OPTIMAL_GAP = 1e-6
"""Relative gap at which an answer counts as proven optimal."""

ROUNDING = 1e-5
"""By how much of its value, at most, a bound may pass an answer for reasons of arithmetic."""


def partition(  # noqa: PLR0913  # every option is a demand of the planner
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike | None = None,
    *,
    centers: ArrayLike | None = None,
    parts: int | None = None,
    lower: ArrayLike | float | None = None,
    upper: ArrayLike | float | None = None,
    tolerance: float | None = None,
    resources: Iterable[Resource] = (),
    parents: ArrayLike | None = None,
    split_price: float | None = None,
    fixed: ArrayLike | Mapping[int, int] | None = None,
    barred: ArrayLike | Iterable[Sequence[int]] | None = None,
    together: Iterable[Sequence[int]] | None = None,
    apart: Iterable[Sequence[int]] | None = None,
    barriers: Iterable[Sequence[float]] | None = None,
    must_contain: Iterable[ArrayLike] | None = None,
    compactness: float = 0.0,
    balance: float = 0.0,
    xy: ArrayLike | None = None,
    start: ArrayLike | None = None,
    gap: float = 1e-4,
    seed: int = 0,
    work_limit: float = 60.0,
    time_limit: float | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Partition:
    """
    Cut a district into connected, balanced parts, with proof of how good they are.

    Parameters
    ----------
    adjacency
        ``(n, n)`` sparse, symmetric; the value is the shared boundary length in metres. A contact
        of zero length does not connect.
    demand
        ``(n,)`` persons in each unit.
    cost
        ``(n, k)`` cost of giving unit ``i`` to column ``k``, already weighted by demand.
    centers
        ``(k,)`` unit each column is anchored to; the part contains it.
    parts
        How many of the ``k`` columns to use (all by default). Without ``cost`` the district is cut
        into so many parts around free centers, by moment of inertia if ``xy`` is given.
    lower, upper, tolerance
        Bounds on the demand of a part; ``tolerance`` is relative to the mean.
    resources
        Further quantities to balance, hard or priced; each of them not negative.
    parents, split_price
        ``(n,)`` labels of parents (negative: none) that stay whole, or may be split at a price for
        each part beyond the first.
    fixed, barred
        Units locked to a part (``{unit: part}`` or ``(n,)`` with -1 for free) and pairs of unit and
        part that are ruled out.
    together, apart
        Pairs of units in one part, in different parts.
    barriers
        Pairs of neighbours whose boundary does not connect; with a third number, connects at that
        price.
    must_contain
        Kinds (masks or unit indices) of which each part has at least one unit.
    compactness
        Price of a metre of boundary between parts.
    balance
        Price of a person of deviation from the mean.
    xy
        ``(n, 2)`` metres, for parts without centers.
    start
        ``(n,)`` a first assignment: the answer is at least as good if it is sound; what is not is
        mended on the way where centers are fixed.
    gap
        Relative gap at which the search stops; 0 asks for proof.
    seed
        Of every random choice.
    work_limit, time_limit
        Work units after which the run ends; seconds after which it is cut short.
    progress
        Called with :class:`~gridplan.optimise.run.Progress`; return True to stop with the best.

    Returns
    -------
    Partition

    Raises
    ------
    ValueError
        If arguments are wrong or do not fit together; names all of them at once.
    AssertionError
        If an answer or a bound failed its check, which is an error of the engine.
    """
    run = Run(work_limit=work_limit, time_limit=time_limit, progress=progress)
    problem = read_problem(
        adjacency,
        demand,
        cost,
        centers=centers,
        parts=parts,
        lower=lower,
        upper=upper,
        tolerance=tolerance,
        resources=resources,
        parents=parents,
        split_price=split_price,
        fixed=fixed,
        barred=barred,
        together=together,
        apart=apart,
        barriers=barriers,
        must_contain=must_contain,
        compactness=compactness,
        balance=balance,
        xy=xy,
    )
    return solve_problem(problem, run, seed=seed, gap=gap, start=start)


def problem_of(
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike | None = None,
    **options: Any,  # noqa: ANN401  # those of partition
) -> Problem:
    """Read the arguments of :func:`partition` (those that steer the run are ignored)."""
    known: dict[str, Any] = {
        "centers": None,
        "parts": None,
        "lower": None,
        "upper": None,
        "tolerance": None,
        "resources": (),
        "parents": None,
        "split_price": None,
        "fixed": None,
        "barred": None,
        "together": None,
        "apart": None,
        "barriers": None,
        "must_contain": None,
        "compactness": 0.0,
        "balance": 0.0,
        "xy": None,
    }
    own = {key: options.get(key, value) for key, value in known.items()}
    return read_problem(adjacency, demand, cost, **own)


def solve_problem(
    problem: Problem,
    run: Run,
    *,
    seed: int = 0,
    gap: float = 1e-4,
    start: ArrayLike | None = None,
) -> Partition:
    """Solve a problem that has passed the door."""
    conflicts = certificates(problem)
    if conflicts:
        return finish(problem, run, None, np.inf, "counting", seed, conflicts)
    begin = None if start is None else read_start(problem, start)
    small, node = contract(problem)
    first = None if begin is None else contract_start(begin, node)
    found = search(small, run, seed=seed, gap=gap, start=first)
    if begin is not None and faults(problem, begin):
        begin = None
    if found.assignment is None and found.bound == np.inf and begin is None:
        conflicts = _explain(small, run)
        return finish(problem, run, None, np.inf, found.method, seed, conflicts)
    answers = [] if found.assignment is None else [found.assignment[node]]
    answers += [] if begin is None else [begin]
    best = min(answers, key=lambda answer: value_of(problem, answer), default=None)
    return finish(problem, run, best, found.bound, found.method, seed, ())


def read_start(problem: Problem, start: ArrayLike) -> np.ndarray:
    """
    Read a first assignment ``(n,)``; where parts are free by place, each is named by its center.

    Raises
    ------
    ValueError
        If it has another length, or names parts that there are not.
    """
    p = problem
    own = np.asarray(start)
    named = p.parts if p.notes.get("free") else p.columns
    if own.shape != (p.units,) or not np.issubdtype(own.dtype, np.number):
        msg = f"start: give one part for each of the {p.units} units (it is {own.shape})"
        raise ValueError(msg)
    if not (np.isfinite(own) & (own == np.floor(own)) & (own >= 0) & (own < named)).all():
        msg = f"start: parts are whole numbers from 0 to {named - 1}; give each unit one of them"
        raise ValueError(msg)
    own = own.astype(np.int64)
    if not p.notes.get("free") or p.columns == p.parts:
        return own
    out = own.copy()
    for k in np.unique(own):
        inside = np.flatnonzero(own == k)
        out[inside] = inside[int(p.cost[np.ix_(inside, inside)].sum(axis=0).argmin())]
    return out


def contract_start(start: np.ndarray, node: np.ndarray) -> np.ndarray:
    """Give each node the part of its first unit."""
    return start[np.unique(node, return_index=True)[1]]


def _explain(p: Problem, run: Run) -> tuple[Conflict, ...]:
    tolerance = smallest_tolerance(p, time_limit=run.seconds_left)
    sides = np.concatenate([p.lower[p.lower > 0], p.upper[np.isfinite(p.upper)]])
    asked = float(np.max(np.abs(sides / max(p.target, 1e-12) - 1), initial=0.0))
    if tolerance is not None and tolerance > asked + 1e-9:
        values = {"tolerance_at_least": tolerance, "tolerance": asked}
        return (Conflict("balance-impossible", values),)
    return (Conflict("no-partition", {"tolerance_at_least": tolerance}),)


def finish(
    problem: Problem,
    run: Run,
    assignment: np.ndarray | None,
    bound: float,
    method: str,
    seed: int,
    conflicts: tuple[Conflict, ...],
) -> Partition:
    """Check the answer by independent code, work out its certificate, pack it."""
    p = problem
    objective, status, gap = np.inf, "unknown", None
    if assignment is not None:
        wrong = faults(p, assignment)
        if wrong:
            msg = "the engine's answer failed its check: " + "; ".join(wrong[:5])
            raise AssertionError(msg)
        objective = value_of(p, assignment)
        status = "feasible"
        scale = max(abs(objective), 1e-9)
        if bound > objective + ROUNDING * max(scale, float(np.abs(p.cost).max(initial=0.0))):
            msg = f"the engine's bound {bound:g} is above its answer {objective:g}"
            raise AssertionError(msg)
        bound = min(bound, objective)
        if np.isfinite(bound):
            gap = (objective - bound) / scale
            status = "optimal" if gap <= OPTIMAL_GAP else "feasible"
        run.report("done", incumbent=objective, bound=bound)
    elif bound == np.inf:
        status = "infeasible"
    used = np.zeros(0, np.int64) if assignment is None else np.unique(assignment)
    loads: np.ndarray = np.zeros(p.columns)
    cut: np.ndarray = np.zeros((0, 2), np.int64)
    splits = 0
    if assignment is not None:
        loads = np.bincount(assignment, weights=p.demand, minlength=p.columns)
        cut = p.edges[assignment[p.edges[:, 0]] != assignment[p.edges[:, 1]]]
        splits = 0 if p.parent is None else splits_of(p.parent, assignment)
        if p.notes.get("free"):
            column = assignment
            assignment = name_parts(assignment, p.notes["locks"])
            used = column[np.unique(assignment, return_index=True)[1]]
            loads = np.bincount(assignment, weights=p.demand, minlength=p.parts)
    return Partition(
        assignment=assignment,
        centers=used,
        objective=objective,
        bound=bound,
        gap=gap,
        status=status,
        seconds=run.seconds,
        work=run.work,
        ended=run.ended_by or "done",
        method=method,
        seed=seed,
        trace=tuple(run.trace),
        cut_edges=cut,
        loads=loads,
        splits=splits,
        conflicts=conflicts,
    )


def name_parts(assignment: np.ndarray, locks: np.ndarray) -> np.ndarray:
    """Name parts whose labels are free 0, 1, ...; a part with a locked unit takes its label."""
    order = first_order(assignment)
    count = int(order.max()) + 1
    name = np.full(count, -1, dtype=np.int64)
    held = np.flatnonzero(locks >= 0)
    name[order[held]] = locks[held]
    free = iter(np.setdiff1d(np.arange(count), name[name >= 0]))
    for part in range(count):
        if name[part] < 0:
            name[part] = next(free)
    return name[order]
