"""Lagrangian bound over all choices of centers, and what it rules out.

Relaxing the rule that each unit has one part leaves one continuous knapsack a column, between its
lower and upper bound; the cheapest ``parts`` of them are opened (Cornuejols, Fisher & Nemhauser
1977; for districts Validi, Buchanan & Lykhovyd 2022, doi:10.1287/opre.2021.2141). What a column or
a pair of unit and column adds to the bound rules it out of every partition below a value known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.compiled import compiled
from gridplan.optimise.partition.graph import reach
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.run import Run

WORK_PER_PAIR = 1.5e-8
"""Work units of one pair of unit and column in one evaluation."""


@compiled
def threshold(
    ratio: np.ndarray, mass: np.ndarray, count: int, room: float
) -> tuple[float, float, float]:
    """
    Fill ``room`` with the cheapest mass: last ratio met, mass and value strictly below it.

    The ratio is infinite where everything fits. Reorders both arrays.
    """
    low, high = 0, count
    load, value = 0.0, 0.0
    while low < high:
        a, b, c = ratio[low], ratio[(low + high) // 2], ratio[high - 1]
        pivot = max(min(a, b), min(max(a, b), c))
        lt, i, gt = low, low, high
        less, less_value, same = 0.0, 0.0, 0.0
        while i < gt:
            r = ratio[i]
            if r < pivot:
                less += mass[i]
                less_value += r * mass[i]
                ratio[i], ratio[lt] = ratio[lt], r
                mass[i], mass[lt] = mass[lt], mass[i]
                lt += 1
                i += 1
            elif r > pivot:
                gt -= 1
                ratio[i], ratio[gt] = ratio[gt], r
                mass[i], mass[gt] = mass[gt], mass[i]
            else:
                same += mass[i]
                i += 1
        if load + less > room:
            high = lt
        elif load + less + same > room:
            return pivot, load + less, value + less_value
        else:
            load += less + same
            value += less_value + pivot * same
            low = gt
    return np.inf, load, value


@compiled
def evaluate(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    live: np.ndarray,
    demand: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    anchor: np.ndarray,
    value: np.ndarray,
    cut: np.ndarray,
    rest: np.ndarray,
) -> None:
    """
    Work out the cheapest continuous part around each live column.

    ``cost`` and ``allowed`` are ``(k, n)``. ``value`` receives its reduced cost, ``cut`` the price
    of demand at which it fills, ``rest`` the share taken of the units exactly at that price.
    """
    columns, n = cost.shape
    ratio, mass = np.empty(n), np.empty(n)
    for k in range(columns):
        value[k] = np.inf
        if not live[k]:
            continue
        total, load, wanted = 0.0, 0.0, 0.0
        count = 0
        for i in range(n):
            if not allowed[k, i]:
                continue
            reduced = cost[k, i] - price[i]
            if i == anchor[k] or (demand[i] <= 0.0 and reduced < 0.0):
                total += reduced
                load += demand[i]
            elif demand[i] > 0.0:
                ratio[count] = reduced / demand[i]
                mass[count] = demand[i]
                count += 1
                if reduced < 0.0:
                    wanted += demand[i]
        room = wanted
        if load + wanted > high[k]:
            room = high[k] - load
        elif load + wanted < low[k]:
            room = low[k] - load
        if room < 0.0:
            if load > high[k] * (1.0 + 1e-9):
                continue
            room = 0.0
        level = 0.0
        if room == wanted:
            below, gain, at = 0.0, 0.0, 0.0
            for t in range(count):
                if ratio[t] < 0.0:
                    gain += ratio[t] * mass[t]
            rest[k] = 0.0
            value[k] = total + gain
            cut[k] = 0.0
            continue
        level, below, gain = threshold(ratio, mass, count, room)
        if level == np.inf:
            if below < room * (1.0 - 1e-9) - 1e-9:
                continue
            rest[k] = 1.0
            value[k] = total + gain
            cut[k] = np.inf
            continue
        at = 0.0
        for t in range(count):
            if ratio[t] == level:
                at += mass[t]
        rest[k] = (room - below) / at
        value[k] = total + gain + level * (room - below)
        cut[k] = level


@compiled
def served(
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    demand: np.ndarray,
    anchor: int,
    level: float,
    rest: float,
    slope: np.ndarray,
) -> None:
    """Take from ``slope`` what one column serves; ``cost`` and ``allowed`` are its rows."""
    for i in range(len(price)):
        if not allowed[i]:
            continue
        reduced = cost[i] - price[i]
        if i == anchor or (demand[i] <= 0.0 and reduced < 0.0):
            slope[i] -= 1.0
        elif demand[i] > 0.0:
            ratio = reduced / demand[i]
            if ratio < level:
                slope[i] -= 1.0
            elif ratio == level:
                slope[i] -= rest


@compiled
def rule_out(  # noqa: PLR0913, PLR0917  # compiled
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    live: np.ndarray,
    demand: np.ndarray,
    anchor: np.ndarray,
    value: np.ndarray,
    cut: np.ndarray,
    last: float,
    room: float,
) -> int:
    """
    Close columns and pairs that add more than ``room`` to the bound; return how many.

    ``last`` is the value of the dearest column opened: a column beyond it takes its place.
    """
    columns, n = cost.shape
    closed = 0
    for k in range(columns):
        if not live[k]:
            continue
        extra = max(0.0, value[k] - last)
        if extra > room:
            live[k] = False
            closed += 1
            continue
        for i in range(n):
            if not allowed[k, i] or i == anchor[k]:
                continue
            reduced = cost[k, i] - price[i]
            if demand[i] > 0.0 and cut[k] < np.inf:
                reduced -= cut[k] * demand[i]
            elif demand[i] > 0.0:
                continue
            if extra + reduced > room:
                allowed[k, i] = False
                closed += 1
    return closed


@dataclass(eq=False)
class Median:
    """
    State of the relaxation: bound, prices, what is still open, choices of centers met.

    ``allowed`` is ``(k, n)``, ``live`` ``(k,)``: pairs and columns that may occur in a partition
    cheaper than every cutoff used so far.
    """

    problem: Problem
    cost: np.ndarray
    allowed: np.ndarray
    live: np.ndarray
    price: np.ndarray
    bound: float
    value: np.ndarray
    met: dict[tuple[int, ...], int]

    @property
    def ranked(self) -> list[tuple[int, ...]]:
        """Choices met, most frequent first."""
        return sorted(self.met, key=lambda key: (-self.met[key], key))

    @property
    def pairs(self) -> int:
        """Pairs of unit and column still open."""
        return int(self.allowed[self.live].sum())


def begin(problem: Problem, price: np.ndarray) -> Median:
    """Start the relaxation at unit prices."""
    p = problem
    return Median(
        p,
        np.ascontiguousarray(p.cost.T),
        np.ascontiguousarray(p.allowed.T),
        np.ones(p.columns, dtype=bool),
        price,
        -np.inf,
        np.full(p.columns, np.inf),
        {},
    )


def ascend(  # one subgradient loop
    state: Median,
    run: Run,
    *,
    target: float,
    cutoff: float = np.inf,
    rounds: int = 600,
    seconds: float = np.inf,
    gap: float = 1e-6,
    pace: float = 0.1,
) -> Median:
    """
    Raise the bound by deflected subgradient steps towards ``target``; close what ``cutoff`` allows.

    Priced extras are not negative, so the bound on cost alone holds. The bound holds for
    partitions cheaper than ``cutoff``: the caller takes the lesser of the two.
    """
    p, s = state.problem, state
    high = np.where(np.isfinite(p.upper), p.upper, p.demand.sum())
    cut, rest = np.zeros(p.columns), np.zeros(p.columns)
    value = np.full(p.columns, np.inf)
    price, smooth = s.price.copy(), np.zeros(p.units)
    theta, fails = pace, 0
    until = run.seconds + seconds
    for number in range(rounds):
        if run.ended_by is not None or theta < 5e-4 or run.seconds > until:
            break
        evaluate(
            price, s.cost, s.allowed, s.live, p.demand, p.lower, high, p.centers, value, cut, rest
        )
        run.spend(float(s.live.sum()) * p.units * WORK_PER_PAIR)
        order = np.argsort(value, kind="stable")[: p.parts]
        if not np.isfinite(value[order]).all():
            s.bound = cutoff  # too few columns can still be opened: nothing is cheaper
            return s
        own = float(price.sum() + value[order].sum())
        key = tuple(np.sort(order).tolist())
        s.met[key] = s.met.get(key, 0) + 1
        slope = np.ones(p.units)
        for k in order:
            served(
                price, s.cost[k], s.allowed[k], p.demand, int(p.centers[k]), cut[k], rest[k], slope
            )
        fails = 0 if own > s.bound + 1e-5 * abs(s.bound) else fails + 1
        if own > s.bound:
            s.bound, s.price = own, price.copy()
            s.value[:] = value
            if np.isfinite(cutoff) and (number % 10 == 0 or own > cutoff):
                close(s, price, value, cut, float(value[order[-1]]), cutoff - own)
        if s.bound >= cutoff - gap * abs(cutoff):
            s.bound = min(s.bound, cutoff)
            return s
        if fails >= 30:
            theta, fails, price = theta * 0.5, 0, s.price.copy()
        # a step longer than the memory of its direction is short makes the ascent swing
        share = max(theta, 0.02) if number else 1.0
        smooth = (1 - share) * smooth + share * slope
        size = float(smooth @ smooth)
        if size < 1e-12:
            break
        price = price + theta * max(target - own, 1e-4 * abs(target)) / size * smooth
    return s


def close(
    state: Median, price: np.ndarray, value: np.ndarray, cut: np.ndarray, last: float, room: float
) -> None:
    """Close columns and pairs out of reach of the cutoff, then units cut off from their center."""
    p, s = state.problem, state
    slack = room + 1e-9 * abs(s.bound)
    closed = rule_out(
        price, s.cost, s.allowed, s.live, p.demand, p.centers, value, cut, last, slack
    )
    if not closed:
        return
    for k in np.flatnonzero(s.live):
        if p.centers[k] >= 0:
            s.allowed[k] = reach(p.graph, int(p.centers[k]), s.allowed[k].copy())
