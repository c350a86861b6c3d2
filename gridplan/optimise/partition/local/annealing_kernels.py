"""
Simulated annealing of any problem: moves of single units and short chains between touching parts.

Every move keeps both parts connected; bounds on demand and further resources are priced, so it may
pass through overloads and comes back as their price rises (:mod:`.annealing`, which lays the arrays
out).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.cooling import Cooling, accepts, heat_at
from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.numeric.random import MODULUS, draw
from gridplan.optimise.partition.graph.graph import stays_connected
from gridplan.optimise.partition.local.move import Counts, Tables, move_price, outside, shift


class Chain(NamedTuple):
    """Units that moved one after the other, and the part each came from, ``(longest,)``."""

    unit: np.ndarray
    origin: np.ndarray


@compiled
def anneal_once(
    t: Tables,
    price: np.ndarray,
    cooling: Cooling,
    random: np.ndarray,
    part: np.ndarray,
    best: np.ndarray,
    best_value: float,
) -> tuple[float, float]:
    """
    Move chains of units from ``part`` ``(n,)`` (changed in place) while it cools.

    ``best`` ``(n,)`` receives the cheapest partition met that breaks no hard bound, if cheaper than
    ``best_value``. A chain moves one unit; as long as it costs something and with two chances in
    three, one of the part just joined moves on, up to three in all.

    Parameters
    ----------
    price
        ``(m,)`` price of an amount out of bounds.
    random
        ``(1,)`` state of the generator.

    Returns
    -------
    best_value, excess
        Its priced objective; hard amount out of bounds at the end.
    """
    counts = no_counts(t, part)
    value = 0.0
    for i in range(len(part)):
        value = enter(t, counts, i, value)
    value = with_penalties(t, counts, price, value)
    chain = Chain(np.zeros(3, np.int64), np.zeros(3, np.int64))
    heat = cooling.hot
    for step in range(cooling.steps):
        if step % 256 == 0:
            heat = heat_at(cooling, step)
        length, delta = move_chain(t, counts, price, random, chain)
        if length == 0:
            continue
        if accepts(delta, heat, draw(random) / MODULUS):
            value += delta
            if value < best_value and is_sound(t, counts):
                best_value = value
                best[:] = part
        else:
            for back in range(length - 1, -1, -1):
                shift(t, counts, chain.unit[back], chain.origin[back])
    return best_value, hard_excess(t, counts)


@inner
def no_counts(t: Tables, part: np.ndarray) -> Counts:
    """Make room for the counts of a partition."""
    n, columns = t.cost.shape
    return Counts(
        part,
        np.zeros((t.values.shape[0], columns)),
        np.zeros((t.parents, columns), np.int64),
        np.zeros((t.kinds.shape[0], columns), np.int64),
        np.empty((columns, n), np.int64),
        np.zeros(n, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.ones(1, np.int64),
    )


@inner
def enter(t: Tables, counts: Counts, i: int, value: float) -> float:
    """Count unit ``i`` in its part; return ``value`` with what it costs there."""
    k = counts.part[i]
    for m in range(t.values.shape[0]):
        counts.load[m, k] += t.values[m, i]
    if len(t.parent) > 0:
        if counts.inside[t.parent[i], k] == 0:
            value += t.split
        counts.inside[t.parent[i], k] += 1
    for q in range(t.kinds.shape[0]):
        if t.kinds[q, i]:
            counts.kind[q, k] += 1
    counts.member[k, counts.size[k]] = i
    counts.place[i] = counts.size[k]
    counts.size[k] += 1
    value += t.cost[i, k]
    return beside(t, counts.part, i, value)


@inner
def beside(t: Tables, part: np.ndarray, i: int, value: float) -> float:
    """Add to ``value`` half of what unit ``i`` costs for its borders and with its mates."""
    if len(t.border) > 0:
        for e in range(t.graph.indptr[i], t.graph.indptr[i + 1]):
            if part[t.graph.indices[e]] != part[i]:
                value += 0.5 * t.border[e]
    if len(t.mate) > 0:
        for e in range(t.mates[i], t.mates[i + 1]):
            if part[t.mate[e]] == part[i]:
                value += 0.5 * t.mate_price[e]
    return value


@inner
def with_penalties(t: Tables, counts: Counts, price: np.ndarray, value: float) -> float:
    """Add to ``value`` what kinds missing and amounts out of bounds cost; first parts are free."""
    columns = t.cost.shape[1]
    for q in range(t.kinds.shape[0]):
        for k in range(columns):
            if counts.kind[q, k] == 0:
                value += t.penalty
    value -= t.split * t.parents
    for m in range(t.values.shape[0]):
        for k in range(columns):
            value += price[m] * outside(counts.load[m, k], t.low[m, k], t.high[m, k])
    return value


@inner
def move_chain(
    t: Tables, counts: Counts, price: np.ndarray, random: np.ndarray, chain: Chain
) -> tuple[int, float]:
    """Move a chain of units; return how many moved, and the change of the priced objective."""
    indptr, part = t.graph.indptr, counts.part
    i = draw(random) % len(part)
    length, delta = 0, 0.0
    while t.movable[i]:
        degree = indptr[i + 1] - indptr[i]
        if degree == 0:
            break
        b = part[t.graph.indices[indptr[i] + draw(random) % degree]]
        if b == part[i] or not t.allowed[i, b]:
            break
        change = move_price(t, counts, price, i, b)
        counts.stamp[0] += 1
        if not stays_connected(t.graph, part, i, counts.mark, counts.stamp[0], counts.queue):
            break
        chain.unit[length] = i
        chain.origin[length] = part[i]
        shift(t, counts, i, b)
        delta += change
        length += 1
        if delta <= 0.0 or length == len(chain.unit) or draw(random) % 3 == 0:
            break
        i = counts.member[b, draw(random) % counts.size[b]]
    return length, delta


@inner
def is_sound(t: Tables, counts: Counts) -> bool:
    """Tell whether no hard bound is broken by more than rounding."""
    for m in range(t.values.shape[0]):
        if t.hard[m]:
            for k in range(t.cost.shape[1]):
                high = t.high[m, k]
                out = outside(counts.load[m, k], t.low[m, k], high)
                if out > 1e-7 * max(1.0, high if high < 1e300 else 1.0):
                    return False
    return True


@inner
def hard_excess(t: Tables, counts: Counts) -> float:
    """Sum up the amounts out of hard bounds."""
    excess = 0.0
    for m in range(t.values.shape[0]):
        if t.hard[m]:
            for k in range(t.cost.shape[1]):
                excess += outside(counts.load[m, k], t.low[m, k], t.high[m, k])
    return excess
