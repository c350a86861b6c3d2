"""The service areas of centers, in colours that tell neighbours apart."""

from __future__ import annotations

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely

from gridplan.outputs.paper.canvas import Canvas
from gridplan.outputs.style.palette import SERVICE, share_out, touching

_ALPHA = 0.55


def catchments(canvas: Canvas, centers: gpd.GeoDataFrame, some: np.ndarray) -> None:
    """
    Colour the service areas of centers; neighbours get different colours.

    Parameters
    ----------
    canvas
        Where.
    centers
        Whose.
    some
        ``(n,)`` the units that are coloured.
    """
    plan = canvas.plan
    part = centers.index.get_indexer(plan.layout.units["center"])
    part = np.where(some, part, -1)
    numbers = share_out(touching(plan.district.adjacency, part, len(centers)), len(SERVICE))
    shapes = np.asarray(plan.district.units.geometry.array)
    for at in range(len(centers)):
        if (part == at).any():
            fill = SERVICE[numbers[at]]
            whole = shapely.union_all(shapes[part == at])
            canvas.area(whole, fill=fill, alpha=_ALPHA, edge="#ffffff", width=0.4)
    if len(centers):
        shown = pale(SERVICE[0], _ALPHA)
        canvas.explain("fill", shown, canvas.telling.fitting("report.legend-service"))


def pale(colour: str, alpha: float) -> str:
    """Give the colour that is seen where another lies on white, for the legend."""
    red, green, blue = mpl.colors.to_rgb(colour)
    seen = [1 - alpha * (1 - part) for part in (red, green, blue)]
    return str(mpl.colors.to_hex((seen[0], seen[1], seen[2])))
