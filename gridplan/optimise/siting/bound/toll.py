"""
The budget in the master of the relaxation: money is priced, so that the choice stays a matroid's.

The budget row is relaxed with one multiplier, the *toll* on each unit of money (Fisher, *Management
Science* 27(1), 1981). The dual in it is concave and piecewise linear: it is climbed by where the
lines of its two sides meet, which ends at the top after a few choices. Guarantee: any toll that is
not negative gives a lower bound; a choice said to be affordable is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.numeric.sorting import sort_rising
from gridplan.optimise.siting.bound.site_choice import Counts, cheapest_sites, counts_of, pick
from gridplan.optimise.siting.question.case import Case

Array = np.ndarray


class TollParams(NamedTuple):
    """
    How the toll is found; a named tuple, because compiled steps read it.

    Parameters
    ----------
    rounds
        Choices looked at, at most.
    reach
        First distance from the toll at hand at which its other side is looked for, as a share of
        it; doubled until it is found.
    near
        Share of the bound by which a better toll would raise it and no longer matters.
    repairs
        Bisections of the toll of a choice that has to be affordable.
    """

    rounds: int = 60
    reach: float = 0.02
    near: float = 1e-10
    repairs: int = 50


DEFAULT = TollParams()


class Room(NamedTuple):
    """
    Room for the choice of sites.

    Parameters
    ----------
    order, spare
        For sorting.
    inside
        ``(groups,)`` sites picked in each group.
    tolled
        ``(m,)`` value of each site with its money priced.
    toll
        ``(1,)`` price of money at the last choice.
    """

    order: Array
    spare: Array
    inside: Array
    tolled: Array
    toll: Array


def room_of(case: Case) -> Room:
    """Make room for the choices of a case; no toll yet."""
    return Room(
        np.empty(case.m, dtype=np.int64), np.empty(case.m, dtype=np.int64),
        np.zeros(len(case.group_min), dtype=np.int64), np.zeros(case.m), np.zeros(1),
    )  # fmt: skip


@in_place
def at_toll(value: Array, counts: Counts, room: Room, picked: Array, toll: float) -> float:
    """Mark the cheapest choice at a toll; the bound it gives, infinite where there is none."""
    for j in range(len(value)):
        room.tolled[j] = value[j] + toll * counts.spend[j]
    sort_rising(room.tolled, len(value), room.order, room.spare)
    total = pick(room.order, room.tolled, counts, room.inside, picked)
    return total - toll * counts.budget if toll > 0.0 and total < np.inf else total


@in_place
def beyond_budget(counts: Counts, picked: Array) -> float:
    """Money by which a choice is beyond the budget; below zero, what it leaves."""
    over = -counts.budget
    for j in range(len(picked)):
        if picked[j]:
            over += counts.spend[j]
    return over


@in_place
def pick_within(
    value: Array, counts: Counts, room: Room, picked: Array, params: TollParams
) -> float:
    """
    Mark the cheapest choice at the best toll, and return its bound.

    Parameters
    ----------
    value
        ``(m,)`` of opening each site, its money apart.
    counts, room
        What the choice must obey; ``toll`` and ``tolled`` are left at the best met.
    picked
        Filled. It may spend more than the budget: the bound is that of a relaxation.
    params
        Tuning.

    Returns
    -------
    float
        Bound on the value of every choice within the counts and the budget.
    """
    if counts.budget == np.inf:
        return at_toll(value, counts, room, picked, 0.0)
    toll = room.toll[0]
    best, best_toll = -np.inf, toll
    # The nearest tolls on either side: their bounds and slopes; none yet.
    low, low_bound, low_slope = -1.0, 0.0, 0.0
    high, high_bound, high_slope = np.inf, 0.0, 0.0
    apart = params.reach * toll if toll > 0.0 else first_toll(value, counts)
    for _ in range(params.rounds):
        bound = at_toll(value, counts, room, picked, toll)
        if bound == np.inf:
            return np.inf
        slope = beyond_budget(counts, picked)
        if bound > best:
            best, best_toll = bound, toll
        if slope > 0.0:
            low, low_bound, low_slope = toll, bound, slope
        else:
            high, high_bound, high_slope = toll, bound, slope
            if toll == 0.0 or slope == 0.0:
                break
        if high == np.inf:
            toll = low + apart
            apart *= 2.0
        elif low < 0.0:
            toll = max(0.0, high - apart)
            apart *= 2.0
        else:
            toll = (high_bound - low_bound + low_slope * low - high_slope * high) / (
                low_slope - high_slope
            )
            meet = low_bound + low_slope * (toll - low)
            if meet <= best + params.near * abs(best) or toll <= low or toll >= high:
                break
    room.toll[0] = best_toll
    return at_toll(value, counts, room, picked, best_toll)


@in_place
def first_toll(value: Array, counts: Counts) -> float:
    """Give a first toll to try: the largest value over the largest spending."""
    worth, money = 0.0, 0.0
    for j in range(len(value)):
        if np.isfinite(value[j]):
            worth = max(worth, abs(value[j]))
        money = max(money, abs(counts.spend[j]))
    return 0.1 * worth / money if worth > 0.0 and money > 0.0 else 1.0


def tolled_choice(
    case: Case, value: Array, room: Room, params: TollParams = DEFAULT
) -> tuple[Array | None, float, Array]:
    """
    Choose sites at the best toll.

    Parameters
    ----------
    case, value
        The question, and ``(m,)`` the value of opening each site, its money apart.
    room
        Of the case; keeps the toll.
    params
        Tuning.

    Returns
    -------
    sites, bound, tolled
        None where no choice keeps the counts; the bound on every choice; ``(m,)`` the values with
        the money priced.
    """
    picked = np.zeros(case.m, dtype=np.bool_)
    worth = np.ascontiguousarray(value, dtype=float)
    bound = pick_within(worth, counts_of(case), room, picked, params)
    chosen = None if bound == np.inf else np.flatnonzero(picked)
    return chosen, bound, room.tolled.copy()


def affordable_sites(case: Case, value: Array, params: TollParams = DEFAULT) -> Array | None:
    """
    Choose sites of little value within all counts and the budget; None if there are none.

    Exact without a budget. With one, the choice at the least toll that makes it affordable: what is
    cheapest at a high enough one spends least, so that none is found only where there is none.
    """
    sites = cheapest_sites(case, value)
    if sites is None or within_budget(case, sites):
        return sites
    low, high = 0.0, 1.0
    finite = np.where(np.isfinite(value), value, 0.0)
    money = float(np.abs(case.spend).max(initial=0.0))
    high = (1.0 + float(np.abs(finite).max(initial=0.0))) / max(money, 1e-12)
    found = None
    for _ in range(params.repairs):
        toll = high if found is None else 0.5 * (low + high)
        sites = cheapest_sites(case, value + toll * case.spend)
        assert sites is not None
        if within_budget(case, sites):
            found, high = sites, toll
        else:
            low, high = toll, (4.0 * high if found is None else high)
    if found is None:
        barred = np.where(np.isfinite(value), case.spend, np.inf)
        found = cheapest_sites(case, barred)
    return found if found is not None and within_budget(case, found) else None


def within_budget(case: Case, sites: Array) -> bool:
    """Whether some sites are affordable together."""
    return bool(case.spend[sites].sum() <= case.budget + 1e-9 * np.abs(case.spend).sum())
