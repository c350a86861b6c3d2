"""What a site's bounds on its load say to its toll."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def border(toll: Array, capacity: Array, lower: Array) -> Array:
    """Load that each toll pays for: the capacity if positive, the lower bound if negative."""
    return np.where(toll > 0, capacity, np.where(toll < 0, lower, 0.0))


def pull(load: Array, toll: Array, capacity: Array, lower: Array) -> Array:
    """How far each load is outside its bounds, as the toll sees it: the slope of the bound."""
    over, under = load - capacity, load - lower
    free = np.where(over > 0, over, np.where(under < 0, under, 0.0))
    return np.where(toll > 0, over, np.where(toll < 0, under, free))
