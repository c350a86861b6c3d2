"""A CSV file of addresses, whatever its encoding and header; no row of it is ever lost."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gridplan.district.files.delimited import Delimited, read_delimited
from gridplan.district.files.given_file import TABLE_BYTES, read_given
from gridplan.district.files.intake import noted, sample
from gridplan.district.files.reason import UnreadableError
from gridplan.district.schema.vocabulary import fold
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole

_LON = ("lon", "lng", "long", "longitude", "经度", "经", "东经", "x", "x坐标", "wgs84经度")
_LAT = ("lat", "latitude", "纬度", "纬", "北纬", "y", "y坐标", "wgs84纬度")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Addresses:
    """
    The rows of a file as they stand there.

    Parameters
    ----------
    header
        Column names as written.
    rows
        Cells as written; as long as the longest row.
    lon, lat
        Degrees of each row; NaN where they cannot be read.
    broken
        Positions of the rows that hold bytes which are no text.
    notes
        In what form the file was read, if not as UTF-8 with commas, and which lines are broken.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lon: tuple[float, ...]
    lat: tuple[float, ...]
    broken: tuple[int, ...] = ()
    notes: tuple[Problem, ...] = ()


def read_addresses(path: Path) -> Addresses:
    """
    Read a CSV file of addresses.

    Parameters
    ----------
    path
        In any encoding and with any separator that :mod:`gridplan.district.files.delimited` knows,
        with longitude and latitude under one of their usual names (``lon``, ``经度`` ...).

    Returns
    -------
    Addresses
        One row for each row of the file, blank lines left out.

    Raises
    ------
    InputError
        If the file is missing, in another encoding, or names no longitude and latitude.
    """
    try:
        raw = read_given(path, most=TABLE_BYTES)
    except UnreadableError as error:
        if error.reason.code == "not-found":
            raise InputError([Problem("missing-input", {"file": str(path)})]) from error
        told = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("file-unreadable", told)]) from error
    return addresses_in(raw, str(path))


def addresses_in(content: bytes, file: str) -> Addresses:
    """
    Read the content of such a file, which need not lie on any disk.

    Parameters
    ----------
    content
        As :func:`read_addresses` finds it.
    file
        What messages call it.

    Raises
    ------
    InputError
        As :func:`read_addresses`.
    """
    header, rows, broken, notes = lines_in(content, file)
    places = [_column(header, aliases) for aliases in (_LON, _LAT)]
    if None in places:
        named: dict[str, Any] = {
            "file": file,
            "header": list(header),
            "lon": _LON[:6],
            "lat": _LAT[:6],
        }
        raise InputError([Problem("addresses-no-coordinates", named)])
    lon, lat = (tuple(_degrees(row[at]) for row in rows) for at in places if at is not None)
    return Addresses(header, rows, lon, lat, broken, notes)


Lines = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[int, ...], tuple[Problem, ...]]
"""Header, rows as long as the longest, positions of broken rows, notes."""


def lines_in(content: bytes, file: str) -> Lines:
    """
    Read the rows of such a file, whatever its columns are.

    Raises
    ------
    InputError
        If it is empty or no table.
    """
    table = _table_in(content, file)
    lines = [table.header, *table.rows] if table.header else []
    if not lines:
        raise InputError([Problem("addresses-empty", {"file": file})])
    header = tuple(cell.strip() for cell in lines[0])
    longest = max(len(line) for line in lines)
    rows = tuple(line + ("",) * (longest - len(line)) for line in lines[1:])
    header += tuple(f"column_{number}" for number in range(len(header) + 1, longest + 1))
    return header, rows, table.broken, _notes(table, Path(file))


def write_addresses(
    given: Addresses,
    header: Sequence[str],
    answers: Sequence[Sequence[str]],
    path: Path,
) -> None:
    """
    Write the rows with what was found about each, all or nothing.

    Parameters
    ----------
    given
        The rows as read.
    header
        Names of the further columns.
    answers
        One sequence of cells for each row.
    path
        Written as UTF-8 with a mark, so that spreadsheets show Chinese. Text a spreadsheet would
        take for a formula gets an apostrophe before it; numbers stay numbers.

    Raises
    ------
    InputError
        If the file cannot be written; what was there before stays.
    """
    content = answered(given, header, answers)
    write_whole(path, lambda fresh: fresh.write_bytes(content))


def answered(given: Addresses, header: Sequence[str], answers: Sequence[Sequence[str]]) -> bytes:
    """Give the content of the file that :func:`write_addresses` writes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([inert_cell(cell) for cell in (*given.header, *header)])
    for row, answer in zip(given.rows, answers, strict=True):
        writer.writerow([inert_cell(cell) for cell in (*row, *answer)])
    return text.getvalue().encode("utf-8-sig")


def _notes(table: Delimited, path: Path) -> tuple[Problem, ...]:
    """Tell in what form a file was read and which of its lines hold broken bytes."""
    notes = []
    if table.form:
        notes.append(Problem("table-form", {"file": path.name, **table.form}))
    if table.broken:
        lines = sample(table.lines[at] for at in table.broken)
        notes.append(noted("addresses-broken", {"file": path.name, **lines}))
    return tuple(notes)


@lru_cache(maxsize=100_000)
def inert_cell(cell: str) -> str:
    """Give a cell that no spreadsheet takes for a formula; a number stays as it is."""
    if not cell or (cell[0].isalnum() and cell.isprintable()):
        return cell
    start = cell.lstrip()
    # Full-width signs are folded to plain ones by some spreadsheets.
    if not start or _NUMBER.match(cell):
        return cell
    sign = unicodedata.normalize("NFKC", start[0])
    return f"'{cell}" if sign in _FORMULA or cell[0] in _FORMULA else cell


def _table_in(raw: bytes, file: str) -> Delimited:
    """Read the rows; a few broken bytes must not cost the others."""
    try:
        return read_delimited(raw, lenient=True)
    except UnreadableError as error:
        told = {"file": file, "reason": error.reason}
        raise InputError([Problem("addresses-unreadable", told)]) from error


def _column(header: Sequence[str], aliases: Sequence[str]) -> int | None:
    spoken = [fold(cell) for cell in header]
    for alias in aliases:
        if fold(alias) in spoken:
            return spoken.index(fold(alias))
    return None


def _degrees(cell: str) -> float:
    text = unicodedata.normalize("NFKC", cell).strip().rstrip("°度").strip()
    try:
        value = float(text) if _NUMBER.match(text) else math.nan
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
