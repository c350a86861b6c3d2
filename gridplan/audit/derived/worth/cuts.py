"""What the boundaries between grids cut, counted anew over pairs of neighbours."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District


def boundary(graph: sparse.csr_array, grid: np.ndarray) -> np.ndarray:
    """
    Give the lengths shared by neighbours of different grids, each pair once.

    Parameters
    ----------
    graph
        ``(n, n)`` metres shared by each pair of neighbours.
    grid
        ``(n,)`` grid of each unit.
    """
    pairs = sparse.triu(sparse.csr_array(graph), k=1).tocoo()
    code = pd.factorize(grid)[0]
    apart = code[pairs.row] != code[pairs.col]
    return np.asarray(pairs.data[apart])


def cuts_of(district: District, grid: np.ndarray | None) -> dict[str, float]:
    """
    Count what grids cut.

    Parameters
    ----------
    district
        Its neighbours, communities and streets.
    grid
        ``(n,)``; None where none were planned.

    Returns
    -------
    figures
        ``cut_edges``, ``boundary_km``, ``communities_split``, ``subdistricts_split``; empty
        without grids.
    """
    if grid is None:
        return {}
    lengths = boundary(sparse.csr_array(district.adjacency), grid)
    figures = {
        "cut_edges": float((lengths != 0).sum()),
        "boundary_km": float(lengths.sum()) / 1000,
    }
    for level, name in (("community", "communities_split"), ("subdistrict", "subdistricts_split")):
        met = {
            (parent, part)
            for parent, part in zip(district.units[level], grid, strict=True)
            if isinstance(parent, str)
        }
        times = Counter(parent for parent, _ in met)
        figures[name] = float(sum(count > 1 for count in times.values()))
    return figures
