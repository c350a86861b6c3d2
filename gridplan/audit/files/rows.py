"""Hold the file of repaired rows against the plan beside it and the district it was made from."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from gridplan.audit.differences.difference import Check, Difference
from gridplan.district.files.reason import reason_of
from gridplan.district.folder.read import read_district
from gridplan.errors import InputError, Problem
from gridplan.outputs.files.rows_file import (
    HEAD,
    ROWS_FILE,
    Entries,
    entries_of,
    named_count,
    names_fewer,
    rows_table,
)
from gridplan.outputs.reading.address_file import inert_cell
from gridplan.outputs.reading.content import read_content
from gridplan.outputs.reading.written import Written
from gridplan.text import LANGUAGES

Line = tuple[str, ...]
_NUMBER, _ROW = HEAD.index("number"), HEAD.index("row")


def rows_compared(plan: Written, folder: Path, district: Path | None) -> list[Check]:
    """
    Compare ``repairs.csv`` with the repairs of the plan, and with the district where it is given.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    folder
        Where it was read.
    district
        The district folder; without it only the number of rows and those that the sentences name
        can be checked.

    Returns
    -------
    checks
        One; none where there is no such file and none is wanted.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    path = folder / ROWS_FILE
    wanted = names_fewer(entries_of(plan.district))
    if not wanted and not path.exists():
        return []
    if not wanted:
        return [Check("rows", 1, (Difference(path.name, "–", path.name, None, "others"),))]
    lines = _lines(path)
    lang = next((x for x in LANGUAGES if lines[:1] == rows_table((), x)), LANGUAGES[0])
    given = district is not None
    entries = entries_of(read_district(district) if district is not None else plan.district)
    told = _differences(lines, entries, lang, "inputs" if given else "others", whole=given)
    return [Check("rows", len(lines), tuple(told))]


def _lines(path: Path) -> list[Line]:
    content = read_content(path)
    try:
        text = content.decode("utf-8-sig")
        return [tuple(line) for line in csv.reader(io.StringIO(text), strict=True)]
    except (ValueError, csv.Error) as error:
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("written-damaged", told)]) from error


def _differences(
    lines: list[Line], entries: Entries, lang: str, how: str, *, whole: bool
) -> list[Difference]:
    """Compare line by line; without the district only what its sentence and count tell."""
    head, *rest = rows_table(entries, lang)
    expected: list[Line | None] = [head]
    for at, (_, problem) in enumerate(entries, start=1):
        own = [line for line in rest if line[_NUMBER] == str(at)]
        known = own if whole or problem.every else _named(own[0], problem)
        expected += known
        expected += [None] * (named_count(problem) - len(known))
    told = []
    for at in range(max(len(lines), len(expected))):
        found = lines[at] if at < len(lines) else None
        right = _inert(expected[at]) if at < len(expected) else ()
        if right is None and found is not None:
            continue  # a row that only the district's own files could tell
        if found != right:
            place = f"{at + 1}"
            here, there = (" | ".join(part) if part else None for part in (found, right))
            told.append(Difference(ROWS_FILE, place, here, there, how))
    return told


def _named(line: Line, problem: Problem) -> list[Line]:
    """Give the lines of the rows that a sentence names; the line itself if it names none."""
    rows = problem.values.get("rows")
    if not isinstance(rows, list):
        return [line]
    return [(*line[:_ROW], str(row), *line[_ROW + 1 :]) for row in rows]


def _inert(line: Line | None) -> Line | None:
    return None if line is None else tuple(inert_cell(cell) for cell in line)
