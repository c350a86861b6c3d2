"""
Whether open sites can serve everyone within the bounds on their loads, and the Benders cut if not.

With units taken as divisible it is a flow problem; where demand is left over, the sites on the
near side of a least cut are too small or too many for the units they can serve,
and so is every other choice that opens no more of them. Guarantee: no cut excludes a choice of
sites that can serve.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.optimise.budget import Run
from gridplan.optimise.sparse_rows import alike_rows, pattern
from gridplan.optimise.weights import WEIGHTS

Cuts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Service:
    """
    Who may be served by whom, units taken as divisible.

    Parameters
    ----------
    ways
        CSR ``(n, m)``; stored entries are the sites that may serve each unit. A unit without any
        is served somewhere all the same.
    demand
        ``(n,)``.
    lower, upper
        ``(m,)``: load of a site, if it is open.
    """

    ways: sparse.csr_array
    demand: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @cached_property
    def _table(self) -> sparse.csr_array:
        return pattern(self.ways)

    @cached_property
    def _astray(self) -> float:
        """Demand of the units that no site may serve."""
        return float(self.demand[np.diff(self.ways.indptr) == 0].sum())

    def cuts(self, sites: np.ndarray, run: Run, *, spare: float = 0.0) -> Cuts | None:
        """
        Find rows that every choice of sites that can serve keeps, and this one breaks.

        Units whose sites together are too small for them need more room: their demand is a lower
        bound on the capacities open among all sites that may serve one of them. Sites whose lower
        bounds exceed the demand of all units they may serve are too many.

        Parameters
        ----------
        sites
            Those open.
        run
            Charged for the work.
        spare
            Demand that may be served astray: by whom no way leads to.

        Returns
        -------
        rows, low, high, relief
            ``(c, m)`` and ``(c,)`` thrice, with what demand astray counts in each; None where these
            sites can serve everyone.
        """
        run.spend(WEIGHTS.flow_edge * 0.05 * self.ways.nnz)
        alike, demand, table = self._alike(sites)
        found = [
            (self._room(alike, part), float(demand[part].sum()), np.inf)
            for part in self._short(demand, table, sites, spare)
        ]
        rows, relief = [row for row, _, _ in found], [1.0] * len(found)
        low, high = [one for _, one, _ in found], [one for _, _, one in found]
        for part in self._idle(demand, table, sites, spare):
            rows.append(np.where(part, self.lower, 0.0))
            reached = np.asarray(self._table[:, part].sum(axis=1)).ravel() > 0
            low.append(-np.inf)
            relief.append(-1.0)
            high.append(float(self.demand[reached].sum()) + self._astray)
        if not rows:
            return None
        return np.array(rows), np.array(low), np.array(high), np.array(relief)

    def _alike(self, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray, sparse.csr_array]:
        """Put together the units that the same open sites may serve; -1: none may at all."""
        part = sparse.csr_array(self._table[:, sites])
        part.sort_indices()
        groups = alike_rows(part, np.flatnonzero(np.diff(self.ways.indptr) > 0))
        alike = np.full(len(self.demand), -1)
        for number, rows in enumerate(groups):
            alike[rows] = number
        some = alike >= 0
        demand = np.bincount(alike[some], weights=self.demand[some], minlength=len(groups))
        return alike, demand, part[[rows[0] for rows in groups]]

    def _short(
        self, demand: np.ndarray, table: sparse.csr_array, sites: np.ndarray, spare: float
    ) -> list[np.ndarray]:
        """List sets of alike units whose open sites are too small for them."""
        supply, room = np.floor(demand), np.ceil(np.minimum(self.upper[sites], demand.sum() + 1))
        if spare > 0:
            every = sparse.csr_array(np.ones((len(demand), 1)))
            table = sparse.csr_array(sparse.hstack([table, every]))
            room = np.append(room, np.ceil(spare))
        reached = _behind_the_cut(table, supply, room)
        return [] if reached is None else _pieces(table, *reached)

    def _idle(
        self, demand: np.ndarray, table: sparse.csr_array, sites: np.ndarray, spare: float
    ) -> list[np.ndarray]:
        """List sets of open sites, as masks over all, that cannot all be filled."""
        # Units that no site may serve might fill any: then one more unit that all may serve.
        every = sparse.csr_array(np.ones((1, len(sites))))
        more = self._astray + spare
        table = sparse.csr_array(sparse.vstack([table, every])) if more else table
        demand = np.append(demand, more) if more else demand
        need, room = np.floor(self.lower[sites]), np.ceil(demand)
        reached = _behind_the_cut(sparse.csr_array(table.T), need, room)
        if reached is None:
            return []
        parts = []
        for piece in _pieces(sparse.csr_array(table.T), *reached):
            mask = np.zeros(len(self.lower), dtype=bool)
            mask[sites[piece]] = True
            parts.append(mask)
        return parts

    def _room(self, alike: np.ndarray, part: np.ndarray) -> np.ndarray:
        """Give the capacity of each site that may serve one of these units."""
        inside = np.isin(alike, part)
        reached = np.asarray(self._table[inside].sum(axis=0)).ravel() > 0
        return np.where(reached, np.minimum(self.upper, self.demand[inside].sum()), 0.0)


def _behind_the_cut(
    table: sparse.csr_array, supply: np.ndarray, room: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """
    Send supply along the table into the room; None where all of it arrives.

    Returns
    -------
    rows, columns
        Masks of the side of the least cut that supply cannot leave.
    """
    a, b = table.shape
    total = supply.sum()
    if total <= 0:
        return None
    links = sparse.coo_array(table)
    source, sink = a + b, a + b + 1
    begin = np.concatenate([np.full(a, source), links.coords[0], a + np.arange(b)])
    end = np.concatenate([np.arange(a), a + links.coords[1], np.full(b, sink)])
    size = np.concatenate([supply, np.full(links.nnz, total), np.minimum(room, total)])
    graph = sparse.csr_array(
        (size.astype(np.int32), (begin, end)), shape=(a + b + 2, a + b + 2), dtype=np.int32
    )
    graph.sum_duplicates()
    flow = csgraph.maximum_flow(graph, source, sink)
    if flow.flow_value >= total:
        return None
    rest = sparse.csr_array(graph - flow.flow)
    rest.data = np.where(rest.data > 0, rest.data, 0)
    rest.eliminate_zeros()
    order = csgraph.breadth_first_order(rest, source, return_predecessors=False)
    seen = np.zeros(a + b + 2, dtype=bool)
    seen[order] = True
    return seen[:a], seen[a : a + b]


def _pieces(table: sparse.csr_array, rows: np.ndarray, columns: np.ndarray) -> list[np.ndarray]:
    """Part the rows into pieces that share no column: each is a cut of its own."""
    part = sparse.csr_array(table[rows][:, columns])
    a, b = part.shape
    both = sparse.block_array([[None, part], [part.T, None]], format="csr") if b else None
    if both is None:
        return [np.flatnonzero(rows)[[i]] for i in range(a)]
    count, label = csgraph.connected_components(both, directed=False)
    found = [np.flatnonzero(rows)[label[:a] == one] for one in range(count)]
    return [piece for piece in found if len(piece)]
