"""Areas as matplotlib draws them."""

from __future__ import annotations

from typing import Any

import shapely
from matplotlib.path import Path


def outline(shape: Any) -> Path | None:  # noqa: ANN401  # any area
    """
    Turn an area into a path.

    Parameters
    ----------
    shape
        Polygon, multi-polygon or a collection with some.

    Returns
    -------
    path
        Holes stay open because rings turn opposite ways; None where there is no area.
    """
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and not part.is_empty
        for ring in _rings(shapely.orient_polygons(part))
    ]
    return Path.make_compound_path(*rings) if rings else None


def _rings(polygon: shapely.Polygon) -> list[Path]:
    return [
        Path(shapely.get_coordinates(ring), closed=True)
        for ring in (polygon.exterior, *polygon.interiors)
    ]
