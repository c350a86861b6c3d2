"""Who goes where once the sites are known: tolls by dual ascent, the rest by a small program.

With the sites settled, splitting units at will makes this a transportation problem with a band at
every site. Its dual has one variable a site, its toll; each unit goes where cost and toll are
least. Tolls within a millionth of the optimum leave few units in doubt, and those go to the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.bound.load_band import border, pull
from gridplan.optimise.siting.program.assignment import Links
from gridplan.optimise.siting.question.arcs import Columns
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray
MOST_DOUBTFUL = 60_000
# Of the cost of the units in doubt, which are few.
ROUNDING_GAP = 1e-3
# Of the work of a run: a wider choice is often easier than a hard narrow one.
SHARE = 0.05


@dataclass(frozen=True, eq=False)
class Settled:
    """
    Tolls of given sites, and what they prove.

    Parameters
    ----------
    sites
        The sites.
    bound
        No assignment to them costs less; where the tolls are at their cap, none may exist at all.
    toll
        ``(m,)`` price per demand.
    price
        ``(n,)`` least cost with toll of each unit.
    home
        ``(n,)`` site where it is reached; -1 where a unit has no arc to any of them.
    """

    sites: Array
    bound: float
    toll: Array
    price: Array
    home: Array


def settle(  # noqa: PLR0913  # a dual ascent has this many parts
    case: Case,
    columns: Columns,
    sites: Array,
    run: Run,
    *,
    toll: Array | None = None,
    iterations: int = 200,
    stride: float | None = None,
    stop_at: float = np.inf,
    most_toll: float,
) -> Settled:
    """
    Raise the tolls of given sites towards their optimum.

    Parameters
    ----------
    case, columns
        The question and its arcs.
    sites
        Indices of the open sites.
    run
        Charged for the work.
    toll
        ``(m,)`` to begin from.
    iterations
        At most so many passes.
    stride
        By how much the bound is first expected to rise.
    stop_at
        Bound with which to be content.
    most_toll
        Cap of the tolls: the price per demand of breaking a bound.

    Returns
    -------
    Settled
    """
    start, site, cost = columns.rows(sites)
    at = np.zeros(case.m) if toll is None else np.clip(toll, -most_toll, most_toll)
    away = np.zeros(case.m)
    price, load = np.empty(case.n), np.empty(case.m)
    home = np.empty(case.n, dtype=np.int64)
    upper, lower = case.capacity[sites], case.lower[sites]
    fixed = float(case.site_cost[sites].sum())
    best: Settled | None = None
    record, idle = -np.inf, 0
    # A unit that reaches none of the sites: dearer than any way of serving it.
    missing = 2.0 * float(columns.cost.max(initial=0.0)) + 1.0 + most_toll * case.demand
    for _ in range(iterations):
        least_with_toll(start, site, cost, case.demand, at, price, home, load)
        price[home < 0] = missing[home < 0]
        run.spend(0.25 * len(cost) * WEIGHTS.arc + WEIGHTS.ascent)
        mine = at[sites]
        bound = fixed + float(price.sum() - (mine * border(mine, upper, lower)).sum())
        if best is None or bound > best.bound:
            best = Settled(sites, bound, at.copy(), price.copy(), home.copy())
        if best.bound >= stop_at or run.ended_by is not None:
            break
        if stride is None:
            stride = 0.02 * abs(bound)
        idle = 0 if bound > record + 0.01 * stride else idle + 1
        record = max(record, bound)
        if idle >= 8:
            idle, stride = 0, 0.5 * stride
            if stride < 2e-6 * abs(record):
                break
            at, away = best.toll.copy(), np.zeros(case.m)
            continue
        away *= 0.6
        away[sites] += pull(load[sites], mine, upper, lower)
        length = float(away @ away)
        if length < 1e-12 * float(case.demand.mean()) ** 2:
            break
        moved = at + (best.bound + stride - bound) / length * away
        at = np.clip(np.where(at * moved < 0, 0.0, moved), -most_toll, most_toll)
    assert best is not None
    return best


def assign(
    case: Case, columns: Columns, settled: Settled, run: Run, *, seed: int = 0
) -> Array | None:
    """
    Assign every unit to one of the settled sites, within their bounds.

    Units whose home is clear stay there; those within reach of another site at nearly the same
    cost with toll go to an integer program, over more and more of them until it has an answer.

    Returns
    -------
    assignment
        ``(n,)``; None where none was found.
    """
    if (settled.home < 0).any():
        return None
    start, site, cost = columns.rows(settled.sites)
    unit = np.repeat(np.arange(case.n), np.diff(start))
    demand = np.maximum(case.demand[unit], 1e-12)
    extra = (cost + settled.toll[site] * case.demand[unit] - settled.price[unit]) / demand
    least = int(np.count_nonzero(extra <= 1e-9 * (1.0 + np.abs(settled.price[unit] / demand))))
    ranked = np.argsort(extra, kind="stable")
    for doubtful in (8, 24, 72, 216):
        number = least + doubtful * len(settled.sites)
        if number > least + MOST_DOUBTFUL:
            break
        near = ranked[:number]
        rivals = np.bincount(unit[near], minlength=case.n)
        keep = np.sort(near[(rivals[unit[near]] > 1) & (case.demand[unit[near]] > 0)])
        if len(keep):
            shared = _shared_out(
                case, settled, Links(unit[keep], site[keep], cost[keep]), run, seed
            )
            if shared is not None:
                return shared
    return None


def _shared_out(case: Case, settled: Settled, links: Links, run: Run, seed: int) -> Array | None:
    """Share the units of some arcs out among the sites; None if the bounds cannot be met."""
    free, row = np.unique(links.unit, return_inverse=True)
    assignment = settled.home.copy()
    stays = np.ones(case.n, dtype=bool)
    stays[free] = False
    fixed = np.bincount(assignment[stays], weights=case.demand[stays], minlength=case.m)
    place = np.full(case.m, -1)
    place[settled.sites] = np.arange(len(settled.sites))
    column = np.arange(len(row))
    matrix = sparse.csr_matrix(
        (
            np.concatenate([np.ones(len(row)), case.demand[links.unit]]),
            (
                np.concatenate([row, len(free) + place[links.site]]),
                np.concatenate([column, column]),
            ),
        ),
        shape=(len(free) + len(settled.sites), len(row)),
    )
    ones = np.ones(len(free))
    answer = solve(
        links.cost, matrix,
        np.concatenate([ones, (case.lower - fixed)[settled.sites]]),
        np.concatenate([ones, (case.capacity - fixed)[settled.sites]]),
        col_upper=1.0, integer=True, gap=ROUNDING_GAP, node_limit=60, seed=seed,
        run=run, work=SHARE * run.planned,
    )  # fmt: skip
    if answer.x is None:
        return None
    taken = answer.x > 0.5
    assignment[links.unit[taken]] = links.site[taken]
    return assignment


@compiled
def least_with_toll(start, site, cost, demand, toll, price, home, load):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Send each unit where cost and toll are least; sum the loads."""
    load[:] = 0.0
    for i in range(len(start) - 1):
        least, best = np.inf, -1
        for a in range(start[i], start[i + 1]):
            total = cost[a] + demand[i] * toll[site[a]]
            if total < least:
                least, best = total, site[a]
        price[i] = least
        home[i] = best
        if best >= 0:
            load[best] += demand[i]


@compiled
def second_least(start, site, cost, demand, toll, home, second):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Cost with toll of each unit at its best site other than its home."""
    for i in range(len(start) - 1):
        least = np.inf
        for a in range(start[i], start[i + 1]):
            if site[a] != home[i]:
                least = min(least, cost[a] + demand[i] * toll[site[a]])
        second[i] = least
