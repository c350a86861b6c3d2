"""
The restricted master program: each unit in one part, one part a center, over the parts at hand.

A set-partitioning relaxation whose duals price units; new duals stay in a box around given ones
(Marsten, Hogan & Blankenship 1975, doi:10.1287/opre.23.3.389), which the program holds as priced
slacks on its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.partition.price.kernels.subset_row_cuts import SubsetRows
from gridplan.optimise.partition.price.parts import Key, Part, incidence, key_of
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True, eq=False)
class Box:
    """
    The box that duals stay in.

    Parameters
    ----------
    price
        ``(n,)`` prices of units in its middle.
    radius
        How far new ones, and duals of cuts, may be from them.
    """

    price: np.ndarray
    radius: float


@dataclass(frozen=True, eq=False)
class MasterSolution:
    """
    A solve of the restricted master.

    Parameters
    ----------
    value
        Of the program, an upper estimate of the bound within the box.
    price
        ``(n,)`` duals of the units.
    cuts
        Subset-row cuts with their duals.
    x
        ``(parts,)`` how much of each part is chosen.
    """

    value: float
    price: np.ndarray
    cuts: SubsetRows
    x: np.ndarray


class Master:
    """
    The restricted master over the parts at hand, each once.

    ``parts`` with their ``cost`` ``(parts,)``, ``column`` ``(parts,)`` and ``matrix``
    ``(n + k, parts)`` of units and, below them, columns.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.parts: list[Part] = []
        self.cost = np.zeros(0)
        self.column = np.zeros(0, dtype=np.int64)
        self.matrix = sparse.csc_array((problem.units + problem.columns, 0))
        self._known: set[Key] = set()

    def add(self, parts: Iterable[Part]) -> int:
        """Take in the parts that are new; return how many were."""
        p = self.problem
        fresh = []
        for part in parts:
            key = key_of(part)
            if key not in self._known:
                self._known.add(key)
                fresh.append(part)
        if fresh:
            self.parts += fresh
            self.cost = np.append(self.cost, [p.cost[units, k].sum() for k, units in fresh])
            self.column = np.append(self.column, [k for k, _ in fresh])
            self.matrix = sparse.hstack([self.matrix, incidence(p, fresh)], format="csc")
        return len(fresh)

    def reduced(self, price: np.ndarray, cuts: SubsetRows) -> np.ndarray:
        """Cost of each part less the prices of its units, plus duals of the cuts it pays for."""
        paid = self.matrix.T @ np.append(price, np.zeros(self.problem.columns))
        return self.cost - paid + cuts.rows(self.units, self.column).T @ cuts.dual

    @property
    def units(self) -> sparse.csc_array:
        """``(n, parts)``: the units of each part."""
        return self.matrix[: self.problem.units]

    def keep(self, rows: np.ndarray) -> None:
        """Drop all parts but those at ``rows``, ascending."""
        if len(rows) == len(self.parts):
            return
        self.parts = [self.parts[i] for i in rows]
        self.cost, self.column = self.cost[rows], self.column[rows]
        self.matrix = self.matrix[:, rows]
        self._known = {key_of(part) for part in self.parts}

    def drop(self, allowed: np.ndarray) -> None:
        """Drop the parts with a pair that is not ``allowed`` ``(n, k)``."""
        entries = sparse.coo_array(self.units)
        bad = ~allowed[entries.row, self.column[entries.col]]
        if bad.any():
            gone = np.zeros(len(self.parts), dtype=bool)
            gone[entries.col[bad]] = True
            self.keep(np.flatnonzero(~gone))

    def thin(self, reduced: np.ndarray, most: int, kept: int) -> None:
        """Where there are more than ``most``, keep ``kept`` nearest to the cheapest of a column."""
        if len(self.parts) <= most:
            return
        low = np.full(self.problem.columns, np.inf)
        np.minimum.at(low, self.column, reduced)
        order = np.argsort(reduced - low[self.column], kind="stable")
        self.keep(np.sort(order[:kept]))

    def solve(
        self,
        box: Box,
        cuts: SubsetRows,
        run: Run,
        *,
        interior: float,
        among: np.ndarray | None = None,
    ) -> MasterSolution | None:
        """
        Find the best duals in a box.

        Parameters
        ----------
        interior
            Relative tolerance of an interior method without crossover: duals stay central.
        among
            ``(parts,)`` bool, parts that may be chosen; all by default.

        Returns
        -------
        MasterSolution or None
            None where the solver ended without one.
        """
        p = self.problem
        usable = np.inf if among is None else np.where(among, np.inf, 0.0)
        rows, count = p.units + p.columns, len(cuts)
        move = sparse.eye_array(rows, p.units, format="csc")
        paying = cuts.rows(self.units, self.column)
        matrix = sparse.block_array(
            [
                [self.matrix, move, -move, None],
                [paying, None, None, -sparse.eye_array(count)],
            ]
            if count
            else [[self.matrix, move, -move]],
            format="csc",
        )
        cost = [self.cost, box.price + box.radius, box.radius - box.price]
        most = np.full(matrix.shape[1], np.inf)
        most[: len(self.parts)] = usable
        ones = np.ones(rows + count)
        answer = solve(
            np.concatenate([*cost, cuts.dual + box.radius]),
            matrix,
            np.where(np.arange(rows + count) < rows, 1.0, -np.inf),
            ones,
            col_upper=most,
            interior=interior,
            run=run,
        )
        if answer.row_dual is None or answer.x is None:
            return None
        dual = answer.row_dual
        return MasterSolution(
            answer.objective,
            dual[: p.units],
            cuts.at(np.maximum(0.0, -dual[rows:])),
            answer.x[: len(self.parts)],
        )
