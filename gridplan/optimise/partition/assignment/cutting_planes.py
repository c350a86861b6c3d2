"""
Cutting planes: the assignment program, separator cuts added round by round until connected.

The ``a,b``-separator inequalities of contiguity (Carvajal, Constantino, Goycoolea, Vielma &
Weintraub 2013, doi:10.1287/opre.2013.1183; Validi, Buchanan & Lykhovyd 2022,
doi:10.1287/opre.2021.2141, for districts). A round's program is a relaxation, so its bound holds;
its first connected answer is optimal within the gap asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.assignment.contiguity import cut, cut_pair
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.graph.graph import pieces
from gridplan.optimise.partition.graph.separator import separator
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True, eq=False)
class Exact:
    """Outcome of a cut loop: status, connected assignment if any, valid lower bound."""

    status: str
    assignment: np.ndarray | None
    bound: float
    rounds: int


def separators(problem: Problem, assignment: np.ndarray, model: Model) -> int:
    """Add to ``model`` the cuts that ``assignment`` violates; return how many pieces were loose."""
    p = problem
    label = pieces(p.graph, assignment)
    loose = 0
    for k in np.unique(assignment):
        inside = assignment == k
        found = np.unique(label[inside])
        if len(found) < 2:
            continue
        anchor = int(p.centers[k])
        home = label[anchor] if anchor >= 0 else _heaviest(p, label, inside)
        for piece in found:
            if piece == home:
                continue
            loose += 1
            component = label == piece
            if anchor >= 0:
                _part_off(p, model, component, int(k))
            else:
                other = _first(label == home)
                ring = separator(p.graph, component, other)
                for column in np.flatnonzero(p.centers < 0):
                    cut_pair(model, _first(component), other, int(column), ring)
    return loose


def _part_off(p: Problem, model: Model, component: np.ndarray, column: int) -> None:
    """
    Demand a way to the center for the units of a loose piece.

    Where centers are chosen, the piece would only be loose around the next one in the next round:
    every column gets its cut at once.
    """
    units = np.flatnonzero(component)[:12]
    beside = component | ((p.graph @ component.astype(float)) > 0)
    columns = np.flatnonzero(p.centers >= 0) if p.chosen else np.array([column])
    for k in columns:
        anchor = int(p.centers[k])
        if not beside[anchor]:
            cut(model, units, int(k), separator(p.graph, component, anchor))


def _first(mask: np.ndarray) -> int:
    return int(np.flatnonzero(mask)[0])


def _heaviest(p: Problem, label: np.ndarray, inside: np.ndarray) -> int:
    weight = np.bincount(label[inside], weights=p.demand[inside] + 1e-9)
    return int(weight.argmax())


@dataclass(frozen=True)
class ExactLimits:
    """
    When an exact solution ends.

    Parameters
    ----------
    gap
        Relative gap at which a program is solved.
    node_limit
        Branch-and-bound nodes of one program; None for any number.
    rounds
        Rounds of cuts.
    """

    gap: float = 1e-9
    node_limit: int | None = None
    rounds: int = 200


def solve_exact(
    problem: Problem,
    run: Run,
    *,
    model: Model | None = None,
    cutoff: float | None = None,
    start: np.ndarray | None = None,
    seed: int = 0,
    tell: Callable[[], None] | None = None,
    limits: ExactLimits,
) -> Exact:
    """
    Solve to proof by cutting planes in rounds; stop early with the bound so far.

    Parameters
    ----------
    model
        The program to begin with; that of the problem by default. Cuts are added to it.
    cutoff
        Only answers below this value are wanted; the bound never exceeds it.
    start
        ``(n,)`` an assignment to begin from.
    tell
        Called now and then while a program is solved, which ends when the run is stopped.
    limits
        When to end.
    """
    model = Model(problem) if model is None else model
    bound = -np.inf

    def tick() -> bool:
        if tell is not None:
            tell()
        return run.ended_by == "stop"

    for number in range(limits.rounds):
        if run.ended_by is not None:
            return Exact("unknown", None, bound, number)
        answer = model.solve(
            gap=limits.gap,
            node_limit=limits.node_limit,
            run=run,
            cutoff=cutoff,
            start=start,
            seed=seed,
            tick=tick,
        )
        s = answer.solve
        if s.status == "infeasible":
            return Exact("infeasible", None, np.inf if cutoff is None else cutoff, number + 1)
        bound = max(bound, s.bound)
        if answer.assignment is None:
            return Exact("unknown", None, bound, number + 1)
        if separators(problem, answer.assignment, model) == 0:
            status = "optimal" if s.status == "optimal" else "feasible"
            return Exact(status, answer.assignment, bound, number + 1)
    return Exact("unknown", None, bound, limits.rounds)
