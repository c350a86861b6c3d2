"""Knapsack bound: the capacity of each part kept whole while units are relaxed.

The Lagrangian relaxation of the rule that each unit has one part leaves one 0-1 knapsack a part,
solved exactly by dynamic programming on rounded demands, so the bound is that of Dantzig-Wolfe and
exceeds the linear one where parts hold few units. Rounding demands down and capacities with them
only relaxes the knapsack, so the bound stays valid for any demands. Lower bounds on demand are
dropped, which is valid too.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.compiled import compiled
from gridplan.optimise.partition.model import allowed_atoms, atom_sums
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.run import Run

GRAINS = 1500
"""Largest capacity in grains of demand; finer means a tighter bound and more work."""

WORK_PER_CELL = 4e-9
"""Work units of one cell of a knapsack's table."""


@compiled
def fill(reduced: np.ndarray, weight: np.ndarray, room: int, take: np.ndarray) -> float:
    """Least sum of reduced costs of items that fit into ``room``; marks them in ``take``."""
    n = len(reduced)
    item = np.empty(n, np.int64)
    count = 0
    for i in range(n):
        take[i] = False
        if reduced[i] < 0.0 and weight[i] <= room:
            item[count] = i
            count += 1
    best = np.zeros(room + 1)
    kept = np.zeros((count, room + 1), np.bool_)
    for t in range(count):
        own = weight[item[t]]
        gain = reduced[item[t]]
        for c in range(room, own - 1, -1):
            value = best[c - own] + gain
            if value < best[c]:
                best[c] = value
                kept[t, c] = True
    c = room
    for t in range(count - 1, -1, -1):
        if kept[t, c]:
            take[item[t]] = True
            c -= weight[item[t]]
    return best[room]


@compiled
def evaluate(
    price: np.ndarray,
    cost: np.ndarray,
    weight: np.ndarray,
    room: np.ndarray,
    slope: np.ndarray,
) -> float:
    """Lagrangian value at unit prices; ``slope`` receives a subgradient."""
    n, columns = cost.shape
    take = np.zeros(n, np.bool_)
    reduced = np.empty(n)
    value = 0.0
    for i in range(n):
        value += price[i]
        slope[i] = 1.0
    for k in range(columns):
        for i in range(n):
            reduced[i] = cost[i, k] - price[i]
        value += fill(reduced, weight, room[k], take)
        for i in range(n):
            if take[i]:
                slope[i] -= 1.0
    return value


def knapsack_bound(problem: Problem, run: Run, target: float, *, rounds: int = 600) -> float:
    """
    Lower bound of a problem with fixed parts by subgradient steps towards ``target``.

    Priced extras are never negative, so the bound on cost alone holds for the full objective;
    without a finite upper bound on demand, or with negative costs, nothing is claimed.
    """
    p = problem
    if p.chosen or not np.isfinite(p.upper).all() or (p.cost < 0).any():
        return -np.inf
    if (p.crossing_price < 0).any():
        return -np.inf
    load = atom_sums(p, p.demand)
    grain = max(1.0 if (load % 1 == 0).all() else 0.0, float(p.upper.max()) / GRAINS, 1e-12)
    weight = np.floor(load / grain + 1e-9).astype(np.int64)
    room = np.floor(p.upper / grain + 1e-9).astype(np.int64)
    own = allowed_atoms(p)
    cost = np.where(own, atom_sums(p, p.cost), np.inf)
    second = np.partition(np.where(np.isfinite(cost), cost, cost[own].max()), 1, axis=1)[:, 1]
    price = second.copy()
    best, best_price = -np.inf, price.copy()
    slope, smooth = np.empty(len(load)), np.zeros(len(load))
    theta, fails = 1.0, 0
    for _ in range(rounds):
        if run.ended_by is not None or theta < 1e-3:
            break
        value = float(evaluate(price, cost, weight, room, slope))
        items = float((cost < price[:, None]).sum(axis=0) @ room)
        run.spend(items * WORK_PER_CELL + cost.size * 2e-9)
        fails = 0 if value > best + 1e-5 * abs(best) else fails + 1
        if value > best:
            best, best_price = value, price.copy()
        if fails >= 15:
            theta, fails, price = theta * 0.6, 0, best_price.copy()
        smooth = 0.7 * smooth + 0.3 * slope
        size = float(smooth @ smooth)
        if size < 1e-12:
            break
        price = price + theta * max(target - value, 1e-9 * abs(target)) / size * smooth
    return best
