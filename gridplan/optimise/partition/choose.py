"""Centers to choose: a Lagrangian p-median with capacities gives the bound and good choices.

Relaxing the rule that each unit has one part leaves one continuous knapsack a column; the cheapest
``parts`` of them are opened (Cornuejols, Fisher & Nemhauser 1977). The centers met on the way are
candidates: each is settled by linear transport and moved to the best unit of its part, as in
Cooper's alternation, before the best choice is partitioned in earnest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from gridplan.optimise.compiled import compiled
from gridplan.optimise.partition.check import faults, value_of
from gridplan.optimise.partition.construct import relax
from gridplan.optimise.partition.infeasible import certificates
from gridplan.optimise.partition.problem import Band, Problem
from gridplan.optimise.run import Run

FEW = 60
"""Choices of centers up to which every one is bounded by itself."""


def restrict(problem: Problem, columns: np.ndarray) -> Problem:
    """Keep only some columns, all of them to be used."""
    p = problem
    allowed = p.allowed[:, columns].copy()
    for number, k in enumerate(columns):
        if p.centers[k] >= 0:
            own = allowed[p.centers[k], number]
            allowed[p.centers[k]] = False
            allowed[p.centers[k], number] = own
    return replace(
        p,
        cost=np.ascontiguousarray(p.cost[:, columns]),
        centers=p.centers[columns],
        parts=len(columns),
        lower=p.lower[columns],
        upper=p.upper[columns],
        allowed=allowed,
        resources=tuple(
            Band(b.values, b.lower[columns], b.upper[columns], b.price, b.name) for b in p.resources
        ),
    )


@compiled
def knapsacks(  # noqa: C901  # compiled
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    demand: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    anchor: np.ndarray,
    value: np.ndarray,
) -> None:
    """Least reduced cost of a continuous part around each column, into ``value``."""
    n, columns = cost.shape
    ratio = np.empty(n)
    for k in range(columns):
        total = 0.0
        load = 0.0
        for i in range(n):
            ratio[i] = np.inf
            if allowed[i, k]:
                reduced = cost[i, k] - price[i]
                if i == anchor[k] or (demand[i] <= 0.0 and reduced < 0.0):
                    total += reduced
                    load += demand[i]
                elif demand[i] > 0.0:
                    ratio[i] = reduced / demand[i]
        wanted = np.flatnonzero(ratio < 0.0)
        for t in np.argsort(ratio[wanted]):
            i = wanted[t]
            part = min(demand[i], high[k] - load)
            if part <= 0.0:
                break
            total += ratio[i] * part
            load += part
        if load < low[k]:
            rest = np.flatnonzero((ratio >= 0.0) & (ratio < np.inf))
            for t in np.argsort(ratio[rest]):
                i = rest[t]
                part = min(demand[i], low[k] - load)
                if part <= 0.0:
                    break
                total += ratio[i] * part
                load += part
        value[k] = total if load >= low[k] - 1e-6 * max(1.0, low[k]) else np.inf


@compiled
def served(  # noqa: PLR0913, PLR0917  # compiled
    price: np.ndarray,
    cost: np.ndarray,
    allowed: np.ndarray,
    demand: np.ndarray,
    low: float,
    high: float,
    anchor: int,
    k: int,
    slope: np.ndarray,
) -> None:
    """Take from ``slope`` what column ``k`` serves in its cheapest continuous part."""
    n = cost.shape[0]
    ratio = np.full(n, np.inf)
    load = 0.0
    for i in range(n):
        if allowed[i, k]:
            reduced = cost[i, k] - price[i]
            if i == anchor or (demand[i] <= 0.0 and reduced < 0.0):
                slope[i] -= 1.0
                load += demand[i]
            elif demand[i] > 0.0:
                ratio[i] = reduced / demand[i]
    for i in np.argsort(ratio):
        if ratio[i] == np.inf:
            break
        part = min(demand[i], high - load) if ratio[i] < 0.0 else min(demand[i], low - load)
        if part <= 0.0:
            break
        slope[i] -= part / demand[i]
        load += part


def median_bound(
    problem: Problem,
    run: Run,
    first: np.ndarray,
    *,
    target: float,
    seconds: float = np.inf,
    rounds: int = 900,
) -> tuple[float, list[tuple[int, ...]]]:
    """
    Lagrangian bound over all choices of centers, and the choices met, most frequent first.

    ``first`` is a good choice: the duals of its transport are the prices to begin from.

    Priced extras are not negative, so the bound on cost alone holds.
    """
    p = problem
    sub = restrict(p, first)
    offset = relax(sub, run)[2]
    offset = offset - np.median(offset)
    price = np.where(sub.allowed, sub.cost + p.demand[:, None] * offset, np.inf).min(axis=1)
    price = np.where(np.isfinite(price), price, 0.0)
    value = np.empty(p.columns)
    best, best_price = -np.inf, price.copy()
    met: dict[tuple[int, ...], int] = {}
    theta, fails = 1.0, 0
    smooth = np.zeros(p.units)
    until = run.seconds + seconds
    high = np.where(np.isfinite(p.upper), p.upper, p.demand.sum())
    for _ in range(rounds):
        if run.ended_by is not None or theta < 1e-3 or run.seconds > until:
            break
        knapsacks(price, p.cost, p.allowed, p.demand, p.lower, high, p.centers, value)
        run.spend(p.cost.size * 6e-8)
        opened = np.sort(np.argsort(value, kind="stable")[: p.parts])
        own = float(price.sum() + value[opened].sum())
        key = tuple(opened.tolist())
        met[key] = met.get(key, 0) + 1
        slope = np.ones(p.units)
        for k in opened:
            served(price, p.cost, p.allowed, p.demand, p.lower[k], high[k], p.centers[k], k, slope)
        fails = 0 if own > best + 1e-5 * abs(best) else fails + 1
        if own > best:
            best, best_price = own, price.copy()
            run.report("bound", bound=best)
        if fails >= 12:
            theta, fails, price = theta * 0.6, 0, best_price.copy()
        smooth = 0.6 * smooth + 0.4 * slope
        size = float(smooth @ smooth)
        if size < 1e-12:
            break
        price = price + theta * max(target - own, 1e-4 * abs(target)) / size * smooth
    ranked = sorted(met, key=lambda key: (-met[key], key))
    return best, ranked


def recentre(problem: Problem, columns: np.ndarray, assignment: np.ndarray) -> np.ndarray:
    """Move each column to the eligible one inside its part that serves the part at least cost."""
    p = problem
    out = columns.copy()
    free = np.ones(p.columns, dtype=bool)
    for number, k in enumerate(columns):
        inside = assignment == number
        can = np.flatnonzero((p.centers >= 0) & free)
        can = can[inside[p.centers[can]]]
        can = can[p.allowed[inside][:, can].all(axis=0)] if len(can) else can
        if len(can):
            total = p.cost[np.ix_(inside, can)].sum(axis=0)
            now = p.cost[inside, k].sum()
            if total.min() < now - 1e-12 * abs(now):
                out[number] = can[int(total.argmin())]
        free[out[number]] = False
    return out


def choose(  # noqa: C901  # one stage after another
    problem: Problem, run: Run, *, seed: int, gap: float, solve: Callable[..., Any]
) -> tuple[np.ndarray | None, float]:
    """Choose centers, partition around them; return assignment and bound over all choices."""
    p = problem
    if comb(p.columns, p.parts) <= FEW:
        return _every(p, run, seed=seed, gap=gap, solve=solve)
    target, first = _settle(p, _spread(p), run)
    bound, ranked = median_bound(
        p, run, first, target=target if np.isfinite(target) else 1.0, seconds=0.4 * run.seconds_left
    )
    run.report("bound", bound=bound)
    tried: dict[tuple[int, ...], float] = {}
    pool = [tuple(first.tolist()), *ranked[:8]]
    for choice in pool:
        if run.ended_by is not None:
            break
        value, columns = _settle(p, np.array(choice), run)
        tried[tuple(columns.tolist())] = value
    _exchange(p, run, tried, bound=bound, gap=gap, seed=seed)
    order = sorted(tried, key=lambda key: (tried[key], key))
    best: np.ndarray | None = None
    for choice in order[:4]:
        if run.ended_by is not None:
            break
        columns = np.array(choice)
        for _ in range(3):
            sub = restrict(p, columns)
            if certificates(sub):
                break
            part = _share(run, 0.3)
            found, _, _ = solve(sub, part, seed=seed, gap=gap)
            run.spend(part.work)
            if found is None:
                break
            whole = columns[found]
            if best is None or value_of(p, whole) < value_of(p, best):
                best = whole
            moved = recentre(p, columns, found)
            if (moved == columns).all():
                break
            shifted = moved[found]
            if not faults(p, shifted) and value_of(p, shifted) < value_of(p, best):
                best = shifted
            columns = moved
        if best is not None and value_of(p, best) - bound <= gap * abs(value_of(p, best)):
            break
    return best, bound


def _exchange(
    p: Problem,
    run: Run,
    tried: dict[tuple[int, ...], float],
    *,
    bound: float,
    gap: float,
    seed: int,
    tries: int = 60,
) -> None:
    """Swap single centers of the best choice for others and settle again, while that pays."""
    rng = np.random.default_rng(seed)
    until = run.seconds + 0.35 * run.seconds_left
    stop = run.work + 0.4 * (run.work_limit - run.work)
    for _ in range(tries):
        if run.ended_by is not None or run.seconds > until or run.work > stop or not tried:
            return
        now = min(tried, key=lambda key: (tried[key], key))
        if tried[now] - bound <= gap * abs(tried[now]):
            return
        columns = np.array(now)
        out = int(rng.integers(len(columns)))
        rest = np.delete(columns, out)
        # the newcomer stands where it would save most, with some chance
        saving = np.maximum(p.cost[:, rest].min(axis=1)[:, None] - p.cost, 0).sum(axis=0)
        saving[columns] = 0
        top = np.argsort(-saving, kind="stable")[: max(4, 3 * p.parts)]
        new = int(top[rng.integers(len(top))])
        value, settled = _settle(p, np.sort(np.append(rest, new)), run)
        key = tuple(settled.tolist())
        tried[key] = min(value, tried.get(key, np.inf))


def _share(run: Run, share: float) -> Run:
    left = run.seconds_left
    return Run(
        work_limit=share * max(0.0, run.work_limit - run.work),
        time_limit=None if np.isinf(left) else share * left,
    )


def _spread(p: Problem) -> np.ndarray:
    """Open one column after another where it lowers the total cost most (greedy median)."""
    now = np.full(p.units, np.inf)
    out: list[int] = []
    big = float(p.cost.max()) * 2 + 1
    table = np.where(p.allowed, p.cost, big)
    for _ in range(p.parts):
        total = np.minimum(table, now[:, None] if out else big).sum(axis=0)
        total[out] = np.inf
        k = int(total.argmin())
        out.append(k)
        now = np.minimum(now, table[:, k])
    return np.sort(np.array(out))


def _settle(p: Problem, columns: np.ndarray, run: Run) -> tuple[float, np.ndarray]:
    """Alternate linear transport and recentring; return the linear value and the columns."""
    best = (np.inf, columns)
    for _ in range(12):
        sub = restrict(p, columns)
        if certificates(sub) or run.ended_by is not None:
            break
        value, shares, _ = relax(sub, run)
        if shares is None or value >= best[0] - 1e-9 * abs(value):
            break
        best = (value, columns)
        columns = np.sort(recentre(p, columns, shares.argmax(axis=1)[p.atom]))
    return best


def _every(
    p: Problem, run: Run, *, seed: int, gap: float, solve: Callable[..., Any]
) -> tuple[np.ndarray | None, float]:
    """Bound every choice by its linear relaxation and partition in that order."""
    ranked = []
    for choice in combinations(range(p.columns), p.parts):
        sub = restrict(p, np.array(choice))
        low = np.inf if certificates(sub) else relax(sub, run)[0]
        ranked.append((low, choice))
    ranked.sort()
    best: np.ndarray | None = None
    bounds = [low for low, _ in ranked]
    for number, (low, choice) in enumerate(ranked):
        value = np.inf if best is None else value_of(p, best)
        if run.ended_by is not None or low >= value:
            break
        part = _share(run, 0.5)
        found, own, _ = solve(restrict(p, np.array(choice)), part, seed=seed, gap=gap)
        run.spend(part.work)
        bounds[number] = max(low, own)
        if found is not None:
            whole = np.array(choice)[found]
            best = whole if best is None or value_of(p, whole) < value else best
    return best, min(bounds, default=np.inf)
