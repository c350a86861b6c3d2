"""Shapes in degrees as files and maps carry them: rounded, their rings turned."""

import numpy as np
import shapely

# Of a degree; about a decimetre.
DECIMALS = 6


def rounded_shapes(shapes: np.ndarray, *, decimals: int = DECIMALS) -> np.ndarray:
    """
    Round geometries in degrees and turn their rings as RFC 7946 section 3.1.6 asks.

    Parameters
    ----------
    shapes
        Geometries; None stays None.
    decimals
        Kept of each coordinate. Rounding keeps a valid geometry valid.

    Returns
    -------
    shapes
        Outer rings counterclockwise, holes clockwise.
    """
    snapped = shapely.set_precision(shapes, 10.0**-decimals)
    return shapely.orient_polygons(snapped, exterior_cw=False)
