"""Fairness: how unequal distances are, and a cost that trades efficiency for equity.

The envy term weighs by how much a distance exceeds a standard, squared, as in the equitable models
of Kong et al. (chinaXiv 202106.00031); a threshold or envy term is a sum over units, so the same
engine minimises it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gridplan.optimise.options import strict


@dataclass(frozen=True)
class Spread:
    """
    How distances are spread over people.

    Parameters
    ----------
    mean, p90, largest, deviation
        Weighted mean, 90th percentile, maximum and standard deviation, in the unit of distance.
    gini
        0 when all travel alike, towards 1 when a few travel it all.
    within
        Share of people within the standard distance; None without a standard.
    people
        Total weight.
    """

    mean: float
    p90: float
    largest: float
    deviation: float
    gini: float
    within: float | None
    people: float


@strict()
def spread_of(
    distance: ArrayLike,
    people: ArrayLike,
    *,
    standard: float | None = None,
    group: ArrayLike | None = None,
) -> dict[int | None, Spread]:
    """
    Measure the spread of distances, for all and for each group.

    Parameters
    ----------
    distance
        ``(n,)`` of each unit to its site, not weighted by people.
    people
        ``(n,)`` weights, none negative.
    standard
        Distance within which people count as well served.
    group
        ``(n,)`` label of each unit, for example its street.

    Returns
    -------
    dict
        :class:`Spread` under None for all units, and under each label that occurs.
    """
    length, weight = np.asarray(distance, dtype=float), np.asarray(people, dtype=float)
    found: dict[int | None, Spread] = {None: _spread(length, weight, standard)}
    if group is not None:
        labels = np.asarray(group)
        for label in np.unique(labels):
            at = labels == label
            found[int(label)] = _spread(length[at], weight[at], standard)
    return found


def _spread(length: np.ndarray, weight: np.ndarray, standard: float | None) -> Spread:
    some = weight > 0
    length, weight = length[some], weight[some]
    total = float(weight.sum())
    if total <= 0:
        return Spread(0.0, 0.0, 0.0, 0.0, 0.0, None if standard is None else 1.0, 0.0)
    order = np.argsort(length, kind="stable")
    length, weight = length[order], weight[order]
    mean = float(weight @ length) / total
    passed = np.cumsum(weight)
    p90 = float(
        length[min(len(length) - 1, int(np.searchsorted(passed, 0.9 * total * (1 - 1e-12))))]
    )
    deviation = float(np.sqrt(weight @ (length - mean) ** 2 / total))
    gini = 0.0
    if mean > 0:
        # Twice the area between the diagonal and the Lorenz curve, by trapezoids.
        carried = np.cumsum(weight * length)
        before = np.append(0.0, carried[:-1])
        gini = 1.0 - float(weight @ (carried + before)) / (total * float(carried[-1]))
    within = None if standard is None else float(weight[length <= standard].sum()) / total
    return Spread(mean, p90, float(length[-1]), deviation, max(0.0, gini), within, total)


@strict()
def envy_cost(
    distance: ArrayLike,
    people: ArrayLike,
    *,
    weight: float,
    standard: float,
    form: str = "envy",
) -> np.ndarray:
    """
    Blend efficiency and equity into one cost, arc by arc.

    ``(1 - weight) * people * distance + weight * people * unease``, where unease is
    ``max(0, distance - standard) ** 2 / standard`` (``envy``) or ``max(0, distance - standard)``
    (``threshold``): at weight 0 the sum of distances, at 1 only what exceeds the standard.

    Parameters
    ----------
    distance
        ``(n, m)`` or any shape that ``people`` broadcasts over; for CSR, the stored data.
    people
        ``(n, 1)`` or matching.
    weight
        0 (efficiency) to 1 (equity).
    standard
        Distance all should have at most, above zero.
    form
        ``envy`` or ``threshold``.

    Raises
    ------
    ValueError
        If ``weight`` is outside 0 to 1, ``standard`` not positive, or ``form`` unknown.
    """
    if not 0.0 <= weight <= 1.0 or standard <= 0.0 or form not in {"envy", "threshold"}:
        message = f"weight {weight} in 0..1, standard {standard} > 0, form envy or threshold"
        raise ValueError(message)
    length, number = np.asarray(distance, dtype=float), np.asarray(people, dtype=float)
    beyond = np.maximum(0.0, length - standard)
    unease = beyond**2 / standard if form == "envy" else beyond
    return np.asarray(number * ((1.0 - weight) * length + weight * unease))
