"""How lengths or times are spread over residents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spread:
    """
    The spread of a length over residents.

    Parameters
    ----------
    people
        Residents counted.
    mean, p90, largest, deviation
        Mean, the least length that nine tenths of the residents do not exceed, greatest, and
        standard deviation, in the unit of the length.
    gini
        0 for all alike, to 1.
    """

    people: float
    mean: float
    p90: float
    largest: float
    deviation: float
    gini: float


def spread(length: np.ndarray, people: np.ndarray) -> Spread:
    """
    Measure a spread; all nil where nobody lives.

    Parameters
    ----------
    length, people
        ``(n,)``; units without residents do not count.
    """
    length, people = length[people > 0], people[people > 0]
    total = float(people.sum())
    if not total:
        return Spread(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    values, place = np.unique(length, return_inverse=True)
    counted = np.bincount(place, weights=people, minlength=len(values))
    mean = float((counted * values).sum()) / total
    share = np.cumsum(counted) / total
    p90 = float(values[min(int((share < 0.9 - 1e-12).sum()), len(values) - 1)])
    variance = float((counted * (values - mean) ** 2).sum()) / total
    # Half the mean difference of two residents: each step between two lengths parts so many pairs.
    apart = float((np.diff(values) * share[:-1] * (1.0 - share[:-1])).sum())
    gini = apart / mean if mean > 0 else 0.0
    return Spread(total, mean, p90, float(values[-1]), float(np.sqrt(variance)), max(0.0, gini))
