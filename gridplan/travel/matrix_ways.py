"""Ways by a matrix between the units of a district and places known by where they stand.

A place has ways of its own where the matrix names it; else those of the unit it stands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridplan.district.district import District
from gridplan.district.matrix import Ends, TravelMatrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAME = 0.5
"""Metres within which two places are one."""


@dataclass(frozen=True, eq=False)
class MatrixWays:
    """
    One matrix of one district.

    Parameters
    ----------
    matrix
        The ways.
    district
        Its units.
    """

    matrix: TravelMatrix
    district: District

    @cached_property
    def _unit_rows(self) -> Ints:
        return self.matrix.origins.of_units(self.district.units.index)

    @cached_property
    def _unit_columns(self) -> Ints:
        return self.matrix.targets.of_units(self.district.units.index)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(np.asarray(self.district.units.geometry.array))

    def units_at(self, xy: Floats) -> Ints:
        """Find the unit each place stands in or, outside of all, is nearest to; ``(n, 2)`` metres.

        Of several the first, so that runs agree.
        """
        at, unit = self._tree.query_nearest(shapely.points(xy))
        order = np.lexsort((unit, at))
        _, first = np.unique(at[order], return_index=True)
        return np.asarray(unit[order][first])

    def columns(self, xy: Floats) -> Ints:
        """Find the target of each place; -1 where neither it nor its unit is one."""
        return self._ends(self.matrix.targets, self._unit_columns, xy)

    def _ends(self, ends: Ends, of_units: Ints, xy: Floats) -> Ints:
        own = self._own(ends, xy)
        left = np.flatnonzero(own < 0)
        if len(left):
            own[left] = of_units[self.units_at(xy[left])]
        return own

    @staticmethod
    def _own(ends: Ends, xy: Floats) -> Ints:
        """Find the places that the matrix itself names; -1 for the others."""
        sites = ends.sites
        if not (len(sites) and len(xy)):
            return np.full(len(xy), -1)
        far, near = cKDTree(ends.xy[sites]).query(xy)
        return np.where(far < SAME, sites[near], -1)

    def from_units(self, units: Ints, columns: Ints) -> Floats:
        """
        Give the cost from units to targets.

        Parameters
        ----------
        units
            ``(n,)`` positions in the district.
        columns
            ``(m,)`` targets.

        Returns
        -------
        cost
            ``(n, m)`` in the matrix's measure; 0 from a unit to itself where nothing is said,
            infinite where the matrix has no way.
        """
        cost = self._between(self._unit_rows[units], columns)
        own = self._unit_columns[units]
        inside = (own[:, None] == columns[None]) & (own >= 0)[:, None] & ~np.isfinite(cost)
        cost[inside] = 0.0
        return cost

    def from_places(self, places: Floats, columns: Ints) -> Floats:
        """
        Give the cost from places to targets, ``(n, m)``; infinite where there is no way.

        A place's own ways count first, then those of the unit it stands in. ``places`` are
        ``(n, 2)`` metres.
        """
        cost = self._between(self._own(self.matrix.origins, places), columns)
        from_unit = self.from_units(self.units_at(places), columns)
        return np.where(np.isfinite(cost), cost, from_unit)

    def _between(self, rows: Ints, columns: Ints) -> Floats:
        table = self.matrix.cost
        wide = np.full((len(rows), table.shape[1]), np.inf)
        known = np.flatnonzero(rows >= 0)
        picked = table[rows[known]]
        at = np.repeat(known, np.diff(picked.indptr))
        wide[at, picked.indices] = picked.data
        return np.where(columns >= 0, wide[:, columns], np.inf)
