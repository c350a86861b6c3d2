"""Compiled bound on what free units can add to a part, when some can only be had through others.

Units have values of either sign (cost less price) and demands. The bound prices demand (one
multiplier) and lets units that cannot be had without passing others pay for those: what islands of
gain can pay towards the ring around them is moved onto the ring, a dual ascent for prize-collecting
Steiner trees on node costs (after Wong 1984, doi:10.1007/BF02612335).
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.numeric.heap import pop, push

FREE, TAKEN, OUT = 0, 1, 2


@compiled
def within(  # noqa: C901, PLR0913, PLR0917  # compiled
    indptr: np.ndarray,
    indices: np.ndarray,
    demand: np.ndarray,
    state: np.ndarray,
    room: float,
    far: np.ndarray,
    reach: np.ndarray,
    key: np.ndarray,
    tie: np.ndarray,
    item: np.ndarray,
) -> None:
    """Mark in ``reach`` the free units that some way from what is taken reaches within ``room``."""
    n, size = len(demand), 0
    for i in range(n):
        reach[i] = False
        far[i] = np.inf
    for i in range(n):
        if state[i] == TAKEN:
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if state[j] == FREE and demand[j] <= room and far[j] == np.inf:
                    far[j] = demand[j]
                    size = push(key, tie, item, size, demand[j], 0.0, j)
    while size > 0:
        size = pop(key, tie, item, size)
        i = item[size]
        if reach[i]:
            continue
        reach[i] = True
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if state[j] == FREE and not reach[j]:
                way = far[i] + demand[j]
                if way <= room and way < far[j]:
                    far[j] = way
                    size = push(key, tie, item, size, way, 0.0, j)


@compiled
def least(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    indptr: np.ndarray,
    indices: np.ndarray,
    value: np.ndarray,
    demand: np.ndarray,
    state: np.ndarray,
    reach: np.ndarray,
    room: float,
    price: float,
    entry: np.ndarray,
    joined: np.ndarray,
    mark: np.ndarray,
    queue: np.ndarray,
    ring: np.ndarray,
) -> float:
    """
    Bound from below what free units can add to those taken, with demand priced at ``price``.

    ``entry`` receives what is left of each unit's value: taking a unit whose entry is positive
    raises the bound by at least that much.
    """
    n = len(value)
    head, tail = 0, 0
    for i in range(n):
        joined[i] = False
        mark[i] = 0
        entry[i] = np.inf
        if state[i] == TAKEN:
            entry[i] = 0.0
            joined[i] = True
            queue[tail] = i
            tail += 1
        elif reach[i]:
            entry[i] = value[i] + price * demand[i]
    stamp = 0
    while True:
        while head < tail:
            i = queue[head]
            head += 1
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if not joined[j] and entry[j] <= 0.0:
                    joined[j] = True
                    queue[tail] = j
                    tail += 1
        source, most = -1, -1e-12
        for i in range(n):
            if not joined[i] and entry[i] < most:
                most = entry[i]
                source = i
        if source < 0:
            break
        while not joined[source] and entry[source] < 0.0:
            stamp += 1
            mark[source] = stamp
            ring[0] = source
            first, island, around = 0, 1, 0
            lowest, touches = np.inf, False
            while first < island:
                i = ring[first]
                first += 1
                for e in range(indptr[i], indptr[i + 1]):
                    j = indices[e]
                    if joined[j]:
                        touches = True
                    elif mark[j] != stamp and entry[j] < np.inf:
                        mark[j] = stamp
                        if entry[j] <= 0.0:
                            ring[island] = j
                            island += 1
                        else:
                            around += 1
                            ring[2 * n - around] = j
                            lowest = min(lowest, entry[j])
            if touches:
                for q in range(island):
                    joined[ring[q]] = True
                    queue[tail] = ring[q]
                    tail += 1
            elif around == 0:
                entry[source] = 0.0
            else:
                paid = min(lowest, -entry[source])
                entry[source] += paid
                if entry[source] > -1e-12:
                    entry[source] = 0.0
                for q in range(2 * n - around, 2 * n):
                    entry[ring[q]] -= paid
                    if entry[ring[q]] < 1e-12:
                        entry[ring[q]] = 0.0
    total = -price * room
    for i in range(n):
        if reach[i] and entry[i] < 0.0:
            total += entry[i]
    return total
