"""Which units share a boundary, and how many metres of it.

Rook contiguity by shared segments, in two steps:

1. Segments with the same two end points are shared exactly. Lattices and clean coverages are
   settled here by sorting, without a single geometric test.
2. What is left over (the outer edge, T-junctions, hand-drawn boundaries) is compared along its
   own direction: two nearly parallel segments at most a given distance apart share the length
   over which they run beside each other. Gaps and overlaps under :data:`TOLERANCE` thus do not
   cut a district; wider ones do, unless the district declares how far apart units may be drawn
   (roads between blocks) and still be neighbours.

A contact without length (two cells that meet at a corner) does not connect: units must face each
other over more than the distance between them. Nor do units see each other through a third.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

TOLERANCE = 1.0
"""Metres between two drawn boundaries that are meant to be one."""

ROUNDING = 0.001
"""Metres that projecting may add to a distance that was declared in whole ones."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contacts:
    """
    Pairs of polygons that face each other.

    Parameters
    ----------
    first, other
        Positions, first below other; a pair may occur more than once.
    metres
        Length over which they face each other.
    gap
        Distance across, metres; 0 where they share the boundary exactly.
    """

    first: Ints
    other: Ints
    metres: Floats
    gap: Floats


def shared_boundaries(
    geometry: NDArray[np.object_], *, snap_metres: float = TOLERANCE
) -> sparse.csr_array:
    """
    Measure the boundary each pair of polygons shares.

    Parameters
    ----------
    geometry
        ``n`` polygons or multipolygons, metres.
    snap_metres
        How far apart, edge to edge, two boundaries may be and still be one.

    Returns
    -------
    shared
        (n, n), symmetric, zero diagonal; stored values are metres, all above zero.
    """
    n = len(geometry)
    found = contacts(geometry, within=snap_metres)
    upper = sparse.coo_array((found.metres, (found.first, found.other)), shape=(n, n)).tocsr()
    shared = sparse.csr_array(upper + upper.T)
    shared.sort_indices()
    return shared


def contacts(
    geometry: NDArray[np.object_], *, within: float, apart: Ints | None = None
) -> Contacts:
    """
    Find the polygons that face each other.

    Parameters
    ----------
    geometry
        Polygons or multipolygons, metres.
    within
        Largest distance across, edge to edge, metres.
    apart
        A label for each polygon: only pairs of different labels are wanted. None: all pairs.

    Returns
    -------
    contacts
    """
    owner, ends = _segments(geometry)
    first, second, rest = _matching(ends)
    exact = _Pairs(
        owner[first],
        owner[second],
        np.hypot(*(ends[first, :2] - ends[first, 2:]).T),
        np.zeros(len(first)),
    )
    near = _beside(geometry, owner[rest], ends[rest], within, apart)
    a, b = np.concatenate([exact.a, near.a]), np.concatenate([exact.b, near.b])
    metres = np.concatenate([exact.metres, near.metres])
    gap = np.concatenate([exact.gap, near.gap])
    keep = a != b if apart is None else apart[a] != apart[b]
    return Contacts(np.minimum(a, b)[keep], np.maximum(a, b)[keep], metres[keep], gap[keep])


@dataclass(frozen=True, eq=False)
class _Pairs:
    a: Ints
    b: Ints
    metres: Floats
    gap: Floats


def _segments(geometry: NDArray[np.object_]) -> tuple[Ints, Floats]:
    """Owner and end points x1, y1, x2, y2 of every boundary segment, smaller end first."""
    parts, owner_of_part = shapely.get_parts(geometry, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    inside = ring_of_point[1:] == ring_of_point[:-1]
    start, end = points[:-1][inside], points[1:][inside]
    owner = owner_of_part[part_of_ring][ring_of_point[:-1][inside]]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end]))
    real = (ends[:, :2] != ends[:, 2:]).any(axis=1)
    return owner[real].astype(np.int64), ends[real]


def _matching(ends: Floats) -> tuple[Ints, Ints, Ints]:
    """Pairs of segments with equal ends, and the segments that have no equal."""
    order = np.lexsort(ends.T[::-1])
    same = (ends[order[1:]] == ends[order[:-1]]).all(axis=1)
    matched = np.zeros(len(ends), dtype=bool)
    matched[order[1:][same]] = True
    matched[order[:-1][same]] = True
    return order[:-1][same], order[1:][same], np.flatnonzero(~matched)


def _beside(
    geometry: NDArray[np.object_], owner: Ints, ends: Floats, within: float, apart: Ints | None
) -> _Pairs:
    """Unmatched segments that run beside another unit's, one pair of units once."""
    one, other = _candidates(owner, ends, within, owner if apart is None else apart[owner])
    length, gap, points = _overlap(ends[one], ends[other], within)
    seen = length > 0
    # What lies closer than drawing can tell is no view past anything.
    far = seen & (gap > TOLERANCE)
    seen[far] = _open_view(geometry, points[far])
    one, other, length, gap = one[seen], other[seen], length[seen], gap[seen]
    a: Ints = np.minimum(owner[one], owner[other])
    b: Ints = np.maximum(owner[one], owner[other])
    # The sum over a pair of units decides: a touch at a corner stays below the gap it spans.
    pairs, inverse = np.unique(np.column_stack([a, b]), axis=0, return_inverse=True)
    inverse = inverse.ravel()
    total = np.zeros(len(pairs))
    np.add.at(total, inverse, length)
    least = np.full(len(pairs), np.inf)
    np.minimum.at(least, inverse, gap)
    needed = np.maximum(TOLERANCE, least)
    kept = total > needed
    across = _reached(inverse, length, gap, needed)
    return _Pairs(pairs[kept, 0], pairs[kept, 1], total[kept], across[kept])


def _reached(pair: Ints, length: Floats, gap: Floats, needed: Floats) -> Floats:
    """Distance within which each pair faces itself over more than what it needs."""
    order = np.lexsort((gap, pair))
    run = np.cumsum(length[order])
    start = np.searchsorted(pair[order], np.arange(len(needed)))
    before = np.concatenate([[0.0], run])[start]
    enough = run - before[pair[order]] > needed[pair[order]]
    across = np.full(len(needed), np.inf)
    np.minimum.at(across, pair[order][enough], gap[order][enough])
    return across


def _candidates(owner: Ints, ends: Floats, within: float, label: Ints) -> tuple[Ints, Ints]:
    """Pairs of segments whose boxes come within reach and whose labels differ."""
    if len(owner) < 2:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    tree = shapely.STRtree(shapely.linestrings(ends.reshape(-1, 2, 2)))
    reach = within + ROUNDING
    boxes = shapely.box(
        ends[:, [0, 2]].min(axis=1) - reach,
        ends[:, [1, 3]].min(axis=1) - reach,
        ends[:, [0, 2]].max(axis=1) + reach,
        ends[:, [1, 3]].max(axis=1) + reach,
    )
    one, other = tree.query(boxes)
    keep = (one < other) & (label[one] != label[other])
    return one[keep], other[keep]


def _open_view(geometry: NDArray[np.object_], points: Floats) -> NDArray[np.bool_]:
    """Whether nothing but open ground lies between two points on facing boundaries."""
    free = np.ones(len(points), dtype=bool)
    if not len(points):
        return free
    lines = shapely.linestrings(points.reshape(-1, 2, 2))
    line, area = shapely.STRtree(geometry).query(lines, predicate="intersects")
    crossed = shapely.length(shapely.intersection(lines[line], geometry[area]))
    free[line[crossed > 0.05 * shapely.length(lines[line])]] = False
    return free


def _overlap(one: Floats, other: Floats, within: float) -> tuple[Floats, Floats, Floats]:
    """Metres over which two segments run side by side, distance and points in the middle."""
    along = one[:, 2:] - one[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    along = along / length[:, None]
    first, second = other[:, :2] - one[:, :2], other[:, 2:] - one[:, :2]
    t1, t2 = (first * along).sum(axis=1), (second * along).sum(axis=1)
    d1 = first[:, 0] * along[:, 1] - first[:, 1] * along[:, 0]
    d2 = second[:, 0] * along[:, 1] - second[:, 1] * along[:, 0]
    low = np.maximum(0.0, np.minimum(t1, t2))
    high = np.minimum(length, np.maximum(t1, t2))
    span = np.where(t2 == t1, 1.0, t2 - t1)
    share = ((low + high) / 2 - t1) / span
    middle = d1 + (d2 - d1) * share
    parallel = np.abs(t2 - t1) >= 0.7 * np.hypot(*(other[:, 2:] - other[:, :2]).T)
    beside = parallel & (np.abs(middle) <= within + ROUNDING) & (high > low)
    here = one[:, :2] + along * ((low + high) / 2)[:, None]
    there = other[:, :2] + (other[:, 2:] - other[:, :2]) * share[:, None]
    return np.where(beside, high - low, 0.0), np.abs(middle), np.hstack([here, there])
