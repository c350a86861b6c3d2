"""Walks measured anew: straight lines, along the roads of the district, or by its matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial.distance import cdist

from gridplan.audit.derived.ways.matrices import MatrixTravel
from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.travel.network import Network, Roads, road_networks
from gridplan.travel.ways import DRIVE_KMH, RoadParams, uses_of

Keys: TypeAlias = Any
"""The keys of a scenario, as ``plan.json`` has them, under their names."""

BLOCK = 4_000_000
"""Pairs of places that are measured at once."""
STANDING = 0.5
"""Metres, east and north, within which who wants to go is there already."""


@dataclass(frozen=True, eq=False)
class Travel:
    """
    How travel of a district is measured under the keys of a scenario.

    Parameters
    ----------
    district
        Its units and roads.
    scenario
        ``walk_by``, ``walk_kmh``, ``walk_detour``, ``drive_by``, ``drive_kmh``, ``road_speeds``.
    """

    district: District
    scenario: Keys

    @cached_property
    def walk_by(self) -> str:
        """``matrix`` or ``roads`` where there are some and nothing else is asked; ``straight``."""
        return self._chosen("walk", "straight")

    @cached_property
    def drive_by(self) -> str:
        """``matrix`` or ``roads`` where there are some and nothing else is asked; ``units``."""
        return self._chosen("drive", "units")

    def _chosen(self, kind: str, other: str) -> str:
        asked = getattr(self.scenario, f"{kind}_by")
        if asked == other:
            return other
        matrix = getattr(self.district, f"{kind}_matrix")
        if asked == "matrix" and matrix is None:
            told = {"key": f"{kind}_by", "layer": f"{kind}_matrix"}
            raise InputError([Problem("matrix-none", told)])
        if matrix is not None and asked in ("auto", "matrix"):
            return "matrix"
        some = False
        if len(self.district.roads):
            uses = uses_of(self.district.roads)
            open_to = uses.walk if kind == "walk" else np.maximum(uses.ahead, uses.back)
            some = bool(open_to.max(initial=0.0) > 0)
        if asked == "roads" and not some:
            code = "roads-missing" if self.district.roads.empty else f"roads-no-{kind}"
            values = {"key": f"{kind}_by", "roads": len(self.district.roads), "other": other}
            raise InputError([Problem(code, values)])
        return "roads" if some else other

    @property
    def walked_a_minute(self) -> float:
        """Measured metres of a minute's walk; straight ones are shorter by the detour."""
        pace: float = self.scenario.walk_kmh * 1000 / 60
        return pace / self.scenario.walk_detour if self.walk_by == "straight" else pace

    @property
    def driven_a_minute(self) -> float:
        """Metres that a minute's drive counts as."""
        return float(self.scenario.drive_kmh * 1000 / 60)

    @cached_property
    def walk_matrix(self) -> MatrixTravel | None:
        """The matrix that walks are taken from; None where they are not."""
        matrix = self.district.walk_matrix
        if self.walk_by != "matrix" or matrix is None:
            return None
        per = self.walked_a_minute if matrix.measure == "minutes" else 1.0
        return MatrixTravel(matrix, self.district, per)

    @cached_property
    def drive_matrix(self) -> MatrixTravel | None:
        """The matrix that drives are taken from; None where they are not."""
        matrix = self.district.drive_matrix
        if self.drive_by != "matrix" or matrix is None:
            return None
        per = self.driven_a_minute if matrix.measure == "minutes" else 1.0
        return MatrixTravel(matrix, self.district, per)

    @cached_property
    def roads(self) -> Roads:
        """Both networks of the district's roads."""
        speeds = {**DRIVE_KMH, **dict(self.scenario.road_speeds)}
        return road_networks(self.district.roads, RoadParams(drive_kmh=speeds))

    @cached_property
    def middles(self) -> np.ndarray:
        """Middles of the units, ``(n, 2)`` metres."""
        return shapely.get_coordinates(shapely.centroid(self.district.units.geometry.to_numpy()))

    def walked(self, places: np.ndarray, sites: np.ndarray) -> np.ndarray:
        """
        Measure the walk from each place to each site.

        Parameters
        ----------
        places, sites
            ``(n, 2)`` and ``(m, 2)`` metres.

        Returns
        -------
        metres
            ``(n, m)``, not rounded; infinite where there is no way.
        """
        if not (len(places) and len(sites)):
            return np.zeros((len(places), len(sites)))
        if self.walk_matrix is not None:
            return self.walk_matrix.metres(places, sites)
        if self.walk_by == "straight":
            return np.asarray(cdist(places, sites))
        network = present(self.roads.walk)
        metres = np.array(network.table(network.join(places), network.join(sites)))
        return np.where(_there(places, sites), 0.0, metres)

    def from_units(self, units: np.ndarray, sites: np.ndarray) -> np.ndarray:
        """Measure the walk from units, by position, to each site, ``(n, m)``, not rounded."""
        if self.walk_matrix is None or not len(sites):
            return self.walked(self.middles[units], sites)
        return self.walk_matrix.metres(self.middles[units], sites, units=units)

    def to_own(self, sites: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Measure the walk from every unit to the one site of ``(m, 2)`` it goes to, ``(n,)``."""
        metres = np.full(len(own), np.nan)
        for site in np.unique(own[own >= 0]):
            here = np.flatnonzero(own == site)
            metres[here] = self.from_units(here, sites[[site]])[:, 0]
        return metres

    def to_nearest(self, sites: np.ndarray) -> np.ndarray:
        """Measure the walk from every unit to the nearest site, ``(n,)``; NaN without any."""
        least = np.full(len(self.middles), np.inf)
        step = max(1, BLOCK // max(1, len(self.middles)))
        for first in range(0, len(sites), step):
            part = self.from_units(np.arange(len(least)), sites[first : first + step])
            # What a matrix does not reach might be nearer than all it does.
            least = np.minimum(least, part.min(axis=1))
        return np.where(np.isfinite(least), least, np.nan)


def present(network: Network | None) -> Network:
    """Give a network that was found to be there."""
    if network is None:
        msg = "the roads have no such network"
        raise ValueError(msg)
    return network


def places_of(layer: gpd.GeoDataFrame) -> np.ndarray:
    """Give the places of a layer of points, ``(n, 2)``; of areas their middles."""
    return shapely.get_coordinates(shapely.centroid(layer.geometry.to_numpy())).reshape(-1, 2)


def settled(measured: np.ndarray, told: np.ndarray) -> np.ndarray:
    """
    Round to whole metres; of a length halfway between two the one that is told.

    Parameters
    ----------
    measured
        ``(n,)``, not rounded.
    told
        ``(n,)`` as the plan tells it, NaN where it does not.
    """
    near = np.abs(measured - told) <= 0.5 + 1e-6
    whole = np.mod(told, 1.0) == 0.0
    return np.where(near & whole, told, np.round(measured))


def _there(places: np.ndarray, sites: np.ndarray) -> np.ndarray:
    apart = np.abs(places[:, None, :] - sites[None, :, :])
    return np.asarray(apart.max(axis=2) < STANDING)
