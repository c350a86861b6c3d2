"""Contiguity: in how many pieces a grid lies, and which declared links hold it together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridplan.errors import SHOWN, Problem
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, measure
from gridplan.planning.scenario.scenario import Scenario


def _inside(layout: Layout, grid: str) -> NDArray[np.intp]:
    served = layout.units["grid"].reindex(layout.district.units.index)
    return np.flatnonzero((served == grid).to_numpy())


def _pieces(graph: sparse.csr_array, here: NDArray[np.intp]) -> NDArray[np.int64]:
    """Give each unit of a grid the number of its piece."""
    return connected_components(graph[here][:, here], directed=False)[1].astype(np.int64)


def _told(layout: Layout, grid: str) -> list[Problem]:
    """Name the pieces of a grid with their residents, and the links that join it."""
    here = _inside(layout, grid)
    piece = _pieces(layout.district.contiguity, here)
    found = [_apart(layout, here, piece)] if piece.max(initial=0) else []
    links = _links_used(layout, here)
    if links:
        shown = [f"{a}–{b}" for a, b in links[:SHOWN]]
        found.append(Problem("grid-linked", {"links": shown, "count": len(links)}))
    return found


def _apart(layout: Layout, here: NDArray[np.intp], piece: NDArray[np.int64]) -> Problem:
    district = layout.district
    people = district.units["population"].to_numpy(dtype=float)[here]
    residents = np.bincount(piece, weights=people)
    units = np.bincount(piece)
    order = sorted(range(len(units)), key=lambda at: (-residents[at], -units[at], at))
    main = cKDTree(district.centroids[here[piece == order[0]]])
    across = []
    for at in order[1 : SHOWN + 1]:
        own = here[piece == at]
        metres, nearest = main.query(district.centroids[own])
        least = int(metres.argmin())
        there = here[piece == order[0]][int(nearest[least])]
        across.append(f"{district.units.index[own[least]]}–{district.units.index[there]}")
    values = {
        "count": len(order),
        "residents": [f"{residents[at]:,.0f}" for at in order[: SHOWN + 1]],
        "pairs": across,
    }
    return Problem("grid-in-pieces", values)


def _links_used(layout: Layout, here: NDArray[np.intp]) -> Sequence[tuple[str, str]]:
    """Give the declared links between pieces that share no boundary."""
    district = layout.district
    if not district.links:
        return []
    piece = dict(zip(district.units.index[here], _pieces(district.boundaries, here), strict=True))
    return [(a, b) for a, b in district.links if a in piece and b in piece and piece[a] != piece[b]]


@measure("grid", tells=_told)
def pieces_of_grid(layout: Layout, _scenario: Scenario) -> Values:
    """Pieces each grid lies in: its units joined by shared boundaries and declared links."""
    graph = sparse.csr_array(layout.district.contiguity)
    return {
        str(grid): float(_pieces(graph, _inside(layout, str(grid))).max(initial=-1) + 1)
        for grid in layout.grids.index
    }
