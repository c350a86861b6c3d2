"""Which tables of a GeoPackage hold stored rows: looked up before GDAL opens it.

A view is a query, and a query of a foreign file may run for ever or read what its planner never
meant to hand out. So only registered tables with stored values are read, and a file whose own
catalogue is a view is not opened at all. Triggers never run: nothing is written.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from gridplan.district.files.reason import UnreadableError
from gridplan.errors import Reason

_MAGIC = b"SQLite format 3\x00"
_APPLICATION_IDS = (b"GPKG", b"GP10", b"GP11")


def stored_tables(raw: bytes) -> tuple[str, ...]:
    """
    List the tables a GeoPackage registers.

    Parameters
    ----------
    raw
        Bytes of the file.

    Returns
    -------
    tables
        Names in ``gpkg_contents`` of feature and attribute tables, in the file's order.

    Raises
    ------
    UnreadableError
        ``geopackage`` if it is none or damaged; ``geopackage-view`` if a registered table, or one
        of the catalogue, is a view, a virtual table or has computed columns.
    """
    if raw[:16] != _MAGIC or raw[68:72] not in _APPLICATION_IDS:
        raise UnreadableError(Reason("geopackage"))
    # In write-ahead mode (18, 19) SQLite would look for a second file, which memory has not.
    plain = raw[:18] + b"\x01\x01" + raw[20:]
    try:
        with closing(sqlite3.connect(":memory:")) as base:
            base.deserialize(plain)
            base.execute("PRAGMA trusted_schema = OFF")
            return _registered(base)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise UnreadableError(Reason("geopackage")) from error


def _registered(base: sqlite3.Connection) -> tuple[str, ...]:
    kinds = {
        str(name).lower(): (kind, str(statement or ""))
        for name, kind, statement in base.execute("SELECT name, type, sql FROM sqlite_master")
        if kind in ("table", "view")
    }
    for name, found in kinds.items():
        if name.startswith("gpkg_"):
            _check_stored(base, name, found)
    rows = base.execute(
        "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
    )
    tables = tuple(str(name) for (name,) in rows)
    for name in tables:
        if name.lower() not in kinds:
            raise UnreadableError(Reason("geopackage"))
        _check_stored(base, name, kinds[name.lower()])
    return tables


def _check_stored(base: sqlite3.Connection, name: str, found: tuple[str, str]) -> None:
    kind, statement = found
    virtual = statement.lstrip().upper().startswith("CREATE VIRTUAL")
    computed = base.execute(
        "SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden > 0", (name,)
    ).fetchone()[0]
    if kind != "table" or virtual or computed:
        raise UnreadableError(Reason("geopackage-view", {"table": name}))
