"""
Subset-row cuts over three units: of the parts that hold two or more of them, at most one is chosen.

Half the sum of the three rows "each unit in one part", rounded down: subset-row cuts (Jepsen,
Petersen, Spoorendonk & Pisinger 2008, doi:10.1287/opre.1070.0449). They close most of the gap that
column generation leaves, at the price of a dual that the search for parts has to heed
(:mod:`.subset_row_duals`). No partition breaks one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.numeric.compiled import compiled, inner


@dataclass(frozen=True)
class SeparationParams:
    """
    How many subset-row cuts are taken up at a time.

    Parameters
    ----------
    most
        Cuts of one separation; more raise the bound in fewer rounds and make pricing slower.
    each
        Of these with the same unit, so that they are spread over the district.
    least
        Least violation of one that is taken up, in parts chosen.
    met
        Violated cuts that are looked at: room of the separation.
    """

    most: int = 60
    each: int = 4
    least: float = 0.05
    met: int = 200_000


@dataclass(frozen=True, eq=False)
class SubsetRows:
    """
    Subset-row cuts and their duals.

    Parameters
    ----------
    unit
        ``(q, 3)`` units of each, ascending.
    spared
        ``(q, k)`` columns whose parts pay nothing: the row then counts the other columns' parts
        only, which is weaker and still valid.
    dual
        ``(q,)``, never negative.
    share
        ``(q, k)``, how the search of a column spreads it (:mod:`.subset_row_duals`).
    """

    unit: np.ndarray
    spared: np.ndarray
    dual: np.ndarray
    share: np.ndarray

    @classmethod
    def none(cls, columns: int) -> SubsetRows:
        """No cuts, for so many columns."""
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
        """List the cuts that parts of ``k`` may pay for, with places ``(., 3)`` in ``units``."""
        place = np.full(size, -1)
        place[units] = np.arange(len(units))
        local = place[self.unit]
        which = np.flatnonzero(
            ((local >= 0).sum(axis=1) >= 2) & (self.dual > 0) & ~self.spared[:, k]
        )
        return which, local[which]

    def at(self, dual: np.ndarray) -> SubsetRows:
        """Return the same cuts at other duals ``(q,)``."""
        return SubsetRows(self.unit, self.spared, dual, self.share)

    def apart(self) -> SubsetRows:
        """Return the same with shares of its own: searches improve them in place."""
        return SubsetRows(self.unit, self.spared, self.dual, self.share.copy())

    def renewed(self, fresh: np.ndarray) -> SubsetRows:
        """Return those with a dual above zero, and ``fresh`` ones ``(., 3)`` without."""
        kept, count, columns = self.dual > 0, len(fresh), self.spared.shape[1]
        return SubsetRows(
            np.vstack([self.unit[kept], fresh]),
            np.vstack([self.spared[kept], np.zeros((count, columns), dtype=bool)]),
            np.append(self.dual[kept], np.zeros(count)),
            np.vstack([self.share[kept], np.zeros((count, columns))]),
        )

    def sparing(self, k: int, which: np.ndarray) -> SubsetRows:
        """Return cuts that let parts of ``k`` off the first half of ``which``."""
        spared = self.spared.copy()
        spared[which[: max(4, (len(which) + 1) // 2)], k] = True
        return SubsetRows(self.unit, spared, self.dual, self.share)


def violated(
    matrix: sparse.csc_array, x: np.ndarray, known: np.ndarray, params: SeparationParams
) -> np.ndarray:
    """
    Find the cuts that a fractional choice of parts breaks most, by enumeration.

    Parameters
    ----------
    matrix
        ``(n, parts)``: the units of each part.
    x
        ``(parts,)`` how much of each is chosen.
    known
        ``(., 3)`` cuts that are there already.
    params
        How many are taken up.

    Returns
    -------
    numpy.ndarray
        ``(q, 3)`` ascending units, the most violated first, none of them known.
    """
    some = np.flatnonzero(x > 1e-3)
    holds = matrix[:, some].toarray() > 0
    split = np.flatnonzero((holds @ x[some] > 1e-3) & (holds @ x[some] ** 2 < 0.98))
    unit, excess = np.zeros((params.met, 3), np.int64), np.zeros(params.met)
    holds = np.ascontiguousarray(holds[split])
    count = _breaking(holds, x[some], 1.0 + params.least, unit, excess)
    unit, excess = split[unit[:count]], excess[:count]
    out: list[tuple[int, ...]] = []
    met = {tuple(row) for row in known.tolist()}
    uses = np.zeros(matrix.shape[0], np.int64)
    for row in unit[np.argsort(-excess, kind="stable")].tolist():
        if tuple(row) in met or uses[row].max() >= params.each:
            continue
        uses[row] += 1
        out.append(tuple(row))
        if len(out) >= params.most:
            break
    return np.array(out, dtype=np.int64).reshape(-1, 3)


@compiled
def _breaking(
    holds: np.ndarray, x: np.ndarray, limit: float, unit: np.ndarray, excess: np.ndarray
) -> int:
    """Write triples of rows of ``holds`` with more than ``limit`` of ``x`` on two of them."""
    n, count = len(holds), 0
    both = _on_both(holds, x)
    for i in range(n):
        for j in range(i + 1, n):
            for k in range(j + 1, n):
                if both[i, j] + both[i, k] + both[j, k] <= limit:
                    continue
                total = 0.0
                for c in range(len(x)):
                    if int(holds[i, c]) + int(holds[j, c]) + int(holds[k, c]) >= 2:
                        total += x[c]
                if total > limit and count < len(unit):
                    unit[count, 0], unit[count, 1], unit[count, 2] = i, j, k
                    excess[count] = total
                    count += 1
    return count


@inner
def _on_both(holds: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Sum the choice ``x`` of parts that hold two units: ``(n, n)`` above its diagonal."""
    n, m = holds.shape
    both = np.zeros((n, n))
    for c in range(m):
        for i in range(n):
            if holds[i, c]:
                for j in range(i + 1, n):
                    if holds[j, c]:
                        both[i, j] += x[c]
    return both
