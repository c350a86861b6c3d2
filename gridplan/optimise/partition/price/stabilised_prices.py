"""Prices on their way to the best bound: the state of one column generation.

Prices move in a box around the best ones known: it doubles where it binds though all parts are
there (Marsten, Hogan & Blankenship 1975, doi:10.1287/opre.23.3.389) and narrows after prices that
gave no better bound; an interior method without crossover keeps them central.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import abreast
from gridplan.optimise.partition.price.enumerated_pricing import Sieve
from gridplan.optimise.partition.price.kernels.subset_row_cuts import Triples, violated
from gridplan.optimise.partition.price.master import KEPT, Box, Master
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.price.pricing import Fields, Search
from gridplan.optimise.partition.question.problem import Problem

ROUNDS = 120
NODES = 3000
"""Nodes of one search for a part while prices move; beyond, its bound is weaker but holds."""

NODES_SHARP = 10_000
"""The same once triples are taken up."""

IDLE = 4
"""Boxes, each twice as wide, in which there is next to nothing to gain before prices rest."""

SHRINK = 0.7
"""Narrowing of the box after prices that gave no better bound."""

STRONG = 0.5
"""Box, in mean prices, within which branches are tried."""

FULL = 1500
"""Parts of the linear program at which it is thinned."""

EACH = 12
"""Parts taken from one search."""


@dataclass(frozen=True, eq=False)
class Generated:
    """
    Where column generation ended.

    ``price`` ``(n,)`` of units and ``rent`` ``(k,)``, a lower bound on the reduced cost of the
    parts of each column, less the tolls of ``triples`` sum to ``bound``; ``keep`` ``(n, k)`` marks
    the pairs that an answer not above the ``target`` may use, ``share`` ``(n, k)`` how much of each
    unit the parts chosen last give to each column; ``rise`` ``(n, k)`` is what the bound would rise
    by with a pair in the answer, infinite where it is ruled out. Up to the target the bound holds.
    """

    bound: float
    target: float
    price: np.ndarray
    rent: np.ndarray
    triples: Triples
    keep: np.ndarray
    share: np.ndarray
    rise: np.ndarray
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Settled:
    """Prices, rents, tolls and rises that belong together: those of the best bound."""

    price: np.ndarray
    rent: np.ndarray
    triples: Triples
    rise: np.ndarray


@dataclass(frozen=True, eq=False)
class Chosen:
    """Parts ``(n, parts)`` with their columns, and how much of each was chosen."""

    units: sparse.csc_array
    column: np.ndarray
    x: np.ndarray


class Generation:
    """Prices on their way: the best so far, the linear program, the units left to each column."""

    def __init__(  # noqa: PLR0913  # where to begin and when to end
        self,
        problem: Problem,
        run: Run,
        *,
        fields: Fields | Sieve,
        price: np.ndarray,
        triples: Triples | None,
        parts: Iterable[Part],
        target: float,
        work: float,
        report: bool,
    ) -> None:
        p = problem
        self.problem, self.run, self.target = p, run, target
        self.enough = run.work + work
        self.report = report
        self.fields = fields
        self.dearest = p.dearest(self.fields.mask)
        self.master = Master(p)
        self.master.add((k, np.array([c], dtype=np.int64)) for k, c in enumerate(p.centers))
        self.master.add(parts)
        self.triples = Triples.none(p.columns) if triples is None else triples
        self.master.thin(self.master.reduced(price, self.triples), KEPT)
        self.bound, self.price = -np.inf, price
        self.scale = max(float(np.abs(price.sum())), 1e-12)
        self.unit_price = max(float(np.abs(price).mean()), 1e-12)
        self.best = Settled(
            price, np.full(p.columns, -np.inf), self.triples, np.zeros((p.units, p.columns))
        )
        self.chosen: Chosen | None = None
        self._spared = int(self.triples.spared.sum())

    @property
    def over(self) -> bool:
        """Whether the target is met or the work is done."""
        return (
            self.run.ended_by is not None
            or self.run.work > self.enough
            or self.bound >= self.target
        )

    @property
    def gap(self) -> float:
        """What is left to the target."""
        return max(self.target - self.bound, 0.0)

    def found(self) -> Generated:
        """Return where it stands."""
        best, keep = self.best, self.fields.mask
        return Generated(
            self.bound, self.target, best.price, best.rent, best.triples, keep,
            self._shares(), np.where(keep, best.rise, np.inf), tuple(self.master.parts),
        )  # fmt: skip

    def _shares(self) -> np.ndarray:
        p, out = self.problem, np.zeros((self.problem.units, self.problem.columns))
        if self.chosen is not None:
            for k in range(p.columns):
                mine = self.chosen.column == k
                out[:, k] = self.chosen.units[:, mine] @ self.chosen.x[mine]
        return out

    def rises(self, unit: int, k: int) -> tuple[float, float]:
        """Tell what the linear program costs with a unit in ``k``, and without."""
        m = self.master
        holds = m.units[[unit]].toarray().ravel() > 0
        box = Box(self.price, STRONG * self.unit_price)
        out = []
        for among in ((m.column == k) | ~holds, (m.column != k) | ~holds):
            mastered = m.solve(box, self.triples, self.run, interior=1e-3, among=among)
            out.append(-np.inf if mastered is None else mastered.value)
        return out[0], out[1]

    def settle(self, *, sharp: bool) -> None:
        """Generate parts until the bound settles: roughly, or near what the triples allow."""
        p = self.problem
        radius, idle = 0.05 * self.unit_price, 0
        for number in range(ROUNDS):
            tolerance, slack, nodes = 1e-3 * self.scale, 5e-5 * self.scale, NODES
            if sharp:
                tolerance = min(tolerance, max(2e-5 * self.scale, 0.05 * self.gap))
                slack, nodes = min(1e-5 * self.scale, 0.02 * self.gap), NODES_SHARP
            value, binding = np.inf, True
            tried, triples = self.price, self.triples
            if number or np.isfinite(self.bound):  # the first prices are tried as they are
                box = Box(self.price, radius)
                mastered = self.master.solve(
                    box, self.triples, self.run, interior=1e-5 if sharp else 1e-4
                )
                if mastered is None:
                    return
                value, tried, triples = mastered.value, mastered.price, mastered.triples
                self.chosen = Chosen(self.master.units, self.master.column, mastered.x)
                binding = bool((np.abs(tried - self.price) > 0.999 * radius).any()) or bool(
                    (triples.toll - self.triples.toll > 0.999 * radius).any()
                )
            before = self.bound
            added = self._survey(tried, triples, slack / p.columns, nodes)
            if self.over:
                return
            near = value - self.bound <= tolerance
            idle = 0 if self.bound > before else idle + near
            if near or not added:
                if not binding or idle > (IDLE if sharp else 0):
                    return
                radius *= 2.0
            elif self.bound <= before:
                radius *= SHRINK

    def sharpen(self) -> bool:
        """Take up triples that the parts chosen last break; tell whether anything is new."""
        if self.chosen is None:
            return False
        fresh = violated(self.chosen.units, self.chosen.x, self.triples.unit)
        self.triples = self.triples.renewed(fresh)
        spared, self._spared = self._spared, int(self.triples.spared.sum())
        return len(fresh) > 0 or self._spared > spared

    def _survey(self, price: np.ndarray, triples: Triples, slack: float, nodes: int) -> int:
        """Search every column at these prices; return how many parts are new."""
        columns = self.problem.columns
        beat = np.full(columns, np.inf)
        reduced = self.master.reduced(price, triples)
        np.minimum.at(beat, self.master.column, reduced)

        def search(k: int) -> Search:
            return self.fields.search(
                k, price, triples, beat=float(beat[k]), slack=slack, nodes=nodes, rows=EACH
            )

        met = abreast(search, range(columns))
        self.run.spend(sum(one.work for one in met))
        bounds = np.array([search.bound for search in met])
        bound = float(price.sum() - triples.toll.sum() + bounds.sum())
        if bound > self.dearest:  # no parts are left that make a whole
            self.bound = np.inf
            return 0
        if bound > self.bound:
            self.bound, self.price, self.triples = bound, price, triples
            self.best = Settled(price, bounds, triples, _rises(met, bounds))
            if self.report:
                self.run.report("bound", bound=min(self.bound, self.target))
        for k in range(columns):
            if met[k].cut_off and len(triples):
                self._spare(k, triples)
        limit = self.target + 1e-9 * abs(self.target)
        self.fields.rule_out(met, bound, limit)
        of_use = bound - bounds[self.master.column] + reduced <= limit
        self.master.keep(np.flatnonzero(of_use))
        self.master.thin(reduced[of_use], FULL)
        self.master.drop(self.fields.mask)
        return self.master.add(part for search in met for part in search.parts)

    def _spare(self, k: int, triples: Triples) -> None:
        """Let a column off triples whose tolls made its search too long."""
        chosen = self.chosen
        if chosen is None:
            return
        which = np.flatnonzero((triples.toll > 0) & ~triples.spared[:, k])
        mine = chosen.column == k
        rows = triples.rows(chosen.units[:, mine], chosen.column[mine])
        mass = rows[which] @ chosen.x[mine]
        self.triples = self.triples.sparing(k, which[np.lexsort((triples.toll[which], mass))])


def _rises(met: list[Search], bounds: np.ndarray) -> np.ndarray:
    """Tell what a bound rises by with each pair."""
    return np.stack([search.entry for search in met], axis=1) - bounds
