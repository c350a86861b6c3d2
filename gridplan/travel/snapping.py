"""Places beside a road -> the nearest point of an edge, with the way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.travel.road_graph import RoadGraph

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Snapped:
    """
    Where places meet the roads.

    Parameters
    ----------
    edge
        (n,) edge of the graph.
    along
        (n,) metres along it from its tail.
    leg
        (n,) straight metres from the place to that point.
    """

    edge: Ints
    along: Floats
    leg: Floats

    def only(self, which: NDArray[Any]) -> Snapped:
        """Give some of the places, by position or mask."""
        return Snapped(self.edge[which], self.along[which], self.leg[which])

    def far(self, metres: float) -> NDArray[np.bool_]:
        """Tell the places that stand farther off than so many metres."""
        return self.leg > metres


def snap(graph: RoadGraph, xy: Floats, usable: NDArray[np.bool_]) -> Snapped:
    """
    Find the nearest point on a usable edge for every place.

    Parameters
    ----------
    graph
        The roads.
    xy
        (n, 2) metres.
    usable
        (e,) edges a place may start from: those of the largest component, walked or driven.

    Returns
    -------
    Snapped

    Raises
    ------
    ValueError
        If no edge is usable.
    """
    edges = np.flatnonzero(usable)
    if not len(edges):
        msg = "no edge of the graph is usable: check the classes of the roads"
        raise ValueError(msg)
    points = shapely.points(xy)
    tree = shapely.STRtree(graph.lines[edges])
    (at, found), metres = tree.query_nearest(points, return_distance=True, all_matches=True)
    order = np.lexsort((found, at))  # of equals the first edge, so that runs agree
    _, first = np.unique(at[order], return_index=True)
    chosen = order[first]
    edge = edges[found[chosen]]
    along = shapely.line_locate_point(graph.lines[edge], points)
    return Snapped(edge.astype(np.int64), np.minimum(along, graph.metres[edge]), metres[chosen])
