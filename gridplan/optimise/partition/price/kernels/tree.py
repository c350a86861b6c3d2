"""The tree of the pricing search: parts found so far, and open nodes by their bound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.numeric.heap import Heap, empty_heap, pop, push
from gridplan.optimise.partition.price.kernels.node import TAKEN


class Limits(NamedTuple):
    """
    What a search is after, and when it ends.

    Parameters
    ----------
    beat
        Value to beat.
    slack
        By how much a better part may be missed.
    nodes
        Most nodes.
    every
        List every part below ``beat``, the cheapest of them where there are too many, instead of
        improving ones only.
    """

    beat: float
    slack: float
    nodes: int
    every: bool


class PartsFound(NamedTuple):
    """
    Parts found so far.

    Parameters
    ----------
    parts
        ``(rows, n)`` bool; improving ones round and round.
    worth
        ``(rows,)`` their values, infinite where there is none.
    best
        ``(1,)`` value that a further part has to beat.
    number
        ``(1,)`` parts found.
    worst
        ``(1,)`` row of the dearest once all rows are full.
    """

    parts: np.ndarray
    worth: np.ndarray
    best: np.ndarray
    number: np.ndarray
    worst: np.ndarray


class Nodes(NamedTuple):
    """
    Open nodes.

    Parameters
    ----------
    state
        ``(slots, n)`` int8 states of the units.
    bound, price
        ``(slots,)`` lower bounds and the multipliers of demand that gave them.
    open
        Slots that wait, by bound.
    freed
        ``(slots,)`` slots to be used again.
    made, spare, waiting
        ``(1,)`` slots used ever, of these free ones, and slots that wait.
    """

    state: np.ndarray
    bound: np.ndarray
    price: np.ndarray
    open: Heap
    freed: np.ndarray
    made: np.ndarray
    spare: np.ndarray
    waiting: np.ndarray


@inner
def nothing_found(parts: np.ndarray, beat: float) -> PartsFound:
    """Begin with no parts."""
    none = np.zeros(1, np.int64)
    return PartsFound(parts, np.full(len(parts), np.inf), np.full(1, beat), none, none.copy())


@inner
def no_nodes(slots: int, n: int) -> Nodes:
    """Make room for ``slots`` nodes over ``n`` units."""
    none = np.zeros(1, np.int64)
    return Nodes(
        np.empty((slots, n), np.int8),
        np.empty(slots),
        np.empty(slots),
        empty_heap(slots),
        np.empty(slots, np.int64),
        none,
        none.copy(),
        none.copy(),
    )


@inner
def record(found: PartsFound, state: np.ndarray, value: float, every: bool) -> None:
    """Write down the part taken in ``state``, which beats the best or is one of many."""
    rows, count = len(found.parts), found.number[0]
    row = found.worst[0] if every and count >= rows else count % rows
    for i in range(len(state)):
        found.parts[row, i] = state[i] == TAKEN
    found.worth[row] = value
    found.number[0] += 1
    if not every:
        found.best[0] = value
    elif found.number[0] >= rows:
        found.worst[0] = int(np.argmax(found.worth))
        found.best[0] = found.worth[found.worst[0]]


@inner
def store(nodes: Nodes, state: np.ndarray, bound: float, price: float) -> int:
    """Keep a node; return its slot."""
    if nodes.spare[0] > 0:
        nodes.spare[0] -= 1
        slot = nodes.freed[nodes.spare[0]]
    else:
        slot = nodes.made[0]
        nodes.made[0] += 1
    nodes.state[slot] = state
    nodes.bound[slot] = bound
    nodes.price[slot] = price
    return int(slot)


@inner
def release(nodes: Nodes, slot: int) -> None:
    """Free the slot of a node that was branched on."""
    nodes.freed[nodes.spare[0]] = slot
    nodes.spare[0] += 1


@inner
def wait(nodes: Nodes, slot: int) -> None:
    """Let a node wait for its turn."""
    nodes.waiting[0] = push(nodes.open, nodes.waiting[0], nodes.bound[slot], 0.0, slot)


@inner
def first(nodes: Nodes) -> int:
    """Take the node of least bound out of those that wait."""
    nodes.waiting[0] = pop(nodes.open, nodes.waiting[0])
    return int(nodes.open.item[nodes.waiting[0]])
