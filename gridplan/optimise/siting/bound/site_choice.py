"""
The master of the relaxation: the cheapest set of sites once each has a value of its own.

Counts and disjoint groups make the allowed sets the bases of a (truncated partition) matroid, on
which the greedy algorithm is exact (Edmonds, *Mathematical Programming* 1, 1971).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.numeric.sorting import rising
from gridplan.optimise.siting.question.case import Case

Array = np.ndarray


class Counts(NamedTuple):
    """
    What a choice of sites must obey.

    Parameters
    ----------
    kept, closed
        ``(m,)`` masks of sites that must, and must not, open.
    group, group_min, group_max
        ``(m,)`` label of each site, and the sites each group must and may open.
    low, high
        Number of sites to open, at least and at most.
    spend, budget
        ``(m,)`` money each site takes, and the most for all of them, infinite for none. Only what
        says so obeys it: with it the choices are no matroid any more.
    """

    kept: Array
    closed: Array
    group: Array
    group_min: Array
    group_max: Array
    low: int
    high: int
    spend: Array
    budget: float


def counts_of(case: Case) -> Counts:
    """Return what a choice of sites must obey, as compiled steps take it."""
    return Counts(
        case.kept, case.closed, case.group, case.group_min, case.group_max, case.low, case.high,
        case.spend, case.budget,
    )  # fmt: skip


def cheapest_sites(case: Case, value: Array) -> Array | None:
    """
    Choose the sites of least total value within all counts; None if no choice keeps them.

    Whatever they spend: :mod:`.toll` has the choice within a budget.

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


@in_place
def pick(order: Array, value: Array, counts: Counts, inside: Array, picked: Array) -> float:
    """
    Mark the cheapest choice in ``picked`` and return its total value, infinite if there is none.

    ``order`` sorts ``value``; ``inside`` is filled: sites chosen in each group.
    """
    for j in range(len(picked)):
        picked[j] = False
    for g in range(len(inside)):
        inside[g] = 0
    number, total = pick_kept(value, counts, inside, picked)
    if number < 0:
        return np.inf
    group, group_min, group_max = counts.group, counts.group_min, counts.group_max
    for q in range(len(value)):
        j = order[q]
        if inside[group[j]] < group_min[group[j]] and not picked[j]:
            if counts.closed[j] or not np.isfinite(value[j]):
                continue
            picked[j] = True
            inside[group[j]] += 1
            number += 1
            total += value[j]
    for g in range(len(group_min)):
        if inside[g] < group_min[g] or inside[g] > group_max[g]:
            return np.inf
    return pick_cheapest(order, value, counts, inside, picked, number, total)


@in_place
def pick_kept(value: Array, counts: Counts, inside: Array, picked: Array) -> tuple[int, float]:
    """Mark the kept sites; return their number, -1 where one cannot open, and their value."""
    number, total = 0, 0.0
    for j in range(len(value)):
        if counts.kept[j]:
            if counts.closed[j] or not np.isfinite(value[j]):
                return -1, np.inf
            picked[j] = True
            inside[counts.group[j]] += 1
            number += 1
            total += value[j]
    return number, total


@in_place
def pick_cheapest(
    order: Array,
    value: Array,
    counts: Counts,
    inside: Array,
    picked: Array,
    number: int,
    total: float,
) -> float:
    """Mark the cheapest sites that groups allow, to ``low``, and on while they cost below zero."""
    group, group_max = counts.group, counts.group_max
    for q in range(len(value)):
        j = order[q]
        if number >= counts.high or (number >= counts.low and value[j] >= 0.0):
            break
        if picked[j] or counts.closed[j] or not np.isfinite(value[j]):
            continue
        if inside[group[j]] >= group_max[group[j]]:
            continue
        picked[j] = True
        inside[group[j]] += 1
        number += 1
        total += value[j]
    return total if counts.low <= number <= counts.high else np.inf


@compiled
def pick_each(
    value: Array, counts: Counts, inside: Array, picked: Array, opened: Array, shut: Array
) -> None:
    """
    Total value of the cheapest choice with each site open, and without it.

    The choices allowed are bases of matroids, so the cheapest one with (without) a site is one
    exchange away from the cheapest one of all: what leaves (enters) is in the same group, or in any
    group that can spare (take) one.
    """
    group, group_min, group_max = counts.group, counts.group_min, counts.group_max
    total = pick(rising(value), value, counts, inside, picked)
    opened[:], shut[:] = np.inf, np.inf
    if total == np.inf:
        return
    dearest, cheapest = extremes(value, counts, picked)
    number = picked.sum()
    spared = 0.0 if number < counts.high else -np.inf
    taken = 0.0 if number > counts.low else np.inf
    for g in range(len(group_min)):
        if inside[g] > group_min[g]:
            spared = max(spared, dearest[g])
        if inside[g] < group_max[g]:
            taken = min(taken, cheapest[g])
    for j in range(len(value)):
        g = group[j]
        if picked[j]:
            opened[j] = total
            if not counts.kept[j]:
                other = min(cheapest[g], taken) if inside[g] > group_min[g] else cheapest[g]
                shut[j] = total - value[j] + other
            continue
        shut[j] = total
        if not counts.closed[j]:
            other = max(dearest[g], spared) if inside[g] < group_max[g] else dearest[g]
            opened[j] = total + value[j] - other


@compiled
def extremes(value: Array, counts: Counts, picked: Array) -> tuple[Array, Array]:
    """Dearest picked site that may leave, and cheapest other one that may enter, of each group."""
    dearest = np.full(len(counts.group_min), -np.inf)
    cheapest = np.full(len(counts.group_min), np.inf)
    for j in range(len(value)):
        g = counts.group[j]
        if picked[j]:
            if not counts.kept[j]:
                dearest[g] = max(dearest[g], value[j])
        elif not counts.closed[j]:
            cheapest[g] = min(cheapest[g], value[j])
    return dearest, cheapest
