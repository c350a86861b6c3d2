"""From a solution to an answer: checked once more, with its status, or why there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.answer.result import Conflict, Siting
from gridplan.optimise.siting.question.arcs import nearest_arcs
from gridplan.optimise.siting.question.case import Case


def finish(
    case: Case,
    run: Run,
    bound: float,
    best: tuple[np.ndarray, np.ndarray] | None,
    *,
    seed: int,
    gap: float,
    method: str,
) -> Siting:
    """
    Check the solution once more and put the answer together.

    Parameters
    ----------
    case, run
        The question and its run.
    bound
        Proven lower bound of the whole question.
    best
        Sites and assignment; None where none was found.
    seed, gap, method
        Of the run; a gap above the tolerance of the arithmetic proves nothing optimal.

    Returns
    -------
    Siting
    """
    ended = run.ended_by or "done"
    empty = np.zeros(0, dtype=np.int64)
    if best is None:
        sites, assignment, objective, status = empty, np.full(case.n, -1), np.inf, "unknown"
    else:
        sites, assignment = best[0].astype(np.int64), best[1].astype(np.int64)
        objective = check.require(case, sites, assignment)
        near = objective - bound <= max(gap, 1e-9) * abs(objective) + 1e-9
        status, ended = ("optimal", "proof") if near and gap <= 1e-6 else ("feasible", ended)
    return Siting(
        sites=sites, assignment=assignment, objective=objective, bound=min(bound, objective),
        status=status, seconds=run.seconds, work=run.work, method=method, seed=seed,
        ended=ended, trace=tuple(run.trace),
    )  # fmt: skip


def closed(case: Case, run: Run, *, seed: int, conflicts: list[Conflict]) -> Siting:
    """Answer that there provably is no siting."""
    none = finish(case, run, np.inf, None, seed=seed, gap=0.0, method="certificate")
    return replace(none, status="infeasible", conflicts=tuple(conflicts), ended="proof")


def near(objective: float, bound: float, gap: float) -> bool:
    """Whether an objective is within a relative gap of its bound."""
    return bool(np.isfinite(objective)) and objective - bound <= gap * abs(objective) + 1e-9


def whole_numbers(case: Case) -> bool:
    """Whether every objective is a whole number."""
    values = case.cost.data if case.sparse else case.cost
    values = np.concatenate([np.ravel(values), case.site_cost])
    values = values[np.isfinite(values)]
    return bool((values == np.floor(values)).all())


def with_idle_units(
    case: Case, sites: np.ndarray, assignment: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Send units without demand to their cheapest open site: they fill no capacity."""
    idle = np.flatnonzero(case.demand == 0)
    if not len(idle):
        return sites, assignment
    arcs = nearest_arcs(case, sites=sites)
    assignment = assignment.copy()
    first = arcs.start[idle]
    assignment[idle] = arcs.site[first]
    return sites, assignment
