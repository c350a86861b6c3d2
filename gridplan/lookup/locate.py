"""Precise down-referral: which unit, center, group and lead hospital an address belongs to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from gridplan.district.geometry.crs import to_wgs84
from gridplan.errors import InputError, Problem
from gridplan.lookup.directory import NEW, Directory
from gridplan.outputs.disk.own_files import check_untouched
from gridplan.outputs.files.plan_json import plain_value
from gridplan.outputs.reading.address_file import (
    Addresses,
    read_addresses,
    write_addresses,
)
from gridplan.outputs.words.names import word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_table
from gridplan.text import say

if TYPE_CHECKING:
    pass

SYSTEMS = ("wgs84", "gcj02", "bd09")
"""Coordinate systems an address may be given in: GPS and CGCS2000, Amap and Tencent, Baidu."""

FOUND = "found"
OUTSIDE = "outside"
UNREADABLE = "unreadable"
SWAPPED = "swapped"
BROKEN = "broken"
_WAYS = ("straight", "roads", "matrix")
RESULTS = (FOUND, OUTSIDE, SWAPPED, UNREADABLE, BROKEN)
COLUMNS = (
    "result",
    "unit",
    "subdistrict",
    "community",
    "center",
    "center_name",
    "metres_to_center",
    "regional_center",
    "regional_center_name",
    "grid",
    "lead",
    "lead_name",
    "nearest_center",
    "nearest_center_name",
    "metres_to_nearest",
    "minutes_to_center",
    "walk_by",
    "unit_label",
    "center_label",
    "lead_label",
)
_METRES = ("metres_to_center", "metres_to_nearest", "minutes_to_center")
_LABELS = ("unit_label", "center_label", "lead_label")
WALKS = 4_000_000
"""Walks from addresses to centers that are measured at once."""


def locate(
    known: Directory,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    crs: str = "wgs84",
    broken: Sequence[int] = (),
) -> pd.DataFrame:
    """
    Look addresses up.

    Parameters
    ----------
    known
        From :func:`directory`.
    lon, lat
        ``(n,)`` degrees; NaN where unreadable.
    crs
        One of :data:`SYSTEMS`.
    broken
        Positions of rows that were not read whole; whatever stands in them, none is looked up.

    Returns
    -------
    table
        ``(n,)`` rows in the given order, columns :data:`COLUMNS`. ``result`` is ``found``,
        ``outside`` (in no unit of the district), ``swapped`` (outside, but inside with longitude
        and latitude exchanged), ``unreadable`` or ``broken``; all else is empty unless found, and
        ``nearest_center`` is given only where it is not the center that serves the address. Walks
        are measured from the address as the plan's are (``walk_by``): in ``straight`` lines, along
        ``roads``, or by the ``matrix`` from the unit it is in; ``minutes_to_center`` at the
        scenario's pace. ``unit_label``, ``center_label`` and ``lead_label`` say how far each can be
        trusted (``real``, ``derived``, ``modelled`` ...; ``new`` for a center that is proposed).
        An address on a boundary belongs to the unit that stands first.

    Raises
    ------
    ValueError
        If ``crs`` is unknown.
    """
    if crs not in SYSTEMS:
        msg = f"crs {crs!r} is unknown: use one of {', '.join(SYSTEMS)}"
        raise ValueError(msg)
    east, north = (np.array(part, dtype=float).reshape(-1) for part in (lon, lat))
    readable = np.isfinite(east) & np.isfinite(north) & (abs(east) <= 180) & (abs(north) <= 180)
    readable[list(broken)] = False
    points = _metric(known, east, north, readable, crs)
    unit = _unit_of(known, points)
    result = np.full(len(east), OUTSIDE, dtype=object)
    result[~readable] = UNREADABLE
    result[list(broken)] = BROKEN
    result[unit >= 0] = FOUND
    missed = readable & (unit < 0)
    if missed.any():
        turned = _metric(known, north, east, missed, crs)
        result[_unit_of(known, turned) >= 0] = SWAPPED
    return _table(known, result, unit, points)


def _metric(
    known: Directory,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    crs: str,
) -> NDArray[np.float64]:
    """Bring the wanted places into the plan's CRS; all others, and what has no place, are NaN."""
    points = np.full((len(lon), 2), np.nan)
    wanted = wanted & (abs(lat) <= 90)
    pair = to_wgs84(lon[wanted], lat[wanted], crs)
    points[wanted] = np.column_stack(known.transformer.transform(*pair)).reshape(-1, 2)
    return np.where(np.isfinite(points).all(axis=1, keepdims=True), points, np.nan)


def _unit_of(known: Directory, points: NDArray[np.float64]) -> NDArray[np.int64]:
    unit = np.full(len(points), -1, dtype=np.int64)
    there = np.flatnonzero(np.isfinite(points).all(axis=1))
    hit, where = known.tree.query(shapely.points(points[there]), predicate="intersects")
    order = np.lexsort((-where, hit))
    unit[there[hit[order]]] = where[order]  # the last write wins: the first unit
    return unit


def _table(
    known: Directory,
    result: NDArray[np.object_],
    unit: NDArray[np.int64],
    points: NDArray[np.float64],
) -> pd.DataFrame:
    found = unit >= 0
    columns: dict[str, NDArray[Any]] = {"result": result}
    for name in known.units.columns:
        column = np.full(len(unit), None, dtype=object)
        column[found] = known.units[name].to_numpy()[unit[found]]
        columns[name] = column
    for name in _METRES:
        columns[name] = np.full(len(unit), np.nan)
    for name in ("nearest_center", "nearest_center_name"):
        columns[name] = np.full(len(unit), None, dtype=object)
    columns["walk_by"] = np.full(len(unit), None, dtype=object)
    if len(known.places) and found.any():
        own = pd.Index(known.centers).get_indexer(columns["center"][found])
        apart, near, at = _walks(known, points[found], own)
        # Two centers as far as a rounding apart are equally near: the one that serves stays.
        other = (at != own) & (near < apart - 0.5)
        here = np.flatnonzero(found)
        columns["metres_to_center"][here] = np.where(own >= 0, np.round(apart), np.nan)
        minutes = np.round(apart / known.ways.walk_metres_per_minute, 1)
        columns["minutes_to_center"][here] = np.where(own >= 0, minutes, np.nan)
        columns["walk_by"][here] = known.ways.walk_by
        columns["metres_to_nearest"][here[other]] = np.round(near[other])
        columns["nearest_center"][here[other]] = known.centers[at[other]]
        columns["nearest_center_name"][here[other]] = known.center_names[at[other]]
    # Without a stated type pandas would turn None into NaN where a column is all text.
    return pd.DataFrame(
        {name: pd.Series(columns[name], dtype=columns[name].dtype) for name in COLUMNS}
    )


def _walks(
    known: Directory, points: NDArray[np.float64], own: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Give the metres from each address to its own center, to the nearest, and which that is."""
    if known.ways.walk_by == "straight":
        apart = np.hypot(*(points - known.places[own]).T)
        return apart, *cKDTree(known.places).query(points)
    apart, near = np.full(len(points), np.nan), np.full(len(points), np.nan)
    at = np.zeros(len(points), dtype=np.int64)
    size = max(1, WALKS // len(known.places))
    for first in range(0, len(points), size):
        part = slice(first, first + size)
        metres = known.ways.walked_between(points[part], known.places)
        at[part] = metres.argmin(axis=1)
        near[part] = metres.min(axis=1)
        apart[part] = metres[np.arange(len(metres)), own[part]]
    return apart, near, at


def headers(lang: str) -> list[str]:
    """Name the columns of the answers in ``zh`` or ``en``."""
    return [say(f"locate.column-{name.replace('_', '-')}", lang) for name in COLUMNS]


def told(table: pd.DataFrame, lang: str) -> list[tuple[str, ...]]:
    """Give answers as rows of text: results in words, empty where there is nothing."""
    columns: list[list[str]] = []
    for name in COLUMNS:
        values = table[name].to_numpy()
        if name in _METRES:
            digits = 1 if name == "minutes_to_center" else 0
            told = [f"{value:.{digits}f}" if np.isfinite(value) else "" for value in values]
            columns.append(told)
        elif name == "walk_by":
            said = {code: say(f"locate.walk-{code}", lang) for code in _WAYS}
            columns.append(["" if value is None else said[value] for value in values])
        elif name in _LABELS:
            columns.append([_trust(value, lang) for value in values])
        elif name == "result":
            said = {code: say(f"locate.result-{code}", lang) for code in RESULTS}
            columns.append([said[value] for value in values])
        else:
            columns.append(["" if value is None else str(value) for value in values])
    return list(zip(*columns, strict=True))


def _trust(label: str | None, lang: str) -> str:
    if label is None:
        return ""
    return word("status", label, lang) if label == NEW else word("trust", label, lang)


def locate_file(
    known: Directory, source: Path, target: Path, *, crs: str, lang: str
) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """
    Look up every address of a CSV file and write the file with the answers beside them.

    Parameters
    ----------
    known
        From :func:`directory`.
    source
        As :func:`gridplan.outputs.reading.address_file.read_addresses` takes it.
    target
        Written as :func:`gridplan.outputs.reading.address_file.write_addresses` does: every row of
        the source, in its order, with the columns of :data:`COLUMNS`.
    crs
        One of :data:`SYSTEMS`.
    lang
        Of headers and results.

    Returns
    -------
    counts
        Rows by result.
    notes
        In what form the file was read, and which lines hold bytes that are no text.

    Raises
    ------
    InputError
        As reading and writing do, and ``file-is-input`` if ``target`` is ``source``.
    """
    check_untouched(target, (source,))
    given = read_addresses(source)
    table = _located(known, given, crs)
    write_addresses(given, headers(lang), told(table, lang), target)
    return _counts(table), given.notes


def _located(known: Directory, given: Addresses, crs: str) -> pd.DataFrame:
    lon, lat = np.array(given.lon), np.array(given.lat)
    return locate(known, lon, lat, crs=crs, broken=given.broken)


def _counts(table: pd.DataFrame) -> dict[str, int]:
    counts = table["result"].value_counts()
    return {code: int(counts.get(code, 0)) for code in RESULTS}


def check_question(lon: float | None, lat: float | None, source: Path | None) -> None:
    """
    Make sure that either one address or one file is asked about.

    Raises
    ------
    InputError
        ``address-needed`` otherwise.
    """
    one = lon is not None and lat is not None
    if one == (source is not None) or (lon is None) != (lat is None):
        raise InputError([Problem("address-needed", {})])


def answer(
    known: Directory,
    lon: float | None,
    lat: float | None,
    *,
    crs: str,
    lang: str,
    as_json: bool = False,
) -> str:
    """
    Answer for one address, in aligned lines or as JSON.

    Parameters
    ----------
    known
        From :func:`directory`.
    lon, lat
        Degrees.
    crs
        One of :data:`SYSTEMS`.
    lang
        ``zh`` or ``en``.
    as_json
        Codes and numbers instead of words.

    Returns
    -------
    text
    """
    table = locate(
        known, [np.nan if lon is None else lon], [np.nan if lat is None else lat], crs=crs
    )
    if as_json:
        row = {name: plain_value(table[name].iloc[0], name) for name in COLUMNS}
        return json.dumps(row, ensure_ascii=False, indent=1)
    pairs = zip(headers(lang), told(table, lang)[0], strict=True)
    return "\n".join(text_table([[name, plain(value)] for name, value in pairs if value]))
