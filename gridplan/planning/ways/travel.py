"""Metres without roads: along neighbouring units to a hospital, straight to a center."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from gridplan.district.district import District


def metres_along_units(
    district: District, links: sparse.csr_array, origins: np.ndarray
) -> np.ndarray:
    """
    Measure the shortest way from every unit to each origin, stepping between neighbours.

    On square cells that meet at edges this is the rectangular distance, a stand-in for roads.

    Parameters
    ----------
    district
        Its ``path_edges``: metres between centroids of neighbours.
    links
        ``(n, n)`` further edges in metres (ferries, bridges); may be empty.
    origins
        Positions of the units to measure from.

    Returns
    -------
    metres
        ``(n, len(origins))``, rounded to whole metres so that sums are exact; infinite where
        there is no way.
    """
    edges = sparse.csr_array(district.path_edges).maximum(links)
    return np.round(csgraph.dijkstra(edges, directed=False, indices=origins).T)


def straight_metres(
    places: np.ndarray,
    sites: np.ndarray,
    *,
    place_label: np.ndarray,
    site_label: np.ndarray,
    nearest: int,
) -> sparse.csr_array:
    """
    Measure straight lines from each place to the nearest sites that bear its label.

    Parameters
    ----------
    places, sites
        ``(n, 2)`` and ``(m, 2)``, metres.
    place_label, site_label
        ``(n,)`` and ``(m,)``: a place may only use sites of its own label (its grid).
    nearest
        How many of them it may use at the most.

    Returns
    -------
    metres
        CSR ``(n, m)`` of whole metres; the stored entries, zeros included, are the allowed pairs.
    """
    parts = []
    for label in np.unique(site_label):
        here, there = np.flatnonzero(place_label == label), np.flatnonzero(site_label == label)
        if not len(here):
            continue
        count = min(nearest, len(there))
        metres, columns = cKDTree(sites[there]).query(places[here], k=count)
        metres, columns = np.reshape(metres, (len(here), -1)), np.reshape(columns, (len(here), -1))
        parts.append((np.repeat(here, count), there[columns.ravel()], np.round(metres.ravel())))
    if not parts:
        return sparse.csr_array((len(places), len(sites)))
    rows, columns, metres = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((columns, rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(places)))])
    # Built by hand: a conversion from coordinates would be free to drop explicit zeros.
    return sparse.csr_array(
        (metres[order], columns[order], starts), shape=(len(places), len(sites))
    )


def metres_between(places: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Measure straight lines from each of few places to each of few sites, ``(n, m)`` metres."""
    return np.asarray(np.hypot(*(places[:, None] - sites[None]).transpose(2, 0, 1)))


def nearest_of(
    table: np.ndarray, mine: np.ndarray, theirs: np.ndarray, nearest: int
) -> sparse.csr_array:
    """
    Keep the nearest columns of each row among those that bear its label.

    Parameters
    ----------
    table
        ``(n, m)`` metres.
    mine, theirs
        ``(n,)`` and ``(m,)`` labels.
    nearest
        How many are kept at the most.

    Returns
    -------
    metres
        CSR ``(n, m)``; what is not finite is left out.
    """
    parts = []
    for label in np.unique(theirs):
        here, there = np.flatnonzero(mine == label), np.flatnonzero(theirs == label)
        if not len(here):
            continue
        own = table[np.ix_(here, there)]
        order = np.argsort(own, axis=1, kind="stable")[:, :nearest]
        metres = np.take_along_axis(own, order, axis=1).ravel()
        rows, columns = np.repeat(here, order.shape[1]), there[order.ravel()]
        good = np.isfinite(metres)
        parts.append((rows[good], columns[good], metres[good]))
    if not parts:
        return sparse.csr_array(table.shape)
    row, column, metres = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(table)))])
    # Built by hand: a conversion from coordinates would be free to drop explicit zeros.
    return sparse.csr_array((metres[order], column[order], starts), shape=table.shape)
