"""Which units share a boundary, and how many metres of it.

Rook contiguity by shared segments, in two steps:

1. Segments with the same two end points are shared exactly. Lattices and clean coverages are
   settled here by sorting, without a single geometric test.
2. What is left over (the outer edge, T-junctions, hand-drawn boundaries) is compared along its
   own direction: two nearly parallel segments at most :data:`TOLERANCE` apart share the length
   over which they run beside each other. Gaps and overlaps under a metre thus do not cut a
   district; wider ones do.

A contact without length (two cells that meet at a corner) does not connect.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

TOLERANCE = 1.0
"""Metres between two drawn boundaries that are meant to be one."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def shared_boundaries(geometry: NDArray[np.object_]) -> sparse.csr_array:
    """
    Measure the boundary each pair of polygons shares.

    Parameters
    ----------
    geometry
        ``n`` polygons or multipolygons, metres.

    Returns
    -------
    shared
        (n, n), symmetric, zero diagonal; stored values are metres, all above zero.
    """
    n = len(geometry)
    owner, ends = _segments(geometry)
    first, second, rest = _matching(ends)
    pair_a, pair_b = [owner[first]], [owner[second]]
    metres = [np.hypot(*(ends[first, :2] - ends[first, 2:]).T)]
    for a, b, length in _beside(owner[rest], ends[rest]):
        pair_a.append(a)
        pair_b.append(b)
        metres.append(length)
    a, b = np.concatenate(pair_a), np.concatenate(pair_b)
    values = np.concatenate(metres)
    low, high = np.minimum(a, b), np.maximum(a, b)
    keep = low != high
    upper = sparse.coo_array((values[keep], (low[keep], high[keep])), shape=(n, n)).tocsr()
    shared = sparse.csr_array(upper + upper.T)
    shared.sort_indices()
    return shared


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


def _beside(owner: Ints, ends: Floats) -> list[tuple[Ints, Ints, Floats]]:
    """Unmatched segments that run beside another unit's, as (unit, unit, metres)."""
    if len(owner) < 2:
        return []
    lines = shapely.linestrings(ends.reshape(-1, 2, 2))
    tree = shapely.STRtree(lines)
    boxes = shapely.box(
        ends[:, [0, 2]].min(axis=1) - TOLERANCE,
        ends[:, [1, 3]].min(axis=1) - TOLERANCE,
        ends[:, [0, 2]].max(axis=1) + TOLERANCE,
        ends[:, [1, 3]].max(axis=1) + TOLERANCE,
    )
    one, other = tree.query(boxes)
    keep = (one < other) & (owner[one] != owner[other])
    one, other = one[keep], other[keep]
    length = _overlap(ends[one], ends[other])
    a: Ints = np.minimum(owner[one], owner[other])
    b: Ints = np.maximum(owner[one], owner[other])
    if not len(a):
        return []
    # The sum over a pair of units decides: a touch at a corner stays below the tolerance.
    pairs, inverse = np.unique(np.column_stack([a, b]), axis=0, return_inverse=True)
    total = np.zeros(len(pairs))
    np.add.at(total, inverse.ravel(), length)
    kept = total > TOLERANCE
    first: Ints = pairs[kept, 0]
    second: Ints = pairs[kept, 1]
    return [(first, second, total[kept])]


def _overlap(one: Floats, other: Floats) -> Floats:
    """Metres over which two segments run side by side within the tolerance, pairwise."""
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
    middle = d1 + (d2 - d1) * ((low + high) / 2 - t1) / span
    parallel = np.abs(t2 - t1) >= 0.7 * np.hypot(*(other[:, 2:] - other[:, :2]).T)
    beside = parallel & (np.abs(middle) <= TOLERANCE) & (high > low)
    return np.where(beside, high - low, 0.0)
