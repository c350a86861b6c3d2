"""Map layers -> sources: shapefile, GeoPackage, FileGDB, FlatGeobuf, GeoParquet, GeoJSON, KML."""

from __future__ import annotations

import io
import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyarrow import parquet
from shapely.errors import ShapelyError

from gridplan.district.files.delimited import decode
from gridplan.district.files.geojson import read_features
from gridplan.district.files.geopackage_tables import stored_tables
from gridplan.district.files.reason import UnreadableError
from gridplan.district.sources.archive import UNPACKED
from gridplan.district.sources.container import Container, laid_out
from gridplan.district.sources.kml import read_marks
from gridplan.district.sources.source import Source, refuse, text_cells
from gridplan.errors import InputError, Problem

MOST_ROWS = 2_000_000
MOST_CELLS = 20_000_000
ENCODINGS = ("utf-8", "gb18030", "big5")


def read_vector(container: Container, *, layer: str = "", encoding: str = "") -> Source:
    """
    Read one layer of a map file.

    Parameters
    ----------
    container
        As :func:`gridplan.district.sources.container.look` found it.
    layer
        Name of the layer inside; may stay empty where there is only one.
    encoding
        Of a shapefile's texts; found out where empty.

    Raises
    ------
    InputError
        ``intake-broken``, ``intake-which-layer``, ``intake-too-many-rows`` or ``intake-encoding``.
    """
    try:
        frame, name, used, told = _frame(container, layer, encoding)
    except InputError:
        raise
    except (RuntimeError, ValueError, ShapelyError, OSError, KeyError, RecursionError) as error:
        raise refuse(container.name, "intake-broken", reason=_first_line(error)) from None
    if len(frame) > MOST_ROWS:
        raise refuse(container.name, "intake-too-many-rows", most=f"{MOST_ROWS:,}")
    if not len(frame):
        raise refuse(container.name, "intake-no-rows")
    shapes, crs = None, ""
    if isinstance(frame, gpd.GeoDataFrame):
        shapes = np.asarray(shapely.force_2d(frame.geometry.to_numpy()), dtype=object)
        crs = _crs_of(frame)
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    table = pd.DataFrame(
        {str(key): pd.Series(text_cells(frame[key]), dtype=object) for key in frame.columns},
        index=pd.RangeIndex(len(frame)),
    )
    shown = f"{container.name}[{name}]" if name else container.name
    rows = np.arange(1, len(table) + 1)
    return Source(shown, table, shapes, crs, rows, container.sha256, used, tuple(told))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


Read = tuple[gpd.GeoDataFrame | pd.DataFrame, str, str, list[Problem]]


def _frame(container: Container, layer: str, encoding: str) -> Read:
    kind = container.kind
    if kind == "geojson":
        return _geojson(container), "", "", []
    if kind == "geoparquet":
        return _parquet(container), "", "", []
    if kind == "shapefile":
        return _shapefile(container, encoding)
    if kind == "kml":
        return _kml(container, layer)
    if kind == "gdb":
        with laid_out(container) as path:
            name = _layer_of(container, path, layer)
            return _quiet(path, layer=name), name, "", []
    name = _layer_of(container, container.raw, layer)
    return _quiet(container.raw, layer=name), name if kind == "gpkg" else "", "", []


def _kml(container: Container, layer: str) -> Read:
    layers = read_marks(container.raw)
    if not layers:
        raise refuse(container.name, "intake-no-rows")
    name = _chosen(container, layer, list(layers))
    found = layers[name]
    return gpd.GeoDataFrame(found.table, geometry=found.shapes, crs="OGC:CRS84"), name, "", []


def _quiet(place: Any, **options: Any) -> gpd.GeoDataFrame | pd.DataFrame:  # noqa: ANN401
    with warnings.catch_warnings():
        # GDAL warns of harmless things (bytes have no file name); later steps judge content.
        warnings.simplefilter("ignore")
        return pyogrio.read_dataframe(place, force_2d=True, **options)


def _layer_of(container: Container, place: Any, layer: str) -> str:  # noqa: ANN401
    stored = _stored(container) if container.kind == "gpkg" else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        listed = [(str(name), kind) for name, kind in pyogrio.list_layers(place)]
    listed = [(name, kind) for name, kind in listed if stored is None or name in stored]
    drawn = [name for name, kind in listed if kind is not None] or [name for name, _ in listed]
    return _chosen(container, layer, drawn)


def _chosen(container: Container, layer: str, names: list[str]) -> str:
    if layer in names:
        return layer
    if len(names) == 1 and not layer:
        return names[0]
    raise refuse(container.name, "intake-which-layer", layer=layer or "-", layers=names or ["-"])


def _stored(container: Container) -> tuple[str, ...]:
    """Tables of a GeoPackage that hold stored rows: a view of a foreign file is not run."""
    try:
        return stored_tables(container.raw)
    except UnreadableError as error:
        raise refuse(container.name, "intake-broken", reason=error.reason) from None


def _geojson(container: Container) -> gpd.GeoDataFrame:
    """Read without GDAL: whatever the text holds, nothing else is opened."""
    try:
        found = read_features(decode(container.raw)[0])
    except UnreadableError as error:
        raise refuse(container.name, "intake-broken", reason=error.reason) from None
    rows = found.table.drop(columns="geometry", errors="ignore")
    return gpd.GeoDataFrame(rows, geometry=found.shapes, crs=found.crs or "OGC:CRS84")


def _parquet(container: Container) -> gpd.GeoDataFrame | pd.DataFrame:
    told = parquet.ParquetFile(io.BytesIO(container.raw)).metadata
    held = sum(told.row_group(at).total_byte_size for at in range(told.num_row_groups))
    if (
        told.num_rows > MOST_ROWS
        or held > UNPACKED
        or told.num_rows * told.num_columns > MOST_CELLS
    ):
        raise refuse(container.name, "intake-too-many-rows", most=f"{MOST_ROWS:,}")
    try:
        return gpd.read_parquet(io.BytesIO(container.raw))
    except ValueError as error:
        if "geo" not in str(error).lower():
            raise
        return pd.read_parquet(io.BytesIO(container.raw))


def _shapefile(container: Container, encoding: str) -> Read:
    """
    Find the encoding of a shapefile's texts: declared, else the first in which all of it reads.

    ``.cpg`` files are often missing and sometimes wrong; the bytes of the table decide.
    """
    declared = container.members.get(".cpg", b"").decode("ascii", "ignore").strip()
    texts = _texts_of(container.members[".dbf"])
    tried = [encoding] if encoding else [declared, *ENCODINGS]
    failures: dict[str, int] = {}
    for name in dict.fromkeys(filter(None, tried)):
        try:
            failures[_CODECS.get(name.lower(), name)] = _unreadable(
                texts, _CODECS.get(name.lower(), name)
            )
        except LookupError:  # .cpg files name encodings nobody knows
            continue
    # A text cut at the width of its column may end in half a character.
    codec = next((name for name, count in failures.items() if count <= len(texts) // 100), "")
    if not codec:
        raise refuse(container.name, "intake-encoding", encodings=list(ENCODINGS))
    with laid_out(container) as path:
        frame = _quiet(path, encoding=codec)
    told = []
    if codec.lower().replace("-", "") != "utf8" and not declared:
        values = {
            "layer": "",
            "file": container.name,
            "encoding": "GBK" if codec == "gb18030" else codec,
        }
        told.append(Problem("intake-encoding-found", values))
    return frame, "", codec, told


_CODECS = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030"}


def _texts_of(table: bytes) -> list[bytes]:
    """Cut the text fields out of a dBASE table; the first 20,000 that are not blank."""
    head, width = int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")
    fields, start = [], 1
    for at in range(32, head - 1, 32):
        kind, size = table[at + 11 : at + 12], table[at + 16]
        if kind == b"C":
            fields.append((start, start + size))
        start += size
    texts = [table[at : at + 11].split(b"\x00")[0] for at in range(32, head - 1, 32)]
    for row in range(head, len(table) - width + 1, max(width, 1)):
        record = table[row : row + width]
        texts += [t for a, b in fields if (t := record[a:b].strip(b" \x00"))]
        if len(texts) > 20_000:
            break
    return texts


def _unreadable(texts: list[bytes], codec: str) -> int:
    count = 0
    for text in texts:
        try:
            text.decode(codec)
        except UnicodeDecodeError:
            count += 1
    return count


def _crs_of(frame: gpd.GeoDataFrame) -> str:
    if frame.crs is None or "undefined" in frame.crs.name.lower():
        return ""
    authority = frame.crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else frame.crs.to_wkt()
