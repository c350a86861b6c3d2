"""Fairness: how unequal distances are, and a cost that trades efficiency for equity.

What exceeds a standard is weighed as it is or squared, as in the equitable models of Kong et al.
(chinaXiv 202106.00031): a sum over units, so the same engine minimises it.
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
    mean, p90, largest, deviation, absolute
        Weighted mean, 90th percentile, maximum, standard deviation and mean absolute deviation
        from the mean, in the unit of distance.
    gini
        0 when all travel alike, towards 1 when a few travel it all.
    variation
        Standard deviation over the mean; 0 where nobody travels.
    palma
        What the tenth of the people who travel farthest travel, over what the four tenths who
        travel least do (Palma ratio, of distances); NaN where those travel nothing.
    excess
        Mean, over all people, of what exceeds the standard; None without a standard.
    within
        Share of people within the standard distance; None without a standard.
    people
        Total weight.
    """

    mean: float
    p90: float
    largest: float
    deviation: float
    absolute: float
    gini: float
    variation: float
    palma: float
    excess: float | None
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
        none = None if standard is None else 0.0
        within = None if standard is None else 1.0
        return Spread(*(0.0,) * 7, float("nan"), none, within, 0.0)
    order = np.argsort(length, kind="stable")
    length, weight = length[order], weight[order]
    mean = float(weight @ length) / total
    passed = np.cumsum(weight)
    p90 = float(
        length[min(len(length) - 1, int(np.searchsorted(passed, 0.9 * total * (1 - 1e-12))))]
    )
    deviation = float(np.sqrt(weight @ (length - mean) ** 2 / total))
    gini = 0.0
    carried = np.cumsum(weight * length)
    if mean > 0:
        # Twice the area between the diagonal and the Lorenz curve, by trapezoids.
        before = np.append(0.0, carried[:-1])
        gini = 1.0 - float(weight @ (carried + before)) / (total * float(carried[-1]))
    excess = within = None
    if standard is not None:
        within = float(weight[length <= standard].sum()) / total
        excess = float(weight @ np.maximum(0.0, length - standard)) / total
    return Spread(
        mean=mean,
        p90=p90,
        largest=float(length[-1]),
        deviation=deviation,
        absolute=float(weight @ np.abs(length - mean)) / total,
        gini=max(0.0, gini),
        variation=deviation / mean if mean > 0 else 0.0,
        palma=_palma(passed / total, carried),
        excess=excess,
        within=within,
        people=total,
    )


def _palma(share: np.ndarray, carried: np.ndarray) -> float:
    """Top tenth over bottom four tenths of the Lorenz curve, straight between its points."""
    along, up = np.append(0.0, share), np.append(0.0, carried)
    low, high = np.interp([0.4, 0.9], along, up)
    return float((carried[-1] - high) / low) if low > 0 else float("nan")


@strict()
def equity_cost(
    distance: ArrayLike,
    people: ArrayLike,
    *,
    weight: float,
    standard: float,
    power: int = 2,
    rate: float = 5.0,
) -> np.ndarray:
    """
    Blend efficiency and equity into one cost, arc by arc.

    ``(1 - weight) * people * distance + weight * people * unease``. The unease is what exceeds the
    standard, ``e = max(0, distance - standard)``, times ``rate`` (power 1), or ``rate *
    e ** 2 / standard`` (power 2), which grows as fast where the excess is half the standard. So a
    weight of a quarter, a half or nine tenths makes a metre beyond as dear as 1.7, 5 or 45 others.
    At weight 0 the cost is the sum of distances, at 1 only what exceeds the standard.

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
    power
        1 or 2.
    rate
        Metres of way that one metre beyond the standard weighs as much as, at a weight of one half.

    Raises
    ------
    ValueError
        If ``weight`` is outside 0 to 1, ``standard`` not positive, or ``power`` neither 1 nor 2.
    """
    if not 0.0 <= weight <= 1.0 or standard <= 0.0 or power not in {1, 2}:
        message = f"weight {weight} in 0..1, standard {standard} > 0, power {power} 1 or 2"
        raise ValueError(message)
    length, number = np.asarray(distance, dtype=float), np.asarray(people, dtype=float)
    beyond = np.maximum(0.0, length - standard)
    unease = rate * (beyond if power == 1 else beyond**2 / standard)
    return np.asarray(number * ((1.0 - weight) * length + weight * unease))
