"""Cells around centres that lie on no lattice."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree


def draw_around(xy: NDArray[np.float64], *, reach: float | None = None) -> NDArray[np.object_]:
    """
    Draw cells around centres that lie on no lattice.

    Parameters
    ----------
    xy
        (n, 2) centres, metres, no two equal.
    reach
        Metres to each side of a centre at which its cell ends where no other centre is; twice the
        distance centres commonly stand apart where None.

    Returns
    -------
    cells
        Voronoi cells, so that the neighbours are those of a Delaunay triangulation.
    """
    points = shapely.points(xy)
    around = shapely.voronoi_polygons(
        shapely.multipoints(points),
        extend_to=shapely.buffer(shapely.multipoints(points), 1e4),
        ordered=True,
    )
    if reach is None:
        reach = 2.0 * float(np.quantile(cKDTree(xy).query(xy, k=2)[0][:, 1], 0.9))
    settled = shapely.union_all(shapely.buffer(points, reach, cap_style="square"))
    cells = shapely.intersection(shapely.get_parts(around), settled)
    whole = [max(shapely.get_parts(cell), key=shapely.area) for cell in cells]
    return np.asarray(whole, dtype=object)
