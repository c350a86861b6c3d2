"""Corners that a layer of roads was drawn without: where lines cross, or one ends on another.

Rules: (1) lines of one level meet where they cross, and where one ends on another; (2) a bridge or
tunnel meets a road on the ground where it ends on it and does not go on, never where it passes;
(3) a road that ends under a bridge, or over a tunnel, does not meet it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.travel.road_graph import GRID

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

TOUCH = 0.5
"""Metres within which a line that ends beside another ends on it."""


@dataclass(frozen=True, eq=False)
class MissingCorners:
    """
    Where lines should meet and do not, for want of a corner.

    Parameters
    ----------
    line
        (k,) position of the line that lacks a corner, parts of MultiLineStrings counted singly.
    xy
        (k, 2) metres of the corner.
    end
        (k,) whether another line ends there; else the two cross.
    crossings, ends
        How many places of each kind there are.
    """

    line: Ints
    xy: Floats
    end: NDArray[np.bool_]
    crossings: int
    ends: int

    def put_into(self, lines: Shapes, *, crossings: bool = True) -> Shapes:
        """
        Give the lines with the corners added.

        Parameters
        ----------
        lines
            Those the corners were found missing in.
        crossings
            Whether lines that cross get theirs as well, or ends alone.
        """
        parts, row = shapely.get_parts(lines, return_index=True)
        which = np.ones(len(self.line), dtype=bool) if crossings else self.end
        order = np.flatnonzero(which)[np.argsort(self.line[which], kind="stable")]
        line, xy = self.line[order], self.xy[order]
        starts = np.flatnonzero(np.diff(line, prepend=-1))
        for start, stop in zip(starts, np.append(starts, len(line))[1:], strict=True):
            parts[line[start]] = _with_corners(parts[line[start]], xy[start:stop])
        changed = lines.copy()
        for at in np.unique(row[line]):
            own = parts[slice(*np.searchsorted(row, [at, at + 1]))]
            multi = shapely.get_type_id(lines[at]) == shapely.GeometryType.MULTILINESTRING
            changed[at] = shapely.multilinestrings(own) if multi else own[0]
        return changed


def missing_corners(lines: Shapes, level: Ints) -> MissingCorners:
    """
    Find where lines should meet and lack a common corner.

    Parameters
    ----------
    lines
        (m,) LineStrings or MultiLineStrings, metres.
    level
        (m,) 0 on the ground, bridges above, tunnels below.

    Returns
    -------
    MissingCorners
    """
    parts, row = shapely.get_parts(lines, return_index=True)
    level, corners = np.asarray(level)[row], _Corners.of(parts)
    tree = shapely.STRtree(parts)
    ending, ended_on, ends = _ends(parts, level, tree, corners)
    one, other, met = _crossings(parts, level, tree, corners)
    table = pd.DataFrame(
        {
            "line": np.concatenate([ended_on, one, other]),
            "end": np.arange(len(ends) + 2 * len(met)) < len(ends),
        }
    )
    table[["x", "y"]] = np.concatenate([ends, met, met])
    table = table.drop_duplicates(["line", "x", "y"])
    return MissingCorners(
        line=table["line"].to_numpy(dtype=np.int64),
        xy=table[["x", "y"]].to_numpy(dtype=float),
        end=table["end"].to_numpy(dtype=bool),
        crossings=len(np.unique(_code(met))),
        ends=len(np.unique(ending)),
    )


def _code(xy: Floats) -> Ints:
    """Give one number for each place, to a centimetre."""
    keys = np.rint(xy / GRID).astype(np.int64)
    return np.asarray(keys[:, 0] * 2**32 + keys[:, 1])


@dataclass(frozen=True, eq=False)
class _Corners:
    """The corners of every line, as sorted numbers of line and place."""

    places: Ints
    known: Ints

    @classmethod
    def of(cls, parts: Shapes) -> _Corners:
        points, line = shapely.get_coordinates(parts, return_index=True)
        places, place = np.unique(_code(points), return_inverse=True)
        return cls(places, np.unique(line * len(places) + place.ravel()))

    def has(self, line: Ints, xy: Floats) -> NDArray[np.bool_]:
        """Tell which lines have a corner at a place."""
        if not len(self.places):
            return np.zeros(len(line), dtype=bool)
        code = _code(xy)
        at = np.minimum(np.searchsorted(self.places, code), len(self.places) - 1)
        return (self.places[at] == code) & np.isin(line * len(self.places) + at, self.known)


def _ends(
    parts: Shapes, level: Ints, tree: shapely.STRtree, corners: _Corners
) -> tuple[Ints, Ints, Floats]:
    """Find ends without a corner of the line they are on: number of the end, the line, metres."""
    xy = shapely.get_coordinates([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    own = np.tile(np.arange(len(parts)), 2)
    end, line = tree.query(shapely.points(xy), predicate="dwithin", distance=TOUCH)
    good = (line != own[end]) & ~corners.has(line, xy[end])
    end, line = end[good], line[good]
    mine, theirs = level[own[end]], level[line]
    joins = (mine == theirs) | ((theirs == 0) & ~_goes_on(xy, level[own])[end])
    return end[joins], line[joins], xy[end[joins]]


def _goes_on(xy: Floats, level: Ints) -> NDArray[np.bool_]:
    """Tell the ends of bridges and tunnels at which another such begins."""
    raised = level != 0
    places, place, count = np.unique(_code(xy[raised]), return_inverse=True, return_counts=True)
    on = np.zeros(len(xy), dtype=bool)
    if len(places):
        on[raised] = count[place.ravel()] > 1
    return on


def _crossings(
    parts: Shapes, level: Ints, tree: shapely.STRtree, corners: _Corners
) -> tuple[Ints, Ints, Floats]:
    """Find where two lines of one level cross, or begin to run together, without a corner."""
    one, other = tree.query(parts, predicate="intersects")
    apart = (one < other) & (level[one] == level[other])
    one, other = one[apart], other[apart]
    met, pair = shapely.get_parts(shapely.intersection(parts[one], parts[other]), return_index=True)
    # Lines that run together part where what they share ends.
    shared = shapely.get_type_id(met) == shapely.GeometryType.LINESTRING
    last = shapely.get_point(met[shared], -1)
    met = np.concatenate([np.where(shared, shapely.get_point(met, 0), met), last])
    pair = np.concatenate([pair, pair[shared]])
    xy = shapely.get_coordinates(met)
    one, other = one[pair], other[pair]
    lacking = ~(corners.has(one, xy) & corners.has(other, xy))
    for line in (one, other):
        for end in (0, -1):
            # One that ends there is met as an end.
            lacking &= shapely.distance(shapely.get_point(parts[line], end), met) > TOUCH
    return one[lacking], other[lacking], xy[lacking]


def _with_corners(line: shapely.LineString, xy: Floats) -> shapely.LineString:
    corners = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    new = shapely.line_locate_point(line, shapely.points(xy))
    order = np.argsort(np.concatenate([along, new]), kind="stable")
    return shapely.linestrings(np.concatenate([corners, xy])[order])
