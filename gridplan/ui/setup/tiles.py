"""Tiles of MBTiles files, laid out as files for the browser: only those of the district."""

from __future__ import annotations

import atexit
import hashlib
import math
import sqlite3
import tempfile
import threading
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import streamlit.components.v1

from gridplan.outputs.disk.hidden_folder import HiddenFolder

MOST = 20_000
"""Tiles laid out for one district at most: the coarse levels first."""
PREFIX = "gridplan-tiles-"
_ENDS = {"png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp"}
_LOCK = threading.Lock()


@cache
def _home() -> Path:
    """Give the folder tiles are served from; it ends with the server."""
    place = Path(tempfile.gettempdir())
    for left in HiddenFolder.abandoned(place, prefix=PREFIX):
        left.close()  # of a server that was killed
    made = HiddenFolder.made(place, prefix=PREFIX)
    atexit.register(made.close)
    return made.path


@cache
def _served() -> str:
    """Serve the folder under a name of the app; it is never drawn itself."""
    return str(streamlit.components.v1.declare_component("gridplan_tiles", path=_home()).name)


def tiles_of(file: Path, bounds: list[list[float]]) -> dict[str, Any] | None:
    """
    Lay out the tiles of a district.

    Parameters
    ----------
    file
        MBTiles of pictures: PNG, JPEG or WebP.
    bounds
        Corners south-west and north-east of the district, latitude first, WGS-84.

    Returns
    -------
    layer
        ``url`` below the app's address, ``min`` and ``max`` level; None for a file that holds no
        pictures of the place.
    """
    try:
        found = file.stat()
        told = f"{file} {found.st_mtime_ns} {found.st_size} {bounds}"
        name = hashlib.sha256(told.encode()).hexdigest()[:20]
        with _LOCK:
            levels = _laid_out(file, _home() / name, bounds)
    except (OSError, sqlite3.Error, ValueError):
        return None
    if not levels:
        return None
    end = next((_home() / name).glob("*/*/*")).suffix
    url = f"component/{_served()}/{name}/{{z}}/{{x}}/{{y}}{end}"
    return {"url": url, "min": min(levels), "max": max(levels)}


def _laid_out(file: Path, target: Path, bounds: list[list[float]]) -> list[int]:
    """Write the tiles once; give the levels there are."""
    if target.is_dir():
        return sorted(int(level.name) for level in target.iterdir())
    uri = f"file:{file.as_posix()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as book:
        about = dict(book.execute("SELECT name, value FROM metadata"))
        end = _ENDS.get(str(about.get("format", "png")).lower())
        if end is None:
            return []
        left = MOST
        known = [row[0] for row in book.execute("SELECT DISTINCT zoom_level FROM tiles")]
        for level in sorted(int(z) for z in known if 0 <= int(z) <= 24):
            left -= _level(book, target, level, end, window(bounds, level), left)
            if left <= 0:
                break
    return sorted(int(found.name) for found in target.iterdir()) if target.is_dir() else []


def _level(
    book: sqlite3.Connection, target: Path, level: int, end: str, span: tuple[int, ...], most: int
) -> int:
    west, east, north, south = span
    high = 2**level - 1
    rows = book.execute(
        "SELECT tile_column, tile_row, tile_data FROM tiles WHERE zoom_level = ?"
        " AND tile_column BETWEEN ? AND ? AND tile_row BETWEEN ? AND ? LIMIT ?",
        (level, west, east, high - south, high - north, most + 1),
    ).fetchall()
    if len(rows) > most:
        return most  # half a level would look like a hole in the map
    for x, row, content in rows:
        path = target / str(level) / str(int(x)) / f"{high - int(row)}.{end}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(rows)


def window(bounds: list[list[float]], level: int) -> tuple[int, int, int, int]:
    """
    Give the tiles that cover a district and a tile around it.

    Returns
    -------
    west, east, north, south
        Columns and rows of the usual scheme, rows from the north; both ends included.
    """
    (south, west), (north, east) = bounds
    top = 2**level - 1

    def column(lon: float) -> int:
        return math.floor((lon + 180) / 360 * 2**level)

    def row(lat: float) -> int:
        rad = math.radians(max(-85.05, min(85.05, lat)))
        return math.floor((1 - math.asinh(math.tan(rad)) / math.pi) / 2 * 2**level)

    held = (column(west) - 1, column(east) + 1, row(north) - 1, row(south) + 1)
    low_x, high_x, low_y, high_y = (max(0, min(top, n)) for n in held)
    return low_x, high_x, low_y, high_y
