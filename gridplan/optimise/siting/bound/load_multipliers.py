"""
Lagrangian relaxation of assignment and load constraints together, for sites of many units.

With hundreds of units a site, prices of units alone move a site's whole load back and forth. A
multiplier per demand at every site (negative below its lower bound, positive at its capacity) takes
that out of the units' prices, needs no sorting, and reaches the bound of the linear relaxation
(Geoffrion, *Mathematical Programming Study* 2, 1974, doi:10.1007/BFb0120690) in some hundred cheap
passes over the arcs. Guarantee: any prices and multipliers give a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.step import Step, aim, falters, set_out, spent
from gridplan.optimise.siting.bound.lagrangian import DEFAULT as RELAXATION
from gridplan.optimise.siting.bound.lagrangian import (
    Duals,
    Priced,
    Relaxation,
    RelaxationParams,
    base_of,
    many_units,
)
from gridplan.optimise.siting.bound.load_band import border, pull
from gridplan.optimise.siting.bound.load_kernels import (
    Array,
    Limits,
    Multipliers,
    Near,
    count_taken,
    suit_loads,
    value_sites,
    within_reach,
)
from gridplan.optimise.siting.bound.toll import tolled_choice
from gridplan.optimise.siting.question.arcs import Arcs, Columns, columns_of
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class MultiplierParams:
    """
    Tuning of the relaxation with load constraints.

    Parameters
    ----------
    scale
        A change of all multipliers by this share of the mean distance weighs as much as doubling
        all prices.
    most
        Multipliers are capped at so many times the mean distance: any multiplier gives a bound.
    memory
        Share of the last direction kept in the next one.
    recent
        Share of the latest choice of sites in their averaged openness.
    patience
        Steps without gain after which the stride is halved.
    margin
        Room for prices to rise above those at hand, as a share of the price.
    outgrown
        Share of the units whose price has left that room from which on arcs are gathered anew.
    subsidies, more_subsidies
        Room for the subsidies of a site to grow before arcs are gathered anew, as a share of them
        and of a fifth of the mean distance: at first, and by what factor it grows each time.
    reported
        Steps between two reports.
    bisections
        Multipliers of a site tried where each is brought to its best.
    uneven
        Share of the mean distance that counts as such where prices have been scaled anew.
    caps
        Shares of the sites whose subsidies are left as they are, where arcs were left out.
    """

    scale: float = 0.2
    most: float = 40.0
    memory: float = 0.85
    recent: float = 0.06
    patience: float = 20.0
    margin: float = 0.1
    outgrown: float = 0.05
    subsidies: float = 0.2
    more_subsidies: float = 1.6
    reported: int = 20
    bisections: int = 12
    uneven: float = 0.3
    caps: tuple[float, ...] = (0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)


DEFAULT = MultiplierParams()


class LoadRelaxation(Relaxation):
    """
    A relaxation in prices of units and multipliers of the sites' bounds on load.

    Parameters
    ----------
    case, arcs
        The question and its (possibly shortened) arcs.
    params, tuning
        Tuning of the common part and of this one.
    """

    def __init__(
        self,
        case: Case,
        arcs: Arcs,
        params: RelaxationParams = RELAXATION,
        tuning: MultiplierParams = DEFAULT,
    ) -> None:
        # Arcs that the question itself leaves out are forgotten on the way up, and answered for by
        # what is proven: their subsidies would hold back all prices.
        self._past = case.beyond
        if self._past is not None:
            arcs = arcs._replace(beyond=np.full(case.n, np.inf))
        super().__init__(case, arcs, params)
        self.tuning = tuning
        self._proof: tuple[Priced, float] | None = None
        self._every: Columns | None = None
        self.step = Step(patience=tuning.patience)
        self.multiplier = np.zeros(case.m)
        self.mean = float(self.price.sum()) / max(1e-12, float(case.demand.sum()))
        self._most_subsidy = tuning.most * self.mean
        beyond = arcs.beyond / np.maximum(case.demand, 1e-12)
        beyond = beyond[np.isfinite(beyond)]
        if len(beyond):
            # Subsidies reach over the arcs left out: half of what those cost is theirs, half ours.
            self._most_subsidy = min(self._most_subsidy, 0.5 * float(np.median(beyond)))
        # Where nothing is ever full a multiplier would pay for an infinite load.
        self._most = np.where(np.isfinite(case.capacity), tuning.most * self.mean, 0.0)
        self._near: Near | None = None
        self._subsidy = np.full(case.m, -1.0)
        self._room = np.full(case.m, tuning.subsidies)
        self._outgrown = self._passed = 0

    @property
    def columns(self) -> Columns:
        """Arcs that matter at the prices at hand, site by site."""
        assert self._near is not None
        return columns_of(Arcs(*self._near), self.case.m)

    @property
    def proven(self) -> float:
        """Bound over all arcs, those that the question leaves out among them."""
        assert self.best is not None
        if self._past is None:
            return self.best.bound
        if self._proof is None or self._proof[0] is not self.best:
            known = -np.inf if self._proof is None else self._proof[1]
            self._proof = self.best, max(known, self._held_back())
        return self._proof[1]

    def _held_back(self) -> float:
        """
        Bound over all arcs near the best point: no arc left out may be worth its price.

        It costs ``beyond`` at least and is subsidised by its site; with subsidies cut off at a cap,
        prices of ``beyond`` less the cap are sound. The best of several caps counts.
        """
        assert self.best is not None
        if not np.isfinite(self.best.bound):
            return self.best.bound
        return max(self.evaluate_at(*self._capped(cap))[0].bound for cap in self._caps())

    def _caps(self) -> Array:
        """List caps on subsidies that are worth a try."""
        assert self.best is not None
        subsidy = np.sort(np.maximum(0.0, self.best.rate))
        return np.unique(np.append(0.0, np.quantile(subsidy, self.tuning.caps)))

    def _capped(self, cap: float) -> tuple[Array, Array]:
        """Give the best point with subsidies cut off, and prices at which nothing left out pays."""
        assert self.best is not None
        assert self._past is not None
        price = np.minimum(self.best.price, self._past - self.case.demand * cap)
        return price, np.maximum(-self.best.rate, -cap)

    def raise_proven(self, run: Run, *, iterations: int) -> None:
        """
        Raise the bound over all arcs by an ascent of its own, where some were left out.

        Begins at the best of the points that hold them back, and no point on its way lets an arc
        that was left out be worth its price: what cutting off has lost is mostly won again.
        """
        if self._past is None or self.best is None or not np.isfinite(self.best.bound):
            return
        known = self.proven
        cap = max(self._caps(), key=lambda one: self.evaluate_at(*self._capped(one))[0].bound)
        case = replace(self.case, beyond=None)
        listed = self.arcs._replace(beyond=self._past)
        other = LoadRelaxation(case, listed, self.params, self.tuning)
        other.scale, other.mean, other._most = self.scale, self.mean, self._most
        other._most_subsidy, other.whole_question = float(cap), False
        price, multiplier = self._capped(cap)
        other.resume(Duals(price, -multiplier, self.openness))
        other.raise_bound(run, iterations=iterations)
        if other.best is not None and other.best.bound > known:
            self._proof = self.best, other.best.bound

    def anew(self, case: Case, arcs: Arcs) -> Relaxation:
        """Begin a relaxation of the same kind, for a branch of the question."""
        other = LoadRelaxation(case, arcs, self.params, self.tuning)
        other.scale, other.mean = self.scale, self.mean
        other._most, other._most_subsidy = self._most, self._most_subsidy
        if arcs is self.arcs:
            other._every = self._every
        return other

    def scale_anew(self) -> bool:
        """Scale prices, and multipliers with them, by where prices are now."""
        anew = super().scale_anew()
        if anew and self.best is not None:
            weight = max(1e-12, float(self.case.demand.sum()))
            self.mean = self.tuning.uneven * float(np.abs(self.best.price).sum()) / weight
        return anew

    def go_on_from(self, price: Array, rate: Array, toll: float = 0.0) -> None:
        """Begin from these prices and, with their sign turned, multipliers; and that of money."""
        self.price, self.multiplier = price, -rate
        self.room.toll[0] = toll

    def suit_rates(self, run: Run) -> None:
        """Bring each multiplier to its best at the prices to begin from."""
        if self._every is None:
            self._every = columns_of(self.arcs, self.case.m)
        at = Multipliers(self.price, self.multiplier.copy())
        bounds = self.case.capacity, self.case.lower
        limits = Limits(self._most, self._most_subsidy, self.tuning.bisections)
        sites = np.flatnonzero(~self.case.closed)
        suit_loads(self._every, self.case.demand, at, bounds, limits, sites)
        self.multiplier = at.load
        passed = 0.5 * self.tuning.bisections * len(sites) / self.case.m
        run.spend(passed * len(self.arcs.cost) * WEIGHTS.arc)

    def _gather(self, price: Array, multiplier: Array) -> Near:
        """Gather anew the arcs that can matter, with room for prices and subsidies to grow."""
        tuning, subsidy = self.tuning, np.maximum(0.0, -multiplier)
        # Multipliers of a few sites grow on and on: only theirs get ever more room.
        self._room[subsidy > self._subsidy] *= tuning.more_subsidies
        self._subsidy = (1.0 + self._room) * subsidy + 0.2 * self._room * self.mean
        limit = price + tuning.margin * (np.abs(price) + 0.3 * self.scale)
        self._near = within_reach(self.arcs, limit, self.case.demand, self._subsidy)
        self._passed += len(self.arcs.cost)
        return self._near

    def _arcs_at(self, price: Array, multiplier: Array) -> Near:
        """Give the arcs that can matter here, those gathered before if they still do."""
        near, few = self._near, self.tuning.outgrown * self.case.n
        if near is None or self._outgrown > few or (-multiplier > self._subsidy).any():
            near = self._gather(price, multiplier)
        return near

    def evaluate_at(self, price: Array, multiplier: Array) -> tuple[Priced, Array]:
        """
        Solve the relaxation at these prices and multipliers.

        Returns
        -------
        priced
            With ``rate`` the multipliers with their sign turned.
        load
            ``(m,)`` demand that the sites chosen would take.
        """
        case = self.case
        multiplier = np.clip(multiplier, -self._most_subsidy, self._most)
        subsidy = max(0.0, -float(multiplier.min(initial=0.0)))
        price = np.minimum(price, self.arcs.beyond - case.demand * subsidy)
        near, at = self._arcs_at(price, multiplier), Multipliers(price, multiplier)
        value = np.empty(case.m)
        self._outgrown = value_sites(self.arcs, near, case.demand, at, value)
        self._passed += 2 * len(near.cost)
        value -= border(multiplier, case.capacity, case.lower) * multiplier
        value += case.site_cost
        chosen, worth, value = tolled_choice(case, value, self.room)
        toll = float(self.room.toll[0])
        base = base_of(case, price, toll)
        served, load = np.zeros(case.n), np.zeros(case.m)
        if chosen is None:
            nowhere = np.zeros(0, np.int64)
            none = Priced(np.inf, price, value, -multiplier, nowhere, served, toll, base)
            return none, load
        opened = np.zeros(case.m, dtype=np.bool_)
        opened[chosen] = True
        count_taken(self.arcs, near, case.demand, at, opened, served, load)
        bound = float(price.sum() + worth)
        return Priced(bound, price, value, -multiplier, chosen, served, toll, base), load

    def raise_bound(
        self,
        run: Run,
        *,
        iterations: int,
        target: float | None = None,
        nodes: int = 0,  # noqa: ARG002  # packing whole units gains nothing here
        patience: float | None = None,
        stop_at: float = np.inf,
    ) -> int:
        """Raise the bound for some iterations; as for the parent, in prices and multipliers."""
        case = self.case
        price, multiplier = self.price.copy(), self.multiplier.copy()
        if self.best is not None:
            price, multiplier = self.best.price.copy(), -self.best.rate
        away, pulled = np.zeros(case.n), np.zeros(case.m)
        tuning, params = self.tuning, self.params.ascent
        weight = tuning.scale * self.mean
        self.step.begin(-np.inf if self.best is None else self.best.bound, patience=patience)
        step, goal = self.step.state, np.inf if target is None else target
        for iteration in range(iterations):
            before = self._passed
            now, load = self.evaluate_at(price, multiplier)
            passed = 0.5 * (self._passed - before) + 2.0 * case.n
            run.spend(passed * WEIGHTS.arc + WEIGHTS.ascent)
            if self.best is None or now.bound > self.best.bound:
                self.best = now
            self.openness *= 1.0 - tuning.recent
            self.openness[now.chosen] += tuning.recent
            if not np.isfinite(now.bound) or self.best.bound >= stop_at or run.ended_by:
                return iteration + 1
            set_out(step, now.bound, price)
            if falters(step, now.bound, params):
                if spent(step, goal, params):
                    return iteration + 1
                price, multiplier = self.best.price.copy(), -self.best.rate
                away[:], pulled[:] = 0.0, 0.0
                continue
            price, multiplier = now.price, -now.rate
            away = tuning.memory * away + (1.0 - now.served) * self.scale
            some = now.chosen
            pulled *= tuning.memory
            pulled[some] += weight * pull(
                load[some], multiplier[some], case.capacity[some], case.lower[some]
            )
            length = float(away @ away + pulled @ pulled)
            size = (aim(step, goal) - now.bound) / max(1e-30, length)
            price = price + size * away * self.scale
            moved = multiplier + size * weight * pulled
            multiplier = np.where(multiplier * moved < 0, 0.0, moved)
            if self.whole_question and iteration % tuning.reported == tuning.reported - 1:
                run.report("bound", bound=None if self._past is not None else self.best.bound)
        return iterations


def relaxation_of(
    case: Case,
    arcs: Arcs,
    params: RelaxationParams = RELAXATION,
    tuning: MultiplierParams = DEFAULT,
) -> Relaxation:
    """Choose the relaxation that suits the case."""
    if many_units(case, params):
        return LoadRelaxation(case, arcs, params, tuning)
    return Relaxation(case, arcs, params)
