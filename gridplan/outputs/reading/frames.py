"""Tables as files bring them back, given the values and shapes that planning had."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.outputs.tables.tables import LON_LAT


def objects_of(frame: Any) -> Any:  # noqa: ANN401  # keeps the frame's own kind
    """Hold text and truth values as Python objects, None where there is nothing."""
    for name in frame.columns:
        if name == "geometry" or pd.api.types.is_float_dtype(frame[name].dtype):
            continue
        if pd.api.types.is_integer_dtype(frame[name].dtype):
            continue
        given = frame[name].astype(object)
        frame[name] = pd.Series(
            [None if pd.isna(value) else value for value in given], frame.index, dtype=object
        )
    return frame


def single(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Undo the promotion to multi-part shapes where there is one part."""
    shapes = np.asarray(frame.geometry.array)
    one = shapely.get_num_geometries(shapes) == 1
    parts = shapes.copy()
    parts[one] = shapely.get_geometry(shapes[one], 0)
    return frame.set_geometry(gpd.GeoSeries(parts, frame.index, crs=frame.crs))


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table Python values throughout, None where there is none."""
    return pd.DataFrame(
        {key: [None if pd.isna(v) else v for v in table[key].astype(object)] for key in table},
        dtype=object,
    )


def truths(findings: pd.DataFrame) -> pd.DataFrame:
    """Give verdicts as truth values: with gaps among them they come back as numbers."""
    for name in ("passed", "within", "verbatim", "overridden"):
        if name in findings:
            told = [bool(value) if value in (0, 1) else value for value in findings[name]]
            findings[name] = pd.Series(told, findings.index, dtype=object)
    return findings


def listed(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the grids of each subdistrict as a list; a layer holds them as one text."""
    if "grids" not in streets:
        return streets
    lists = [str(entry).split(", ") if entry else [] for entry in streets["grids"]]
    return streets.assign(grids=pd.Series(lists, streets.index, dtype=object))


def exact_minutes(units: pd.DataFrame, speed: float) -> pd.DataFrame:
    """Undo the rounding of walking minutes where metres and speed tell what they were."""
    if "metres_to_center" not in units or "minutes_to_center" not in units:
        return units
    exact = pd.to_numeric(units["metres_to_center"]) / speed
    written = pd.to_numeric(units["minutes_to_center"])
    same = (exact - written).abs() <= 0.005 + 1e-9
    return units.assign(minutes_to_center=exact.where(same, written))


def points_of(rows: list[dict[str, Any]], index: str, crs: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    """Put village stations or centers of neighbours back on the map; they stand in degrees."""
    if not rows:
        return gpd.GeoDataFrame(
            geometry=gpd.GeoSeries([], crs=crs), index=pd.Index([], name=index), crs=crs
        )
    table = whole(pd.DataFrame(rows, dtype=object)).set_index(index)
    if "name_en" not in table:
        table["name_en"] = None
    points = gpd.points_from_xy(table.pop("lon").astype(float), table.pop("lat").astype(float))
    there = gpd.GeoSeries(points, index=table.index, crs=LON_LAT).to_crs(crs)
    return gpd.GeoDataFrame(table, geometry=there, crs=crs)
