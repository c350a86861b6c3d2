"""
The band on a site's load in the dual: what a multiplier pays for, and where it should move.

For a constraint ``L <= load <= U`` with one multiplier of either sign, the term of the Lagrangian
is ``-multiplier * U`` where it is positive and ``-multiplier * L`` where it is negative.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def border(multiplier: Array, capacity: Array, lower: Array) -> Array:
    """
    Load that each multiplier pays for: the capacity if positive, the lower bound if negative.

    Parameters
    ----------
    multiplier, capacity, lower
        ``(m,)``, in cost per demand and in demand.

    Returns
    -------
    load
        ``(m,)``; 0 where the multiplier is.
    """
    return np.where(multiplier > 0, capacity, np.where(multiplier < 0, lower, 0.0))


def pull(load: Array, multiplier: Array, capacity: Array, lower: Array) -> Array:
    """
    Subgradient of the bound: how far loads are outside their bounds, as multipliers see it.

    Parameters
    ----------
    load, multiplier, capacity, lower
        ``(m,)``.

    Returns
    -------
    slope
        ``(m,)``, in demand: against the bound that a multiplier pays for, against the nearer one
        where it is zero.
    """
    over, under = load - capacity, load - lower
    free = np.where(over > 0, over, np.where(under < 0, under, 0.0))
    return np.where(multiplier > 0, over, np.where(multiplier < 0, under, free))
