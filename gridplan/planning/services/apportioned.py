"""Whole numbers that add up: something shared out by weight."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def apportioned(total: float, weights: ArrayLike) -> np.ndarray:
    """
    Share out a whole number by weight: shares rounded down, the largest rests get one more.

    Parameters
    ----------
    total
        What is shared out, rounded up to a whole number (a document asks for at least so much).
    weights
        ``(k,)``, not negative.

    Returns
    -------
    parts
        ``(k,)`` whole numbers that sum to the total; all 0 where no weight is positive. Of equal
        rests the first gets one more.

    Notes
    -----
    The method of the largest remainder (Hamilton); see M. L. Balinski and H. P. Young, Fair
    Representation (1982).
    """
    share = np.asarray(weights, dtype=float)
    whole = math.ceil(total - 1e-9)
    if not share.sum() > 0:
        return np.zeros(len(share), dtype=np.int64)
    exact = whole * share / share.sum()
    parts = np.floor(exact + 1e-9).astype(np.int64)
    rest = np.round(exact - parts, 9)
    first = np.lexsort((np.arange(len(share)), -rest))[: whole - int(parts.sum())]
    parts[first] += 1
    return parts
