"""Tables in memory -> a district: through the same reader, checks and repairs as a folder."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridplan.district.district import INDEXES, District
from gridplan.district.folder.read import read_district
from gridplan.district.folder.write import LayerTable, write_district
from gridplan.district.schema.headers import match_headers
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import LABELS, nearest
from gridplan.errors import InputError, Problem
from gridplan.text.shown import brief

WEAKEST = "modelled"
"""What a table is taken for where nobody says: nothing more can be claimed of it."""

Told = str | Mapping[str, str]
"""The same for every layer, or by layer."""


def district_of_frames(
    layers: Mapping[str, pd.DataFrame | None],
    *,
    name: str | tuple[str, str] = "",
    code: str = "",
    vintage: str = "",
    labels: Told = WEAKEST,
    sources: Told = "",
    crs: Told = "",
) -> District:
    """
    Make a district of tables.

    Parameters
    ----------
    layers
        By name, as :data:`gridplan.district.schema.schema.LAYERS`; None for one that is not there.
        Columns may be called what they may be called in a folder (人口, 街道 ...). Ids stand in a
        column, or in the index where it is named or is no mere count.
    name
        Of the district, or its Chinese and its English one.
    code
        Administrative code; rules that speak of one place apply by it.
    vintage
        Of the figures.
    labels
        ``real``, ``derived`` or ``modelled``.
    sources
        One line on where a table comes from.
    crs
        Of tables with ``x`` and ``y`` instead of shapes, or of shapes in ``gcj02`` or ``bd09``.

    Returns
    -------
    District
        ``folder`` is None.

    Raises
    ------
    InputError
        If a layer is unknown, no table, or has shapes without CRS; then whatever reading a folder
        of the same tables would tell.
    """
    given = {layer: frame for layer, frame in layers.items() if frame is not None}
    problems = [problem for layer, frame in given.items() for problem in _wrong(layer, frame, crs)]
    problems += [
        Problem("frame-label", {"layer": layer, "value": brief(label), "valid": list(LABELS)})
        for layer in given
        if layer in LAYERS
        for label in [_of(labels, layer, WEAKEST)]
        if label not in LABELS
    ]
    if problems:
        raise InputError(problems)
    both = (name, name) if isinstance(name, str) else name
    made = {
        layer: LayerTable(
            _with_ids(layer, frame),
            label=_of(labels, layer, WEAKEST),
            source=_of(sources, layer, "") or "gridplan.District.from_frames",
            crs=_of(crs, layer, ""),
        )
        for layer, frame in given.items()
    }
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        told = {"code": code or "000000", "vintage": vintage}
        told |= {"name_zh": both[0] or "未命名", "name_en": both[1] or "Unnamed"}
        write_district(Path(folder), made, **told)
        return dataclasses.replace(read_district(folder), folder=None)


def _of(told: Told, layer: str, default: str) -> str:
    return told if isinstance(told, str) else told.get(layer, default)


def _wrong(layer: str, frame: object, crs: Told) -> list[Problem]:
    if layer not in LAYERS:
        near = nearest(layer, LAYERS) or list(LAYERS)
        return [Problem("frame-unknown", {"layer": brief(layer), "near": near})]
    if not isinstance(frame, pd.DataFrame):
        return [Problem("frame-no-table", {"layer": layer, "value": brief(frame)})]
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is None and not _of(crs, layer, ""):
        return [Problem("frame-no-crs", {"layer": layer})]
    if not frame.columns.is_unique:
        twice = sorted({str(column) for column in frame.columns[frame.columns.duplicated()]})
        return [Problem("frame-columns-twice", {"layer": layer, "columns": twice})]
    return []


def _with_ids(layer: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Bring the ids from the index to a column; keep only what a file can hold."""
    table = frame.rename(columns=str)
    if isinstance(table, gpd.GeoDataFrame):
        table = table.rename_geometry("geometry") if table.geometry.name != "geometry" else table
    key = INDEXES[layer]
    found, _ = match_headers(layer, [str(name) for name in table.columns])
    index = table.index
    if key not in found and (index.name is not None or not isinstance(index, pd.RangeIndex)):
        table = table.assign(**{key: index.astype(str)})
    return _plain(table.reset_index(drop=True))


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns of lists and other values that no table file has."""
    odd = [
        name
        for name in table.columns
        if name != "geometry"
        and table[name].dtype == object
        and table[name].map(lambda value: isinstance(value, (list, tuple, dict, set))).any()
    ]
    return table.drop(columns=odd)
