"""
Results of many districts as GeoParquet, one partition a district code.

A folder a table, in it ``adcode=CODE`` folders, in those one file a task: the layout that DuckDB,
QGIS, pyarrow and pandas read as they find it. Reading one district opens its own files alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from gridplan.batch.record import Record
from gridplan.batch.tasks import Task
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.names import is_missing
from gridplan.planning.plan import Plan

STORE = "store"
TABLES = ("districts", "units", "grids", "centers", "findings")
_SAFE = re.compile(r"[^0-9A-Za-z._-]")
# Of an outline 1e-6 of a degree is 0.1 m: finer than any layer is drawn.
_DIGITS = 1e-6


def write_partitions(plan: Plan, out: Path, task: Task, record: Record) -> None:
    """
    Write a plan's tables, each file all or nothing; shapes in WGS-84 degrees (EPSG:4326).

    Parameters
    ----------
    plan
        A finished plan.
    out
        Folder of the batch.
    task, record
        Whose plan it is; the record's figures are the row of ``districts``.
    """
    for name, table in _tables(plan, record).items():
        table.insert(0, "scenario", task.name)
        table.insert(0, "district", record.name_zh)
        path = partition(out, name, record.code, task)
        write_whole(path, table.to_parquet)


def drop_partitions(out: Path, task: Task) -> None:
    """Remove what an earlier run of a task left in the store: it is not its result any more."""
    for path in (out / STORE).glob(f"*/adcode=*/{_file(task)}"):
        path.unlink(missing_ok=True)


def partition(out: Path, table: str, code: str, task: Task) -> Path:
    """Give the file of one task in one table."""
    return out / STORE / table / f"adcode={_SAFE.sub('_', code)}" / _file(task)


def _file(task: Task) -> str:
    return f"{_SAFE.sub('_', task.place)}.{_SAFE.sub('_', task.name)}.parquet"


def _tables(plan: Plan, record: Record) -> dict[str, Any]:
    layout, district = plan.layout, plan.district
    units = gpd.GeoDataFrame(
        pd.DataFrame(layout.units).join(district.units[["population"]]),
        geometry=district.units.geometry,
        crs=district.crs,
    )
    outline = shapely.union_all(district.units.geometry.to_crs(LON_LAT).array, grid_size=_DIGITS)
    whole = gpd.GeoDataFrame([record.figures], geometry=[outline], crs=LON_LAT)
    findings = plan.findings[[key for key in plan.findings if plan.findings[key].dtype != "O"]]
    texts = ("rule", "profile", "level", "subject_kind", "subject", "state", "unit")
    findings = findings.assign(**{key: plan.findings[key].astype("string") for key in texts})
    made = {
        "districts": whole,
        "units": _flat(units.reset_index(names="unit")),
        "findings": findings.reset_index(drop=True),
    }
    for name, index in (("grids", "grid"), ("centers", "center")):
        table = getattr(layout, name)
        if len(table):
            made[name] = _flat(table.reset_index(names=index))
    return made


def _flat(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep what Parquet can hold: lists and the like become text."""
    table = table.to_crs(LON_LAT)
    for name in table.columns.drop("geometry"):
        if table[name].dtype == "O":
            values = table[name].astype(object)
            texts = [None if is_missing(value) else str(value) for value in values]
            table[name] = pd.array(texts, dtype="string")
    return table


def read_store(out: str | Path, table: str, *, adcode: str | None = None) -> pd.DataFrame:
    """
    Read a table of a batch.

    Parameters
    ----------
    out
        Folder of the batch.
    table
        One of :data:`TABLES`.
    adcode
        Code of a district, or of a city or province: the digits it begins with (``4403``). None
        for all. Only the files of the districts meant are opened.

    Returns
    -------
    table
        A GeoDataFrame in EPSG:4326 but for ``findings``; column ``adcode`` beside the others.

    Raises
    ------
    InputError
        ``batch-no-table`` if there is no such table; ``batch-not-stored`` if it holds nothing of
        the code.
    """
    if table not in TABLES:
        raise InputError([Problem("batch-no-table", {"value": table, "valid": list(TABLES)})])
    parts = [_read(path, code) for path, code in _files(Path(out), table, adcode or "")]
    if not parts:
        raise InputError(
            [Problem("batch-not-stored", {"value": adcode or "-", "folder": str(out)})]
        )
    return pd.concat(parts, ignore_index=True)


def _files(out: Path, table: str, begins: str) -> Iterator[tuple[Path, str]]:
    for folder in sorted((out / STORE / table).glob(f"adcode={_SAFE.sub('_', begins)}*")):
        code = folder.name.partition("=")[2]
        for path in sorted(folder.glob("*.parquet")):
            yield path, code


def _read(path: Path, code: str) -> pd.DataFrame:
    shaped = b"geo" in (pq.read_schema(path).metadata or {})
    # The folder's name says the code; read from within it, so that no reader adds it as a number.
    with path.open("rb") as file:
        table = gpd.read_parquet(file) if shaped else pd.read_parquet(file)
    table.insert(0, "adcode", code)
    return table
