"""One file -> its rows as text and numbers and, where it has them, shapes. Nothing is judged yet.

GeoJSON and CSV are read without GDAL. A GeoPackage is looked through first
(:mod:`gridplan.district.files.geopackage_tables`); GDAL gets its bytes, never its name. All other
formats are told from their first bytes (:mod:`gridplan.district.sources.container`).
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from gridplan.district.files.delimited import decode, read_delimited
from gridplan.district.files.geojson import read_features
from gridplan.district.files.geopackage_tables import stored_tables
from gridplan.district.files.given_file import LAYER_BYTES, read_given
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.district.manifest.layer_entry import Entry
from gridplan.district.schema.schema import LAYERS
from gridplan.errors import InputError, Problem, Reason

SUFFIXES = (".gpkg", ".geojson", ".csv", ".xlsx", ".shp", ".kml", ".fgb", ".parquet", ".zip")
_DBASE = 10  # letters of a header in the table of a shapefile
_SHEETS, _SHAPES = ("excel", "csv"), ("shapefile", "kml", "flatgeobuf", "geoparquet", "gdb", "gpkg")


@dataclass(frozen=True, eq=False)
class RawLayer:
    """
    What a file holds.

    Parameters
    ----------
    entry
        What ``district.toml`` says of it.
    table
        Columns under the file's own headers, rows counted from 0.
    shapes
        One geometry a row, in the file's coordinates; None for a CSV.
    crs
        That the file itself carries; empty if none.
    rows
        Number of each row as a planner counts: the line of a CSV, the feature of a map layer.
    sha256
        Of the file.
    form
        Encoding and separator of a CSV that is not in UTF-8 with commas.
    told
        What else was noticed while reading.
    """

    entry: Entry
    table: pd.DataFrame
    shapes: NDArray[np.object_] | None
    crs: str
    rows: NDArray[np.int64]
    sha256: str
    form: dict[str, str] | None = None
    told: tuple[Problem, ...] = ()


def read_layer(entry: Entry) -> RawLayer:
    """
    Read one layer's file.

    Raises
    ------
    InputError
        ``unknown-format``, ``empty-file``, ``broken-file``, ``file-encoding``, ``ragged-rows``,
        ``repeated-column``, ``which-table`` or ``no-shapes``; of other formats those of
        :mod:`gridplan.district.sources.container`, ``vectors`` and ``sheets``.
    """
    suffix = entry.path.suffix.lower()
    if suffix == ".json":
        suffix = ".geojson"
    readers = {".csv": _read_csv, ".geojson": _read_geojson, ".gpkg": _read_geopackage}
    if suffix not in readers:
        return _other_format(entry)
    try:
        raw = read_given(entry.path, most=LAYER_BYTES)
    except UnreadableError as error:
        raise _refuse(entry, "broken-file", reason=error.reason) from error
    if not raw.strip():
        raise _refuse(entry, "empty-file")
    table, shapes, crs, rows, form = _contents(readers[suffix], entry, raw)
    if table.empty and not len(table):
        raise _refuse(entry, "empty-file")
    table.index = pd.RangeIndex(len(table))
    return RawLayer(entry, table, shapes, crs, rows, hashlib.sha256(raw).hexdigest(), form)


def _other_format(entry: Entry) -> RawLayer:
    # Imported here: most districts need none of the libraries that these bring along.
    from gridplan.district.sources.container import look
    from gridplan.district.sources.sheets import read_sheet
    from gridplan.district.sources.vectors import read_vector

    try:
        found = look(entry.path)
        if found.kind not in (*_SHEETS, *_SHAPES):
            raise _refuse(entry, "unknown-format", formats=list(SUFFIXES))
        if found.kind in _SHEETS:
            source = read_sheet(found, sheet=entry.table)
        else:
            source = read_vector(found, layer=entry.table)
    except InputError as error:
        raise InputError([_of_layer(entry, problem) for problem in error.problems]) from error
    # A map format has columns of its own that nobody filled.
    blank = [name for name in source.table if source.table[name].isna().all()]
    table = source.table.drop(columns=blank if source.shapes is not None else [])
    if found.kind == "shapefile":
        table = table.rename(columns=_whole_names(entry.layer, list(table)))
    return RawLayer(
        entry, table, source.shapes, source.crs, source.rows, source.sha256, told=source.told
    )


def _whole_names(layer: str, cut: list[str]) -> dict[str, str]:
    """Name the fields whose headers a shapefile cut off after ten letters, where one alone fits."""
    names = [one.name for one in LAYERS[layer].fields if len(one.name) > _DBASE]
    fits = {head: [name for name in names if name.startswith(head)] for head in cut}
    return {
        head: found[0]
        for head, found in fits.items()
        if len(head) == _DBASE and len(found) == 1 and found[0] not in cut
    }


def _of_layer(entry: Entry, problem: Problem) -> Problem:
    """Say what a reader says as it is said of a district folder, where other words help there."""
    codes = {"intake-which-layer": "which-table", "intake-unknown-format": "unknown-format"}
    if problem.code not in codes:
        return problem
    values = {"layer": entry.layer, "file": entry.file, "formats": list(SUFFIXES)}
    values |= {"table": entry.table or "-", "tables": problem.values.get("layers", [])}
    return Problem(codes[problem.code], values)


class Contents(NamedTuple):
    """Columns, shapes, the CRS the file carries, numbers of the rows, and the form of a CSV."""

    table: pd.DataFrame
    shapes: NDArray[np.object_] | None
    crs: str
    rows: NDArray[np.int64]
    form: dict[str, str] | None = None


def _contents(reader: Callable[[Entry, bytes], Contents], entry: Entry, raw: bytes) -> Contents:
    """Let a reader loose on a file; whatever it stumbles over is said of this file."""
    try:
        return reader(entry, raw)
    except InputError:
        raise
    except Exception as error:
        raise _refuse(entry, "broken-file", reason=reason_of(error)) from error


def _refuse(entry: Entry, code: str, **values: object) -> InputError:
    return InputError([Problem(code, {"layer": entry.layer, "file": entry.file, **values})])


def _decode(entry: Entry, raw: bytes) -> str:
    try:
        return decode(raw)[0]
    except UnreadableError as error:
        raise _unreadable(entry, error) from error


def _unreadable(entry: Entry, error: UnreadableError) -> InputError:
    if error.reason.code == "encoding":
        return _refuse(entry, "file-encoding")
    return _refuse(entry, "broken-file", reason=error.reason)


def _read_csv(entry: Entry, raw: bytes) -> Contents:
    try:
        found = read_delimited(raw)
    except UnreadableError as error:
        raise _unreadable(entry, error) from error
    ragged, header = found.ragged, found.header
    if ragged:
        raise _refuse(entry, "ragged-rows", rows=[str(n) for n in ragged[:5]], count=len(ragged))
    named = [name for name in header if name]
    repeated = sorted({name for name in named if named.count(name) > 1})
    if repeated:
        raise _refuse(entry, "repeated-column", columns=repeated)
    width = len(header)
    cells = [(*row[:width], *[""] * (width - len(row))) for row in found.rows]
    columns = zip(*cells, strict=True) if cells else [()] * width
    data = {
        name: np.array(column, dtype=object)
        for name, column in zip(header, columns, strict=True)
        if name
    }
    table = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in data.items()})
    return Contents(table, None, "", np.array(found.lines, dtype=np.int64), found.form)


def _read_geojson(entry: Entry, raw: bytes) -> Contents:
    try:
        found = read_features(_decode(entry, raw))
    except UnreadableError as error:
        raise _refuse(entry, "broken-file", reason=error.reason) from error
    return Contents(found.table, found.shapes, found.crs, np.arange(1, len(found.table) + 1))


def _read_geopackage(entry: Entry, raw: bytes) -> Contents:
    try:
        tables = list(stored_tables(raw))
    except UnreadableError as error:
        raise _refuse(entry, "broken-file", reason=error.reason) from error
    table = _choose_table(entry, tables)
    try:
        with warnings.catch_warnings():
            # GDAL warns of harmless things (bytes have no file name); the schema judges content.
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(raw, layer=table, force_2d=True)
    except (RuntimeError, ValueError, ShapelyError) as error:
        # GDAL, SQLite, GEOS or the text encoding gives up on a damaged file.
        raise _refuse(entry, "broken-file", reason=Reason("geopackage")) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise _refuse(entry, "no-shapes")
    crs = "" if frame.crs is None or "undefined" in frame.crs.name.lower() else frame.crs.to_wkt()
    columns = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    return Contents(columns, shapes, crs, np.arange(1, len(frame) + 1))


def _choose_table(entry: Entry, tables: list[str]) -> str:
    """Find the layer inside a GeoPackage: the one named, the one called like ours, the only one."""
    chosen = entry.table or (entry.layer if entry.layer in tables else "")
    if not chosen and len(tables) == 1:
        chosen = tables[0]
    if chosen not in tables:
        raise _refuse(entry, "which-table", table=entry.table or "-", tables=tables)
    return chosen
