"""Compiled steps of a Lagrangian tree: take a node, bound it, close pairs, branch on a pair."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.pace import RECORD
from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.partition.bound.node_bound import climb, rule_out
from gridplan.optimise.partition.bound.node_kernels import (
    Areas,
    Desk,
    Effort,
    desk_of,
    settle,
)
from gridplan.optimise.partition.graph.graph import sweep

EXHAUSTED, PAUSED, ANSWERED, FULL = range(4)
"""Why :func:`grow` returned."""


class Stack(NamedTuple):
    """
    Nodes that are open, the last one next.

    Parameters
    ----------
    open
        ``(most, n, k)`` parts open to each unit.
    price
        ``(most, n)`` prices to begin with.
    bound
        ``(most,)`` that of the node they come from.
    size
        ``(1,)`` how many there are.
    """

    open: np.ndarray
    price: np.ndarray
    bound: np.ndarray
    size: np.ndarray


class Growth(NamedTuple):
    """
    What came of some nodes.

    Parameters
    ----------
    ending
        Why it returned.
    nodes
        Looked at.
    cells
        Filled, for the count of work.
    """

    ending: int
    nodes: int
    cells: float


@compiled
def grow(
    areas: Areas,
    stack: Stack,
    target: float,
    nodes: int,
    states: int,
    effort: Effort,
    answer: np.ndarray,
) -> Growth:
    """
    Look at nodes, the last one first, for an answer below the target.

    Parameters
    ----------
    areas
        The question.
    stack
        Open nodes; changed in place.
    nodes
        To look at before it pauses.
    states
        Memory for the search of one knapsack's core.
    effort
        At a node.
    answer
        ``(n,)`` receives the answer where one is found, connected and within its rooms.
    """
    n, columns = areas.cost.shape
    desk = desk_of(n, columns, states)
    pace = np.zeros(3)
    for number in range(nodes):
        if stack.size[0] == 0:
            return Growth(EXHAUSTED, number, desk.cells[0])
        if stack.size[0] + 2 > len(stack.bound):
            return Growth(FULL, number, desk.cells[0])
        top = stack.size[0] - 1
        stack.size[0] = top
        desk.cells[0] += 4 * n * columns
        if stack.bound[top] >= target:
            continue
        desk.open[:] = stack.open[top]
        desk.price[:] = stack.price[top]
        bound, whole = _bound(areas, desk, target, stack.bound[top], effort, pace)
        if bound >= target:
            continue
        cost = _read(areas, desk, answer) if whole else np.inf
        sound = whole and _joined(areas, desk, answer) and _within(areas, desk, answer)
        # What cuts cost, or a knapsack that lacked memory, may leave room for a cheaper answer.
        if not sound or cost > bound + 1e-9 * abs(bound):
            unit, part = _choose(areas, desk, answer, whole)
            if unit >= 0:
                _push(stack, desk, bound, unit, part)
        if sound:
            return Growth(ANSWERED, number + 1, desk.cells[0])
    return Growth(PAUSED, nodes, desk.cells[0])


@inner
def _bound(
    areas: Areas, desk: Desk, target: float, known: float, effort: Effort, pace: np.ndarray
) -> tuple[float, bool]:
    """Bound a node and rule out pairs in turn; tell whether its cheapest answer is known."""
    bound = known
    for _ in range(effort.rounds):
        if not settle(areas, desk):
            return np.inf, False
        desk.mean[:] = 0.0
        whole = climb(areas, desk, target, effort, pace)
        bound = max(bound, pace[RECORD])
        if bound >= target or whole:
            return bound, whole
        if rule_out(areas, desk, pace[RECORD], target, effort.exact) == 0:
            return bound, False
    if not settle(areas, desk):
        return np.inf, False
    return bound, False


@inner
def _read(areas: Areas, desk: Desk, answer: np.ndarray) -> float:
    """Read the part of each unit from what is taken; return what they cost."""
    cost = 0.0
    for i in range(len(answer)):
        answer[i] = desk.sure[i]
        for k in range(len(areas.room)):
            if desk.sure[i] < 0 and desk.take[k, i]:
                answer[i] = k
        cost += areas.cost[i, answer[i]]
    return cost


@inner
def _joined(areas: Areas, desk: Desk, answer: np.ndarray) -> bool:
    """Mark what is joined to its center; tell whether all is."""
    desk.mark[:] = 0
    count = 0
    for k in range(len(areas.anchor)):
        count += sweep(areas.graph, answer, areas.anchor[k], desk.mark, 1, desk.queue)
    return count == len(answer)


@inner
def _within(areas: Areas, desk: Desk, answer: np.ndarray) -> bool:
    """Tell whether demand is within its bounds."""
    desk.load[:] = 0.0
    for i in range(len(answer)):
        desk.load[answer[i]] += areas.load[i]
    return bool(np.all((desk.load >= areas.least) & (desk.load <= areas.most)))


@inner
def _choose(areas: Areas, desk: Desk, answer: np.ndarray, whole: bool) -> tuple[int, int]:
    """Choose a unit, most unsure and heavy, or loose where only contiguity fails, and its part."""
    unit, part, most = -1, -1, -1.0
    for i in range(len(desk.sure)):
        if desk.sure[i] >= 0 or (whole and desk.mark[i] == 1):
            continue
        best, own = -1.0, -1
        for k in range(len(areas.room)):
            if desk.open[i, k] and desk.mean[i, k] > best:
                best, own = desk.mean[i, k], k
        score = (1.0 - best) * areas.weight[i] + 1e-6 * areas.weight[i]
        if score > most:
            unit, most = i, score
            part = answer[i] if whole else own
    if unit < 0 and whole:
        for i in range(len(desk.sure)):
            if desk.sure[i] < 0:
                return i, answer[i]
    return unit, part


@inner
def _push(stack: Stack, desk: Desk, bound: float, unit: int, part: int) -> None:
    """Open two nodes: without a pair, and with it, which is next."""
    at = stack.size[0]
    for child in range(2):
        stack.open[at + child] = desk.open
        stack.price[at + child] = desk.price
        stack.bound[at + child] = bound
    stack.open[at, unit, part] = False
    stack.open[at + 1, unit] = False
    stack.open[at + 1, unit, part] = True
    stack.size[0] = at + 2
