"""
Bound by parts: parts that share no arc are proven one by one, at prices on what they share.

The number of sites and the groups that several parts have sites of get multipliers from the
relaxation of the whole (Lagrangian decomposition: Guignard and Kim, *Mathematical Programming* 39,
1987, doi:10.1007/BF02592954). What is left falls into one question a part, small enough to be
branched on, where the whole is not. Guarantee: any multipliers give a bound, and so does any bound
of each part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.bound.lagrangian import Priced, Relaxation
from gridplan.optimise.siting.local.regions import Solver
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.siting.question.components import Components


class Shared(NamedTuple):
    """
    What an open site is worth to counts that parts share.

    Parameters
    ----------
    site
        ``(m,)`` multiplier of each: of the number of sites and of its group, if parts share that.
    total
        What the counts come to at these multipliers, at least.
    spanning
        ``(groups,)`` whether several parts have sites of the group.
    """

    site: np.ndarray
    total: float
    spanning: np.ndarray


def shared_prices(case: Case, parts: Components, now: Priced) -> Shared:
    """
    Read the multipliers of shared counts off the choice of sites at some prices.

    Each lies between the dearest site chosen for a count and the cheapest one that was not, so that
    the parts together bound no less than the relaxation they come from.

    Parameters
    ----------
    case, parts
        The question and its parts.
    now
        An evaluation of its relaxation.
    """
    count = len(case.group_min)
    usable = ~case.closed & np.isfinite(now.value)
    picked = np.zeros(case.m, dtype=bool)
    picked[now.chosen] = True
    dearest, cheapest = np.full(count, -np.inf), np.full(count, np.inf)
    leaves, enters = picked & ~case.kept, usable & ~picked
    np.maximum.at(dearest, case.group[leaves], now.value[leaves])
    np.minimum.at(cheapest, case.group[enters], now.value[enters])
    inside = np.bincount(case.group[picked], minlength=count)
    least, most = inside <= case.group_min, inside >= case.group_max
    number = _between(dearest[~least].max(initial=-np.inf), cheapest[~most].min(initial=np.inf))
    if not (picked.sum() <= case.low and picked.sum() >= case.high):
        number = min(number, 0.0) if picked.sum() > case.low else number
        number = max(number, 0.0) if picked.sum() < case.high else number
    of_group = np.zeros(count)
    for g in np.flatnonzero(least | most):
        own = _between(dearest[g], cheapest[g]) - number
        of_group[g] = max(own, 0.0) if not most[g] else own if least[g] else min(own, 0.0)
    spanning = _spanning(case, parts)
    of_group[~spanning] = 0.0
    counts = np.where(of_group > 0.0, case.group_min, case.group_max)
    total = number * (case.low if number > 0.0 else case.high) + float(of_group @ counts)
    return Shared(number + of_group[case.group], total, spanning)


def _between(low: float, high: float) -> float:
    """Give the middle of two values, or the one that is finite, or nothing."""
    finite = [value for value in (low, high) if np.isfinite(value)]
    return float(np.mean(finite)) if finite else 0.0


def _spanning(case: Case, parts: Components) -> np.ndarray:
    """Mark the groups that several parts, or sites that no unit reaches, have sites of."""
    pairs = np.unique(np.column_stack([case.group, parts.of_site])[~case.closed], axis=0)
    several = np.bincount(pairs[:, 0], minlength=len(case.group_min)) > 1
    several[pairs[pairs[:, 1] < 0, 0]] = True
    return np.asarray(several)


def bound_by_parts(
    case: Case, parts: Components, root: Relaxation, run: Run, solve: Solver, *, work: float
) -> float:
    """
    Bound a question by the bounds of its parts.

    Parameters
    ----------
    case, parts, root
        The question without a budget, its parts, and its relaxation as far as it was raised.
    run
        Charged for the work.
    solve
        Answers the question of one part.
    work
        Work units for all of them: each has its share by the root of its units, and what
        others left.

    Returns
    -------
    bound
        Of the whole.
    """
    assert root.best is not None
    shared = shared_prices(case, parts, root.best)
    idle = (parts.of_site < 0) & ~case.closed & (case.kept | (case.lower <= 0.0))
    worth = (case.site_cost - shared.site)[idle]
    total = shared.total + float(np.where(case.kept[idle], worth, np.minimum(worth, 0.0)).sum())
    # A proof takes less than in proportion to units, and small parts leave most of their share.
    size = np.sqrt(np.bincount(parts.of_unit, minlength=parts.count))
    end = run.work + work
    order = np.argsort(size, kind="stable")
    for place, c in enumerate(order):
        share = float(size[c] / size[order[place:]].sum())
        part = run.part(most=share * max(0.0, end - run.work))
        asked, above = _priced_part(case, parts, shared, int(c))
        known = root.duals.of(parts.of_unit == c, parts.of_site == c)
        known = known._replace(price=known.price + above / asked.n)
        answer = solve(asked, part, None, known)
        run.book(part)
        if not np.isfinite(answer.bound) or run.ended_by in {"stop", "time"}:
            return -np.inf
        total += answer.bound - above
    return total


def _priced_part(case: Case, parts: Components, shared: Shared, c: int) -> tuple[Case, float]:
    """
    Give one part with shared counts priced, and by how much its objective was lifted.

    Whoever is served pays a little more, wherever, so that no objective is below zero.
    """
    units, sites = np.flatnonzero(parts.of_unit == c), np.flatnonzero(parts.of_site == c)
    own = case.site_cost[sites] - shared.site[sites]
    most = min(int(parts.most[c]), len(sites))
    above = -float(np.sort(np.minimum(own, 0.0))[:most].sum())
    lift = np.full(len(units), above / len(units))
    table = case.cost[units][:, sites]
    if sparse.issparse(table):
        table = sparse.csr_matrix(table)
        table.data = table.data + np.repeat(lift, np.diff(table.indptr))
    else:
        table = table + lift[:, None]
    local = ~shared.spanning
    part = replace(
        case,
        cost=table,
        demand=case.demand[units],
        capacity=case.capacity[sites],
        lower=case.lower[sites],
        kept=case.kept[sites],
        closed=case.closed[sites],
        group=case.group[sites],
        group_min=np.where(local & _has(case, sites), case.group_min, 0),
        group_max=np.where(local, case.group_max, case.m),
        low=int(parts.least[c]),
        high=most,
        site_cost=own,
        spend=np.zeros(len(sites)),
        beyond=None,
    )
    return part, above


def _has(case: Case, sites: np.ndarray) -> np.ndarray:
    """Mark the groups that may have some of these sites open."""
    usable = sites[~case.closed[sites]]
    return np.bincount(case.group[usable], minlength=len(case.group_min)) > 0
