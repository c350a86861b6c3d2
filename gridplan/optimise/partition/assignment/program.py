"""Columns and rows of one problem's program: what constraints and priced terms are written on."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.partition.assignment.rows import Rows
from gridplan.optimise.partition.question.atoms import allowed_atoms, atom_sums
from gridplan.optimise.partition.question.problem import Problem


class Program:
    """
    A program with a binary column for each allowed pair of atom and part, and no rows yet.

    Parameters
    ----------
    problem
        What to solve.
    allowed
        ``(atoms, columns)`` pairs to keep; those of the problem by default.

    Attributes
    ----------
    index
        ``(atoms, k)`` program column of each pair, -1 where there is none.
    pair_atom, pair_column
        ``(pairs,)`` the same the other way round; pairs are the first columns of the program.
    opened
        ``(k,)`` columns that say which part is used; None where all are.
    cost, low, high, whole
        Blocks of the columns' costs, bounds and integrality, the pairs' first.
    offset
        Constant of the objective that no column carries.
    """

    def __init__(self, problem: Problem, allowed: np.ndarray | None = None) -> None:
        self.problem = problem
        p = problem
        self.atoms = int(p.atom.max()) + 1
        own = allowed_atoms(p) if allowed is None else allowed & allowed_atoms(p)
        self.index = np.full((self.atoms, p.columns), -1, dtype=np.int64)
        a, k = np.nonzero(own)
        self.index[a, k] = np.arange(len(a))
        self.pair_atom, self.pair_column = a, k
        self.width = len(a)
        self.cost = [atom_sums(p, p.cost)[a, k]]
        self.low = [np.zeros(len(a))]
        self.high = [np.ones(len(a))]
        self.whole = [np.ones(len(a), dtype=bool)]
        self.rows = Rows()
        self.opened: np.ndarray | None = None
        self.offset = 0.0

    def columns_for(
        self, count: int, *, cost: np.ndarray | float, high: float = np.inf, whole: bool = False
    ) -> np.ndarray:
        """Add ``count`` further columns and return their numbers."""
        first = self.width
        self.width += count
        self.cost.append(np.broadcast_to(np.asarray(cost, dtype=float), count))
        self.low.append(np.zeros(count))
        self.high.append(np.full(count, high))
        self.whole.append(np.full(count, whole))
        return np.arange(first, first + count)
