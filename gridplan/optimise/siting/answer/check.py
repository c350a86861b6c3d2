"""
The independent check: every solution, from the inputs alone, before it leaves the engine.

It shares nothing with the searches: loads, counts and costs are summed anew. A solution that fails
is a fault of the engine and raises; it is never returned, and never repaired in silence.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.siting.question.case import Case

TOLERANCE = 1e-6
"""Load beyond a bound that arithmetic may cause, in the largest demand."""


def faults(
    case: Case, sites: np.ndarray, assignment: np.ndarray, *, cover: bool = False
) -> list[str]:
    """
    List what a solution breaks; empty when it keeps every rule.

    Parameters
    ----------
    case
        The question.
    sites
        Indices of opened sites.
    assignment
        ``(n,)`` site of each unit.
    cover
        Whether units may be left uncovered (-1).
    """
    opened = np.zeros(case.m, dtype=bool)
    opened[sites] = True
    found = _overspent(case, opened)
    if not case.low <= opened.sum() <= case.high or len(sites) != opened.sum():
        found.append("number of sites")
    if (case.kept & ~opened).any():
        found.append("kept site closed")
    if (case.closed & opened).any():
        found.append("closed site opened")
    count = np.bincount(case.group[opened], minlength=len(case.group_min))
    if (count < case.group_min).any() or (count > case.group_max).any():
        found.append("sites of a group")
    served = assignment >= 0
    if not cover and not served.all():
        found.append("unit without a site")
    if not opened[assignment[served]].all():
        found.append("unit at a closed site")
    units = np.flatnonzero(served)
    if not np.isfinite(case.arc_cost(units, assignment[units])).all():
        found.append("unit on a forbidden arc")
    load = np.bincount(assignment[units], weights=case.demand[units], minlength=case.m)
    slack = TOLERANCE * max(1.0, float(np.abs(case.demand).max(initial=0.0)))
    if (load > case.capacity + slack).any():
        found.append("site over capacity")
    if (load[opened] < case.lower[opened] - slack).any():
        found.append("site below its lower bound")
    return found


def _overspent(case: Case, opened: np.ndarray) -> list[str]:
    over = case.spend[opened].sum() > case.budget + TOLERANCE * case.dearest
    return ["over budget"] if over else []


def objective(case: Case, sites: np.ndarray, assignment: np.ndarray) -> float:
    """
    Total cost of arcs used and sites opened, recomputed from the inputs.

    Parameters
    ----------
    case
        The question.
    sites, assignment
        Opened sites, and ``(n,)`` site of each unit; -1 costs nothing.
    """
    units = np.flatnonzero(assignment >= 0)
    arcs = case.arc_cost(units, assignment[units])
    return float(arcs.sum() + case.site_cost[sites].sum())


def require(case: Case, sites: np.ndarray, assignment: np.ndarray, *, cover: bool = False) -> float:
    """
    Return the recomputed objective of a sound solution.

    Parameters
    ----------
    case, sites, assignment, cover
        As for :func:`faults`.

    Raises
    ------
    RuntimeError
        If the solution breaks a rule: a fault of the engine, never of the data.
    """
    found = faults(case, sites, assignment, cover=cover)
    if found:
        message = "unsound siting: " + ", ".join(found)
        raise RuntimeError(message)
    return objective(case, sites, assignment)
