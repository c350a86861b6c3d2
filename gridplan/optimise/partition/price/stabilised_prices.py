"""
Stabilised column generation: prices on their way to the best bound.

Prices move in a box around the best ones known: it doubles where it binds though all parts are
there (Marsten, Hogan & Blankenship 1975, doi:10.1287/opre.23.3.389) and narrows after prices that
gave no better bound; an interior method without crossover keeps them central. Every round of
pricing gives a Lagrangian bound at its prices as they stand, so that any end is a sound one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.partition.price.enumerated_pricing import EnumeratedPricing
from gridplan.optimise.partition.price.kernels.subset_row_cuts import (
    SeparationParams,
    SubsetRows,
    violated,
)
from gridplan.optimise.partition.price.kernels.tree import Limits
from gridplan.optimise.partition.price.master import Box, Master
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.price.pricing import Priced, SearchPricing
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class StabilisationParams:
    """
    How prices are moved.

    Parameters
    ----------
    rounds
        Most solves of the restricted master.
    nodes, nodes_tight
        Nodes of one search for a part while prices move, roughly and tightly; beyond, its bound is
        weaker but holds.
    idle
        Boxes, each twice as wide, in which there is next to nothing to gain before prices rest.
    shrink
        Factor on the box after prices that gave no better bound (Marsten, Hogan & Blankenship
        1975).
    branching_box
        Radius, in mean prices, within which branches are tried.
    full, kept
        Parts of the master at which it is thinned, and that stay then.
    each
        Parts taken from one search.
    separation
        Of subset-row cuts.
    """

    rounds: int = 120
    nodes: int = 3000
    nodes_tight: int = 10_000
    idle: int = 4
    shrink: float = 0.7
    branching_box: float = 0.5
    full: int = 1500
    kept: int = 900
    each: int = 12
    separation: SeparationParams = field(default_factory=SeparationParams)


@dataclass(frozen=True, eq=False)
class Warm:
    """
    Where column generation begins.

    Parameters
    ----------
    price
        ``(n,)`` of the units, the nearer to the best the better.
    parts
        First parts; each center alone is always among them.
    cuts
        Subset-row cuts to begin with.
    """

    price: np.ndarray
    parts: Iterable[Part] = ()
    cuts: SubsetRows | None = None


@dataclass(frozen=True)
class Stop:
    """
    When column generation ends.

    Parameters
    ----------
    target
        Cost of the answer to beat: pairs that only dearer answers use are ruled out; infinite to
        keep them all.
    work
        Work units to use.
    report
        Tell the run of every better bound.
    """

    target: float = np.inf
    work: float = np.inf
    report: bool = False


@dataclass(frozen=True, eq=False)
class Generated:
    """
    Where column generation ended.

    Parameters
    ----------
    bound
        On every answer up to the ``target``: prices and rents less the duals of the cuts.
    target
        Cost of the answer to beat.
    price
        ``(n,)`` of units.
    rent
        ``(k,)``, a lower bound on the reduced cost of the parts of each column.
    cuts
        Subset-row cuts with their duals.
    keep
        ``(n, k)`` pairs that an answer not above the target may use.
    share
        ``(n, k)`` how much of each unit the parts chosen last give to each column.
    rise
        ``(n, k)`` what the bound would rise by with a pair in the answer, infinite where it is
        ruled out.
    parts
        Of the restricted master.
    """

    bound: float
    target: float
    price: np.ndarray
    rent: np.ndarray
    cuts: SubsetRows
    keep: np.ndarray
    share: np.ndarray
    rise: np.ndarray
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class BestDuals:
    """Prices ``(n,)``, rents ``(k,)``, cuts and rises ``(n, k)`` of the best bound."""

    price: np.ndarray
    rent: np.ndarray
    cuts: SubsetRows
    rise: np.ndarray


@dataclass(frozen=True, eq=False)
class Fractional:
    """A choice of the master: parts ``(n, parts)``, their columns, how much of each ``x``."""

    units: sparse.csc_array
    column: np.ndarray
    x: np.ndarray


class Generation:
    """The state of one column generation: best prices so far, master, units left to each column."""

    def __init__(
        self,
        problem: Problem,
        run: Run,
        pricing: SearchPricing | EnumeratedPricing,
        warm: Warm,
        stop: Stop,
        params: StabilisationParams,
    ) -> None:
        p, price = problem, warm.price
        self.problem, self.run, self.target, self.params = p, run, stop.target, params
        self._enough = run.work + stop.work
        self._report = stop.report
        self.pricing = pricing
        self._dearest = p.dearest(self.pricing.mask)
        self.master = Master(p)
        self.master.add((k, np.array([c], dtype=np.int64)) for k, c in enumerate(p.centers))
        self.master.add(warm.parts)
        self.cuts = SubsetRows.none(p.columns) if warm.cuts is None else warm.cuts
        self.master.thin(self.master.reduced(price, self.cuts), params.kept, params.kept)
        self.bound, self.price = -np.inf, price
        self._scale = max(float(np.abs(price.sum())), 1e-12)
        self._unit_price = max(float(np.abs(price).mean()), 1e-12)
        self.best = BestDuals(
            price, np.full(p.columns, -np.inf), self.cuts, np.zeros((p.units, p.columns))
        )
        self._chosen: Fractional | None = None
        self._spared = int(self.cuts.spared.sum())

    @property
    def over(self) -> bool:
        """Whether the target is met or the work is done."""
        return (
            self.run.ended_by is not None
            or self.run.work > self._enough
            or self.bound >= self.target
        )

    @property
    def gap(self) -> float:
        """What is left to the target."""
        return max(self.target - self.bound, 0.0)

    def found(self) -> Generated:
        """Return where it stands."""
        best, keep = self.best, self.pricing.mask
        return Generated(
            bound=self.bound,
            target=self.target,
            price=best.price,
            rent=best.rent,
            cuts=best.cuts,
            keep=keep,
            share=self._shares(),
            rise=np.where(keep, best.rise, np.inf),
            parts=tuple(self.master.parts),
        )

    def _shares(self) -> np.ndarray:
        p, out = self.problem, np.zeros((self.problem.units, self.problem.columns))
        if self._chosen is not None:
            for k in range(p.columns):
                mine = self._chosen.column == k
                out[:, k] = self._chosen.units[:, mine] @ self._chosen.x[mine]
        return out

    def strong_branch(self, unit: int, k: int) -> tuple[float, float]:
        """Tell what the master costs with a unit in ``k``, and without; -inf if unknown."""
        m = self.master
        holds = m.units[[unit]].toarray().ravel() > 0
        box = Box(self.price, self.params.branching_box * self._unit_price)
        out = []
        for among in ((m.column == k) | ~holds, (m.column != k) | ~holds):
            solved = m.solve(box, self.cuts, self.run, interior=1e-3, among=among)
            out.append(-np.inf if solved is None else solved.value)
        return out[0], out[1]

    def converge(self, *, tight: bool) -> None:
        """Generate parts until the bound rests: roughly, or near what the cuts allow."""
        p, params = self.problem, self.params
        radius, idle = 0.05 * self._unit_price, 0
        for number in range(params.rounds):
            tolerance, slack, nodes = self._tolerances(tight=tight)
            value, binding = np.inf, True
            tried, cuts = self.price, self.cuts
            if number or np.isfinite(self.bound):  # the first prices are tried as they are
                box = Box(self.price, radius)
                solved = self.master.solve(
                    box, self.cuts, self.run, interior=1e-5 if tight else 1e-4
                )
                if solved is None:
                    return
                value, tried, cuts = solved.value, solved.price, solved.cuts
                self._chosen = Fractional(self.master.units, self.master.column, solved.x)
                binding = bool((np.abs(tried - self.price) > 0.999 * radius).any()) or bool(
                    (cuts.dual - self.cuts.dual > 0.999 * radius).any()
                )
            before = self.bound
            added = self._price_all(tried, cuts, slack / p.columns, nodes)
            if self.over:
                return
            near = value - self.bound <= tolerance
            idle = 0 if self.bound > before else idle + near
            if near or not added:
                if not binding or idle > (params.idle if tight else 0):
                    return
                radius *= 2.0
            elif self.bound <= before:
                radius *= params.shrink

    def _tolerances(self, *, tight: bool) -> tuple[float, float, int]:
        """Tell what is near enough, by how much parts may be missed, and the nodes of a search."""
        tolerance, slack = 1e-3 * self._scale, 5e-5 * self._scale
        if not tight:
            return tolerance, slack, self.params.nodes
        tolerance = min(tolerance, max(2e-5 * self._scale, 0.05 * self.gap))
        return tolerance, min(1e-5 * self._scale, 0.02 * self.gap), self.params.nodes_tight

    def separate(self) -> bool:
        """Take up cuts that the parts chosen last break; tell whether anything is new."""
        if self._chosen is None:
            return False
        chosen = self._chosen
        fresh = violated(chosen.units, chosen.x, self.cuts.unit, self.params.separation)
        self.cuts = self.cuts.renewed(fresh)
        spared, self._spared = self._spared, int(self.cuts.spared.sum())
        return len(fresh) > 0 or self._spared > spared

    def _price_all(self, price: np.ndarray, cuts: SubsetRows, slack: float, nodes: int) -> int:
        """Price every column; return how many parts are new."""
        columns = self.problem.columns
        beat = np.full(columns, np.inf)
        reduced = self.master.reduced(price, cuts)
        np.minimum.at(beat, self.master.column, reduced)

        def search(k: int) -> Priced:
            limits = Limits(float(beat[k]), slack, nodes, every=False)
            return self.pricing.search(k, price, cuts, limits, self.params.each)

        met = parallel_map(search, range(columns))
        self.run.spend(sum(one.work for one in met))
        bounds = np.array([priced.bound for priced in met])
        bound = float(price.sum() - cuts.dual.sum() + bounds.sum())
        if bound > self._dearest:  # no parts are left that make a whole
            self.bound = np.inf
            return 0
        if bound > self.bound:
            self.bound, self.price, self.cuts = bound, price, cuts
            self.best = BestDuals(price, bounds, cuts, _rises(met, bounds))
            if self._report:
                self.run.report("bound", bound=min(self.bound, self.target))
        for k in range(columns):
            if met[k].cut_off and len(cuts):
                self._spare(k, cuts)
        limit = self.target + 1e-9 * abs(self.target)
        self.pricing.rule_out(met, bound, limit)
        of_use = bound - bounds[self.master.column] + reduced <= limit
        self.master.keep(np.flatnonzero(of_use))
        self.master.thin(reduced[of_use], self.params.full, self.params.kept)
        self.master.drop(self.pricing.mask)
        return self.master.add(part for priced in met for part in priced.parts)

    def _spare(self, k: int, cuts: SubsetRows) -> None:
        """Let a column off cuts whose duals made its search too long."""
        chosen = self._chosen
        if chosen is None:
            return
        which = np.flatnonzero((cuts.dual > 0) & ~cuts.spared[:, k])
        mine = chosen.column == k
        rows = cuts.rows(chosen.units[:, mine], chosen.column[mine])
        mass = rows[which] @ chosen.x[mine]
        self.cuts = self.cuts.sparing(k, which[np.lexsort((cuts.dual[which], mass))])


def _rises(met: list[Priced], bounds: np.ndarray) -> np.ndarray:
    """Tell what a bound rises by with each pair."""
    return np.stack([priced.entry for priced in met], axis=1) - bounds
