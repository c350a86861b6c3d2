"""
Results of many districts as GeoParquet, one partition a district code.

A folder a table, in it ``adcode=CODE`` folders, in those one file a task: the layout that DuckDB,
QGIS, pyarrow and pandas read as they find it. Reading one district opens its own files alone.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from gridplan.batch.across.homes import HomePart, homes_of, told_tables
from gridplan.batch.record import Record, records_by_home
from gridplan.batch.tasks import Task
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.names import is_missing
from gridplan.planning.plan import Plan

STORE = "store"
TABLES = ("districts", "units", "grids", "centers", "findings")
_UNSAFE = re.compile(r"[^\w.+-]")
_TEXTS: tuple[str, ...] = (
    "rule",
    "profile",
    "level",
    "title_zh",
    "title_en",
    "subject_kind",
    "subject",
    "state",
    "unit",
)
_NUMBERS = ("value", "lower", "upper")
# Of an outline 1e-6 of a degree is 0.1 m: finer than any layer is drawn.
_DIGITS = 1e-6


def write_partitions(
    plan: Plan, out: Path, task: Task, record: Record, parts: Sequence[HomePart] = ()
) -> None:
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
    parts
        What a plan of several districts is to each of them: its rows go to its own partition.
    """
    if not parts:
        layout = plan.layout
        units = layout.units.join(plan.district.units[["population"]])
        tables = {"units": units, "grids": layout.grids, "centers": layout.centers}
        tables["findings"] = plan.findings
        _write(_tables(plan, record, tables), out, task, record)
        return
    homes = homes_of(plan)
    for part, one in zip(parts, records_by_home([record]), strict=True):
        tables = dict(told_tables(part, homes))
        _write(_tables(part.plan, one, tables), out, task, one)


def _write(tables: Mapping[str, pd.DataFrame], out: Path, task: Task, record: Record) -> None:
    for name, table in tables.items():
        table.insert(0, "scenario", task.name)
        table.insert(0, "district", record.name_zh)
        path = partition(out, name, record.code, task)
        write_whole(path, table.to_parquet)


def drop_partitions(out: Path, task: Task, codes: Iterable[str]) -> None:
    """
    Remove what an earlier run of a task left in the store: it is not its result any more.

    Parameters
    ----------
    out
        Folder of the batch.
    task
        The task.
    codes
        Of the districts it may have written for.
    """
    for code in codes:
        for table in TABLES:
            partition(out, table, code, task).unlink(missing_ok=True)


def partition(out: Path, table: str, code: str, task: Task) -> Path:
    """Give the file of one task in one table."""
    return out / STORE / table / f"adcode={_file_name(code)}" / f"{_file_name(task.key)}.parquet"


def _file_name(text: str) -> str:
    """Give a name any file system holds, another for each text: as Hive writes a partition's."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), text)


def _tables(
    plan: Plan, record: Record, known: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    district = plan.district
    units = gpd.GeoDataFrame(
        known["units"], geometry=district.units.geometry.to_numpy(), crs=district.crs
    )
    outline = shapely.union_all(district.units.geometry.to_crs(LON_LAT).array, grid_size=_DIGITS)
    whole = gpd.GeoDataFrame([record.figures], geometry=[outline], crs=LON_LAT)
    findings = known["findings"][[*_TEXTS, *_NUMBERS]].astype(dict.fromkeys(_TEXTS, "string"))
    findings = findings.assign(**{key: pd.to_numeric(findings[key]) for key in _NUMBERS})
    made: dict[str, pd.DataFrame] = {
        "districts": whole,
        "units": _flat(units.reset_index(names="unit")),
        "findings": findings.reset_index(drop=True),
    }
    for name, index in (("grids", "grid"), ("centers", "center")):
        if len(known[name]):
            made[name] = _flat(gpd.GeoDataFrame(known[name]).reset_index(names=index))
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
    own = out / STORE / table / f"adcode={_file_name(begins)}"
    # A whole code is found without looking through the others.
    found = (
        [own] if begins and own.is_dir() else sorted(own.parent.glob(f"{glob.escape(own.name)}*"))
    )
    for folder in found:
        code = unquote(folder.name.partition("=")[2])
        for path in sorted(folder.glob("*.parquet")):
            yield path, code


def _read(path: Path, code: str) -> pd.DataFrame:
    # Read from an open file: by the path a reader would add the folder's code as a number.
    with path.open("rb") as file:
        shaped = b"geo" in (pq.read_schema(file).metadata or {})
        file.seek(0)
        table = gpd.read_parquet(file) if shaped else pd.read_parquet(file)
    table.insert(0, "adcode", code)
    return table
