"""Boundaries that follow what people see: how much of each runs along a great road or a barrier."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse

from gridplan.district.district import District
from gridplan.travel.ways import class_of

GREAT = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
"""Classes of roads that a boundary may follow; the small ones run along every unit."""


def priced_borders(district: District, share: float) -> sparse.csr_array:
    """
    Give the boundaries between units with what runs along roads and barriers made cheaper.

    Parameters
    ----------
    district
        Its units, ``roads`` of the classes of :data:`GREAT`, and ``barriers``.
    share
        Of a metre that runs along one of them, so much costs nothing; 0 changes nothing.

    Returns
    -------
    borders
        ``(n, n)``, symmetric, metres: ``district.adjacency`` with the same entries, none of them 0.

    Notes
    -----
    A boundary runs along a line as far as the line, within half the width of a usual unit of it,
    goes in its direction: what crosses at right angles counts for nothing.
    """
    whole = sparse.csr_array(district.adjacency)
    lines = _lines(district)
    if share <= 0 or not len(lines):
        return whole
    upper = sparse.coo_array(sparse.triu(whole, k=1))
    shapes = district.units.geometry.to_numpy()
    borders = shapely.intersection(shapes[upper.row], shapes[upper.col])
    reach = 0.5 * float(np.sqrt(np.median(shapely.area(shapes))))
    part = followed_part(borders, lines, reach)
    cheaper = upper.data * np.maximum(1.0 - share * part, 1e-3)
    table = sparse.coo_array((cheaper, (upper.row, upper.col)), shape=whole.shape)
    both = sparse.csr_array(table + table.T)
    both.sort_indices()
    return both


def _lines(district: District) -> NDArray[np.object_]:
    roads = district.roads
    great = roads[[class_of(text) in GREAT for text in roads["class"]]] if len(roads) else roads
    parts = [frame.geometry for frame in (great, district.barriers) if len(frame)]
    if not parts:
        return np.zeros(0, dtype=object)
    exploded = gpd.GeoSeries(pd.concat(parts, ignore_index=True)).explode(ignore_index=True)
    return np.asarray(exploded.to_numpy(), dtype=object)


def followed_part(
    borders: NDArray[np.object_], lines: NDArray[np.object_], reach: float
) -> NDArray[np.float64]:
    """
    Measure which part of each border runs along some line.

    Parameters
    ----------
    borders
        ``(k,)`` geometries; what is no line counts for nothing.
    lines
        ``(m,)`` roads and barriers.
    reach
        Metres from a border within which a line counts.

    Returns
    -------
    part
        ``(k,)`` from 0 to 1.
    """
    ends, whose = _segments(borders)
    part = np.zeros(len(borders))
    if not len(ends):
        return part
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    direction = (ends[:, 1] - ends[:, 0]) / np.maximum(length, 1e-9)[:, None]
    zones = shapely.buffer(shapely.linestrings(ends), reach, cap_style="flat")
    zone, line = shapely.STRtree(lines).query(zones, predicate="intersects")
    inside, of_zone = _segments(shapely.intersection(zones[zone], lines[line]))
    step = inside[:, 1] - inside[:, 0]
    along = np.abs((step * direction[zone[of_zone]]).sum(axis=1))
    covered = np.bincount(zone[of_zone], weights=along, minlength=len(ends))
    followed = np.bincount(whose, weights=np.minimum(covered, length), minlength=len(borders))
    total = np.bincount(whose, weights=length, minlength=len(borders))
    return np.asarray(followed / np.maximum(total, 1e-9))


def _segments(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Take lines apart into straight pieces: ends (s, 2, 2), and of which shape each is."""
    parts, whose = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    whose = whose[inner]
    straight = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    parts, whose = parts[straight], whose[straight]
    points, owner = shapely.get_coordinates(parts, return_index=True)
    joined = owner[1:] == owner[:-1]
    ends = np.stack([points[:-1][joined], points[1:][joined]], axis=1)
    return ends, whose[owner[:-1][joined]].astype(np.int64)
