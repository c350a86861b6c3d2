"""The roads of a district as two networks, one to walk and one to drive on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gridplan.travel.road_graph import RoadGraph, largest_component, road_graph
from gridplan.travel.shortest import EdgeCosts, shortest, shortest_table
from gridplan.travel.snapping import Snapped, snap
from gridplan.travel.ways import RoadParams, uses_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MINUTES = 0.06
"""Minutes that one metre takes at 1 km per hour."""
ASIDE = 1.0
"""Metres by which a cut-off road must be nearer than a usable one to be told."""
CROSSING = 3
"""Ends of roads that make a crossing."""
DOUBLINGS = 8
"""Times a limit is doubled before all the roads are searched."""


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
    open
        (e,) edges that can be used at all, the smaller parts' included.
    snap_metres
        Distance from a road beyond which a place is listed as far off.
    """

    graph: RoadGraph
    costs: EdgeCosts
    usable: NDArray[np.bool_]
    open: NDArray[np.bool_]
    snap_metres: float

    @cached_property
    def crossings(self) -> Floats:
        """Places of the largest part from which at least three ways lead, ``(n, 2)`` metres."""
        ends = np.concatenate([self.graph.tail[self.usable], self.graph.head[self.usable]])
        return self.graph.xy[np.bincount(ends, minlength=len(self.graph.xy)) >= CROSSING]

    def join(self, xy: Floats) -> Snapped:
        """Join places to the nearest usable edge; ``(n, 2)`` metres."""
        return snap(self.graph, xy, self.usable)

    def set_off(self, xy: Floats, joined: Snapped) -> NDArray[np.bool_]:
        """Tell the places beside a road that is cut off from the largest part."""
        nearest = snap(self.graph, xy, self.open)
        return ~self.usable[nearest.edge] & (joined.leg > nearest.leg + ASIDE)

    def ways(
        self, places: Snapped, sites: Snapped, *, nearest: int | None = None, limit: float = np.inf
    ) -> sparse.csr_array:
        """Cost of the way from each place to the sites near it, as :func:`shortest` gives it."""
        return shortest(self.graph, self.costs, places, sites, nearest=nearest, limit=limit)

    def table(self, places: Snapped, sites: Snapped) -> Floats:
        """Cost of the way from each of few places to each of few sites, ``(n, m)``."""
        return shortest_table(self.graph, self.costs, places, sites)

    def nearest_ways(
        self,
        places: Snapped,
        sites: Snapped,
        *,
        nearest: int,
        labels: tuple[Ints, Ints],
        limit: float,
    ) -> sparse.csr_array:
        """
        Cost of the way from each place to the nearest sites with its label.

        Searches within a limit that is doubled for the places that found too few, so that a
        search from one of many sites need not cross the whole city.

        Parameters
        ----------
        places, sites
            Joined to the roads.
        nearest
            Sites kept for each place.
        labels
            Of places and sites.
        limit
            Cost within which most places are thought to find as many.

        Returns
        -------
        cost
            CSR (places, sites); as many entries a row as there are sites with its label and a
            way, ``nearest`` at the most.
        """
        names, count = np.unique(labels[1], return_counts=True)
        at = np.minimum(np.searchsorted(names, labels[0]), len(names) - 1)
        wanted = np.minimum(nearest, np.where(names[at] == labels[0], count[at], 0))
        left = np.flatnonzero(wanted > 0)
        rows: list[sparse.coo_array] = []
        for doubling in range(DOUBLINGS + 1):
            within = limit * 2**doubling if doubling < DOUBLINGS else np.inf
            found = shortest(
                self.graph,
                self.costs,
                places.only(left),
                sites,
                limit=within,
                nearest=nearest,
                labels=(labels[0][left], labels[1]),
            )
            enough = np.diff(found.indptr) >= wanted[left]
            if not np.isfinite(within):
                enough[:] = True
            rows.append(_spread(found, left, enough, len(wanted)))
            left = left[~enough]
            if not len(left):
                break
        return _stacked(rows, (len(wanted), len(sites.edge)))


def _spread(
    found: sparse.csr_array, places: Ints, kept: NDArray[np.bool_], count: int
) -> sparse.coo_array:
    """Put the kept rows where their places stand among all."""
    row = np.repeat(np.arange(len(places)), np.diff(found.indptr))
    good = kept[row]
    pairs = (places[row[good]], found.indices[good])
    return sparse.coo_array((found.data[good], pairs), shape=(count, found.shape[1]))


def _stacked(parts: list[sparse.coo_array], shape: tuple[int, int]) -> sparse.csr_array:
    """Join tables that share no row, explicit zeros and all."""
    if not parts:
        return sparse.csr_array(shape)
    row, column = (np.concatenate([part.coords[axis] for part in parts]) for axis in (0, 1))
    cost = np.concatenate([part.data for part in parts])
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    return sparse.csr_array((cost[order], column[order], starts), shape=shape)


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
    passable = np.isfinite(costs.ahead) | np.isfinite(costs.back)
    usable = inside[graph.tail] & inside[graph.head] & passable
    return Network(graph, costs, usable, passable, params.snap_metres)
