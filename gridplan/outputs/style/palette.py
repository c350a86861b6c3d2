"""Colours that people with colour-blindness can tell apart, and how they are handed out.

Qualitative colours after P. Tol, "Colour Schemes", SRON/EPS/TN/09-002 (2021), schemes *muted* and
*light*; points after M. Okabe and K. Ito, "Color Universal Design" (2008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

AREAS = (
    "#88ccee",
    "#ddcc77",
    "#cc6677",
    "#44aa99",
    "#aa4499",
    "#999933",
    "#332288",
    "#117733",
    "#882255",
)
SERVICE = (
    "#77aadd",
    "#ee8866",
    "#eedd88",
    "#ffaabb",
    "#99ddff",
    "#44bb99",
    "#bbcc33",
    "#aaaa00",
    "#dddddd",
)
RESIDENTS = ("#fff7bc", "#fee391", "#fec44f", "#fb9a29", "#ec7014", "#cc4c02", "#8c2d04")
EXISTING = "#0072b2"
NEW = "#e69f00"
PHASES = (NEW, "#d55e00", "#cc79a7", "#009e73", "#56b4e9")
"""New centers of the phases, in their order."""
ROLES = {
    "lead": "#b2182b",
    "member": "#4d4d4d",
    "proposed": "#8a8a8a",
    "collaborator": "#762a83",
    "alliance": "#1b7837",
    "campus": "#d6604d",
    "none": "#888888",
}
STATION = "#7f6000"
OUTSIDE = "#8c8c8c"
REACH = ("#1b7837", "#5aae61", "#a6dba0")
"""From near to far, after C. Brewer's scheme PRGn."""
REACHED = "#5e3c99"
ROAD = "#9a8f80"
BARRIER = "#2b6ca3"
OUTLINE = "#333333"
STREET = "#666666"
NOBODY = "#d9d9d9"


def share_out(neighbours: sparse.sparray | sparse.spmatrix, colours: int) -> NDArray[np.int64]:
    """
    Give each area the number of a colour; neighbours differ where the colours suffice.

    Parameters
    ----------
    neighbours
        ``(n, n)``, symmetric; what is stored and not zero touches.
    colours
        How many colours there are.

    Returns
    -------
    numbers
        ``(n,)``, 0 to ``colours - 1``. Areas are taken in order; each gets the colour its
        neighbours use least, the least used overall among those, the lowest last.
    """
    graph = sparse.csr_array(neighbours)
    numbers = np.full(graph.shape[0], -1, dtype=np.int64)
    for area in range(graph.shape[0]):
        near = numbers[graph.indices[graph.indptr[area] : graph.indptr[area + 1]]]
        beside = np.bincount(near[near >= 0], minlength=colours)
        overall = np.bincount(numbers[numbers >= 0], minlength=colours)
        numbers[area] = np.lexsort((np.arange(colours), overall, beside))[0]
    return numbers


def touching(
    adjacency: sparse.sparray | sparse.spmatrix, part: NDArray[np.int64], parts: int
) -> sparse.csr_array:
    """
    Lift the adjacency of units to the parts they belong to.

    Parameters
    ----------
    adjacency
        ``(n, n)`` of the units.
    part
        ``(n,)`` number of each unit's part; -1 for none.
    parts
        How many parts there are.

    Returns
    -------
    touching
        ``(parts, parts)``, nothing on the diagonal.
    """
    edges = sparse.coo_array(adjacency)
    a, b = part[edges.row], part[edges.col]
    apart = (a >= 0) & (b >= 0) & (a != b)
    ones = np.ones(int(apart.sum()))
    return sparse.coo_array((ones, (a[apart], b[apart])), shape=(parts, parts)).tocsr()


def grid_palette(plan: Plan) -> dict[str, str]:
    """Give each grid a colour; neighbouring grids differ."""
    grids = plan.layout.grids.index
    if not len(grids):
        return {}
    part = grids.get_indexer(plan.layout.units.loc[plan.district.units.index, "grid"])
    numbers = share_out(touching(plan.district.adjacency, part, len(grids)), len(AREAS))
    return {grid: AREAS[number] for grid, number in zip(grids, numbers, strict=True)}
