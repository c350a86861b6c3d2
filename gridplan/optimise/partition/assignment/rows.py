"""Rows of a sparse program, collected block by block and put together once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse


class Rows:
    """Collects sparse rows with their bounds."""

    def __init__(self) -> None:
        self._row: list[np.ndarray] = []
        self._col: list[np.ndarray] = []
        self._val: list[np.ndarray] = []
        self._low: list[np.ndarray] = []
        self._high: list[np.ndarray] = []
        self.count = 0

    def add(
        self,
        row: ArrayLike,
        col: ArrayLike,
        val: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
    ) -> None:
        """Append ``len(low)`` rows; ``row`` counts from the first of them."""
        numbers = np.asarray(row, dtype=np.int64)
        self._row.append(numbers + self.count)
        self._col.append(np.asarray(col, dtype=np.int64))
        self._val.append(np.broadcast_to(np.asarray(val, dtype=float), numbers.shape))
        self._low.append(np.asarray(low, dtype=float))
        self._high.append(np.asarray(high, dtype=float))
        self.count += len(self._low[-1])

    def matrix(self, columns: int) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
        """Assemble everything collected."""
        if not self._row:
            return sparse.csr_array((0, columns)), np.zeros(0), np.zeros(0)
        entries = (
            np.concatenate(self._val),
            (np.concatenate(self._row), np.concatenate(self._col)),
        )
        matrix = sparse.csr_array(sparse.coo_array(entries, shape=(self.count, columns)))
        return matrix, np.concatenate(self._low), np.concatenate(self._high)
