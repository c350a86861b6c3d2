"""
Shortest links that would join the pieces of a district: bridges and ferries to propose.

A minimum spanning tree over the pieces in the rounds of Boruvka (1926): every piece takes its
shortest way to another one, until all are joined. The links together are as short as can be.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridplan.optimise.options import strict


@strict()
def suggest_links(
    adjacency: sparse.spmatrix | sparse.sparray, xy: ArrayLike
) -> list[tuple[int, int, float]]:
    """
    Propose the shortest links, between the nearest units, that make the district one piece.

    Parameters
    ----------
    adjacency
        ``(n, n)`` shared boundary lengths; zero-length contacts do not connect.
    xy
        ``(n, 2)`` places of the units, metres.

    Returns
    -------
    list of (unit, unit, metres)
        One less than there are pieces: a spanning tree of shortest links (Boruvka's rounds).
    """
    place = np.asarray(xy, dtype=float)
    graph = sparse.csr_array(adjacency, dtype=float)
    graph.eliminate_zeros()
    count, label = connected_components(graph, directed=False)
    out: list[tuple[int, int, float]] = []
    while count > 1:
        offers: dict[int, tuple[float, int, int]] = {}
        for piece in range(count):
            inside = np.flatnonzero(label == piece)
            others = np.flatnonzero(label != piece)
            gap, near = cKDTree(place[others]).query(place[inside])
            best = int(np.argmin(gap))
            offers[piece] = (float(gap[best]), int(inside[best]), int(others[near[best]]))
        for metres, i, j in sorted(offers.values()):
            if label[i] == label[j]:
                continue
            out.append((min(i, j), max(i, j), metres))
            label[label == label[j]] = label[i]
        label = np.unique(label, return_inverse=True)[1].ravel()
        count = int(label.max()) + 1
    return out
