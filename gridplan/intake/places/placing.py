"""Where the rows of a source lie: its CRS declared, carried, or proposed from the numbers.

A layer without a declared CRS is tried in every CRS that planners' files come in; the ones that
make it fall onto the other layers are proposed, with how much of it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from gridplan.district.geometry.crs import SHIFTED, WGS84, parse_crs, unshift
from gridplan.district.geometry.metric import choose_metric

Floats = NDArray[np.float64]

CHINA = (72.0, 3.0, 136.0, 54.0)


@dataclass(frozen=True)
class Fit:
    """
    One CRS a layer may be in.

    Parameters
    ----------
    crs
        As it would be declared.
    share
        Of its points that fall onto the reference.
    """

    crs: str
    share: float


def in_wgs84(shapes: NDArray[np.object_], declared: str, *, layer: str) -> NDArray[np.object_]:
    """
    Bring shapes of a declared CRS to WGS-84, displacements taken away.

    Raises
    ------
    InputError
        ``unknown-crs``.
    """
    crs = parse_crs(declared, layer=layer)
    series = gpd.GeoSeries(shapes, crs=crs)
    straight = unshift(series, declared)
    return np.asarray(straight.to_crs(WGS84).to_numpy(), dtype=object)


def looks_like_degrees(x: Floats, y: Floats) -> bool:
    """Say whether numbers can be longitudes and latitudes."""
    return bool(np.abs(x).max() <= 180 and np.abs(y).max() <= 90)


def possible_crs(x: Floats, y: Floats) -> list[str]:
    """
    List the CRS coordinates of this size can be in.

    Degrees; CGCS2000 Gauss-Kruger in 3- and 6-degree zones, with the zone number before the
    easting and without it; UTM; Web Mercator.
    """
    if looks_like_degrees(x, y):
        return ["EPSG:4326", "gcj02", "bd09"]
    east, north = float(np.median(x)), float(np.median(y))
    found = []
    if 24_000_000 < east < 46_000_000:  # 3-degree zone 25 to 45 before the easting
        found.append(f"EPSG:{4513 + int(east // 1_000_000) - 25}")
    if 13_000_000 < east < 24_000_000:  # 6-degree zone 13 to 23
        found.append(f"EPSG:{4491 + int(east // 1_000_000) - 13}")
    if 0 < east < 1_000_000 and 0 < north < 6_500_000:
        found += [f"EPSG:{4534 + n}" for n in range(21)]
        found += [f"EPSG:{4502 + n}" for n in range(11)]
        found += [f"EPSG:{32643 + n}" for n in range(11)]
    if abs(east) < 20_037_509 and abs(north) < 20_048_967:
        found.append("EPSG:3857")
    return found


def fits(x: Floats, y: Floats, reference: shapely.Geometry | None) -> list[Fit]:
    """
    Rank the CRS that put points onto a reference.

    Parameters
    ----------
    x, y
        As the file has them.
    reference
        In WGS-84: the hull of layers whose CRS is known; None if there is none.

    Returns
    -------
    fits
        Best first. Without a reference the share is 1 for the only possibility, else 0.
    """
    some = np.linspace(0, len(x) - 1, min(len(x), 500)).astype(int)
    options = possible_crs(x[some], y[some])
    if reference is None:
        only = len(options) == 1
        return [Fit(name, 1.0 if only else 0.0) for name in options]
    near = shapely.buffer(reference, 0.02)
    shapely.prepare(near)
    ranked = []
    for name in options:
        lon, lat = to_lonlat(x[some], y[some], name)
        inside = shapely.contains_xy(near, lon, lat) if len(lon) else np.zeros(0, dtype=bool)
        ranked.append(Fit(name, float(np.mean(inside)) if len(inside) else 0.0))
    return sorted(ranked, key=lambda fit: -fit.share)


def to_lonlat(x: Floats, y: Floats, declared: str) -> tuple[Floats, Floats]:
    """Turn coordinates of a declared CRS into WGS-84 degrees; NaN where PROJ has no place."""
    if declared.lower() in SHIFTED:
        moved = unshift(gpd.GeoSeries(gpd.points_from_xy(x, y), crs=WGS84), declared)
        return moved.x.to_numpy(), moved.y.to_numpy()
    try:
        transformer = Transformer.from_crs(CRS.from_user_input(declared), WGS84, always_xy=True)
        lon, lat = transformer.transform(x, y)
    except (CRSError, ProjError):
        return np.full(len(x), np.nan), np.full(len(x), np.nan)
    return np.asarray(lon), np.asarray(lat)


@dataclass(frozen=True)
class Suspicion:
    """
    Evidence that degrees are displaced though nothing says so.

    Parameters
    ----------
    crs
        ``gcj02`` or ``bd09``.
    before, after
        Mean metres of the points to what they should lie on, as declared and if the displacement
        is taken away.
    metres
        Size of the displacement here.
    """

    crs: str
    before: float
    after: float
    metres: float


@dataclass(frozen=True)
class Evidence:
    """
    From when on a better fit is no chance.

    Parameters
    ----------
    points
        Number of them.
    metres, share
        By which the mean distance must fall, and of it.
    """

    points: int
    metres: float
    share: float


ON_AREAS = Evidence(8, 60.0, 0.5)
"""Points that must lie on areas: few of them show it."""
BESIDE_ROADS = Evidence(20, 15.0, 0.5)
"""Points that stand beside roads: near ones there are everywhere in a city."""


def displaced(
    lon: Floats, lat: Floats, known: shapely.Geometry, *, evidence: Evidence = ON_AREAS
) -> Suspicion | None:
    """
    Suspect GCJ-02 or BD-09 where undoing it makes points fit known areas or points better.

    Parameters
    ----------
    lon, lat
        As declared, WGS-84 degrees.
    known
        In WGS-84: what the points must lie on (populated units) or beside (roads).
    evidence
        From when on a better fit counts.

    Returns
    -------
    suspicion
        None outside China, for too few points, or where nothing is gained clearly.
    """
    west, south, east, north = CHINA
    inside = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    if len(lon) < evidence.points or inside.mean() < 0.9:
        return None
    before = _misfit(lon, lat, known)
    best: Suspicion | None = None
    for name in SHIFTED:
        moved = to_lonlat(lon, lat, name)
        after = _misfit(*moved, known)
        metres = float(
            np.median(
                np.hypot(
                    (moved[0] - lon) * 111_320 * np.cos(np.radians(lat)), (moved[1] - lat) * 110_900
                )
            )
        )
        clear = before - after > max(evidence.metres, evidence.share * before)
        if clear and (best is None or after < best.after):
            best = Suspicion(name, before, after, metres)
    return best


def _misfit(lon: Floats, lat: Floats, known: shapely.Geometry) -> float:
    """Mean distance of points to what they should lie on, metres."""
    middle = np.radians(float(np.mean(lat)))
    scale = np.array([111_320.0 * np.cos(middle), 110_900.0])
    flat = shapely.transform(known, lambda xy: xy * scale)
    points = shapely.points(lon * scale[0], lat * scale[1])
    return float(np.mean(shapely.distance(points, flat)))


def metric_for(reference: Sequence[shapely.Geometry]) -> CRS:
    """Choose the metric CRS for shapes in WGS-84: the CGCS2000 zone in China, else UTM."""
    return choose_metric(gpd.GeoSeries(list(reference), crs=WGS84))
