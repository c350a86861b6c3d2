"""
One node of a Lagrangian tree, compiled: what is open, and what follows from room and contiguity.

A node says which parts are open to each unit. A unit with one part left is sure, and only takes up
room there; the others have a price (:mod:`.node_bound`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.core_knapsack import Core, core_of
from gridplan.optimise.methods.pace import PaceParams
from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.partition.graph.adjacency import Adjacency
from gridplan.optimise.partition.graph.graph import sweep


class Areas(NamedTuple):
    """
    The question.

    Parameters
    ----------
    cost
        ``(n, k)``, infinite where barred.
    priced
        ``(n, k)`` with the prices of separator cuts: no answer in one piece is worth more.
    weight, room
        ``(n,)`` and ``(k,)`` whole numbers, grains of demand.
    anchor
        ``(k,)`` each part's center.
    graph
        Neighbours.
    load
        ``(n,)`` demand as it is.
    least, most
        ``(k,)`` bounds of it, what is overlooked included.
    """

    cost: np.ndarray
    priced: np.ndarray
    weight: np.ndarray
    room: np.ndarray
    anchor: np.ndarray
    graph: Adjacency
    load: np.ndarray
    least: np.ndarray
    most: np.ndarray


class Effort(NamedTuple):
    """
    What is done at a node; a named tuple, because compiled steps read it.

    Parameters
    ----------
    steps
        Subgradient steps of one ascent.
    rounds
        Most ascents; another follows where the one before ruled something out.
    exact
        Pairs whose rise by the fractional knapsack is this share of what is missing to the target
        are looked at by whole ones.
    pace, begin
        Of the steps, and share of the way they begin with.
    memory
        Share of the past in the mean of what parts took.
    """

    steps: int = 40
    rounds: int = 3
    exact: float = 0.4
    pace: PaceParams = PaceParams(patience=5.0, shorter=0.6, shortest=0.01, gain=1e-8)
    begin: float = 0.5
    memory: float = 0.8


class Desk(NamedTuple):
    """
    Room to work in, and the node at hand.

    Parameters
    ----------
    open
        ``(n, k)`` parts open to each unit.
    sure
        ``(n,)`` the one part left, or -1.
    spare, load
        ``(k,)`` room beside sure units; demand there is, to begin with.
    price, now
        ``(n,)`` the best ones, and those of the step.
    mean
        ``(n, k)`` of what parts took lately.
    take, other
        ``(k, n)`` and ``(n,)`` units taken.
    gain, item, slope
        ``(n,)`` of one knapsack; direction of the step.
    mark, queue
        ``(n,)`` of sweeps.
    core
        Of knapsacks.
    cells
        ``(1,)`` filled so far.
    """

    open: np.ndarray
    sure: np.ndarray
    spare: np.ndarray
    load: np.ndarray
    price: np.ndarray
    now: np.ndarray
    mean: np.ndarray
    take: np.ndarray
    other: np.ndarray
    gain: np.ndarray
    item: np.ndarray
    slope: np.ndarray
    mark: np.ndarray
    queue: np.ndarray
    core: Core
    cells: np.ndarray


@inner
def desk_of(n: int, columns: int, states: int) -> Desk:
    """Make room to work in."""
    whole, real, flag = np.int64, np.float64, np.bool_
    return Desk(
        np.zeros((n, columns), flag),
        np.zeros(n, whole),
        np.zeros(columns, whole),
        np.zeros(columns),
        np.zeros(n),
        np.zeros(n),
        np.zeros((n, columns)),
        np.zeros((columns, n), flag),
        np.zeros(n, flag),
        np.zeros(n),
        np.zeros(n, whole),
        np.zeros(n, real),
        np.zeros(n, whole),
        np.zeros(n, whole),
        core_of(n, states),
        np.zeros(1),
    )


@inner
def settle(areas: Areas, desk: Desk) -> bool:
    """Rule out what does not fit or cannot be reached, until nothing changes; False for no way."""
    changed = True
    while changed:
        changed = False
        if not _count(areas, desk):
            return False
        for k in range(len(areas.room)):
            if not desk.open[areas.anchor[k], k]:
                return False
            changed = _reach(areas, desk, k) or changed
            if desk.load[k] < areas.least[k]:
                return False
    return True


@inner
def _count(areas: Areas, desk: Desk) -> bool:
    """Find the units with one part left, and the room beside them; False for too little or none."""
    desk.spare[:] = areas.room
    for i in range(len(desk.sure)):
        many, last = 0, -1
        for k in range(len(areas.room)):
            if desk.open[i, k]:
                many += 1
                last = k
        if many == 0:
            return False
        desk.sure[i] = last if many == 1 else -1
        if many == 1:
            desk.spare[last] -= areas.weight[i]
    return bool(np.all(desk.spare >= 0))


@inner
def _reach(areas: Areas, desk: Desk, k: int) -> bool:
    """Close part ``k`` to what is too heavy or out of reach; count its demand, tell of changes."""
    changed = False
    desk.mark[:] = 0
    desk.load[k] = 0.0
    sweep(areas.graph, desk.open[:, k], areas.anchor[k], desk.mark, 1, desk.queue)
    for i in range(len(desk.sure)):
        if not desk.open[i, k]:
            continue
        heavy = desk.sure[i] < 0 and areas.weight[i] > desk.spare[k]
        if heavy or desk.mark[i] == 0:
            desk.open[i, k] = False
            changed = True
        else:
            desk.load[k] += areas.load[i]
    return changed
