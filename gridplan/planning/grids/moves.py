"""What differs between two layouts of one district."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from gridplan.planning.layout.layout import Layout


def moved_residents(one: Layout, other: Layout) -> float:
    """
    Count the residents whose grid differs, after matching the grids that share most residents.

    Grids are named by their order, so ``G1`` of one plan may be ``G2`` of the other; the matching
    that keeps most residents in place decides which is which.

    Parameters
    ----------
    one, other
        Layouts with grids over the same units.

    Returns
    -------
    moved
        Persons.

    Raises
    ------
    ValueError
        If the units differ.
    """
    if not one.units.index.equals(other.units.index):
        msg = "the two layouts are not over the same units"
        raise ValueError(msg)
    people = one.district.units["population"].to_numpy(dtype=float)
    first = one.grids.index.get_indexer(one.units["grid"])
    second = other.grids.index.get_indexer(other.units["grid"])
    shared = np.zeros((len(one.grids), len(other.grids)))
    np.add.at(shared, (first, second), people)
    rows, columns = linear_sum_assignment(-shared)
    return float(people.sum() - shared[rows, columns].sum())
