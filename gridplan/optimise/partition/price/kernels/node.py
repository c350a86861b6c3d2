"""One node of the pricing search: the units at hand, which are taken or out, room to work in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.numeric.heap import Heap, empty_heap
from gridplan.optimise.partition.graph.adjacency import Adjacency

FREE, TAKEN, OUT = 0, 1, 2
"""States of a unit."""


class CutDuals(NamedTuple):
    """
    Subset-row cuts over three units as the search of one column meets them.

    Parameters
    ----------
    unit
        ``(q, 3)`` local units, -1 for one out of reach.
    dual
        ``(q,)`` dual of each, never negative: what a part pays for holding two or more of them.
    share
        ``(q,)`` from 0 to 1: how much of it a bound spreads over free units; improved in place.
    """

    unit: np.ndarray
    dual: np.ndarray
    share: np.ndarray


class Pricing(NamedTuple):
    """
    A pricing problem: the cheapest connected part around a root within the room.

    Parameters
    ----------
    graph
        Of the ``n`` units a part may use.
    value
        ``(n,)`` reduced cost of each unit: cost less price, of either sign.
    demand
        ``(n,)``, not negative.
    root
        Unit that every part holds.
    room
        Most demand of a part.
    cuts
        Subset-row cuts a part may have to pay for.
    """

    graph: Adjacency
    value: np.ndarray
    demand: np.ndarray
    root: int
    room: float
    cuts: CutDuals


class Node(NamedTuple):
    """
    State of a node and room for its bound; overwritten from node to node.

    Parameters
    ----------
    state
        ``(n,)`` int8: :data:`FREE`, :data:`TAKEN` or :data:`OUT`.
    reach
        ``(n,)`` bool: free units that some way reaches within the room.
    value
        ``(n,)`` reduced costs with the duals of cuts spread over them.
    entry
        ``(n,)`` what is left of each unit's value: taking a unit with a positive entry raises the
        bound by at least that much.
    joined
        ``(n,)`` bool: units that the bound has connected to what is taken.
    far, mark, queue, ring, heap
        Room to work in: ``(n,)``, ``(n,)``, ``(n,)``, ``(2n,)`` and a heap of ways.
    """

    state: np.ndarray
    reach: np.ndarray
    value: np.ndarray
    entry: np.ndarray
    joined: np.ndarray
    far: np.ndarray
    mark: np.ndarray
    queue: np.ndarray
    ring: np.ndarray
    heap: Heap


@inner
def empty_node(n: int, edges: int) -> Node:
    """Make a node of ``n`` free units over a graph with so many stored edges."""
    return Node(
        np.zeros(n, np.int8),
        np.zeros(n, np.bool_),
        np.empty(n),
        np.empty(n),
        np.zeros(n, np.bool_),
        np.empty(n),
        np.zeros(n, np.int64),
        np.empty(n, np.int64),
        np.empty(2 * n, np.int64),
        empty_heap(edges + n + 1),
    )
