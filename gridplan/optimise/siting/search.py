"""From the openings the bound suggests to a good siting: start, anneal, hand over the best."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.compiled import compiled, lean
from gridplan.optimise.run import Run
from gridplan.optimise.siting import anneal
from gridplan.optimise.siting.anneal import Field, State
from gridplan.optimise.siting.arcs import Arcs, nearest_arcs
from gridplan.optimise.siting.case import Case

MOVES_PER_WORK = 3.0e6
LUCK = -np.log((np.arange(2048) + 0.5) / 2048)


def build_field(case: Case, core: np.ndarray, *, width: int, reach: int) -> Field:
    """
    Lay out near sites and near units for the walk.

    Parameters
    ----------
    case
        The question.
    core
        Sites the walk may open; the field numbers them from 0 in this order.
    width
        Near sites of a unit.
    reach
        Near units of a site.
    """
    arcs = nearest_arcs(case, most=width if width < len(core) else None, sites=core)
    number = np.full(case.m, -1, dtype=np.int32)
    number[core] = np.arange(len(core))
    n = case.n
    width = int(np.diff(arcs.start).max(initial=1))
    unit = np.repeat(np.arange(n), np.diff(arcs.start))
    rank = np.arange(len(unit)) - arcs.start[unit]
    near = np.full((n, width), -1, dtype=np.int32)
    near_cost = np.full((n, width), np.inf)
    near[unit, rank] = number[arcs.site]
    near_cost[unit, rank] = arcs.cost
    padded = np.where(near < 0, np.iinfo(np.int32).max, near)
    order = np.argsort(padded, axis=1, kind="stable")
    row_site = np.take_along_axis(padded, order, axis=1)
    row_cost = np.take_along_axis(near_cost, order, axis=1)
    site = number[arcs.site]
    apart = arcs.cost / np.maximum(case.demand[unit], 1e-12)
    by_place = np.lexsort((unit, apart if case.demand.min(initial=1) > 0 else arcs.cost, site))
    begin = np.searchsorted(site[by_place], np.arange(len(core) + 1))
    rank = np.arange(len(unit)) - begin[site[by_place]]
    inside = rank < reach
    home = np.full((len(core), reach), -1, dtype=np.int32)
    home[site[by_place][inside], rank[inside]] = unit[by_place][inside]
    finite = near_cost[np.isfinite(near_cost)]
    return Field(
        near=near,
        near_cost=near_cost,
        row_site=row_site,
        row_cost=row_cost,
        home=home,
        demand=case.demand,
        capacity=case.capacity[core],
        lower=case.lower[core],
        locked=case.kept[core],
        group=case.group[core],
        group_min=case.group_min,
        group_max=case.group_max,
        site_cost=case.site_cost[core],
        luck=LUCK,
        missing=10.0 * (1.0 + n * float(finite.max(initial=0.0)) + float(case.site_cost.sum())),
    )


def build_state(field: Field, opened: np.ndarray, at: np.ndarray, *, seed: int) -> State:
    """Set a walk up at these open sites (mask over the core) and this assignment."""
    n, size = len(at), len(opened)
    state = State(
        at=at.astype(np.int32),
        now=np.zeros(n),
        load=np.zeros(size),
        opened=opened.copy(),
        count=np.zeros(len(field.group_min), dtype=np.int64),
        head=np.full(size, -1, dtype=np.int32),
        after=np.full(n, -1, dtype=np.int32),
        before=np.full(n, -1, dtype=np.int32),
        best_at=np.full(n, -1, dtype=np.int32),
        best_opened=np.zeros(size, dtype=bool),
        numbers=np.zeros(8),
        random=np.array([12345 + 7919 * (seed % 100_000), 67891 + 15013 * (seed % 100_000)]),
        log_unit=np.zeros(2 * n + 8, dtype=np.int32),
        log_from=np.zeros(2 * n + 8, dtype=np.int32),
    )
    state.numbers[anneal.BEST] = field.missing
    recount(field, state)
    return state


@lean
def recount(field, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Rebuild loads, lists, counts and cost from the assignment alone."""
    for j in range(len(state.opened)):
        state.load[j] = 0.0
        state.head[j] = -1
    for g in range(len(state.count)):
        state.count[g] = 0
    numbers = state.numbers
    total, excess, many = 0.0, 0.0, 0.0
    for i in range(len(state.at) - 1, -1, -1):
        j = state.at[i]
        state.load[j] += field.demand[i]
        state.now[i] = anneal.cost_between(field, i, j)
        total += state.now[i]
        state.before[i] = -1
        state.after[i] = state.head[j]
        if state.head[j] >= 0:
            state.before[state.head[j]] = i
        state.head[j] = i
    for j in range(len(state.opened)):
        if state.opened[j]:
            many += 1
            state.count[field.group[j]] += 1
            total += field.site_cost[j]
            excess += anneal.outside_of(field, j, state.load[j])
    numbers[anneal.COST] = total
    numbers[anneal.EXCESS] = 0.0
    numbers[anneal.OPEN] = many
    anneal.settle(field, state, excess)


@compiled
def assign_greedily(field, order, opened, toll, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Give each unit in turn the cheapest near open site with room; without room, the cheapest."""
    load = np.zeros(len(opened))
    some = 0
    for j in range(len(opened)):
        if opened[j]:
            some = j
            break
    for q in range(len(order)):
        i = order[q]
        need = field.demand[i]
        fit, least, any_site, any_least = -1, np.inf, some, np.inf
        for k in range(field.near.shape[1]):
            j = field.near[i, k]
            if j < 0:
                break
            if not opened[j]:
                continue
            price = field.near_cost[i, k] + toll[j] * need
            if price < any_least:
                any_site, any_least = j, price
            if price < least and load[j] + need <= field.capacity[j]:
                fit, least = j, price
        at[i] = fit if fit >= 0 else any_site
        load[at[i]] += need


@compiled
def regrets(field, opened, toll):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """How much dearer the second cheapest open site is than the cheapest, per unit."""
    n = len(field.demand)
    regret = np.zeros(n)
    for i in range(n):
        first, second = np.inf, np.inf
        for k in range(field.near.shape[1]):
            j = field.near[i, k]
            if j < 0:
                break
            if opened[j]:
                price = field.near_cost[i, k] + toll[j] * field.demand[i]
                if price < first:
                    first, second = price, first
                elif price < second:
                    second = price
        regret[i] = second - first if second < np.inf else np.inf
    return regret


def first_assignment(field: Field, opened: np.ndarray, toll: np.ndarray) -> np.ndarray:
    """Assign by falling regret (Mulvey and Beck, EJOR 18, 1984) under site prices ``toll``."""
    order = np.argsort(-regrets(field, opened, toll), kind="stable")
    at = np.zeros(len(field.demand), dtype=np.int32)
    assign_greedily(field, order, opened, toll, at)
    return at


class Walk:
    """
    One annealing run over a core of sites, resumable in slices.

    Parameters
    ----------
    case, core
        The question and the sites considered.
    field, state
        As built above.
    """

    def __init__(self, case: Case, core: np.ndarray, field: Field, state: State) -> None:
        self.case, self.core, self.field, self.state = case, core, field, state
        n, p = case.n, max(1.0, state.numbers[anneal.OPEN])
        self.rare = int(np.clip(2000 * 1.5 / (3.0 + n / p), 4, 200))
        state.numbers[anneal.ALPHA] = 2.0 * self.spread / max(1e-12, float(case.demand.mean()))

    @property
    def spread(self) -> float:
        """Average cost of a unit: the yardstick of heat."""
        finite = self.state.now[self.state.now < self.field.missing]
        return float(max(finite.mean() if len(finite) else 1.0, 1e-12))

    @property
    def best(self) -> float:
        """Objective of the best siting met; ``field.missing`` before there is one."""
        return float(self.state.numbers[anneal.BEST])

    def back_to_best(self) -> None:
        """Go on from the best siting met, if any."""
        if self.best < self.field.missing:
            self.state.at[:] = self.state.best_at
            self.state.opened[:] = self.state.best_opened
        recount(self.field, self.state)

    def anneal(self, run: Run, *, work: float, hot: float, cold: float) -> None:
        """Cool from ``hot`` to ``cold`` (shares of the average cost) within ``work`` units."""
        state, total = self.state, int(work * MOVES_PER_WORK)
        total = max(2000, total // 1000 * 1000)
        spread = self.spread
        state.numbers[anneal.HEAT] = hot * spread
        cooling = (cold / hot) ** (1000.0 / total)
        done, slice_moves = 0, 400_000
        while done < total and run.ended_by is None:
            moves = min(slice_moves, total - done)
            anneal.walk(
                self.field, state, moves, self.rare, self.case.low, self.case.high, cooling, 1.02
            )
            done += moves
            run.spend(moves / MOVES_PER_WORK)
            recount(self.field, state)
            found = self.best if self.best < self.field.missing else None
            run.report("improve", incumbent=found)

    def solution(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Sites and assignment of the best siting met, in the numbers of the case."""
        if self.best >= self.field.missing:
            return None
        return np.sort(self.core[self.state.best_opened]), self.core[self.state.best_at]


def core_of(case: Case, openness: np.ndarray, value: np.ndarray, *, size: int) -> np.ndarray:
    """Sites worth opening: kept, then by how open the relaxation holds them, then by price."""
    usable = np.flatnonzero(~case.closed & np.isfinite(value))
    order = np.lexsort((usable, value[usable], -np.round(openness[usable], 3), ~case.kept[usable]))
    return np.sort(usable[order[:size]])


def shortened(arcs: Arcs) -> bool:
    """Whether some arcs were left out of the list."""
    return bool(np.isfinite(arcs.beyond).any())
