"""What must be known of how a plan's ways were measured."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np

from gridplan.district.files.intake import sample
from gridplan.district.matrix import TravelMatrix
from gridplan.errors import Problem
from gridplan.planning.ways.journeys import Journeys
from gridplan.planning.ways.off_roads import road_notes
from gridplan.travel.matrix_ways import MatrixWays

_BY_UNIT = {"walk": "matrix-by-unit-walk", "drive": "matrix-by-unit-drive"}


def way_notes(ways: Journeys, centers: gpd.GeoDataFrame) -> tuple[Problem, ...]:
    """
    Tell of the places whose ways are not quite their own.

    Parameters
    ----------
    ways
        How travel is measured.
    centers
        Those open in the plan.

    Returns
    -------
    notes
        Those of :func:`gridplan.planning.ways.off_roads.road_notes`; ``matrix-by-unit-walk`` and
        ``matrix-by-unit-drive`` for places that a matrix does not name, so that the way to their
        unit is taken; ``matrix-no-nearest`` for those it does not reach at all. Each with the
        layer, ids and count.
    """
    district = ways.district
    walked = {
        "centers": centers,
        "stations": district.stations,
        "outside_centers": district.outside_centers,
        "hospitals": district.hospitals,
    }
    notes = list(road_notes(ways, centers))
    if ways.walk_by == "matrix" and district.walk_matrix is not None:
        for layer, frame in walked.items():
            notes += _of_layer(ways, "walk", district.walk_matrix, layer, frame)
    if ways.drive_by == "matrix" and district.drive_matrix is not None:
        notes += _of_layer(ways, "drive", district.drive_matrix, "hospitals", district.hospitals)
    return tuple(notes)


def _of_layer(
    ways: Journeys, kind: str, matrix: TravelMatrix, layer: str, frame: gpd.GeoDataFrame
) -> Iterator[Problem]:
    if not len(frame):
        return
    points = frame.geometry.centroid
    column = MatrixWays(matrix, ways.district).columns(np.column_stack([points.x, points.y]))
    reached = column >= 0
    by_unit = reached & (matrix.targets.layer[column] == "units")
    for code, found in ((_BY_UNIT[kind], by_unit), ("matrix-no-nearest", ~reached)):
        if found.any():
            told = sample(frame.index[found])
            yield Problem(code, {"layer": layer, "rows": told["rows"], "count": told["count"]})
