"""Public-health duty goes by community: what a catchment is not to split, or only at a price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.scenario.scenario import Scenario


def parents_of(district: District, scenario: Scenario, grid: np.ndarray) -> np.ndarray:
    """
    Give a number to all that ``center_grain`` names, to each part of it that lies in one grid.

    Parameters
    ----------
    district, scenario
        What is planned.
    grid
        ``(n,)`` number of the grid of each unit.

    Returns
    -------
    parents
        ``(n,)``; -1 where a unit belongs to none.
    """
    if scenario.center_grain == "unit":
        return np.full(len(grid), -1)
    code, names = pd.factorize(district.units[scenario.center_grain])
    both = np.unique(np.where(code >= 0, grid * (len(names) + 1) + code, -1), return_inverse=True)
    return np.where(code >= 0, both[1].reshape(-1), -1)


def atoms_of(district: District, scenario: Scenario, grid: np.ndarray) -> np.ndarray:
    """
    Give a number to each part that is assigned to a center as one.

    Parameters
    ----------
    district, scenario, grid
        As of :func:`parents_of`.

    Returns
    -------
    atoms
        ``(n,)``: of the units of one parent the same, where splits have no price; else each its
        own.
    """
    parents = parents_of(district, scenario, grid)
    alone = np.arange(len(parents)) + len(parents) + 1
    whole = not scenario.center_split_price
    return np.where((parents >= 0) & whole, parents, alone)
