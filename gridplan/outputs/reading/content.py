"""The files of a plan as bytes, values and layers; one message where one is missing or damaged."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.errors import ShapelyError

from gridplan.district.files.geopackage_tables import stored_tables
from gridplan.district.files.given_file import LAYER_BYTES, read_given
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.errors import InputError, Problem, Reason
from gridplan.outputs.reading.frames import objects_of, single


def read_content(path: Path) -> bytes:
    """
    Read the bytes of a file of a plan.

    Raises
    ------
    InputError
        ``written-missing``, or ``written-damaged`` where it is no regular file or too large.
    """
    try:
        return read_given(path, most=LAYER_BYTES)
    except UnreadableError as error:
        if error.reason.code == "not-found":
            raise InputError([Problem("written-missing", {"file": str(path)})]) from error
        told = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("written-damaged", told)]) from error


def read_values(path: Path) -> dict[str, Any]:
    """
    Read ``plan.json`` as plain values.

    Raises
    ------
    InputError
        ``written-missing`` or ``written-damaged``.
    """
    content = read_content(path)
    try:
        values = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("written-damaged", told)]) from error
    if not isinstance(values, dict) or not isinstance(values.get("provenance"), dict):
        told = {"file": str(path), "reason": "provenance"}
        raise InputError([Problem("written-damaged", told)])
    return values


def read_geopackage(path: Path) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, pd.DataFrame]]:
    """
    Read the layers and the tables of ``plan.gpkg``, in its order and coordinates.

    Raises
    ------
    InputError
        ``written-missing`` or ``written-damaged``.
    """
    # GDAL would follow other formats to other files; only a real GeoPackage is handed to it.
    raw = read_content(path)
    layers: dict[str, gpd.GeoDataFrame] = {}
    tables: dict[str, pd.DataFrame] = {}
    try:
        names = set(stored_tables(raw)) - {"layer_styles"}
        with warnings.catch_warnings():
            # GDAL warns of harmless things (bytes have no file name); the audit judges content.
            warnings.simplefilter("ignore")
            found = pyogrio.list_layers(raw)
            frames = {
                name: (kind, pyogrio.read_dataframe(raw, layer=name))
                for name, kind in found
                if name in names
            }
        for name, (kind, frame) in frames.items():
            if kind is None:
                tables[name] = objects_of(pd.DataFrame(frame))
            else:
                layers[name] = single(objects_of(frame))
    except (UnreadableError, RuntimeError, ValueError, ShapelyError) as error:
        # GDAL, SQLite, GEOS or the text encoding gives up on a damaged file.
        reason = error.reason if isinstance(error, UnreadableError) else Reason("geopackage")
        told = {"file": str(path), "reason": reason}
        raise InputError([Problem("written-damaged", told)]) from error
    if "units" not in layers:
        told = {"file": str(path), "reason": "layer units"}
        raise InputError([Problem("written-damaged", told)])
    return layers, tables
