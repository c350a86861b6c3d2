"""From the openings the bound suggests to a good siting: start, anneal, hand over the best."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.local import annealing_kernels
from gridplan.optimise.siting.question.arcs import Arcs, nearest_arcs
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray
SLICE = 100_000
LUCK = -np.log((np.arange(annealing_kernels.LUCKS) + 0.5) / annealing_kernels.LUCKS)


class Memory:
    """
    The flat arrays a walk works on, and named views into them.

    Parameters
    ----------
    case
        The question.
    core
        Sites the walk may open; it numbers them from 0 in this order.
    width
        Near sites of a unit.
    reach
        Near units of a site.
    """

    def __init__(self, case: Case, core: np.ndarray, *, width: int, reach: int) -> None:
        arcs = nearest_arcs(case, most=width if width < len(core) else None, sites=core)
        number = np.full(case.m, -1, dtype=np.int32)
        number[core] = np.arange(len(core))
        n, size, groups = case.n, len(core), len(case.group_min)
        width = int(np.diff(arcs.start).max(initial=1))
        unit = arcs.unit
        rank = np.arange(len(unit)) - arcs.start[unit]
        near = np.full((n, width), -1, dtype=np.int32)
        near_cost = np.full((n, width), np.inf)
        near[unit, rank] = number[arcs.site]
        near_cost[unit, rank] = arcs.cost
        padded = np.where(near < 0, np.iinfo(np.int32).max, near)
        order = np.argsort(padded, axis=1, kind="stable")
        highest = n * float(arcs.cost.max(initial=0.0))
        self.missing = 10.0 * (1.0 + highest + float(case.site_cost.sum()))
        whole = {
            annealing_kernels.AT: np.zeros(n), annealing_kernels.AFTER: np.zeros(n),
            annealing_kernels.BEFORE: np.zeros(n), annealing_kernels.BEST_AT: np.full(n, -1),
            annealing_kernels.LOG_UNIT: np.zeros(2 * n + 8), annealing_kernels.LOG_FROM: np.zeros(2
            * n + 8), annealing_kernels.OPENED: np.zeros(size), annealing_kernels.BEST_OPENED:
            np.zeros(size), annealing_kernels.HEAD: np.zeros(size), annealing_kernels.LOCKED:
            case.kept[core], annealing_kernels.GROUP: case.group[core], annealing_kernels.GROUP_MIN:
            case.group_min, annealing_kernels.GROUP_MAX: case.group_max, annealing_kernels.COUNT:
            np.zeros(groups), annealing_kernels.NEAR: near, annealing_kernels.ROW_SITE:
            np.take_along_axis(padded, order, axis=1), annealing_kernels.HOME: _homes(case, arcs,
            number[arcs.site], size, reach),
        }  # fmt: skip
        real = {
            annealing_kernels.NOW: np.zeros(n), annealing_kernels.LOAD: np.zeros(size),
            annealing_kernels.DEMAND: case.demand, annealing_kernels.CAPACITY: case.capacity[core],
            annealing_kernels.LOWER: case.lower[core], annealing_kernels.SITE_COST:
            case.site_cost[core], annealing_kernels.NEAR_COST: near_cost,
            annealing_kernels.ROW_COST: np.take_along_axis(near_cost, order, axis=1),
            annealing_kernels.LUCK: LUCK,
        }  # fmt: skip
        self.H = np.zeros(annealing_kernels.HEADER, dtype=np.int64)
        self.H[: annealing_kernels.ROOM + 1] = n, size, width, reach, 2 * n + 8
        self.W = self._pack(whole, np.dtype(np.int32), 0)
        self.F = self._pack(real, np.dtype(np.float64), 8)
        self.F[annealing_kernels.MISSING] = self.missing
        self.at = self._view(self.W, annealing_kernels.AT, n)
        self.best_at = self._view(self.W, annealing_kernels.BEST_AT, n)
        self.opened = self._view(self.W, annealing_kernels.OPENED, size)
        self.best_opened = self._view(self.W, annealing_kernels.BEST_OPENED, size)
        self.now = self._view(self.F, annealing_kernels.NOW, n)

    def _pack(self, tables: dict[int, np.ndarray], kind: np.dtype, begin: int) -> np.ndarray:
        flat = [np.zeros(begin, dtype=kind)]
        for name, table in tables.items():
            self.H[name] = begin
            flat.append(np.asarray(table).ravel().astype(kind))
            begin += flat[-1].size
        return np.concatenate(flat)

    def _view(self, flat: np.ndarray, name: int, size: int) -> np.ndarray:
        return flat[self.H[name] : self.H[name] + size]

    def begin(self, opened: np.ndarray, at: np.ndarray, *, seed: int) -> None:
        """Set the walk up at these open sites (mask over the core) and this assignment."""
        self.at[:] = at
        self.opened[:] = opened
        self.H[annealing_kernels.RANDOM] = 12345 + 7919 * (seed % 100_000)
        self.H[annealing_kernels.RANDOM + 1] = 67891 + 15013 * (seed % 100_000)
        self.F[annealing_kernels.BEST] = self.missing
        self.F[annealing_kernels.PENDING] = 0.0
        recount(self.H, self.W, self.F)


def _homes(case: Case, arcs: Arcs, site: np.ndarray, size: int, reach: int) -> np.ndarray:
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


@compiled
def recount(H: Array, W: Array, F: Array) -> None:
    """Rebuild loads, lists, counts and cost from the assignment alone."""
    for j in range(H[annealing_kernels.SITES]):
        F[H[annealing_kernels.LOAD] + j] = 0.0
        W[H[annealing_kernels.HEAD] + j] = -1
    for g in range(H[annealing_kernels.COUNT + 1] - H[annealing_kernels.COUNT]):
        W[H[annealing_kernels.COUNT] + g] = 0
    total, excess, many = 0.0, 0.0, 0.0
    for i in range(H[annealing_kernels.UNITS] - 1, -1, -1):
        j = W[H[annealing_kernels.AT] + i]
        F[H[annealing_kernels.LOAD] + j] += F[H[annealing_kernels.DEMAND] + i]
        arc = annealing_kernels.cost_between(H, W, F, i, j)
        F[H[annealing_kernels.NOW] + i] = arc
        total += arc
        W[H[annealing_kernels.BEFORE] + i] = -1
        W[H[annealing_kernels.AFTER] + i] = W[H[annealing_kernels.HEAD] + j]
        if W[H[annealing_kernels.HEAD] + j] >= 0:
            W[H[annealing_kernels.BEFORE] + W[H[annealing_kernels.HEAD] + j]] = i
        W[H[annealing_kernels.HEAD] + j] = i
    for j in range(H[annealing_kernels.SITES]):
        if W[H[annealing_kernels.OPENED] + j]:
            many += 1.0
            W[H[annealing_kernels.COUNT] + W[H[annealing_kernels.GROUP] + j]] += 1
            total += F[H[annealing_kernels.SITE_COST] + j]
            excess += annealing_kernels.outside_of(H, W, F, j, F[H[annealing_kernels.LOAD] + j])
    F[annealing_kernels.COST] = total
    F[annealing_kernels.EXCESS] = 0.0
    F[annealing_kernels.OPEN] = many
    annealing_kernels.settle(H, W, F, excess)


@compiled
def assign_greedily(
    H: Array, W: Array, F: Array, order: Array, opened: Array, toll: Array, at: Array
) -> None:
    """Give each unit in turn the cheapest near open site with room; without room, the cheapest."""
    load = np.zeros(len(opened))
    some = 0
    for j in range(len(opened)):
        if opened[j]:
            some = j
            break
    width = H[annealing_kernels.WIDTH]
    for q in range(len(order)):
        i = order[q]
        need = F[H[annealing_kernels.DEMAND] + i]
        fit, least, any_site, any_least = -1, np.inf, some, np.inf
        for k in range(i * width, (i + 1) * width):
            j = W[H[annealing_kernels.NEAR] + k]
            if j < 0:
                break
            if not opened[j]:
                continue
            price = F[H[annealing_kernels.NEAR_COST] + k] + toll[j] * need
            if price < any_least:
                any_site, any_least = j, price
            if price < least and load[j] + need <= F[H[annealing_kernels.CAPACITY] + j]:
                fit, least = j, price
        at[i] = fit if fit >= 0 else any_site
        load[at[i]] += need


@compiled
def regrets(H: Array, W: Array, F: Array, opened: Array, toll: Array) -> Array:
    """How much dearer the second cheapest open site is than the cheapest, per unit."""
    n, width = H[annealing_kernels.UNITS], H[annealing_kernels.WIDTH]
    regret = np.zeros(n)
    for i in range(n):
        first, second = np.inf, np.inf
        for k in range(i * width, (i + 1) * width):
            j = W[H[annealing_kernels.NEAR] + k]
            if j < 0:
                break
            if opened[j]:
                price = (
                    F[H[annealing_kernels.NEAR_COST] + k]
                    + toll[j] * F[H[annealing_kernels.DEMAND] + i]
                )
                if price < first:
                    first, second = price, first
                elif price < second:
                    second = price
        regret[i] = second - first if second < np.inf else np.inf
    return regret


def first_assignment(memory: Memory, opened: np.ndarray, toll: np.ndarray) -> np.ndarray:
    """Assign by falling regret (Mulvey and Beck, EJOR 18, 1984) under site prices ``toll``."""
    flat = (memory.H, memory.W, memory.F)
    order = np.argsort(-regrets(*flat, opened, toll), kind="stable")
    at = np.zeros(len(memory.at), dtype=np.int64)
    assign_greedily(*flat, order, opened, toll, at)
    return at


class Walk:
    """
    One annealing run over a core of sites, resumable in slices.

    Parameters
    ----------
    case, core
        The question and the sites considered.
    memory
        As built above, begun.
    """

    def __init__(self, case: Case, core: np.ndarray, memory: Memory) -> None:
        self.case, self.core, self.memory = case, core, memory
        n, p = case.n, max(1.0, memory.F[annealing_kernels.OPEN])
        self.rare = int(np.clip(2000 * 1.5 / (3.0 + n / p), 4, 200))
        memory.F[annealing_kernels.ALPHA] = (
            2.0 * self.spread / max(1e-12, float(case.demand.mean()))
        )

    @property
    def spread(self) -> float:
        """Average cost of a unit: the yardstick of heat."""
        finite = self.memory.now[self.memory.now < self.memory.missing]
        return float(max(finite.mean() if len(finite) else 1.0, 1e-12))

    @property
    def best(self) -> float:
        """Objective of the best siting met; ``memory.missing`` before there is one."""
        return float(self.memory.F[annealing_kernels.BEST])

    def _flush(self) -> None:
        memory = self.memory
        if memory.F[annealing_kernels.PENDING] > 0.0:
            annealing_kernels.keep_best(memory.H, memory.W, memory.F)

    def anneal(self, run: Run, *, work: float, hot: float, cold: float) -> None:
        """Cool from ``hot`` to ``cold`` (shares of the average cost) within ``work`` units."""
        flat, total = (self.memory.H, self.memory.W, self.memory.F), int(work / WEIGHTS.move)
        total = max(2000, total // 1000 * 1000)
        self.memory.F[annealing_kernels.HEAT] = hot * self.spread
        cooling = (cold / hot) ** (1000.0 / total)
        done, low, high = 0, self.case.low, self.case.high
        while done < total and run.ended_by is None:
            moves = min(max(SLICE, 2 * self.case.n), total - done)
            annealing_kernels.walk(*flat, moves, self.rare, low, high, cooling, 1.02)
            done += moves
            run.spend(moves * WEIGHTS.move)
            recount(*flat)
            found = self.best if self.best < self.memory.missing else None
            run.report("improve", incumbent=found)

    def solution(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Sites and assignment of the best siting met, in the numbers of the case."""
        memory = self.memory
        if self.best >= memory.missing:
            return None
        self._flush()
        return np.sort(self.core[memory.best_opened > 0]), self.core[memory.best_at]


def core_of(case: Case, openness: np.ndarray, value: np.ndarray, *, size: int) -> np.ndarray:
    """Sites worth opening: kept, then by how open the relaxation holds them, then by price."""
    usable = np.flatnonzero(~case.closed & np.isfinite(value))
    order = np.lexsort((usable, value[usable], -np.round(openness[usable], 3), ~case.kept[usable]))
    return np.sort(usable[order[:size]])


def shortened(arcs: Arcs) -> bool:
    """Whether some arcs were left out of the list."""
    return bool(np.isfinite(arcs.beyond).any())
