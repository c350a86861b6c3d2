"""What one file, or one sheet or layer of it, holds: rows, shapes, nothing judged yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.district.schema.characters import cell_text
from gridplan.errors import InputError, Problem


@dataclass(frozen=True, eq=False)
class Source:
    """
    Rows as their file has them.

    Parameters
    ----------
    name
        Of the file, with the sheet or layer where it has several: ``人口.xlsx[2020]``.
    table
        Columns under the file's own headers, codes as text, rows counted from 0.
    shapes
        One geometry a row, in the file's coordinates; None for a table.
    crs
        That the file carries, as WKT or code; empty if none.
    rows
        Number of each row as a planner counts: the line of a table, the feature of a map layer.
    sha256
        Of the file.
    encoding
        In which its text was read; empty where the format says it.
    told
        What was noticed while reading, for the ledger.
    """

    name: str
    table: pd.DataFrame
    shapes: NDArray[np.object_] | None
    crs: str
    rows: NDArray[np.int64]
    sha256: str
    encoding: str = ""
    told: tuple[Problem, ...] = ()

    def take(self, keep: NDArray[np.bool_]) -> Source:
        """Give the rows where ``keep`` is true, numbered from 0 again."""
        shapes = None if self.shapes is None else self.shapes[keep]
        table = self.table.loc[keep].reset_index(drop=True)
        return Source(
            self.name,
            table,
            shapes,
            self.crs,
            self.rows[keep],
            self.sha256,
            self.encoding,
            self.told,
        )


def refuse(file: str, code: str, **values: object) -> InputError:
    """Make the error for one file."""
    return InputError([Problem(code, {"file": file, **values})])


class Figure(str):
    """
    Text of a cell that its file holds as a number.

    Nobody typed its dot: the program that wrote the file knew what it meant.
    """

    __slots__ = ()


def text_cells(values: Iterable[object]) -> list[str | None]:
    """Write cells as text: whole numbers without ``.0``, as codes are; a blank is None."""
    return [_text(value) for value in values]


def _text(value: object) -> str | None:
    # Yes and no are numbers to the formats that have them.
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    text = cell_text(value)
    number = isinstance(value, (int, float, np.integer, np.floating))
    return Figure(text) if number and text is not None else text
