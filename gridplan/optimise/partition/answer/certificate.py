"""The answer of a run, checked by independent code and packed with what is proven of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.outcome import PROVEN_GAP, relative_gap
from gridplan.optimise.partition.answer.check import faults, splits_of, value_of
from gridplan.optimise.partition.answer.result import Conflict, Partition
from gridplan.optimise.partition.question.problem import Problem, first_order


@dataclass(frozen=True)
class ProofParams:
    """
    What counts as an error of the engine.

    Parameters
    ----------
    rounding
        By how much of its value, at most, a bound may pass an answer for reasons of arithmetic.
    """

    rounding: float = 1e-5


PROOF = ProofParams()
"""Those in use."""


def finish(
    problem: Problem,
    run: Run,
    assignment: np.ndarray | None,
    bound: float,
    method: str,
    seed: int,
    conflicts: tuple[Conflict, ...],
) -> Partition:
    """
    Check the answer by independent code, work out its certificate, pack it.

    Parameters
    ----------
    assignment
        ``(n,)`` columns, or None.
    bound
        Lower bound on the objective; infinite where it is proven that there is no partition.
    method, seed
        Steps taken, and seed of the run.
    conflicts
        Why there is no partition.

    Raises
    ------
    AssertionError
        If the answer breaks a demand of the problem, or the bound is above it.
    """
    p = problem
    objective, status = np.inf, "unknown"
    if assignment is not None:
        wrong = faults(p, assignment)
        if wrong:
            msg = "the engine's answer failed its check: " + "; ".join(wrong[:5])
            raise AssertionError(msg)
        objective = value_of(p, assignment)
        scale = max(abs(objective), 1e-9)
        if bound > objective + PROOF.rounding * max(scale, float(np.abs(p.cost).max(initial=0.0))):
            msg = f"the engine's bound {bound:g} is above its answer {objective:g}"
            raise AssertionError(msg)
        bound = min(bound, objective)
        gap = relative_gap(objective, bound)
        status = "optimal" if gap is not None and gap <= PROVEN_GAP else "feasible"
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
