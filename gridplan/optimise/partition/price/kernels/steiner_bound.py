"""
Dual ascent bound of a prize-collecting Steiner tree, with demand priced by one multiplier.

Units have values of either sign (cost less price) and demands; some can only be had by passing
others. The bound prices demand and lets islands of gain pay for the ring of units around them: what
they pay is moved onto the ring, a dual ascent for node-weighted Steiner trees (after Wong 1984,
doi:10.1007/BF02612335). It holds at any multiplier that is not negative; the caller looks for a
good one.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.numeric.heap import pop, push
from gridplan.optimise.partition.graph.adjacency import Adjacency
from gridplan.optimise.partition.price.kernels.node import FREE, TAKEN, Node


@inner
def within(graph: Adjacency, demand: np.ndarray, node: Node, room: float) -> None:
    """Mark in ``node.reach`` the free units that some way from those taken reaches in ``room``."""
    state, far, reach, heap = node.state, node.far, node.reach, node.heap
    reach[:] = False
    far[:] = np.inf
    size = 0
    for i in range(len(demand)):
        if state[i] == TAKEN:
            for e in range(graph.indptr[i], graph.indptr[i + 1]):
                j = graph.indices[e]
                if state[j] == FREE and demand[j] <= room and far[j] == np.inf:
                    far[j] = demand[j]
                    size = push(heap, size, demand[j], 0.0, j)
    while size > 0:
        size = pop(heap, size)
        i = heap.item[size]
        if reach[i]:
            continue
        reach[i] = True
        for e in range(graph.indptr[i], graph.indptr[i + 1]):
            j = graph.indices[e]
            way = far[i] + demand[j]
            if state[j] == FREE and not reach[j] and way <= room and way < far[j]:
                far[j] = way
                size = push(heap, size, way, 0.0, j)


@inner
def least(graph: Adjacency, demand: np.ndarray, node: Node, room: float, price: float) -> float:
    """
    Bound from below what free units can add to those taken, with demand priced at ``price``.

    Reads ``node.state``, ``reach`` and ``value``; writes ``node.entry`` and ``node.joined``.
    """
    entry, joined = node.entry, node.joined
    tail, stamp = enter(node, demand, price), 0
    head = 0
    while True:
        tail = join(graph, node, head, tail)
        head = tail
        source, most = -1, -1e-12
        for i in range(len(demand)):
            if not joined[i] and entry[i] < most:
                most = entry[i]
                source = i
        if source < 0:
            break
        while not joined[source] and entry[source] < 0.0:
            stamp += 1
            tail = pay(graph, node, source, stamp, tail)
    total = -price * room
    for i in range(len(demand)):
        if node.reach[i] and entry[i] < 0.0:
            total += entry[i]
    return total


@inner
def enter(node: Node, demand: np.ndarray, price: float) -> int:
    """Begin with units at their priced value, those taken joined and queued; return how many."""
    tail = 0
    for i in range(len(demand)):
        node.joined[i] = False
        node.mark[i] = 0
        node.entry[i] = np.inf
        if node.state[i] == TAKEN:
            node.entry[i] = 0.0
            node.joined[i] = True
            node.queue[tail] = i
            tail += 1
        elif node.reach[i]:
            node.entry[i] = node.value[i] + price * demand[i]
    return tail


@inner
def join(graph: Adjacency, node: Node, head: int, tail: int) -> int:
    """Join what units in the queue from ``head`` on touch and get for nothing; return its end."""
    entry, joined, queue = node.entry, node.joined, node.queue
    while head < tail:
        i = queue[head]
        head += 1
        for e in range(graph.indptr[i], graph.indptr[i + 1]):
            j = graph.indices[e]
            if not joined[j] and entry[j] <= 0.0:
                joined[j] = True
                queue[tail] = j
                tail += 1
    return tail


@inner
def island(graph: Adjacency, node: Node, source: int, stamp: int) -> tuple[int, int, float, bool]:
    """
    Gather the units of gain around ``source`` at the head of ``node.ring``, their ring at its end.

    Returns
    -------
    size, around, lowest, touches
        Units of the island and of its ring, the least entry on the ring, and whether the island
        touches what is joined.
    """
    entry, joined, mark, ring = node.entry, node.joined, node.mark, node.ring
    mark[source] = stamp
    ring[0] = source
    first, size, around = 0, 1, 0
    lowest, touches = np.inf, False
    while first < size:
        i = ring[first]
        first += 1
        for e in range(graph.indptr[i], graph.indptr[i + 1]):
            j = graph.indices[e]
            if joined[j]:
                touches = True
            elif mark[j] != stamp and entry[j] < np.inf:
                mark[j] = stamp
                if entry[j] <= 0.0:
                    ring[size] = j
                    size += 1
                else:
                    around += 1
                    ring[len(ring) - around] = j
                    lowest = min(lowest, entry[j])
    return size, around, lowest, touches


@inner
def pay(graph: Adjacency, node: Node, source: int, stamp: int, tail: int) -> int:
    """Let ``source`` pay for the ring around its island, or join it; return the queue's end."""
    entry, ring = node.entry, node.ring
    size, around, lowest, touches = island(graph, node, source, stamp)
    if touches:
        for q in range(size):
            node.joined[ring[q]] = True
            node.queue[tail] = ring[q]
            tail += 1
        return tail
    if around == 0:
        entry[source] = 0.0
        return tail
    paid = min(lowest, -entry[source])
    entry[source] += paid
    if entry[source] > -1e-12:
        entry[source] = 0.0
    for q in range(len(ring) - around, len(ring)):
        entry[ring[q]] -= paid
        if entry[ring[q]] < 1e-12:
            entry[ring[q]] = 0.0
    return tail
