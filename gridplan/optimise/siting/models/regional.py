"""
Two levels, 1+N: which centers are regional, and which center belongs to which of them.

A single-source capacitated facility location problem in which every open site serves itself: in the
words of networks a single-allocation hub attachment, on whole numbers of centers small enough for
one integer program. Guarantee: optimal within the solver's tolerance, or a bound.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.options import strict
from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.answer.result import Siting
from gridplan.optimise.siting.program.assignment import Links, all_links, solve_links
from gridplan.optimise.siting.prove.elastic import relax
from gridplan.optimise.siting.question.case import Case, read_case
from gridplan.optimise.siting.question.options import (
    ModelParams,
    RegionalOptions,
    bounds_of,
    run_of,
)

PARAMS = ModelParams(work=30.0)
"""Work units of a run, and nodes of the solver, by default."""


@strict()
def regional(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    load: ArrayLike,
    group: ArrayLike | None = None,
    *,
    least: ArrayLike | None = None,
    most: ArrayLike | None = None,
    members: int | None = None,
    members_least: ArrayLike | None = None,
    **options: Unpack[RegionalOptions],
) -> Siting:
    """
    Choose regional centers and attach every center to one of them at least total cost.

    A regional center belongs to itself. Solved as one integer program.

    Parameters
    ----------
    cost
        ``(k, k)`` cost of attaching center i to regional center j, dense (infinite where
        forbidden) or CSR whose stored entries are the allowed arcs; the diagonal is that of a
        regional center itself and is added where missing, at no cost.
    load
        ``(k,)`` population of each center.
    group, group_min, group_max
        Street of each center, and regional centers each street must and may have.
    p
        Number of regional centers, a range, or None for any number the groups allow.
    least, most
        Least and most population of a regional center with all its members: one number or ``(k,)``.
    members
        Most centers under one regional center, itself not counted.
    members_least
        Least centers under a regional center, itself not counted: one number or ``(k,)``.
    within
        ``(k,)`` grid of each center: centers attach within their own only.
    apart
        Added to the cost of an arc between two streets, so that the same street is preferred; by
        default the median cost of an arc between two centers.
    preferred, preference
        Centers that should be regional (mask or indices), and what it costs to make any other one
        regional; by default the largest cost of an arc.
    kept, closed
        Centers that must be, and cannot be, regional: masks or indices.
    site_cost
        ``(k,)`` cost of making a center regional.
    seed, node_limit, work_limit, time_limit, progress
        As everywhere in the engine.

    Returns
    -------
    Siting
        ``sites`` are the regional centers, ``assignment`` the regional center of each center.
        ``figures["attachment"]`` is the objective without ``apart`` and ``site_cost``,
        ``figures["apart"]`` the number of centers attached across streets.
    """
    table = _with_diagonal(cost)
    k = table.shape[0]
    bounds = bounds_of(options)
    bounds["lower"], bounds["group"] = least, group
    case = read_case(table, load, np.inf if most is None else most, options.get("p"), **bounds)
    run, seed = run_of(options, PARAMS.work), options.get("seed", 0)
    links, within, apart = all_links(case), options.get("within"), options.get("apart")
    if within is not None:
        label = np.asarray(within)
        links = links.only(label[links.unit] == label[links.site])
    case, links = _preferring(case, links, options.get("preferred"), options.get("preference"))
    between = links.cost[links.unit != links.site]
    if apart is None:
        apart = float(np.median(between)) if len(between) else 0.0
    street = case.group
    crossing = (street[links.unit] != street[links.site]) & (group is not None)
    plain = links.cost
    links = Links(links.unit, links.site, links.cost + apart * crossing)
    run.report("regional")
    limit = np.full(k, np.inf) if members is None else np.full(k, float(members) + 1.0)
    sizes: dict[str, Any] = {"own": True, "most_units": limit}
    if members_least is not None:
        sizes["least_units"] = np.broadcast_to(np.asarray(members_least, dtype=float), k) + 1.0
    nodes = options.get("node_limit", PARAMS.nodes)
    answer = solve_links(case, links, run, node_limit=nodes, seed=seed, **sizes)
    if answer.sites is None or answer.assignment is None:
        conflicts = relax(case, links, run, seed=seed, **sizes)
        proven = answer.status == "infeasible"
        return Siting(
            sites=np.zeros(0, np.int64), assignment=np.full(k, -1), objective=np.inf,
            bound=np.inf if proven else answer.bound,
            status="infeasible" if proven else "unknown",
            seconds=run.seconds, work=run.work, method="two-level program", seed=seed,
            conflicts=tuple(conflicts) if proven else (), trace=tuple(run.trace),
        )  # fmt: skip
    found = replace(
        _siting(case, links, run, answer.sites, answer.assignment, answer.bound),
        seed=seed,
        ended="proof" if answer.status == "optimal" else run.ended_by or "done",
    )
    used = answer.assignment[links.unit] == links.site
    figures = {"attachment": float(plain[used].sum()), "apart": int(crossing[used].sum())}
    run.report("regional", incumbent=found.objective, bound=found.bound)
    return replace(found, figures=figures, trace=tuple(run.trace))


def _siting(
    case: Case, links: Links, run: Run, sites: np.ndarray, assignment: np.ndarray, bound: float
) -> Siting:
    faults = check.faults(case, sites, assignment)
    if (assignment[sites] != sites).any():
        faults.append("regional center away from itself")
    if faults:
        message = "unsound siting: " + ", ".join(faults)
        raise RuntimeError(message)
    used = assignment[links.unit] == links.site
    objective = float(links.cost[used].sum() + case.site_cost[sites].sum())
    closed = objective - bound <= 1e-6 * abs(objective) + 1e-9
    return Siting(
        sites=sites, assignment=assignment, objective=objective, bound=min(bound, objective),
        status="optimal" if closed else "feasible", seconds=run.seconds, work=run.work,
        method="two-level program", seed=0,
    )  # fmt: skip


def _preferring(
    case: Case, links: Links, preferred: ArrayLike | None, preference: float | None
) -> tuple[Case, Links]:
    """Make the centers that are not preferred dearer to open."""
    if preferred is None:
        return case, links
    wanted = np.zeros(case.m, dtype=bool)
    wanted[np.asarray(preferred)] = True
    dear = float(links.cost.max(initial=0.0)) if preference is None else preference
    return replace(case, site_cost=case.site_cost + np.where(wanted, 0.0, dear)), links


def _with_diagonal(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
) -> np.ndarray | sparse.csr_matrix:
    """Let every center belong to itself."""
    if not sparse.issparse(cost):
        table = np.array(cost, dtype=float)
        diagonal = np.einsum("ii->i", table)
        diagonal[~np.isfinite(diagonal)] = 0.0
        return table
    entries = sparse.coo_matrix(cost)
    missing = np.setdiff1d(np.arange(entries.shape[0]), entries.row[entries.row == entries.col])
    row, column = np.append(entries.row, missing), np.append(entries.col, missing)
    value = np.append(entries.data, np.zeros(len(missing)))
    return sparse.csr_matrix((value, (row, column)), shape=entries.shape)
