"""The roads of a district as networks, with its units joined to them once for all that ask."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field

import numpy as np

from gridplan.district.district import District
from gridplan.planning.scenario.scenario import Scenario
from gridplan.travel.network import Network, Roads, road_networks
from gridplan.travel.snapping import Snapped
from gridplan.travel.ways import DRIVE_KMH, RoadParams, uses_of

TABLE = 6_000_000
"""Ways from all units to sites that are measured at once and kept; beyond it the nearest only."""
SAME = 0.5
"""Metres within which two places are one."""


@dataclass(frozen=True, eq=False)
class JoinedRoads:
    """The roads of a district as networks, its units joined to them, and walks measured so far."""

    roads: Roads
    centroids: np.ndarray
    snapped: dict[str, Snapped] = field(default_factory=dict)
    walks: dict[tuple[float, float], np.ndarray] = field(default_factory=dict)

    @property
    def walk(self) -> Network:
        """The roads one may walk."""
        return _present(self.roads.walk)

    @property
    def drive(self) -> Network:
        """The roads one may drive on."""
        return _present(self.roads.drive)

    @property
    def walkers(self) -> Snapped:
        """The units, joined to the roads one may walk."""
        if "walk" not in self.snapped:
            self.snapped["walk"] = self.walk.join(self.centroids)
        return self.snapped["walk"]

    @property
    def drivers(self) -> Snapped:
        """The units, joined to the roads one may drive on."""
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
                table[same_place(self.centroids, np.array(site)), column] = 0.0
            self.walks.update(zip(new, table.T.copy(), strict=True))
        return np.column_stack([self.walks[key] for key in keys])


def same_place(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Tell who stands where they want to go, and need not walk to the road and back."""
    return np.asarray((np.abs(ones - others) < SAME).all(axis=-1))


def _present(network: Network | None) -> Network:
    if network is None:
        msg = "the roads have no such network: ask journeys_of first"
        raise ValueError(msg)
    return network


# Networks are dear to make and follow from the district alone; they go when it goes.
_Known = dict[tuple[tuple[str, float], ...], JoinedRoads]
_JOINED: weakref.WeakKeyDictionary[District, _Known] = weakref.WeakKeyDictionary()
_KINDS: weakref.WeakKeyDictionary[District, dict[str, bool]] = weakref.WeakKeyDictionary()


def joined_roads(district: District, scenario: Scenario) -> JoinedRoads:
    """Give the networks of a district with its units joined; made once for each set of speeds."""
    known = _JOINED.setdefault(district, {})
    if scenario.road_speeds not in known:
        roads = road_networks(district.roads, road_params(scenario))
        known[scenario.road_speeds] = JoinedRoads(roads, district.centroids)
    return known[scenario.road_speeds]


def kinds_of_roads(district: District) -> dict[str, bool]:
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
