"""Square cells of a lattice from their centres, with corners that neighbours share exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.errors import Problem

OFF = 0.02
"""Share of a side by which a centre may be off its place."""
ENOUGH = 4
"""Centres from which on their own spacing is believed rather than the declared one."""


@dataclass(frozen=True)
class Lattice:
    """
    Where the cells lie on their lattice.

    Parameters
    ----------
    column, row
        Integer position of every cell, east and north.
    origin
        x and y of the centre of cell (0, 0), metres.
    cell_metres
        Side of a cell.
    """

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    origin: tuple[float, float]
    cell_metres: float

    def squares(self) -> NDArray[np.object_]:
        """Draw the cells; a corner is computed from its integers, so neighbours agree on it."""
        return rectangles(self.column, self.row, self.origin, (self.cell_metres, self.cell_metres))


def rectangles(
    column: NDArray[np.int64],
    row: NDArray[np.int64],
    origin: tuple[float, float],
    steps: tuple[float, float],
) -> NDArray[np.object_]:
    """
    Draw the cells of a lattice, each corner computed from its integers.

    Parameters
    ----------
    column, row
        Integer position of every cell, east and north.
    origin
        x and y of the centre of cell (0, 0).
    steps
        Width and height of a cell.
    """
    west = origin[0] + (column - 0.5) * steps[0]
    east = origin[0] + (column + 1 - 0.5) * steps[0]
    south = origin[1] + (row - 0.5) * steps[1]
    north = origin[1] + (row + 1 - 0.5) * steps[1]
    return np.asarray(shapely.box(west, south, east, north), dtype=object)


def _fit(values: NDArray[np.float64], side: float) -> tuple[NDArray[np.int64], float]:
    """Integer positions and origin along one axis."""
    index = np.rint((values - values.min()) / side)
    origin = float(np.median(values - index * side))
    # Centres rounded for print lie within a hair of the lattice: keep clean origins clean.
    if abs(origin - round(origin, 2)) < 1e-6:
        origin = round(origin, 2)
    index = np.rint((values - origin) / side)
    return index.astype(np.int64), origin


def _off(values: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    """Distance of every centre from its place along one axis."""
    index, origin = _fit(values, side)
    return np.asarray(np.abs(values - origin - index * side), dtype=np.float64)


def measured_steps(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """
    Measure how far neighbouring centres stand apart, east and north.

    Parameters
    ----------
    x, y
        Centres, metres.

    Returns
    -------
    steps
        Distance to the next centre of the same row and of the same column, metres: the smallest
        that is no exception, since places may be empty; nan along an axis with no two in line.
    """
    steps = []
    for along, across in ((x, y), (y, x)):
        line = np.round(across)  # centres of one row differ by rounding only
        order = np.lexsort((along, line))
        gap = np.diff(along[order])
        gap = gap[(np.diff(line[order]) == 0) & (gap > 0)]
        small = np.quantile(gap, 0.1, method="lower") if len(gap) else np.nan
        steps.append(float(np.median(gap[gap < 1.05 * small])) if len(gap) else np.nan)
    return steps[0], steps[1]


def _other_spacing(
    lattice: Lattice,
    centres: tuple[NDArray[np.float64], NDArray[np.float64]],
    steps: tuple[float, float],
    *,
    stray: bool,
) -> bool:
    """Whether centres lie well on a lattice of another side than the declared one."""
    side = lattice.cell_metres
    axes = [(a, step) for a, step in zip(centres, steps, strict=True) if np.isfinite(step)]
    known = [step for _, step in axes]
    if len(lattice.column) < ENOUGH or not known:
        return False
    places = np.column_stack([lattice.column, lattice.row])
    if stray:
        fits = all(_off(values, step).max() <= OFF * step for values, step in axes)
        return fits and any(abs(step / side - 1) > OFF for step in known)
    # On a lattice of the declared side, but only on every second (third ...) place of it.
    spread = np.gcd.reduce(np.diff(places, axis=0, prepend=places[:1]), axis=None)
    return bool(spread > 1) and min(known) > 1.5 * side


def fit_lattice(
    x: NDArray[np.float64], y: NDArray[np.float64], cell_metres: float, *, layer: str = "units"
) -> tuple[Lattice, list[Problem]]:
    """
    Place cell centres on a square lattice.

    Parameters
    ----------
    x, y
        Centres, metres.
    cell_metres
        Side of a cell.
    layer
        Named in the problems.

    Returns
    -------
    lattice
    problems
        ``cell-spacing`` if the centres stand at other distances than ``cell_metres``;
        ``off-lattice`` if a centre is more than 2 % of a side from its place;
        ``same-cell`` if two rows lie in one cell. Rows are counted from 0.
    """
    column, origin_x = _fit(x, cell_metres)
    row, origin_y = _fit(y, cell_metres)
    lattice = Lattice(column, row, (origin_x, origin_y), cell_metres)
    values = {"layer": layer, "metres": f"{cell_metres:g}"}
    off = np.maximum(_off(x, cell_metres), _off(y, cell_metres))
    steps = measured_steps(x, y)
    stray = float(off.max()) > OFF * cell_metres
    if _other_spacing(lattice, (x, y), steps, stray=stray):
        shown = list(dict.fromkeys(f"{step:.6g}" for step in steps))
        other = {**values, "rows": np.arange(len(x)), "measured": shown}
        return lattice, [Problem("cell-spacing" if len(shown) == 1 else "cell-oblong", other)]
    problems = []
    if stray:
        rows = np.flatnonzero(off > OFF * cell_metres)
        problems.append(Problem("off-lattice", {**values, "rows": rows, "off": f"{off.max():.3g}"}))
    order = np.lexsort((column, row))
    same = (np.diff(column[order]) == 0) & (np.diff(row[order]) == 0)
    if same.any():
        rows = np.sort(order[1:][same])
        problems.append(Problem("same-cell", {**values, "rows": rows}))
    return lattice, problems
