"""``plan.gpkg``: every layer of the plan in the district's own metric CRS, styled for QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio

from gridplan.district.district import CARRIED
from gridplan.district.folder.write import gdal_writing
from gridplan.outputs.disk.errors import disk_errors
from gridplan.outputs.disk.sqlite_head import settle
from gridplan.outputs.reasons.reasons import candidates_layer, reason_tables
from gridplan.outputs.reasons.services import service_tables
from gridplan.outputs.style.palette import EXISTING, NEW, ROLES, STREET, grid_palette
from gridplan.outputs.style.qgis_style import Category, add_styles, categorised
from gridplan.outputs.tables.areas import AREAS, area_frame
from gridplan.outputs.tables.choices import alternatives_layer
from gridplan.outputs.tables.matrix import matrix_tables
from gridplan.outputs.tables.reach import reach_frames
from gridplan.outputs.tables.tables import (
    centers_table,
    certificates_table,
    findings_table,
    grids_table,
    hospitals_table,
    rounded_table,
    sources_table,
    subdistricts_table,
    units_table,
)
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.names import word
from gridplan.outputs.words.telling import Telling

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def write(telling: Telling, path: Path) -> None:
    """
    Write the plan as one GeoPackage.

    Parameters
    ----------
    telling
        A finished plan, and the language.
    path
        A file that is not there yet.

    Notes
    -----
    Layers ``units`` (with ``grid``, ``center``, ``regional_center``, ``lead``), ``subdistricts``,
    ``grids``, ``centers``, ``hospitals``, ``candidates`` (sites not taken), ``alternatives``,
    ``roads`` and ``outside_centers`` (as read, so that walks and drives can be measured again),
    ``reach`` and ``isochrones`` (:func:`gridplan.outputs.tables.reach.reach_frames`), all in the
    district's CRS; tables ``findings``, ``certificates``, ``closings`` (what closing each center
    costs), ``standbys``, ``services``, ``shared_centers`` and ``sources`` (label and source of
    every layer read), with ``walk_matrix`` and ``drive_matrix`` where the district brings such. A
    layer that is empty is left out. The date in its tables is
    :func:`gridplan.outputs.words.moment.moment`.
    """
    plan = telling.plan
    layout, outside = plan.layout, plan.district.outside_centers
    reasons, asked = reason_tables(plan), service_tables(plan)
    layers = {
        "units": _layer(plan.district.units, units_table(plan).assign(**_alternative_grids(plan))),
        "subdistricts": _layer(layout.subdistricts, subdistricts_table(plan)),
        "grids": _layer(layout.grids, grids_table(plan)),
        "centers": _layer(layout.centers, centers_table(plan)),
        "hospitals": _layer(layout.hospitals, hospitals_table(plan)),
        "candidates": _candidates(plan),
        "alternatives": _alternatives(plan),
        **{name: _as_read(getattr(plan.district, name)) for name in CARRIED},
        "outside_centers": _layer(outside, pd.DataFrame(outside.filter(["name", "name_en"]))),
        AREAS: _layer(*area_frame(plan)),
        **{name: _layer(*parts) for name, parts in reach_frames(plan).items()},
    }
    tables = {
        "findings": findings_table(plan),
        # How long it took is in plan.json alone: one plan, one set of bytes.
        "certificates": certificates_table(plan).reset_index().drop(columns="seconds"),
        "sources": sources_table(plan),
        "closings": reasons["centers"],
        "standbys": reasons["standbys"],
        "services": asked["centers"],
        "shared_centers": asked["shared"],
        **matrix_tables(plan),
    }
    with disk_errors(path):
        with gdal_writing(moment()):
            for name, layer in layers.items():
                if len(layer):
                    layer.to_file(path, layer=name, driver="GPKG", promote_to_multi=_areal(layer))
            for name, table in tables.items():
                if len(table):
                    pyogrio.write_dataframe(_typed(table), path, layer=name, driver="GPKG")
        styled = [entry for entry in _styles(telling) if len(layers[entry[0]])]
        add_styles(path, styled, moment=moment())
        settle(path)


def _as_read(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a layer with every column, so that what rests on it can be worked out again."""
    return _layer(lines, pd.DataFrame(lines.drop(columns="geometry")))


def _alternative_grids(plan: Plan) -> dict[str, pd.Series]:
    """Give each unit's grid in every alternative, a column each."""
    return {
        f"alternative_{number}": other.grid
        for number, other in enumerate(plan.alternatives, start=1)
    }


def _alternatives(plan: Plan) -> gpd.GeoDataFrame:
    """Give the layer of alternatives, rounded as their figures are everywhere."""
    layer = alternatives_layer(plan)
    table = rounded_table(pd.DataFrame(layer.drop(columns="geometry")))
    return gpd.GeoDataFrame(_typed(table), geometry=layer.geometry.to_numpy(), crs=layer.crs)


def _candidates(plan: Plan) -> gpd.GeoDataFrame:
    """Give the sites not taken, at their places as written."""
    layer = candidates_layer(plan)
    if not len(layer):
        return layer
    return gpd.GeoDataFrame(
        _typed(pd.DataFrame(layer.drop(columns="geometry"))), geometry=layer.geometry, crs=layer.crs
    )


def _layer(shapes: gpd.GeoDataFrame, table: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        _typed(table.loc[shapes.index].reset_index()),
        geometry=shapes.geometry.to_numpy(),
        crs=shapes.crs,
    )


def _areal(layer: gpd.GeoDataFrame) -> bool:
    return bool(layer.geom_type.str.contains("Polygon").any())


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give each column of Python values the narrowest type that holds it and its gaps."""
    typed = table.copy()
    for name in typed.columns:
        known = [value for value in typed[name] if value is not None]
        kinds = {type(value) for value in known}
        if kinds == {bool}:
            typed[name] = typed[name].astype("boolean" if len(known) < len(typed) else bool)
        elif kinds == {int} and len(known) == len(typed):
            typed[name] = typed[name].astype("int64")
        elif kinds and kinds <= {int, float}:
            typed[name] = typed[name].astype("float64")
        else:
            typed[name] = [None if value is None else str(value) for value in typed[name]]
    return typed


def _styles(telling: Telling) -> list[tuple[str, str, str]]:
    lang = telling.lang
    names = telling.names
    grid_colours = grid_palette(telling.plan)
    by_grid = [Category(g, names.grids.get(g, str(g)), grid_colours[g]) for g in grid_colours]
    status = [
        Category("existing", word("status", "existing", lang), EXISTING),
        Category("new", word("status", "new", lang), NEW),
    ]
    roles = [
        Category(role, word("role", role, lang), shade, 5.0 if role == "lead" else 3.0)
        for role, shade in ROLES.items()
    ]
    streets = [Category("", word("layer", "subdistricts", lang), STREET)]
    # Without grids a style by grid would draw no unit at all: QGIS's own default is better.
    units = [("units", "units", categorised("grid", by_grid, geometry="fill"))] if by_grid else []
    return [
        *units,
        ("subdistricts", "subdistricts", categorised("subdistrict", streets, geometry="outline")),
        ("grids", "grids", categorised("grid", by_grid, geometry="fill")),
        ("centers", "centers", categorised("status", status, geometry="marker")),
        ("hospitals", "hospitals", categorised("role", roles, geometry="marker")),
    ]
