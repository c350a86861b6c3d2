"""What the boundaries between grids cut: neighbours, communities, streets."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.optimise.partition import measures
from gridplan.planning.layout import Layout


def cut_figures(layout: Layout) -> dict[str, float]:
    """
    Measure the boundaries between grids.

    Parameters
    ----------
    layout
        With grids.

    Returns
    -------
    figures
        ``cut_edges`` (pairs of neighbouring units in different grids), ``boundary_km`` (their
        shared length), ``communities_split`` and ``subdistricts_split`` (how many lie in more than
        one grid). Empty without grids.
    """
    if layout.grids.empty:
        return {}
    district = layout.district
    codes = pd.factorize(layout.units["grid"])[0]
    # The whole graph's entries, since an empty selection of a sparse array stays sparse.
    edges = sparse.coo_array(district.adjacency)
    parted = (codes[edges.row] != codes[edges.col]) & (edges.row < edges.col)
    lengths = edges.data[parted]
    figures = {
        "cut_edges": float(np.count_nonzero(lengths)),
        "boundary_km": float(lengths.sum()) / 1000,
    }
    for level, name in (("community", "communities_split"), ("subdistrict", "subdistricts_split")):
        parents = pd.factorize(district.units[level])[0]
        known = parents >= 0
        figures[name] = float(len(measures.splits(codes[known], parents[known])))
    return figures
