"""
Coverage priced into siting: whoever no open site reaches costs, whoever serves them.

A median with a covering term (between the p-median and the maximal covering location problem of
Church and ReVelle, 1974), written as an ordinary capacitated p-median. Its bound is that one's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.options import options_of, strict
from gridplan.optimise.siting.answer.result import Siting
from gridplan.optimise.siting.models.p_median import capacitated_p_median
from gridplan.optimise.siting.question.case import indices_of
from gridplan.optimise.sparse_rows import alike_rows, row_of

QUESTION = ("cost", "demand", "capacity", "p")


@strict()
def merged_reach(
    reach: sparse.spmatrix | sparse.sparray, people: ArrayLike, *, kept: ArrayLike
) -> tuple[sparse.csr_array, np.ndarray, float]:
    """
    Put together the places that the same sites reach, and leave out what is settled.

    Parameters
    ----------
    reach
        ``(n, m)``; stored entries are the sites within reach of each place.
    people
        ``(n,)`` weight of each place.
    kept
        ``(m,)`` mask: sites that are open in any case.

    Returns
    -------
    reach, people, lost
        Of the places whose coverage depends on the choice, no two of them alike; and the weight
        of the places that no site reaches.
    """
    table = sparse.csr_array(reach)
    table.sort_indices()
    weight = np.asarray(people, dtype=float)
    always = np.asarray(kept, dtype=bool)
    reached = np.diff(table.indptr) > 0
    lost = float(sum(weight[(weight > 0) & ~reached].tolist()))
    settled = np.bincount(row_of(table)[always[table.indices]], minlength=table.shape[0]) > 0
    groups = alike_rows(table, np.flatnonzero((weight > 0) & reached & ~settled))
    sums = np.array([weight[places].sum() for places in groups])
    return table[[places[0] for places in groups]], sums, lost


@strict(inside={"options": options_of(capacitated_p_median, but=QUESTION)})
def covering_median(
    cost: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    capacity: ArrayLike,
    p: int,
    *,
    reach: sparse.spmatrix | sparse.sparray,
    people: ArrayLike,
    price: float,
    options: dict[str, Any] | None = None,
) -> Siting:
    """
    Open sites and assign units at least cost, each person that no open site reaches at a price.

    Who is within reach of some open site does not depend on who serves whom. So every place whose
    coverage is in question enters a second time, without demand: it goes to an open site within
    its reach for nothing, or else, at its price, to a site apart that is always open. The sum is
    an ordinary capacitated p-median, and so is its bound.

    Parameters
    ----------
    cost, demand, capacity, p
        As for :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`; ``cost`` is
        CSR.
    reach, people
        ``(k, m)`` and ``(k,)``, as :func:`merged_reach` gives them.
    price
        Of one person left without a site within reach.
    options
        Further options of :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`.

    Returns
    -------
    Siting
        ``objective`` and ``bound`` with the price; ``figures``: ``cost`` without it, ``left``, the
        people of these places without a site within reach.
    """
    table, near = sparse.csr_array(cost), sparse.csr_array(reach)
    weight = np.asarray(people, dtype=float)
    n, m = table.shape
    k = len(weight)
    if not k:
        plain = capacitated_p_median(table, demand, capacity, p, **(options or {}))
        return replace(plain, figures={"cost": plain.objective, "left": 0.0})
    # Built by hand: explicit zeros are arcs.
    sizes = np.diff(near.indptr) + 1
    starts = np.concatenate([[0], np.cumsum(sizes)])
    columns, prices = np.empty(starts[-1], dtype=np.int64), np.zeros(starts[-1])
    last = starts[1:] - 1
    inner = np.ones(starts[-1], dtype=bool)
    inner[last] = False
    columns[inner], columns[last], prices[last] = near.indices, m, price * weight
    whole = sparse.csr_array(
        (
            np.concatenate([table.data, prices]),
            np.concatenate([table.indices, columns]),
            np.concatenate([table.indptr, table.indptr[-1] + starts[1:]]),
        ),
        shape=(n + k, m + 1),
    )
    found = capacitated_p_median(
        whole,
        np.concatenate([np.asarray(demand, dtype=float), np.zeros(k)]),
        np.append(np.broadcast_to(np.asarray(capacity, dtype=float), m), 0.0),
        p + 1,
        **_apart(dict(options or {}), m, near),
    )
    if not found.feasible:
        return found
    sites = found.sites[found.sites < m]
    left = uncovered(near, weight, sites)
    assignment = found.assignment[:n]
    return replace(
        found,
        sites=sites,
        assignment=assignment,
        figures={"left": left, "cost": found.objective - price * left},
    )


@strict()
def uncovered(
    reach: sparse.spmatrix | sparse.sparray, people: ArrayLike, sites: ArrayLike
) -> float:
    """Add up the people of the places that none of the sites reaches."""
    table = sparse.csr_array(reach)
    opened = np.zeros(table.shape[1], dtype=bool)
    opened[np.asarray(sites, dtype=np.int64)] = True
    rows = row_of(table)
    reached = np.bincount(rows[opened[table.indices]], minlength=table.shape[0]) > 0
    return float(np.asarray(people, dtype=float)[~reached].sum())


def _apart(options: dict[str, Any], m: int, near: sparse.csr_array) -> dict[str, Any]:
    """Give the options for one site more, which is always open."""
    lone = {"lower": 0.0, "group": -1, "kept": True, "closed": False, "site_cost": 0.0}
    lone |= {"opening_cost": 0.0, "closing_cost": 0.0}
    for name, value in lone.items():
        if name == "kept" or options.get(name) is not None:
            given = options.get(name)
            given = np.zeros(m, dtype=bool) if given is None else np.asarray(given)
            options[name] = np.append(np.broadcast_to(given, m), value)
    if options.get("beyond") is not None:
        past = np.asarray(options["beyond"], dtype=float)
        options["beyond"] = np.append(past, np.full(near.shape[0], np.inf))
    start = options.get("start")
    if start is not None and not isinstance(start, tuple):
        options["start"] = np.append(indices_of(start), m)
    elif start is not None:
        sites, assignment = (np.asarray(part, dtype=np.int64) for part in start)
        opened = np.zeros(m + 1, dtype=bool)
        opened[np.append(sites, m)] = True
        first = np.full(near.shape[0], m)
        rows = row_of(near)
        hit = opened[near.indices]
        first[rows[hit]] = near.indices[hit]
        options["start"] = (np.append(sites, m), np.concatenate([assignment, first]))
    return options
