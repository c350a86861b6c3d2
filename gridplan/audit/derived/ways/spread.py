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
    mean, p90, largest, deviation, absolute
        Mean, the least length that nine tenths of the residents do not exceed, greatest, standard
        deviation and mean deviation from the mean, in the unit of the length.
    gini
        0 for all alike, to 1.
    palma
        Length of the farthest tenth of the residents over that of the nearest four tenths.
    """

    people: float
    mean: float
    p90: float
    largest: float
    deviation: float
    gini: float
    absolute: float
    palma: float


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
        return Spread(*(0.0,) * 7, float("nan"))
    values, place = np.unique(length, return_inverse=True)
    counted = np.bincount(place, weights=people, minlength=len(values))
    mean = float((counted * values).sum()) / total
    share = np.cumsum(counted) / total
    p90 = float(values[min(int((share < 0.9 - 1e-12).sum()), len(values) - 1)])
    variance = float((counted * (values - mean) ** 2).sum()) / total
    # Half the mean difference of two residents: each step between two lengths parts so many pairs.
    apart = float((np.diff(values) * share[:-1] * (1.0 - share[:-1])).sum())
    gini = apart / mean if mean > 0 else 0.0
    absolute = float((counted * np.abs(values - mean)).sum()) / total
    least, most = _of_nearest(values, counted, 0.4), _of_nearest(-values[::-1], counted[::-1], 0.1)
    return Spread(
        total, mean, p90, float(values[-1]), float(np.sqrt(variance)), max(0.0, gini), absolute,
        -most / least if least > 0 else float("nan"),
    )  # fmt: skip


def _of_nearest(values: np.ndarray, counted: np.ndarray, share: float) -> float:
    """Total length of a share of the residents, those with the least: of the last some only."""
    left = share * float(counted.sum())
    taken = np.clip(left - np.append(0.0, np.cumsum(counted)[:-1]), 0.0, counted)
    return float((taken * values).sum())
