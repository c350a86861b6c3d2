"""What a site's bounds on its load say to its multiplier."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def border(multiplier: Array, capacity: Array, lower: Array) -> Array:
    """Load that each multiplier pays for: the capacity if positive, the lower bound if negative."""
    return np.where(multiplier > 0, capacity, np.where(multiplier < 0, lower, 0.0))


def pull(load: Array, multiplier: Array, capacity: Array, lower: Array) -> Array:
    """Subgradient of the bound: how far loads are outside their bounds, as multipliers see it."""
    over, under = load - capacity, load - lower
    free = np.where(over > 0, over, np.where(under < 0, under, 0.0))
    return np.where(multiplier > 0, over, np.where(multiplier < 0, under, free))
