"""The cheapest set of sites when each has its own price: counts and groups decide."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.bound.knapsack import rising
from gridplan.optimise.siting.question.case import Case

Array = np.ndarray
Counts = tuple[Array, Array, Array, Array, Array, int, int]


def counts_of(case: Case) -> Counts:
    """Return what a choice of sites must obey, as compiled helpers take it."""
    return (
        case.kept, case.closed, case.group, case.group_min, case.group_max, case.low, case.high
    )  # fmt: skip


def cheapest_sites(case: Case, value: Array) -> Array | None:
    """
    Choose the sites of least total value within all counts; None if no choice keeps them.

    Kept sites first, then each group's minimum, then the cheapest that groups still allow, up to
    ``low`` sites, and on to ``high`` as long as they cost less than nothing. Exact, because the
    groups are disjoint: the cost of a group is convex in its number of sites. Ties by index.
    """
    picked = np.zeros(case.m, dtype=np.bool_)
    inside = np.zeros(len(case.group_min), dtype=np.int64)
    order = rising(np.ascontiguousarray(value, dtype=float))
    total = pick(order, value, counts_of(case), inside, picked)
    return None if total == np.inf else np.flatnonzero(picked)


def with_and_without(case: Case, value: Array) -> tuple[Array, Array]:
    """Least total value of a choice with each site open, and without it; infinite if none is."""
    opened, shut = np.empty(case.m), np.empty(case.m)
    inside = np.zeros(len(case.group_min), dtype=np.int64)
    picked = np.zeros(case.m, dtype=np.bool_)
    pick_each(value, counts_of(case), inside, picked, opened, shut)
    return opened, shut


@compiled
def pick(order, value, counts, inside, picked):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901
    """
    Mark the cheapest choice in ``picked`` and return its total value, infinite if there is none.

    ``order`` sorts ``value``; ``inside`` is filled: sites chosen in each group.
    """
    kept, closed, group, group_min, group_max, low, high = counts
    picked[:] = False
    inside[:] = 0
    number, total = 0, 0.0
    for j in range(len(value)):
        if kept[j]:
            if closed[j] or not np.isfinite(value[j]):
                return np.inf
            picked[j] = True
            inside[group[j]] += 1
            number += 1
            total += value[j]
    for j in order:
        if inside[group[j]] < group_min[group[j]] and not picked[j]:
            if closed[j] or not np.isfinite(value[j]):
                continue
            picked[j] = True
            inside[group[j]] += 1
            number += 1
            total += value[j]
    for g in range(len(group_min)):
        if inside[g] < group_min[g] or inside[g] > group_max[g]:
            return np.inf
    for j in order:
        if number >= high or (number >= low and value[j] >= 0.0):
            break
        if picked[j] or closed[j] or not np.isfinite(value[j]):
            continue
        if inside[group[j]] >= group_max[group[j]]:
            continue
        picked[j] = True
        inside[group[j]] += 1
        number += 1
        total += value[j]
    return total if low <= number <= high else np.inf


@compiled
def pick_each(value, counts, inside, picked, opened, shut):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901
    """
    Total value of the cheapest choice with each site open, and without it.

    The choices allowed are bases of matroids, so the cheapest one with (without) a site is one
    exchange away from the cheapest one of all: what leaves (enters) is in the same group, or in any
    group that can spare (take) one.
    """
    kept, closed, group, group_min, group_max, low, high = counts
    total = pick(rising(value), value, counts, inside, picked)
    opened[:], shut[:] = np.inf, np.inf
    if total == np.inf:
        return
    dearest = np.full(len(group_min), -np.inf)
    cheapest = np.full(len(group_min), np.inf)
    number = 0
    for j in range(len(value)):
        if not picked[j]:
            if not closed[j]:
                cheapest[group[j]] = min(cheapest[group[j]], value[j])
            continue
        number += 1
        if not kept[j]:
            dearest[group[j]] = max(dearest[group[j]], value[j])
    spared = 0.0 if number < high else -np.inf
    taken = 0.0 if number > low else np.inf
    for g in range(len(group_min)):
        if inside[g] > group_min[g]:
            spared = max(spared, dearest[g])
        if inside[g] < group_max[g]:
            taken = min(taken, cheapest[g])
    for j in range(len(value)):
        g = group[j]
        if picked[j]:
            opened[j] = total
            if not kept[j]:
                other = min(cheapest[g], taken) if inside[g] > group_min[g] else cheapest[g]
                shut[j] = total - value[j] + other
            continue
        shut[j] = total
        if not closed[j]:
            other = max(dearest[g], spared) if inside[g] < group_max[g] else dearest[g]
            opened[j] = total + value[j] - other
