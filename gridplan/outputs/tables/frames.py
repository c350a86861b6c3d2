"""A plan's tables as GeoDataFrames with documented columns, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.outputs.tables.tables import groups_table
from gridplan.outputs.words.names import Names, lead_name
from gridplan.outputs.words.telling import Telling

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

FRAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "grids": (
            *("grid", "name", "name_en", "lead", "lead_name", "lead_name_en", "population"),
            *("units", "centers", "area_km2", "contiguous", "pieces", "deviation"),
            *("mean_minutes_to_lead", "p90_minutes_to_lead", "max_minutes_to_lead"),
            *("beds", "beds_per_1000"),
        ),
        "units": (
            *("unit", "population", "population_65", "community", "subdistrict", "grid", "lead"),
            *("center", "regional_center", "metres_to_center", "minutes_to_center"),
            *("minutes_to_lead", "metres_to_nearest_center", "metres_to_nearest_point"),
        ),
        "centers": (
            *("center", "name", "name_en", "status", "class", "regional_center", "grid"),
            *("subdistrict", "community", "population", "capacity_lower", "capacity_upper"),
            "mean_metres",
        ),
        "groups": ("grid", "role", "id", "name", "name_en", "group"),
        "findings": (
            *("profile", "rule", "level", "title_zh", "title_en", "subject_kind", "subject"),
            *("value", "lower", "upper", "unit", "passed", "state"),
        ),
    }
)
"""Columns each frame is sure to have, the index first; further ones follow from the data."""


def _both(plan: Plan) -> list[tuple[str, Names]]:
    return [("_en", Names.of(plan, "en")), ("", Names.of(plan, "zh"))]


def grids_frame(plan: Plan) -> gpd.GeoDataFrame:
    """Give one row a grid: :data:`FRAMES` and the figures of its shape, polygons."""
    grids = plan.layout.grids.copy()
    for suffix, names in _both(plan):
        named = [names.grids.get(key, str(key)) for key in grids.index]
        leads = [lead_name(key, names.hospitals, names.lang) for key in grids["lead"]]
        grids[f"lead_name{suffix}"], grids[f"name{suffix}"] = leads, named
    centers = plan.layout.centers
    counts = centers["grid"].value_counts() if len(centers) else pd.Series(dtype=int)
    grids["centers"] = counts.reindex(grids.index).fillna(0).astype(int)
    return _ordered(grids, "grids")


def units_frame(plan: Plan) -> gpd.GeoDataFrame:
    """Give one row a unit: the district's columns and what serves it, polygons."""
    given = plan.district.units
    told = plan.layout.units
    both = given.drop(columns=[name for name in told.columns if name in given]).join(told)
    missing = [name for name in FRAMES["units"][1:] if name not in both]
    return _ordered(both.assign(**dict.fromkeys(missing, np.nan)), "units")


def centers_frame(plan: Plan) -> gpd.GeoDataFrame:
    """Give one row a center, new ones named too, points."""
    centers = plan.layout.centers.copy()
    for suffix, names in _both(plan):
        centers[f"name{suffix}"] = [names.centers[key] for key in centers.index]
    return _ordered(centers, "centers")


def groups_frame(plan: Plan) -> gpd.GeoDataFrame:
    """Give one row for each hospital and center of each group, with its place."""
    table = groups_table(Telling(plan, "zh"))
    table["name_en"] = groups_table(Telling(plan, "en"))["name"]
    layout = plan.layout
    places = {**layout.hospitals.geometry.to_dict(), **layout.centers.geometry.to_dict()}
    points = gpd.GeoSeries([places.get(key) for key in table["id"]], crs=plan.district.crs)
    return _ordered(gpd.GeoDataFrame(table, geometry=points), "groups")


def _ordered(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    first = [column for column in FRAMES[name] if column in frame]
    others = [column for column in frame if column not in first and column != "geometry"]
    return frame[[*first, *others, "geometry"]]
