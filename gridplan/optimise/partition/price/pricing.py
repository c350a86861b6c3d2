"""The units that each column's parts may still use, searched for parts that pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.price.kernels.connected_part import cheapest
from gridplan.optimise.partition.price.kernels.subset_row_cuts import Triples
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True, eq=False)
class Search:
    """
    What a search met: parts, a bound on reduced cost, and one with each unit (``entry``, ``(n,)``).

    ``whole`` tells that every part asked for is there, ``cut_off`` that it ran out of nodes;
    ``work`` are the units to be spent.
    """

    bound: float
    parts: tuple[Part, ...]
    entry: np.ndarray
    whole: bool
    cut_off: bool
    work: float


class Fields:
    """The units that each column's parts may still use, with their own small graphs."""

    def __init__(self, problem: Problem, allowed: np.ndarray) -> None:
        self.problem = problem
        own = allowed.copy()
        own[problem.centers] = False
        own[problem.centers, np.arange(problem.columns)] = True
        self.units = [np.flatnonzero(own[:, k]) for k in range(problem.columns)]
        self.graphs = [self._graph(k) for k in range(problem.columns)]

    @property
    def mask(self) -> np.ndarray:
        """``(n, k)``: the pairs left."""
        out = np.zeros((self.problem.units, self.problem.columns), dtype=bool)
        for k, units in enumerate(self.units):
            out[units, k] = True
        return out

    def rule_out(self, met: list[Search], bound: float, limit: float) -> None:
        """Take out the units whose answers all cost more than ``limit``; centers stay."""
        for k, center in enumerate(self.problem.centers):
            left = bound - met[k].bound + met[k].entry[self.units[k]] <= limit
            left |= self.units[k] == center
            if not left.all():
                self.units[k] = self.units[k][left]
                self.graphs[k] = self._graph(k)

    def search(
        self,
        k: int,
        price: np.ndarray,
        triples: Triples,
        *,
        beat: float,
        slack: float,
        nodes: int,
        rows: int,
        every: bool = False,
    ) -> Search:
        """Search the parts of ``k`` for the cheapest below ``beat``, or for ``every`` one below."""
        p, units = self.problem, self.units[k]
        indptr, indices, root = self.graphs[k]
        which, local = triples.within(k, units, p.units)
        share = triples.share[which, k]
        found = np.zeros((rows, len(units)), dtype=bool)
        room = float(p.upper[k]) + p.slack
        _, bound, used, count, first, entry = cheapest(
            indptr, indices, p.cost[units, k] - price[units], p.demand[units], root, room,
            beat, slack, nodes, every, found, local, triples.toll[which], share,
        )  # fmt: skip
        triples.share[which, k] = share
        parts = tuple((k, units[row]) for row in found[: min(count, rows)])
        whole = every and count < rows and used < nodes
        work = (40 + used) * len(units) * WEIGHTS.search_unit
        with_unit = np.full(p.units, np.inf)
        with_unit[units] = first + np.maximum(entry, 0.0)
        return Search(bound, parts, with_unit, whole, used >= nodes, work)

    def _graph(self, k: int) -> tuple[np.ndarray, np.ndarray, int]:
        units = self.units[k]
        graph = sparse.csr_array(self.problem.graph[units][:, units])
        root = int(np.searchsorted(units, self.problem.centers[k]))
        return graph.indptr.astype(np.int64), graph.indices.astype(np.int64), root
