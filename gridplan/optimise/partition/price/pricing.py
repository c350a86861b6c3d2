"""
Pricing by search: the units that each column's parts may still use, searched for parts that pay.

One prize-collecting Steiner tree a column (:mod:`.kernels.connected_part`); reduced-cost fixing
takes out units that no answer worth having gives to a column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.graph.adjacency import Adjacency, adjacency
from gridplan.optimise.partition.price.kernels.connected_part import cheapest
from gridplan.optimise.partition.price.kernels.node import CutDuals, Pricing
from gridplan.optimise.partition.price.kernels.subset_row_cuts import SubsetRows
from gridplan.optimise.partition.price.kernels.tree import Limits
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True, eq=False)
class Priced:
    """
    What pricing one column came to.

    Parameters
    ----------
    bound
        On the reduced cost of every part of the column.
    parts
        Those found.
    entry
        ``(n,)`` a bound on the reduced cost of the parts that hold each unit.
    whole
        Whether every part asked for is there.
    cut_off
        Whether the search ran out of nodes.
    work
        Work units to be spent.
    """

    bound: float
    parts: tuple[Part, ...]
    entry: np.ndarray
    whole: bool
    cut_off: bool
    work: float


class SearchPricing:
    """The units that each column's parts may still use, with their own small graphs."""

    def __init__(self, problem: Problem, allowed: np.ndarray) -> None:
        self.problem = problem
        own = allowed.copy()
        own[problem.centers] = False
        own[problem.centers, np.arange(problem.columns)] = True
        self.units = [np.flatnonzero(own[:, k]) for k in range(problem.columns)]
        self._graphs = [self._graph(k) for k in range(problem.columns)]

    @property
    def mask(self) -> np.ndarray:
        """``(n, k)``: the pairs left."""
        out = np.zeros((self.problem.units, self.problem.columns), dtype=bool)
        for k, units in enumerate(self.units):
            out[units, k] = True
        return out

    def rule_out(self, met: list[Priced], bound: float, limit: float) -> None:
        """Take out the units whose answers all cost more than ``limit``; centers stay."""
        for k, center in enumerate(self.problem.centers):
            left = bound - met[k].bound + met[k].entry[self.units[k]] <= limit
            left |= self.units[k] == center
            if not left.all():
                self.units[k] = self.units[k][left]
                self._graphs[k] = self._graph(k)

    def search(
        self, k: int, price: np.ndarray, cuts: SubsetRows, limits: Limits, rows: int
    ) -> Priced:
        """
        Search the parts of column ``k`` for the cheapest, or for every one that beats the limits.

        Parameters
        ----------
        price
            ``(n,)`` of the units.
        cuts
            Subset-row cuts with their duals; shares are improved in place.
        limits
            What to beat, and when to end.
        rows
            Most parts that are returned.
        """
        p, units = self.problem, self.units[k]
        which, local = cuts.within(k, units, p.units)
        duals = CutDuals(local, cuts.dual[which], cuts.share[which, k])
        found = np.zeros((rows, len(units)), dtype=bool)
        got = cheapest(
            Pricing(
                graph=self._graphs[k],
                value=p.cost[units, k] - price[units],
                demand=p.demand[units],
                root=int(np.searchsorted(units, p.centers[k])),
                room=float(p.upper[k]) + p.slack,
                cuts=duals,
            ),
            limits,
            found,
        )
        cuts.share[which, k] = duals.share
        parts = tuple((k, units[row]) for row in found[: min(got.found, rows)])
        with_unit = np.full(p.units, np.inf)
        with_unit[units] = got.root_bound + np.maximum(got.entry, 0.0)
        return Priced(
            bound=got.bound,
            parts=parts,
            entry=with_unit,
            whole=limits.every and got.found < rows and got.used < limits.nodes,
            cut_off=got.used >= limits.nodes,
            work=(40 + got.used) * len(units) * WEIGHTS.search_unit,
        )

    def _graph(self, k: int) -> Adjacency:
        units = self.units[k]
        return adjacency(sparse.csr_array(self.problem.graph[units][:, units]))
