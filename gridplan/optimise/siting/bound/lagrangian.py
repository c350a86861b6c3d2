"""A proven lower bound: assignment priced out, one knapsack per site (Lagrangian relaxation).

Pirkul, *Computers & Operations Research* 14(2), 1987; Lorena and Senne, *C&OR* 31(6), 2004. Prices
move along a deflected, scaled subgradient with Polyak's step (Held, Wolfe and Crowder 1974), near
the top along the mean of all (Barahona and Anbil 2000). The bound holds for the whole problem: no
price may exceed the cheapest arc left out of the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.bound.ascent import AWAY, SETTLED, ascend, evaluate
from gridplan.optimise.siting.bound.site_choice import counts_of
from gridplan.optimise.siting.bound.step import Step
from gridplan.optimise.siting.question.arcs import Arcs, by_site
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

# Steps, and arcs looked at, between two looks at the clock.
REPORTED = 20
ARCS_A_SLICE = 4_000_000

State = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


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
        self.price, self.rate = self._first_price(), np.zeros(case.m)
        self.scale = np.maximum(self.price, 1e-12 + 0.05 * float(self.price.mean()))
        self._limit = np.full(case.n, -np.inf)
        self._full = np.zeros(case.n, dtype=bool)
        filling = bool((case.lower > 0).any())
        # Where sites must fill up, a unit near one may be worth less than nothing.
        self._floor = -np.inf if filling else 0.0
        self._question = (
            (case.demand, case.capacity, case.lower), case.site_cost, counts_of(case), filling
        )  # fmt: skip

    def _first_price(self) -> np.ndarray:
        """Cost of the arc by which each unit would have met two open sites."""
        start, usable = self.arcs.start, self.case.m - int(self.case.closed.sum())
        many = np.diff(start)
        place = np.minimum(np.ceil(1.5 * usable / max(1, self.case.low)), many - 1)
        at = start[:-1] + np.maximum(0, place).astype(np.int64)
        return np.asarray(self.arcs.cost[np.minimum(at, len(self.arcs.cost) - 1)])

    def go_on_from(self, price: np.ndarray, rate: np.ndarray) -> None:
        """Begin from these prices of units and dual prices of sites."""
        self.price, self.rate = price, rate

    def _activate(self, price: np.ndarray) -> None:
        """Gather anew the arcs that can matter, with room for prices to rise."""
        margin = 0.3 * np.abs(price) + 0.1 * self.scale
        self._limit = price + margin
        start, cost = self.arcs.start, self.arcs.cost
        last = cost[np.maximum(start[1:] - 1, 0)]
        whole = np.isinf(self.arcs.beyond)
        self._full = whole & ((last <= self._limit) | (np.diff(start) == 0))
        self.begin, self.unit, self.cost = by_site(
            start, self.arcs.site, cost, self._limit, self.case.m
        )
        self._lists = (
            self.begin, self.unit, self.cost, self._limit, self.arcs.beyond, self._full
        )  # fmt: skip
        self._scratch = (
            np.empty(len(self.unit), dtype=np.int64),
            np.zeros(self.case.m, dtype=np.int64),
            np.ones(self.case.m),
            np.zeros(self.case.m, dtype=np.int8),
            np.zeros(len(self.case.group_min), dtype=np.int64),
        )

    def evaluate(self, price: np.ndarray, *, nodes: int = 0) -> Priced:
        """Solve the relaxation at these prices, every site exactly; ``nodes`` as for a climb."""
        price = np.minimum(price, self.arcs.beyond)
        if (price > self._limit).any():
            self._activate(price)
        now = self._state(price)
        bound = evaluate(self._question, self._lists, self._scratch, nodes, True, *now)
        _, value, rate, picked, served = now
        return Priced(bound, price, value, rate, np.flatnonzero(picked), served)

    def _state(self, price: np.ndarray) -> State:
        """Room for one evaluation at these prices."""
        m = self.case.m
        rate = (self.rate if self.best is None else self.best.rate).copy()
        return price, np.full(m, np.inf), rate, np.zeros(m, dtype=bool), np.zeros(self.case.n)

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
        price = (self.price if self.best is None else self.best.price).copy()
        now, away = self._state(price), np.zeros(self.case.n)
        best = np.full(1, -np.inf if self.best is None else self.best.bound), price.copy()
        self.step.begin(best[0][0], patience=patience)
        goals = (np.inf if target is None else float(target), float(stop_at), self._floor)
        done, why = 0, AWAY
        while done < iterations and why != SETTLED and (run.ended_by is None or not done):
            if why == AWAY:
                self._activate(np.minimum(price, self.arcs.beyond))
            each = max(1, min(iterations - done, REPORTED, ARCS_A_SLICE // (1 + len(self.unit))))
            steps, why = ascend(
                self._question, self._lists, self._scratch, nodes, self.step.state, goals,
                self.scale, now, away, best, self.openness, each,
            )  # fmt: skip
            done += steps
            size = (1.0 if nodes else 0.5) * len(self.unit) + 12.0 * self.case.m
            run.spend(steps * (size * WEIGHTS.arc + WEIGHTS.ascent))
            if self.whole_question and np.isfinite(best[0][0]):
                run.report("bound", bound=float(best[0][0]))
        if self.best is None or best[0][0] > self.best.bound:
            self.best = self.evaluate(best[1], nodes=nodes)
        return done


def many_units(case: Case) -> bool:
    """Whether sites carry so many units that tolls serve better than packing whole units."""
    return case.capacitated and case.n > 80 * max(1, case.low)


def whole_nodes(case: Case) -> int:
    """Limit of a whole-unit knapsack; 0 where units are so small that packing gains nothing."""
    return 2000 if case.capacitated and not many_units(case) else 0
