"""
Duals of subset-row cuts in the search for parts, and their linear underestimate.

A part pays a cut's dual once for holding two or more of its three units (Jepsen, Petersen,
Spoorendonk & Pisinger 2008, doi:10.1287/opre.1070.0449). While it is open which of them it will
hold, the dual is spread over the units as a linear function that is never above it, so that a bound
on sums of values stays one.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.partition.price.kernels.node import TAKEN, CutDuals, Node


@inner
def counted(cuts: CutDuals, q: int, node: Node) -> tuple[int, int]:
    """Count the units of cut ``q`` that are taken, and those free and in reach."""
    taken, free = 0, 0
    for c in range(3):
        i = cuts.unit[q, c]
        if i >= 0:
            if node.state[i] == TAKEN:
                taken += 1
            elif node.reach[i]:
                free += 1
    return taken, free


@inner
def spread(value: np.ndarray, cuts: CutDuals, node: Node) -> float:
    """
    Write values ``(n,)`` with duals to ``node.value``; return what is paid for the units taken.

    With one unit of a cut taken, the next one pays: the free ones bear equal parts of the dual.
    With none taken, ``(held - 1) * dual / (free - 1)`` is never above what is paid; a ``share``
    between 0 and 1 of it is used, so the return may be negative.
    """
    paid = 0.0
    node.value[:] = value
    for q in range(len(cuts.dual)):
        taken, free = counted(cuts, q, node)
        each = 0.0
        if taken >= 2:
            paid += cuts.dual[q]
        elif taken == 1 and free > 0:
            each = cuts.dual[q] / free
        elif taken == 0 and free >= 2:
            each = cuts.dual[q] * cuts.share[q] / (free - 1)
            paid -= each
        if each > 0.0:
            for c in range(3):
                i = cuts.unit[q, c]
                if i >= 0 and node.reach[i]:
                    node.value[i] += each
    return paid


@inner
def charged(state: np.ndarray, cuts: CutDuals) -> float:
    """Sum the duals of the cuts of which two or more units are taken in ``state`` ``(n,)``."""
    total = 0.0
    for q in range(len(cuts.dual)):
        taken = 0
        for c in range(3):
            if cuts.unit[q, c] >= 0 and state[cuts.unit[q, c]] == TAKEN:
                taken += 1
        if taken >= 2:
            total += cuts.dual[q]
    return total


@inner
def follow(cuts: CutDuals, node: Node, step: float) -> None:
    """
    Move the shares of cuts without a unit taken towards a better bound, a subgradient step.

    ``node.joined`` marks the units that the last bound took.
    """
    for q in range(len(cuts.share)):
        taken, free = counted(cuts, q, node)
        if taken == 0 and free >= 2:
            inside = 0
            for c in range(3):
                i = cuts.unit[q, c]
                if i >= 0 and node.reach[i] and node.joined[i]:
                    inside += 1
            share = cuts.share[q] + step * (inside - 1) / (free - 1)
            cuts.share[q] = min(1.0, max(0.0, share))
