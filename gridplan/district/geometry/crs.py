"""Where a layer lies: its declared CRS, GCJ-02 and BD-09 among them, and guards at the door.

GCJ-02 (Amap, Tencent) and BD-09 (Baidu) have no EPSG code: a frame that holds them lies about
its CRS. They exist only inside :func:`to_metric`, which the reader calls once for each layer.

References
----------
The formulas are public knowledge without a published standard; constants as in eviltransform,
https://github.com/googollee/eviltransform (the Krasovsky ellipsoid; offsets of BD-09).
"""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan.errors import InputError, Problem

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

WGS84 = CRS.from_epsg(4326)
SHIFTED = ("gcj02", "bd09")
"""Declared names that are not CRS: WGS-84 displaced by map providers in China."""

LONGEST = 80
"""Characters of a definition that are shown of a CRS without title and code."""
WEB_MERCATORS = frozenset(
    {
        "EPSG:900913",
        "EPSG:3785",
        "EPSG:102100",
        "EPSG:102113",
        "ESRI:102100",
        "ESRI:102113",
        "GOOGLE:900913",
        "OSGEO:41001",
    }
)
"""Other names of EPSG:3857 that programs have written, most of them unknown to PROJ."""

_AXIS = 6378245.0
_EE = 0.00669342162296594323
_X_PI = np.pi * 3000.0 / 180.0
_BOX = (72.004, 0.8293, 137.8347, 55.8271)


def _displacement(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + 2.0 / 3.0 * (
        wave
        + 20.0 * np.sin(y * np.pi)
        + 40.0 * np.sin(y / 3.0 * np.pi)
        + 160.0 * np.sin(y / 12.0 * np.pi)
        + 320.0 * np.sin(y / 30.0 * np.pi)
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + 2.0 / 3.0 * (
        wave
        + 20.0 * np.sin(x * np.pi)
        + 40.0 * np.sin(x / 3.0 * np.pi)
        + 150.0 * np.sin(x / 12.0 * np.pi)
        + 300.0 * np.sin(x / 30.0 * np.pi)
    )
    radians = lat / 180.0 * np.pi
    magic = 1.0 - _EE * np.sin(radians) ** 2
    north = north * 180.0 / ((_AXIS * (1.0 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    east = east * 180.0 / (_AXIS / np.sqrt(magic) * np.cos(radians) * np.pi)
    inside = (lon >= _BOX[0]) & (lon <= _BOX[2]) & (lat >= _BOX[1]) & (lat <= _BOX[3])
    return np.where(inside, east, 0.0), np.where(inside, north, 0.0)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """
    Displace WGS-84 longitudes and latitudes as Chinese map providers do.

    Parameters
    ----------
    lon, lat
        Degrees, WGS-84. Outside the box of China they come back unchanged (Hong Kong, Macau and
        Taiwan lie in the box though their maps are not displaced).

    Returns
    -------
    lon, lat
        Degrees, GCJ-02.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    east, north = _displacement(lon, lat)
    return lon + east, lat + north


def _invert(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """Undo a displacement by fixed-point steps; five reach 1e-9 m in China."""
    east, north = lon, lat
    for _ in range(6):
        there = forward(east, north)
        east, north = east - (there[0] - lon), north - (there[1] - lat)
    return east, north


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo :func:`wgs84_to_gcj02` to better than a millimetre; degrees in, degrees out."""
    return _invert(wgs84_to_gcj02, np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Displace GCJ-02 once more, as Baidu maps do; degrees in, degrees out."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _X_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Displace WGS-84 as Baidu maps do; degrees in, degrees out."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo both displacements of Baidu maps to better than a millimetre; degrees in and out."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return gcj02_to_wgs84(*_invert(gcj02_to_bd09, lon, lat))


def to_wgs84(lon: ArrayLike, lat: ArrayLike, system: str) -> Pair:
    """
    Undo the displacement of a system of coordinates.

    Parameters
    ----------
    lon, lat
        Degrees.
    system
        ``gcj02`` or ``bd09``; in any other they come back as they are.

    Returns
    -------
    lon, lat
        Degrees, WGS-84.
    """
    if system == "gcj02":
        return gcj02_to_wgs84(lon, lat)
    if system == "bd09":
        return bd09_to_wgs84(lon, lat)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


def parse_crs(declared: str, *, layer: str) -> CRS:
    """
    Turn the CRS a layer declares into one to compute with.

    Parameters
    ----------
    declared
        ``"EPSG:4547"``, ``"gcj02"``, ``"bd09"``, WKT or a PROJ string.
    layer
        Named in the error.

    Returns
    -------
    crs
        WGS-84 for the displaced ones: :func:`to_metric` takes the displacement away.

    Raises
    ------
    InputError
        ``unknown-crs`` if PROJ does not know it.
    """
    if declared.lower() in SHIFTED:
        return WGS84
    code = f"EPSG:{declared}" if declared.isdecimal() else declared.upper()
    if code.removeprefix("URN:OGC:DEF:CRS:").replace("::", ":") in WEB_MERCATORS:
        return CRS.from_epsg(3857)
    try:
        crs = CRS.from_user_input(int(declared) if declared.isdecimal() else declared)
    except (CRSError, ValueError, OverflowError):
        crs = None
    if crs is None or not (crs.is_geographic or crs.is_projected):
        shown = declared if len(declared) <= LONGEST else f"{declared[:LONGEST]}…"
        raise InputError([Problem("unknown-crs", {"layer": layer, "crs": shown})])
    return _by_code(crs)


def _by_code(crs: CRS) -> CRS:
    """Take a CRS that is written out from the registry instead, where it is the very same."""
    authority = crs.to_authority(min_confidence=100)
    if authority is None:
        return crs
    listed = CRS.from_authority(*authority)
    return listed if listed.equals(crs, ignore_axis_order=True) else crs


def check_extent(bounds: ArrayLike, crs: CRS, *, layer: str) -> list[Problem]:
    """
    Compare where coordinates lie with what the declared CRS can mean.

    Parameters
    ----------
    bounds
        minx, miny, maxx, maxy of the layer, in its own coordinates.
    crs
        The declared CRS, as :func:`parse_crs` returns it.
    layer
        Named in the problems.

    Returns
    -------
    problems
        ``degrees-as-metres``, ``metres-as-degrees``, ``swapped-axes`` or ``outside-crs-area``;
        none if the two agree.
    """
    west, south, east, north = (float(value) for value in np.asarray(bounds, dtype=float))

    def problem(code: str) -> list[Problem]:
        box = f"{west:.6g}, {south:.6g}, {east:.6g}, {north:.6g}"
        return [Problem(code, {"layer": layer, "crs": name_of(crs), "bounds": box})]

    small = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    turned = max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180
    if crs.is_geographic:
        if small:
            return []
        return problem("swapped-axes" if turned else "metres-as-degrees")
    if small:
        return problem("degrees-as-metres")
    area = crs.area_of_use
    if area is None:
        return []
    centre = gpd.GeoSeries.from_xy([(west + east) / 2], [(south + north) / 2], crs=crs)
    place = centre.to_crs(WGS84).iloc[0]
    margin = 2.0  # degrees: surveys run a little over the edge of their zone
    inside = (
        not place.is_empty
        and area.west - margin <= place.x <= area.east + margin
        and area.south - margin <= place.y <= area.north + margin
    )
    return [] if inside else problem("outside-crs-area")


def name_of(crs: CRS) -> str:
    """Name a CRS for people: its title and its authority code, never its whole definition."""
    title = "" if crs.name in {"", "unknown", "undefined", "unnamed"} else crs.name
    authority = crs.to_authority(min_confidence=70)
    code = ":".join(authority) if authority else ""
    if title and code:
        return f"{title} ({code})"
    if title or code:
        return title or code
    text = crs.to_string()
    if len(text) <= LONGEST:
        return text
    way = crs.coordinate_operation
    return f"{way.method_name} (PROJ)" if way is not None else f"{text[:LONGEST]}…"


def unshift(geometry: gpd.GeoSeries, declared: str) -> gpd.GeoSeries:
    """
    Take the displacement of GCJ-02 or BD-09 away; anything else comes back as it is.

    Parameters
    ----------
    geometry
        Longitudes and latitudes as the file gives them, degrees.
    declared
        The CRS the layer declares.

    Returns
    -------
    geometry
        WGS-84 if the declared CRS was one of :data:`SHIFTED`.
    """
    name = declared.lower()
    if name not in SHIFTED:
        return geometry
    undo = gcj02_to_wgs84 if name == "gcj02" else bd09_to_wgs84
    moved = shapely.transform(
        geometry.to_numpy(), lambda xy: np.column_stack(undo(xy[:, 0], xy[:, 1]))
    )
    return gpd.GeoSeries(moved, index=geometry.index, crs=WGS84)


def to_metric(geometry: gpd.GeoSeries, declared: str, metric: CRS) -> gpd.GeoSeries:
    """
    Bring one layer into the metric CRS of its district.

    Parameters
    ----------
    geometry
        As the file gives it, its ``crs`` set to what :func:`parse_crs` returns.
    declared
        The CRS the layer declares, ``gcj02`` and ``bd09`` included.
    metric
        As :func:`gridplan.district.geometry.metric.choose_metric` returns it.

    Returns
    -------
    geometry
        Same index, metres.
    """
    straight = unshift(geometry, declared)
    return straight if CRS(straight.crs) == metric else straight.to_crs(metric)


def from_wgs84(lon: float, lat: float, declared: str, *, layer: str) -> tuple[float, float]:
    """
    Say where a place lies as a layer says it.

    Parameters
    ----------
    lon, lat
        WGS-84, degrees.
    declared
        The CRS the layer declares, ``gcj02`` and ``bd09`` included.
    layer
        Named in the error.

    Returns
    -------
    east, north
        In that CRS; longitude first where it has any.

    Raises
    ------
    InputError
        ``unknown-crs`` if PROJ does not know it.
    """
    if declared.lower() in SHIFTED:
        shift = wgs84_to_gcj02 if declared.lower() == "gcj02" else wgs84_to_bd09
        east, north = shift(lon, lat)
        return float(east), float(north)
    place = gpd.GeoSeries.from_xy([lon], [lat], crs=WGS84)
    point = place.to_crs(parse_crs(declared, layer=layer)).iloc[0]
    return float(point.x), float(point.y)
