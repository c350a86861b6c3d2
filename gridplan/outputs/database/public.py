"""The public edition: who belongs where, and nothing that only the bureau needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gridplan.district.geometry.crs import wgs84_to_gcj02
from gridplan.outputs.database.layers import layers_of
from gridplan.outputs.database.write import CHINA, base_name
from gridplan.outputs.places.belonging import communities_of_centers
from gridplan.outputs.style.degrees import rounded_shapes
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.safe import plain
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

SHIFTED = "gcj02"
"""What the files for domestic web maps are called after; their coordinates are shifted."""


def public_layers(told: Worded) -> dict[str, gpd.GeoDataFrame]:
    """
    Give the layers of the public edition, WGS 84 degrees.

    Parameters
    ----------
    told
        The plan and what the office says.

    Returns
    -------
    layers
        ``centers`` (name, class, street, community, address, communities served),
        ``service_areas`` (center, what it reaches to), ``grids`` (name, lead, what it reaches to);
        each with the number under which the map was approved, to be filled where the office gives
        none. No residents, no units, no findings.
    """
    layers, names = layers_of(told), told.names
    approved = told.told("map.number", told.say("report.to-fill"))
    made: dict[str, gpd.GeoDataFrame] = {}
    held = communities_of_centers(told.plan)
    if "centers" in layers:
        rows = []
        for key, row in told.plan.layout.centers.iterrows():
            street = row["subdistrict"]
            served = held[held["center"] == key]["community"]
            given = told.office.of_center(key, "address") or row.get("address")
            rows.append(
                {
                    "name": plain(names.centers[key]),
                    "class": told.fitting(f"outputs.class-{row['class']}"),
                    "subdistrict": "" if is_missing(street) else names.subdistricts.get(street, ""),
                    "community": "" if is_missing(row.get("community")) else row["community"],
                    "address": "" if is_missing(given) else plain(given),
                    "communities": joined([plain(one) for one in served], told.lang),
                }
            )
        made["centers"] = _layer(layers["centers"], rows, approved)
    if "service_areas" in layers:
        rows = layers["service_areas"][["name", "reach"]].to_dict(orient="records")
        made["service_areas"] = _layer(layers["service_areas"], rows, approved)
    if "grids" in layers:
        rows = layers["grids"][["name", "lead_name", "reach"]].to_dict(orient="records")
        made["grids"] = _layer(layers["grids"], rows, approved)
    return made


def _layer(shapes: gpd.GeoDataFrame, rows: list[dict[Any, Any]], approved: str) -> gpd.GeoDataFrame:
    told = [
        {**{str(key): value for key, value in row.items()}, "approved": approved} for row in rows
    ]
    return gpd.GeoDataFrame(told, geometry=shapes.geometry.to_numpy(), crs=shapes.crs).to_crs(
        LON_LAT
    )


def write_public(told: Worded, folder: Path) -> tuple[Path, ...]:
    """
    Write the public edition.

    Parameters
    ----------
    told
        The plan and what the office says.
    folder
        That is there.

    Returns
    -------
    paths
        A GeoJSON file a layer, in WGS 84 (CGCS2000 to within centimetres); in China beside each a
        copy in GCJ-02, which domestic web maps show in the right place, labelled so in its name
        and in its text.
    """
    paths = []
    west, south, east, north = told.plan.district.units.to_crs(LON_LAT).total_bounds
    home = CHINA[0] <= west and east <= CHINA[2] and CHINA[1] <= south and north <= CHINA[3]
    for name, layer in public_layers(told).items():
        title = told.say(f"report.public-{name.replace('_', '-')}")
        base = f"{base_name(told)}_{title}"
        path = folder / f"{base}.geojson"
        _write(layer, path, told.say("report.public-wgs84"))
        paths.append(path)
        if home:
            path = folder / f"{base}_{SHIFTED}.geojson"
            _write(_shifted(layer), path, told.say("report.public-gcj02"))
            paths.append(path)
    return tuple(paths)


def _shifted(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    def shift(places: np.ndarray) -> np.ndarray:
        lon, lat = wgs84_to_gcj02(places[:, 0], places[:, 1])
        return np.column_stack([lon, lat])

    moved = shapely.transform(np.asarray(layer.geometry.array), shift)
    return layer.set_geometry(gpd.GeoSeries(moved, layer.index))


def _write(layer: gpd.GeoDataFrame, path: Path, note: str) -> None:
    shapes = rounded_shapes(np.asarray(layer.geometry.array))
    rows = layer.drop(columns="geometry").to_dict(orient="records")
    content = {
        "type": "FeatureCollection",
        "coordinates": note,
        "features": [
            {
                "type": "Feature",
                "properties": row,
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
            for row, shape in zip(rows, shapes, strict=True)
        ],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
