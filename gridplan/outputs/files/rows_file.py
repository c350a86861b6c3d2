"""Every row that was repaired or is wrong, where a sentence names the first few and a count.

One table, a row of it for each row or id of the district's files.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.reading.address_file import inert_cell
from gridplan.outputs.words.names import word
from gridplan.outputs.words.safe import plain
from gridplan.text import say

ROWS_FILE = "repairs.csv"
"""Its name beside a plan; it is there only where the sentences name fewer rows than all."""

HEAD = ("number", "kind", "layer", "file", "column", "row", "what")
"""Columns: number of the entry, what kind it is of, where, the row or id, and the sentence."""

Entries = tuple[tuple[str, Problem], ...]


def entries_of(district: District) -> Entries:
    """Give what was repaired in a district and what keeps it apart, each with its kind."""
    repaired = tuple(("repaired", problem) for problem in district.repairs)
    return (*repaired, *(("apart", problem) for problem in district.apart))


def names_fewer(entries: Entries) -> bool:
    """Whether a sentence of theirs names fewer rows than there are."""
    return any(named_count(problem) > max(len(_named(problem)), 1) for _, problem in entries)


def _named(problem: Problem) -> list[object]:
    rows = problem.values.get("rows")
    return rows if isinstance(rows, list) else []


def named_count(problem: Problem) -> int:
    """How many lines a problem takes in the file: a line for each row, one where there are none."""
    count = problem.values.get("count")
    return max(count, 1) if isinstance(count, int) and _named(problem) else 1


def rows_table(entries: Entries, lang: str) -> list[tuple[str, ...]]:
    """
    List every row the entries are about.

    Parameters
    ----------
    entries
        Kinds (``repaired``, ``apart`` or ``wrong``) and problems.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        Columns :data:`HEAD`, their names first. An entry about no single rows has one line.
    """
    table = [tuple(say(f"inventory.rows-{key}", lang) for key in HEAD)]
    for number, (kind, problem) in enumerate(entries, start=1):
        values = {"layer": "units", **problem.values} if kind == "apart" else problem.values
        where = (
            word("layer", str(values["layer"]), lang) if values.get("layer") else "",
            *(plain(values[key]) if values.get(key) else "" for key in ("file", "column")),
        )
        what = plain(problem.text(lang), limit=1200)
        head = (str(number), say(f"inventory.kind-{kind}", lang), *where)
        table += [(*head, plain(row) if row else "", what) for row in problem.every or ("",)]
    return table


def rows_csv(entries: Entries, lang: str) -> bytes:
    """
    Give :func:`rows_table` as CSV.

    Returns
    -------
    content
        UTF-8 with a mark, so that spreadsheets show Chinese; no cell acts as a formula.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerows([inert_cell(cell) for cell in row] for row in rows_table(entries, lang))
    return text.getvalue().encode("utf-8-sig")


def write_rows(entries: Entries, path: Path, *, lang: str) -> None:
    """
    Write :func:`rows_csv` to a file, all or nothing.

    Raises
    ------
    InputError
        As :func:`gridplan.outputs.disk.whole_file.write_whole`.
    """
    write_whole(path, lambda fresh: fresh.write_bytes(rows_csv(entries, lang)))
