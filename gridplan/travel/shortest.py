"""Shortest ways from places to sites along a graph, sparse: within a limit, or the nearest few.

Dijkstra runs from the sites, few against the places, on the reversed graph, a batch at a time. A
place stands beside an edge: its cost is the leg to the road, the part of the edge, and the cost of
the edge's end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.travel.road_graph import GRID, RoadGraph
from gridplan.travel.snapping import Snapped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BATCH = 16_000_000
"""Entries of one batch of Dijkstra's table, about 128 MB."""


@dataclass(frozen=True, eq=False)
class EdgeCosts:
    """
    What an edge costs, per metre.

    Parameters
    ----------
    ahead, back
        (e,) along the edge's line and against it; infinite where there is no way.
    leg
        Per straight metre between a place and the road.
    """

    ahead: Floats
    back: Floats
    leg: float


def shortest(
    graph: RoadGraph,
    costs: EdgeCosts,
    places: Snapped,
    sites: Snapped,
    *,
    limit: float = np.inf,
    nearest: int | None = None,
    labels: tuple[Ints, Ints] | None = None,
) -> sparse.csr_array:
    """
    Find what the way from each place to the sites near it costs.

    Parameters
    ----------
    graph, costs
        Roads and what their edges cost.
    places, sites
        Where the ways begin and end, snapped.
    limit
        Cost beyond which a pair is left out.
    nearest
        Sites kept for each place, the cheapest; all within the limit where None.
    labels
        Of places and of sites: only pairs with one label are kept; None for all.

    Returns
    -------
    cost
        CSR (places, sites); the stored entries, zeros included, are the pairs with a way.

    References
    ----------
    Dijkstra (1959), https://doi.org/10.1007/BF01386390
    """
    shape = (len(places.edge), len(sites.edge))
    held = _Pairs.none()
    more: list[_Pairs] = []
    for site, reached, cost in _each_site(graph, costs, places, sites, limit):
        near = cost <= limit
        if labels is not None:
            near &= labels[0][reached] == labels[1][site]
        place = reached[near]
        more.append(_Pairs(place, np.full(len(place), site), cost[near]))
        if nearest is not None and sum(len(pairs.cost) for pairs in more) > BATCH:
            held, more = _Pairs.joined([held, *more]).cheapest(nearest, shape[0]), []
    held = _Pairs.joined([held, *more])
    return (held if nearest is None else held.cheapest(nearest, shape[0])).matrix(shape)


def shortest_table(graph: RoadGraph, costs: EdgeCosts, places: Snapped, sites: Snapped) -> Floats:
    """
    Find what the way from each place to every site costs, for few of them.

    Parameters
    ----------
    graph, costs, places, sites
        As of :func:`shortest`.

    Returns
    -------
    cost
        ``(places, sites)``; infinite where there is no way.
    """
    table = np.full((len(places.edge), len(sites.edge)), np.inf)
    for site, place, cost in _each_site(graph, costs, places, sites, np.inf):
        table[place, site] = cost
    return table


def _each_site(
    graph: RoadGraph, costs: EdgeCosts, places: Snapped, sites: Snapped, limit: float
) -> Iterator[tuple[int, Ints, Floats]]:
    """Give site after site the places with a way to it, and its cost."""
    metres = graph.metres
    reverse = graph.matrix(costs.ahead * metres, costs.back * metres).T.tocsr()
    n, count = len(graph.xy), len(sites.edge)
    entry = _attached(reverse, graph, costs, sites)
    ends = _Ends.of(graph, costs, places, sites)
    size = max(1, BATCH // (n + count))
    for first in range(0, count, size):
        batch = np.arange(first, min(first + size, count))
        table = csgraph.dijkstra(entry, directed=True, indices=n + batch, limit=limit)[:, :n]
        for row, site in zip(table, batch, strict=True):
            yield int(site), *ends.reached(row, int(site))


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Places, sites and the cost of the way, row by row."""

    place: Ints
    site: Ints
    cost: Floats

    @classmethod
    def none(cls) -> _Pairs:
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0))

    @classmethod
    def joined(cls, parts: list[_Pairs]) -> _Pairs:
        return cls(
            np.concatenate([part.place for part in parts]),
            np.concatenate([part.site for part in parts]),
            np.concatenate([part.cost for part in parts]),
        )

    def cheapest(self, nearest: int, places: int) -> _Pairs:
        """Keep the cheapest few of each place; of equals the first sites."""
        order = np.lexsort((self.site, self.cost, self.place))
        place = self.place[order]
        starts = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=places))])
        kept = order[np.arange(len(place)) - starts[place] < nearest]
        return _Pairs(self.place[kept], self.site[kept], self.cost[kept])

    def matrix(self, shape: tuple[int, int]) -> sparse.csr_array:
        order = np.lexsort((self.site, self.place))
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.place, minlength=shape[0]))])
        # Built by hand: a conversion from coordinates would be free to drop explicit zeros.
        return sparse.csr_array((self.cost[order], self.site[order], starts), shape=shape)


def _attached(
    reverse: sparse.csr_array, graph: RoadGraph, costs: EdgeCosts, sites: Snapped
) -> sparse.csr_array:
    """Add a node for each site, with ways from it (in the reversed graph) to its edge's ends."""
    n, count = len(graph.xy), len(sites.edge)
    edge, own = sites.edge, n + np.arange(count)
    leg = sites.leg * costs.leg
    from_tail = leg + _part(sites.along, costs.ahead[edge])
    from_head = leg + _part(graph.metres[edge] - sites.along, costs.back[edge])
    # An edge that comes back to its own node has two ways to it: a table would add them up.
    loop = graph.tail[edge] == graph.head[edge]
    from_tail = np.where(loop, np.minimum(from_tail, from_head), from_tail)
    from_head = np.where(loop, np.inf, from_head)
    rows = np.concatenate([own, own])
    ends = np.concatenate([graph.tail[edge], graph.head[edge]])
    values = np.concatenate([from_tail, from_head])
    good = np.isfinite(values)
    coo = reverse.tocoo()
    return sparse.csr_array(
        (
            np.concatenate([coo.data, np.maximum(values[good], 1e-6)]),
            (np.concatenate([coo.row, rows[good]]), np.concatenate([coo.col, ends[good]])),
        ),
        shape=(n + count, n + count),
    )


@dataclass(frozen=True, eq=False)
class _Ends:
    """
    Where ways reach places: by either end of the place's edge, or along the edge itself.

    ``node``, ``place`` and ``cost`` are sorted by node: from that node the place costs so much.
    """

    graph: RoadGraph
    costs: EdgeCosts
    places: Snapped
    sites: Snapped
    start: Ints
    place: Ints
    cost: Floats
    by_edge: Ints
    edges: Ints

    @classmethod
    def of(cls, graph: RoadGraph, costs: EdgeCosts, places: Snapped, sites: Snapped) -> _Ends:
        edge, leg = places.edge, places.leg * costs.leg
        node = np.concatenate([graph.head[edge], graph.tail[edge]])
        cost = np.concatenate(
            [
                leg + _part(graph.metres[edge] - places.along, costs.ahead[edge]),
                leg + _part(places.along, costs.back[edge]),
            ]
        )
        order = np.argsort(node, kind="stable")
        start = np.searchsorted(node[order], np.arange(len(graph.xy) + 1))
        place = np.tile(np.arange(len(edge)), 2)[order]
        by_edge = np.argsort(edge, kind="stable")
        return cls(graph, costs, places, sites, start, place, cost[order], by_edge, edge[by_edge])

    def reached(self, row: Floats, site: int) -> tuple[Ints, Floats]:
        """Cost from every place that can reach a site; ``row`` holds the cost from every node."""
        nodes = np.flatnonzero(np.isfinite(row))
        counts = self.start[nodes + 1] - self.start[nodes]
        first = np.repeat(self.start[nodes] - np.cumsum(counts) + counts, counts)
        at = first + np.arange(counts.sum())
        beside, straight = self._along(site)
        place = np.concatenate([self.place[at], beside])
        cost = np.concatenate([self.cost[at] + np.repeat(row[nodes], counts), straight])
        good = np.isfinite(cost)
        place, cost = place[good], cost[good]
        order = np.lexsort((cost, place))
        place, cost = place[order], cost[order]
        cheapest = np.ones(len(place), dtype=bool)
        cheapest[1:] = place[1:] != place[:-1]
        return place[cheapest], cost[cheapest]

    def _along(self, site: int) -> tuple[Ints, Floats]:
        """Places on the site's own edge, and the cost of going straight along it."""
        own = self.sites.edge[site]
        low, high = np.searchsorted(self.edges, [own, own + 1])
        here = self.by_edge[low:high]
        gap = self.sites.along[site] - self.places.along[here]
        per_metre = np.where(gap > 0, self.costs.ahead[own], self.costs.back[own])
        legs = (self.places.leg[here] + self.sites.leg[site]) * self.costs.leg
        return here, legs + _part(np.abs(gap), per_metre)


def _part(metres: Floats, cost: Floats) -> Floats:
    """Cost of a part of an edge; at its very end there is none, whatever the direction."""
    ends = metres < 2 * GRID
    return np.where(ends, 0.0, metres * np.where(ends, 1.0, cost))
