"""A proven lower bound: assignment priced out, one knapsack per site (Lagrangian relaxation).

Pirkul, *Computers & Operations Research* 14(2), 1987; Lorena and Senne, *C&OR* 31(6), 2004. Prices
move along a deflected, scaled subgradient with Polyak's step (Held, Wolfe and Crowder 1974). The
bound holds for the whole problem: no price may exceed the cheapest arc left out of the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.run import Run
from gridplan.optimise.siting.arcs import Arcs, by_site
from gridplan.optimise.siting.case import Case
from gridplan.optimise.siting.choice import cheapest_sites
from gridplan.optimise.siting.knapsack import price_sites, tally
from gridplan.optimise.siting.step import Step

ARCS_PER_WORK = 4.0e7


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
        ``(m,)`` price of opening each site.
    rate
        ``(m,)`` dual price of the site's capacity (negative) or lower bound (positive).
    chosen
        Sites opened in the relaxation.
    served
        ``(n,)`` how often each unit is served by them.
    """

    bound: float
    price: np.ndarray
    value: np.ndarray
    rate: np.ndarray
    chosen: np.ndarray
    served: np.ndarray


class Relaxation:
    """
    The relaxation of one case over a list of arcs; keeps the prices it has reached.

    Parameters
    ----------
    case, arcs
        The question and its (possibly shortened) arcs.
    """

    def __init__(self, case: Case, arcs: Arcs) -> None:
        self.case = case
        self.arcs = arcs
        self.best: Priced | None = None
        self.openness = np.zeros(case.m)
        self.whole_question = True  # else a branch of it, whose bound says nothing of the rest
        self.step = Step(patience=15)
        self.price = self._first_price()
        self.scale = np.maximum(self.price, 1e-12 + 0.05 * float(self.price.mean()))
        self._limit = np.full(case.n, -1.0)
        self._full = np.zeros(case.n, dtype=bool)

    def _first_price(self) -> np.ndarray:
        """Cost of the arc by which each unit would have met two open sites."""
        start, usable = self.arcs.start, self.case.m - int(self.case.closed.sum())
        many = np.diff(start)
        place = np.minimum(np.ceil(1.5 * usable / max(1, self.case.low)), many - 1)
        at = start[:-1] + np.maximum(0, place).astype(np.int64)
        return np.asarray(self.arcs.cost[np.minimum(at, len(self.arcs.cost) - 1)])

    def go_on_from(self, price: np.ndarray, rate: np.ndarray) -> None:  # noqa: ARG002  # found anew
        """Begin from these prices."""
        self.price = price

    def _activate(self, price: np.ndarray) -> None:
        """Gather anew the arcs that can matter, with room for prices to rise."""
        margin = 0.3 * np.abs(price) + 0.1 * self.scale
        self._limit = price + margin
        start, cost = self.arcs.start, self.arcs.cost
        last = cost[np.maximum(start[1:] - 1, 0)]
        whole = np.isinf(self.arcs.beyond)
        self._full = whole & ((last <= self._limit) | (np.diff(start) == 0))
        lists = by_site(start, self.arcs.site, cost, self._limit, self.case.m)
        self.begin, self.unit, self.cost = lists
        size = len(self.unit)
        self._taken = np.empty(size, dtype=np.int64)
        self._count = np.zeros(self.case.m, dtype=np.int64)
        self._last = np.ones(self.case.m)

    def evaluate(self, price: np.ndarray, *, nodes: int = 0) -> Priced:
        """Solve the relaxation at these prices; ``nodes`` above zero packs whole units."""
        case = self.case
        price = np.minimum(price, self.arcs.beyond)
        if (price > self._limit).any():
            self._activate(price)
        value, rate = np.empty(case.m), np.empty(case.m)
        outside = self._outside(price)
        price_sites(
            self.begin, self.unit, self.cost, price, case.demand, case.capacity, case.lower,
            outside, nodes, value, self._taken, self._count, self._last, rate,
        )  # fmt: skip
        value += case.site_cost
        chosen = cheapest_sites(case, value)
        served = np.zeros(case.n)
        if chosen is None:
            return Priced(np.inf, price, value, rate, np.zeros(0, np.int64), served)
        tally(
            self.begin, self.unit, chosen, self._taken, self._count, self._last, served,
            np.ones(len(chosen)),
        )  # fmt: skip
        bound = float(price.sum() + value[chosen].sum())
        return Priced(bound, price, value, rate, chosen, served)

    def _outside(self, price: np.ndarray) -> float:
        """Least reduced cost per demand of the arcs not gathered."""
        if not (self.case.lower > 0).any():
            return np.inf
        out = ~self._full & (self.case.demand > 0)
        if not out.any():
            return np.inf
        left = np.minimum(self._limit, self.arcs.beyond) - price
        return float((left[out] / self.case.demand[out]).min())

    def climb(
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
        price = self.best.price.copy() if self.best is not None else self.price
        away = np.zeros(self.case.n)
        self.step.begin(-np.inf if self.best is None else self.best.bound, patience=patience)
        for iteration in range(iterations):
            now = self.evaluate(price, nodes=nodes)
            run.spend((len(self.unit) * (3.0 if nodes else 1.0) + 4e3) / ARCS_PER_WORK)
            if self.best is None or now.bound > self.best.bound:
                self.best = now
            opened = np.zeros(self.case.m)
            opened[now.chosen] = 1.0
            self.openness += 0.06 * (opened - self.openness)
            if not np.isfinite(now.bound) or self.best.bound >= stop_at:
                return iteration + 1
            if run.ended_by is not None:
                return iteration + 1
            if self.step.falters(now.bound, price):
                if self.step.spent:
                    return iteration + 1
                price, away = self.best.price.copy(), np.zeros(self.case.n)
                continue
            slope = (1.0 - now.served) * self.scale
            away = 0.6 * away + slope
            size = (self.step.aim(target) - now.bound) / max(1e-30, float(away @ away))
            # Where sites must fill up, a unit near one may be worth less than nothing.
            floor = -np.inf if (self.case.lower > 0).any() else 0.0
            price = np.clip(price + size * away * self.scale, floor, self.arcs.beyond)
            if self.whole_question and iteration % 20 == 19:
                run.report("bound", bound=self.best.bound)
        return iterations


def many_units(case: Case) -> bool:
    """Whether sites carry so many units that tolls serve better than packing whole units."""
    return case.capacitated and case.n > 80 * max(1, case.low)


def whole_nodes(case: Case) -> int:
    """Limit of a whole-unit knapsack; 0 where units are so small that packing gains nothing."""
    return 2000 if case.capacitated and not many_units(case) else 0
