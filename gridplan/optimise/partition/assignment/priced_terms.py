"""
Priced terms of the assignment model: borders between parts, barriers crossed, parents split.

Each is linearised with columns of its own that are at least a difference of assignments (for
borders the cut edges of Validi & Buchanan 2022, doi:10.1007/s12532-022-00221-5), so the program's
optimum prices them exactly.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.assignment.program import Program
from gridplan.optimise.partition.question.atoms import atom_edges


def borders(model: Program) -> None:
    """Price the length shared by atoms in different parts."""
    p = model.problem
    if p.compactness <= 0:
        return
    for a, b, length in zip(*atom_edges(p), strict=True):
        cut = model.columns_for(1, cost=p.compactness * length, high=1.0)[0]
        for one, two in ((a, b), (b, a)):
            first, second = model.index[one], model.index[two]
            for k in np.flatnonzero(first >= 0):
                cols, vals = [cut, first[k]], [1.0, -1.0]
                if second[k] >= 0:
                    cols.append(second[k])
                    vals.append(1.0)
                model.rows.add(np.zeros(len(cols)), cols, np.array(vals), [0.0], [np.inf])


def crossings(model: Program) -> None:
    """Price barriers with the same part on both sides."""
    p = model.problem
    for (i, j), price in zip(p.crossings, p.crossing_price, strict=True):
        first, second = model.index[p.atom[i]], model.index[p.atom[j]]
        if p.atom[i] == p.atom[j]:
            model.offset += price
            continue
        both = np.flatnonzero((first >= 0) & (second >= 0))
        crossed = model.columns_for(1, cost=price, high=1.0)[0]
        for k in both:
            model.rows.add(
                [0, 0, 0],
                [crossed, first[k], second[k]],
                np.array([1.0, -1.0, -1.0]),
                [-1.0],
                [np.inf],
            )


def splits(model: Program) -> None:
    """Price the parts that a parent lies in, beyond its first."""
    p = model.problem
    if p.parent is None or p.split_price is None:
        return
    count = int(p.parent.max()) + 1
    # an atom that joins several parents counts for each of them
    pairs = np.unique(np.column_stack([p.parent, p.atom]), axis=0)
    member = sparse.csr_array(
        (np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, model.atoms)
    )
    for q in range(count):
        atoms = member.indices[member.indptr[q] : member.indptr[q + 1]]
        if len(atoms) < 2:
            continue
        model.offset -= p.split_price
        inside = model.index[atoms]
        for k in np.flatnonzero((inside >= 0).any(axis=0)):
            lies = model.columns_for(1, cost=p.split_price, high=1.0)[0]
            cols = inside[inside[:, k] >= 0, k]
            row = np.arange(len(cols))
            model.rows.add(
                np.concatenate([row, row]),
                np.concatenate([np.full(len(cols), lies), cols]),
                np.concatenate([np.ones(len(cols)), -np.ones(len(cols))]),
                np.zeros(len(cols)),
                np.full(len(cols), np.inf),
            )
