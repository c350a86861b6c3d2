"""
Who goes where once the sites are known, units split at will: the linear program, by columns.

Where most arcs cost next to nothing an ascent stalls at the many kinks of the dual, and a program
over the few arcs of each unit that promise most is sooner done: columns come in where they are
worth it (Dantzig and Wolfe, *Operations Research* 8(1), 1960). Guarantee: what is handed back is
the dual function at the program's prices, a lower bound for these sites whatever was left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.siting.bound.load_band import border
from gridplan.optimise.siting.program.transport import TransportDual, least_priced
from gridplan.optimise.siting.question.arcs import Rows
from gridplan.optimise.siting.question.case import Case

Array = np.ndarray


@dataclass(frozen=True)
class SplittingParams:
    """
    Tuning of the linear program.

    Parameters
    ----------
    first, more
        Arcs of a unit in the first program, and how many come in at most each round after.
    rounds
        Programs, at most.
    close
        Relative difference of program and dual function at which the last has been solved.
    least
        Relative reduced cost, in the mean cost of an arc taken, below which an arc comes in.
    """

    first: int = 3
    more: int = 2
    rounds: int = 6
    close: float = 1e-6
    least: float = 1e-9


DEFAULT = SplittingParams()


def settled(
    case: Case,
    rows: Rows,
    dual: TransportDual,
    run: Run,
    *,
    most: float,
    params: SplittingParams = DEFAULT,
) -> TransportDual:
    """
    Bring the dual of given sites to its optimum.

    Parameters
    ----------
    case
        The question.
    rows
        Arcs to the sites of ``dual``, unit by unit.
    dual
        Multipliers to begin from.
    run
        Charged for the work; its clock cuts a program short.
    most
        Cap of the multipliers: the price per demand of breaking a bound.
    params
        Tuning.

    Returns
    -------
    TransportDual
        The best met.
    """
    if (dual.home < 0).any():
        return dual
    unit = np.repeat(np.arange(case.n), np.diff(rows.start))
    need, best = case.demand[unit], dual
    keep = _cheapest(rows, unit, rows.cost + best.multiplier[rows.site] * need, params.first)
    for _ in range(params.rounds):
        found = _solved(case, rows, np.flatnonzero(keep), unit, best.sites, most, run)
        if found is None:
            break
        objective, price, multiplier = found
        now = _dual_at(case, rows, best.sites, multiplier)
        best = now if now.bound > best.bound else best
        if now.bound >= objective - params.close * abs(objective) or run.ended_by is not None:
            break
        gain = rows.cost + multiplier[rows.site] * need - price[unit]
        worth = gain < -params.least * (1.0 + abs(objective) / case.n)
        gain[~worth | keep] = np.inf
        keep |= _cheapest(rows, unit, gain, params.more) & np.isfinite(gain)
    return best


def _cheapest(rows: Rows, unit: Array, cost: Array, most: int) -> Array:
    """Mask the arcs of each unit of least cost, so many of each."""
    order = np.lexsort((cost, unit))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - rows.start[unit[order]]
    return np.asarray(rank < most)


def _dual_at(case: Case, rows: Rows, sites: Array, multiplier: Array) -> TransportDual:
    """Evaluate the dual function over all arcs at these multipliers."""
    price, load = np.empty(case.n), np.empty(case.m)
    home = np.empty(case.n, dtype=np.int64)
    least_priced(rows, case.demand, multiplier, price, home, load)
    mine = multiplier[sites]
    paid = mine * border(mine, case.capacity[sites], case.lower[sites])
    bound = float(case.site_cost[sites].sum() + price.sum() - paid.sum())
    return TransportDual(sites, bound, multiplier, price, home)


def _solved(
    case: Case, rows: Rows, keep: Array, unit: Array, sites: Array, most: float, run: Run
) -> tuple[float, Array, Array] | None:
    """
    Solve the program over some arcs; loads may break their bounds at the price of ``most``.

    Returns
    -------
    tuple
        Objective, prices of units ``(n,)`` and multipliers of sites ``(m,)``; None without a
        solution.
    """
    n, k, a = case.n, len(sites), len(keep)
    place = np.full(case.m, -1)
    place[sites] = np.arange(k)
    row, column, one = n + np.arange(k), a + np.arange(k), np.ones(k)
    matrix = sparse.csr_matrix(
        (
            np.concatenate([np.ones(a), case.demand[unit[keep]], one, -one]),
            (
                np.concatenate([unit[keep], n + place[rows.site[keep]], row, row]),
                np.concatenate([np.arange(a), np.arange(a), column, column + k]),
            ),
        ),
        shape=(n + k, a + 2 * k),
    )
    answer = solve(
        np.concatenate([rows.cost[keep], np.full(2 * k, most)]), matrix,
        np.concatenate([np.ones(n), case.lower[sites]]),
        np.concatenate([np.ones(n), case.capacity[sites]]), run=run,
    )  # fmt: skip
    if answer.status != "optimal" or answer.row_dual is None:
        return None
    multiplier = np.zeros(case.m)
    multiplier[sites] = np.clip(-answer.row_dual[n:], -most, most)
    return float(answer.objective + case.site_cost[sites].sum()), answer.row_dual[:n], multiplier
