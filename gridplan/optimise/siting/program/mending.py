"""
From the dual of given sites to whole units within bounds: cheapest moves first.

The homes of a dual near its optimum break the bounds of a few sites by a few units. Those that lose
least by going elsewhere go first, as long as that brings loads nearer to their bounds; what is left
over is settled by integer programs, one for each piece of units and sites that doubt connects. Much
sooner than one program over all sites of a city, at hardly more cost.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.program.assignment import Links
from gridplan.optimise.siting.program.transport import TransportDual, TransportParams
from gridplan.optimise.siting.question.arcs import Rows
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray


def mended(
    case: Case, rows: Rows, dual: TransportDual, run: Run, params: TransportParams, *, seed: int
) -> Array | None:
    """
    Assign every unit to one of the sites, within their bounds.

    Parameters
    ----------
    case, rows
        The question, and the arcs to the sites.
    dual
        Of the sites.
    run
        Charged for the work.
    params
        Tuning of the programs.
    seed
        Of the solver.

    Returns
    -------
    assignment
        ``(n,)``; None where none was found.
    """
    if (dual.home < 0).any():
        return None
    start, site, cost = rows
    unit = np.repeat(np.arange(case.n), np.diff(start))
    demand = np.maximum(case.demand[unit], 1e-12)
    extra = (cost + dual.multiplier[site] * case.demand[unit] - dual.price[unit]) / demand
    ranked = np.argsort(extra, kind="stable")
    links = Links(unit[ranked], site[ranked].astype(np.int64), cost[ranked])
    assignment = dual.home.copy()
    load = np.bincount(assignment, weights=case.demand, minlength=case.m)
    moved, passes = 1, 0
    while moved and passes < params.passes:
        moved = move_nearer(
            (links.unit, links.site), case.demand, case.lower, case.capacity, assignment, load
        )
        passes += 1
        run.spend(len(links.unit) * WEIGHTS.arc)
    for level in params.doubtful:
        if not len(_outside(case, dual.sites, assignment)):
            return assignment
        number = int(np.count_nonzero(extra <= 0)) + level * len(dual.sites)
        near = links.only(np.arange(len(links.unit)) < number)
        _settle(case, near, dual.sites, assignment, (run, params, seed))
    return None if len(_outside(case, dual.sites, assignment)) else assignment


def _outside(case: Case, sites: Array, assignment: Array) -> Array:
    """List the sites whose load breaks their bounds."""
    load = np.bincount(assignment, weights=case.demand, minlength=case.m)[sites]
    slack = 1e-9 * max(1.0, float(case.demand.sum()))
    wrong = (load > case.capacity[sites] + slack) | (load < case.lower[sites] - slack)
    return np.asarray(sites[wrong])


def _settle(
    case: Case,
    near: Links,
    sites: Array,
    assignment: Array,
    how: tuple[Run, TransportParams, int],
) -> None:
    """Share out anew, in place, the pieces of what is in doubt that have a site out of bounds."""
    own = assignment[near.unit] != near.site  # where a unit is now stays open to it
    units = np.unique(near.unit[own & (case.demand[near.unit] > 0)])
    keep = np.isin(near.unit, units)
    links = near.only(keep)
    here = ~np.isin(units, links.unit[assignment[links.unit] == links.site])
    stay = units[here]
    links = Links(
        np.append(links.unit, stay),
        np.append(links.site, assignment[stay]),
        np.append(links.cost, case.arc_cost(stay, assignment[stay])),
    )
    if not len(links.unit):
        return
    piece = _pieces(links, case)
    wrong = np.isin(links.site, _outside(case, sites, assignment))
    for number in np.unique(piece[wrong]):
        if how[0].ended_by in {"stop", "time"}:
            return
        _share_out(case, links.only(piece == number), assignment, how)


def _pieces(links: Links, case: Case) -> Array:
    """Tell each link the piece it belongs to, of what links connect."""
    table = sparse.coo_matrix(
        (np.ones(len(links.unit), dtype=np.int8), (links.unit, case.n + links.site)),
        shape=(case.n + case.m, case.n + case.m),
    )
    label = csgraph.connected_components(table, directed=False)[1]
    return np.asarray(label[links.unit])


def _share_out(
    case: Case, links: Links, assignment: Array, how: tuple[Run, TransportParams, int]
) -> None:
    """Share the units of some links out among their sites, in place, if their bounds can be met."""
    run, params, seed = how
    free, row = np.unique(links.unit, return_inverse=True)
    sites, place = np.unique(links.site, return_inverse=True)
    stays = np.ones(case.n, dtype=bool)
    stays[free] = False
    fixed = np.bincount(assignment[stays], weights=case.demand[stays], minlength=case.m)[sites]
    column = np.arange(len(row))
    matrix = sparse.csr_matrix(
        (
            np.concatenate([np.ones(len(row)), case.demand[links.unit]]),
            (np.concatenate([row, len(free) + place]), np.concatenate([column, column])),
        ),
        shape=(len(free) + len(sites), len(row)),
    )
    ones = np.ones(len(free))
    answer = solve(
        links.cost, matrix,
        np.concatenate([ones, case.lower[sites] - fixed]),
        np.concatenate([ones, case.capacity[sites] - fixed]),
        col_upper=1.0, integer=True, gap=0.01, node_limit=params.nodes, seed=seed, run=run,
        work=params.share * run.planned,
    )  # fmt: skip
    if answer.x is not None:
        taken = answer.x > 0.5
        assignment[links.unit[taken]] = links.site[taken]


@in_place
def move_nearer(
    moves: tuple[Array, Array],
    demand: Array,
    lower: Array,
    upper: Array,
    assignment: Array,
    load: Array,
) -> int:
    """Make the moves (unit, site), in their order, that bring loads nearer to their bounds."""
    unit, site = moves
    count = 0
    for q in range(len(unit)):
        i, there = unit[q], site[q]
        here = assignment[i]
        much = demand[i]
        if here == there or much <= 0.0:
            continue
        less = load[here] - much
        more = load[there] + much
        before = max(0.0, load[here] - upper[here]) + max(0.0, lower[here] - load[here])
        before += max(0.0, load[there] - upper[there]) + max(0.0, lower[there] - load[there])
        if before <= 0.0:
            continue
        after = max(0.0, less - upper[here]) + max(0.0, lower[here] - less)
        after += max(0.0, more - upper[there]) + max(0.0, lower[there] - more)
        if after < before - 1e-9 * before:
            assignment[i] = there
            load[here] = less
            load[there] = more
            count += 1
    return count
