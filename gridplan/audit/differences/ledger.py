"""The values one check looked at, with what did not agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.audit.differences.difference import Check, Difference, same
from gridplan.outputs.words.names import is_missing

FILE = "plan.gpkg"
"""The file whose values are counted again."""


class Ledger:
    """The differences of one check, with the number of values looked at."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.count = 0
        self.found: list[Difference] = []

    def hold(
        self,
        place: str,
        found: Any,  # noqa: ANN401  # of a table
        expected: Any,  # noqa: ANN401  # of a table
        *,
        within: float = 0.0,
        sort: str = "",
    ) -> None:
        """Compare one written value with what was counted."""
        self.count += 1
        found = None if is_missing(found) else _python(found)
        expected = None if is_missing(expected) else _python(expected)
        if not same(found, expected, within=within):
            self.found.append(Difference(FILE, place, found, expected, "recounted", sort))

    def all(
        self, layer: str, column: str, found: pd.Series, expected: pd.Series, *, within: float = 0.0
    ) -> None:
        """Compare a column; only the rows that differ are visited one by one."""
        self.count += len(found)
        left, right = found.to_numpy(dtype=object), expected.to_numpy(dtype=object)
        if within:
            apart = np.abs(left.astype(float) - right.astype(float))
            odd = ~(apart <= within) & ~(pd.isna(left) & pd.isna(right))
        else:
            odd = (left != right) & ~(pd.isna(left) & pd.isna(right))
        for at in np.flatnonzero(odd):
            self.count -= 1
            place = f"{layer}[{found.index[at]}].{column}"
            self.hold(place, left[at], right[at], within=within)

    def close(self) -> Check:
        """Give the finished check."""
        return Check(self.code, self.count, tuple(self.found))


def _python(value: Any) -> Any:  # noqa: ANN401  # numpy's scalar or any value
    return value.item() if isinstance(value, np.generic) else value
