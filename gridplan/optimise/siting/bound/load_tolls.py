"""The same lower bound for sites of many units: their bounds on load priced as well.

With hundreds of units a site, prices of units alone move a site's whole load back and forth. A toll
per demand at every site (negative below its lower bound, positive at its capacity) takes that out
of the units' prices, needs no sorting, and reaches the bound of the linear relaxation (Geoffrion,
*Mathematical Programming Study* 2, 1974) in some hundred cheap passes over the arcs.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.bound.lagrangian import Priced, Relaxation, many_units
from gridplan.optimise.siting.bound.load_band import border, pull
from gridplan.optimise.siting.bound.site_choice import cheapest_sites
from gridplan.optimise.siting.bound.step import Step, aim, falters, set_out, spent
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray
# A change of all tolls by this share of the mean distance weighs as much as doubling all prices.
TOLL_SCALE = 0.2
# Tolls beyond so many times the mean distance are capped: any toll gives a valid bound.
MOST_TOLL = 40.0


class Tolled(Relaxation):
    """
    A relaxation in prices of units and tolls of sites.

    Parameters
    ----------
    case, arcs
        The question and its (possibly shortened) arcs.
    """

    def __init__(self, case: Case, arcs: Arcs) -> None:
        super().__init__(case, arcs)
        self.step = Step(patience=20)
        self.toll = np.zeros(case.m)
        self.mean = float(self.price.sum()) / max(1e-12, float(case.demand.sum()))
        self._most_gift = MOST_TOLL * self.mean
        beyond = arcs.beyond / np.maximum(case.demand, 1e-12)
        beyond = beyond[np.isfinite(beyond)]
        if len(beyond):
            # Gifts reach over the arcs left out: half of what those cost is for gifts, half for us.
            self._most_gift = min(self._most_gift, 0.5 * float(np.median(beyond)))
        # Where nothing is ever full a toll would pay for an infinite load.
        self._most_toll = np.where(np.isfinite(case.capacity), MOST_TOLL * self.mean, 0.0)
        self._gift = np.full(case.m, -1.0)
        self._margin = 0.2

    def go_on_from(self, price: Array, rate: Array) -> None:
        """Begin from these prices and, with their sign turned, tolls."""
        self.price, self.toll = price, -rate

    def _gather(self, price: Array, toll: Array) -> None:
        """Gather anew the arcs that can matter, with room for prices and gifts to grow."""
        # Gathering is dear and prices climb at first: take more each time, up to a point.
        self._margin = min(1.2 * self._margin, 0.5)
        self._limit = price + self._margin * (np.abs(price) + 0.3 * self.scale)
        gift = np.maximum(0.0, -toll)
        self._gift = (1.0 + self._margin) * gift + 0.3 * self._margin * self.mean
        self.begin, self.unit, self.cost = within_reach(
            self.arcs.start, self.arcs.site, self.arcs.cost, self._limit, self.case.demand,
            self._gift,
        )  # fmt: skip

    def evaluate_at(self, price: Array, toll: Array) -> tuple[Priced, Array]:
        """
        Solve the relaxation at these prices and tolls.

        Returns
        -------
        priced
            With ``rate`` the tolls with their sign turned.
        load
            ``(m,)`` demand that the sites chosen would take.
        """
        case = self.case
        toll = np.clip(toll, -self._most_gift, self._most_toll)
        gift = max(0.0, -float(toll.min(initial=0.0)))
        price = np.minimum(price, self.arcs.beyond - case.demand * gift)
        if (price > self._limit).any() or (-toll > self._gift).any():
            self._gather(price, toll)
        value = np.empty(case.m)
        flat = (self.begin, self.unit, self.cost, case.demand, price, toll)
        with_tolls(*flat, value)
        value -= border(toll, case.capacity, case.lower) * toll
        value += case.site_cost
        chosen = cheapest_sites(case, value)
        served, load = np.zeros(case.n), np.zeros(case.m)
        if chosen is None:
            return Priced(np.inf, price, value, -toll, np.zeros(0, np.int64), served), load
        taken(*flat, chosen, served, load)
        bound = float(price.sum() + value[chosen].sum())
        return Priced(bound, price, value, -toll, chosen, served), load

    def climb(
        self,
        run: Run,
        *,
        iterations: int,
        target: float | None = None,
        nodes: int = 0,  # noqa: ARG002  # packing whole units gains nothing here
        patience: int | None = None,
        stop_at: float = np.inf,
    ) -> int:
        """Raise the bound for some iterations; as for the parent, in prices and tolls."""
        case = self.case
        price, toll = self.price.copy(), self.toll.copy()
        if self.best is not None:
            price, toll = self.best.price.copy(), -self.best.rate
        away, pulled = np.zeros(case.n), np.zeros(case.m)
        weight = TOLL_SCALE * self.mean
        self.step.begin(-np.inf if self.best is None else self.best.bound, patience=patience)
        step, goal = self.step.state, np.inf if target is None else target
        for iteration in range(iterations):
            now, load = self.evaluate_at(price, toll)
            run.spend((0.55 * len(self.unit) + 2.0 * case.n) * WEIGHTS.arc + WEIGHTS.ascent)
            if self.best is None or now.bound > self.best.bound:
                self.best = now
            self.openness *= 0.94
            self.openness[now.chosen] += 0.06
            if not np.isfinite(now.bound) or self.best.bound >= stop_at or run.ended_by:
                return iteration + 1
            set_out(step, now.bound, price)
            if falters(step, now.bound):
                if spent(step, goal):
                    return iteration + 1
                price, toll = self.best.price.copy(), -self.best.rate
                away[:], pulled[:] = 0.0, 0.0
                continue
            price, toll = now.price, -now.rate
            away = 0.85 * away + (1.0 - now.served) * self.scale
            some = now.chosen
            pulled *= 0.85
            pulled[some] += weight * pull(
                load[some], toll[some], case.capacity[some], case.lower[some]
            )
            length = float(away @ away + pulled @ pulled)
            size = (aim(step, goal) - now.bound) / max(1e-30, length)
            price = price + size * away * self.scale
            moved = toll + size * weight * pulled
            toll = np.where(toll * moved < 0, 0.0, moved)
            if self.whole_question and iteration % 20 == 19:
                run.report("bound", bound=self.best.bound)
        return iterations


def relaxation_of(case: Case, arcs: Arcs) -> Relaxation:
    """Choose the relaxation that suits the case."""
    return Tolled(case, arcs) if many_units(case) else Relaxation(case, arcs)


@compiled
def within_reach(start, site, cost, limit, demand, gift):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Turn the arcs within price and gift around: site by site, units ascending."""
    n, m = len(start) - 1, len(gift)
    begin = np.zeros(m + 1, dtype=np.int64)
    largest = 0.0
    for j in range(m):
        largest = max(largest, gift[j])
    end = np.empty(n, dtype=np.int64)
    for i in range(n):
        end[i] = start[i + 1]
        for a in range(start[i], start[i + 1]):
            if cost[a] > limit[i] + demand[i] * largest:
                end[i] = a
                break
            if cost[a] <= limit[i] + demand[i] * gift[site[a]]:
                begin[site[a] + 1] += 1
    for j in range(m):
        begin[j + 1] += begin[j]
    fill = begin[:-1].copy()
    unit = np.empty(begin[m], dtype=np.int32)
    price = np.empty(begin[m], dtype=np.float64)
    for i in range(n):
        for a in range(start[i], end[i]):
            j = site[a]
            if cost[a] <= limit[i] + demand[i] * gift[j]:
                unit[fill[j]] = i
                price[fill[j]] = cost[a]
                fill[j] += 1
    return begin, unit, price


@compiled
def with_tolls(begin, unit, cost, demand, price, toll, value):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Sum, per site, what its arcs cost with its toll less the units' prices, where negative."""
    for j in range(len(begin) - 1):
        total, rate = 0.0, toll[j]
        for a in range(begin[j], begin[j + 1]):
            i = unit[a]
            reduced = cost[a] + demand[i] * rate - price[i]
            if reduced < 0.0:
                total += reduced
        value[j] = total


@compiled
def taken(begin, unit, cost, demand, price, toll, opened, served, load):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0913, PLR0917
    """Count how often the opened sites take each unit, and the demand each takes."""
    for q in range(len(opened)):
        j = opened[q]
        rate = toll[j]
        for a in range(begin[j], begin[j + 1]):
            i = unit[a]
            if cost[a] + demand[i] * rate < price[i]:
                served[i] += 1.0
                load[j] += demand[i]
