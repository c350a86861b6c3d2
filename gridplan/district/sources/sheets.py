"""Tables -> sources: CSV in any encoding, Excel with its merged cells and titles.

Headers are found below titles, headers of two rows are joined, rows of totals are told apart from
rows of places: counted twice they would double a district.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from gridplan.district.files.delimited import read_delimited
from gridplan.district.files.reason import UnreadableError
from gridplan.district.sources.container import Container
from gridplan.district.sources.source import Source, refuse, text_cells
from gridplan.errors import Problem

TOTALS = re.compile(
    r"^(全?[区县市省]?(合计|总计|小计|总和|共计|汇总|总数)|total|sum|subtotal)[::]?$", re.I
)
TITLE_ROWS = 12
"""Rows at the top of a sheet among which the header is looked for."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of one sheet as text, with the number of each row."""

    name: str
    cells: list[list[str | None]]
    rows: list[int]
    encoding: str = ""


def read_sheet(container: Container, *, sheet: str = "") -> Source:
    """
    Read one table: a CSV, or one sheet of a workbook.

    Parameters
    ----------
    container
        As :func:`gridplan.district.sources.container.look` found it.
    sheet
        Which sheet; the first one with rows where empty.

    Raises
    ------
    InputError
        ``intake-broken``, ``intake-which-layer``, ``intake-encoding``, ``intake-no-rows``,
        ``intake-no-header`` or ``intake-ragged``.
    """
    if container.kind == "csv":
        found = _text_table(container)
        name = container.name
    else:
        found = _excel(container, sheet)
        name = f"{container.name}[{found.name}]"
    header, first = _header(found.cells)
    if not header:
        raise refuse(name, "intake-no-header")
    body = found.cells[first:]
    rows = found.rows[first:]
    wide = [r for r, row in zip(rows, body, strict=True) if any(row[len(header) :])]
    if wide:
        raise refuse(name, "intake-ragged", rows=[str(r) for r in wide[:5]], count=len(wide))
    data = [[*row[: len(header)], *[None] * (len(header) - len(row))] for row in body]
    keep = np.array([any(row) for row in data], dtype=bool)
    total = np.array([_is_total(row) for row in data], dtype=bool) & keep
    told: list[Problem] = []
    if total.any():
        numbers = [str(r) for r, t in zip(rows, total, strict=True) if t]
        told.append(
            Problem(
                "intake-totals",
                {"layer": "", "file": name, "lines": numbers[:5], "count": len(numbers)},
            )
        )
    keep &= ~total
    kept = [row for row, k in zip(data, keep, strict=True) if k]
    if not kept:
        raise refuse(name, "intake-no-rows")
    columns = list(zip(*kept, strict=True))
    table = pd.DataFrame(
        {
            key: pd.Series(list(column), dtype=object)
            for key, column in zip(header, columns, strict=True)
            if key
        }
    )
    numbers_kept = np.array(rows, dtype=np.int64)[keep]
    return Source(
        name, table, None, "", numbers_kept, container.sha256, found.encoding, tuple(told)
    )


def _is_total(row: list[str | None]) -> bool:
    """Tell a row of totals: it says so in its first filled cells."""
    named = [cell for cell in row if cell and not _numeric(cell)][:2]
    return any(TOTALS.match(re.sub(r"\s+", "", cell)) for cell in named)


def _text_table(container: Container) -> Cells:
    """Read a text table through the door of all tables; titles may still stand above its header."""
    try:
        found = read_delimited(container.raw)
    except UnreadableError as error:
        raise refuse(container.name, "intake-broken", reason=error.reason) from None
    if not found.header:
        raise refuse(container.name, "intake-no-rows")
    cells = [text_cells(row) for row in (found.header, *found.rows)]
    return Cells(container.name, cells, [0, *found.lines], found.encoding)


def _workbook(container: Container) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(container.raw))
    except (CalamineError, ValueError, OSError) as error:
        raise refuse(container.name, "intake-broken", reason=str(error)[:200]) from None


def filled_sheets(container: Container) -> tuple[str, ...]:
    """
    Name the sheets of a workbook that have more than a header.

    Raises
    ------
    InputError
        ``intake-broken``.
    """
    book = _workbook(container)
    return tuple(
        name
        for name in book.sheet_names
        if any(cell != "" for row in book.get_sheet_by_name(name).to_python()[1:] for cell in row)
    )


def workbook_cells(container: Container, *, sheet: str = "") -> Cells:
    """Read one sheet of a workbook as it is, whatever is its header; as :func:`read_sheet`."""
    return _excel(container, sheet)


def _excel(container: Container, sheet: str) -> Cells:
    book = _workbook(container)
    names = list(book.sheet_names)
    if sheet and sheet not in names:
        raise refuse(container.name, "intake-which-layer", layer=sheet, layers=names)
    for name in [sheet] if sheet else names:
        try:
            page = book.get_sheet_by_name(name)
            values = page.to_python(skip_empty_area=False)
        except (CalamineError, ValueError) as error:
            raise refuse(container.name, "intake-broken", reason=str(error)[:200]) from None
        cells = [text_cells(row) for row in values]
        for area in page.merged_cell_ranges or []:
            _unmerge(cells, area)
        filled = [(row, n) for n, row in enumerate(cells, start=1) if any(row)]
        if filled:
            return Cells(name, [row for row, _ in filled], [n for _, n in filled])
    raise refuse(container.name, "intake-no-rows")


def _unmerge(cells: list[list[str | None]], area: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Give every cell of a merged area its value: a street merged over its communities."""
    (top, left), (bottom, right) = area
    if top >= len(cells) or left >= len(cells[top]):
        return
    value = cells[top][left]
    for row in cells[top : bottom + 1]:
        for column in range(left, min(right + 1, len(row))):
            row[column] = value


_NUMBER = re.compile(r"^[+-]?[\d,.\s]+(e[+-]?\d+)?%?$", re.I)


def _numeric(cell: str) -> bool:
    return bool(_NUMBER.match(cell))


def _header(cells: list[list[str | None]]) -> tuple[list[str], int]:
    """
    Find the header and the first row of data.

    Rules: (1) the header is among the first rows, and holds as many filled, unequal texts as any;
    (2) a title (one text over the whole width) is above it; (3) a second header row right below
    holds texts only, where the columns under it hold numbers: the two are joined.
    """
    head = cells[:TITLE_ROWS]
    spread = [len({cell for cell in row if cell}) for row in head]
    most = max(spread, default=0)
    enough = max(2, most // 2) if most > 1 else 1
    start = next(
        (n for n, count in enumerate(spread) if count >= enough and not _data(head[n])), None
    )
    if start is None:
        return [], 0
    names = [cell or "" for cell in head[start]]
    first = start + 1
    width = max(len(row) for row in cells)
    names += [""] * (width - len(names))
    if first < len(cells) and _continues(names, cells[first], cells[first + 1 : first + 30]):
        below = [cell or "" for cell in cells[first]] + [""] * (width - len(cells[first]))
        names = [_joined(top, low) for top, low in zip(names, below, strict=True)]
        first += 1
    while names and not names[-1]:
        names.pop()
    return _unequal(names), first


def _data(row: list[str | None]) -> bool:
    """Tell data from a header: a row with several numbers is data."""
    filled = [cell for cell in row if cell]
    return sum(map(_numeric, filled)) > len(filled) / 3


def _continues(names: list[str], row: list[str | None], body: list[list[str | None]]) -> bool:
    filled = [cell for cell in row if cell]
    if not filled or any(map(_numeric, filled)) or not body:
        return False
    repeated = len({n for n in names if n}) < len([n for n in names if n])
    blank = sum(1 for n in range(min(len(names), len(row))) if not names[n] and row[n])
    numbers = [
        any(n < len(r) and r[n] and _numeric(r[n] or "") for r in body) for n in range(len(row))
    ]
    under = sum(1 for n, cell in enumerate(row) if cell and numbers[n])
    return (repeated or blank > 0) and under > 0


def _joined(top: str, low: str) -> str:
    if not low or low == top:
        return top
    return f"{top} {low}" if top else low


def _unequal(names: list[str]) -> list[str]:
    """Count up headers that stand twice; the first keeps its name."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if not name or seen[name] == 1 else f"{name} ({seen[name]})")
    return out
