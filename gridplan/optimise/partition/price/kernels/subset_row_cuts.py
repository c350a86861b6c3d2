"""Rows over three units: of the parts that hold two or more of them, at most one is chosen.

Half the sum of the three rows "each unit in one part", rounded down: subset-row cuts (Jepsen,
Petersen, Spoorendonk & Pisinger 2008, doi:10.1287/opre.1070.0449). They close most of the gap that
column generation leaves, at the price of a toll in the search for parts (:mod:`.tolls`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.numeric.compiled import compiled

MOST = 60
"""Triples taken up at a time."""

EACH = 4
"""Of these with the same unit."""

LEAST = 0.05
"""Least violation of one that is taken up."""

MET = 200_000
"""Violated triples that are looked at."""


@dataclass(frozen=True, eq=False)
class Triples:
    """
    Triples of units and their tolls.

    ``unit`` ``(q, 3)``; ``spared`` ``(q, k)`` marks columns whose parts pay nothing: the row then
    counts the other columns' parts only, which is weaker and still valid; ``toll`` ``(q,)``, never
    negative; ``share`` ``(q, k)``, how the search of a column spreads it.
    """

    unit: np.ndarray
    spared: np.ndarray
    toll: np.ndarray
    share: np.ndarray

    @classmethod
    def none(cls, columns: int) -> Triples:
        """No triples."""
        return cls(
            np.zeros((0, 3), np.int64),
            np.zeros((0, columns), dtype=bool),
            np.zeros(0),
            np.zeros((0, columns)),
        )

    def __len__(self) -> int:
        return len(self.unit)

    def rows(self, matrix: sparse.csc_array, column: np.ndarray) -> sparse.csr_array:
        """``(q, parts)``: 1 where a part (columns of ``matrix``, its units in the rows) pays."""
        count = len(self.unit)
        which = np.repeat(np.arange(count), 3)
        shape = (count, matrix.shape[0])
        units = sparse.csr_array((np.ones(3 * count), (which, self.unit.ravel())), shape=shape)
        held = sparse.coo_array(units @ matrix)
        pays = (held.data > 1.5) & ~self.spared[held.row, column[held.col]]
        return sparse.csr_array(
            (np.ones(int(pays.sum())), (held.row[pays], held.col[pays])), shape=held.shape
        )

    def within(self, k: int, units: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        """List the triples that parts of ``k`` may pay for, with places in ``units``."""
        place = np.full(size, -1)
        place[units] = np.arange(len(units))
        local = place[self.unit]
        which = np.flatnonzero(
            ((local >= 0).sum(axis=1) >= 2) & (self.toll > 0) & ~self.spared[:, k]
        )
        return which, local[which]

    def at(self, toll: np.ndarray) -> Triples:
        """Return the same triples at other tolls."""
        return Triples(self.unit, self.spared, toll, self.share)

    def apart(self) -> Triples:
        """Return the same with shares of its own: searches improve them in place."""
        return Triples(self.unit, self.spared, self.toll, self.share.copy())

    def renewed(self, fresh: np.ndarray) -> Triples:
        """Return those with a toll, and fresh ones without."""
        kept, count, columns = self.toll > 0, len(fresh), self.spared.shape[1]
        return Triples(
            np.vstack([self.unit[kept], fresh]),
            np.vstack([self.spared[kept], np.zeros((count, columns), dtype=bool)]),
            np.append(self.toll[kept], np.zeros(count)),
            np.vstack([self.share[kept], np.zeros((count, columns))]),
        )

    def sparing(self, k: int, which: np.ndarray) -> Triples:
        """Return triples that let parts of ``k`` off the first half of ``which``."""
        spared = self.spared.copy()
        spared[which[: max(4, (len(which) + 1) // 2)], k] = True
        return Triples(self.unit, spared, self.toll, self.share)


def violated(matrix: sparse.csc_array, x: np.ndarray, known: np.ndarray) -> np.ndarray:
    """
    Find triples whose row a fractional choice ``x`` of parts (columns of ``matrix``) breaks most.

    Returns
    -------
    numpy.ndarray
        ``(q, 3)`` ascending units, at most :data:`MOST`, none of ``known`` ``(., 3)``.
    """
    some = np.flatnonzero(x > 1e-3)
    holds = matrix[:, some].toarray() > 0
    split = np.flatnonzero((holds @ x[some] > 1e-3) & (holds @ x[some] ** 2 < 0.98))
    unit, excess = np.zeros((MET, 3), np.int64), np.zeros(MET)
    count = _breaking(np.ascontiguousarray(holds[split]), x[some], 1.0 + LEAST, unit, excess)
    unit, excess = split[unit[:count]], excess[:count]
    out: list[tuple[int, ...]] = []
    met = {tuple(row) for row in known.tolist()}
    uses = np.zeros(matrix.shape[0], np.int64)
    for row in unit[np.argsort(-excess, kind="stable")].tolist():
        if tuple(row) in met or uses[row].max() >= EACH:
            continue
        uses[row] += 1
        out.append(tuple(row))
        if len(out) >= MOST:
            break
    return np.array(out, dtype=np.int64).reshape(-1, 3)


@compiled
def _breaking(  # noqa: C901  # compiled
    holds: np.ndarray, x: np.ndarray, limit: float, unit: np.ndarray, excess: np.ndarray
) -> int:
    """Write triples of rows of ``holds`` with more than ``limit`` of ``x`` on two of them."""
    n, m = holds.shape
    both = np.zeros((n, n))
    for c in range(m):
        for i in range(n):
            if holds[i, c]:
                for j in range(i + 1, n):
                    if holds[j, c]:
                        both[i, j] += x[c]
    count = 0
    for i in range(n):
        for j in range(i + 1, n):
            for k in range(j + 1, n):
                if both[i, j] + both[i, k] + both[j, k] <= limit:
                    continue
                total = 0.0
                for c in range(m):
                    if int(holds[i, c]) + int(holds[j, c]) + int(holds[k, c]) >= 2:
                        total += x[c]
                if total > limit and count < len(unit):
                    unit[count, 0], unit[count, 1], unit[count, 2] = i, j, k
                    excess[count] = total
                    count += 1
    return count
