"""
The pool of connected parts met by a search, and the cheapest partition made of some of them.

Set partitioning (Garfinkel & Nemhauser 1970, doi:10.1287/mnsc.16.8.B495, for political districts):
each unit in one part, one part a center. Its linear relaxation is strong, so a small integer
program over the parts nearest to its prices is enough. What it proves holds for these parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.price.kernels.subset_row_cuts import SubsetRows
from gridplan.optimise.partition.price.parts import Key, Part, incidence, key_of
from gridplan.optimise.partition.question.problem import Problem


class Pool:
    """
    Parts that keep their bounds, each once: column, cost, units.

    Partitions bring parts until there are ``most``; beyond, only those made for it are taken.
    """

    def __init__(self, problem: Problem, most: int = 40_000) -> None:
        self.problem, self.most = problem, most
        self._parts: dict[Key, tuple[float, np.ndarray]] = {}

    def add(self, assignment: np.ndarray) -> None:
        """Take in the parts of a partition (all connected) that keep their bounds."""
        p = self.problem
        load = np.bincount(assignment, weights=p.demand, minlength=p.columns)
        order = np.argsort(assignment, kind="stable")
        ends = np.searchsorted(assignment[order], np.arange(p.columns + 1))
        for k in np.flatnonzero(p.keeps(load)):
            if len(self._parts) < self.most:
                self._put((int(k), order[ends[k] : ends[k + 1]]))

    def take(self, parts: Iterable[Part]) -> None:
        """Take in parts made elsewhere, if they keep their bounds."""
        for part in parts:
            if within_bounds(self.problem, part):
                self._put(part)

    def absorb(self, other: Pool) -> None:
        """Take in all parts of another pool of the same problem."""
        for key, part in other._parts.items():  # of the same kind
            self._parts.setdefault(key, part)

    def nearest(self, price: np.ndarray, rent: np.ndarray, most: int) -> list[Part]:
        """List the parts of least reduced cost at prices of units and a rent of each column."""
        parts = [(key[0], units) for key, (_, units) in self._parts.items()]
        cost = np.array([cost for cost, _ in self._parts.values()])
        paid = np.array([price[units].sum() + rent[k] for k, units in parts])
        return [parts[i] for i in np.sort(np.argsort(cost - paid, kind="stable")[:most])]

    def _put(self, part: Part) -> None:
        key = key_of(part)
        if key not in self._parts:
            k, units = part
            cost = float(self.problem.cost[units, k].sum())
            self._parts[key] = (cost, units.astype(np.int32))


def within_bounds(problem: Problem, part: Part) -> bool:
    """Tell whether the demand of a part is within the bounds of its column."""
    k, units = part
    load, slack = float(problem.demand[units].sum()), problem.slack
    return bool(problem.lower[k] - slack <= load <= problem.upper[k] + slack)


@dataclass(frozen=True, eq=False)
class Assembled:
    """
    The cheapest partition made of some parts, None if none below the value was found.

    ``exhausted`` tells that no cheaper one can be made of them.
    """

    assignment: np.ndarray | None
    exhausted: bool


def assemble(
    problem: Problem,
    run: Run,
    parts: list[Part],
    *,
    value: float,
    node_limit: int,
    seed: int,
    work: float = np.inf,
    cuts: SubsetRows | None = None,
) -> Assembled:
    """
    Choose one part a column so that each unit is in one, cheapest and below ``value``.

    It takes what is left of the run, or at most some ``work``. Parts out of bounds are left out;
    ``cuts`` tighten the program.
    """
    p = problem
    parts = [part for part in parts if within_bounds(p, part)]
    if not parts:
        return Assembled(None, exhausted=True)
    cost = np.array([p.cost[units, k].sum() for k, units in parts])
    matrix = incidence(p, parts)
    low = high = np.ones(p.units + p.columns)
    if cuts is not None and len(cuts):
        rows = cuts.rows(matrix[: p.units], np.array([k for k, _ in parts]))
        matrix = sparse.vstack([matrix, rows], format="csc")
        low = np.append(low, np.full(len(cuts), -np.inf))
        high = np.append(high, np.ones(len(cuts)))
    answer = solve(
        cost,
        matrix,
        low,
        high,
        col_upper=1.0,
        integer=True,
        cutoff=value if np.isfinite(value) else None,
        gap=1e-9,
        node_limit=node_limit,
        run=run,
        work=work,
        seed=seed,
    )
    exhausted = answer.status in {"optimal", "infeasible"}
    if answer.x is None:
        return Assembled(None, exhausted)
    out = np.full(p.units, -1, dtype=np.int64)
    for c in np.flatnonzero(answer.x > 0.5):
        out[parts[c][1]] = parts[c][0]
    if (out < 0).any() or faults(p, out):
        return Assembled(None, exhausted=False)
    return Assembled(out, exhausted)
