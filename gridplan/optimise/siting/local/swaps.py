"""Better sets of sites: exchange one for another while tolls prove and find an improvement.

What an exchange could gain is bounded by the prices at hand; only the most promising are looked
into, and one is given up as soon as its own tolls prove it no better than what is known.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.bound.load_band import border
from gridplan.optimise.siting.bound.load_multipliers import DEFAULT as MULTIPLIERS
from gridplan.optimise.siting.program.transport import Settled, second_least, settle
from gridplan.optimise.siting.question.arcs import Arcs, columns_of
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray
TRIED = 60
LEAST_GAIN = 1e-5
MOST_RESTARTS = 6


class Swaps:
    """
    Local search over sets of sites.

    Parameters
    ----------
    case, arcs
        The question and its arcs.
    run
        Charged for the work.
    """

    def __init__(self, case: Case, arcs: Arcs, run: Run) -> None:
        self.case, self.run = case, run
        # Beyond twice the dearest arc a toll only says that a bound cannot be met.
        unit = arcs.unit
        apart = arcs.cost / np.maximum(case.demand[unit], 1e-12)
        mean = float(arcs.cost[arcs.start[:-1][np.diff(arcs.start) > 0]].sum())
        mean /= max(1e-12, float(case.demand.sum()))
        usual = float(np.quantile(apart[case.demand[unit] > 0], 0.99)) if len(apart) else 1.0
        self.most_toll = max(2.0 * usual, MULTIPLIERS.most * mean)
        self.columns = columns_of(arcs, case.m)

    def settle(self, sites: Array, toll: Array | None, *, stop_at: float = np.inf) -> Settled:
        """Tolls of a set of sites, raised until they rise no more."""
        now = settle(
            self.case, self.columns, sites, self.run, toll=toll, iterations=200, stop_at=stop_at,
            most_toll=self.most_toll,
        )  # fmt: skip
        for _ in range(MOST_RESTARTS):
            if now.bound >= stop_at or self.run.ended_by is not None:
                break
            more = settle(
                self.case, self.columns, sites, self.run, toll=now.toll, iterations=200,
                stride=0.005 * abs(now.bound), stop_at=stop_at, most_toll=self.most_toll,
            )  # fmt: skip
            gained, now = more.bound - now.bound, more
            if gained <= 1e-5 * abs(now.bound):
                break
        return now

    def improve(self, now: Settled, *, work: float) -> Settled:
        """Exchange, open or close sites as long as that lowers the cost, for so much work."""
        end = self.run.work + work
        while self.run.work < end and self.run.ended_by is None:
            better = self._first_better(now, end)
            if better is None:
                return now
            now = better
            self.run.report("improve")
        return now

    def kicked(self, now: Settled, random: np.random.Generator, *, count: int) -> Array:
        """Make ``count`` of the more promising exchanges, whatever they cost together."""
        moves = self._promising(now, most=6 * TRIED)
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
        if leave >= 0 and enter >= 0 and case.group[leave] == case.group[enter]:
            return True
        tally = np.bincount(case.group[opened], minlength=len(case.group_min))
        if leave >= 0 and tally[case.group[leave]] <= case.group_min[case.group[leave]]:
            return False
        return enter < 0 or bool(tally[case.group[enter]] < case.group_max[case.group[enter]])

    def _first_better(self, now: Settled, end: float) -> Settled | None:
        """Find the first improvement among the most promising exchanges."""
        for promise, leave, enter in self._promising(now):
            if promise >= 0 or self.run.work >= end or self.run.ended_by is not None:
                return None
            sites = now.sites[now.sites != leave] if leave >= 0 else now.sites
            sites = np.sort(np.append(sites, enter)) if enter >= 0 else sites
            toll = now.toll.copy()
            toll[[j for j in (leave, enter) if j >= 0]] = 0.0
            goal = now.bound - LEAST_GAIN * abs(now.bound)
            tried = settle(
                self.case, self.columns, sites, self.run, toll=toll, iterations=120,
                stride=0.01 * abs(now.bound), stop_at=goal, most_toll=self.most_toll,
            )  # fmt: skip
            if tried.bound < goal:
                tried = self.settle(sites, tried.toll, stop_at=goal)
            if tried.bound < goal and self.run.ended_by is None:
                return tried
        return None

    def _promising(self, now: Settled, *, most: int = TRIED) -> list[tuple[float, int, int]]:
        """List exchanges (closed site, opened site; -1 none) by what they may save, best first."""
        case = self.case
        opened = np.zeros(case.m, dtype=bool)
        opened[now.sites] = True
        enter = np.flatnonzero(~opened & ~case.closed)
        gain = np.zeros(case.m)
        every = self.columns
        at_best_toll(
            every.begin, every.unit, every.cost, case.demand, now.price, case.capacity,
            case.lower, enter, self.most_toll, gain,
        )  # fmt: skip
        self.run.spend(6.0 * len(self.columns.cost) * len(enter) / max(1, case.m) * WEIGHTS.arc)
        gain += case.site_cost
        leave = now.sites[~case.kept[now.sites]]
        loss = self._losses(now, leave)
        count = np.bincount(case.group[now.sites], minlength=len(case.group_min))
        moves: list[tuple[float, int, int]] = []
        enter = enter[np.argsort(gain[enter], kind="stable")][: 4 * TRIED]
        leave = leave[np.argsort(loss[leave], kind="stable")][: 4 * TRIED]
        room = count[case.group] < case.group_max[case.group]
        spare = count[case.group] > case.group_min[case.group]
        for i in leave:
            same = case.group[enter] == case.group[i]
            fine = same | (spare[i] & room[enter])
            moves += [(float(loss[i] + gain[j]), int(i), int(j)) for j in enter[fine][:TRIED]]
        if len(now.sites) < case.high:
            moves += [(float(gain[j]), -1, int(j)) for j in enter[room[enter]][:TRIED]]
        if len(now.sites) > case.low:
            moves += [(float(loss[i]), int(i), -1) for i in leave[spare[leave]][:TRIED]]
        return sorted(moves)[:most]

    def _losses(self, now: Settled, leave: Array) -> Array:
        """Bound what closing each of these sites costs, at the tolls of the others."""
        case = self.case
        start, site, cost = self.columns.rows(now.sites)
        loss = np.full(case.m, np.inf)
        second = np.empty(case.n)
        second_least(start, site, cost, case.demand, now.toll, now.home, second)
        self.run.spend(len(cost) * WEIGHTS.arc)
        more = np.minimum(second, now.price + self.most_toll * case.demand) - now.price
        pay = np.bincount(now.home[now.home >= 0], weights=more[now.home >= 0], minlength=case.m)
        toll = now.toll[leave]
        paid = toll * border(toll, case.capacity[leave], case.lower[leave])
        loss[leave] = pay[leave] + paid - case.site_cost[leave]
        return loss


@compiled
def at_best_toll(  # type: ignore[no-untyped-def]  # noqa: ANN201, PLR0913, PLR0917
    begin,  # noqa: ANN001
    unit,  # noqa: ANN001
    cost,  # noqa: ANN001
    demand,  # noqa: ANN001
    price,  # noqa: ANN001
    capacity,  # noqa: ANN001
    lower,  # noqa: ANN001
    sites,  # noqa: ANN001
    most_toll,  # noqa: ANN001
    value,  # noqa: ANN001
):
    """Value of opening each site at these prices of units, with the toll that suits its bounds."""
    for q in range(len(sites)):
        j = sites[q]
        low, high, toll = -most_toll, most_toll, 0.0
        record = -np.inf
        for _ in range(14):
            total, load = 0.0, 0.0
            for a in range(begin[j], begin[j + 1]):
                i = unit[a]
                reduced = cost[a] + demand[i] * toll - price[i]
                if reduced < 0.0:
                    total += reduced
                    load += demand[i]
            if toll > 0.0:
                total -= toll * capacity[j]
            elif toll < 0.0:
                total -= toll * lower[j]
            record = max(record, total)
            if load > capacity[j]:
                low = toll
            elif load < lower[j]:
                high = toll
            else:
                break
            toll = 0.5 * (low + high)
        value[j] = record
