"""GeoJSON after RFC 7946: WGS-84, six decimals, no ``crs`` member, rings by the right hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.outputs.files.plan_json import plain_value
from gridplan.outputs.style.degrees import DECIMALS, rounded_shapes
from gridplan.outputs.tables.areas import AREAS, area_frame
from gridplan.outputs.tables.reach import REACHED, reach_frames
from gridplan.outputs.tables.tables import (
    LON_LAT,
    centers_table,
    grids_table,
    subdistricts_table,
)
from gridplan.outputs.words.telling import Telling

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


_TABLES: Mapping[str, Callable[[Plan], pd.DataFrame]] = {
    "grids": grids_table,
    "centers": centers_table,
    "subdistricts": subdistricts_table,
}


def write(telling: Telling, path: Path) -> None:
    """
    Write ``grids.geojson``, ``centers.geojson``, ``reach.geojson`` and so on.

    Parameters
    ----------
    telling
        A finished plan, and the language.
    path
        Where to; its name tells the layer. A layer that is empty has no features.

    Notes
    -----
    Names come in every language, so that the file is the same in each.
    """
    name = path.stem
    plan = telling.plan
    layer, table = _layer(plan, name)
    about = {
        "district": plan.district.name_zh,
        "district_en": plan.district.name_en,
        "labels": {layer.layer: layer.label for layer in plan.district.layers},
        "rows_below_label": {
            layer.layer: {"rows": layer.rows, "below": layer.rows_below, "labels": layer.row_labels}
            for layer in plan.district.layers
            if layer.rows_below
        },
        "sources": {layer.layer: layer.source for layer in plan.district.layers},
    }
    collection = {
        "type": "FeatureCollection",
        "name": name,
        "about": about,
        "features": features(layer, table),
    }
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _layer(plan: Plan, name: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Give the shapes and the table of the layer a file is named after."""
    if name == AREAS:
        return area_frame(plan)
    if name in REACHED:
        return reach_frames(plan)[name]
    return getattr(plan.layout, name), _TABLES[name](plan)


def features(layer: gpd.GeoDataFrame, table: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Give a layer as GeoJSON features.

    Parameters
    ----------
    layer
        Geometry, in any declared CRS.
    table
        Properties, same index; the index becomes ``id`` and a property of its own name.

    Returns
    -------
    features
        In the layer's order; a missing geometry is null.
    """
    if not len(layer):
        return []
    shapes = rounded_shapes(np.asarray(layer.geometry.to_crs(LON_LAT).array))
    rows = table.loc[layer.index].reset_index().to_dict(orient="records")
    return [
        {
            "type": "Feature",
            "id": str(key),
            "geometry": _geometry(shape),
            "properties": {str(k): plain_value(v, str(k)) for k, v in row.items()},
        }
        for key, shape, row in zip(layer.index, shapes, rows, strict=True)
    ]


def _geometry(shape: Any) -> dict[str, Any] | None:  # noqa: ANN401  # any shapely geometry
    if shape is None or shape.is_empty:
        return None
    mapped = shapely.geometry.mapping(shape)
    return {"type": mapped["type"], "coordinates": _rounded(mapped["coordinates"])}


def _rounded(part: Any) -> Any:  # noqa: ANN401  # nested sequences of numbers
    # set_precision leaves 113.90000000000001 for 113.9: cut what is below the last decimal.
    return round(part, DECIMALS) if isinstance(part, float) else [_rounded(entry) for entry in part]
