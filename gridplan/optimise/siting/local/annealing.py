"""
Simulated annealing from the openings the bound suggests: start, anneal, hand over the best.

The run is confined to a core of sites that the relaxation holds open or finds cheap (a heuristic
reduction in the manner of kernel search, Angelelli, Mansini and Speranza 2010), and to the nearest
sites of each unit. It guarantees nothing; what it finds is checked, and bounded elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.cooling import Cooling, factor
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.local.annealing_moves import Schedule, anneal
from gridplan.optimise.siting.local.annealing_state import (
    ALPHA,
    BEST,
    BUDGET,
    HEAT,
    MISSING,
    OPEN,
    PENDING,
    Groups,
    Near,
    Sites,
    State,
    Units,
    keep_best,
    recount,
)
from gridplan.optimise.siting.question.arcs import Arcs, nearest_arcs
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray
Found = tuple[Array, Array]


@dataclass(frozen=True)
class AnnealingParams:
    """
    Tuning of the annealing.

    Parameters
    ----------
    core, least_core
        Sites of the core: so many for each open one, and at least.
    width, least_width
        Near sites of a unit: so many open ones on average, and at least.
    reach, least_reach
        Near units of a site: so many times the average number, and at least.
    slice
        Moves between two looks at the clock, at least.
    rare, least_rare, most_rare
        Of two thousand moves so many relocate a site, as many exchange two: ``rare`` divided by
        three more than the units a site, within these bounds.
    shifts
        Of two thousand moves those below this number, the rare ones apart, shift one unit.
    excess
        Price of demand outside the bounds at the start, in average costs of a unit of demand.
    swing
        Factor of that price after each hundred moves.
    cold
        Heat at the end, as a share of the average cost of a unit.
    least_hot
        Heat at the beginning, at least; less where there are few moves a unit.
    moves_a_unit
        Moves a unit from which on the full heat is used.
    least_moves
        Moves of a run, at least.
    luck
        Entries of the table of exponentially distributed numbers.
    """

    core: int = 4
    least_core: int = 200
    width: int = 10
    least_width: int = 32
    reach: int = 2
    least_reach: int = 8
    slice: int = 100_000
    rare: float = 3000.0
    least_rare: int = 4
    most_rare: int = 200
    shifts: int = 1200
    excess: float = 2.0
    swing: float = 1.02
    cold: float = 0.003
    least_hot: float = 0.01
    moves_a_unit: float = 2000.0
    least_moves: int = 2000
    luck: int = 2048


DEFAULT = AnnealingParams()


def state_of(
    case: Case, core: Array, *, width: int, reach: int, params: AnnealingParams = DEFAULT
) -> State:
    """
    Lay out the state of a run over the sites of a core.

    Parameters
    ----------
    case
        The question.
    core
        ``(k,)`` sites that may be opened; the state numbers them from 0 in this order.
    width, reach
        Near sites of a unit, and near units of a site.
    params
        Tuning.

    Returns
    -------
    State
        Not yet begun.
    """
    arcs = nearest_arcs(case, most=width if width < len(core) else None, sites=core)
    number = np.full(case.m, -1, dtype=np.int32)
    number[core] = np.arange(len(core))
    n, size, groups = case.n, len(core), len(case.group_min)
    highest = n * float(arcs.cost.max(initial=0.0))
    score = np.zeros(10)
    score[BUDGET] = case.budget + 1e-9 * float(np.abs(case.spend).sum())
    score[MISSING] = 10.0 * (1.0 + highest + float(case.site_cost.sum()))
    spread = -np.log((np.arange(params.luck) + 0.5) / params.luck)
    return State(
        units=Units(case.demand, *(np.zeros(n, d) for d in (np.int64, float, np.int64, np.int64))),
        sites=Sites(
            np.zeros(size), case.capacity[core], case.lower[core], case.site_cost[core],
            case.spend[core], np.zeros(size, bool), case.kept[core], case.group[core],
            np.zeros(size, np.int64),
        ),
        groups=Groups(case.group_min, case.group_max, np.zeros(groups, np.int64)),
        near=_near(case, arcs, number, size, reach),
        score=score,
        best_site=np.full(n, -1), best_opened=np.zeros(size, bool),
        log_unit=np.zeros(2 * n + 8, np.int64), log_from=np.zeros(2 * n + 8, np.int64),
        random=np.zeros(2, np.int64), luck=spread,
    )  # fmt: skip


def _near(case: Case, arcs: Arcs, number: Array, size: int, reach: int) -> Near:
    """Tabulate the near sites of each unit, twice, and the near units of each site."""
    n, unit = case.n, arcs.unit
    width = int(np.diff(arcs.start).max(initial=1))
    rank = np.arange(len(unit)) - arcs.start[unit]
    near, cost = np.full((n, width), -1, dtype=np.int32), np.full((n, width), np.inf)
    near[unit, rank] = number[arcs.site]
    cost[unit, rank] = arcs.cost
    padded = np.where(near < 0, np.iinfo(np.int32).max, near)
    order = np.argsort(padded, axis=1, kind="stable")
    homes = _homes(case, arcs, number[arcs.site], size, reach)
    sites, costs = (np.take_along_axis(table, order, axis=1) for table in (padded, cost))
    return Near(near, cost, sites, costs, homes)


def _homes(case: Case, arcs: Arcs, site: Array, size: int, reach: int) -> Array:
    """List the units nearest to each site, -1 where there are fewer than ``reach``."""
    unit = arcs.unit
    apart = arcs.cost / np.where(case.demand > 0, case.demand, 1.0)[unit]
    by_place = np.lexsort((unit, apart, site))
    begin = np.searchsorted(site[by_place], np.arange(size + 1))
    rank = np.arange(len(unit)) - begin[site[by_place]]
    inside = rank < reach
    home = np.full((size, reach), -1, dtype=np.int32)
    home[site[by_place][inside], rank[inside]] = unit[by_place][inside]
    return home


def begin(state: State, opened: Array, at: Array, *, seed: int) -> None:
    """Set a run up at these open sites (mask over the core) and this assignment."""
    state.units.site[:] = at
    state.sites.opened[:] = opened
    state.random[:] = 12345 + 7919 * (seed % 100_000), 67891 + 15013 * (seed % 100_000)
    state.score[BEST] = state.score[MISSING]
    state.score[PENDING] = 0.0
    recount(state)


@in_place
def assign_greedily(
    state: State, order: Array, opened: Array, multiplier: Array, load: Array, at: Array
) -> None:
    """Give each unit in turn the cheapest near open site with room; without room, the cheapest."""
    near, demand, capacity = state.near, state.units.demand, state.sites.capacity
    some = 0
    for j in range(len(opened)):
        if opened[j]:
            some = j
            break
    for i in order:
        need = demand[i]
        fit, least, any_site, any_least = -1, np.inf, some, np.inf
        for k in range(near.site.shape[1]):
            j = near.site[i, k]
            if j < 0:
                break
            if not opened[j]:
                continue
            price = near.cost[i, k] + multiplier[j] * need
            if price < any_least:
                any_site, any_least = j, price
            if price < least and load[j] + need <= capacity[j]:
                fit, least = j, price
        at[i] = fit if fit >= 0 else any_site
        load[at[i]] += need


@in_place
def regrets(state: State, opened: Array, multiplier: Array, regret: Array) -> None:
    """How much dearer the second cheapest open site is than the cheapest, per unit."""
    near, demand = state.near, state.units.demand
    for i in range(len(regret)):
        first, second = np.inf, np.inf
        for k in range(near.site.shape[1]):
            j = near.site[i, k]
            if j < 0:
                break
            if opened[j]:
                price = near.cost[i, k] + multiplier[j] * demand[i]
                if price < first:
                    first, second = price, first
                elif price < second:
                    second = price
        regret[i] = second - first if second < np.inf else np.inf


def first_assignment(state: State, opened: Array, multiplier: Array) -> Array:
    """
    Assign by falling regret (Mulvey and Beck, *EJOR* 18, 1984), loads priced.

    Parameters
    ----------
    state
        Of the run.
    opened, multiplier
        ``(k,)`` of the core: whether open, and the price of load per demand.

    Returns
    -------
    at
        ``(n,)`` site of each unit, numbered as in the core.
    """
    n = len(state.units.site)
    regret, load, at = np.zeros(n), np.zeros(len(opened)), np.zeros(n, dtype=np.int64)
    regrets(state, opened, multiplier, regret)
    assign_greedily(state, np.argsort(-regret, kind="stable"), opened, multiplier, load, at)
    return at


class Annealing:
    """
    One annealing run over a core of sites, resumable in slices.

    Parameters
    ----------
    case, core
        The question and the sites considered.
    state
        As laid out above, begun.
    params
        Tuning.
    """

    def __init__(
        self, case: Case, core: Array, state: State, params: AnnealingParams = DEFAULT
    ) -> None:
        self.case, self.core, self.state, self.params = case, core, state, params
        n, p = case.n, max(1.0, state.score[OPEN])
        self.rare = int(np.clip(params.rare / (3.0 + n / p), params.least_rare, params.most_rare))
        mean = max(1e-12, float(case.demand.mean()))
        state.score[ALPHA] = params.excess * self.spread / mean

    @property
    def spread(self) -> float:
        """Average cost of a unit: the yardstick of heat."""
        cost = self.state.units.cost
        finite = cost[cost < self.state.score[MISSING]]
        return float(max(finite.mean() if len(finite) else 1.0, 1e-12))

    @property
    def best(self) -> float | None:
        """Objective of the best siting met; None before there is one."""
        score = self.state.score
        return float(score[BEST]) if score[BEST] < score[MISSING] else None

    def anneal(self, run: Run, *, work: float, hot: float) -> None:
        """Cool from ``hot`` (a share of the average cost) to the end within ``work`` units."""
        params, state = self.params, self.state
        total = max(params.least_moves, int(work / WEIGHTS.move) // 1000 * 1000)
        # With few moves a unit, heat would undo the start and never cool it back into shape.
        each = work / WEIGHTS.move / self.case.n
        hot = max(hot * float(np.clip(each / params.moves_a_unit, 0.05, 1.0)), params.least_hot)
        state.score[HEAT] = hot * self.spread
        schedule = Schedule(
            self.rare, params.shifts, self.case.low, self.case.high,
            factor(Cooling(total, hot, params.cold), 1000.0), params.swing,
        )  # fmt: skip
        done = 0
        while done < total and run.ended_by is None:
            moves = min(max(params.slice, 2 * self.case.n), total - done)
            anneal(state, schedule, moves)
            done += moves
            run.spend(moves * WEIGHTS.move)
            recount(state)
            run.report("improve", incumbent=self.best)

    def solution(self) -> Found | None:
        """Sites and assignment of the best siting met, in the numbers of the case."""
        if self.best is None:
            return None
        if self.state.score[PENDING] > 0.0:
            keep_best(self.state)
        return np.sort(self.core[self.state.best_opened]), self.core[self.state.best_site]


def core_of(case: Case, openness: Array, value: Array, *, size: int) -> Array:
    """Sites worth opening: kept, then by how open the relaxation holds them, then by price."""
    usable = np.flatnonzero(~case.closed & np.isfinite(value))
    order = np.lexsort((usable, value[usable], -np.round(openness[usable], 3), ~case.kept[usable]))
    return np.sort(usable[order[:size]])
