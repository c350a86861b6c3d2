"""
The assignment model: one column per (atom, part) that is allowed, one block of rows per rule.

Choose ``x[a, k]`` to minimise the cost subject to every option of the problem except contiguity,
which comes as rows of its own (:mod:`.contiguity`). The formulation is that of Hess et al. (1965,
doi:10.1287/opre.13.6.998) with the cuts of Validi, Buchanan & Lykhovyd (2022),
doi:10.1287/opre.2021.2141.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import Solve, solve
from gridplan.optimise.partition.assignment.openings import openings
from gridplan.optimise.partition.assignment.priced_terms import borders, crossings, splits
from gridplan.optimise.partition.assignment.program import Program
from gridplan.optimise.partition.question.atoms import atom_sums
from gridplan.optimise.partition.question.problem import Band, Problem


@dataclass(frozen=True, eq=False)
class ModelAnswer:
    """An assignment ``(n,)`` read from the solver (or None), and its solve, the offset included."""

    assignment: np.ndarray | None
    solve: Solve


class Model(Program):
    """
    The program of one problem over the allowed pairs, to which contiguity rows can be added.

    Parameters
    ----------
    problem
        What to solve.
    allowed
        ``(atoms, columns)`` pairs to keep; those of the problem by default.
    extras
        Price borders, barriers and splits too (:mod:`.priced_terms`) and count sites
        (:mod:`.openings`); False leaves a relaxation without them. Priced resources and balance are
        in either way.
    """

    def __init__(
        self, problem: Problem, *, allowed: np.ndarray | None = None, extras: bool = True
    ) -> None:
        super().__init__(problem, allowed)
        self._choice()
        self._assign()
        self._bands()
        self._anchors()
        self._pairs()
        self._kinds()
        if extras:
            borders(self)
            crossings(self)
            splits(self)
            openings(self)

    def _choice(self) -> None:
        p = self.problem
        if not p.chosen:
            return
        self.opened = self.columns_for(p.columns, cost=0.0, high=1.0, whole=True)
        self.rows.add(np.zeros(p.columns), self.opened, 1.0, [p.parts], [p.parts])
        count = len(self.pair_atom)
        row = np.arange(count)
        self.rows.add(
            np.concatenate([row, row]),
            np.concatenate([row, self.opened[self.pair_column]]),
            np.concatenate([np.ones(count), -np.ones(count)]),
            np.full(count, -np.inf),
            np.zeros(count),
        )

    def _assign(self) -> None:
        ones = np.ones(self.atoms)
        self.rows.add(self.pair_atom, np.arange(len(self.pair_atom)), 1.0, ones, ones)

    def _bands(self) -> None:
        p = self.problem
        self._band(Band(p.demand, p.lower, p.upper, None))
        for band in p.resources:
            self._band(band)
        if p.balance > 0:
            target = np.full(p.columns, p.target)
            self._band(Band(p.demand, target, target, p.balance))

    def _band(self, band: Band) -> None:
        p = self.problem
        amount = atom_sums(p, band.values)[self.pair_atom]
        pairs = np.arange(len(self.pair_atom))
        used = amount != 0
        for sign, bound in ((1.0, band.lower), (-1.0, band.upper)):
            keep = np.isfinite(bound) & ((bound > 0) if sign > 0 else np.ones(len(bound), bool))
            if not keep.any():
                continue
            number = np.cumsum(keep) - 1
            inside = used & keep[self.pair_column]
            row = [number[self.pair_column[inside]]]
            col = [pairs[inside]]
            val = [sign * amount[inside]]
            low = sign * bound[keep]
            if self.opened is not None:
                row.append(number[keep])
                col.append(self.opened[keep])
                val.append(-low)
                low = np.zeros(len(low))
            if band.price is not None:
                slack = self.columns_for(int(keep.sum()), cost=band.price)
                row.append(number[keep])
                col.append(slack)
                val.append(np.ones(len(slack)))
            self.rows.add(
                np.concatenate(row),
                np.concatenate(col),
                np.concatenate(val),
                low - 1e-9 * np.maximum(1.0, np.abs(sign * bound[keep])),
                np.full(len(low), np.inf),
            )

    def _anchors(self) -> None:
        p = self.problem
        for k in range(p.columns):
            if p.centers[k] < 0:
                self._at_least_one(np.flatnonzero(self.pair_column == k), k)
                continue
            pair = self.index[p.atom[p.centers[k]], k]
            if pair < 0:
                self.rows.add(
                    np.zeros(0), np.zeros(0), 1.0, [0.0 if self.opened is not None else 1.0], [1.0]
                )
                if self.opened is not None:
                    self.high[1][k] = 0.0
            elif self.opened is None:
                self.low[0][pair] = 1.0
            else:
                self.rows.add([0, 0], [pair, self.opened[k]], [1.0, -1.0], [0.0], [0.0])

    def _at_least_one(self, pairs: np.ndarray, k: int) -> None:
        if self.opened is None:
            self.rows.add(np.zeros(len(pairs)), pairs, 1.0, [1.0], [np.inf])
        else:
            self.rows.add(
                np.zeros(len(pairs) + 1),
                np.append(pairs, self.opened[k]),
                np.append(np.ones(len(pairs)), -1.0),
                [0.0],
                [np.inf],
            )

    def _pairs(self) -> None:
        p = self.problem
        for i, j in p.apart:
            first, second = self.index[p.atom[i]], self.index[p.atom[j]]
            both = np.flatnonzero((first >= 0) & (second >= 0))
            row = np.arange(len(both))
            self.rows.add(
                np.concatenate([row, row]),
                np.concatenate([first[both], second[both]]),
                1.0,
                np.full(len(both), -np.inf),
                np.ones(len(both)),
            )

    def _kinds(self) -> None:
        p = self.problem
        for mask in p.must:
            has = atom_sums(p, mask.astype(float)) > 0
            for k in range(p.columns):
                pairs = np.flatnonzero((self.pair_column == k) & has[self.pair_atom])
                self._at_least_one(pairs, k)

    def solve(
        self,
        *,
        relaxed: bool = False,
        start: np.ndarray | None = None,
        gap: float = 1e-9,
        node_limit: int | None = None,
        run: Run | None = None,
        cutoff: float | None = None,
        seed: int = 0,
        tick: Callable[[], bool] | None = None,
    ) -> ModelAnswer:
        """Solve the program or its relaxation, within the run; ``tick`` ends it by True."""
        matrix, low, high = self.rows.matrix(self.width)
        answer = solve(
            np.concatenate(self.cost),
            matrix,
            low,
            high,
            col_lower=np.concatenate(self.low),
            col_upper=np.concatenate(self.high),
            integer=False if relaxed else np.concatenate(self.whole),
            start=None if start is None or relaxed else self.values(start),
            gap=gap,
            node_limit=node_limit,
            run=run,
            cutoff=None if cutoff is None else cutoff - self.offset,
            seed=seed,
            tick=tick,
        )
        found = None if answer.x is None else self.read(answer.x)
        whole = replace(
            answer, objective=answer.objective + self.offset, bound=answer.bound + self.offset
        )
        return ModelAnswer(found, whole)

    def values(self, assignment: np.ndarray) -> np.ndarray:
        """Give the columns' values of an assignment ``(n,)``, those of priced extras left at 0."""
        p = self.problem
        x = np.zeros(self.width)
        part = np.zeros(self.atoms, dtype=np.int64)
        part[p.atom] = assignment
        pair = self.index[np.arange(self.atoms), part]
        x[pair[pair >= 0]] = 1.0
        if self.opened is not None:
            x[self.opened[np.unique(assignment)]] = 1.0
        return x

    def read(self, x: np.ndarray) -> np.ndarray:
        """Read the part of every unit from the columns' values (the largest where split)."""
        value = np.full((self.atoms, self.problem.columns), -1.0)
        value[self.pair_atom, self.pair_column] = x[: len(self.pair_atom)]
        return value.argmax(axis=1)[self.problem.atom]

    def shares(self, x: np.ndarray) -> np.ndarray:
        """Spread the columns' values out as ``(atoms, k)``."""
        value = np.zeros((self.atoms, self.problem.columns))
        value[self.pair_atom, self.pair_column] = x[: len(self.pair_atom)]
        return value
