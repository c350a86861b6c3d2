"""Connected parts met by a search, and the cheapest partition that can be put together from them.

Set partitioning over the pool: each unit in one part, one part a center. Its linear relaxation is
strong, so parts whose reduced cost exceeds what there is to gain fall away and a small integer
program remains.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridplan.optimise.milp import solve
from gridplan.optimise.partition.check import faults
from gridplan.optimise.partition.generation import Part, incidence
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.run import Run

COLUMNS = 5000
"""Most parts, those of least reduced cost, that are left to the integer program."""

MOST = 40_000
"""Parts a pool keeps; beyond, no new ones are taken."""


class Pool:
    """Parts that keep their bounds, each once: column, cost, units."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._parts: dict[tuple[int, bytes], tuple[float, np.ndarray]] = {}

    def __len__(self) -> int:
        """Count the parts."""
        return len(self._parts)

    def add(self, assignment: np.ndarray) -> None:
        """Take in the parts of a partition (all connected) that keep their bounds."""
        p = self.problem
        load = np.bincount(assignment, weights=p.demand, minlength=p.columns)
        order = np.argsort(assignment, kind="stable")
        ends = np.searchsorted(assignment[order], np.arange(p.columns + 1))
        slack = 1e-9 * max(1.0, p.target)
        for k in np.flatnonzero((load <= p.upper + slack) & (load >= p.lower - slack)):
            units = order[ends[k] : ends[k + 1]].astype(np.int32)
            key = (int(k), units.tobytes())
            if key not in self._parts and len(self._parts) < MOST:
                self._parts[key] = (float(p.cost[units, k].sum()), units)

    def recombine(
        self, run: Run, *, value: float = np.inf, seconds: float, node_limit: int, seed: int
    ) -> np.ndarray | None:
        """
        Join parts to the cheapest partition below ``value``; None where none was found.

        Parameters
        ----------
        value
            Of the partition to beat.
        seconds, node_limit
            Of the clock and of the branch-and-bound tree.
        """
        p = self.problem
        keys = list(self._parts)
        if not keys:
            return None
        cost = np.array([self._parts[key][0] for key in keys])
        parts = [(key[0], self._parts[key][1]) for key in keys]
        matrix = incidence(p, parts)
        ones = np.ones(p.units + p.columns)
        began = run.seconds
        first = solve(cost, matrix, ones, ones, time_limit=min(seconds, run.seconds_left))
        run.spend(0.01 + first.iterations * len(keys) * 2e-8)
        if first.x is None or first.row_dual is None or first.status != "optimal":
            return None
        if first.objective >= value - 1e-9 * abs(value):
            return None
        reduced = cost - matrix.T @ first.row_dual
        keep = np.argsort(reduced, kind="stable")[:COLUMNS]
        keep = np.sort(keep[reduced[keep] <= value - first.objective])
        left = seconds - (run.seconds - began)
        return assemble(
            p,
            run,
            [parts[c] for c in keep],
            value=value,
            seconds=left,
            node_limit=node_limit,
            seed=seed,
        ).assignment

    def take(self, parts: Iterable[Part]) -> None:
        """Take in parts made elsewhere, if they keep their bounds."""
        p = self.problem
        for k, units in parts:
            own = units.astype(np.int32)
            if within_bounds(p, (k, units)):
                self._parts.setdefault((k, own.tobytes()), (float(p.cost[units, k].sum()), own))

    def nearest(self, price: np.ndarray, rent: np.ndarray, most: int) -> list[Part]:
        """List the parts of least reduced cost at prices of units and a rent of each column."""
        parts = [(key[0], units) for key, (_, units) in self._parts.items()]
        cost = np.array([cost for cost, _ in self._parts.values()])
        paid = np.array([price[units].sum() + rent[k] for k, units in parts])
        return [parts[i] for i in np.sort(np.argsort(cost - paid, kind="stable")[:most])]


def within_bounds(problem: Problem, part: Part) -> bool:
    """Tell whether the demand of a part is within the bounds of its column."""
    k, units = part
    slack = 1e-9 * max(1.0, problem.target)
    load = float(problem.demand[units].sum())
    return bool(problem.lower[k] - slack <= load <= problem.upper[k] + slack)


@dataclass(frozen=True, eq=False)
class Assembled:
    """
    The cheapest partition made of some parts, None if none below the value was found.

    ``exhausted`` tells that no cheaper one can be made of them.
    """

    assignment: np.ndarray | None
    exhausted: bool


def assemble(  # the parts of one step
    problem: Problem,
    run: Run,
    parts: list[Part],
    *,
    value: float,
    seconds: float,
    node_limit: int,
    seed: int,
) -> Assembled:
    """
    Choose one part a column so that each unit is in one, cheapest and below ``value``.

    Parts out of bounds are left out.
    """
    p = problem
    parts = [part for part in parts if within_bounds(p, part)]
    if not parts:
        return Assembled(None, exhausted=True)
    cost = np.array([p.cost[units, k].sum() for k, units in parts])
    ones = np.ones(p.units + p.columns)
    answer = solve(
        cost,
        incidence(p, parts),
        ones,
        ones,
        col_upper=1.0,
        integer=True,
        cutoff=value if np.isfinite(value) else None,
        gap=1e-9,
        node_limit=node_limit,
        time_limit=max(0.0, min(seconds, run.seconds_left)),
        seed=seed,
    )
    run.spend(0.01 + answer.iterations * len(parts) * 1e-7)
    exhausted = answer.status in {"optimal", "infeasible"}
    if answer.x is None:
        return Assembled(None, exhausted)
    out = np.full(p.units, -1, dtype=np.int64)
    for c in np.flatnonzero(answer.x > 0.5):
        out[parts[c][1]] = parts[c][0]
    if (out < 0).any() or faults(p, out):
        return Assembled(None, exhausted=False)
    return Assembled(out, exhausted)
