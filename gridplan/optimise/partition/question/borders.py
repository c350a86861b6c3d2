"""Who borders whom, as given: the lengths shared, and barriers that close or price a boundary."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.question.reading import (
    READING,
    Complaints,
    Wanted,
    amounts,
    entries,
    further,
    numbers,
    rows,
    wholes,
)

BARRIER = "rows (unit, unit) to close a boundary, (unit, unit, price) to price it"


def read_adjacency(
    wrong: Complaints, adjacency: object, size: int | None
) -> sparse.csr_array | None:
    """
    Read the shared lengths as a symmetric CSR without zeros and without loops.

    None, with complaints, if they are no such lengths between ``size`` units (None: any number).
    """
    want = "the lengths shared, one row and one column for each unit"
    given: Any = adjacency
    if not sparse.issparse(given):
        given = numbers(wrong, "adjacency", given, Wanted((None, None), want, masks=True))
        if given is None:
            return None
    shape = given.shape
    if len(shape) != 2 or shape[0] != shape[1] or size not in (None, shape[0]):
        units = "" if size is None else f" but demand has {size} units"
        wrong.add(f"adjacency is {shape}{units}; give {want}")
        return None
    if given.dtype.kind not in "iufb":
        wrong.add(f"adjacency holds {given.dtype}; give {want}")
        return None
    graph = sparse.csr_array(given, dtype=float)
    if not _are_lengths(wrong, graph):
        return None
    graph = sparse.csr_array(graph - sparse.diags_array(graph.diagonal()))
    graph.sum_duplicates()
    graph.eliminate_zeros()
    return graph if _is_symmetric(wrong, graph) else None


def _are_lengths(wrong: Complaints, graph: sparse.csr_array) -> bool:
    """Tell whether all entries are lengths; complain if not."""
    cell = graph.tocoo()
    bad = np.flatnonzero(~(np.isfinite(cell.data) & (cell.data >= 0)))
    if len(bad):
        places = [f"{cell.row[e]}, {cell.col[e]}" for e in bad[: READING.named]]
        told = entries(
            "adjacency", cell.data[bad[: READING.named]], np.ones(len(places), bool), places
        )
        wrong.add(
            f"{told}{further(len(bad))}, but lengths must be finite and not negative; "
            "leave out what does not touch"
        )
    return not len(bad)


def _is_symmetric(wrong: Complaints, graph: sparse.csr_array) -> bool:
    """Tell whether boundaries are stored in both directions; complain if not."""
    if not graph.nnz:
        return True
    row, col = graph.tocoo().coords
    at, found = cells_of(graph, col, row)
    other = np.where(found, graph.data[at], 0.0)
    limit = READING.uneven * max(1.0, float(graph.data.max()))
    bad = np.flatnonzero((other == 0) | (np.abs(graph.data - other) > limit))
    if len(bad):
        told = ", ".join(
            f"adjacency[{row[e]}, {col[e]}] is {graph.data[e]:g} "
            f"but adjacency[{col[e]}, {row[e]}] is {other[e]:g}"
            for e in bad[: READING.named]
        )
        wrong.add(
            f"{told}{further(len(bad))}; adjacency must be symmetric: "
            "store each shared boundary in both directions"
        )
    return not len(bad)


def cells_of(
    graph: sparse.csr_array, row: np.ndarray, col: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find where the data of a graph with sorted indices hold cells; and whether they do."""
    size = graph.shape[0]
    held = graph.tocoo().coords
    stored = held[0].astype(np.int64) * size + held[1]
    asked = row.astype(np.int64) * size + col
    at = np.minimum(np.searchsorted(stored, asked), max(0, len(stored) - 1))
    return at, stored[at] == asked if len(stored) else np.zeros(len(asked), dtype=bool)


def read_barriers(
    wrong: Complaints, barriers: object, graph: sparse.csr_array | None, size: int
) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """
    Take closed boundaries ``(i, j)`` out of the graph; list priced ones ``(i, j, price)``.

    Without a graph only the rows themselves are checked.
    """
    given, at = rows(wrong, "barriers", barriers, lengths=(2, 3), want=BARRIER)
    ends = [row[:2] for row in given] or np.zeros((0, 2), dtype=np.int64)
    wanted = Wanted((len(given), 2), BARRIER, labels=at)
    units = wholes(wrong, "barriers", ends, wanted, low=0, high=size)
    priced = np.array([len(row) == 3 for row in given], dtype=bool)
    own = [row[2] for row in given if len(row) == 3]
    labels = np.array(at, dtype=int)[priced].tolist()
    remedy = "leave the price out to close the boundary"
    wanted = Wanted((len(own),), BARRIER, labels=labels, remedy=remedy)
    prices = amounts(wrong, "price of barriers", own, wanted)
    prices = np.zeros(0) if prices is None else prices
    if units is None or graph is None:
        nothing = sparse.csr_array((size, size)) if graph is None else graph
        return nothing, np.zeros((0, 2), dtype=np.int64), prices
    there, known = cells_of(graph, units[:, 0], units[:, 1])
    strange = np.flatnonzero(~known & (units >= 0).all(axis=1))
    if len(strange):
        told = ", ".join(
            f"barriers[{at[e]}] is {units[e, 0]}, {units[e, 1]}" for e in strange[: READING.named]
        )
        wrong.add(
            f"{told}{further(len(strange))}, but these units share no boundary in adjacency; "
            "leave out the row, or mend adjacency"
        )
    closed = known & ~priced
    if closed.any():
        kept = np.array(graph.data)
        back, _ = cells_of(graph, units[closed, 1], units[closed, 0])
        kept[there[closed]] = kept[back] = 0.0
        graph = sparse.csr_array((kept, graph.indices, graph.indptr), shape=graph.shape, copy=True)
        graph.eliminate_zeros()
    return graph, units[priced], prices
