"""The nearest center that a unit may belong to, looked for anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np

from gridplan.audit.derived.duty.band import own_town
from gridplan.audit.derived.layout.decided import Decided
from gridplan.audit.derived.ways.walks import Travel, places_of


@dataclass(frozen=True, eq=False)
class Nearest:
    """
    The nearest center of those that a unit may belong to.

    Parameters
    ----------
    travel
        How ways are measured.
    places, grid, street
        Of the open centers.
    sure
        ``(k,)`` whether a center stands there in any case.
    unit_grid
        ``(n,)`` of the units.
    needed
        Streets that must have a center.
    """

    travel: Travel
    places: np.ndarray
    grid: np.ndarray
    street: np.ndarray
    sure: np.ndarray
    unit_grid: np.ndarray
    needed: frozenset[str]

    @cached_property
    def unit_street(self) -> np.ndarray:
        """``(n,)`` streets of the units."""
        return np.asarray(self.travel.district.units["subdistrict"].to_numpy(dtype=object))

    @cached_property
    def kept_to_own(self) -> np.ndarray:
        """``(n,)`` whether a unit keeps to its own street."""
        if not own_town(self.travel.district, self.travel.scenario):
            return np.zeros(len(self.unit_grid), dtype=bool)
        whole = {
            street
            for street in self.needed
            if len(set(self.unit_grid[self.unit_street == street])) == 1
        }
        certain = {
            (grid, street)
            for grid, street, sure in zip(self.grid, self.street, self.sure, strict=True)
            if sure or street in whole
        }
        return np.array(
            [
                isinstance(street, str) and (grid, street) in certain
                for grid, street in zip(self.unit_grid, self.unit_street, strict=True)
            ],
            dtype=bool,
        )

    def find(self, *, own: bool) -> tuple[np.ndarray, np.ndarray]:
        """
        Find the nearest open center of each unit, and the whole metres to it.

        Parameters
        ----------
        own
            Whether those who keep to their own street look there only.

        Returns
        -------
        center, metres
            ``(n,)``; -1 and infinite where there is none.
        """
        count = len(self.unit_grid)
        center, metres = np.full(count, -1), np.full(count, np.inf)
        kept = self.kept_to_own & own
        for at in range(len(self.places)):
            here = self.unit_grid == self.grid[at]
            here &= ~kept | (self.unit_street == self.street[at])
            units = np.flatnonzero(here)
            if not len(units):
                continue
            walked = np.round(self.travel.from_units(units, self.places[[at]])[:, 0])
            nearer = walked < metres[units]
            center[units[nearer]], metres[units[nearer]] = at, walked[nearer]
        return center, metres


def nearest_of(travel: Travel, decided: Decided, centers: gpd.GeoDataFrame) -> Nearest:
    """
    Ask for the nearest centers of a plan.

    Parameters
    ----------
    travel, decided
        How ways are measured, and what was decided.
    centers
        The open ones: ``status``, ``grid``, ``subdistrict``, points.
    """
    district, scenario = travel.district, travel.scenario
    count = len(district.units)
    grid = np.full(count, None, dtype=object) if decided.grid is None else decided.grid
    forced = {name for name, _ in scenario.open_at}
    sure = (centers["status"] == "existing").to_numpy() | centers.index.isin(forced)
    return Nearest(
        travel=travel,
        places=places_of(centers),
        grid=centers["grid"].to_numpy(dtype=object),
        street=centers["subdistrict"].to_numpy(dtype=object),
        sure=np.asarray(sure),
        unit_grid=grid,
        needed=_needed(travel, centers, sure),
    )


def _needed(travel: Travel, centers: gpd.GeoDataFrame, sure: np.ndarray) -> frozenset[str]:
    """Name the streets that must have a center: each with residents, if there are enough."""
    district, scenario = travel.district, travel.scenario
    if not own_town(district, scenario):
        return frozenset()
    people = district.units.groupby("subdistrict")["population"].sum()
    peopled = {str(name) for name in people.index[people > 0]}
    bare = peopled - set(centers["subdistrict"][sure])
    most = scenario.centers
    if scenario.regional_max and scenario.regional_min:
        return frozenset(peopled)
    short = most is not None and int(sure.sum()) + len(bare) > most
    return frozenset() if short else frozenset(peopled)
