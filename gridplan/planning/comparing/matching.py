"""Which grid and which center of one plan is which of another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from gridplan.planning.layout.layout import Layout

SAME_PLACE = 1.0
"""Metres within which two new sites are one: files keep places to less than that."""


def same_grids(one: Layout, other: Layout) -> pd.Series:
    """
    Match the grids that share most residents.

    Grids are named by their order, so ``G1`` of one plan may be ``G2`` of the other; the matching
    that keeps most residents in place decides which is which.

    Parameters
    ----------
    one, other
        Layouts over the same units.

    Returns
    -------
    first
        Index: grids of ``other``; the grid of ``one`` that each is, None for one too many.
    """
    people = one.district.units["population"].to_numpy(dtype=float)
    rows = one.grids.index.get_indexer(one.units["grid"])
    columns = other.grids.index.get_indexer(other.units["grid"])
    both = (rows >= 0) & (columns >= 0)
    shared = np.zeros((len(one.grids), len(other.grids)))
    np.add.at(shared, (rows[both], columns[both]), people[both])
    matched = pd.Series(None, index=other.grids.index, dtype=object)
    for row, column in zip(*linear_sum_assignment(-shared), strict=True):
        matched.iloc[column] = one.grids.index[row]
    return matched


def same_centers(one: Layout, other: Layout) -> pd.Series:
    """
    Match centers: existing ones by their id, new ones by their place.

    Parameters
    ----------
    one, other
        Layouts in the same CRS.

    Returns
    -------
    first
        Index: centers of ``other``; the center of ``one`` that each is, None for one that is not
        there.
    """
    matched = pd.Series(None, index=other.centers.index, dtype=object)
    if one.centers.empty or other.centers.empty:
        return matched
    old = other.centers["status"] == "existing"
    known = set(one.centers.index[one.centers["status"] == "existing"])
    for center in other.centers.index[old]:
        matched[center] = center if center in known else None
    ahead, after = (layout.centers[layout.centers["status"] == "new"] for layout in (one, other))
    if ahead.empty or after.empty:
        return matched
    apart, nearest = cKDTree(_places(ahead)).query(_places(after))
    order = np.argsort(apart, kind="stable")
    taken: set[int] = set()
    for at in order[apart[order] <= SAME_PLACE]:
        if nearest[at] not in taken:
            taken.add(int(nearest[at]))
            matched[after.index[at]] = ahead.index[nearest[at]]
    return matched


def _places(centers: pd.DataFrame) -> np.ndarray:
    points = centers["geometry"]
    return np.column_stack([[at.x for at in points], [at.y for at in points]])
