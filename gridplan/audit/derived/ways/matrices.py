"""Ways of a travel matrix looked up anew: target by target, a place's own before its unit's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy import sparse

from gridplan.district.district import District
from gridplan.district.matrix import Ends, TravelMatrix

STANDING = 0.5
"""Metres from a place that a matrix names within which another is it."""


@dataclass(frozen=True, eq=False)
class MatrixTravel:
    """
    One matrix of a district.

    Parameters
    ----------
    matrix
        The ways.
    district
        Its units.
    per
        Metres that one of the matrix's measure counts as.
    """

    matrix: TravelMatrix
    district: District
    per: float

    @property
    def code(self) -> str:
        """How figures are told to have been had."""
        return "by-matrix-time" if self.matrix.measure == "minutes" else "by-matrix"

    @cached_property
    def _columns(self) -> sparse.csc_array:
        return sparse.csc_array(self.matrix.cost)

    def _position(self, ends: Ends, layer: str) -> dict[str, int]:
        there = np.flatnonzero(ends.layer == layer)
        return {str(ends.id[at]): int(at) for at in there}

    @cached_property
    def _unit_rows(self) -> np.ndarray:
        known = self._position(self.matrix.origins, "units")
        return np.array([known.get(str(unit), -1) for unit in self.district.units.index])

    def standing(self, places: np.ndarray) -> np.ndarray:
        """Find the unit each place is in or next to, by position; of several the first."""
        tree = shapely.STRtree(self.district.units.geometry.to_numpy())
        found: dict[int, int] = {}
        for place, unit in tree.query_nearest(shapely.points(places)).T:
            found[int(place)] = min(int(unit), found.get(int(place), int(unit)))
        return np.array([found[at] for at in range(len(places))], dtype=np.int64)

    def _named(self, ends: Ends, place: np.ndarray) -> int:
        """Give the position of a place, no unit, that the matrix itself names; -1 if none."""
        sites = np.flatnonzero(ends.layer != "units")
        if not len(sites):
            return -1
        apart = np.sqrt(((ends.xy[sites] - place) ** 2).sum(axis=1))
        return int(sites[apart.argmin()]) if apart.min() < STANDING else -1

    def targets(self, sites: np.ndarray) -> list[int]:
        """Give the target of each site: its own, else its unit's; -1 where neither is one."""
        units = self._position(self.matrix.targets, "units")
        names = self.district.units.index
        found = []
        for site, unit in zip(sites, self.standing(sites), strict=True):
            own = self._named(self.matrix.targets, site)
            found.append(own if own >= 0 else units.get(str(names[unit]), -1))
        return found

    def reached(self, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Tell which sites are reached, and which of them as their unit only."""
        targets = np.array(self.targets(sites), dtype=np.int64)
        there = targets >= 0
        return there, there & (self.matrix.targets.layer[targets] == "units")

    def metres(
        self, places: np.ndarray, sites: np.ndarray, *, units: np.ndarray | None = None
    ) -> np.ndarray:
        """
        Look the ways up.

        Parameters
        ----------
        places, sites
            ``(n, 2)`` and ``(m, 2)`` metres.
        units
            ``(n,)`` units whose middles the places are; None for places of another kind.

        Returns
        -------
        metres
            ``(n, m)``; NaN to a site that is not reached, and what ``beyond`` says, or infinite,
            where a way is left out.
        """
        inside = self.standing(places) if units is None else units
        rows = self._unit_rows[inside]
        names = self.district.units.index
        table = np.full((len(places), len(sites)), np.nan)
        own = np.full(len(places), -1)
        if units is None:
            own = np.array([self._named(self.matrix.origins, place) for place in places], dtype=int)
        beyond = self.matrix.beyond
        missing = np.inf if beyond is None else np.floor(beyond * self.per) + 1.0
        for at, target in enumerate(self.targets(sites)):
            if target < 0:
                continue
            known = np.full(self.matrix.cost.shape[0] + 1, np.nan)
            part = slice(*self._columns.indptr[target : target + 2])
            known[self._columns.indices[part]] = self._columns.data[part]
            cost = np.where(np.isnan(known[own]), known[rows], known[own])
            if self.matrix.targets.layer[target] == "units":
                here = np.array([str(names[unit]) for unit in inside], dtype=object)
                cost[np.isnan(cost) & (here == self.matrix.targets.id[target])] = 0.0
            table[:, at] = np.where(np.isnan(cost), missing, cost * self.per)
        if units is None:
            gap = np.abs(places[:, None, :] - sites[None, :, :]).max(axis=2)
            table[(gap < STANDING) & ~np.isnan(table)] = 0.0
        return table
