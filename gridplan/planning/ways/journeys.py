"""How travel is measured in a district: straight or along roads, chosen for walk and drive apart.

One place decides and measures, so that no figure of a plan mixes the two.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.travel import metres_along_units, metres_between, straight_metres
from gridplan.travel.network import Network, Roads, road_networks
from gridplan.travel.snapping import Snapped
from gridplan.travel.ways import DRIVE_KMH, RoadParams, uses_of

WalkBy = Literal["straight", "roads"]
DriveBy = Literal["units", "roads"]

TABLE = 6_000_000
"""Ways from all units to sites that are measured at once and kept; beyond it the nearest only."""
SAME = 0.5
"""Metres within which two places are one."""
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
        ``straight`` lines, or metres along the roads one may walk.
    drive_by
        Along neighbouring ``units`` at ``drive_kmh``, or along the roads at the speeds of their
        classes.
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
    def walk_network(self) -> Network | None:
        """The roads one may walk; None where walks are straight lines."""
        return _joined(self.district, self.scenario).walk if self.walk_by == "roads" else None

    @property
    def drive_network(self) -> Network | None:
        """The roads one may drive on; None where drives go along neighbouring units."""
        return _joined(self.district, self.scenario).drive if self.drive_by == "roads" else None

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
        if self.walk_by == "roads" and len(self.district.units) * len(sites) <= TABLE:
            table = _joined(self.district, self.scenario).walked(sites)[units]
            return _nearest_of(table, unit_label, site_label, nearest)
        straight = straight_metres(
            self.district.centroids[units],
            sites,
            place_label=unit_label,
            site_label=site_label,
            nearest=nearest,
        )
        if self.walk_by == "straight":
            return straight
        joined = _joined(self.district, self.scenario)
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
        own = _same_place(self.district.centroids[rows], sites[found.indices])
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
        if self.walk_by == "straight":
            found = cKDTree(sites).query_ball_point(places, metres, return_sorted=True)
            sizes = np.array([len(row) for row in found], dtype=np.int64)
            rows = np.repeat(np.arange(len(places)), sizes)
            columns = np.array([column for row in found for column in row], dtype=np.int64)
            way = np.round(np.hypot(*(places[rows] - sites[columns]).T))
            starts = np.concatenate([[0], np.cumsum(sizes)])
            return sparse.csr_array((way, columns, starts), shape=(len(places), len(sites)))
        joined = _joined(self.district, self.scenario)
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
        network = _joined(self.district, self.scenario).walk
        metres = network.table(network.join(places), network.join(sites))
        metres[_same_place(places[:, None], sites[None])] = 0.0
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
            ``(n, k)`` whole; where drives follow roads, the metres that ``drive_kmh`` covers in
            the minutes they take, so that one unit of travel serves both. Divided by
            ``drive_metres_per_minute`` they are minutes.
        """
        if self.drive_by == "units":
            standing = self.district.units.index.get_indexer(hospitals["unit"])
            return metres_along_units(self.district, links, standing)
        joined = _joined(self.district, self.scenario)
        network = joined.drive
        sites = np.column_stack([hospitals.geometry.x, hospitals.geometry.y])
        minutes = network.table(joined.drivers, network.join(sites))
        return np.round(minutes * self.scenario.drive_metres_per_minute)


_NONE = {"walk": "roads-no-walk", "drive": "roads-no-drive"}


def journeys_of(district: District, scenario: Scenario) -> Journeys:
    """
    Decide how travel is measured.

    Parameters
    ----------
    district
        Its ``roads``.
    scenario
        ``walk_by`` and ``drive_by``: ``auto`` follows roads where the district has some of the
        kind.

    Returns
    -------
    Journeys

    Raises
    ------
    InputError
        ``roads-missing``, ``roads-no-walk`` or ``roads-no-drive`` where roads are asked for and
        there are none of the kind; all at once.
    """
    problems = []
    kinds = _kinds(district)
    chosen = {}
    for key, other in (("walk", "straight"), ("drive", "units")):
        asked = getattr(scenario, f"{key}_by")
        if asked == "roads" and not kinds[key]:
            code = "roads-missing" if district.roads.empty else _NONE[key]
            values = {"key": f"{key}_by", "roads": len(district.roads), "other": other}
            problems.append(Problem(code, values))
        chosen[key] = "roads" if kinds[key] and asked != other else other
    if problems:
        raise InputError(problems)
    return Journeys(district, scenario, chosen["walk"], chosen["drive"])  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class _Joined:
    """The roads of a district as networks, its units joined to them, and walks measured so far."""

    roads: Roads
    centroids: np.ndarray
    snapped: dict[str, Snapped] = field(default_factory=dict)
    walks: dict[tuple[float, float], np.ndarray] = field(default_factory=dict)

    @property
    def walk(self) -> Network:
        return _present(self.roads.walk)

    @property
    def drive(self) -> Network:
        return _present(self.roads.drive)

    @property
    def walkers(self) -> Snapped:
        if "walk" not in self.snapped:
            self.snapped["walk"] = self.walk.join(self.centroids)
        return self.snapped["walk"]

    @property
    def drivers(self) -> Snapped:
        if "drive" not in self.snapped:
            self.snapped["drive"] = self.drive.join(self.centroids)
        return self.snapped["drive"]

    def walked(self, sites: np.ndarray) -> np.ndarray:
        """Measure whole metres from all units to few sites; what was measured before is kept."""
        keys = [(float(x), float(y)) for x, y in sites]
        new = list(dict.fromkeys(key for key in keys if key not in self.walks))
        if (len(self.walks) + len(new)) * len(self.centroids) > 2 * TABLE:
            self.walks.clear()
            new = list(dict.fromkeys(keys))
        if new:
            joined = self.walk.join(np.array(new))
            table = np.round(self.walk.table(self.walkers, joined))
            for column, site in enumerate(new):
                table[_same_place(self.centroids, np.array(site)), column] = 0.0
            self.walks.update(zip(new, table.T.copy(), strict=True))
        return np.column_stack([self.walks[key] for key in keys])


def _with_own(found: sparse.csr_array, places: np.ndarray, sites: np.ndarray) -> sparse.csr_array:
    """Put in who stands at a site, however far both are from the roads."""
    near = cKDTree(sites).query_ball_point(places, 2 * SAME, return_sorted=True)
    rows = np.repeat(np.arange(len(places)), [len(row) for row in near])
    columns = np.array([column for row in near for column in row], dtype=np.int64)
    there = np.repeat(np.arange(len(places)), np.diff(found.indptr))
    known = np.isin(rows * len(sites) + columns, there * len(sites) + found.indices)
    own = ~known & _same_place(places[rows], sites[columns])
    row = np.concatenate([there, rows[own]])
    column = np.concatenate([found.indices, columns[own]])
    metres = np.concatenate([found.data, np.zeros(int(own.sum()))])
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(places)))])
    return sparse.csr_array((metres[order], column[order], starts), shape=found.shape)


def _same_place(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Tell who stands where they want to go, and need not walk to the road and back."""
    return np.asarray((np.abs(ones - others) < SAME).all(axis=-1))


def _present(network: Network | None) -> Network:
    if network is None:
        msg = "the roads have no such network: ask journeys_of first"
        raise ValueError(msg)
    return network


# Networks are dear to make and follow from the district alone; they go when it goes.
_Known = dict[tuple[tuple[str, float], ...], _Joined]
_JOINED: weakref.WeakKeyDictionary[District, _Known] = weakref.WeakKeyDictionary()
_KINDS: weakref.WeakKeyDictionary[District, dict[str, bool]] = weakref.WeakKeyDictionary()


def _joined(district: District, scenario: Scenario) -> _Joined:
    known = _JOINED.setdefault(district, {})
    if scenario.road_speeds not in known:
        roads = road_networks(district.roads, road_params(scenario))
        known[scenario.road_speeds] = _Joined(roads, district.centroids)
    return known[scenario.road_speeds]


def _kinds(district: District) -> dict[str, bool]:
    """Tell whether any road can be walked along, and any driven on."""
    if district.roads.empty:
        return {"walk": False, "drive": False}
    if district not in _KINDS:
        uses = uses_of(district.roads)
        driven = (uses.ahead > 0).any() or (uses.back > 0).any()
        _KINDS[district] = {"walk": bool((uses.walk > 0).any()), "drive": bool(driven)}
    return _KINDS[district]


def road_params(scenario: Scenario) -> RoadParams:
    """Give the speeds on roads, the planner's own in place of the usual ones."""
    return RoadParams(drive_kmh={**DRIVE_KMH, **dict(scenario.road_speeds)})


def _nearest_of(
    table: np.ndarray, mine: np.ndarray, theirs: np.ndarray, nearest: int
) -> sparse.csr_array:
    """Keep the nearest columns of each row among those that bear its label."""
    parts = []
    for label in np.unique(theirs):
        here, there = np.flatnonzero(mine == label), np.flatnonzero(theirs == label)
        if not len(here):
            continue
        own = table[np.ix_(here, there)]
        order = np.argsort(own, axis=1, kind="stable")[:, :nearest]
        metres = np.take_along_axis(own, order, axis=1).ravel()
        rows, columns = np.repeat(here, order.shape[1]), there[order.ravel()]
        good = np.isfinite(metres)
        parts.append((rows[good], columns[good], metres[good]))
    if not parts:
        return sparse.csr_array(table.shape)
    row, column, metres = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(table)))])
    # Built by hand: a conversion from coordinates would be free to drop explicit zeros.
    return sparse.csr_array((metres[order], column[order], starts), shape=table.shape)


def _farthest(metres: sparse.csr_array) -> np.ndarray:
    """Give the longest stored way of each row that has one."""
    starts = metres.indptr[:-1][np.diff(metres.indptr) > 0]
    return np.maximum.reduceat(metres.data, starts) if len(starts) else np.ones(1)
