"""Catchments in one piece: service areas around the sites that are open, grid by grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.optimise.partition import Partition, partition, suggest_links


@dataclass(frozen=True, eq=False)
class Catchments:
    """
    What the service areas are drawn from.

    Parameters
    ----------
    graph
        ``(n, n)`` metres of boundary of neighbouring units.
    xy
        ``(n, 2)`` middles of the units.
    people
        ``(n,)`` residents.
    cost
        ``(n, k)`` of the ways to the open sites; infinite where a unit may not be assigned.
    standing
        ``(k,)`` unit in which each site stands.
    lower, upper
        ``(k,)`` residents of each site.
    parents
        ``(n,)`` what must stay whole, -1 for none.
    """

    graph: sparse.csr_array
    xy: np.ndarray
    people: np.ndarray
    cost: np.ndarray
    standing: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    parents: np.ndarray

    def of(self, units: np.ndarray, sites: np.ndarray, start: np.ndarray, **run: Any) -> Partition:  # noqa: ANN401
        """
        Draw the areas of one grid.

        Parameters
        ----------
        units, sites
            Positions of the units of the grid and rows of its open sites.
        start
            ``(n,)`` row of the site of each unit to begin from.
        **run
            ``seed``, ``work_limit``, ``time_limit``, ``progress``.

        Returns
        -------
        Partition
            Indices into ``units`` and ``sites``.
        """
        graph = sparse.lil_array(self.graph[units][:, units])
        # Of a grid in several pieces no area can be in one: a way across counts as a boundary.
        for one, other, _ in suggest_links(sparse.csr_array(graph), self.xy[units]):
            graph[one, other] = graph[other, one] = 1.0
        cost = self.cost[np.ix_(units, sites)]
        barred = ~np.isfinite(cost)
        where = {unit: at for at, unit in enumerate(units)}
        anchors = np.array([where.get(unit, -1) for unit in self.standing[sites]])
        first = np.unique(anchors, return_index=True)[1]
        anchors[np.setdiff1d(np.arange(len(anchors)), first)] = -1
        has = anchors >= 0
        barred[anchors[has]] = True
        barred[anchors[has], np.flatnonzero(has)] = False
        parents = self.parents[units]
        return partition(
            sparse.csr_array(graph),
            self.people[units],
            np.where(np.isfinite(cost), cost, 0.0),
            centers=anchors,
            lower=self.lower[sites],
            upper=self.upper[sites],
            barred=barred,
            parents=parents if (parents >= 0).any() else None,
            start=np.searchsorted(sites, start[units]),
            gap=1e-3,
            **run,
        )


def pieces_of(graph: sparse.csr_array, site: np.ndarray) -> dict[int, int]:
    """
    Count the pieces of each catchment.

    Parameters
    ----------
    graph
        ``(n, n)`` boundaries that connect.
    site
        ``(n,)`` center of each unit, by number.

    Returns
    -------
    pieces
        By center.
    """
    rows = np.repeat(np.arange(len(site)), np.diff(graph.indptr))
    same = site[rows] == site[graph.indices]
    inside = sparse.csr_array(
        (np.ones(int(same.sum())), (rows[same], graph.indices[same])), shape=graph.shape
    )
    label = csgraph.connected_components(inside, directed=False)[1]
    pairs = np.unique(np.stack([site, label], axis=1), axis=0)
    found, count = np.unique(pairs[:, 0], return_counts=True)
    return dict(zip(found.tolist(), count.tolist(), strict=True))
