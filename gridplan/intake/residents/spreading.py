"""Residents of areas -> residents of cells, to the person.

Rules: (1) cells lie on a square lattice, side chosen so that a district has at most 50,000 of them
with residents; (2) a cell belongs to the area that holds its middle; an area too small to hold one
takes the nearest; (3) an area's residents go to its cells in proportion to their weight: ground, or
what a raster, buildings or land use say; (4) a cell with more residents than one center could take
in with its neighbours is cut into four, and again; (5) whole persons by largest remainders, so
that every area keeps its total.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

SIDES = (50.0, 100.0, 200.0, 250.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0)
"""Sides of cells that are offered, metres."""


@dataclass(frozen=True)
class SpreadParams:
    """
    How residents are spread.

    Parameters
    ----------
    most_cells
        Cells with residents a district should have at most.
    least_side
        Metres below which no cell is cut further.
    most_residents
        Persons above which a cell is cut into four.
    default_side
        Metres; the smallest side that is chosen unasked.
    """

    most_cells: int = 50_000
    least_side: float = 25.0
    most_residents: float = 5_000.0
    default_side: float = 100.0


@dataclass(frozen=True, eq=False)
class Spread:
    """
    Cells with their residents.

    Parameters
    ----------
    squares
        One polygon a cell, metres.
    area
        Position of the area each cell belongs to.
    people
        (n, k) persons, whole numbers where the areas' were; one column a count that was spread.
    side
        Metres of the lattice before any cell was cut.
    cut
        True for cells smaller than the lattice's.
    lent
        Areas so small that no cell is theirs; their residents are in the cell nearest to them.
    """

    squares: Shapes
    area: Ints
    people: Floats
    side: float
    cut: NDArray[np.bool_]
    lent: Ints


def choose_side(square_metres: float, params: SpreadParams | None = None) -> float:
    """Choose the smallest side, 100 m or more, with which the ground has at most so many cells."""
    params = params or SpreadParams()
    fitting = [
        side
        for side in SIDES
        if side >= params.default_side and square_metres / side**2 <= params.most_cells
    ]
    return fitting[0] if fitting else SIDES[-1]


def largest_remainder(total: float, weights: Floats) -> Floats:
    """
    Share a total in whole persons, in proportion to weights.

    Parameters
    ----------
    total
        Persons; a fraction is kept whole by the cell with the largest remainder.
    weights
        (n,), at least one above zero; equal shares where all are zero.

    Returns
    -------
    shares
        (n,), their sum is ``total``.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    exact = total * weights / weights.sum()
    whole = np.floor(exact)
    rest = round(float(np.floor(total) - whole.sum()))
    order = np.lexsort((np.arange(len(whole)), -(exact - whole)))
    whole[order[:rest]] += 1
    whole[order[0]] += total - np.floor(total)
    return whole


def spread(
    shapes: Shapes,
    people: Floats,
    *,
    side: float,
    weigh: Callable[[Shapes], Floats] | None = None,
    params: SpreadParams | None = None,
) -> Spread:
    """
    Bring the residents of areas onto cells.

    Parameters
    ----------
    shapes
        (m,) polygons or multipolygons that do not overlap, metres.
    people
        (m, k) persons; the first column decides which cells are cut.
    side
        Metres of a cell.
    weigh
        Gives (n,) cells their weights; ground where None.
    params
        Limits.

    Returns
    -------
    Spread
        Every column keeps the total of every area.
    """
    params = params or SpreadParams()
    people = np.asarray(people, dtype=float).reshape(len(shapes), -1)
    x, y, area = _lattice(shapes, side)
    half = np.full(len(x), side / 2)
    weights = _weights(_boxes(x, y, half), half, weigh)
    level = _levels(weights, area, half, people[:, 0], params)
    parts = _cut(level, x, y, half, area, weights)
    x, y, half, weights, area = (*parts[:3], parts[4], parts[3].astype(np.int64))
    cut = half < side / 2
    squares = _boxes(x, y, half)
    weights[cut] = _weights(squares[cut], half[cut], weigh)
    shares = np.zeros((len(x), people.shape[1]))
    order = np.argsort(area, kind="stable")
    starts = np.searchsorted(area[order], np.arange(len(shapes) + 1))
    for at in range(len(shapes)):
        cells = order[starts[at] : starts[at + 1]]
        for column in range(people.shape[1]):
            if len(cells) and people[at, column] > 0:
                shares[cells, column] = largest_remainder(people[at, column], weights[cells])
    lent = np.flatnonzero(starts[1:] == starts[:-1])
    if len(lent):
        inner = shapely.get_coordinates(shapely.point_on_surface(shapes[lent]))
        nearest = cKDTree(np.column_stack([x, y])).query(inner)[1]
        np.add.at(shares, nearest, people[lent])
    return Spread(squares, area, shares, side, cut, lent)


def _lattice(shapes: Shapes, side: float) -> tuple[Floats, Floats, Ints]:
    """Middles of the cells and the area that holds each; every area has at least one cell."""
    west, south, east, north = shapely.total_bounds(shapes)
    tree = shapely.STRtree(shapes)
    columns = np.arange(np.floor(west / side), np.ceil(east / side))
    rows = np.arange(np.floor(south / side), np.ceil(north / side))
    xs, ys, owners = [], [], []
    for some in np.array_split(rows, max(1, len(rows) * len(columns) // 500_000 + 1)):
        x, y = (a.ravel() for a in np.meshgrid((columns + 0.5) * side, (some + 0.5) * side))
        point, area = tree.query(shapely.points(x, y), predicate="intersects")
        # A middle on a common border belongs to the area that comes first.
        order = np.lexsort((area, point))
        _, first = np.unique(point[order], return_index=True)
        chosen = order[first]
        xs.append(x[point[chosen]])
        ys.append(y[point[chosen]])
        owners.append(area[chosen])
    x, y, area = np.concatenate(xs), np.concatenate(ys), np.concatenate(owners).astype(np.int64)
    without = np.setdiff1d(np.arange(len(shapes)), area)
    return _with_small(shapes, without, side, x, y, area)


def _with_small(
    shapes: Shapes, without: Ints, side: float, x: Floats, y: Floats, area: Ints
) -> tuple[Floats, Floats, Ints]:
    """
    Give an area without a cell the one its inner point lies in.

    Where another area has that cell, a second cell of the same place would overlap: the small area
    takes it over if its owner has others, else its residents are lent to the nearest cell.
    """
    if not len(without):
        return x, y, area
    place = {(int(a), int(b)): n for n, (a, b) in enumerate(zip(x // side, y // side, strict=True))}
    counts = np.bincount(area, minlength=len(shapes))
    inner = shapely.point_on_surface(shapes[without])
    new_x: list[float] = []
    new_y: list[float] = []
    new_area: list[int] = []
    owner = area.copy()
    for at, point in zip(without, inner, strict=True):
        for column, row in _around(int(point.x // side), int(point.y // side)):
            n = place.get((column, row))
            if n is None:
                place[column, row] = len(x) + len(new_x)
                new_x.append((column + 0.5) * side)
                new_y.append((row + 0.5) * side)
                new_area.append(int(at))
                break
            if n < len(x) and counts[owner[n]] > 1:
                counts[owner[n]] -= 1
                owner[n] = at
                counts[at] += 1
                break
    return (
        np.concatenate([x, new_x]),
        np.concatenate([y, new_y]),
        np.concatenate([owner, np.array(new_area, dtype=np.int64)]),
    )


def _around(column: int, row: int) -> list[tuple[int, int]]:
    """List a place on the lattice, then those around it, near ones first."""
    reach = range(-6, 7)
    offsets = sorted(
        ((a, b) for a in reach for b in reach), key=lambda o: (o[0] ** 2 + o[1] ** 2, o)
    )
    return [(column + a, row + b) for a, b in offsets]


def _weights(squares: Shapes, half: Floats, weigh: Callable[[Shapes], Floats] | None) -> Floats:
    if weigh is None:
        return 4 * half**2
    return np.maximum(np.nan_to_num(weigh(squares)), 0.0)


def _boxes(x: Floats, y: Floats, half: Floats) -> Shapes:
    return np.asarray(shapely.box(x - half, y - half, x + half, y + half), dtype=object)


def _levels(
    weights: Floats, area: Ints, half: Floats, people: Floats, params: SpreadParams
) -> Ints:
    """How often each cell is to be cut into four."""
    total = np.bincount(area, weights=weights, minlength=len(people))
    count = np.bincount(area, minlength=len(people))
    share = np.where(total[area] > 0, weights / np.maximum(total[area], 1e-300), 1 / count[area])
    expected = people[area] * share
    with np.errstate(divide="ignore"):
        wanted = np.ceil(np.log(np.maximum(expected / params.most_residents, 1.0)) / np.log(4))
    room = np.floor(np.log2(2 * half / params.least_side))
    return np.minimum(wanted, np.maximum(room, 0)).astype(np.int64)


def _cut(level: Ints, *columns: Floats | Ints) -> Floats:
    """
    Cut cells into four as often as their level says.

    Parameters
    ----------
    level
        (n,) times.
    columns
        x, y and half side of every cell, and whatever its parts inherit.

    Returns
    -------
    columns
        (k, m) of the cells there are then, from south to north, from west to east.
    """
    table = np.vstack([np.asarray(column, dtype=float) for column in columns])
    while (level > 0).any():
        deep = level > 0
        parts = [table[:, ~deep]]
        for south in (-1, 1):
            for west in (-1, 1):
                part = table[:, deep].copy()
                part[2] /= 2
                part[0] += west * part[2]
                part[1] += south * part[2]
                parts.append(part)
        table = np.concatenate(parts, axis=1)
        level = np.concatenate([level[~deep], *([level[deep] - 1] * 4)])
    return table[:, np.lexsort((table[0], table[1]))]
