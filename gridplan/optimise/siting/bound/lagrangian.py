"""
Lagrangian relaxation of the assignment constraints: one knapsack a site, then the cheapest sites.

Pirkul, *Computers & Operations Research* 14(2), 1987; Lorena and Senne, *C&OR* 31(6), 2004. The
multiplier of a unit's constraint is called its price here.
Prices move along a deflected, scaled subgradient with Polyak's step, near the top along the mean of
all (:mod:`.ascent`). Guarantee: every value is a lower bound on the whole problem, because no price
may exceed the cheapest arc left out of the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.knapsack import scratch_of
from gridplan.optimise.methods.step import DEFAULT as ASCENT
from gridplan.optimise.methods.step import AscentParams, Step
from gridplan.optimise.siting.bound.ascent import AWAY, SETTLED, Ascent, Dual, ascend, evaluate
from gridplan.optimise.siting.bound.knapsack import Gathered, Loads, Packed, Point
from gridplan.optimise.siting.bound.site_choice import counts_of
from gridplan.optimise.siting.bound.toll import room_of
from gridplan.optimise.siting.question.arcs import Arcs, by_site
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class RelaxationParams:
    """
    Tuning of the relaxation.

    Parameters
    ----------
    ascent
        Of the subgradient ascent.
    reported
        Steps between two reports.
    arcs_a_slice
        Arcs looked at between two looks at the clock.
    uneven
        Standard deviation of the logarithm of prices over their scale from which on prices are
        scaled anew: where most arcs cost next to nothing (only what exceeds a standard counts),
        prices end up elsewhere than they began.
    least_scale
        Least scale then, as a share of the mean price.
    margin, margin_scale
        Room for prices to rise above those at hand before arcs are gathered anew, as shares of the
        price and of its scale.
    many_units
        Units an open site from which on load constraints are relaxed as well
        (:mod:`.load_multipliers`).
    some_units, most_packed
        The same where there are more arcs than so many, which take too long to pack and to branch
        on.
    whole_nodes
        Nodes of a whole-unit knapsack.
    resumed
        First stride from prices that are nearly right, as a share of their sum.
    """

    ascent: AscentParams = ASCENT
    reported: int = 20
    arcs_a_slice: int = 4_000_000
    uneven: float = 0.4
    least_scale: float = 1e-3
    margin: float = 0.3
    margin_scale: float = 0.1
    many_units: float = 80.0
    some_units: float = 40.0
    most_packed: int = 1_500_000
    whole_nodes: int = 2000
    resumed: float = 0.005


DEFAULT = RelaxationParams()


@dataclass(frozen=True, eq=False)
class Priced:
    """
    One evaluation of the relaxation.

    Parameters
    ----------
    bound
        Lower bound on the objective at ``price``; infinite when no choice of sites is possible.
    price
        ``(n,)`` of units.
    value
        ``(m,)`` price of opening each site, its money at the toll.
    rate
        ``(m,)`` dual price of the site's capacity (negative) or lower bound (positive).
    chosen
        Sites opened in the relaxation.
    served
        ``(n,)`` how often each unit is served by them.
    toll, base
        Dual price of money, and what the bound begins from: the values of the sites chosen are
        added to it.
    """

    bound: float
    price: np.ndarray
    value: np.ndarray
    rate: np.ndarray
    chosen: np.ndarray
    served: np.ndarray
    toll: float
    base: float


class Duals(NamedTuple):
    """
    Prices to begin from.

    Parameters
    ----------
    price
        ``(n,)`` of units.
    rate
        ``(m,)`` dual price of each site's bounds on load, as of :class:`Priced`.
    openness
        ``(m,)`` how often each site was open lately.
    """

    price: np.ndarray
    rate: np.ndarray
    openness: np.ndarray

    def of(self, units: np.ndarray, sites: np.ndarray) -> Duals:
        """Take those of a part of the question."""
        return Duals(self.price[units], self.rate[sites], self.openness[sites])


class Relaxation:
    """
    The relaxation of one case over a list of arcs; keeps the prices it has reached.

    Parameters
    ----------
    case, arcs
        The question and its (possibly shortened) arcs.
    params
        Tuning.
    """

    def __init__(self, case: Case, arcs: Arcs, params: RelaxationParams = DEFAULT) -> None:
        self.case, self.params = case, params
        self.arcs = arcs
        self.best: Priced | None = None
        self.openness = np.zeros(case.m)
        self.whole_question = True  # else a branch of it, whose bound says nothing of the rest
        self.step = Step(patience=params.ascent.patience)
        self.price, self.rate = self._first_price(), np.zeros(case.m)
        self.scale = np.maximum(self.price, 1e-12 + 0.05 * float(self.price.mean()))
        self._limit = np.full(case.n, -np.inf)
        self._full = np.zeros(case.n, dtype=bool)
        filling = bool((case.lower > 0).any())
        # Where sites must fill up, a unit near one may be worth less than nothing.
        self._floor = -np.inf if filling else 0.0
        loads = Loads(case.demand, case.capacity, case.lower)
        self.room = room_of(case)
        self._dual = Dual(loads, counts_of(case), case.site_cost, filling)

    def anew(self, case: Case, arcs: Arcs) -> Relaxation:
        """Begin a relaxation of the same kind, for a branch of the question."""
        other = Relaxation(case, arcs, self.params)
        other.scale = self.scale
        return other

    def _first_price(self) -> np.ndarray:
        """Cost of the arc by which each unit would have met two open sites."""
        start, usable = self.arcs.start, self.case.m - int(self.case.closed.sum())
        many = np.diff(start)
        place = np.minimum(np.ceil(1.5 * usable / likely_number(self.case)), many - 1)
        at = start[:-1] + np.maximum(0, place).astype(np.int64)
        return np.asarray(self.arcs.cost[np.minimum(at, len(self.arcs.cost) - 1)])

    def go_on_from(self, price: np.ndarray, rate: np.ndarray, toll: float = 0.0) -> None:
        """Begin from these prices of units, dual prices of sites, and of money."""
        self.price, self.rate = price, rate
        self.room.toll[0] = toll

    def suit_rates(self, run: Run) -> None:
        """Bring dual prices of sites to their best at the prices at hand: packing does anyway."""

    def raise_proven(self, run: Run, *, iterations: int) -> None:
        """Raise the bound over arcs that the question leaves out: prices here heed them anyway."""

    def resume(self, duals: Duals) -> None:
        """Begin near prices that are nearly right, with a stride as short as that."""
        self.go_on_from(duals.price, duals.rate)
        self.openness = duals.openness.copy()
        self.step.stride = self.params.resumed * float(np.abs(duals.price).sum())

    @property
    def duals(self) -> Duals:
        """The best prices so far, for a relaxation to resume from."""
        assert self.best is not None
        return Duals(self.best.price, self.best.rate, self.openness)

    def scale_anew(self) -> bool:
        """
        Scale prices by where they are now, half way to all alike, if that is far from before.

        Returns
        -------
        bool
            Whether it was.
        """
        if self.best is None:
            return False
        price = np.abs(self.best.price)
        mean = float(price.mean())
        now = np.maximum(price, self.params.least_scale * mean)
        if mean <= 0.0 or float(np.std(np.log(now / self.scale))) <= self.params.uneven:
            return False
        self.scale = np.sqrt(now * mean)
        return True

    def _activate(self, price: np.ndarray) -> None:
        """Gather anew the arcs that can matter, with room for prices to rise."""
        params = self.params
        margin = params.margin * np.abs(price) + params.margin_scale * self.scale
        self._limit = price + margin
        start, cost = self.arcs.start, self.arcs.cost
        last = cost[np.maximum(start[1:] - 1, 0)]
        whole = np.isinf(self.arcs.beyond)
        self._full = whole & ((last <= self._limit) | (np.diff(start) == 0))
        begin, unit, cost, _ = by_site(self.arcs, self._limit, self.case.m)
        self._gathered = Gathered(begin, unit, cost, self._limit, self.arcs.beyond, self._full)
        self._packed = Packed(
            np.empty(len(unit), dtype=np.int64),
            np.zeros(self.case.m, dtype=np.int64),
            np.ones(self.case.m),
            np.zeros(self.case.m, dtype=np.int8),
            self.room,
            scratch_of(max(self.case.m, int(np.diff(begin).max(initial=0)))),
        )

    def evaluate(self, price: np.ndarray, *, nodes: int = 0) -> Priced:
        """Solve the relaxation at these prices, every site exactly; ``nodes`` as for a climb."""
        price = np.minimum(price, self.arcs.beyond)
        if (price > self._limit).any():
            self._activate(price)
        point = self._point(price)
        bound = evaluate(self._dual, self._gathered, self._packed, point, nodes, True)
        chosen = np.flatnonzero(point.picked)
        toll = float(self.room.toll[0])
        return Priced(
            bound, price, point.value, point.rate, chosen, point.served, toll,
            base_of(self.case, price, toll),
        )  # fmt: skip

    def _point(self, price: np.ndarray) -> Point:
        """Room for one evaluation at these prices."""
        m = self.case.m
        rate = (self.rate if self.best is None else self.best.rate).copy()
        return Point(price, np.full(m, np.inf), rate, np.zeros(m, bool), np.zeros(self.case.n))

    @property
    def proven(self) -> float:
        """Bound over all arcs."""
        assert self.best is not None
        return self.best.bound

    def raise_bound(
        self,
        run: Run,
        *,
        iterations: int,
        target: float | None = None,
        nodes: int = 0,
        patience: int | None = None,
        stop_at: float = np.inf,
    ) -> int:
        """
        Raise the bound for some iterations, from the best prices so far.

        Parameters
        ----------
        run
            Charged for the work.
        iterations
            At most this many.
        target
            Objective of the best solution known.
        nodes
            Limit of each whole-unit knapsack; 0 for fractional ones.
        patience
            Iterations without gain after which the step is halved; by default the relaxation's.
        stop_at
            Bound with which to be content.

        Returns
        -------
        int
            Iterations done.
        """
        price = (self.price if self.best is None else self.best.price).copy()
        point, best = self._point(price), np.full(1, -np.inf)
        if self.best is not None:
            best[0] = self.best.bound
        self.step.begin(best[0], patience=patience)
        ascent = Ascent(
            self.params.ascent, self.step.state, np.inf if target is None else float(target),
            float(stop_at), self._floor, self.scale, np.zeros(self.case.n), best, price.copy(),
            self.openness,
        )  # fmt: skip
        done, why = 0, AWAY
        while done < iterations and why != SETTLED and (run.ended_by is None or not done):
            if why == AWAY:
                self._activate(np.minimum(price, self.arcs.beyond))
            listed = len(self._gathered.unit)
            slices = self.params.arcs_a_slice // (1 + listed)
            each = max(1, min(iterations - done, self.params.reported, slices))
            steps, why = ascend(
                self._dual, self._gathered, self._packed, point, ascent, nodes, each
            )
            done += steps
            size = (1.0 if nodes else 0.5) * listed + 12.0 * self.case.m
            run.spend(steps * (size * WEIGHTS.arc + WEIGHTS.ascent))
            if self.whole_question and np.isfinite(best[0]):
                run.report("bound", bound=float(best[0]))
        if self.best is None or best[0] > self.best.bound:
            self.best = self.evaluate(ascent.best_price, nodes=nodes)
        return done


def likely_number(case: Case) -> float:
    """Guess how many sites open: as few as may, or as many as the budget is good for."""
    if case.low == case.high or np.isinf(case.budget):
        return float(max(1, case.low))
    usual = float(np.mean(np.abs(case.spend))) or 1.0
    return float(np.clip(case.budget / usual, max(1, case.low), max(1, case.high)))


def base_of(case: Case, price: np.ndarray, toll: float) -> float:
    """Sum the terms of the bound that no choice of sites changes."""
    return float(price.sum()) - (toll * case.budget if toll > 0.0 else 0.0)


def many_units(case: Case, params: RelaxationParams = DEFAULT) -> bool:
    """Whether sites carry so many units that pricing their loads serves better than packing."""
    arcs = case.cost.nnz if case.sparse else case.n * case.m
    least = params.some_units if arcs > params.most_packed else params.many_units
    return case.capacitated and case.n > least * max(1, case.low)


def whole_nodes(case: Case, params: RelaxationParams = DEFAULT) -> int:
    """Nodes of a whole-unit knapsack; 0 where units are so small that packing gains nothing."""
    return params.whole_nodes if case.capacitated and not many_units(case, params) else 0
