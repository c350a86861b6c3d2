"""The scale of a sheet: a round one at which what it shows fits."""

from __future__ import annotations

import numpy as np

Box = tuple[float, float, float, float]

ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0)
"""First figures of a scale's number."""


def scale_of(area: Box, width: float, height: float, *, margin: float = 1.06) -> int:
    """
    Choose a scale.

    Parameters
    ----------
    area
        West, south, east, north, metres.
    width, height
        Of the map on paper, millimetres.
    margin
        How much more than the area must fit.

    Returns
    -------
    scale
        N of 1:N, the smallest round number at which the area fits.
    """
    west, south, east, north = area
    least = margin * max((east - west) / width, (north - south) / height, 1e-3) * 1000
    power = 10.0 ** np.floor(np.log10(least))
    known = [step * power for step in (*ROUND, 10.0)]
    return round(next(one for one in known if one >= least - 1e-6))


def view(area: Box, width: float, height: float, scale: int) -> Box:
    """Give the box that a map of a size shows at a scale, about the middle of an area."""
    west, south, east, north = area
    x, y = (west + east) / 2, (south + north) / 2
    across, up = width * scale / 2000, height * scale / 2000
    return x - across, y - up, x + across, y + up
