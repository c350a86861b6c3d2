"""What a database of the plan holds: layers and tables with the plan's own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.outputs.places.belonging import communities_of_centers
from gridplan.outputs.places.four_sides import four_sides
from gridplan.outputs.places.told import reach_text
from gridplan.outputs.tables.own_language import own_language
from gridplan.outputs.tables.tables import (
    centers_table,
    certificates_table,
    findings_table,
    grids_table,
    hospitals_table,
    rounded_table,
    sources_table,
    stations_table,
    subdistricts_table,
    units_table,
)
from gridplan.outputs.words.names import is_missing

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

Frame = gpd.GeoDataFrame | pd.DataFrame

_RENAMED = {
    "hospitals": {"level": "hospital_level", "kind": "hospital_kind"},
    "findings": {"unit": "unit_of_value"},
    "certificates": {"unit": "unit_of_value", "status": "proof_status"},
    "roads": {"class": "road_class"},
    "barriers": {"kind": "barrier_kind"},
}
"""Columns whose name means something else in other layers."""


def layers_of(told: Worded) -> dict[str, gpd.GeoDataFrame]:
    """
    Give the layers of a plan's database.

    Parameters
    ----------
    told
        The plan and its language.

    Returns
    -------
    layers
        ``grids`` and ``service_areas`` with what they reach to in words, ``regional_areas`` (each
        regional center's with those it manages), ``units``, ``subdistricts``, ``centers``,
        ``hospitals``, ``stations``, ``roads``, ``barriers``; in the district's CRS; those alone
        that hold something.
    """
    plan = told.plan
    layout = plan.layout
    made = {
        "grids": _joined(layout.grids, grids_table(plan), reach=_reaches(told, "grid")),
        "service_areas": _areas(told, "center"),
        "regional_areas": _areas(told, "regional_center"),
        "subdistricts": _joined(layout.subdistricts, subdistricts_table(plan)),
        "centers": _joined(layout.centers, centers_table(plan)),
        "hospitals": _joined(layout.hospitals, hospitals_table(plan)),
        "stations": _joined(layout.stations, stations_table(told)),
        "units": _joined(plan.district.units, units_table(plan)),
        "roads": _joined(
            plan.district.roads, pd.DataFrame(plan.district.roads.drop(columns="geometry"))
        ),
        "barriers": _joined(
            plan.district.barriers, pd.DataFrame(plan.district.barriers.drop(columns="geometry"))
        ),
    }
    return {name: _named(layer, name, told.lang) for name, layer in made.items() if len(layer)}


def tables_of(told: Worded) -> dict[str, pd.DataFrame]:
    """Give the tables without shapes: who belongs where, findings, proofs, sources."""
    plan = told.plan
    made = {
        "belonging": rounded_table(communities_of_centers(plan)),
        "findings": findings_table(plan),
        "certificates": certificates_table(plan).reset_index().drop(columns="seconds"),
        "sources": sources_table(plan),
    }
    return {
        name: typed(_named(table, name, told.lang)) for name, table in made.items() if len(table)
    }


def _named(frame: Any, layer: str, lang: str) -> Any:  # noqa: ANN401  # keeps the frame's own kind
    """Keep the names of one language, and tell apart what other layers call the same."""
    return own_language(frame, lang).rename(columns=_RENAMED.get(layer, {}))


def _joined(
    shapes: gpd.GeoDataFrame, table: pd.DataFrame, *, reach: dict[str, str] | None = None
) -> gpd.GeoDataFrame:
    if not len(shapes):
        return gpd.GeoDataFrame()
    rows = table.loc[shapes.index].reset_index()
    if reach is not None:
        rows["reach"] = [reach.get(str(key), "") for key in shapes.index]
    return gpd.GeoDataFrame(typed(rows), geometry=shapes.geometry.to_numpy(), crs=shapes.crs)


def _reaches(told: Worded, column: str) -> dict[str, str]:
    area = told.plan.layout.units[column]
    if area.isna().all():
        return {}
    made = four_sides(told.plan.district, area)
    return {key: reach_text(reach, told) for key, reach in made.items()}


def _areas(told: Worded, column: str) -> gpd.GeoDataFrame:
    """Join the units of each center, or of each regional center with those it manages."""
    plan = told.plan
    units = plan.district.units
    served = plan.layout.units[column].reindex(units.index)
    if served.isna().all() or (column == "regional_center" and told.manner):
        return gpd.GeoDataFrame()
    shapes = np.asarray(units.geometry.array)
    keys = [key for key in plan.layout.centers.index if (served == key).any()]
    reach = _reaches(told, column)
    rows: list[dict[str, Any]] = []
    whole = []
    for key in keys:
        own = (served == key).to_numpy()
        shape = shapely.union_all(shapes[own])
        whole.append(shape)
        rows.append(
            {
                "center": key,
                "name": told.names.centers[key],
                "grid": plan.layout.centers["grid"][key],
                "population": float(units["population"].to_numpy()[own].sum()),
                "area_km2": shape.area / 1e6,
                "pieces": int(shapely.get_num_geometries(shape)),
                "reach": reach.get(str(key), ""),
            }
        )
    table = typed(rounded_table(pd.DataFrame(rows)))
    return gpd.GeoDataFrame(table, geometry=whole, crs=units.crs)


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give each column of Python values the narrowest type that a database keeps."""
    made = table.copy()
    for name in made.columns:
        known = [value for value in made[name] if not is_missing(value)]
        kinds = {type(value) for value in known}
        if kinds == {bool}:
            made[name] = [None if is_missing(v) else int(v) for v in made[name]]
            made[name] = made[name].astype("Int32")
        elif kinds == {int}:
            made[name] = made[name].astype("Int64" if len(known) < len(made) else "int64")
        elif kinds and kinds <= {int, float}:
            made[name] = made[name].astype("float64")
        else:
            made[name] = [None if is_missing(v) else str(v) for v in made[name]]
    return made
