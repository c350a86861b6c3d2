"""Connected parts met by a search, and the cheapest partition that can be put together from them.

Set partitioning over the pool: each unit in one part, one part a center. Its linear relaxation is
strong, so parts whose reduced cost exceeds what there is to gain fall away and a small integer
program remains.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.milp import solve
from gridplan.optimise.partition.check import faults
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
        column = np.array([key[0] for key in keys])
        matrix = self._matrix(keys)
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
        answer = solve(
            cost[keep],
            sparse.csr_array(matrix[:, keep]),
            ones,
            ones,
            col_upper=1.0,
            integer=True,
            cutoff=value if np.isfinite(value) else None,
            gap=1e-6,
            node_limit=node_limit,
            time_limit=min(seconds - (run.seconds - began), run.seconds_left),
            seed=seed,
        )
        run.spend(0.01 + answer.iterations * len(keep) * 2e-8)
        if answer.x is None:
            return None
        out = np.full(p.units, -1, dtype=np.int64)
        for c in keep[answer.x > 0.5]:
            out[self._parts[keys[c]][1]] = column[c]
        return None if (out < 0).any() or faults(p, out) else out

    def _matrix(self, keys: list[tuple[int, bytes]]) -> sparse.csr_array:
        p = self.problem
        rows = [np.append(self._parts[key][1], p.units + key[0]) for key in keys]
        ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        entries = np.concatenate(rows)
        shape = (p.units + p.columns, len(keys))
        return sparse.csr_array(
            sparse.csc_array((np.ones(len(entries)), entries, ends), shape=shape)
        )
