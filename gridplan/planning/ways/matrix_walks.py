"""Walks by a matrix, in the metres that the scenario's pace covers where it holds minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.district.files.intake import sample
from gridplan.errors import InputError, Problem
from gridplan.planning.ways.travel import nearest_of
from gridplan.travel.matrix_ways import SAME, MatrixWays

CELLS = 4_000_000
"""Ways looked up at once."""


@dataclass(frozen=True, eq=False)
class MatrixWalks:
    """
    The walks of a district by its matrix.

    Parameters
    ----------
    ways
        The matrix.
    per
        Metres that count for one of its measure: 1, or those walked in a minute.
    """

    ways: MatrixWays
    per: float

    @property
    def _beyond(self) -> float:
        """Whole metres that stand for a way the matrix leaves out: more than it reaches."""
        beyond = self.ways.matrix.beyond
        return np.inf if beyond is None else float(np.floor(beyond * self.per)) + 1.0

    def _blocks(self, units: np.ndarray, columns: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        size = max(1, CELLS // max(1, self.ways.matrix.cost.shape[1]))
        for first in range(0, len(units), size):
            part = slice(first, first + size)
            yield part, np.round(self.ways.from_units(units[part], columns) * self.per)

    def _columns(self, sites: np.ndarray) -> np.ndarray:
        columns = self.ways.columns(sites)
        lost = columns < 0
        if lost.any():
            index = self.ways.district.units.index
            units = index[self.ways.units_at(sites[lost])]
            raise InputError([Problem("matrix-site", {**_told(units)})])
        return columns

    def walked(
        self,
        units: np.ndarray,
        sites: np.ndarray,
        *,
        unit_label: np.ndarray,
        site_label: np.ndarray,
        nearest: int,
    ) -> sparse.csr_array:
        """Measure as :meth:`gridplan.planning.ways.journeys.Journeys.walked` does."""
        columns = self._columns(sites)
        parts = []
        for part, metres in self._blocks(units, columns):
            metres[~np.isfinite(metres)] = self._beyond
            parts.append(nearest_of(metres, unit_label[part], site_label, nearest))
        return _stacked(parts, len(sites))

    def within(self, units: np.ndarray, sites: np.ndarray, metres: float) -> sparse.csr_array:
        """Measure the walk from units to all sites within a limit; CSR, whole metres."""
        columns, parts = self._columns(sites), []
        for _, walked in self._blocks(units, columns):
            row, column = np.nonzero(walked <= metres)
            starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(walked)))])
            data = walked[row, column]
            parts.append(sparse.csr_array((data, column, starts), shape=walked.shape))
        return _stacked(parts, len(sites))

    def to_own(self, units: np.ndarray, sites: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Measure the walk from units to the site each is assigned to, whole metres."""
        columns, metres = self._columns(sites), np.full(len(units), np.inf)
        for part, walked in self._blocks(units, columns):
            metres[part] = walked[np.arange(len(walked)), own[part]]
        return np.where(np.isfinite(metres), metres, self._beyond)

    def to_nearest(self, sites: np.ndarray) -> np.ndarray:
        """
        Measure the walk from every unit to its nearest site, whole metres.

        NaN for all where the matrix does not reach some site: it might be the nearest.
        """
        count = len(self.ways.district.units)
        columns, metres = self.ways.columns(sites), np.full(count, np.nan)
        if (columns < 0).any():
            return metres
        for part, walked in self._blocks(np.arange(count), columns):
            metres[part] = walked.min(axis=1)
        return np.where(np.isfinite(metres), metres, self._beyond)

    def table(self, sites: np.ndarray) -> np.ndarray:
        """Measure the way from every unit to each of few sites, ``(n, m)`` whole metres."""
        columns = self._columns(sites)
        count = len(self.ways.district.units)
        metres = [part for _, part in self._blocks(np.arange(count), columns)]
        table = np.concatenate(metres)
        return np.where(np.isfinite(table), table, self._beyond)

    def between(self, places: np.ndarray, sites: np.ndarray) -> np.ndarray:
        """Measure the walk from each of few places to each of few sites, ``(n, m)`` metres."""
        metres = self.ways.from_places(places, self._columns(sites)) * self.per
        metres[~np.isfinite(metres)] = self._beyond
        here = (np.abs(places[:, None] - sites[None]) < SAME).all(axis=-1)
        metres[here] = 0.0
        return metres


def _told(units: np.ndarray) -> dict[str, object]:
    told = sample(units)
    return {key: told[key] for key in ("rows", "count")}


def _stacked(parts: list[sparse.csr_array], columns: int) -> sparse.csr_array:
    """Put blocks of rows under one another, explicit zeros and all."""
    if not parts:
        return sparse.csr_array((0, columns))
    sizes = np.concatenate([[0], *(np.diff(part.indptr) for part in parts)])
    return sparse.csr_array(
        (
            np.concatenate([part.data for part in parts]),
            np.concatenate([part.indices for part in parts]),
            np.cumsum(sizes),
        ),
        shape=(sum(part.shape[0] for part in parts), columns),
    )
