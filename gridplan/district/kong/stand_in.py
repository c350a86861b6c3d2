"""Modelled subdistricts and hospitals for districts that have none: for demonstration only.

Whatever is made here is labelled ``modelled`` wherever it is written.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def halve(xy: Floats, population: Floats, parts: int) -> NDArray[np.int64]:
    """
    Cut places into parts of nearly equal population by straight cuts.

    Each cut runs across the wider side of what is left, so that both sides hold residents in
    proportion to the parts still to be made of them.

    Parameters
    ----------
    xy
        (n, 2) metres.
    population
        (n,) persons.
    parts
        At least 1.

    Returns
    -------
    part
        (n,) from 0 to ``parts - 1``.
    """
    part = np.zeros(len(xy), dtype=np.int64)
    work = [(np.arange(len(xy)), 0, parts)]
    while work:
        rows, first, count = work.pop()
        if count == 1:
            part[rows] = first
            continue
        axis = int(np.argmax(np.ptp(xy[rows], axis=0)))
        order = rows[np.lexsort((rows, xy[rows, 1 - axis], xy[rows, axis]))]
        share = np.cumsum(population[order]) / population[order].sum()
        left = count // 2
        cut = int(np.searchsorted(share, left / count)) + 1
        work.append((order[:cut], first, left))
        work.append((order[cut:], first + left, count - left))
    return part


def stand_in_subdistricts(xy: Floats, population: Floats) -> NDArray[np.object_]:
    """Name a stand-in subdistrict for every unit: one for about 120,000 residents."""
    parts = max(2, round(float(population.sum()) / 120_000))
    part = halve(xy, population, parts)
    return np.array([f"模拟街道{number + 1}" for number in part], dtype=object)


def stand_in_hospitals(xy: Floats, population: Floats, *, count: int = 3) -> pd.DataFrame:
    """
    Place stand-in tertiary hospitals, each in the middle of an equal share of residents.

    Returns
    -------
    hospitals
        Columns of the schema with ``x`` and ``y``; all eligible to lead.
    """
    part = halve(xy, population, count)
    rows = []
    for number in range(count):
        inside = np.flatnonzero(part == number)
        middle = np.average(xy[inside], axis=0, weights=population[inside])
        place = xy[inside[np.argmin(((xy[inside] - middle) ** 2).sum(axis=1))]]
        rows.append(
            {
                "hospital": f"h{number + 1}",
                "name": f"模拟医院{number + 1}",
                "name_en": f"Stand-in hospital {number + 1}",
                "level": "tertiary-a",
                "kind": "general",
                "ownership": "municipal",
                "beds": 1000,
                "eligible": "yes",
                "x": place[0],
                "y": place[1],
            }
        )
    return pd.DataFrame(rows)
