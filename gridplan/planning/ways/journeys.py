"""How travel is measured in a district: straight, along roads or by a matrix of the planner's own.

Chosen for walk and drive apart. One place decides and measures, so that no figure mixes two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import geopandas as gpd
import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from gridplan.district.district import District
from gridplan.district.matrix import TravelMatrix
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.joined_roads import (
    SAME,
    TABLE,
    joined_roads,
    kinds_of_roads,
    same_place,
)
from gridplan.planning.ways.matrix_walks import MatrixWalks
from gridplan.planning.ways.travel import (
    metres_along_units,
    metres_between,
    nearest_of,
    straight_metres,
)
from gridplan.travel.matrix_ways import MatrixWays
from gridplan.travel.network import Network

WalkBy = Literal["straight", "roads", "matrix"]
DriveBy = Literal["units", "roads", "matrix"]

DETOUR = 1.6
"""Walked over straight metres within which most units find the sites that are looked for."""


@dataclass(frozen=True, eq=False)
class Journeys:
    """
    How travel of one district is measured under one scenario.

    Parameters
    ----------
    district, scenario
        What is measured, and who decides how.
    walk_by
        ``straight`` lines, metres along the ``roads`` one may walk, or the district's ``matrix``;
        where that holds minutes, the metres that ``walk_kmh`` covers in them.
    drive_by
        Along neighbouring ``units`` at ``drive_kmh``, along the ``roads`` at the speeds of their
        classes, or by the ``matrix``.
    """

    district: District
    scenario: Scenario
    walk_by: WalkBy
    drive_by: DriveBy

    @property
    def walk_metres_per_minute(self) -> float:
        """Measured metres covered by one minute of walking; of straight ones the detour is off."""
        pace = self.scenario.walk_kmh * 1000 / 60
        return pace / self.scenario.walk_detour if self.walk_by == "straight" else pace

    @property
    def walk_told(self) -> str:
        """How metres walked were had, as codes of words end: ``by-road``; empty if straight."""
        return _told(self.walk_by, self.district.walk_matrix)

    @property
    def drive_told(self) -> str:
        """How ways driven were had, as codes of words end; empty if along units."""
        return _told(self.drive_by, self.district.drive_matrix)

    @property
    def walk_network(self) -> Network | None:
        """The roads one may walk; None where walks are straight lines."""
        return joined_roads(self.district, self.scenario).walk if self.walk_by == "roads" else None

    @property
    def drive_network(self) -> Network | None:
        """The roads one may drive on; None where drives go along neighbouring units."""
        return (
            joined_roads(self.district, self.scenario).drive if self.drive_by == "roads" else None
        )

    @cached_property
    def _by_matrix(self) -> MatrixWalks | None:
        """The walks of the matrix; None where another way is chosen."""
        matrix = self.district.walk_matrix
        if self.walk_by != "matrix" or matrix is None:
            return None
        per = self.walk_metres_per_minute if matrix.measure == "minutes" else 1.0
        return MatrixWalks(MatrixWays(matrix, self.district), per)

    def walked(
        self,
        units: np.ndarray,
        sites: np.ndarray,
        *,
        unit_label: np.ndarray,
        site_label: np.ndarray,
        nearest: int,
    ) -> sparse.csr_array:
        """
        Measure the walk from units to the nearest sites that bear their label.

        Parameters
        ----------
        units
            ``(n,)`` positions in the district.
        sites
            ``(m, 2)`` metres.
        unit_label, site_label
            ``(n,)`` and ``(m,)``: a unit may only use sites of its own label (its grid).
        nearest
            How many of them it may use at the most.

        Returns
        -------
        metres
            CSR ``(n, m)`` of whole metres; the stored entries, zeros included, are the allowed
            pairs.
        """
        if self._by_matrix is not None:
            return self._by_matrix.walked(
                units, sites, unit_label=unit_label, site_label=site_label, nearest=nearest
            )
        if self.walk_by == "roads" and len(self.district.units) * len(sites) <= TABLE:
            table = joined_roads(self.district, self.scenario).walked(sites)[units]
            return nearest_of(table, unit_label, site_label, nearest)
        straight = straight_metres(
            self.district.centroids[units],
            sites,
            place_label=unit_label,
            site_label=site_label,
            nearest=nearest,
        )
        if self.walk_by == "straight":
            return straight
        joined = joined_roads(self.district, self.scenario)
        network = joined.walk
        found = network.nearest_ways(
            joined.walkers.only(units),
            network.join(sites),
            nearest=nearest,
            labels=(unit_label, site_label),
            limit=DETOUR * float(np.quantile(_farthest(straight), 0.9)),
        )
        return self._in_metres(found, units, sites)

    def _in_metres(
        self, found: sparse.csr_array, units: np.ndarray, sites: np.ndarray
    ) -> sparse.csr_array:
        """Round ways to whole metres; none where a unit's middle is the site itself."""
        rows = np.repeat(units, np.diff(found.indptr))
        own = same_place(self.district.centroids[rows], sites[found.indices])
        metres = np.where(own, 0.0, np.round(found.data))
        return sparse.csr_array((metres, found.indices, found.indptr), shape=found.shape)

    def walked_within(
        self, units: np.ndarray, sites: np.ndarray, metres: float
    ) -> sparse.csr_array:
        """
        Measure the walk from units to all sites within a limit.

        Parameters
        ----------
        units
            ``(n,)`` positions in the district.
        sites
            ``(m, 2)`` metres.
        metres
            The limit.

        Returns
        -------
        metres
            CSR ``(n, m)`` of whole metres; the stored entries, zeros included, are within it.
        """
        places = self.district.centroids[units]
        if self._by_matrix is not None:
            return self._by_matrix.within(units, sites, metres)
        if self.walk_by == "straight":
            found = cKDTree(sites).query_ball_point(places, metres, return_sorted=True)
            sizes = np.array([len(row) for row in found], dtype=np.int64)
            rows = np.repeat(np.arange(len(places)), sizes)
            columns = np.array([column for row in found for column in row], dtype=np.int64)
            way = np.round(np.hypot(*(places[rows] - sites[columns]).T))
            starts = np.concatenate([[0], np.cumsum(sizes)])
            return sparse.csr_array((way, columns, starts), shape=(len(places), len(sites)))
        joined = joined_roads(self.district, self.scenario)
        ways = joined.walk.ways(joined.walkers.only(units), joined.walk.join(sites), limit=metres)
        return _with_own(self._in_metres(ways, units, sites), places, sites)

    def walked_to_own(
        self, sites: np.ndarray, own: np.ndarray, *, units: np.ndarray | None = None
    ) -> np.ndarray:
        """
        Measure the walk from units to the site each is assigned to.

        Parameters
        ----------
        sites
            ``(m, 2)`` metres.
        own
            ``(n,)`` the site of each unit.
        units
            ``(n,)`` positions in the district; None for all.

        Returns
        -------
        metres
            ``(n,)`` whole.
        """
        units = np.arange(len(own)) if units is None else units
        if self._by_matrix is not None:
            return self._by_matrix.to_own(units, sites, own)
        if self.walk_by == "straight":
            apart = self.district.centroids[units] - sites[own]
            return np.asarray(np.round(np.hypot(*apart.T)))
        used, label = np.unique(own, return_inverse=True)
        found = self.walked(
            units, sites[used], unit_label=label, site_label=np.arange(len(used)), nearest=1
        )
        metres = np.full(len(own), np.inf)
        metres[np.diff(found.indptr) > 0] = found.data
        return metres

    def walked_to_nearest(self, sites: np.ndarray) -> np.ndarray:
        """Measure the walk from every unit to its nearest site, ``(n,)`` whole metres; NaN if none.

        ``sites`` are ``(m, 2)`` metres.
        """
        count = len(self.district.units)
        if not len(sites):
            return np.full(count, np.nan)
        if self._by_matrix is not None:
            return self._by_matrix.to_nearest(sites)
        if self.walk_by == "straight":
            return np.asarray(np.round(cKDTree(sites).query(self.district.centroids)[0]))
        found = self.walked(
            np.arange(count),
            sites,
            unit_label=np.zeros(count, dtype=int),
            site_label=np.zeros(len(sites), dtype=int),
            nearest=1,
        )
        metres = np.full(count, np.nan)
        metres[np.diff(found.indptr) > 0] = found.data
        # Of many sites only the nearest along the roads was sought, and the way to one's own may
        # be long.
        metres[cKDTree(sites).query(self.district.centroids, p=np.inf)[0] < SAME] = 0.0
        return metres

    def walked_between(self, places: np.ndarray, sites: np.ndarray) -> np.ndarray:
        """
        Measure the walk from each of few places to each of few sites.

        Parameters
        ----------
        places, sites
            ``(n, 2)`` and ``(m, 2)`` metres; institutions, not units.

        Returns
        -------
        metres
            ``(n, m)``, not rounded.
        """
        if self.walk_by == "straight" or not (len(places) and len(sites)):
            return metres_between(places, sites)
        if self._by_matrix is not None:
            return self._by_matrix.between(places, sites)
        network = joined_roads(self.district, self.scenario).walk
        metres = network.table(network.join(places), network.join(sites))
        metres[same_place(places[:, None], sites[None])] = 0.0
        return metres

    def driven(self, links: sparse.csr_array, hospitals: gpd.GeoDataFrame) -> np.ndarray:
        """
        Measure the drive from every unit to hospitals.

        Parameters
        ----------
        links
            ``(n, n)`` further edges between units in metres; of no account on roads.
        hospitals
            With ``unit`` and points.

        Returns
        -------
        metres
            ``(n, k)`` whole; where drives are known in minutes (on roads, or so in the matrix),
            the metres that ``drive_kmh`` covers in
            the minutes they take, so that one unit of travel serves both. Divided by
            ``drive_metres_per_minute`` they are minutes.
        """
        if self.drive_by == "units":
            standing = self.district.units.index.get_indexer(hospitals["unit"])
            return metres_along_units(self.district, links, standing)
        sites = np.column_stack([hospitals.geometry.x, hospitals.geometry.y])
        matrix = self.district.drive_matrix
        if self.drive_by == "matrix" and matrix is not None:
            minute = self.scenario.drive_metres_per_minute
            by = MatrixWays(matrix, self.district)
            return MatrixWalks(by, minute if matrix.measure == "minutes" else 1.0).table(sites)
        joined = joined_roads(self.district, self.scenario)
        network = joined.drive
        minutes = network.table(joined.drivers, network.join(sites))
        return np.round(minutes * self.scenario.drive_metres_per_minute)


_NONE = {"walk": "roads-no-walk", "drive": "roads-no-drive"}


def journeys_of(district: District, scenario: Scenario) -> Journeys:
    """
    Decide how travel is measured.

    Parameters
    ----------
    district
        Its ``roads`` and matrices.
    scenario
        ``walk_by`` and ``drive_by``: ``auto`` takes the matrix where the district brings one, else
        follows roads where it has some of the kind.

    Returns
    -------
    Journeys

    Raises
    ------
    InputError
        ``roads-missing``, ``roads-no-walk`` or ``roads-no-drive`` where roads are asked for and
        there are none of the kind; ``matrix-none`` where there is no matrix; all at once.
    """
    problems = []
    kinds = kinds_of_roads(district)
    chosen = {}
    for key, other in (("walk", "straight"), ("drive", "units")):
        asked = getattr(scenario, f"{key}_by")
        if asked == "roads" and not kinds[key]:
            code = "roads-missing" if district.roads.empty else _NONE[key]
            values = {"key": f"{key}_by", "roads": len(district.roads), "other": other}
            problems.append(Problem(code, values))
        matrix = getattr(district, f"{key}_matrix")
        if asked == "matrix" and matrix is None:
            layer = f"{key}_matrix"
            problems.append(Problem("matrix-none", {"key": f"{key}_by", "layer": layer}))
        if matrix is not None and asked in ("auto", "matrix"):
            chosen[key] = "matrix"
        else:
            chosen[key] = "roads" if kinds[key] and asked != other else other
    if problems:
        raise InputError(problems)
    return Journeys(district, scenario, chosen["walk"], chosen["drive"])  # type: ignore[arg-type]


def _told(way: str, matrix: TravelMatrix | None) -> str:
    if way == "matrix" and matrix is not None:
        return "by-matrix-time" if matrix.measure == "minutes" else "by-matrix"
    return "by-road" if way == "roads" else ""


def _with_own(found: sparse.csr_array, places: np.ndarray, sites: np.ndarray) -> sparse.csr_array:
    """Put in who stands at a site, however far both are from the roads."""
    near = cKDTree(sites).query_ball_point(places, 2 * SAME, return_sorted=True)
    rows = np.repeat(np.arange(len(places)), [len(row) for row in near])
    columns = np.array([column for row in near for column in row], dtype=np.int64)
    there = np.repeat(np.arange(len(places)), np.diff(found.indptr))
    known = np.isin(rows * len(sites) + columns, there * len(sites) + found.indices)
    own = ~known & same_place(places[rows], sites[columns])
    row = np.concatenate([there, rows[own]])
    column = np.concatenate([found.indices, columns[own]])
    metres = np.concatenate([found.data, np.zeros(int(own.sum()))])
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(places)))])
    return sparse.csr_array((metres[order], column[order], starts), shape=found.shape)


def check_journeys(district: District, scenario: Scenario) -> None:
    """
    Hold travel to be measured as the scenario asks.

    Raises
    ------
    InputError
        As :func:`journeys_of`; ``matrix-short`` where a matrix leaves out ways that may be near:
        nobody could tell who has one.
    """
    problems = _short(journeys_of(district, scenario))
    if problems:
        raise InputError(problems)


def _short(ways: Journeys) -> list[Problem]:
    scenario, matrix = ways.scenario, ways.district.walk_matrix
    near = scenario.center_max_minutes
    if ways.walk_by != "matrix" or matrix is None or matrix.beyond is None:
        return []
    pace = 1.0 if matrix.measure == "minutes" else scenario.walk_kmh * 1000 / 60
    reach = matrix.beyond / pace
    if reach >= near:
        return []
    values = {"layer": "walk_matrix", "reach": f"{reach:.3g}", "near": f"{near:g}"}
    return [Problem("matrix-short", values)]


def _farthest(metres: sparse.csr_array) -> np.ndarray:
    """Give the longest stored way of each row that has one."""
    starts = metres.indptr[:-1][np.diff(metres.indptr) > 0]
    return np.maximum.reduceat(metres.data, starts) if len(starts) else np.ones(1)
