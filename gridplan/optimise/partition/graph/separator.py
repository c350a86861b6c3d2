"""Separators: the smallest set of units that every way from a piece to a root must pass.

Fischetti et al. (2017), doi:10.1007/s12532-016-0111-0, find them by the same search.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.partition.graph.adjacency import Adjacency
from gridplan.optimise.partition.graph.graph import sweep


@compiled
def surround(
    graph: Adjacency,
    inside: np.ndarray,
    root: int,
    unit: int,
    mark: np.ndarray,
    queue: np.ndarray,
    out: np.ndarray,
) -> int:
    """
    Write to ``out`` the separator between ``root`` and the piece of ``unit``; return its size.

    The piece is what is joined to ``unit`` in the mask ``inside``; it gets ``mark`` 1. Neighbours
    of the piece separate it; of those only the ones beside the far side are needed. ``root`` is
    neither in the piece nor beside it.
    """
    indptr, indices = graph.indptr, graph.indices
    mark[:] = 0
    size = sweep(graph, inside, unit, mark, 1, queue)
    for t in range(size):
        for e in range(indptr[queue[t]], indptr[queue[t] + 1]):
            if mark[indices[e]] == 0:
                mark[indices[e]] = 2
    mark[root] = 3
    queue[0] = root
    head, tail, count = 0, 1, 0
    while head < tail:
        i = queue[head]
        head += 1
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if mark[j] == 0:
                mark[j] = 3
                queue[tail] = j
                tail += 1
            elif mark[j] == 2:
                mark[j] = 4
                out[count] = j
                count += 1
    return count


def separator(graph: sparse.csr_array, piece: np.ndarray, root: int) -> np.ndarray:
    """Find the separator, ascending, between ``root`` and a connected ``piece`` (bool mask)."""
    mark, queue, out = (np.zeros(len(piece), np.int64) for _ in range(3))
    unit = int(np.flatnonzero(piece)[0])
    count = surround(Adjacency(graph.indptr, graph.indices), piece, root, unit, mark, queue, out)
    return np.sort(out[:count])
