"""GeoTIFF -> residents of cells or weights of cells, by the share of each pixel a cell covers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.raster import RasterioRasterSource
from numpy.typing import NDArray
from pyproj import CRS, Geod
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.io import MemoryFile
from rasterio.windows import Window

from gridplan.district.geometry.crs import (
    check_extent,
    parse_crs,
    to_metric,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from gridplan.district.sources.container import Container
from gridplan.district.sources.source import refuse
from gridplan.errors import InputError, Problem

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

MOST_PIXELS = 400_000_000
MOST_BLOCK = 256 << 20
"""Bytes of a tile or strip: GDAL unpacks it whole, however little of it is asked for."""
READINGS = ("count", "density")
"""A pixel holds residents, or residents per square kilometre."""


@dataclass(frozen=True, eq=False)
class Raster:
    """
    A population raster, looked at.

    Parameters
    ----------
    path, name
        Of the file.
    crs
        WKT or code; empty if it carries none.
    bounds
        west, south, east, north in its CRS.
    count_sum, density_sum
        Residents if a pixel holds persons, and if it holds persons per km2.
    pixel_square_km
        Of a pixel in the middle.
    said
        What its tags, band name or file name say: ``count``, ``density`` or empty.
    sha256
        Of the file.
    raw
        Its bytes, where it came out of an archive; else it is read in place.
    """

    path: Path
    name: str
    crs: str
    bounds: tuple[float, float, float, float]
    count_sum: float
    density_sum: float
    pixel_square_km: float
    said: str
    sha256: str
    raw: bytes = b""


@contextmanager
def _data(path: Path, raw: bytes) -> Iterator[rasterio.DatasetReader]:
    """Open a GeoTIFF as nothing else, in place or from its bytes."""
    # rasterio warns of its own dependencies
    with warnings.catch_warnings(action="ignore"):
        if not raw:
            with rasterio.open(path, driver="GTiff") as data:
                yield data
            return
        with MemoryFile(raw) as file, file.open(driver="GTiff") as data:
            yield data


def look_at_raster(container: Container, declared: str = "") -> Raster:
    """
    Sum a raster either way it may be meant.

    Parameters
    ----------
    container
        Of kind ``raster``.
    declared
        CRS that the planner declared; it wins over the one the file carries. ``gcj02`` and
        ``bd09`` are understood.

    Raises
    ------
    InputError
        ``intake-broken``, ``intake-raster-large``, ``intake-raster-bands``,
        ``intake-raster-block``, ``intake-raster-empty``, ``intake-raster-negative``,
        ``unknown-crs``, or what
        :func:`gridplan.district.geometry.crs.check_extent` finds.
    """
    try:
        with _data(container.path, container.raw) as data:
            return _looked(container, data, declared)
    except InputError:
        raise
    except (RasterioError, RasterioIOError, ValueError, OSError) as error:
        raise refuse(container.name, "intake-broken", reason=str(error)[:200]) from None


def _looked(container: Container, data: rasterio.DatasetReader, declared: str) -> Raster:
    if data.width * data.height > MOST_PIXELS:
        raise refuse(container.name, "intake-raster-large", pixels=f"{data.width * data.height:,}")
    high, wide = data.block_shapes[0]
    if high * wide * np.dtype(data.dtypes[0]).itemsize > MOST_BLOCK:
        raise refuse(container.name, "intake-raster-block", pixels=f"{high * wide:,}")
    if data.count != 1:
        raise refuse(container.name, "intake-raster-bands", count=data.count)
    if data.dtypes[0].startswith("complex") or data.transform.is_rectilinear is False:
        raise refuse(container.name, "intake-broken", reason=data.dtypes[0])
    crs = declared or ("" if data.crs is None else data.crs.to_wkt())
    known = parse_crs(crs, layer=container.name) if crs else None
    odd = check_extent(data.bounds, known, layer=container.name) if known else []
    if odd:
        raise InputError(odd)
    area = _pixel_areas(data, known)
    count_sum = density_sum = 0.0
    lowest = np.inf
    for window in _windows(data):
        block = data.read(1, window=window, masked=True).astype(float)
        values = np.ma.filled(block, np.nan)
        values[~np.isfinite(values)] = np.nan
        if np.isfinite(values).any():
            lowest = min(lowest, float(np.nanmin(values)))
        rows = slice(int(window.row_off), int(window.row_off + window.height))
        count_sum += float(np.nansum(values))
        density_sum += float(np.nansum(values * area[rows, None]))
    if lowest < 0:
        raise refuse(container.name, "intake-raster-negative", value=f"{lowest:g}")
    if count_sum <= 0:
        raise refuse(container.name, "intake-raster-empty")
    return Raster(
        container.path,
        container.name,
        crs,
        tuple(data.bounds),
        count_sum,
        density_sum,
        float(area[len(area) // 2]),
        _said(container.name, data),
        container.sha256,
        container.raw,
    )


def _windows(data: rasterio.DatasetReader) -> Iterator[Window]:
    """Part a raster into windows of four million pixels or one row, whatever its blocks are."""
    rows = max(1, 4_000_000 // max(data.width, 1))
    for top in range(0, data.height, rows):
        yield Window(0, top, data.width, min(rows, data.height - top))


def _pixel_areas(data: rasterio.DatasetReader, crs: CRS | None) -> Floats:
    """Square kilometres of a pixel in every row."""
    wide, high = abs(data.transform.a), abs(data.transform.e)
    if crs is None or crs.is_projected:
        unit = 1.0 if crs is None else float(crs.axis_info[0].unit_conversion_factor)
        return np.full(data.height, wide * high * unit**2 / 1e6)
    geod = Geod(ellps="WGS84")
    top = data.transform.f + data.transform.e * np.arange(data.height + 1)
    edges = np.clip(top, -90, 90)
    areas = []
    for north, south in pairwise(edges):
        ring = ([0, wide, wide, 0], [south, south, north, north])
        areas.append(abs(geod.polygon_area_perimeter(*ring)[0]) / 1e6)
    return np.array(areas)


def _said(name: str, data: rasterio.DatasetReader) -> str:
    texts = [name, *(str(d) for d in data.descriptions if d), *(str(u) for u in data.units if u)]
    texts += [f"{key} {value}" for key, value in (data.tags() | data.tags(1)).items()]
    together = " ".join(texts).lower()
    density = ("density", "密度", "ppkm", "per km", "/km", "per sq", "人/平方")
    count = ("count", "ppp", "persons per pixel", "people per pixel", "people per cell", "人口数")
    if any(word in together for word in density):
        return "density"
    return "count" if any(word in together for word in count) else ""


def raster_sums(raster: Raster, squares: Shapes, crs: CRS, *, reading: str) -> Floats:
    """
    Sum a raster over shapes, partial pixels by their share.

    Parameters
    ----------
    raster
        As looked at.
    squares
        (n,) polygons in ``crs``.
    crs
        Of the polygons; they are brought to the raster's.
    reading
        ``count`` or ``density``.

    Returns
    -------
    sums
        (n,) persons; 0 where the raster has no data.
    """
    there = _into(squares, crs, raster)
    frame = gpd.GeoDataFrame({"n": np.arange(len(squares))}, geometry=there)
    ground = shapely.area(squares) / 1e6
    with _data(raster.path, raster.raw) as data:
        source = RasterioRasterSource(data)
        ops = "sum" if reading == "count" else ["mean", "count"]
        found = exact_extract(source, frame, ops, include_cols="n", output="pandas")
        pixel = abs(data.transform.a * data.transform.e)
    found = found.sort_values("n")
    if reading == "count":
        return np.maximum(np.nan_to_num(found["sum"].to_numpy(dtype=float)), 0.0)
    # Persons per km2 over the part of the shape that has data.
    share = (
        found["count"].to_numpy(dtype=float)
        * pixel
        / np.maximum(shapely.area(frame.geometry.to_numpy()), 1e-30)
    )
    mean = np.nan_to_num(found["mean"].to_numpy(dtype=float))
    return np.maximum(mean * np.clip(share, 0, 1) * ground, 0.0)


def _into(shapes: Shapes, crs: CRS, raster: Raster) -> gpd.GeoSeries:
    """Bring shapes to where a raster has them, displaced as its map is."""
    own = parse_crs(raster.crs, layer=raster.name)
    straight = gpd.GeoSeries(shapes, crs=crs).to_crs(own)
    shift = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}.get(raster.crs.lower())
    if shift is None:
        return straight
    moved = shapely.transform(
        straight.to_numpy(), lambda xy: np.column_stack(shift(xy[:, 0], xy[:, 1]))
    )
    return gpd.GeoSeries(moved, crs=own)


def extent_of(raster: Raster, crs: CRS) -> shapely.Geometry:
    """Draw the outline of a raster in another CRS, bent as the one bends in the other."""
    west, south, east, north = raster.bounds
    frame = shapely.segmentize(shapely.box(west, south, east, north), (east - west) / 50)
    own = parse_crs(raster.crs, layer=raster.name)
    return to_metric(gpd.GeoSeries([frame], crs=own), raster.crs, crs).iloc[0]


def reading_question(raster: Raster, known: float | None) -> tuple[str, float, Problem]:
    """
    Propose whether a raster holds counts or densities.

    Parameters
    ----------
    raster
        As looked at.
    known
        Residents the district is known to have; None if nothing says so.

    Returns
    -------
    proposal, confidence, told
        The sentence gives both sums.
    """
    values = {
        "file": raster.name,
        "count_sum": f"{raster.count_sum:,.0f}",
        "density_sum": f"{raster.density_sum:,.0f}",
        "pixel": f"{raster.pixel_square_km:.4g}",
    }
    told = Problem("intake-count-or-density", values)
    if known:
        off = {
            "count": abs(raster.count_sum / known - 1),
            "density": abs(raster.density_sum / known - 1),
        }
        best = min(off, key=lambda name: off[name])
        if off[best] < 0.3 and off[best] < 0.5 * max(off.values()):
            return best, 0.95, told
    return (raster.said, 0.85, told) if raster.said else ("", 0.0, told)
