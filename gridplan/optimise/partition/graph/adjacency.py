"""The unit graph as compiled steps read it: compressed sparse rows (CSR) of neighbours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse


class Adjacency(NamedTuple):
    """
    Neighbours of ``n`` units, both ways.

    Parameters
    ----------
    indptr
        ``(n + 1,)`` row pointers.
    indices
        ``(edges,)`` neighbours: those of ``i`` are ``indices[indptr[i]:indptr[i + 1]]``.
    """

    indptr: np.ndarray
    indices: np.ndarray


def adjacency(graph: sparse.csr_array) -> Adjacency:
    """Read the neighbours from a symmetric ``(n, n)`` graph, as 64-bit whole numbers."""
    return Adjacency(graph.indptr.astype(np.int64), graph.indices.astype(np.int64))
