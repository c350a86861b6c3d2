"""Parts listed without a gap, looked through instead of searched for.

Once all parts that a better answer may use are listed, looking through them prices triples exactly
in every column, and each better bound rules more of them out (Baldacci, Christofides & Mingozzi
2008, doi:10.1007/s10107-007-0178-5, for routes).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.price.kernels.subset_row_cuts import Triples
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.price.pricing import Search
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


class Sieve:
    """The parts of each column that are left; stands in for :class:`.fields.Fields`."""

    def __init__(self, problem: Problem, parts: list[Part]) -> None:
        p = problem
        self.problem = p
        self.parts: list[list[np.ndarray]] = [[] for _ in range(p.columns)]
        for k, units in parts:
            self.parts[k].append(units)
        self._units = [self._matrix(own) for own in self.parts]
        self._cost = [m.T @ p.cost[:, k] for k, m in enumerate(self._units)]
        self._rows = [sparse.csr_array((0, len(own))) for own in self.parts]
        self._reduced = [np.zeros(len(own)) for own in self.parts]
        self._triples: list[np.ndarray | None] = [None] * p.columns

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

    def search(  # the same door as that of Fields
        self,
        k: int,
        price: np.ndarray,
        triples: Triples,
        *,
        beat: float,
        slack: float,
        nodes: int,
        rows: int,
    ) -> Search:
        """Look through the parts of ``k`` for the cheapest ones below ``beat``."""
        del nodes
        self._take(k, triples)
        reduced = self._cost[k] - self._units[k].T @ price + self._rows[k].T @ triples.toll
        self._reduced[k] = reduced
        work = self._units[k].nnz * WEIGHTS.part_entry
        below = np.flatnonzero(reduced < beat - slack)
        best = below[np.argsort(reduced[below], kind="stable")[:rows]]
        parts = tuple((k, self.parts[k][i]) for i in best)
        bound = float(reduced.min(initial=np.inf))
        none = np.full(self.problem.units, bound)
        return Search(bound, parts, none, whole=True, cut_off=False, work=work)

    def rule_out(self, met: list[Search], bound: float, limit: float) -> None:
        """Drop the parts whose answers all cost more than ``limit``."""
        for k, search in enumerate(met):
            keep = bound - search.bound + self._reduced[k] <= limit
            if keep.all():
                continue
            rows = np.flatnonzero(keep)
            self.parts[k] = [self.parts[k][i] for i in rows]
            self._units[k], self._cost[k] = self._units[k][:, rows], self._cost[k][rows]
            self._rows[k], self._reduced[k] = self._rows[k][:, rows], self._reduced[k][rows]

    def _take(self, k: int, triples: Triples) -> None:
        """Work out which parts of ``k`` pay for triples when these are new."""
        if self._triples[k] is not triples.unit:
            self._triples[k] = triples.unit
            m = self._units[k]
            self._rows[k] = triples.rows(m, np.full(m.shape[1], k))

    def _matrix(self, own: list[np.ndarray]) -> sparse.csc_array:
        ends = np.concatenate([[0], np.cumsum([len(units) for units in own], dtype=np.int64)])
        rows = np.concatenate([*own, np.zeros(0, np.int64)])
        shape = (self.problem.units, len(own))
        return sparse.csc_array((np.ones(len(rows)), rows, ends), shape=shape)
