"""Every unit of a district on one canvas: as quick with 16,000 cells as with 16."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from folium.elements import MacroElement
from folium.map import Layer
from folium.template import Template
from numpy.typing import ArrayLike, NDArray

from gridplan.outputs.words.safe import colour, inert, js_json

_WORLD = 40_075_016.68557849  # metres around the equator on the Web Mercator sphere
# Cells are drawn where a quadratic puts them if none is further off than this share of a cell.
_CLOSE = 0.01


class CellStore(MacroElement):
    """
    The units of one map, sent once: where they are and what their tooltip says.

    Parameters
    ----------
    units
        Polygons in a metric CRS.
    columns
        For the tooltip: ``{"label", "values"}`` or, for text that repeats, ``{"label", "codes",
        "words"}``; ``suffix`` is the unit of measure. The first column is its title.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = gridplan.cells({{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, units: gpd.GeoDataFrame, columns: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self._name = "CellStore"
        lattice = _lattice(units)
        shape = {"polygons": _polygons(units)} if lattice is None else {"lattice": lattice}
        self.options = js_json({**shape, "columns": list(columns)})


class CellLayer(Layer):
    """
    One colouring of the units.

    Parameters
    ----------
    store
        The units, already on the map.
    classes
        ``(n,)`` number of each unit's colour; a number without a colour is not drawn.
    colours
        ``#rrggbb``.
    name
        For the layer control.
    show
        Whether it is seen at first.
    opacity
        Of the cells.
    edges
        Whether each unit gets an outline.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = gridplan.cellLayer({{ this.store_name }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(
        self,
        store: CellStore,
        *,
        classes: ArrayLike,
        colours: Sequence[str],
        name: str,
        show: bool,
        opacity: float = 0.75,
        edges: bool = False,
    ) -> None:
        super().__init__(name=inert(name), overlay=True, control=True, show=show)
        self._name = "CellLayer"
        self.store_name = store.get_name()
        self.options = js_json(
            {
                "classes": packed(classes),
                "colours": [colour(entry) for entry in colours],
                "opacity": opacity,
                "edges": edges,
            }
        )


def packed(numbers: ArrayLike) -> str:
    """Pack whole numbers below 65,536 as base64 of little-endian 16-bit words."""
    return base64.b64encode(np.asarray(numbers).astype("<u2").tobytes()).decode()


def coded(label: str, entries: Sequence[str | None]) -> dict[str, Any]:
    """Make a tooltip column of text that repeats: each text once, a number a unit."""
    words = list(dict.fromkeys(entries))
    number = {word: at for at, word in enumerate(words)}
    return {"label": label, "codes": packed([number[entry] for entry in entries]), "words": words}


def _mercator(shapes: gpd.GeoSeries) -> NDArray[np.float64]:
    """Corner points in Web Mercator with the world from 0 to 1, y downwards; ``(k, 2)``."""
    metres = shapely.get_coordinates(shapes.to_crs("EPSG:3857").array)
    return np.column_stack([0.5 + metres[:, 0] / _WORLD, 0.5 - metres[:, 1] / _WORLD])


def lattice_size(units: gpd.GeoDataFrame) -> tuple[float, float] | None:
    """Width and height in metres where all units are equal axis-parallel cells of one lattice."""
    shapes = np.asarray(units.geometry.array)
    if not len(shapes) or set(units.geom_type) != {"Polygon"}:
        return None
    west, south, east, north = shapely.bounds(shapes).T
    width, height = float(np.median(east - west)), float(np.median(north - south))
    tolerance = 1e-3 * min(width, height)
    same = np.abs(east - west - width).max() < tolerance
    same &= np.abs(north - south - height).max() < tolerance
    same &= np.abs(shapely.area(shapes) - width * height).max() < 1e-3 * width * height
    for low, side in ((west, width), (south, height)):
        steps = (low - low.min()) / side
        same &= np.abs(steps - np.round(steps)).max() < 1e-2
        same &= steps.max() < 2**16 - 2
    return (width, height) if same else None


def _lattice(units: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """
    Describe units on a lattice by row and column; None if they are on none.

    The way from (row, column) to the map is a transverse Mercator turned into Web Mercator, which
    over one city a quadratic follows to well under a metre; whether it does is measured here.
    """
    size = lattice_size(units)
    if size is None:
        return None
    west, south = shapely.bounds(np.asarray(units.geometry.array)).T[:2]
    column = np.round((west - west.min()) / size[0])
    row = np.round((south - south.min()) / size[1])
    spots = shapely.points(
        west.min() + size[0] * np.concatenate([column, column + 1]),
        south.min() + size[1] * np.concatenate([row, row + 1]),
    )
    there = _mercator(gpd.GeoSeries(spots, crs=units.crs))
    rows, columns = np.concatenate([row, row + 1]), np.concatenate([column, column + 1])
    ways, off = _fit(rows, columns, there)
    # Differences from an origin keep the digits that squares of numbers near 0.8 would lose.
    origin = there.mean(axis=0)
    apart = there - origin
    back, off_back = _fit(apart[:, 0], apart[:, 1], np.column_stack([rows, columns]))
    cell = size[0] / _WORLD
    if off > _CLOSE * cell or off_back > _CLOSE:
        return None
    return {
        "cells": packed(np.column_stack([row, column])),
        "x": ways[0],
        "y": ways[1],
        "origin": origin.tolist(),
        "row": back[0],
        "column": back[1],
    }


def _fit(
    u: NDArray[np.float64], v: NDArray[np.float64], wanted: NDArray[np.float64]
) -> tuple[list[list[float]], float]:
    """Fit a quadratic in ``u`` and ``v`` to each column wanted; give the largest error."""
    # Scaled for the fit, so that squares and constants have like sizes.
    a, b = np.abs(u).max() or 1.0, np.abs(v).max() or 1.0
    scales = np.array([1.0, a, b, a * a, a * b, b * b])
    terms = np.column_stack([np.ones_like(u), u, v, u * u, u * v, v * v]) / scales
    fitted = np.linalg.lstsq(terms, wanted, rcond=None)[0]
    error = float(np.abs(terms @ fitted - wanted).max())
    return (fitted / scales[:, None]).T.tolist(), error


def _polygons(units: gpd.GeoDataFrame) -> dict[str, Any]:
    """Send the rings of each unit in whole steps of about 0.2 m."""
    shapes = units.geometry.simplify(1.0)
    projected = _mercator(shapes)
    step = 2.0**-27
    origin = projected.min(axis=0) if len(projected) else np.zeros(2)
    whole = np.round((projected - origin) / step).astype(int)
    parts, unit = shapely.get_parts(np.asarray(shapes.array), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    gathered: list[list[list[int]]] = [[] for _ in range(len(units))]
    for ring, (start, end) in enumerate(zip(np.r_[0, ends[:-1]], ends, strict=True)):
        gathered[unit[part[ring]]].append(whole[start:end].ravel().tolist())
    return {"rings": gathered, "origin": origin.tolist(), "step": step}
