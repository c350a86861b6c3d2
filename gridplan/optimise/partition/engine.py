"""The engine: from a problem to a checked partition with its certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Progress, Run
from gridplan.optimise.options import options_of, strict
from gridplan.optimise.partition.answer.certificate import finish
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.answer.infeasible import certificates, smallest_tolerance
from gridplan.optimise.partition.answer.result import Conflict, Partition
from gridplan.optimise.partition.question.arguments import read_problem
from gridplan.optimise.partition.question.contraction import contract
from gridplan.optimise.partition.question.problem import Problem, Resource
from gridplan.optimise.partition.question.sites import Sites
from gridplan.optimise.partition.question.start import contract_start, read_start
from gridplan.optimise.partition.sited import SitedParams, search_sited


@strict()
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
    sites: Sites | None = None,
    start: ArrayLike | None = None,
    gap: float = 1e-4,
    seed: int = 0,
    work_limit: float = 60.0,
    time_limit: float | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
    params: SitedParams | None = None,
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
    sites
        Whole numbers of them open in each part and share its demand.
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
        Called with :class:`~gridplan.optimise.budget.Progress`; return True to stop with the best.
    params
        Tuning of every algorithm; their defaults where it is not given.

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
        sites=sites,
    )
    return solve_problem(problem, run, seed=seed, gap=gap, start=start, params=params)


STEERING = ("start", "gap", "seed", "work_limit", "time_limit", "progress", "params")
"""Options of :func:`partition` that steer the run and are no part of the problem."""

DEMANDS = tuple(options_of(partition, but=("adjacency", "demand", "cost", *STEERING)))
"""The others: what the planner demands."""


@strict(also=DEMANDS)
def problem_of(
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike | None = None,
    **options: Any,  # noqa: ANN401  # those of partition
) -> Problem:
    """Read the arguments of :func:`partition` but those that steer the run."""
    given = {**_left_out(), **options}
    return read_problem(adjacency, demand, cost, **given)


def _left_out() -> dict[str, Any]:
    """Tell what each demand is where it is not given."""
    found = signature(partition).parameters
    return {name: found[name].default for name in DEMANDS}


def solve_problem(
    problem: Problem,
    run: Run,
    *,
    seed: int = 0,
    gap: float = 1e-4,
    start: ArrayLike | None = None,
    params: SitedParams | None = None,
) -> Partition:
    """
    Solve a problem that has been read.

    Parameters
    ----------
    problem, run
        What is asked, and the budget.
    seed, gap, start
        As for :func:`partition`.
    params
        Tuning of every algorithm; their defaults where it is not given.
    """
    conflicts = certificates(problem)
    if conflicts:
        return finish(problem, run, None, np.inf, "counting", seed, conflicts)
    begin = None if start is None else read_start(problem, start)
    small, node = contract(problem)
    first = None if begin is None else contract_start(begin, node)
    tuning = SitedParams() if params is None else params
    found = search_sited(small, run, seed=seed, gap=gap, start=first, params=tuning)
    if begin is not None and faults(problem, begin):
        begin = None
    if found.assignment is None and found.bound == np.inf and begin is None:
        conflicts = (found.conflict,) if found.conflict else _explain(small, run)
        return finish(problem, run, None, np.inf, found.method, seed, conflicts)
    answers = [] if found.assignment is None else [found.assignment[node]]
    answers += [] if begin is None else [begin]
    best = min(answers, key=lambda answer: value_of(problem, answer), default=None)
    why = () if best is not None or found.conflict is None else (found.conflict,)
    return finish(problem, run, best, found.bound, found.method, seed, why)


def _explain(p: Problem, run: Run) -> tuple[Conflict, ...]:
    tolerance = smallest_tolerance(p, run)
    sides = np.concatenate([p.lower[p.lower > 0], p.upper[np.isfinite(p.upper)]])
    asked = float(np.max(np.abs(sides / max(p.target, 1e-12) - 1), initial=0.0))
    if tolerance is not None and tolerance > asked + 1e-9:
        values = {"tolerance_at_least": tolerance, "tolerance": asked}
        return (Conflict("balance-impossible", values),)
    return (Conflict("no-partition", {"tolerance_at_least": tolerance}),)
