"""The database as files: two File Geodatabases, a GeoPackage, the dictionary of their fields."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyproj import CRS

from gridplan.district.folder.write import gdal_writing
from gridplan.outputs.database.dictionary import write_dictionary
from gridplan.outputs.database.fields import field_names, layer_name
from gridplan.outputs.database.layers import layers_of, tables_of
from gridplan.outputs.disk.errors import disk_errors
from gridplan.outputs.disk.sqlite_head import settle
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.safe import plain

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

DEGREES = "EPSG:4490"
"""CGCS2000 in degrees, as plan databases in China are handed in."""

_ELSEWHERE = "EPSG:4326"
CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of what CGCS2000 is for, degrees."""

_FIRST_ZONE, _FIRST_MERIDIAN = 4534, 75  # CGCS2000 / 3-degree Gauss-Kruger CM 75E


def systems(told: Worded) -> dict[str, str]:
    """
    Choose the coordinate systems of the database.

    Returns
    -------
    systems
        By the end of the file's name: CGCS2000 in degrees and in the 3-degree zone of the
        district's middle; outside China WGS 84 and the district's own.
    """
    units = told.plan.district.units
    west, south, east, north = units.to_crs(_ELSEWHERE).total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if not (CHINA[0] <= lon <= CHINA[2] and CHINA[1] <= lat <= CHINA[3]):
        return {"4326": _ELSEWHERE, "projected": CRS(units.crs).to_wkt()}
    zone = _FIRST_ZONE + round((lon - _FIRST_MERIDIAN) / 3)
    return {"4490": DEGREES, str(zone): f"EPSG:{zone}"}


def base_name(told: Worded) -> str:
    """Name the files of the database: code and district."""
    district = told.plan.district
    return "".join((plain(district.code, limit=12), plain(told.names.district, limit=40))).replace(
        " ", "_"
    ).replace("/", "_")  # fmt: skip


def write_database(told: Worded, folder: Path) -> tuple[Path, ...]:
    """
    Write the database of a plan.

    Parameters
    ----------
    told
        The plan; in Chinese its layers and fields have Chinese names.
    folder
        That is there.

    Returns
    -------
    paths
        One ``.gdb`` for each of :func:`systems`, a ``.gpkg`` in the projected one, the dictionary.
    """
    layers, tables = layers_of(told), tables_of(told)
    base = base_name(told)
    paths = []
    with disk_errors(folder):
        for end, crs in systems(told).items():
            path = folder / f"{base}_{end}.gdb"
            _write(path, "OpenFileGDB", layers, tables, crs, told.lang)
            paths.append(path)
        path = folder / f"{base}.gpkg"
        with gdal_writing(moment()):
            _write(path, "GPKG", layers, tables, crs, told.lang)
        settle(path)
        paths.append(path)
    book = folder / f"{base}_{told.say('report.database-dictionary')}.xlsx"
    write_dictionary(told, {**layers, **tables}, book)
    return (*paths, book)


def _write(
    path: Path,
    driver: str,
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    crs: str,
    lang: str,
) -> None:
    with warnings.catch_warnings():
        # GDAL tells that an empty field has no width, or names an authority of a CRS anew.
        warnings.simplefilter("ignore", RuntimeWarning)
        for name, layer in layers.items():
            made = layer.rename(columns=field_names(_columns(layer), lang)).to_crs(crs)
            areal = bool(made.geom_type.str.contains("Polygon").any())
            lines = bool(made.geom_type.str.contains("Line").any())
            made.to_file(
                path,
                layer=layer_name(name, lang),
                driver=driver,
                engine="pyogrio",
                promote_to_multi=areal or lines,
            )
        for name, table in tables.items():
            made_table: Any = table.rename(columns=field_names(list(table.columns), lang))
            pyogrio.write_dataframe(made_table, path, layer=layer_name(name, lang), driver=driver)


def _columns(layer: gpd.GeoDataFrame) -> list[str]:
    return [name for name in layer.columns if name != "geometry"]
