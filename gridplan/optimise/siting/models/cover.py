"""
Covering models: the fewest sites that reach everyone, or the most people p sites can reach.

The location set covering problem (Toregas et al., *Operations Research* 19(6), 1971) and the
maximal covering location problem (Church and ReVelle, *Papers of the Regional Science Association*
32, 1974), with capacities where there are any. Solved as integer programs from a greedy start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.options import strict
from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.answer.result import Conflict, Siting
from gridplan.optimise.siting.local.greedy import greedy_cover
from gridplan.optimise.siting.program.assignment import Answer, Links, all_links, solve_links
from gridplan.optimise.siting.program.reach import solve_reach
from gridplan.optimise.siting.prove.elastic import relax
from gridplan.optimise.siting.prove.infeasible import plain_conflicts
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import Case, read_case
from gridplan.optimise.siting.question.options import (
    CoverOptions,
    ModelParams,
    Number,
    SetCoverOptions,
    bounds_of,
    run_of,
)

PARAMS = ModelParams(nodes=5000)
"""Work units of a run, and nodes of the solver, by default."""


@strict()
def set_cover(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    *,
    radius: float = np.inf,
    **options: Unpack[SetCoverOptions],
) -> Siting:
    """
    Open the fewest (or cheapest) sites so that every unit is served by one within reach.

    Parameters
    ----------
    cost
        ``(n, m)`` travel cost, dense or CSR; arcs up to ``radius`` are within reach.
    demand
        ``(n,)``; counts against capacities only.
    capacity, lower, group, group_min, group_max, kept, closed
        As for :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`.
    site_cost
        ``(m,)``; one each by default, so that the objective is the number of sites.
    seed, node_limit, work_limit, time_limit, progress
        Of the run.

    Returns
    -------
    Siting
        Units go to the cheapest open site within reach, where capacities leave the choice.
    """
    bounds, counted = bounds_of(options), options.get("site_cost") is None
    bounds["site_cost"] = 1.0 if counted else bounds["site_cost"]
    case = read_case(cost, demand, options.get("capacity"), None, **bounds)
    run, seed = run_of(options, PARAMS.work), options.get("seed", 0)
    node_limit = options.get("node_limit", PARAMS.nodes)
    within = _within(case, radius)
    conflicts = plain_conflicts(within, usable_arcs(within))
    if conflicts:
        return _none(within, run, seed=seed, conflicts=tuple(conflicts))
    links = all_links(within)
    answer = _solve(within, links, run, cover=False, node_limit=node_limit, seed=seed)
    if answer.sites is None or answer.assignment is None:
        if answer.status != "infeasible":
            return _none(within, run, seed=seed, conflicts=(), bound=answer.bound)
        return _none(within, run, seed=seed, conflicts=tuple(relax(within, links, run, seed=seed)))
    assignment = answer.assignment
    check.require(within, answer.sites, assignment)
    objective = float(case.site_cost[answer.sites].sum())
    bound = answer.bound
    if counted:
        bound = float(np.ceil(bound - 1e-6))
    return _siting(
        answer.sites, assignment, objective, bound, run, seed=seed, method="cover program"
    )


@strict()
def max_cover(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    p: Number,
    *,
    radius: float = np.inf,
    **options: Unpack[CoverOptions],
) -> Siting:
    """
    Open ``p`` sites so that as much demand as possible is served within reach.

    Parameters
    ----------
    cost, demand, radius
        As for :func:`set_cover`.
    p
        Number of sites or a range.
    capacity, lower, group, group_min, group_max, kept, closed
        As for :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`; a unit is
        served wholly by one site or not at all.
    seed, node_limit, work_limit, time_limit, progress
        Of the run.

    Returns
    -------
    Siting
        ``objective`` is the demand left **uncovered** (and ``bound`` a lower bound on it), so that
        less is better as everywhere; ``figures["covered"]`` is what is covered. Uncovered units
        have assignment -1.
    """
    case = read_case(cost, demand, options.get("capacity"), p, **bounds_of(options))
    run, seed = run_of(options, PARAMS.work), options.get("seed", 0)
    node_limit = options.get("node_limit", PARAMS.nodes)
    within = _within(case, radius)
    conflicts = plain_conflicts(within, usable_arcs(within), cover=True)
    if conflicts:
        return _none(within, run, seed=seed, conflicts=tuple(conflicts))
    links = all_links(within)
    answer = _solve(within, links, run, cover=True, node_limit=node_limit, seed=seed)
    if answer.sites is None or answer.assignment is None:
        if answer.status != "infeasible":
            return _none(within, run, seed=seed, conflicts=(), bound=answer.bound)
        found = tuple(relax(within, links, run, cover=True, seed=seed))
        return _none(within, run, seed=seed, conflicts=found)
    assignment = answer.assignment
    check.require(within, answer.sites, assignment, cover=True)
    left = float(case.demand[assignment < 0].sum())
    siting = _siting(
        answer.sites,
        assignment,
        left,
        max(0.0, answer.bound),
        run,
        seed=seed,
        method="cover program",
    )
    covered = {"covered": float(case.demand[assignment >= 0].sum())}
    return replace(siting, figures=covered)


def _within(case: Case, radius: float) -> Case:
    """Forbid the arcs beyond reach; the travel cost stays for choosing the nearest."""
    if case.sparse:
        table = sparse.coo_matrix(case.cost)
        near = table.data <= radius
        entries = (table.data[near], (table.row[near], table.col[near]))
        return replace(case, cost=sparse.csr_matrix(entries, shape=table.shape))
    return replace(case, cost=np.where(case.cost <= radius, case.cost, np.inf))


def _solve(
    case: Case, links: Links, run: Run, *, cover: bool, node_limit: int, seed: int
) -> Answer:
    """Solve the cover program from a greedy siting."""
    start = greedy_cover(case, links, cover=cover)
    run.report("start")
    if start is not None and run.ended_by == "stop":
        bound = 0.0 if cover else float(case.group_min.sum())
        return Answer(*start, np.inf, bound, "feasible")
    if not case.capacitated:
        answer = solve_reach(
            case, links, run, cover=cover, start=start, node_limit=node_limit, seed=seed
        )
        if answer.sites is None and start is not None and answer.status != "infeasible":
            return Answer(*start, np.inf, answer.bound, "feasible")
        return answer
    free = replace(links, cost=np.zeros(len(links.cost)))
    answer = solve_links(
        case, free, run, start=start, cover=cover, node_limit=node_limit, seed=seed,
    )  # fmt: skip
    if answer.sites is None and start is not None and answer.status != "infeasible":
        return Answer(*start, np.inf, answer.bound, "feasible")
    return answer


def _siting(  # the parts of an answer
    sites: np.ndarray,
    assignment: np.ndarray,
    objective: float,
    bound: float,
    run: Run,
    *,
    seed: int,
    method: str,
) -> Siting:
    bound = min(bound, objective)
    closed = objective - bound <= 1e-6 * max(1.0, abs(objective))
    run.report("prove", incumbent=objective, bound=bound)
    return Siting(
        sites=sites, assignment=assignment, objective=objective,
        bound=objective if closed else bound, status="optimal" if closed else "feasible",
        seconds=run.seconds, work=run.work, method=method, seed=seed,
        ended="proof" if closed else run.ended_by or "done", trace=tuple(run.trace),
    )  # fmt: skip


def _none(
    case: Case, run: Run, *, seed: int, conflicts: tuple[Conflict, ...], bound: float = np.inf
) -> Siting:
    return Siting(
        sites=np.zeros(0, dtype=np.int64), assignment=np.full(case.n, -1), objective=np.inf,
        bound=bound, status="infeasible" if conflicts else "unknown", seconds=run.seconds,
        work=run.work, method="cover program", seed=seed, conflicts=conflicts,
    )  # fmt: skip
