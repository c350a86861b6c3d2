"""
Covers without capacities: one column a site, one row a unit.

Set covering (Toregas, Swain, ReVelle and Bergman, *Operations Research* 19(6), 1971) and maximal
covering (Church and ReVelle 1974): who is reached follows from the sites, so no arc is a column.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.siting.program.assignment import Answer, Links
from gridplan.optimise.siting.question.case import Case


def solve_reach(
    case: Case,
    links: Links,
    run: Run,
    *,
    cover: bool = False,
    start: tuple[np.ndarray, np.ndarray] | None = None,
    node_limit: int = 5000,
    seed: int = 0,
) -> Answer:
    """
    Open sites so that every unit has one within reach, or leave its demand uncovered at a price.

    Parameters
    ----------
    case
        Counts, groups, budget, kept and closed sites and ``site_cost`` are those of the question.
    links
        Arcs within reach; their cost only decides who goes where afterwards.
    run
        Charged for the work.
    cover
        Whether units may stay uncovered, which then costs their demand.
    start
        A siting to begin from.
    node_limit, seed
        Of the solver.

    Returns
    -------
    Answer
    """
    n, m = case.n, case.m
    extra = n if cover else 0
    reach = sparse.csr_matrix((np.ones(len(links.unit)), (links.unit, links.site)), shape=(n, m))
    groups = len(case.group_min)
    ones = np.ones(m)
    member = sparse.csr_matrix((ones, (case.group, np.arange(m))), shape=(groups, m))
    money = sparse.csr_matrix(case.spend[None, :] / case.dearest)
    sides = sparse.vstack([reach, sparse.csr_matrix(ones[None, :]), member, money], format="csr")
    if cover:
        left = sparse.vstack([sparse.eye(n), sparse.csr_matrix((2 + groups, n))])
        sides = sparse.hstack([sides, left], format="csr")
    begin = None
    if start is not None:
        begin = np.zeros(m + extra)
        begin[start[0]] = 1.0
        if cover:
            begin[m:] = start[1] < 0
    answer = solve(
        np.concatenate([case.site_cost, case.demand[:extra]]),
        sides,
        np.concatenate([np.ones(n), [case.low], case.group_min, [-np.inf]]),
        np.concatenate(
            [np.full(n, np.inf), [case.high], case.group_max, [case.budget / case.dearest]]
        ),
        col_lower=np.concatenate([case.kept.astype(float), np.zeros(extra)]),
        col_upper=np.concatenate([1.0 - case.closed, np.ones(extra)]),
        integer=np.concatenate([np.ones(m, dtype=bool), np.zeros(extra, dtype=bool)]),
        start=begin,
        node_limit=node_limit,
        run=run,
        seed=seed,
    )
    if answer.x is None:
        bound = answer.bound if answer.status != "infeasible" else np.inf
        return Answer(None, None, np.inf, bound, answer.status)
    sites = np.flatnonzero(answer.x[:m] > 0.5)
    assignment = nearest_site(case, links, sites)
    return Answer(sites, assignment, answer.objective, answer.bound, answer.status)


def nearest_site(case: Case, links: Links, sites: np.ndarray) -> np.ndarray:
    """
    Send every unit to the cheapest open site it has an arc to.

    Parameters
    ----------
    case, links
        The question and its arcs.
    sites
        Those open.

    Returns
    -------
    assignment
        ``(n,)``; -1 where there is none.
    """
    opened = np.zeros(case.m, dtype=bool)
    opened[sites] = True
    part = links.only(opened[links.site])
    order = np.lexsort((part.site, part.cost, part.unit))
    units, first = np.unique(part.unit[order], return_index=True)
    assignment = np.full(case.n, -1, dtype=np.int64)
    assignment[units] = part.site[order][first]
    return assignment
