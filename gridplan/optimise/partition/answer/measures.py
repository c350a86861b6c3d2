"""Measures of a partition as plain functions: balance, shape, borders, splits, travel, moves.

Arrays in, one number a part (or one number) out; parts are labelled 0, 1, ...
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gridplan.optimise.options import strict


@strict()
def loads(assignment: ArrayLike, values: ArrayLike, parts: int | None = None) -> np.ndarray:
    """Sum ``(n,)`` values within each part, ``(parts,)``."""
    labels = np.asarray(assignment)
    return np.bincount(labels, weights=np.asarray(values, dtype=float), minlength=parts or 0)


@strict()
def deviation(assignment: ArrayLike, demand: ArrayLike, parts: int | None = None) -> np.ndarray:
    """Relative deviation of each part's demand from the mean, ``load / mean - 1``."""
    load = loads(assignment, demand, parts)
    mean = load.sum() / len(load)
    return load / mean - 1 if mean > 0 else np.zeros(len(load))


@strict()
def polsby_popper(area: ArrayLike, perimeter: ArrayLike) -> np.ndarray:
    r"""
    Compactness :math:`4\pi A / P^2` of each part, 1 for a circle.

    ``area`` in square metres, ``perimeter`` in metres. Polsby & Popper (1991).
    """
    length = np.asarray(perimeter, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(length > 0, 4 * np.pi * np.asarray(area, dtype=float) / length**2, 0.0)


@strict()
def splits(assignment: ArrayLike, parents: ArrayLike) -> dict[int, int]:
    """Parents that lie in several parts, with the number of parts."""
    pairs = np.unique(np.column_stack([np.asarray(parents), np.asarray(assignment)]), axis=0)
    label, met = np.unique(pairs[:, 0], return_counts=True)
    return {int(q): int(m) for q, m in zip(label, met, strict=True) if m > 1 and q >= 0}


@strict()
def moved(before: ArrayLike, after: ArrayLike, demand: ArrayLike) -> float:
    """Demand that is in another part than before."""
    other = np.asarray(before) != np.asarray(after)
    return float(np.asarray(demand, dtype=float)[other].sum())
