"""
Local search over sets of sites where loads bind: exchange one site for another while it pays.

Each set is worth what its transportation dual says. What an exchange could gain is bounded by the
prices at hand (as Whitaker's fast interchange does for sites without capacity); only the most
promising are looked into, and one is given up as soon as its own dual proves it no better than what
is known. The value found is a bound for the set, never a claim about the whole question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.bound.knapsack import Loads
from gridplan.optimise.siting.bound.load_band import border
from gridplan.optimise.siting.bound.load_multipliers import DEFAULT as MULTIPLIERS
from gridplan.optimise.siting.program.splitting import DEFAULT as SPLITTING
from gridplan.optimise.siting.program.splitting import SplittingParams, settled
from gridplan.optimise.siting.program.transport import DEFAULT as TRANSPORT
from gridplan.optimise.siting.program.transport import (
    Transportation,
    TransportDual,
    TransportParams,
    second_least,
)
from gridplan.optimise.siting.question.arcs import Arcs, Columns, columns_of
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray


@dataclass(frozen=True)
class SwapParams:
    """
    Tuning of the search over sets of sites.

    Parameters
    ----------
    tried
        Exchanges looked into, of those that promise most.
    least_gain
        Share of the cost that makes an exchange worth while.
    most_restarts
        Times the dual of one set is taken up again, each time while it still rises.
    restart_stride, trial_stride
        First stride of the dual taken up again, and of an exchange on trial: shares of the bound.
    trial_iterations
        Passes over the arcs on trial.
    least_rise
        Share of the bound below which the dual rises no more.
    bisections
        Of the multiplier of a site that may enter.
    transport, splitting
        Of the transportation problem: its ascent, and its linear program.
    """

    tried: int = 60
    least_gain: float = 1e-5
    most_restarts: int = 6
    restart_stride: float = 0.005
    trial_stride: float = 0.01
    trial_iterations: int = 120
    least_rise: float = 1e-5
    bisections: int = 14
    transport: TransportParams = TRANSPORT
    splitting: SplittingParams = SPLITTING


DEFAULT = SwapParams()


class Swaps:
    """
    Local search over sets of sites.

    Parameters
    ----------
    case, arcs
        The question and its arcs.
    run
        Charged for the work.
    params
        Tuning.
    most
        Cap of the multipliers, in mean distances.
    exact
        Whether sets are valued by a linear program: where an ascent would stall.
    """

    def __init__(
        self,
        case: Case,
        arcs: Arcs,
        run: Run,
        params: SwapParams = DEFAULT,
        *,
        most: float = MULTIPLIERS.most,
        exact: bool = False,
    ) -> None:
        self.case, self.run, self.params = case, run, params
        # Beyond twice the dearest arc a multiplier only says that a bound cannot be met.
        unit = arcs.unit
        apart = arcs.cost / np.maximum(case.demand[unit], 1e-12)
        mean = float(arcs.cost[arcs.start[:-1][np.diff(arcs.start) > 0]].sum())
        mean /= max(1e-12, float(case.demand.sum()))
        usual = float(np.quantile(apart[case.demand[unit] > 0], 0.99)) if len(apart) else 1.0
        self.most = max(2.0 * usual, most * mean)
        self.columns = columns_of(arcs, case.m)
        self.exact = exact
        self.transport = Transportation(
            case, self.columns, run, most=self.most, params=params.transport
        )

    def worth(
        self, sites: Array, multiplier: Array | None, *, stop_at: float = np.inf
    ) -> TransportDual:
        """Raise the dual of a set of sites until it rises no more, or to ``stop_at``."""
        params, ascend = self.params, self.transport.ascend
        now = ascend(sites, multiplier, stop_at=stop_at)
        for _ in range(0 if self.exact else params.most_restarts):
            if now.bound >= stop_at or self.run.ended_by is not None:
                break
            stride = params.restart_stride * abs(now.bound)
            more = ascend(sites, now.multiplier, stride=stride, stop_at=stop_at)
            gained, now = more.bound - now.bound, more
            if gained <= params.least_rise * abs(now.bound):
                break
        return self._settled(now) if self.exact and now.bound < stop_at else now

    def _settled(self, now: TransportDual) -> TransportDual:
        rows = self.columns.rows(now.sites)
        return settled(self.case, rows, now, self.run, most=self.most, params=self.params.splitting)

    def improve(self, now: TransportDual, *, work: float) -> TransportDual:
        """Exchange, open or close sites as long as that lowers the cost, for so much work."""
        end = self.run.work + work
        while self.run.work < end and self.run.ended_by is None:
            better = self._first_better(now, end)
            if better is None:
                return now
            now = better
            self.run.report("improve")
        return now

    def perturbed(self, now: TransportDual, random: np.random.Generator, *, count: int) -> Array:
        """Make ``count`` of the more promising exchanges, whatever they cost together."""
        moves = self._promising(now, most=6 * self.params.tried)
        opened = np.zeros(self.case.m, dtype=bool)
        opened[now.sites] = True
        for pick in random.permutation(len(moves)):
            _, leave, enter = moves[pick]
            if (leave >= 0 and not opened[leave]) or (enter >= 0 and opened[enter]):
                continue
            if not self._allowed(opened, leave, enter):
                continue
            if leave >= 0:
                opened[leave] = False
            if enter >= 0:
                opened[enter] = True
            count -= 1
            if not count:
                break
        return np.flatnonzero(opened)

    def _allowed(self, opened: Array, leave: int, enter: int) -> bool:
        """Whether an exchange keeps the number of sites and the groups' bounds."""
        case = self.case
        number = int(opened.sum()) - (leave >= 0) + (enter >= 0)
        if not case.low <= number <= case.high:
            return False
        spent = case.spend[opened].sum() + self._money(leave, enter)
        if spent > case.budget + 1e-9 * np.abs(case.spend).sum():
            return False
        if leave >= 0 and enter >= 0 and case.group[leave] == case.group[enter]:
            return True
        tally = np.bincount(case.group[opened], minlength=len(case.group_min))
        if leave >= 0 and tally[case.group[leave]] <= case.group_min[case.group[leave]]:
            return False
        return enter < 0 or bool(tally[case.group[enter]] < case.group_max[case.group[enter]])

    def _money(self, leave: int, enter: int) -> float:
        """Money that an exchange takes; below zero, what it gives back."""
        spend = self.case.spend
        more = float(spend[enter]) if enter >= 0 else 0.0
        return more - (float(spend[leave]) if leave >= 0 else 0.0)

    def _first_better(self, now: TransportDual, end: float) -> TransportDual | None:
        """Find the first improvement among the most promising exchanges."""
        params = self.params
        for promise, leave, enter in self._promising(now):
            if promise >= 0 or self.run.work >= end or self.run.ended_by is not None:
                return None
            sites = now.sites[now.sites != leave] if leave >= 0 else now.sites
            sites = np.sort(np.append(sites, enter)) if enter >= 0 else sites
            multiplier = now.multiplier.copy()
            multiplier[[j for j in (leave, enter) if j >= 0]] = 0.0
            goal = now.bound - params.least_gain * abs(now.bound)
            tried = self.transport.ascend(
                sites, multiplier, iterations=params.trial_iterations,
                stride=params.trial_stride * abs(now.bound), stop_at=goal,
            )  # fmt: skip
            if tried.bound < goal:
                tried = self.worth(sites, tried.multiplier, stop_at=goal)
            if tried.bound < goal and self.run.ended_by is None:
                return tried
        return None

    def _promising(
        self, now: TransportDual, *, most: int | None = None
    ) -> list[tuple[float, int, int]]:
        """List exchanges (closed site, opened site; -1 none) by what they may save, best first."""
        case = self.case
        opened = np.zeros(case.m, dtype=bool)
        opened[now.sites] = True
        enter = np.flatnonzero(~opened & ~case.closed)
        gain = np.zeros(case.m)
        tried = self.params.tried
        loads = Loads(case.demand, case.capacity, case.lower)
        limits = (self.most, self.params.bisections)
        value_at_best(self.columns, loads, now.price, enter, limits, gain)
        self.run.spend(6.0 * len(self.columns.cost) * len(enter) / max(1, case.m) * WEIGHTS.arc)
        gain += case.site_cost
        leave = now.sites[~case.kept[now.sites]]
        loss = self._losses(now, leave)
        count = np.bincount(case.group[now.sites], minlength=len(case.group_min))
        moves: list[tuple[float, int, int]] = []
        enter = enter[np.argsort(gain[enter], kind="stable")][: 4 * tried]
        leave = leave[np.argsort(loss[leave], kind="stable")][: 4 * tried]
        room = count[case.group] < case.group_max[case.group]
        spare = count[case.group] > case.group_min[case.group]
        for i in leave:
            same = case.group[enter] == case.group[i]
            fine = same | (spare[i] & room[enter])
            moves += [(float(loss[i] + gain[j]), int(i), int(j)) for j in enter[fine][:tried]]
        if len(now.sites) < case.high:
            moves += [(float(gain[j]), -1, int(j)) for j in enter[room[enter]][:tried]]
        if len(now.sites) > case.low:
            moves += [(float(loss[i]), int(i), -1) for i in leave[spare[leave]][:tried]]
        if np.isfinite(case.budget):
            most_more = case.budget - case.spend[now.sites].sum()
            most_more += 1e-9 * np.abs(case.spend).sum()
            moves = [move for move in moves if self._money(*move[1:]) <= most_more]
        return sorted(moves)[: tried if most is None else most]

    def _losses(self, now: TransportDual, leave: Array) -> Array:
        """Bound what closing each of these sites costs, at the multipliers of the others."""
        case = self.case
        rows = self.columns.rows(now.sites)
        loss = np.full(case.m, np.inf)
        second = np.empty(case.n)
        second_least(rows, case.demand, now.multiplier, now.home, second)
        self.run.spend(len(rows.cost) * WEIGHTS.arc)
        more = np.minimum(second, now.price + self.most * case.demand) - now.price
        pay = np.bincount(now.home[now.home >= 0], weights=more[now.home >= 0], minlength=case.m)
        multiplier = now.multiplier[leave]
        paid = multiplier * border(multiplier, case.capacity[leave], case.lower[leave])
        loss[leave] = pay[leave] + paid - case.site_cost[leave]
        return loss


@in_place
def value_at_best(
    columns: Columns,
    loads: Loads,
    price: Array,
    sites: Array,
    limits: tuple[float, int],
    value: Array,
) -> None:
    """
    Value of opening each site at these prices of units, at the multiplier that suits its bounds.

    Parameters
    ----------
    columns, loads
        Arcs site by site, demands and bounds.
    price
        ``(n,)`` of units.
    sites
        Those to be valued; the others are left as they are.
    limits
        Largest multiplier, and bisections.
    value
        ``(m,)``, filled.
    """
    begin, unit, cost, _ = columns
    demand, capacity, lower = loads
    for j in sites:
        low, high, multiplier = -limits[0], limits[0], 0.0
        record = -np.inf
        for _ in range(limits[1]):
            total, load = 0.0, 0.0
            for a in range(begin[j], begin[j + 1]):
                reduced = cost[a] + demand[unit[a]] * multiplier - price[unit[a]]
                if reduced < 0.0:
                    total += reduced
                    load += demand[unit[a]]
            if multiplier > 0.0:
                total -= multiplier * capacity[j]
            elif multiplier < 0.0:
                total -= multiplier * lower[j]
            record = max(record, total)
            if load > capacity[j]:
                low = multiplier
            elif load < lower[j]:
                high = multiplier
            else:
                break
            multiplier = 0.5 * (low + high)
        value[j] = record
