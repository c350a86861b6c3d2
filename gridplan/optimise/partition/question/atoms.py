"""Atoms, the groups of units that move as one: what they sum to, may join and border on."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from gridplan.optimise.partition.question.problem import Problem


def atom_sums(problem: Problem, values: np.ndarray) -> np.ndarray:
    """Sum values of the units, ``(n,)`` or ``(n, k)``, within each atom."""
    count = int(problem.atom.max()) + 1
    if count == problem.units:
        out = np.empty_like(values, dtype=float)
        out[problem.atom] = values
        return out
    member = sparse.csr_array(
        (np.ones(problem.units), (problem.atom, np.arange(problem.units))),
        shape=(count, problem.units),
    )
    return member @ values


def allowed_atoms(problem: Problem) -> np.ndarray:
    """Mark the pairs ``(atoms, k)`` that are allowed for every unit of the atom."""
    count = int(problem.atom.max()) + 1
    out = np.ones((count, problem.columns), dtype=bool)
    np.logical_and.at(out, problem.atom, problem.allowed)
    return out


def atom_edges(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List neighbouring atoms: lesser, greater, length shared between them, ``(m,)`` each."""
    a, b = problem.atom[problem.edges[:, 0]], problem.atom[problem.edges[:, 1]]
    low, high = np.minimum(a, b), np.maximum(a, b)
    keep = low != high
    if not keep.any():
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    pairs, inverse = np.unique(
        np.column_stack([low[keep], high[keep]]), axis=0, return_inverse=True
    )
    total = np.bincount(inverse.ravel(), weights=problem.lengths[keep], minlength=len(pairs))
    return pairs[:, 0], pairs[:, 1], total
