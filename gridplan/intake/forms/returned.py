"""Workbooks that streets sent back, read as they are; what is no figure is named with its row."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from gridplan.district.schema.figures import read_number
from gridplan.district.sources.container import look
from gridplan.district.sources.source import refuse, text_cells
from gridplan.errors import InputError, Problem
from gridplan.intake.forms.form import ANSWERS, COLUMNS, FIRST, HIDDEN, HIDDEN_IDS, MARK

MOST_FILES = 2_000


@dataclass(frozen=True)
class Figures:
    """
    What a street says of one unit.

    Parameters
    ----------
    line
        Row of the workbook, from 1.
    residents, older, centers
        Numbers; None where left blank.
    remark
        Text.
    """

    line: int
    residents: float | None
    older: float | None
    centers: float | None
    remark: str


@dataclass(frozen=True)
class Returned:
    """
    One workbook.

    Parameters
    ----------
    file, sha256
        Of it.
    street
        It was sent to.
    sender, sent, base, date
        As filled in; empty if not.
    rows
        By id of the unit.
    was
        By an id that was changed: the one that was sent out in that row.
    """

    file: str
    sha256: str
    street: str
    sender: str
    sent: str
    base: str
    date: str
    rows: dict[str, Figures]
    was: dict[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> bool:
        """Whether any residents were written into it."""
        return any(row.residents is not None for row in self.rows.values())


def read_returned(folder: Path) -> list[Returned]:
    """
    Read every workbook of a folder, in the order of their names.

    Parameters
    ----------
    folder
        What office programs leave beside a workbook that is open (``~$…``) is passed over.

    Raises
    ------
    InputError
        With every problem of every file: ``intake-forms-folder``, ``intake-forms-none``,
        ``intake-form-other``, ``intake-form-number``, ``intake-form-older``, ``intake-form-twice``,
        or what any workbook is refused for.
    """
    if not folder.is_dir():
        raise refuse(folder.name, "intake-forms-folder")
    files = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "~$"))]
    if not files:
        raise refuse(folder.name, "intake-forms-none")
    if len(files) > MOST_FILES:
        raise refuse(folder.name, "intake-archive-members", members=len(files))
    problems: list[Problem] = []
    found: list[Returned] = []
    for path in files:
        try:
            found.append(_read(path, problems))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _read(path: Path, problems: list[Problem]) -> Returned:
    container = look(path)
    if container.kind != "excel":
        raise refuse(path.name, "intake-form-other")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(container.raw))
        if HIDDEN not in book.sheet_names or len(book.sheet_names) < 2:
            raise refuse(path.name, "intake-form-other")
        hidden = _cells(book, HIDDEN)
        cells = _cells(book, next(name for name in book.sheet_names if name != HIDDEN))
    except (CalamineError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise refuse(path.name, "intake-broken", reason=str(error)[:200]) from None
    if (_at(hidden, 0, 0), _at(hidden, 0, 1)) != MARK:
        raise refuse(path.name, "intake-form-other")
    sent_out = [row[0] for row in hidden[HIDDEN_IDS:] if row and row[0]]
    rows, was = _rows(path.name, cells, sent_out, problems)
    told = {key: _at(cells, *place) or "" for key, place in ANSWERS.items()}
    street = _at(hidden, 1, 1) or ""
    return Returned(path.name, container.sha256, street, rows=rows, was=was, **told)


def _rows(
    file: str,
    cells: list[list[str | None]],
    sent_out: Sequence[str | None],
    problems: list[Problem],
) -> tuple[dict[str, Figures], dict[str, str]]:
    rows: dict[str, Figures] = {}
    was: dict[str, str] = {}
    for at, (line, row) in enumerate(_filled(cells)):
        name = row[0] or f"? {line}"
        figures = _figures(file, line, row, problems)
        old = sent_out[at] if at < len(sent_out) else None
        if name not in sent_out and old:
            was[name] = old
        if name not in rows:
            rows[name] = figures
        elif _same(rows[name], figures):
            continue
        else:
            values = {"file": file, "id": name, "rows": [str(rows[name].line), str(line)]}
            problems.append(Problem("intake-form-twice", values))
    return rows, was


def _filled(cells: list[list[str | None]]) -> Iterator[tuple[int, list[str | None]]]:
    """Give the rows of units that hold anything, each as wide as the form, numbered from 1."""
    for line, row in enumerate(cells[FIRST:], start=FIRST + 1):
        wide = [*row[: len(COLUMNS)], *[None] * (len(COLUMNS) - len(row))]
        if any(wide):
            yield line, wide


def _same(one: Figures, other: Figures) -> bool:
    return (one.residents, one.older) == (other.residents, other.older)


def _figures(file: str, line: int, row: list[str | None], problems: list[Problem]) -> Figures:
    numbers: dict[str, float | None] = {}
    for name in ("residents", "older", "centers"):
        text = row[COLUMNS.index(name)]
        value = read_number(text)
        if value is None or value < 0:
            values = {"file": file, "row": str(line), "text": str(text)}
            problems.append(Problem("intake-form-number", values))
            value = None
        numbers[name] = None if value is None or np.isnan(value) else value
    residents, older = numbers["residents"], numbers["older"]
    if residents is not None and older is not None and older > residents:
        values = {"file": file, "row": str(line)}
        told = {"older": f"{older:,.0f}", "people": f"{residents:,.0f}"}
        problems.append(Problem("intake-form-older", {**values, **told}))
    return Figures(line, residents, older, numbers["centers"], row[-1] or "")


def _cells(book: CalamineWorkbook, name: str) -> list[list[str | None]]:
    page = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [text_cells(map(_day, row)) for row in page]


def _day(value: Any) -> Any:  # noqa: ANN401  # a cell holds anything
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else value


def _at(cells: list[list[str | None]], row: int, column: int) -> str | None:
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else None
