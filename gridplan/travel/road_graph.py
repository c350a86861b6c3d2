"""Roads as lines -> a graph whose nodes are the points where lines share a corner.

Rules: (1) lines meet only where both have a corner at the same point, to a centimetre: a bridge
that merely crosses a road does not meet it; (2) a line is cut at such points and at its ends;
(3) lines that cross, or end on another, without a corner are given one where a layer lacks
them (:mod:`gridplan.travel.crossings`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

GRID = 0.01
"""Metres to which corners are rounded before they are compared."""


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """
    Nodes and the edges between them.

    Parameters
    ----------
    xy
        (n, 2) metres of the nodes.
    tail, head
        (e,) nodes an edge leads from and to, along its line.
    metres
        (e,) length.
    road
        (e,) position of the road each edge is a part of.
    lines
        (e,) geometry, for places that stand beside an edge.
    """

    xy: Floats
    tail: Ints
    head: Ints
    metres: Floats
    road: Ints
    lines: Shapes

    def matrix(self, ahead: Floats, back: Floats) -> sparse.csr_array:
        """
        Give the cheapest direct way between nodes.

        Parameters
        ----------
        ahead, back
            (e,) cost along an edge and against it; not finite where there is no way.
        """
        n = len(self.xy)
        rows = np.concatenate([self.tail, self.head])
        columns = np.concatenate([self.head, self.tail])
        costs = np.concatenate([ahead, back])
        good = np.isfinite(costs) & (rows != columns)
        rows, columns, costs = rows[good], columns[good], costs[good]
        # Of several edges between two nodes the cheapest counts; a sum would be wrong.
        order = np.lexsort((costs, columns, rows))
        rows, columns, costs = rows[order], columns[order], costs[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        # Explicit zeros would be dropped as "no edge": a millimetre stands for them.
        kept = np.maximum(costs[first], 1e-6)
        return sparse.csr_array((kept, (rows[first], columns[first])), shape=(n, n))


def road_graph(lines: Shapes) -> RoadGraph:
    """
    Cut lines where they meet and number the places.

    Parameters
    ----------
    lines
        (m,) LineStrings or MultiLineStrings, metres.

    Returns
    -------
    RoadGraph
    """
    parts, road = shapely.get_parts(lines, return_index=True)
    points, line = shapely.get_coordinates(parts, return_index=True)
    keys = np.rint(points / GRID).astype(np.int64)
    places, place = np.unique(keys, axis=0, return_inverse=True)
    place = place.ravel()
    count = np.bincount(place, minlength=len(places))
    ends = np.ones(len(points), dtype=bool)
    ends[1:-1] = (line[1:-1] != line[:-2]) | (line[1:-1] != line[2:])
    node = np.zeros(len(places), dtype=bool)
    node[place[ends]] = True
    node |= count > 1
    cut = node[place]
    numbers = np.cumsum(node) - 1
    at = np.flatnonzero(cut)
    same = line[at[1:]] == line[at[:-1]]
    start, stop = at[:-1][same], at[1:][same]
    step = np.zeros(len(points))
    step[1:] = np.hypot(*(points[1:] - points[:-1]).T)
    step[1:][line[1:] != line[:-1]] = 0.0
    along = np.cumsum(step)
    pieces = np.array(
        [shapely.linestrings(points[a : b + 1]) for a, b in zip(start, stop, strict=True)],
        dtype=object,
    )
    return RoadGraph(
        xy=places[node] * GRID,
        tail=numbers[place[start]].astype(np.int64),
        head=numbers[place[stop]].astype(np.int64),
        metres=along[stop] - along[start],
        road=road[line[start]].astype(np.int64),
        lines=pieces,
    )


def largest_component(matrix: sparse.csr_array) -> NDArray[np.bool_]:
    """
    Find the nodes of the largest part in which every node reaches every other.

    Parameters
    ----------
    matrix
        (n, n) as :meth:`RoadGraph.matrix` gives it.
    """
    _, label = csgraph.connected_components(matrix, directed=True, connection="strong")
    used = np.unique(
        np.concatenate(
            [np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.indices]
        )
    )
    counts = np.bincount(label[used], minlength=int(label.max()) + 1 if len(label) else 1)
    return np.asarray(label == counts.argmax())
