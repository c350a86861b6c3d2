"""Hold a GeoPackage, table by table, against one made again: what no layer shows is seen too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridplan.audit.differences.difference import Aside, Check, Difference, same
from gridplan.outputs.disk.sqlite_head import settled
from gridplan.outputs.reading.content import read_content

# Written anew by every program that only looks at a file or draws it in its own way.
_DRAWING = {"layer_styles"}
_LOOKED_AT = {"last_change", "identifier", "description", "min_x", "min_y", "max_x", "max_y"}
_SHADOWS = ("_rowid", "_node", "_parent")
_KINDS = {"view": "program", "trigger": "program", "index": "structure", "table": "structure"}


def geopackage_compared(found: Path, fresh: Path) -> Check:
    """
    Compare every object and row of a GeoPackage with one made again from what was read of it.

    Parameters
    ----------
    found, fresh
        The file, and the one made again.

    Returns
    -------
    check
        ``geopackage``. Differences: views and triggers put in, layers put in, tables built
        otherwise, values that no reader of layers sees. Asides: styles, tables of other
        programs, what a program writes that only looks at the file.
    """
    raw, again = settled(read_content(found)), settled(fresh.read_bytes())
    if raw == again:
        return Check("geopackage", len(raw), ())
    told: list[Difference] = []
    asides: list[Aside] = []
    try:
        with _opened(raw) as left, _opened(again) as right:
            count = _compared(left, right, found.name, told, asides)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        name = type(error).__name__
        told.append(Difference(found.name, "sqlite_master", name, "", "unreadable"))
        count = 1
    if not told and not asides:
        asides.append(Aside(found.name, "rewritten"))
    return Check("geopackage", count, tuple(told), tuple(asides))


@contextmanager
def _opened(raw: bytes) -> Iterator[sqlite3.Connection]:
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(raw)
        base.execute("PRAGMA trusted_schema = OFF")
        yield base
    finally:
        base.close()


def _compared(
    left: sqlite3.Connection,
    right: sqlite3.Connection,
    file: str,
    told: list[Difference],
    asides: list[Aside],
) -> int:
    found, expected = _objects(left), _objects(right)
    layers = {name for (name,) in left.execute("SELECT table_name FROM gpkg_contents")}
    for key in [*found, *(key for key in expected if key not in found)]:
        kind, name = key
        if key in found and key in expected and found[key] == expected[key]:
            continue
        own = kind in ("table", "index") and key not in expected and name not in layers
        if own:  # QGIS keeps its projects and metadata in tables of its own
            asides.append(Aside(file, "table", name))
            continue
        sort = "layer" if kind == "table" and key not in expected else _KINDS.get(kind, "structure")
        here, there = (part.get(key) for part in (found, expected))
        told.append(Difference(file, f"{kind} {name}", here, there, "others", sort))
    # Nothing is asked of what the file defines otherwise: a view would run whatever it holds.
    names = [
        name
        for (kind, name), text in found.items()
        if kind == "table" and expected.get((kind, name)) == text
    ]
    count = len(found)
    for name in names:
        count += _rows_compared(left, right, name, file, told, asides)
    return count


def _objects(base: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = base.execute("SELECT type, name, sql FROM sqlite_master")
    return {(str(kind), str(name)): str(text or "") for kind, name, text in rows}


def _rows_compared(
    left: sqlite3.Connection,
    right: sqlite3.Connection,
    name: str,
    file: str,
    told: list[Difference],
    asides: list[Aside],
) -> int:
    if name.startswith("rtree_"):
        if name.endswith(_SHADOWS):
            return 0
        query = f'SELECT * FROM "{name}" ORDER BY 1'  # a name the fresh file has
    else:
        query = f'SELECT * FROM "{name}"'
    cursors = [base.execute(query) for base in (left, right)]
    columns = [str(entry[0]) for entry in cursors[1].description]
    found, expected = (cursor.fetchall() for cursor in cursors)
    if found == expected:
        return len(expected) * len(columns)
    if name in _DRAWING:
        asides.append(Aside(file, "styles", name))
        return len(columns)
    if len(found) != len(expected):
        told.append(Difference(file, name, len(found), len(expected), "others", "rows"))
        return len(columns)
    for at, (row, other) in enumerate(zip(found, expected, strict=True)):
        for column, one, two in zip(columns, row, other, strict=True):
            if one is two or (type(one) is type(two) and same(one, two)):
                continue
            if name == "gpkg_contents" and column in _LOOKED_AT:
                aside = Aside(file, "looked-at", f"{name}.{column}")
                asides += [] if aside in asides else [aside]
                continue
            place = f"{name}[{row[0] if isinstance(row[0], (int, str)) else at}].{column}"
            sort = "structure" if name.startswith(("gpkg_", "rtree_", "sqlite_")) else ""
            here, there = (_shown(value) for value in (one, two))
            told.append(Difference(file, place, here, there, "others", sort))
    return len(expected) * len(columns)


def _shown(value: object) -> object:
    return f"{len(value):,} bytes" if isinstance(value, bytes) else value
