"""
Reduced-cost fixing: what a solution better than a known one must and must not use.

Variable fixing as in Crowder, Johnson and Padberg (*Operations Research* 31(5), 1983), by the duals
of the Lagrangian relaxation. Guarantee: no siting that costs less than the cut is lost.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.optimise.siting.bound.lagrangian import Priced
from gridplan.optimise.siting.bound.site_choice import with_and_without
from gridplan.optimise.siting.program.assignment import Links
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case


def settle_sites(
    case: Case, now: Priced, sites: tuple[np.ndarray, np.ndarray], cut: float
) -> tuple[np.ndarray, np.ndarray]:
    """
    Sites that every siting better than ``cut`` must open, and must not.

    Parameters
    ----------
    case, now
        The question, and an evaluation of its relaxation.
    sites
        What :func:`~gridplan.optimise.siting.bound.site_choice.with_and_without` said of each.
    cut
        Objective of the best siting known, or less.

    Returns
    -------
    must, never
        ``(m,)`` masks.
    """
    opened, shut = sites
    free = ~case.kept & ~case.closed
    must = case.kept | (free & (now.base + shut >= cut))
    never = case.closed | (free & (now.base + opened >= cut))
    never |= ~must & too_dear(case, must, never)
    if not case.capacitated or (must & never).any():
        return must, never
    return roomy(replace(case, kept=must, closed=never))


def roomy(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """
    Sites that have to open, and must not, so that those open can hold all demand together.

    Where hardly any choice has the capacity, counts alone settle most sites: a small one would take
    the place of a large one. No siting is lost by it. Where no choice at all has it, nothing is
    settled: that is for others to tell.

    Returns
    -------
    must, never
        ``(m,)`` masks, those of the case among them.
    """
    total = float(case.demand.sum())
    room = np.minimum(case.capacity, total)
    opened, shut = with_and_without(case, -room)
    least = -total * (1.0 - 1e-9)
    if not (np.minimum(opened, shut) <= least).any():
        return case.kept, case.closed
    must = case.kept | (~case.closed & (shut > least))
    return must, case.closed | (~case.kept & (opened > least))


def too_dear(case: Case, must: np.ndarray, never: np.ndarray) -> np.ndarray:
    """
    Sites that the budget does not allow beside those that must open.

    Parameters
    ----------
    case
        The question.
    must, never
        ``(m,)`` masks of sites that are settled.

    Returns
    -------
    mask
        ``(m,)``.
    """
    given = np.minimum(case.spend, 0.0)[~must & ~never].sum()
    left = case.budget - case.spend[must].sum() - given
    return np.maximum(case.spend, 0.0) > left + 1e-9 * np.abs(case.spend).sum()


def arc_bounds(
    case: Case, arcs: Arcs, now: Priced, sites: tuple[np.ndarray, np.ndarray] | None = None
) -> np.ndarray:
    """
    Bound, for each arc, what a siting that uses it costs at least.

    Using arc (i, j) opens j and, by the dual of its knapsack, costs at least the reduced cost
    less the demand at the dual price of the capacity.

    Parameters
    ----------
    case, arcs, now
        The question, its arcs, and an evaluation of its relaxation.
    sites
        As for :func:`settle_sites`; worked out where not given.

    Returns
    -------
    bound
        ``(arcs,)`` on the objective.
    """
    unit, site = arcs.unit, arcs.site
    opened = (with_and_without(case, now.value) if sites is None else sites)[0]
    opened = now.base + opened
    rate = np.where(np.isfinite(now.rate), now.rate, 0.0)
    bent = arcs.cost - now.price[unit] - rate[site] * case.demand[unit]
    slope = np.maximum(0.0, bent)
    loss = np.bincount(site, weights=np.minimum(0.0, bent), minlength=case.m)
    border = np.where(rate < 0, case.capacity, case.lower)
    border = np.where((rate == 0) | ~np.isfinite(border), 0.0, border)
    linear = loss + rate * border + case.site_cost + now.toll * case.spend
    with np.errstate(invalid="ignore"):
        least = opened - now.value + np.minimum(linear, now.value)
    least = np.where(np.isfinite(opened), least, np.inf)
    return np.asarray(least[site] + slope)


def links_of(arcs: Arcs) -> Links:
    """All arcs as three parallel arrays."""
    return Links(arcs.unit, arcs.site.astype(np.int64), arcs.cost)
