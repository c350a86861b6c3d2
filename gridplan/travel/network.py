"""The roads of a district as two networks, one to walk and one to drive on."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gridplan.travel.road_graph import RoadGraph, largest_component, road_graph
from gridplan.travel.shortest import EdgeCosts, shortest
from gridplan.travel.snapping import Snapped, snap
from gridplan.travel.ways import RoadParams, uses_of

Floats = NDArray[np.float64]
MINUTES = 0.06
"""Minutes that one metre takes at 1 km per hour."""


@dataclass(frozen=True, eq=False)
class Network:
    """
    One way of using the roads.

    Parameters
    ----------
    graph
        The roads.
    costs
        Per metre: metres on foot (steps count double), or minutes by car.
    usable
        (e,) edges in the largest part in which all reach all; places are joined to these only.
    snap_metres
        Distance from a road beyond which a place is listed as far off.
    """

    graph: RoadGraph
    costs: EdgeCosts
    usable: NDArray[np.bool_]
    snap_metres: float

    def join(self, xy: Floats) -> Snapped:
        """Join places to the nearest usable edge; ``(n, 2)`` metres."""
        return snap(self.graph, xy, self.usable)

    def ways(
        self, places: Snapped, sites: Snapped, *, nearest: int | None = None, limit: float = np.inf
    ) -> sparse.csr_array:
        """Cost of the way from each place to the sites near it, as :func:`shortest` gives it."""
        return shortest(self.graph, self.costs, places, sites, nearest=nearest, limit=limit)


@dataclass(frozen=True, eq=False)
class Roads:
    """
    Both networks of a district.

    Parameters
    ----------
    walk
        Costs are metres on foot; None where nobody can walk.
    drive
        Costs are minutes by car; None where nobody can drive.
    """

    walk: Network | None
    drive: Network | None


def road_networks(roads: gpd.GeoDataFrame, params: RoadParams | None = None) -> Roads:
    """
    Make the networks of a layer of roads.

    Parameters
    ----------
    roads
        Lines in a metric CRS, ``class`` and the columns of :func:`~gridplan.travel.ways.uses_of`.
    params
        Speeds and limits.

    Returns
    -------
    Roads
    """
    params = params or RoadParams()
    graph = road_graph(roads.geometry.to_numpy())
    uses = uses_of(roads, params)
    share, ahead, back = uses.walk[graph.road], uses.ahead[graph.road], uses.back[graph.road]
    with np.errstate(divide="ignore"):
        on_foot = np.where(share > 0, 1.0 / share, np.inf)
        there = np.where(ahead > 0, MINUTES / ahead, np.inf)
        home = np.where(back > 0, MINUTES / back, np.inf)
    return Roads(
        walk=_network(graph, EdgeCosts(on_foot, on_foot, 1.0), params),
        drive=_network(graph, EdgeCosts(there, home, MINUTES / params.leg_kmh), params),
    )


def _network(graph: RoadGraph, costs: EdgeCosts, params: RoadParams) -> Network | None:
    matrix = graph.matrix(costs.ahead * graph.metres, costs.back * graph.metres)
    if not matrix.nnz:
        return None
    inside = largest_component(matrix)
    usable = inside[graph.tail] & inside[graph.head]
    usable &= np.isfinite(costs.ahead) | np.isfinite(costs.back)
    return Network(graph, costs, usable, params.snap_metres)
