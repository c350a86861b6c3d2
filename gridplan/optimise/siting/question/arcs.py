"""Allowed arcs of a case, unit by unit from the cheapest on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True, eq=False)
class Arcs:
    """
    Arcs sorted by unit, then cost, then site.

    Parameters
    ----------
    start
        ``(n + 1,)`` where each unit's arcs begin.
    site, cost
        Of each arc.
    beyond
        ``(n,)`` a value no arc left out of the list is cheaper than; infinite when none is.
    """

    start: np.ndarray
    site: np.ndarray
    cost: np.ndarray
    beyond: np.ndarray


def nearest_arcs(case: Case, *, most: int | None = None, sites: np.ndarray | None = None) -> Arcs:
    """
    Sort the arcs of each unit to the given sites, keeping the ``most`` cheapest.

    Ties are broken by index. ``beyond`` refers to the given sites only.
    """
    columns = np.arange(case.m) if sites is None else np.asarray(sites)
    if not sparse.issparse(case.cost):
        part = case.cost if sites is None else np.ascontiguousarray(case.cost[:, columns])
        return _fitting(case, _dense(part, columns, most))
    table = case.cost if sites is None else case.cost[:, columns]
    table = sparse.csr_matrix(table)
    n = case.n
    rows = np.repeat(np.arange(n), np.diff(table.indptr))
    order = np.lexsort((table.indices, table.data, rows))
    site, cost = columns[table.indices[order]], table.data[order]
    finite = np.isfinite(cost)
    rank = np.arange(len(order)) - np.repeat(table.indptr[:-1], np.diff(table.indptr))
    keep = finite if most is None else finite & (rank < most)
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows[keep], minlength=n), out=start[1:])
    beyond = np.full(n, np.inf)
    if most is not None:
        first_out = finite & (rank == most)
        beyond[rows[first_out]] = cost[first_out]
    return _fitting(case, Arcs(start, site[keep].astype(np.int32), cost[keep], beyond))


def _fitting(case: Case, arcs: Arcs) -> Arcs:
    """Drop the arcs of units larger than the site's capacity."""
    unit = np.repeat(np.arange(case.n), np.diff(arcs.start))
    fits = case.demand[unit] <= case.capacity[arcs.site] * (1 + 1e-12)
    if fits.all():
        return arcs
    start = np.zeros(case.n + 1, dtype=np.int64)
    np.cumsum(np.bincount(unit[fits], minlength=case.n), out=start[1:])
    return Arcs(start, arcs.site[fits], arcs.cost[fits], arcs.beyond)


def _dense(part: np.ndarray, columns: np.ndarray, most: int | None) -> Arcs:
    n, m = part.shape
    beyond = np.full(n, np.inf)
    if most is None or most >= m:
        order = np.argsort(part, axis=1, kind="stable")
    else:
        near = np.sort(np.argpartition(part, most, axis=1)[:, : most + 1], axis=1)
        value = np.take_along_axis(part, near, axis=1)
        rank = np.argsort(value, axis=1, kind="stable")
        order = np.take_along_axis(near, rank, axis=1)
        beyond = np.take_along_axis(part, order[:, -1:], axis=1)[:, 0]
        order = order[:, :-1]
    cost = np.take_along_axis(part, order, axis=1)
    finite = np.isfinite(cost)
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(finite.sum(axis=1), out=start[1:])
    return Arcs(start, columns[order[finite]].astype(np.int32), cost[finite], beyond)


@compiled
def by_site(start, site, cost, limit, m):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Turn the arcs not dearer than each unit's limit around: site by site, units ascending."""
    n = len(start) - 1
    begin = np.zeros(m + 1, dtype=np.int64)
    for i in range(n):
        for a in range(start[i], start[i + 1]):
            if cost[a] > limit[i]:
                break
            begin[site[a] + 1] += 1
    for j in range(m):
        begin[j + 1] += begin[j]
    fill = begin[:-1].copy()
    unit = np.empty(begin[m], dtype=np.int32)
    price = np.empty(begin[m], dtype=np.float64)
    for i in range(n):
        for a in range(start[i], start[i + 1]):
            if cost[a] > limit[i]:
                break
            j = site[a]
            unit[fill[j]] = i
            price[fill[j]] = cost[a]
            fill[j] += 1
    return begin, unit, price


def usable_arcs(case: Case) -> Arcs:
    """Arcs by unit; of a dense table only as many as can matter."""
    most = max(200, int(np.ceil(30 * case.m / max(1, case.low))))
    dense_large = not case.sparse and case.n * case.m > 2_000_000 and most < case.m
    return nearest_arcs(case, most=most if dense_large else None)


@dataclass(frozen=True, eq=False)
class Columns:
    """
    The same arcs site by site, units ascending.

    Parameters
    ----------
    begin
        ``(m + 1,)`` where each site's arcs begin.
    unit, cost
        Of each arc.
    n
        Number of units.
    """

    begin: np.ndarray
    unit: np.ndarray
    cost: np.ndarray
    n: int

    def rows(self, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Arcs to these sites only, unit by unit: starts, sites, costs."""
        return rows_of(self.begin, self.unit, self.cost, np.asarray(sites, np.int64), self.n)


def columns_of(arcs: Arcs, m: int) -> Columns:
    """Turn all arcs around."""
    n = len(arcs.start) - 1
    begin, unit, cost = by_site(arcs.start, arcs.site, arcs.cost, np.full(n, np.inf), m)
    return Columns(begin, unit, cost, n)


@compiled
def rows_of(begin, unit, cost, sites, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Turn the arcs of some sites around again: unit by unit, sites in the order given."""
    start = np.zeros(n + 1, dtype=np.int64)
    for j in sites:
        for a in range(begin[j], begin[j + 1]):
            start[unit[a] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    fill = start[:-1].copy()
    site = np.empty(start[n], dtype=np.int32)
    price = np.empty(start[n], dtype=np.float64)
    for j in sites:
        for a in range(begin[j], begin[j + 1]):
            i = unit[a]
            site[fill[i]] = j
            price[fill[i]] = cost[a]
            fill[i] += 1
    return start, site, price
