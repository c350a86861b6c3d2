"""What the boundaries between grids cut: neighbours, communities, streets; what that is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.optimise.partition import measures
from gridplan.planning.scenario.scenario import Scenario


def cut_figures(district: District, grid: pd.Series) -> dict[str, float]:
    """
    Measure the boundaries between grids.

    Parameters
    ----------
    district
        Whose units are cut into grids.
    grid
        Index ``unit``: id of the grid; all missing where none were planned.

    Returns
    -------
    figures
        ``cut_edges`` (pairs of neighbouring units in different grids), ``boundary_km`` (their
        shared length), ``communities_split`` and ``subdistricts_split`` (how many lie in more than
        one grid). Empty without grids.
    """
    if grid.isna().all():
        return {}
    codes = pd.factorize(grid.loc[district.units.index])[0]
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


def cut_prices(scenario: Scenario) -> dict[str, float]:
    """
    Say what the objective of the grids adds to travel.

    Parameters
    ----------
    scenario
        With the prices of boundaries and splits.

    Returns
    -------
    prices
        Person-metres of travel: ``boundary``, each metre of boundary between grids; ``split``, each
        further grid that a parent lies in. Only what counts: empty where travel alone does.
    """
    split = scenario.grid_split_price if scenario.grid_grain != "unit" else 0.0
    prices = {"boundary": scenario.grid_compactness, "split": split}
    return {key: float(price) for key, price in prices.items() if price > 0}
