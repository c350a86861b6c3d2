"""Measures of a partition as plain functions: balance, shape, borders, splits, travel, moves.

Arrays in, one number a part (or one number) out; parts are labelled 0, 1, ...
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

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
def perimeters(
    adjacency: sparse.sparray, assignment: ArrayLike, outline: ArrayLike, parts: int | None = None
) -> np.ndarray:
    """
    Boundary length of each part in metres.

    Parameters
    ----------
    adjacency
        ``(n, n)`` shared boundary lengths in metres, stored in both directions.
    outline
        ``(n,)`` perimeter of each unit in metres.
    """
    labels = np.asarray(assignment)
    edges = sparse.coo_array(adjacency)
    inner = labels[edges.row] == labels[edges.col]
    count = int(labels.max()) + 1 if parts is None else parts
    shared = np.bincount(labels[edges.row[inner]], weights=edges.data[inner], minlength=count)
    return loads(labels, outline, count) - shared


@strict()
def reock(area: ArrayLike, corners: list[np.ndarray]) -> np.ndarray:
    r"""
    Area of each part over that of its smallest enclosing circle (Reock 1961).

    Parameters
    ----------
    area
        ``(parts,)`` square metres.
    corners
        For each part the ``(m, 2)`` corner points of its outline, metres.
    """
    size = np.asarray(area, dtype=float)
    circle = np.array([np.pi * enclosing_circle(points)[2] ** 2 for points in corners])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(circle > 0, size / circle, 0.0)


@strict()
def enclosing_circle(points: np.ndarray) -> tuple[float, float, float]:
    """Smallest circle around ``(m, 2)`` points: center and radius (Welzl 1991, move to front)."""
    spots = np.unique(np.asarray(points, dtype=float), axis=0)
    spots = spots[np.random.default_rng(0).permutation(len(spots))]
    x, y, radius = float(spots[0, 0]), float(spots[0, 1]), 0.0
    for i in range(1, len(spots)):
        if _within(spots[i], x, y, radius):
            continue
        x, y, radius = float(spots[i, 0]), float(spots[i, 1]), 0.0
        for j in range(i):
            if _within(spots[j], x, y, radius):
                continue
            x, y, radius = _circle_of_two(spots[i], spots[j])
            for point in spots[:j]:
                if not _within(point, x, y, radius):
                    x, y, radius = _circle_of_three(spots[i], spots[j], point)
    return x, y, radius


def _within(point: np.ndarray, x: float, y: float, radius: float) -> bool:
    return float(np.hypot(point[0] - x, point[1] - y)) <= radius * (1 + 1e-10) + 1e-9


def _circle_of_two(a: np.ndarray, b: np.ndarray) -> tuple[float, float, float]:
    x, y = (a + b) / 2
    return float(x), float(y), float(np.hypot(*(a - b)) / 2)


def _circle_of_three(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[float, float, float]:
    p, q = b - a, c - a
    cross = 2 * (p[0] * q[1] - p[1] * q[0])
    if abs(cross) < 1e-12:  # on one line: the two that lie furthest apart
        pairs = ((a, b), (a, c), (b, c))
        return _circle_of_two(*max(pairs, key=lambda pair: float(np.hypot(*(pair[0] - pair[1])))))
    x = (q[1] * (p @ p) - p[1] * (q @ q)) / cross
    y = (p[0] * (q @ q) - q[0] * (p @ p)) / cross
    return float(a[0] + x), float(a[1] + y), float(np.hypot(x, y))


@strict()
def cut_edges(adjacency: sparse.sparray, assignment: ArrayLike) -> np.ndarray:
    """Pairs of neighbours in different parts, ``(m, 2)``, each once."""
    labels = np.asarray(assignment)
    edges = sparse.coo_array(sparse.triu(adjacency, k=1))
    cut = (labels[edges.row] != labels[edges.col]) & (edges.data != 0)
    return np.column_stack([edges.row[cut], edges.col[cut]]).astype(np.int64)


@strict()
def splits(assignment: ArrayLike, parents: ArrayLike) -> dict[int, int]:
    """Parents that lie in several parts, with the number of parts."""
    pairs = np.unique(np.column_stack([np.asarray(parents), np.asarray(assignment)]), axis=0)
    label, met = np.unique(pairs[:, 0], return_counts=True)
    return {int(q): int(m) for q, m in zip(label, met, strict=True) if m > 1 and q >= 0}


@strict()
def travel(
    assignment: ArrayLike, demand: ArrayLike, minutes: ArrayLike, parts: int | None = None
) -> dict[str, np.ndarray]:
    """
    Demand-weighted mean, 90th percentile and maximum of each part's travel to its center.

    ``minutes`` is ``(n,)``, each unit's travel to its own center. Units without demand do not
    count; a part without demand has NaN.
    """
    labels, weight = np.asarray(assignment), np.asarray(demand, dtype=float)
    time = np.asarray(minutes, dtype=float)
    count = int(labels.max()) + 1 if parts is None else parts
    out = {name: np.full(count, np.nan) for name in ("mean", "p90", "max")}
    for part in range(count):
        inside = np.flatnonzero((labels == part) & (weight > 0))
        if not len(inside):
            continue
        order = inside[np.argsort(time[inside], kind="stable")]
        share = np.cumsum(weight[order]) / weight[order].sum()
        out["mean"][part] = np.average(time[order], weights=weight[order])
        out["p90"][part] = time[order][np.searchsorted(share, 0.9 - 1e-12)]
        out["max"][part] = time[order][-1]
    return out


@strict()
def per_thousand(
    assignment: ArrayLike, amount: ArrayLike, demand: ArrayLike, parts: int | None = None
) -> np.ndarray:
    """Amount (beds) per 1,000 of demand in each part; NaN without demand."""
    people = loads(assignment, demand, parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(people > 0, 1000 * loads(assignment, amount, parts) / people, np.nan)


@strict()
def moved(before: ArrayLike, after: ArrayLike, demand: ArrayLike) -> float:
    """Demand that is in another part than before."""
    other = np.asarray(before) != np.asarray(after)
    return float(np.asarray(demand, dtype=float)[other].sum())
