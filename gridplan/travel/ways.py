"""What kinds of road there are, who may use each, and how fast.

Classes and rules of access are OpenStreetMap's (wiki: Key:highway, OSM tags for routing/Access
restrictions); speeds are what traffic makes of them in a town, not what a sign allows, and are a
planner's to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DRIVE_KMH: Mapping[str, float] = {
    "motorway": 80.0,
    "motorway_link": 40.0,
    "trunk": 60.0,
    "trunk_link": 35.0,
    "primary": 45.0,
    "primary_link": 30.0,
    "secondary": 40.0,
    "secondary_link": 30.0,
    "tertiary": 30.0,
    "tertiary_link": 25.0,
    "unclassified": 25.0,
    "residential": 20.0,
    "living_street": 10.0,
    "service": 15.0,
    "road": 20.0,
    "ferry": 10.0,
}
"""Kilometres per hour by class; what is not here is not driven on."""

NO_WALK = frozenset({"motorway", "motorway_link", "trunk_link", "construction", "proposed"})
"""Classes nobody walks along, unless their ``foot`` says so."""

WALK_SHARE: Mapping[str, float] = {"steps": 0.5, "ferry": 2.0}
"""Walking speed on a class as a share of the scenario's; 1 where nothing is said."""

CHINESE: Mapping[str, str] = {
    "高速": "motorway",
    "快速路": "trunk",
    "主干路": "primary",
    "主干道": "primary",
    "国道": "primary",
    "次干路": "secondary",
    "次干道": "secondary",
    "省道": "secondary",
    "支路": "tertiary",
    "县道": "tertiary",
    "乡道": "unclassified",
    "村道": "residential",
    "小区路": "residential",
    "内部道路": "service",
    "人行道": "footway",
    "步行街": "pedestrian",
    "台阶": "steps",
    "轮渡": "ferry",
}
"""Words of Chinese road layers, matched anywhere in the text."""


@dataclass(frozen=True)
class RoadParams:
    """
    How roads are used.

    Parameters
    ----------
    drive_kmh
        By class, km per hour.
    walk_share
        By class, share of the walking speed.
    snap_metres
        Distance from a road beyond which a place is listed as far off.
    leg_kmh
        Speed of a car between a place and the road, km per hour.
    """

    drive_kmh: Mapping[str, float] = field(default_factory=lambda: dict(DRIVE_KMH))
    walk_share: Mapping[str, float] = field(default_factory=lambda: dict(WALK_SHARE))
    snap_metres: float = 300.0
    leg_kmh: float = 10.0


@dataclass(frozen=True, eq=False)
class Uses:
    """
    Who may use each road, and how fast.

    Parameters
    ----------
    walk
        (m,) share of the walking speed; 0 where nobody walks.
    ahead, back
        (m,) km per hour by car along the line's direction and against it; 0 where not allowed.
    """

    walk: NDArray[np.float64]
    ahead: NDArray[np.float64]
    back: NDArray[np.float64]


def class_of(text: object) -> str:
    """Read the class of a road from OpenStreetMap's word or a Chinese one; ``road`` if unknown."""
    word = str(text).strip().lower() if isinstance(text, str) else ""
    if not word:
        return "road"
    found = next((code for sign, code in CHINESE.items() if sign in word), "")
    return found or word


def uses_of(roads: pd.DataFrame, params: RoadParams | None = None) -> Uses:
    """
    Read who may use each road.

    Parameters
    ----------
    roads
        ``class``; optional ``oneway`` (yes, -1, no), ``foot``, ``access``, ``motor_vehicle``,
        ``junction``, ``speed_kmh``, as OpenStreetMap's keys mean them.
    params
        Speeds.

    Returns
    -------
    Uses
    """
    params = params or RoadParams()
    count = len(roads)

    def column(name: str) -> NDArray[np.object_]:
        if name not in roads:
            return np.array([""] * count, dtype=object)
        texts = roads[name].astype(object).where(roads[name].notna(), "")
        return np.array([str(text).strip().lower() for text in texts], dtype=object)

    classes = np.array([class_of(text) for text in roads["class"]], dtype=object)
    foot, access, motor = column("foot"), column("access"), column("motor_vehicle")
    closed = np.isin(access, ("no", "private"))
    walked = ~np.isin(classes, list(NO_WALK)) & ~closed & ~np.isin(foot, ("no", "private"))
    walked |= np.isin(foot, ("yes", "designated", "permissive"))
    share = np.array([params.walk_share.get(name, 1.0) for name in classes])
    kmh = np.array([params.drive_kmh.get(name, 0.0) for name in classes])
    if "speed_kmh" in roads:
        own = pd.to_numeric(roads["speed_kmh"], errors="coerce").to_numpy(dtype=float)
        kmh = np.where((kmh > 0) & (own > 0), own, kmh)
    driven = (kmh > 0) & ~closed & ~np.isin(motor, ("no", "private"))
    oneway, junction = column("oneway"), column("junction")
    only_ahead = np.isin(oneway, ("yes", "1", "true", "f", "ft", "是"))
    only_ahead |= (junction == "roundabout") & (oneway != "no")
    only_ahead |= np.isin(classes, ("motorway", "motorway_link")) & (oneway != "no")
    only_back = np.isin(oneway, ("-1", "reverse", "t", "tf"))
    only_ahead &= ~only_back
    return Uses(
        walk=np.where(walked, share, 0.0),
        ahead=np.where(driven & ~only_back, kmh, 0.0),
        back=np.where(driven & ~only_ahead, kmh, 0.0),
    )
