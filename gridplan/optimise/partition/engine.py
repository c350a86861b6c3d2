"""The engine: from a problem to a checked partition with its certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Progress, Run
from gridplan.optimise.options import strict
from gridplan.optimise.partition.answer.certificate import finish
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.answer.infeasible import certificates, smallest_tolerance
from gridplan.optimise.partition.answer.result import Conflict, Partition
from gridplan.optimise.partition.question.arguments import read_problem
from gridplan.optimise.partition.question.contraction import contract
from gridplan.optimise.partition.question.demands import NAMES, Demands
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.partition.question.start import contract_start, read_start
from gridplan.optimise.partition.sited import SitedParams, search_sited


@dataclass(frozen=True, eq=False)
class Effort:
    """
    How much a run may do, and whom it tells.

    Parameters
    ----------
    work_limit, time_limit
        Work units after which the run ends; seconds after which it is cut short.
    progress
        Called with :class:`~gridplan.optimise.budget.Progress`; return True to stop with the best.
    """

    work_limit: float = 60.0
    time_limit: float | None = None
    progress: Callable[[Progress], bool | None] | None = None

    def begin(self) -> Run:
        """Begin a run."""
        return Run(work_limit=self.work_limit, time_limit=self.time_limit, progress=self.progress)


EFFORT = tuple(field.name for field in fields(Effort))
OPTIONS = (*NAMES, *EFFORT)
"""Names that the options of the functions here and of those beside take."""


def read_options(options: Mapping[str, Any]) -> tuple[Demands, Effort]:
    """Sort options into what is demanded of the parts, and how much the run may do."""
    effort = {name: value for name, value in options.items() if name in EFFORT}
    demands = {name: value for name, value in options.items() if name not in EFFORT}
    return Demands(**demands), Effort(**effort)


@strict(also=OPTIONS)
def partition(
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike | None = None,
    *,
    start: ArrayLike | None = None,
    gap: float = 1e-4,
    seed: int = 0,
    params: SitedParams | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Demands and of Effort
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
    start
        ``(n,)`` a first assignment: the answer is at least as good if it is sound; what is not is
        mended on the way where centers are fixed.
    gap
        Relative gap at which the search stops; 0 asks for proof.
    seed
        Of every random choice.
    params
        Tuning of every algorithm; their defaults where it is not given.
    options
        What is demanded of the parts, by name: every field of
        :class:`~gridplan.optimise.partition.question.demands.Demands`, from ``centers`` and
        ``tolerance`` to ``sites``; and how much the run may do, every field of :class:`Effort`:
        ``work_limit``, ``time_limit``, ``progress``.

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
    demands, effort = read_options(options)
    run = effort.begin()
    problem = read_problem(adjacency, demand, cost, demands)
    return solve_problem(problem, run, seed=seed, gap=gap, start=start, params=params)


@strict(also=NAMES)
def problem_of(
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike | None = None,
    **demands: Any,  # noqa: ANN401  # the fields of Demands
) -> Problem:
    """Read the arguments of :func:`partition` but those that steer the run."""
    return read_problem(adjacency, demand, cost, Demands(**demands))


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
    """Say what makes a problem impossible: the balance asked for, or all of it together."""
    tolerance = smallest_tolerance(p, run)
    sides = np.concatenate([p.lower[p.lower > 0], p.upper[np.isfinite(p.upper)]])
    asked = float(np.max(np.abs(sides / max(p.target, 1e-12) - 1), initial=0.0))
    if tolerance is not None and tolerance > asked + 1e-9:
        values = {"tolerance_at_least": tolerance, "tolerance": asked}
        return (Conflict("balance-impossible", values),)
    return (Conflict("no-partition", {"tolerance_at_least": tolerance}),)
