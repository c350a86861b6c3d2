"""The boundary of an area piece by piece: on which side each lies, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridplan.outputs.words.names import is_missing

if TYPE_CHECKING:
    import geopandas as gpd

    from gridplan.district.district import District

SIDES = ("east", "south", "west", "north")
"""In the order in which a Chinese notice names them: 东至、南至、西至、北至."""

INSIDE = "inside"
"""Of what an area leaves out in its middle."""

STEP = 100.0
"""Metres of boundary looked at together."""

ALONG = 40.0
"""Metres from a road or river within which a boundary runs along it."""

LEAST = 0.15
"""Share of a side that runs along a road or river for it to be named."""


@dataclass(frozen=True, order=True)
class Feature:
    """
    What an area ends at.

    Parameters
    ----------
    kind
        ``road`` or ``barrier`` (a named river, railway, expressway) it runs along; ``community``,
        ``subdistrict`` or ``area`` (another area of the same plan) that lies beyond; ``outline``,
        the district's own.
    name
        As the layer gives it; empty for the outline.
    """

    kind: str
    name: str


@dataclass(frozen=True)
class Pieces:
    """
    The boundary of one area in pieces of at most :data:`STEP` metres.

    Parameters
    ----------
    middle
        ``(n, 2)`` metres.
    metres
        ``(n,)`` length.
    side
        ``(n,)`` one of :data:`SIDES` or :data:`INSIDE`.
    beyond
        ``(n,)`` position of the unit on the other side; -1 where the district ends.
    """

    middle: NDArray[np.float64]
    metres: NDArray[np.float64]
    side: NDArray[np.str_]
    beyond: NDArray[np.int64]


class Ground:
    """What boundaries are compared with: units, named roads, named rivers and railways."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._units = STRtree(np.asarray(district.units.geometry.array))
        self._lines = {
            "barrier": _named(district.barriers),
            "road": _named(district.roads),
        }

    def pieces(self, shape: Any) -> Pieces:  # noqa: ANN401  # an area
        """Take the boundary of an area apart."""
        found = [_ring(ring, inner) for ring, inner in _rings(shape)]
        middle, outward, metres, inner = (np.concatenate(part) for part in zip(*found, strict=True))
        reach = self.district.snap_metres + 1.0
        beyond = self._at(middle + reach * outward)
        side = np.where(inner, INSIDE, _sides(middle, shapely.bounds(shape)))
        return Pieces(middle, metres, side, beyond)

    def along(self, middle: NDArray[np.float64], kind: str) -> list[str]:
        """Name the road or barrier that each point lies on; empty where it lies on none."""
        names, tree = self._lines[kind]
        told = [""] * len(middle)
        if tree is None:
            return told
        points = shapely.points(middle)
        pairs = tree.query_nearest(points, max_distance=ALONG, all_matches=False)
        for at, line in pairs.T:
            told[at] = names[line]
        return told

    def _at(self, places: NDArray[np.float64]) -> NDArray[np.int64]:
        """Find the unit at each place; -1 where there is none."""
        found = np.full(len(places), -1, dtype=np.int64)
        point, unit = self._units.query(shapely.points(places), predicate="intersects")
        found[point] = unit
        return found


def _named(lines: gpd.GeoDataFrame) -> tuple[list[str], STRtree | None]:
    if not len(lines) or "name" not in lines:
        return [], None
    some = lines[[not is_missing(name) and bool(str(name).strip()) for name in lines["name"]]]
    if not len(some):
        return [], None
    return [str(name).strip() for name in some["name"]], STRtree(np.asarray(some.geometry.array))


def _rings(shape: Any) -> list[tuple[Any, bool]]:  # noqa: ANN401
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    turned = [shapely.orient_polygons(part) for part in parts]
    outer = [(part.exterior, False) for part in turned]
    return outer + [(ring, True) for part in turned for ring in part.interiors]


def _ring(ring: Any, inner: bool) -> tuple[np.ndarray, ...]:  # noqa: ANN401
    """Cut a ring; outer ones turn left, inner ones right: outward is always on the right."""
    corners = shapely.get_coordinates(shapely.segmentize(ring, STEP))
    step = np.diff(corners, axis=0)
    metres = np.hypot(step[:, 0], step[:, 1])
    kept = metres > 0
    step, metres = step[kept], metres[kept]
    middle = (corners[:-1] + corners[1:])[kept] / 2
    outward = np.column_stack([step[:, 1], -step[:, 0]]) / metres[:, None]
    return middle, outward, metres, np.full(len(metres), inner)


def _sides(middle: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Tell the side by the bearing from the middle of the area's box, stretched to a square."""
    west, south, east, north = bounds
    across = (middle[:, 0] - (west + east) / 2) / max(east - west, 1e-9)
    up = (middle[:, 1] - (south + north) / 2) / max(north - south, 1e-9)
    flat = np.abs(across) >= np.abs(up)
    return np.where(
        flat, np.where(across >= 0, "east", "west"), np.where(up >= 0, "north", "south")
    )


def parents(district: District, level: str) -> NDArray[np.object_]:
    """Give the community or street of each unit; None where it has none."""
    values = district.units[level] if level in district.units else [None] * len(district.units)
    return np.array([None if is_missing(v) else str(v) for v in values], dtype=object)
