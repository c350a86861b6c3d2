"""Barriers: which neighbours a river, a railway or an expressway parts, and what crossing costs."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse

Crossing = tuple[str, str, float | None]
"""Two units, and the person-metres that a grid pays to hold both; None where it may not cross."""


def crossings_of(
    units: gpd.GeoDataFrame,
    middles: NDArray[np.float64],
    boundaries: sparse.csr_array,
    barriers: gpd.GeoDataFrame,
    links: Iterable[tuple[str, str]],
) -> tuple[Crossing, ...]:
    """
    Find the neighbours that barriers part.

    1. A barrier parts two neighbours where it meets the straight line between their middles: a
    river drawn a little off their boundary, or through the units along it, parts them all the same.
    2. Of several the dearest counts, and one that may not be crossed before all that have a price.
    3. A declared link (bridge, underpass) between the two lifts them all.

    Parameters
    ----------
    units
        Index ``unit``.
    middles
        ``(n, 2)`` their centroids, metres.
    boundaries
        ``(n, n)`` metres that neighbours share.
    barriers
        Lines with ``price``, person-metres for each metre of boundary, NaN where it may not be
        crossed.
    links
        Pairs of units joined by declaration.

    Returns
    -------
    crossings
        In the order of the units.
    """
    if barriers.empty:
        return ()
    shared = sparse.coo_array(sparse.triu(boundaries, k=1))
    ways = shapely.linestrings(np.stack([middles[shared.row], middles[shared.col]], axis=1))
    lines = np.asarray(barriers.geometry.array)
    way, line = shapely.STRtree(lines).query(ways, predicate="intersects")
    price = pd.to_numeric(barriers["price"]).to_numpy(dtype=float)
    paid = np.where(np.isnan(price), np.inf, price)[line]
    dearest = np.full(len(ways), -1.0)
    np.maximum.at(dearest, way, paid)
    names = units.index.to_numpy(dtype=object)
    lifted = {frozenset(link) for link in links}
    at = np.flatnonzero(dearest >= 0)
    order = at[np.lexsort((shared.col[at], shared.row[at]))]
    return tuple(
        (str(one), str(other), None if np.isinf(cost) else float(cost * metres))
        for one, other, cost, metres in zip(
            names[shared.row[order]],
            names[shared.col[order]],
            dearest[order],
            shared.data[order],
            strict=True,
        )
        if frozenset((one, other)) not in lifted
    )


def without_barred(graph: sparse.csr_array, pairs: NDArray[np.int64]) -> sparse.csr_array:
    """Take pairs of neighbours ``(m, 2)`` out of a symmetric graph."""
    if not len(pairs):
        return graph
    cells = sparse.coo_array(graph)
    size = graph.shape[0]
    key = np.minimum(cells.row, cells.col).astype(np.int64) * size + np.maximum(
        cells.row, cells.col
    )
    barred = pairs.min(axis=1).astype(np.int64) * size + pairs.max(axis=1)
    kept = ~np.isin(key, barred)
    left = sparse.coo_array(
        (cells.data[kept], (cells.row[kept], cells.col[kept])), shape=graph.shape
    )
    out = sparse.csr_array(left)
    out.sort_indices()
    return out
