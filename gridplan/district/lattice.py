"""Square cells of a lattice from their centres, with corners that neighbours share exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.errors import Problem


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
        side = self.cell_metres
        west = self.origin[0] + (self.column - 0.5) * side
        east = self.origin[0] + (self.column + 1 - 0.5) * side
        south = self.origin[1] + (self.row - 0.5) * side
        north = self.origin[1] + (self.row + 1 - 0.5) * side
        return np.asarray(shapely.box(west, south, east, north), dtype=object)


def _fit(values: NDArray[np.float64], side: float) -> tuple[NDArray[np.int64], float, float]:
    """Integer positions, origin and the largest distance from the lattice, along one axis."""
    index = np.rint((values - values.min()) / side)
    origin = float(np.median(values - index * side))
    # Centres rounded for print lie within a hair of the lattice: keep clean origins clean.
    if abs(origin - round(origin, 2)) < 1e-6:
        origin = round(origin, 2)
    index = np.rint((values - origin) / side)
    return index.astype(np.int64), origin, float(np.abs(values - origin - index * side).max())


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
        ``off-lattice`` if a centre is more than 2 % of a side from its place;
        ``same-cell`` if two rows lie in one cell. Rows are counted from 0.
    """
    column, origin_x, off_x = _fit(x, cell_metres)
    row, origin_y, off_y = _fit(y, cell_metres)
    lattice = Lattice(column, row, (origin_x, origin_y), cell_metres)
    values = {"layer": layer, "metres": f"{cell_metres:g}"}
    problems = []
    if max(off_x, off_y) > 0.02 * cell_metres:
        off = np.maximum(
            np.abs(x - origin_x - column * cell_metres), np.abs(y - origin_y - row * cell_metres)
        )
        rows = np.flatnonzero(off > 0.02 * cell_metres)
        problems.append(Problem("off-lattice", {**values, "rows": rows, "off": f"{off.max():.3g}"}))
    order = np.lexsort((column, row))
    same = (np.diff(column[order]) == 0) & (np.diff(row[order]) == 0)
    if same.any():
        rows = np.sort(order[1:][same])
        problems.append(Problem("same-cell", {**values, "rows": rows}))
    return lattice, problems
