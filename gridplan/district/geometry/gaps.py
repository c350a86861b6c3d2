"""Why units do not hang together: gaps of drawing, roads between blocks, corners, open water.

A district whose units were drawn without touching falls into as many pieces as it has units, and
no grid of it can be in one piece. What keeps the pieces apart is measured edge to edge and named
by its likely cause, each with what mends it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.district.geometry.adjacency import ROUNDING, TOLERANCE, contacts

DRAWING = 5.0
"""Metres up to which a gap is taken for one of drawing; wider ones for roads or water."""

REACH = 100.0
"""Metres up to which units that face each other are taken for neighbours across a road, if a
typical unit is wider: cells that a lattice leaves out are no roads."""

MOST_SNAP = 500.0
"""Largest ``snap_metres`` a district may declare."""

Cause = Literal["corners", "gaps", "roads", "far"]
Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Apart:
    """
    Units that one cause keeps apart from the rest of the district.

    Parameters
    ----------
    cause
        ``corners`` (they only touch there), ``gaps`` (up to :data:`DRAWING` metres), ``roads`` (up
        to :data:`REACH` metres) or ``far``.
    units
        Positions, in order; the largest piece of the district is not among them unless every
        unit is alone.
    alone
        How many of them have no neighbour at all.
    least, most
        Metres, edge to edge, across which they would hang together with the rest.
    """

    cause: Cause
    units: Ints
    alone: int
    least: float
    most: float

    @property
    def snap_metres(self) -> float | None:
        """What to declare so that they are neighbours; None where that does not help."""
        if self.cause in ("corners", "far"):
            return None
        step = 10.0 if self.cause == "gaps" else 1.0
        return math.ceil((self.most - ROUNDING / 2) * step) / step


def find_apart(geometry: Shapes, shared: sparse.csr_array) -> tuple[Apart, ...]:
    """
    Find what keeps the pieces of a district apart.

    The pieces are joined by a spanning tree of the shortest ways between them, corners first;
    each way belongs to one cause.

    Parameters
    ----------
    geometry
        The units, metres.
    shared
        ``(n, n)``: metres of boundary they share, links included.

    Returns
    -------
    apart
        One a cause, in the order of :data:`Cause`; none where all hang together.
    """
    count, piece = connected_components(shared, directed=False)
    if count == 1:
        return ()
    piece = piece.astype(np.int64)
    sizes = np.bincount(piece)
    largest = int(sizes.argmax())
    ways = _near_ways(geometry, piece)
    joined, label = _spanning(ways, piece, count)
    rest = np.flatnonzero(label[piece] != label[largest])
    found = []
    lonely = np.diff(shared.indptr) == 0
    for cause in ("corners", "gaps", "roads"):
        gaps = [gap for gap, kind, _, _ in joined if kind == cause]
        if not gaps:
            continue
        ends = [i for _, kind, a, b in joined if kind == cause for i in (a, b)]
        # Where no unit has a neighbour, there is no rest that one of them could stand for.
        touched = np.setdiff1d(piece[ends], [largest] if sizes[largest] > 1 else [])
        units = np.flatnonzero(np.isin(piece, touched) & ~np.isin(np.arange(len(piece)), rest))
        if len(units):
            found.append(_apart(cause, units, lonely, min(gaps), max(gaps)))
    if len(rest):
        inside = np.flatnonzero(label[piece] == label[largest])
        metres = distances(geometry[rest], geometry[inside])
        found.append(_apart("far", rest, lonely, float(metres.min()), float(metres.max())))
    return tuple(found)


def _apart(
    cause: Cause, units: Ints, lonely: NDArray[np.bool_], least: float, most: float
) -> Apart:
    return Apart(cause, units, int(lonely[units].sum()), least, most)


def distances(places: Shapes, areas: Shapes) -> NDArray[np.float64]:
    """Metres from each place to the nearest of some areas, edge to edge."""
    (place, _), metres = shapely.STRtree(areas).query_nearest(
        places, return_distance=True, all_matches=False
    )
    out = np.full(len(places), np.nan)
    out[place] = metres
    return out


_Way = tuple[float, Cause, int, int]


def _near_ways(geometry: Shapes, piece: Ints) -> list[_Way]:
    """Ways between units of different pieces within reach: metres, cause and the two units."""
    side = float(np.sqrt(np.median(shapely.area(geometry))))
    faced = contacts(geometry, within=min(REACH, 0.9 * side), apart=piece)
    ways: list[_Way] = [
        (float(gap), "gaps" if gap <= DRAWING else "roads", int(a), int(b))
        for gap, a, b in zip(faced.gap, faced.first, faced.other, strict=True)
    ]
    a, b = shapely.STRtree(geometry).query(geometry, predicate="dwithin", distance=TOLERANCE)
    touching = (a < b) & (piece[a] != piece[b])
    known = {(way[2], way[3]) for way in ways}
    corners: list[_Way] = [
        (0.0, "corners", int(i), int(j))
        for i, j in zip(a[touching], b[touching], strict=True)
        if (int(i), int(j)) not in known
    ]
    return sorted([*corners, *ways])


def _spanning(ways: list[_Way], piece: Ints, count: int) -> tuple[list[_Way], Ints]:
    """Kruskal's tree of the pieces, and the label of the part each piece ends in."""
    label = np.arange(count)
    chosen = []
    for way in ways:
        one, other = label[piece[way[2]]], label[piece[way[3]]]
        if one != other:
            label[label == other] = one
            chosen.append(way)
    return chosen, label


def values_of(apart: Apart, people: NDArray[np.float64]) -> dict[str, Any]:
    """Give the figures of a sentence about units apart, as text where they need a form."""
    least, most = f"{apart.least:,.1f}", f"{apart.most:,.1f}"
    return {
        "lonely": apart.alone,
        "alone": f"{apart.alone:,}",
        "residents": f"{people[apart.units].sum():,.0f}",
        "metres": most if least == most else f"{least}-{most}",
        "snap": f"{apart.snap_metres:g}" if apart.snap_metres else "",
    }
