"""The one door for a planner's file: whatever it is, a :class:`Source` or a :class:`Raster`."""

from __future__ import annotations

from pathlib import Path

from gridplan.district.sources.container import look
from gridplan.district.sources.sheets import read_sheet
from gridplan.district.sources.source import Source, refuse
from gridplan.district.sources.vectors import read_vector
from gridplan.intake.files.osm import read_osm
from gridplan.intake.files.rasters import Raster, look_at_raster

TABLES = ("csv", "excel")


def open_source(
    path: Path, *, layer: str = "", encoding: str = "", role: str = "", crs: str = ""
) -> Source | Raster:
    """
    Read a file of any known format.

    Parameters
    ----------
    path
        The file. ``workbook.xlsx#人口`` names a sheet, ``data.gpkg#units`` a layer.
    layer
        Sheet or layer; what stands behind ``#`` wins.
    role
        What the file is read as; an OpenStreetMap extract is read as ``roads`` only.
    encoding
        Of a shapefile's texts; found out where empty.
    crs
        Declared of a raster; what the file carries where empty.

    Raises
    ------
    InputError
        Naming the file, what is wrong and what to do.
    """
    place, named = split(path)
    try:
        return _opened(place, named or layer, encoding, role, crs)
    except MemoryError:
        raise refuse(place.name, "intake-memory") from None


def _opened(place: Path, layer: str, encoding: str, role: str, crs: str) -> Source | Raster:
    container = look(place)
    if container.kind == "raster":
        return look_at_raster(container, crs)
    if container.kind == "pbf":
        if role != "roads":
            raise refuse(container.name, "intake-roads-only")
        return read_osm(container)
    if container.kind in TABLES:
        return read_sheet(container, sheet=layer)
    return read_vector(container, layer=layer, encoding=encoding)


def split(path: Path) -> tuple[Path, str]:
    """Part a path from the sheet or layer named behind ``#``."""
    text = str(path)
    if "#" in text and not path.exists():
        place, _, named = text.rpartition("#")
        return Path(place), named
    return path, ""
