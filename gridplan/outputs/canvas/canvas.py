"""Layers of a map as plain data, for a page that draws them itself and lets them be edited."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from folium.map import Layer

from gridplan.outputs.drawing.cells import CellLayer, CellStore, packed
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.manner import spoken_as


@dataclass(frozen=True, eq=False)
class Canvas:
    """
    A map for ``desk.js``.

    Parameters
    ----------
    key
        Fingerprint of the content: what a browser has already is not sent again.
    content
        ``cells``, the units as :class:`gridplan.outputs.drawing.cells.CellStore` has; ``layers``,
        from below, each with ``name``, ``kind`` (``cells`` or ``shapes``), ``options``, ``show``,
        ``title`` and ``legend``; ``bounds``, corners south-west and north-east, latitude first;
        ``parents``, packed numbers of each unit's ``community`` and ``street`` where asked for.
    """

    key: str
    content: dict[str, Any]


def canvas_of(
    units: gpd.GeoDataFrame,
    store: CellStore,
    layers: Sequence[tuple[str, tuple[Layer, LegendPart] | None]],
    *,
    parents: bool = False,
    setting: tuple[str, str] = ("", ""),
) -> Canvas:
    """
    Make a canvas of layers that a map would have.

    Parameters
    ----------
    units
        Of the district.
    store
        The same, with their tooltips.
    layers
        Name and layer with its legend, from below; None is left out.
    parents
        Whether whole communities and streets are to be taken at once.
    setting
        Language, and ``county`` where the place is spoken of as one; empty for a city district.

    Returns
    -------
    Canvas
    """
    west, south, east, north = (float(side) for side in units.to_crs(LON_LAT).total_bounds)
    content: dict[str, Any] = {
        "cells": json.loads(store.options),
        "layers": [_layer(name, *drawn) for name, drawn in layers if drawn is not None],
        "bounds": [[south, west], [north, east]],
    }
    _speak(content, *setting)
    if parents:
        content["parents"] = {
            "community": _numbered(units["community"]),
            "street": _numbered(units["subdistrict"]),
        }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return Canvas(hashlib.sha256(text.encode()).hexdigest()[:24], content)


def _speak(content: dict[str, Any], lang: str, setting: str) -> None:
    """Put headings and labels into the words of the place; names stay as they are."""
    if not setting:
        return
    for column in content["cells"]["columns"]:
        column["label"] = spoken_as(column["label"], lang, setting)
    for layer in content["layers"]:
        layer["title"] = spoken_as(layer["title"], lang, setting)
        legend = layer["legend"]
        legend["note"] = spoken_as(legend["note"], lang, setting)
        if layer["name"] != "grids":  # whose rows are names
            rows = legend["rows"]
            legend["rows"] = [[*row[:2], spoken_as(row[2], lang, setting)] for row in rows]
        for shape in layer["options"] if layer["kind"] == "shapes" else ():
            lines = shape.get("tip") or ()
            for line in lines[1:]:
                line[0] = spoken_as(line[0], lang, setting)


def _numbered(places: pd.Series) -> str:
    """Pack a number for each place; the highest of 16 bits where none is known."""
    numbers = pd.factorize(places)[0]
    return packed(np.where(numbers < 0, 65_535, numbers))


def _layer(name: str, layer: Layer, part: LegendPart) -> dict[str, Any]:
    if isinstance(layer, CellLayer):
        kind, options = "cells", layer.options
    elif isinstance(layer, ShapeLayer):
        kind, options = "shapes", layer.shapes
    else:
        msg = f"a {type(layer).__name__} cannot be drawn on a canvas"
        raise TypeError(msg)
    return {
        "name": name,
        "kind": kind,
        "options": json.loads(options),
        "show": bool(layer.show),
        "title": html.unescape(str(layer.layer_name)),
        "legend": {
            "heading": part.heading,
            "rows": [list(row) for row in part.rows],
            "note": part.note,
        },
    }
