"""Compiled tolls of triples: a part pays once for holding two or more of their units.

While it is open which of them a part will hold, the toll is spread over the units as a linear
function that is never above it, so that a bound on sums of values stays one.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.partition.price.kernels.steiner_bound import TAKEN


@compiled
def spread(  # noqa: C901  # compiled
    value: np.ndarray,
    state: np.ndarray,
    reach: np.ndarray,
    unit: np.ndarray,
    toll: np.ndarray,
    share: np.ndarray,
    worth: np.ndarray,
) -> float:
    """
    Write values with tolls to ``worth``; return what is paid for the units taken.

    With one unit of a triple taken, the next one pays: the free ones bear equal parts of the toll.
    With none taken, ``(held - 1) * toll / (free - 1)`` is never above the toll paid; a ``share``
    between 0 and 1 of it is used, so the return may be negative.
    """
    paid = 0.0
    for i in range(len(value)):
        worth[i] = value[i]
    for q in range(len(toll)):
        taken, free = 0, 0
        for c in range(3):
            i = unit[q, c]
            if i >= 0:
                if state[i] == TAKEN:
                    taken += 1
                elif reach[i]:
                    free += 1
        each = 0.0
        if taken >= 2:
            paid += toll[q]
        elif taken == 1:
            if free > 0:
                each = toll[q] / free
        elif free >= 2:
            each = toll[q] * share[q] / (free - 1)
            paid -= each
        if each > 0.0:
            for c in range(3):
                i = unit[q, c]
                if i >= 0 and reach[i]:
                    worth[i] += each
    return paid


@compiled
def charged(state: np.ndarray, unit: np.ndarray, toll: np.ndarray) -> float:
    """Sum the tolls of the triples of which two or more units are taken."""
    total = 0.0
    for q in range(len(toll)):
        taken = 0
        for c in range(3):
            if unit[q, c] >= 0 and state[unit[q, c]] == TAKEN:
                taken += 1
        if taken >= 2:
            total += toll[q]
    return total


@compiled
def follow(
    state: np.ndarray,
    reach: np.ndarray,
    unit: np.ndarray,
    held: np.ndarray,
    step: float,
    share: np.ndarray,
) -> None:
    """Move the shares of triples without a unit taken towards a better bound (a subgradient)."""
    for q in range(len(share)):
        inside, free, taken = 0, 0, False
        for c in range(3):
            i = unit[q, c]
            if i >= 0:
                taken = taken or state[i] == TAKEN
                if reach[i]:
                    free += 1
                    if held[i]:
                        inside += 1
        if not taken and free >= 2:
            share[q] = min(1.0, max(0.0, share[q] + step * (inside - 1) / (free - 1)))
