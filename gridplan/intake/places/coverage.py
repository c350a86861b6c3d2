"""Areas that should tile a district: broken rings, overlaps, gaps and slivers, found and mended.

The cleaning itself is GEOS's coverage cleaner. It can cut through a neck narrower than the
snapping distance (libgeos#1476), so area and number of parts are compared after it: a shape that
lost ground, or fell apart where it shared none, keeps its outline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class CleanParams:
    """
    How far areas may be moved to meet.

    Parameters
    ----------
    snap_metres
        Corners nearer to one another than this are one corner.
    gap_metres
        Gaps in which no wider circle fits are given to the neighbour with the longest common
        border.
    sliver_square_metres
        An overlap smaller than this is a slip of the drawing; a larger one is named.
    loss_share
        Share of its own ground a shape may lose, beside what it shared with others; beyond it the
        shape keeps its outline.
    """

    snap_metres: float = 1.0
    gap_metres: float = 20.0
    sliver_square_metres: float = 10_000.0
    loss_share: float = 0.02


@dataclass(frozen=True, eq=False)
class Cleaned:
    """
    What cleaning found and did.

    Parameters
    ----------
    shapes
        Polygons or multipolygons, same order, metres.
    overlaps
        Pairs of positions that overlap by more than a sliver, and the square metres.
    gaps
        Between areas before cleaning, metres.
    holes
        Number of gaps between areas before and after.
    kept
        True where cleaning would have cost ground or torn the shape and the outline was kept.
    torn
        True where a shape is in more parts than before, since others have the ground between.
    area
        Square metres before and after, all together.
    """

    shapes: Shapes
    overlaps: list[tuple[int, int, float]]
    gaps: Shapes
    holes: tuple[int, int]
    kept: NDArray[np.bool_]
    torn: NDArray[np.bool_]
    area: tuple[float, float]


def areas_of(shapes: Shapes) -> tuple[Shapes, NDArray[np.bool_], NDArray[np.bool_]]:
    """
    Make every shape a valid polygon or multipolygon.

    Returns
    -------
    shapes
        Lines and points of a collection are left out.
    mended
        True where the outline had to be changed.
    hopeless
        True where no area is left; the shape is an empty polygon then.
    """
    present = np.array([shapely.Polygon() if s is None else s for s in shapes], dtype=object)
    valid = shapely.is_valid(present)
    made = present.copy()
    if (~valid).any():
        made[~valid] = shapely.make_valid(present[~valid], method="structure", keep_collapsed=False)
    kinds = shapely.get_type_id(made)
    mixed = ~np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    for at in np.flatnonzero(mixed):
        made[at] = only_areas(made[at])
    hopeless = shapely.is_empty(made) | (shapely.area(made) <= 0)
    return made, (~valid | mixed) & ~hopeless, hopeless


def only_areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Leave lines and points of a collection out; an empty polygon where nothing else is in it."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def overlaps_of(shapes: Shapes) -> list[tuple[int, int, float]]:
    """List the pairs that share ground, with the square metres, largest first."""
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    apart = one < other
    one, other = one[apart], other[apart]
    if not len(one):
        return []
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    order = np.argsort(-shared)
    return [(int(one[k]), int(other[k]), float(shared[k])) for k in order if shared[k] > 1.0]


def gaps_of(shapes: Shapes) -> Shapes:
    """Draw the gaps that areas enclose between them."""
    union = shapely.get_parts(shapely.union_all(shapes))
    rings = [ring for part in union for ring in part.interiors]
    return (
        np.asarray(shapely.polygons(rings), dtype=object) if rings else np.array([], dtype=object)
    )


def clean(shapes: Shapes, params: CleanParams | None = None) -> Cleaned:
    """
    Make areas meet: one corner where two were meant, no ground twice, no narrow gaps.

    Parameters
    ----------
    shapes
        Valid polygons or multipolygons, metres.
    params
        How far they may be moved.

    Returns
    -------
    Cleaned
    """
    params = params or CleanParams()
    own = shapely.area(shapes)
    every = overlaps_of(shapes)
    cleaned = np.asarray(
        shapely.coverage_clean(
            shapes, gap_width=params.gap_metres, snapping_distance=params.snap_metres
        ),
        dtype=object,
    )
    shared = np.zeros(len(shapes))
    for a, b, metres in every:
        shared[a] += metres
        shared[b] += metres
    lost = own - shapely.area(cleaned) - shared
    limit = params.loss_share * own + params.snap_metres**2
    apart = shapely.get_num_geometries(cleaned) > shapely.get_num_geometries(shapes)
    kept = shapely.is_empty(cleaned) | (lost > limit) | (apart & (shared == 0))
    result = np.where(kept, shapes, cleaned)
    gaps = gaps_of(shapes)
    return Cleaned(
        shapes=result,
        overlaps=[o for o in every if o[2] > params.sliver_square_metres],
        gaps=gaps,
        holes=(len(gaps), len(gaps_of(result))),
        kept=kept,
        torn=apart & ~kept,
        area=(float(own.sum()), float(shapely.area(result).sum())),
    )
