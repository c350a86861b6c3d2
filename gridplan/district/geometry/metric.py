"""In which system a district is measured: metres on the plane that are metres on the ground.

Metres in its name do not make a system metric: web Mercator (EPSG:3857), world Mercator or an
equidistant cylindrical projection are in metres, and a kilometre in Shenzhen is 1,084 of them.
:func:`stretch` compares lengths on the plane with geodesics over the district's own extent, so
that no list of unsuitable systems is needed.

References
----------
Metric zones: EPSG:4534 to 4554, CGCS2000 / 3-degree Gauss-Kruger CM 75E to 135E (GB/T 18522).
"""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike
from pyproj import CRS, Geod, Transformer

from gridplan.district.geometry.crs import WGS84, name_of
from gridplan.errors import InputError, Problem

STRETCH = 0.005
"""Largest share by which a length on the plane may differ from the one on the ground."""

_STEP = 100.0
"""Metres of the short lines that are compared."""

_GROUND = Geod(ellps="WGS84")


def is_metric(crs: CRS) -> bool:
    """Say whether coordinates in this CRS are counted in metres on a plane."""
    return bool(crs.is_projected and all(a.unit_conversion_factor == 1.0 for a in crs.axis_info))


def stretch(bounds: ArrayLike, crs: CRS) -> float:
    """
    Measure how far lengths on the plane are from those on the ground.

    Lines of 100 m in four directions at nine places of the extent are compared with geodesics on
    the WGS-84 ellipsoid.

    Parameters
    ----------
    bounds
        minx, miny, maxx, maxy, in the CRS.
    crs
        Projected, in metres.

    Returns
    -------
    share
        Largest deviation of plane over ground from 1: 0.08 where a plane kilometre is 926 m. Nan
        where the CRS gives the extent no place on the globe.
    """
    west, south, east, north = (float(value) for value in np.asarray(bounds, dtype=float))
    x, y = (
        axis.ravel()
        for axis in np.meshgrid(np.linspace(west, east, 3), np.linspace(south, north, 3))
    )
    globe = _to_globe(crs)
    lon, lat = globe.transform(x, y)
    if not np.isfinite([lon, lat]).all():
        return float("nan")
    shares = []
    for turn in np.radians([0.0, 45.0, 90.0, 135.0]):
        there = globe.transform(x + _STEP * np.cos(turn), y + _STEP * np.sin(turn))
        ground = np.asarray(_GROUND.inv(lon, lat, *there)[2], dtype=float)
        shares.append(np.abs(_STEP / np.maximum(ground, 1e-9) - 1.0).max())
    return float(max(shares))


@lru_cache(maxsize=64)
def _to_globe(crs: CRS) -> Transformer:
    """Find the way to longitude and latitude once: every district asks, whenever it is made."""
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def choose_metric(geometry: gpd.GeoSeries) -> CRS:
    """
    Choose the metric CRS of a district from its units.

    Parameters
    ----------
    geometry
        Units in their declared CRS, displacement already taken away.

    Returns
    -------
    crs
        The units' own if projected in metres that are true here (:data:`STRETCH`); else, in China,
        the 3-degree CGCS2000 Gauss-Kruger zone of their middle longitude (EPSG:4534 to 4554);
        else the UTM zone.
    """
    own = CRS(geometry.crs)
    if is_metric(own) and not stretch(geometry.total_bounds, own) > STRETCH:
        return own
    west, south, east, north = geometry.to_crs(WGS84).total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if 73.5 <= lon <= 135.1 and 3.4 <= lat <= 53.6:
        return CRS.from_epsg(4534 + min(max(round(lon / 3) - 25, 0), 20))
    return CRS(geometry.estimate_utm_crs())


def stretched(geometry: gpd.GeoSeries, metric: CRS) -> list[Problem]:
    """
    Tell that units were drawn in metres that are none on the ground.

    Parameters
    ----------
    geometry
        Units in their declared CRS.
    metric
        As :func:`choose_metric` chose.

    Returns
    -------
    notes
        One ``crs-stretched``, or none.
    """
    own = CRS(geometry.crs)
    if not is_metric(own) or own == metric:
        return []
    percent = f"{100 * stretch(geometry.total_bounds, own):.1f}"
    values = {"layer": "units", "crs": name_of(own), "percent": percent, "metric": name_of(metric)}
    return [Problem("crs-stretched", values)]


def require_metric(geometry: gpd.GeoSeries, *, layer: str) -> None:
    """
    Refuse a layer in whose CRS no area or length may be computed.

    Raises
    ------
    InputError
        ``no-crs``, ``not-metric`` or ``not-true-metres``.
    """
    if geometry.crs is None:
        raise InputError([Problem("no-crs", {"layer": layer, "file": ""})])
    crs = CRS(geometry.crs)
    values = {"layer": layer, "crs": name_of(crs)}
    if not is_metric(crs):
        raise InputError([Problem("not-metric", values)])
    if len(geometry) and (share := stretch(geometry.total_bounds, crs)) > STRETCH:
        values["percent"] = f"{100 * share:.1f}"
        raise InputError([Problem("not-true-metres", values)])
