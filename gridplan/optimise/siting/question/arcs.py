"""
Allowed arcs of a case in two orders: unit by unit from the cheapest on, and site by site.

Both are compressed sparse rows: where each row begins, then one entry an arc. Of a large dense
table only the nearest arcs are listed; ``beyond`` says what those left out cost at least, so that
no bound relies on what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.sorting import rising
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True)
class ListParams:
    """
    How many arcs of a large dense table are listed.

    Parameters
    ----------
    least
        Arcs a unit, at least.
    spread
        Arcs a unit, as a multiple of the sites that share one open site.
    large
        Entries of a dense table from which on only the nearest arcs are listed.
    """

    least: int = 200
    spread: float = 30.0
    large: int = 4_000_000


DEFAULT = ListParams()


class Arcs(NamedTuple):
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

    @property
    def unit(self) -> np.ndarray:
        """Unit of each arc."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @property
    def shortened(self) -> bool:
        """Whether some arcs were left out of the list."""
        return bool(np.isfinite(self.beyond).any())

    def only(self, keep: np.ndarray) -> Arcs:
        """Return the arcs of a mask; those left out are ruled out, not forgotten."""
        before = np.concatenate([[0], np.cumsum(keep)])
        return Arcs(before[self.start], self.site[keep], self.cost[keep], self.beyond)


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
    table = table if table.has_sorted_indices else table.sorted_indices()
    n = case.n
    rows = np.repeat(np.arange(n), np.diff(table.indptr))
    order = cheapest_first(table.indptr, table.data)
    site, cost = columns[table.indices[order]], table.data[order]
    finite = np.isfinite(cost)
    rank = np.arange(len(order)) - np.repeat(table.indptr[:-1], np.diff(table.indptr))
    keep = finite if most is None else finite & (rank < most)
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows[keep], minlength=n), out=start[1:])
    beyond = np.full(n, np.inf) if case.beyond is None else case.beyond.copy()
    if most is not None:
        first_out = finite & (rank == most)
        beyond[rows[first_out]] = np.minimum(beyond[rows[first_out]], cost[first_out])
    return _fitting(case, Arcs(start, site[keep].astype(np.int32), cost[keep], beyond))


@compiled
def cheapest_first(begin: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Order the entries of each row by cost, ties as they stand; rows stay where they are."""
    order = np.empty(len(cost), dtype=np.int64)
    for i in range(len(begin) - 1):
        order[begin[i] : begin[i + 1]] = begin[i] + rising(cost[begin[i] : begin[i + 1]])
    return order


def _fitting(case: Case, arcs: Arcs) -> Arcs:
    """Drop the arcs of units larger than the site's capacity."""
    fits = case.demand[arcs.unit] <= case.capacity[arcs.site] * (1 + 1e-12)
    return arcs if fits.all() else arcs.only(fits)


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


class Columns(NamedTuple):
    """
    Arcs site by site, units ascending.

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

    def rows(self, sites: np.ndarray) -> Rows:
        """Arcs to these sites only, unit by unit."""
        return rows_of(self, np.asarray(sites, np.int64))


class Rows(NamedTuple):
    """
    Arcs to some sites, unit by unit, sites in the order they were given.

    Parameters
    ----------
    start
        ``(n + 1,)`` where each unit's arcs begin.
    site, cost
        Of each arc.
    """

    start: np.ndarray
    site: np.ndarray
    cost: np.ndarray


@compiled
def by_site(arcs: Arcs, limit: np.ndarray, m: int) -> Columns:
    """Turn the arcs not dearer than each unit's ``(n,)`` limit around; ``m`` sites."""
    start, site, cost, _ = arcs
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
    return Columns(begin, unit, price, n)


def columns_of(arcs: Arcs, m: int) -> Columns:
    """Turn all arcs around."""
    return by_site(arcs, np.full(len(arcs.start) - 1, np.inf), m)


@compiled
def rows_of(columns: Columns, sites: np.ndarray) -> Rows:
    """Turn the arcs of some sites around again: unit by unit, sites in the order given."""
    begin, unit, cost, n = columns
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
    return Rows(start, site, price)


def usable_arcs(case: Case, params: ListParams = DEFAULT) -> Arcs:
    """Arcs by unit; of a large dense table only as many as can matter."""
    most = max(params.least, int(np.ceil(params.spread * case.m / max(1, case.low))))
    large = not case.sparse and case.n * case.m > params.large and most < case.m
    return nearest_arcs(case, most=most if large else None)
