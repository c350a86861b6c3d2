"""Areas, lines, symbols and names on a map; every text in them is shown, none is read as code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from folium.map import Layer
from folium.template import Template

from gridplan.outputs.style.degrees import rounded_shapes
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.safe import colour, inert, js_json

Lines = Sequence[tuple[str, str | None]]


class ShapeLayer(Layer):
    """
    A layer of shapes made by :func:`area`, :func:`line`, :func:`symbol` and :func:`name`.

    Parameters
    ----------
    shapes
        In drawing order.
    name
        For the layer control.
    show
        Whether it is seen at first.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = gridplan.shapes({{ this.shapes }});"
        "{% endmacro %}"
    )

    def __init__(self, shapes: Iterable[dict[str, Any]], *, name: str, show: bool = True) -> None:
        super().__init__(name=inert(name), overlay=True, control=True, show=show)
        self._name = "ShapeLayer"
        self.shapes = js_json(list(shapes))


def outlines(layer: gpd.GeoDataFrame, *, tolerance: float = 1.0, alone: bool = False) -> list[Any]:
    """
    Give the areas of a layer as nested coordinates, borders shared as before.

    Parameters
    ----------
    layer
        Polygons in a metric CRS.
    tolerance
        Metres a border may move; takes away the points along the straight edges of cells.
    alone
        Whether each is drawn for itself: such as lie over one another.

    Returns
    -------
    coordinates
        Of a MultiPolygon each: lon, lat, 6 decimals.
    """
    shapes = np.asarray(layer.geometry.array)
    if not alone and shapely.coverage_is_valid(shapes):
        shapes = shapely.coverage_simplify(shapes, tolerance)
    else:  # outlines that overlap or leave slivers are drawn one by one
        shapes = shapely.simplify(shapes, tolerance)
    there = gpd.GeoSeries(shapes, crs=layer.crs).to_crs(LON_LAT)
    return [
        [
            [np.round(shapely.get_coordinates(ring), 6).tolist() for ring in _rings(part)]
            for part in shapely.get_parts(shape)
        ]
        for shape in rounded_shapes(np.asarray(there.array))
    ]


def courses(lines: Any, crs: Any, *, tolerance: float = 1.0) -> list[Any]:  # noqa: ANN401  # lines, a CRS
    """Give the parts of a MultiLineString, each as lon and lat with 6 decimals."""
    there = gpd.GeoSeries([shapely.simplify(lines, tolerance)], crs=crs).to_crs(LON_LAT)
    parts = shapely.get_parts(np.asarray(there.array))
    return [
        np.round(shapely.get_coordinates(part), 6).tolist() for part in parts if not part.is_empty
    ]


def _rings(polygon: shapely.Polygon) -> list[shapely.LinearRing]:
    return [polygon.exterior, *polygon.interiors]


def places(layer: gpd.GeoDataFrame) -> list[list[float]]:
    """Give the points of a layer as lon, lat with 6 decimals."""
    points = layer.geometry.to_crs(LON_LAT)
    return np.round(np.column_stack([points.x, points.y]), 6).tolist()


def middles(layer: gpd.GeoDataFrame) -> list[list[float]]:
    """Give a point well inside each area of a layer, for its name."""
    inside = layer.geometry.representative_point()
    centred = layer.geometry.centroid
    best = inside.where(~layer.geometry.contains(centred), centred)
    return places(gpd.GeoDataFrame(geometry=best, crs=layer.crs))


def area(at: Any, *, style: dict[str, Any], tip: Lines | None = None) -> dict[str, Any]:  # noqa: ANN401  # nested coordinates
    """Make an area; ``style`` as Leaflet's path options, ``tip`` its tooltip line by line."""
    return {"kind": "area", "at": at, "style": _checked(style), "tip": tip}


def line(at: Any, *, style: dict[str, Any], below: bool = False) -> dict[str, Any]:  # noqa: ANN401  # nested coordinates
    """Make a line, or several; one ``below`` goes under whatever areas are drawn after it."""
    made = {"kind": "line", "at": at, "style": _checked(style)}
    return made | {"below": True} if below else made


def symbol(
    kind: str, at: list[float], *, fill: str, size: int, tip: Lines, above: int = 0
) -> dict[str, Any]:
    """Make a ``circle``, ``diamond``, ``triangle`` or ``cross``, ``size`` pixels wide."""
    style = {"color": colour(fill), "size": size}
    return {"kind": kind, "at": at, "style": style, "tip": tip, "above": above}


def name(text: str, at: list[float], *, look: str = "", rank: int = 0) -> dict[str, Any]:
    """Make a name on the map; ``look`` is a class of the style sheet, a higher ``rank`` stays."""
    return {"kind": "name", "at": at, "text": text, "look": look, "rank": rank}


def _checked(style: dict[str, Any]) -> dict[str, Any]:
    for key in ("color", "fillColor"):
        if key in style:
            colour(style[key])
    return style
