"""
The pricing problem: the cheapest connected part around a center, or all parts below a price.

Units have values of either sign (reduced costs) and demands; a part is connected, holds its center
and no more demand than there is room for, and pays the duals of subset-row cuts: a rooted
prize-collecting Steiner tree on nodes with a knapsack. Best-first branch and bound over "take this
neighbour of what is taken, or never", with the dual ascent bound of :mod:`.steiner_bound` and now
and then a dive for good parts early. Units whose price of entry exceeds what there is to gain are
out below a node. The bound returned is a lower bound at whatever node the search ends; the part is
optimal to the slack if it ended by itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.partition.price.kernels.node import (
    FREE,
    OUT,
    TAKEN,
    Node,
    Pricing,
    empty_node,
)
from gridplan.optimise.partition.price.kernels.steiner_bound import least, within
from gridplan.optimise.partition.price.kernels.subset_row_duals import charged, follow, spread
from gridplan.optimise.partition.price.kernels.tree import (
    Limits,
    Nodes,
    PartsFound,
    first,
    no_nodes,
    nothing_found,
    record,
    release,
    store,
    wait,
)


class Answered(NamedTuple):
    """
    What a search came to.

    Parameters
    ----------
    value
        Least value (what was to beat if none was found; with ``every``, what a further part had to
        beat in the end).
    bound
        Lower bound on the value of every part.
    used, found
        Nodes used, parts found.
    root_bound
        The bound before branching.
    entry
        ``(n,)`` by how much taking a unit raises that.
    """

    value: float
    bound: float
    used: int
    found: int
    root_bound: float
    entry: np.ndarray


@compiled
def cheapest(problem: Pricing, limits: Limits, parts: np.ndarray) -> Answered:
    """
    Find the connected part around the root of least total value below what is to beat.

    Parameters
    ----------
    problem
        Its ``cuts.share`` receives better shares.
    limits
        What the search is after, and when it ends.
    parts
        ``(rows, n)`` bool, receives the parts found; improving ones round and round.
    """
    n, root = len(problem.value), problem.root
    node = empty_node(n, len(problem.graph.indices))
    found, nodes = nothing_found(parts, limits.beat), no_nodes(limits.nodes + 4, n)
    node.state[root] = TAKEN
    if problem.value[root] < limits.beat:
        record(found, node.state, problem.value[root], limits.every)
    within(problem.graph, problem.demand, node, problem.room - problem.demand[root])
    dearest, entry = dearest_price(problem, node), np.empty(n)
    top, price = best_price(problem, node, dearest, entry)
    root_bound = problem.value[root] + top
    wait(nodes, store(nodes, node.state, root_bound, price))
    step = max(price / 10.0, dearest * 1e-4)
    limit, used, dive, pops = np.inf, 0, -1, 0
    while nodes.waiting[0] > 0 or dive >= 0:
        goal = found.best[0] - limits.slack
        dives = dive >= 0 and nodes.bound[dive] < goal and used < limits.nodes
        if dives:
            at = dive
        else:
            if dive >= 0:
                wait(nodes, dive)
            at = first(nodes)
            dives = pops % 8 == 0  # now and then straight down, for good parts early
            pops += 1
            if nodes.bound[at] >= goal or used >= limits.nodes:
                limit = min(limit, nodes.bound[at])
                break
        dive, pruned, made = branch(problem, limits, node, found, nodes, at, step, dives)
        limit = min(limit, pruned)
        used += made
        release(nodes, at)
    best = found.best[0]
    return Answered(best, min(best, limit), used, found.number[0], root_bound, entry)


@inner
def dearest_price(problem: Pricing, node: Node) -> float:
    """Work out the price of demand at which no free unit in reach is worth having."""
    dearest = 0.0
    for i in range(len(problem.value)):
        if node.reach[i] and problem.value[i] < 0.0 and problem.demand[i] > 0.0:
            dearest = max(dearest, -problem.value[i] / problem.demand[i])
    return dearest


@inner
def best_price(
    problem: Pricing, node: Node, dearest: float, entry: np.ndarray
) -> tuple[float, float]:
    """
    Look for the price of demand, and the shares of cuts, with the best bound at the root.

    A grid of prices, then ever smaller steps around the best; where there are cuts, their shares
    move too. Returns what the bound adds to the root, and the price; ``entry`` and the shares of
    the cuts are left at the best.
    """
    cuts = problem.cuts
    left = problem.room - problem.demand[problem.root]
    price, top, step, turn = 0.0, -np.inf, 0.0, 0.5
    share = cuts.share.copy()
    for t in range(36 if len(cuts.dual) == 0 else 76):
        if t < 24:
            trial = dearest * (t / 23.0) ** 3
        elif t < 36:
            if t % 2 == 0:
                step = 0.6 * (step if t > 24 else max(price / 8.0, dearest * 1e-4))
            trial = price + (step if t % 2 else -step)
        else:  # now the shares of cuts move too
            trial = price * (1.0, 1.0, 1.1, 0.9)[t % 4]
            turn *= 0.7 if t % 5 == 4 else 1.0
        if trial < 0.0:
            continue
        add = spread(problem.value, cuts, node)
        add += least(problem.graph, problem.demand, node, left, trial)
        if add > top:
            top, price = add, trial
            entry[:] = node.entry
            share[:] = cuts.share
        if t >= 36:
            node.joined[:] = node.joined & (node.entry <= 0.0)
            follow(cuts, node, turn)
    cuts.share[:] = share
    return top, price


@inner
def next_unit(problem: Pricing, node: Node, price: float, left: float) -> int:
    """Choose the neighbour of what is taken with the least value at the price; -1 if none fits."""
    graph, demand, state = problem.graph, problem.demand, node.state
    unit, lightest = -1, np.inf
    for i in range(len(state)):
        if state[i] == TAKEN:
            for e in range(graph.indptr[i], graph.indptr[i + 1]):
                j = graph.indices[e]
                if state[j] == FREE and demand[j] <= left:
                    weighed = node.value[j] + price * demand[j]
                    if weighed < lightest:
                        lightest, unit = weighed, j
    return int(unit)


@inner
def branch(
    problem: Pricing,
    limits: Limits,
    node: Node,
    found: PartsFound,
    nodes: Nodes,
    at: int,
    step: float,
    dives: bool,
) -> tuple[int, float, int]:
    """
    Take the next unit of the node in slot ``at``, or never: bound both and keep what may be better.

    Returns
    -------
    dive, pruned, made
        Slot of the child to go on with if it ``dives`` (-1 for none), least bound of a child that
        was pruned, and nodes made.
    """
    demand, state = problem.demand, node.state
    left, base = problem.room, 0.0
    state[:] = nodes.state[at]
    for i in range(len(state)):
        node.reach[i] = state[i] == FREE
        if state[i] == TAKEN:
            left -= demand[i]
            base += problem.value[i]
    spread(problem.value, problem.cuts, node)
    unit = next_unit(problem, node, nodes.price[at], left)
    dive, pruned = -1, np.inf
    if unit < 0:
        return dive, pruned, 0
    for side in range(2):
        state[:] = nodes.state[at]
        state[unit] = TAKEN if side == 0 else OUT
        rest, total = left, base
        if side == 0:
            rest, total = left - demand[unit], base + problem.value[unit]
            whole = total + charged(state, problem.cuts)
            if whole < found.best[0] - 1e-9:
                record(found, state, whole, limits.every)
        goal = found.best[0] - limits.slack
        bound, price = bounded(problem, node, rest, total, nodes.price[at], step, goal)
        if bound >= goal:
            pruned = min(pruned, bound)
            continue
        slot = store(nodes, state, max(bound, nodes.bound[at]), price)
        if dives and dive < 0:
            dive = slot
        else:
            wait(nodes, slot)
    return dive, pruned, 2


@inner
def bounded(
    problem: Pricing,
    node: Node,
    left: float,
    total: float,
    price: float,
    step: float,
    goal: float,
) -> tuple[float, float]:
    """
    Bound the parts below a node from its parent's ``price``, in steps, up to the ``goal``.

    Free units that only parts beyond the goal hold are out afterwards. ``left`` and ``total`` are
    the room left and the value of what is taken. Returns the bound and its price.
    """
    graph, demand, state, entry = problem.graph, problem.demand, node.state, node.entry
    within(graph, demand, node, left)
    total += spread(problem.value, problem.cuts, node)
    top = total + least(graph, demand, node, left, price)
    held = entry.copy()
    way, tries, moved = 1.0, 0, False
    while top < goal and tries < 6:
        trial = price + way * step
        better = -np.inf
        if trial >= 0.0:
            better = total + least(graph, demand, node, left, trial)
        tries += 1
        if better > top + 1e-12:
            top, price, moved = better, trial, True
            held[:] = entry
        elif moved or way < 0.0:
            break
        else:
            way = -1.0
    if top < goal:
        for i in range(len(state)):
            if state[i] == FREE and (not node.reach[i] or top + max(0.0, held[i]) >= goal):
                state[i] = OUT
    return top, price
