"""Rows that name a place without drawing it -> areas: lattice centres, H3 cells, loose points."""

from __future__ import annotations

from dataclasses import dataclass

import h3
import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.district.geometry.lattice import rectangles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Spacing:
    """
    A lattice that points lie on.

    Parameters
    ----------
    dx, dy
        Steps, in the points' own coordinates.
    x0, y0
        One of the points.
    """

    dx: float
    dy: float
    x0: float
    y0: float


def spacing_of(x: Floats, y: Floats, *, slack: float = 0.03) -> Spacing | None:
    """
    Measure the lattice on which points lie; None if they lie on none.

    Parameters
    ----------
    x, y
        (n,) coordinates, any unit.
    slack
        Share of a step a point may be off; tables print rounded coordinates.
    """
    dx, dy = _step(x, slack), _step(y, slack)
    if dx is None or dy is None or not 0.5 < dx / dy < 2.0:
        return None
    column, row = np.rint((x - x[0]) / dx), np.rint((y - y[0]) / dy)
    pairs = np.unique(np.column_stack([column, row]), axis=0)
    full = len(pairs) / ((np.ptp(column) + 1) * (np.ptp(row) + 1))
    if len(pairs) < len(x) or full < 0.02:
        return None
    return Spacing(dx, dy, float(x[0]), float(y[0]))


def _step(values: Floats, slack: float) -> float | None:
    """Find the step between the distinct values of one axis, if all are multiples of one."""
    ordered = np.unique(values)
    gaps = np.diff(ordered)
    size = max(float(np.abs(values).max()), 1.0)
    gaps = gaps[gaps > 1e-9 * size]
    if len(gaps) < 1:
        return None
    # Rounded prints of one column differ a little: the largest gap class that repeats is the step.
    wide = gaps[gaps > 0.05 * np.percentile(gaps, 95)]
    step = float(np.median(wide[wide < 1.5 * np.percentile(wide, 25)]))
    for _ in range(3):
        index = np.rint((ordered - ordered[0]) / step)
        if index[-1] == 0:
            return None
        step = float((index * (ordered - ordered[0])).sum() / (index**2).sum())
    off = np.abs(ordered - ordered[0] - np.rint((ordered - ordered[0]) / step) * step)
    return step if np.percentile(off, 99) <= slack * step else None


def lattice_cells(x: Floats, y: Floats, spacing: Spacing) -> Shapes:
    """Draw the rectangle of every lattice point; neighbours share their corners exactly."""
    column = np.rint((x - spacing.x0) / spacing.dx).astype(np.int64)
    row = np.rint((y - spacing.y0) / spacing.dy).astype(np.int64)
    return rectangles(column, row, (spacing.x0, spacing.y0), (spacing.dx, spacing.dy))


def hexagons(ids: list[str | None]) -> tuple[Shapes, list[int]]:
    """
    Draw H3 cells.

    Parameters
    ----------
    ids
        Hexadecimal H3 indexes.

    Returns
    -------
    shapes
        WGS-84 polygons; empty where the id is none.
    wrong
        Positions of ids that are none.
    """
    shapes, wrong = [], []
    for at, name in enumerate(ids):
        cell = (name or "").strip().lower()
        if not h3.is_valid_cell(cell):
            shapes.append(shapely.Polygon())
            wrong.append(at)
            continue
        shapes.append(shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]))
    return np.array(shapes, dtype=object), wrong


def gathered(x: Floats, y: Floats, people: Floats, side: float) -> tuple[Shapes, Floats, Ints]:
    """
    Put loose points with residents (buildings, addresses) onto a lattice.

    Parameters
    ----------
    x, y
        (n,) metres.
    people
        (n, k) persons.
    side
        Metres of a cell.

    Returns
    -------
    squares, people, cell
        (m,) cells in use, (m, k) their sums, and the (n,) cell of every point.
    """
    place = np.column_stack([np.floor(x / side), np.floor(y / side)])
    places, cell = np.unique(place, axis=0, return_inverse=True)
    cell = cell.ravel().astype(np.int64)
    sums = np.zeros((len(places), people.shape[1]))
    np.add.at(sums, cell, people)
    west, south = places[:, 0] * side, places[:, 1] * side
    squares = np.asarray(shapely.box(west, south, west + side, south + side), dtype=object)
    return squares, sums, cell
