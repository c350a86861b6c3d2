"""The two files of the siting benchmarks of Y. Kong: population cells, and which are neighbours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from gridplan.district.files.delimited import decode, read_delimited
from gridplan.district.files.given_file import TABLE_BYTES, read_given
from gridplan.district.files.intake import noted, sample
from gridplan.district.files.reason import UnreadableError
from gridplan.district.folder.column import clean_text
from gridplan.district.schema.characters import plain_ids
from gridplan.errors import InputError, Problem

COLUMNS = ("id", "residents", "x", "y", "candidate", "cost", "capacity")
"""What the seven columns mean, whatever their headers."""

T = TypeVar("T")
_MOST = 1e9


def read_cells(path: Path) -> pd.DataFrame:
    """
    Read a cell file.

    Returns
    -------
    cells
        Columns as :data:`COLUMNS`; ids are text, the rest numbers (persons, metres).

    Raises
    ------
    InputError
        ``missing-input``, ``file-unreadable``, ``kong-columns``, ``kong-empty``, ``kong-rows`` or
        ``kong-twice``.
    """
    text, _ = _given(path, decode)
    lines = [(n, _cells(line)) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    header, rows = (lines[0][1], lines[1:]) if lines else ([], [])
    if len(header) != len(COLUMNS):
        values = {"file": path.name, "columns": list(COLUMNS)}
        raise InputError([Problem("kong-columns", values)])
    if not rows:
        raise InputError([Problem("kong-empty", {"file": path.name})])
    return _table(path.name, rows)


def _given(path: Path, read: Callable[[bytes], T]) -> T:
    """Read a file that was named: a regular one, of bounded size, in any usual encoding."""
    try:
        return read(read_given(path, most=TABLE_BYTES))
    except UnreadableError as error:
        if error.reason.code == "not-found":
            raise InputError([Problem("missing-input", {"file": str(path)})]) from error
        values = {"file": path.name, "reason": error.reason}
        raise InputError([Problem("file-unreadable", values)]) from error


def _cells(line: str) -> list[str]:
    """Split a line; some programs end data rows with a tab that the header lacks."""
    cells = [cell.strip() for cell in line.split("\t")]
    while len(cells) > len(COLUMNS) and not cells[-1]:
        cells.pop()
    return cells


def _table(file: str, rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    """Read the cells of rows as numbers, all but the id; name the lines that hold none."""
    fit = [cells for _, cells in rows if len(cells) == len(COLUMNS)]
    table = pd.DataFrame(fit, columns=list(COLUMNS), dtype=object)
    numbers = table[list(COLUMNS[1:])].apply(pd.to_numeric, errors="coerce").astype(float)
    # Larger figures are no residents and no metres on this globe, and would overflow.
    sound = (numbers.abs() < _MOST).all(axis=1).to_numpy() & (numbers["residents"] >= 0).to_numpy()
    known = iter(sound)
    wrong = [n for n, cells in rows if len(cells) != len(COLUMNS) or not next(known)]
    problems = []
    if wrong:
        values = {"file": file, "columns": list(COLUMNS), **sample(wrong)}
        problems.append(noted("kong-rows", values))
    ids = plain_ids(table["id"])
    twice = ids[ids.duplicated()]
    if len(twice):
        problems.append(noted("kong-twice", {"file": file, **sample(twice)}))
    if problems:
        raise InputError(problems)
    return numbers.assign(id=ids)[list(COLUMNS)]


def read_neighbours(path: Path) -> pd.DataFrame:
    """
    Read a neighbour file.

    Returns
    -------
    boundaries
        ``source`` and ``neighbour``, ids as text; ``metres`` of common boundary, 0 at a corner.

    Raises
    ------
    InputError
        ``missing-input``, ``file-unreadable``, ``kong-no-neighbours``, or ``kong-neighbours`` if a
        line is no boundary.
    """
    table = _given(path, read_delimited)
    keys = ["source", "neighbour", "metres"]
    rows = pd.DataFrame([(*row, "", "", "", "")[1:4] for row in table.rows], columns=keys)
    metres = pd.to_numeric(rows["metres"], errors="coerce").astype(float)
    ids = {key: plain_ids(clean_text(rows[key])) for key in keys[:2]}
    wrong = ~(metres.abs() < _MOST) | (metres < 0) | pd.DataFrame(ids).isna().any(axis=1)
    if not len(rows):
        raise InputError([Problem("kong-no-neighbours", {"file": path.name})])
    if wrong.any():
        lines = np.array(table.lines, dtype=object)[wrong.to_numpy(dtype=bool)]
        raise InputError([noted("kong-neighbours", {"file": path.name, **sample(lines)})])
    return pd.DataFrame({**ids, "metres": metres})
