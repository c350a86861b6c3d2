"""
Pricing by enumeration: parts listed without a gap, looked through instead of searched for.

Once all parts that a better answer may use are listed, looking through them prices subset-row cuts
exactly in every column, and each better bound rules more of them out (Baldacci, Christofides &
Mingozzi 2008, doi:10.1007/s10107-007-0178-5, for routes).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.price.kernels.subset_row_cuts import SubsetRows
from gridplan.optimise.partition.price.kernels.tree import Limits
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.price.pricing import Priced
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


class EnumeratedPricing:
    """The parts of each column that are left; stands in for :class:`.pricing.SearchPricing`."""

    def __init__(self, problem: Problem, parts: list[Part]) -> None:
        p = problem
        self.problem = problem
        self.parts: list[list[np.ndarray]] = [[] for _ in range(p.columns)]
        for k, units in parts:
            self.parts[k].append(units)
        self._units = [self._matrix(own) for own in self.parts]
        self._cost = [m.T @ p.cost[:, k] for k, m in enumerate(self._units)]
        self._rows = [sparse.csr_array((0, len(own))) for own in self.parts]
        self._reduced = [np.zeros(len(own)) for own in self.parts]
        self._cuts: list[np.ndarray | None] = [None] * p.columns

    def __len__(self) -> int:
        return sum(len(own) for own in self.parts)

    @property
    def mask(self) -> np.ndarray:
        """``(n, k)``: the pairs left."""
        return np.stack([m @ np.ones(m.shape[1]) > 0 for m in self._units], axis=1)

    def nearest(self, most: int) -> list[Part]:
        """List the parts left, at ``most`` those that were nearest to the cheapest of a column."""
        column = np.repeat(np.arange(len(self.parts)), [len(own) for own in self.parts])
        over = np.concatenate([r - r.min(initial=np.inf) for r in self._reduced])
        order = np.sort(np.argsort(over, kind="stable")[:most])
        every = [units for own in self.parts for units in own]
        return [(int(column[i]), every[i]) for i in order]

    def search(
        self, k: int, price: np.ndarray, cuts: SubsetRows, limits: Limits, rows: int
    ) -> Priced:
        """
        Look through the parts of column ``k`` for the cheapest ones that beat the limits.

        As :meth:`.pricing.SearchPricing.search`; the bound is exact and no node is needed.
        """
        self._take(k, cuts)
        reduced = self._cost[k] - self._units[k].T @ price + self._rows[k].T @ cuts.dual
        self._reduced[k] = reduced
        work = self._units[k].nnz * WEIGHTS.part_entry
        below = np.flatnonzero(reduced < limits.beat - limits.slack)
        best = below[np.argsort(reduced[below], kind="stable")[:rows]]
        parts = tuple((k, self.parts[k][i]) for i in best)
        bound = float(reduced.min(initial=np.inf))
        none = np.full(self.problem.units, bound)
        return Priced(bound, parts, none, whole=True, cut_off=False, work=work)

    def rule_out(self, met: list[Priced], bound: float, limit: float) -> None:
        """Drop the parts whose answers all cost more than ``limit``."""
        for k, priced in enumerate(met):
            keep = bound - priced.bound + self._reduced[k] <= limit
            if keep.all():
                continue
            rows = np.flatnonzero(keep)
            self.parts[k] = [self.parts[k][i] for i in rows]
            self._units[k], self._cost[k] = self._units[k][:, rows], self._cost[k][rows]
            self._rows[k], self._reduced[k] = self._rows[k][:, rows], self._reduced[k][rows]

    def _take(self, k: int, cuts: SubsetRows) -> None:
        """Work out which parts of ``k`` pay for cuts when these are new."""
        if self._cuts[k] is not cuts.unit:
            self._cuts[k] = cuts.unit
            m = self._units[k]
            self._rows[k] = cuts.rows(m, np.full(m.shape[1], k))

    def _matrix(self, own: list[np.ndarray]) -> sparse.csc_array:
        """Lay the parts of a column out as a matrix ``(n, parts)``."""
        ends = np.concatenate([[0], np.cumsum([len(units) for units in own], dtype=np.int64)])
        rows = np.concatenate([*own, np.zeros(0, np.int64)])
        shape = (self.problem.units, len(own))
        return sparse.csc_array((np.ones(len(rows)), rows, ends), shape=shape)
