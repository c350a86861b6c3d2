"""
Simulated annealing of plain problems by moves that keep parts connected.

Where cost, demand and contiguity are all there is, a step is cheap enough for ten million of them a
second. A unit goes to a neighbouring part (a shift); what it would cut off from its center follows
it; or two units change places (a swap). Demand out of bounds is priced part by part, above the
part's own dual price, so that the search passes through overloads and comes back as it rises. Every
partition met is connected; nothing is proven.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.cooling import Cooling, accepts, heat_at
from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.numeric.random import MODULUS, draw
from gridplan.optimise.partition.graph.adjacency import Adjacency
from gridplan.optimise.partition.graph.graph import stays_connected, sweep
from gridplan.optimise.partition.local.move import outside


class Plain(NamedTuple):
    """
    A problem with cost, bounds on demand and contiguity around fixed centers alone.

    Parameters
    ----------
    graph
        Of the ``n`` units.
    cost
        ``(n, k)``, infinite where barred.
    demand
        ``(n,)``.
    low, high
        ``(k,)`` bounds on the demand of a part.
    centers
        ``(k,)`` units.
    fixed
        ``(n,)`` bool: the centers.
    """

    graph: Adjacency
    cost: np.ndarray
    demand: np.ndarray
    low: np.ndarray
    high: np.ndarray
    centers: np.ndarray
    fixed: np.ndarray


class Penalties(NamedTuple):
    """
    What demand out of bounds costs.

    Parameters
    ----------
    price
        ``(k,)`` first price of a unit of demand.
    growth
        Factor by which it has risen in the end.
    followers
        Most units that move together.
    """

    price: np.ndarray
    growth: float
    followers: int


class Record(NamedTuple):
    """
    What is kept of the partitions met.

    Parameters
    ----------
    best
        ``(n,)`` receives the cheapest one within bounds.
    seen
        ``(rows, n)`` receives partitions near their bounds.
    every
        Moves between two of these.
    """

    best: np.ndarray
    seen: np.ndarray
    every: int


class State(NamedTuple):
    """The partition ``(n,)``, its loads ``(k,)``; marks and queue ``(n,)``, a stamp ``(1,)``."""

    part: np.ndarray
    load: np.ndarray
    mark: np.ndarray
    queue: np.ndarray
    stamp: np.ndarray


class TrialMove(NamedTuple):
    """A unit that goes to the part of its ``neighbour``, perhaps against another (-1 for none)."""

    unit: int
    target: int
    other: int
    follows: bool
    chance: float


@compiled
def anneal_plain(
    problem: Plain,
    penalties: Penalties,
    cooling: Cooling,
    part: np.ndarray,
    random: np.ndarray,
    record: Record,
) -> tuple[float, int]:
    """
    Anneal from ``part`` ``(n,)``, which is changed in place.

    Parameters
    ----------
    random
        ``(1,)`` state of the generator.
    record
        Receives what is kept.

    Returns
    -------
    best_value, rows
        Cost of the best (infinite if none was within bounds); rows of ``record.seen`` written.
    """
    n, columns = problem.cost.shape
    state = begun(problem, part)
    value, excess = 0.0, 0.0
    for i in range(n):
        value += problem.cost[i, part[i]]
    for k in range(columns):
        excess += outside(state.load[k], problem.low[k], problem.high[k])
    total = problem.demand.sum()
    slack, near = 1e-9 * max(1.0, total), 0.1 * total / columns
    best_value, moves, rows = np.inf, 0, 0
    heat, dear = cooling.hot, 1.0
    for step in range(cooling.steps):
        if step % 512 == 0:
            heat = heat_at(cooling, step)
            dear = penalties.growth ** (step / cooling.steps)
        move = drawn(problem, part, random)
        if move.unit < 0:
            continue
        kept, delta, out = tried(problem, penalties, state, move, heat, dear)
        if not kept:
            continue
        value += delta
        excess += out
        moves += 1
        if excess <= slack and value < best_value - 1e-12 * abs(value):
            best_value = value
            record.best[:] = part
        if moves % record.every == 0 and excess <= near and rows < len(record.seen):
            record.seen[rows] = part
            rows += 1
    return best_value, rows


@inner
def begun(problem: Plain, part: np.ndarray) -> State:
    """Count the loads of a partition."""
    n, columns = problem.cost.shape
    load = np.zeros(columns)
    for i in range(n):
        load[part[i]] += problem.demand[i]
    marks = np.zeros(n, np.int64)
    return State(part, load, marks, np.zeros(n, np.int64), np.zeros(1, np.int64))


@inner
def drawn(problem: Plain, part: np.ndarray, random: np.ndarray) -> TrialMove:
    """Draw a move between two parts that touch; its unit is -1 where there is none."""
    indptr, indices = problem.graph.indptr, problem.graph.indices
    none = TrialMove(-1, -1, -1, False, 0.0)
    i = draw(random) % len(part)
    degree = indptr[i + 1] - indptr[i]
    if problem.fixed[i] or degree == 0:
        return none
    j = indices[indptr[i] + draw(random) % degree]
    a, b = part[i], part[j]
    if a == b or problem.cost[i, b] == np.inf:
        return none
    kind = draw(random) % 12
    chance = draw(random) / MODULUS
    other = -1
    if kind >= 4:
        other = j
        if kind >= 8:
            far = indices[indptr[j] + draw(random) % (indptr[j + 1] - indptr[j])]
            if part[far] == b:
                other = far
        if problem.fixed[other] or problem.cost[other, a] == np.inf:
            return none
    return TrialMove(i, b, other, kind == 0, chance)


@inner
def tried(
    problem: Plain,
    penalties: Penalties,
    state: State,
    move: TrialMove,
    heat: float,
    dear: float,
) -> tuple[bool, float, float]:
    """
    Make a move if annealing accepts it and both parts stay connected.

    Returns
    -------
    kept, delta, out
        Whether it was made; change of cost, and of demand out of bounds.
    """
    cost, part, i, b, other = problem.cost, state.part, move.unit, move.target, move.other
    a = part[i]
    delta, amount = cost[i, b] - cost[i, a], problem.demand[i]
    if other >= 0:
        delta += cost[other, a] - cost[other, b]
        amount -= problem.demand[other]
    priced, out = imbalance(problem, penalties, state, a, b, amount)
    good = accepts(delta + dear * priced, heat, move.chance)
    if not good and not move.follows:
        return False, 0.0, 0.0
    state.stamp[0] += 1
    whole = stays_connected(problem.graph, part, i, state.mark, state.stamp[0], state.queue)
    if other >= 0:
        if not whole or not swapped(problem.graph, state, i, other):
            return False, 0.0, 0.0
    elif whole:
        if not good:
            return False, 0.0, 0.0
        part[i] = b
    else:
        return together(problem, penalties, state, move, heat, dear)
    state.load[a] -= amount
    state.load[b] += amount
    return True, delta, out


@inner
def together(
    problem: Plain,
    penalties: Penalties,
    state: State,
    move: TrialMove,
    heat: float,
    dear: float,
) -> tuple[bool, float, float]:
    """Move a unit with what it cuts off from its center, if that is accepted; as :func:`tried`."""
    cost, queue, a, b = problem.cost, state.queue, state.part[move.unit], move.target
    count = followers(problem, penalties, state, move.unit, b)
    if count < 2:
        return False, 0.0, 0.0
    delta, amount = 0.0, 0.0
    for q in range(count):
        delta += cost[queue[q], b] - cost[queue[q], a]
        amount += problem.demand[queue[q]]
    priced, out = imbalance(problem, penalties, state, a, b, amount)
    if not accepts(delta + dear * priced, heat, move.chance):
        return False, 0.0, 0.0
    for q in range(count):
        state.part[queue[q]] = b
    state.load[a] -= amount
    state.load[b] += amount
    return True, delta, out


@inner
def imbalance(
    problem: Plain, penalties: Penalties, state: State, a: int, b: int, amount: float
) -> tuple[float, float]:
    """Work out what an amount from ``a`` to ``b`` changes out of bounds: its price, and itself."""
    load, low, high = state.load, problem.low, problem.high
    give = outside(load[a] - amount, low[a], high[a]) - outside(load[a], low[a], high[a])
    take = outside(load[b] + amount, low[b], high[b]) - outside(load[b], low[b], high[b])
    return penalties.price[a] * give + penalties.price[b] * take, give + take


@inner
def swapped(graph: Adjacency, state: State, unit: int, other: int) -> bool:
    """Exchange two units whose parts touch, if both parts stay connected; tell whether they do."""
    part = state.part
    a, b = part[unit], part[other]
    if not touches(graph, part, other, unit, a):
        return False
    part[unit] = b
    state.stamp[0] += 1
    if not stays_connected(graph, part, other, state.mark, state.stamp[0], state.queue):
        part[unit] = a
        return False
    part[other] = a
    return True


@inner
def touches(graph: Adjacency, part: np.ndarray, unit: int, other: int, k: int) -> bool:
    """Tell whether ``unit`` has a neighbour in part ``k`` besides ``other``."""
    for e in range(graph.indptr[unit], graph.indptr[unit + 1]):
        j = graph.indices[e]
        if j != other and part[j] == k:
            return True
    return False


@inner
def followers(problem: Plain, penalties: Penalties, state: State, unit: int, target: int) -> int:
    """
    Fill the queue with ``unit`` and all it cuts off from its center; return how many.

    -1 where they are too many or one of them may not go to ``target``.
    """
    part, mark, queue = state.part, state.mark, state.queue
    state.stamp[0] += 1
    stamp = state.stamp[0]
    mark[unit] = stamp
    sweep(problem.graph, part, problem.centers[part[unit]], mark, stamp, queue)
    count = sweep(problem.graph, part, unit, mark, stamp, queue)
    if count > penalties.followers:
        return -1
    for q in range(1, count):
        if problem.fixed[queue[q]] or problem.cost[queue[q], target] == np.inf:
            return -1
    return count
