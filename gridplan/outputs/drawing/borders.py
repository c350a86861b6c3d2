"""Borders of the streets as lines: each once, and none beside the district's own outline."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridplan.district.geometry.whole import whole_of
from gridplan.outputs.drawing.cells import lattice_size

_STEPS = 1.5
"""Sides of a cell within which a street's border and the stepped outline of cells say the same."""

_ALIKE = 0.1
"""The same for units that lie on no lattice, as a share of their usual width."""

_FOLLOWED = 0.5
"""Share of the streets' outer border that the outline follows, for it to stand for that border."""

_BARE = 4.0
"""Sides, in that distance, of the smallest square without units whose border is worth a line."""


def street_borders(streets: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> Any:  # noqa: ANN401  # lines
    """
    Give the borders of streets as they are drawn over units.

    Cells end in steps where a street ends in a curve, so that both drawn side by side look like
    a slip of the pen. Between two streets the border is drawn as far as the units reach. Along the
    edge of the district it is left out wherever the outline of the units runs beside it, and drawn
    where nobody lives up to it. Units scattered over their streets have no outline that could stand
    for a border: there every border is drawn whole.

    Parameters
    ----------
    streets
        Polygons in a metric CRS.
    units
        Of the same district, in the same CRS.

    Returns
    -------
    lines
        A MultiLineString in that CRS; a border of two streets is in it once.
    """
    shapes = np.asarray(streets.geometry.array)
    if not len(shapes):
        return shapely.MultiLineString()
    whole = whole_of(shapes)
    lines = shapely.union_all(shapely.boundary(shapes))
    outer = shapely.boundary(whole)
    if not len(units):
        return _merged(lines)
    area, reach = _filled(whole_of(units.geometry.array)), _reach(units)
    beside = shapely.buffer(shapely.boundary(area), reach, quad_segs=2)
    followed = shapely.intersection(outer, beside).length
    if followed < _FOLLOWED * outer.length:
        return _merged(lines)
    bare = shapely.get_parts(shapely.difference(whole, shapely.buffer(area, reach, quad_segs=2)))
    bare = shapely.union_all(bare[shapely.area(bare) >= (_BARE * reach) ** 2])
    edge = shapely.intersection(shapely.difference(outer, beside), shapely.buffer(bare, 1.0))
    between = shapely.difference(lines, shapely.buffer(outer, 0.5))
    overhang = shapely.difference(shapely.buffer(area, reach, quad_segs=2), area)
    return _merged(shapely.union(edge, shapely.difference(between, overhang)))


def _filled(area: Any) -> Any:  # noqa: ANN401  # an area
    """Fill the holes: a border goes on where nobody lives in the middle of a district."""
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return shapely.union_all([shapely.Polygon(part.exterior) for part in parts])


def _reach(units: gpd.GeoDataFrame) -> float:
    size = lattice_size(units)
    if size is not None:
        return _STEPS * max(size)
    return _ALIKE * float(np.sqrt(np.median(units.geometry.area)))


def _merged(lines: Any) -> Any:  # noqa: ANN401  # lines
    """Put pieces that go on in each other together, so that dashes are not begun anew."""
    parts = [
        part for part in shapely.get_parts(lines) if part.geom_type == "LineString" and part.length
    ]
    merged = shapely.line_merge(shapely.MultiLineString(parts))
    return shapely.MultiLineString([merged]) if merged.geom_type == "LineString" else merged
