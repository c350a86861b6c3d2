"""Simulated annealing over assignments and open sites, with capacity and lower bounds priced.

One state, five moves: shift a unit, swap two, move a site, open one while closing another near it,
open or close alone. Load outside ``lower..capacity`` costs ``alpha`` per unit of demand, and
``alpha`` swings so that the walk keeps crossing the border of what is feasible.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.compiled import lean


class Field(NamedTuple):
    """What does not change: near sites of units, near units of sites, and the rules."""

    near: np.ndarray
    near_cost: np.ndarray
    row_site: np.ndarray
    row_cost: np.ndarray
    home: np.ndarray
    demand: np.ndarray
    capacity: np.ndarray
    lower: np.ndarray
    locked: np.ndarray
    group: np.ndarray
    group_min: np.ndarray
    group_max: np.ndarray
    site_cost: np.ndarray
    luck: np.ndarray
    missing: float


class State(NamedTuple):
    """What a walk changes, and the best it has met."""

    at: np.ndarray
    now: np.ndarray
    load: np.ndarray
    opened: np.ndarray
    count: np.ndarray
    head: np.ndarray
    after: np.ndarray
    before: np.ndarray
    best_at: np.ndarray
    best_opened: np.ndarray
    numbers: np.ndarray
    random: np.ndarray
    log_unit: np.ndarray
    log_from: np.ndarray


COST, EXCESS, BEST, ALPHA, HEAT, PENDING, OPEN = range(7)


@lean
def draw(random, below):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whole number from 0 to ``below`` - 1: two combined Lehmer generators (L'Ecuyer 1988)."""
    random[0] = random[0] * 40014 % 2147483563
    random[1] = random[1] * 40692 % 2147483399
    return (random[0] - random[1]) % 2147483562 * below // 2147483562


@lean
def cost_between(field, i, j):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Cost of unit i at site j, prohibitive when j is not among its near sites."""
    width = field.row_site.shape[1]
    low, high = 0, width
    while low < high:
        mid = (low + high) // 2
        if field.row_site[i, mid] < j:
            low = mid + 1
        else:
            high = mid
    if low < width and field.row_site[i, low] == j:
        return field.row_cost[i, low]
    return field.missing


@lean
def outside_of(field, j, load):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Demand by which an open site is above its capacity or below its lower bound."""
    return max(0.0, load - field.capacity[j]) + max(0.0, field.lower[j] - load)


@lean
def move(field, state, i, j, arc):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Hand unit i over to site j, where it costs ``arc``; excess is settled by the caller."""
    a = state.at[i]
    state.load[a] -= field.demand[i]
    state.load[j] += field.demand[i]
    state.numbers[COST] += arc - state.now[i]
    state.now[i] = arc
    state.at[i] = j
    left, right = state.before[i], state.after[i]
    if left >= 0:
        state.after[left] = right
    else:
        state.head[a] = right
    if right >= 0:
        state.before[right] = left
    state.before[i] = -1
    state.after[i] = state.head[j]
    if state.head[j] >= 0:
        state.before[state.head[j]] = i
    state.head[j] = i


@lean
def keep_best(field, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Copy the state that was marked as the best so far."""
    for i in range(len(state.at)):
        state.best_at[i] = state.at[i]
    for j in range(len(state.opened)):
        state.best_opened[j] = state.opened[j]
    state.numbers[PENDING] = 0.0


@lean
def settle(field, state, excess):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add a change of excess; mark the state if it is feasible and the best so far."""
    numbers = state.numbers
    numbers[EXCESS] += excess
    if numbers[EXCESS] < 1e-7:
        numbers[EXCESS] = 0.0
        if numbers[COST] < numbers[BEST] - 1e-9 * abs(numbers[BEST]):
            numbers[BEST] = numbers[COST]
            numbers[PENDING] = 1.0


@lean
def accepted(field, state, delta):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Metropolis: always when not worse, else with probability exp(-delta / heat)."""
    if delta <= 0.0:
        return True
    return delta < state.numbers[HEAT] * field.luck[draw(state.random, len(field.luck))]


@lean
def near_open(field, state, i):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return a random open site near unit i, or that of a unit near the site drawn."""
    k = draw(state.random, field.near.shape[1])
    k = k * (1 + draw(state.random, field.near.shape[1])) // field.near.shape[1]
    j = field.near[i, k]
    if j >= 0 and not state.opened[j]:
        other = field.home[j, draw(state.random, field.home.shape[1])]
        j = state.at[other] if other >= 0 else -1
    return j


@lean
def shift(field, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Hand one unit over to a near open site."""
    i = draw(state.random, len(state.at))
    j = near_open(field, state, i)
    a = state.at[i]
    if j < 0 or j == a:
        return
    arc = cost_between(field, i, j)
    need = field.demand[i]
    excess = outside_of(field, a, state.load[a] - need) - outside_of(field, a, state.load[a])
    excess += outside_of(field, j, state.load[j] + need) - outside_of(field, j, state.load[j])
    delta = arc - state.now[i] + state.numbers[ALPHA] * excess
    if accepted(field, state, delta):
        if state.numbers[PENDING] > 0.0 and (delta > 0.0 or excess > 0.0):
            keep_best(field, state)
        move(field, state, i, j, arc)
        settle(field, state, excess)


@lean
def swap(field, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Exchange the sites of two units near each other."""
    i = draw(state.random, len(state.at))
    a = state.at[i]
    s = field.near[i, draw(state.random, field.near.shape[1])]
    if s < 0:
        return
    k = field.home[s, draw(state.random, field.home.shape[1])]
    if k < 0:
        return
    b = state.at[k]
    if a == b:
        return
    arc_i = cost_between(field, i, b)
    arc_k = cost_between(field, k, a)
    more = field.demand[k] - field.demand[i]
    excess = outside_of(field, a, state.load[a] + more) - outside_of(field, a, state.load[a])
    excess += outside_of(field, b, state.load[b] - more) - outside_of(field, b, state.load[b])
    delta = arc_i + arc_k - state.now[i] - state.now[k] + state.numbers[ALPHA] * excess
    if accepted(field, state, delta):
        if state.numbers[PENDING] > 0.0 and (delta > 0.0 or excess > 0.0):
            keep_best(field, state)
        move(field, state, i, b, arc_i)
        move(field, state, k, a, arc_k)
        settle(field, state, excess)


@lean
def may_replace(field, state, a, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whether closing a (-1: none) and opening s (-1: none) keeps locks and groups."""
    if a >= 0 and field.locked[a]:
        return False
    if s >= 0 and (field.locked[s] or state.opened[s]):
        return False
    if a >= 0 and s >= 0 and field.group[a] == field.group[s]:
        return True
    if a >= 0 and state.count[field.group[a]] <= field.group_min[field.group[a]]:
        return False
    return s < 0 or state.count[field.group[s]] < field.group_max[field.group[s]]


@lean
def relocate(field, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Move an open site, with all its units, to a closed place near one of them."""
    i = draw(state.random, len(state.at))
    a = state.at[i]
    s = field.near[i, draw(state.random, field.near.shape[1])]
    if s < 0 or not may_replace(field, state, a, s):
        return
    load = state.load[a]
    excess = outside_of(field, s, load) - outside_of(field, a, load)
    delta = field.site_cost[s] - field.site_cost[a] + state.numbers[ALPHA] * excess
    ceiling = state.numbers[HEAT] * field.luck[draw(state.random, len(field.luck))]
    gained = 0.0
    k = state.head[a]
    while k >= 0:
        gained += state.now[k]
        k = state.after[k]
    k = state.head[a]
    delta -= gained
    while k >= 0:
        delta += cost_between(field, k, s)
        if delta > ceiling:
            return
        k = state.after[k]
    if delta > ceiling:
        return
    if state.numbers[PENDING] > 0.0 and (delta > 0.0 or excess > 0.0):
        keep_best(field, state)
    k = state.head[a]
    while k >= 0:
        following = state.after[k]
        move(field, state, k, s, cost_between(field, k, s))
        k = following
    flip(field, state, a, s)
    state.numbers[COST] += field.site_cost[s] - field.site_cost[a]
    settle(field, state, excess)


@lean
def flip(field, state, a, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Note a as closed and s as open (-1: neither)."""
    if a >= 0:
        state.opened[a] = False
        state.count[field.group[a]] -= 1
        state.numbers[OPEN] -= 1
    if s >= 0:
        state.opened[s] = True
        state.count[field.group[s]] += 1
        state.numbers[OPEN] += 1


@lean
def replace(field, state, a, s, room):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0912
    """
    Open s, let it draw units near it, close a and spread its units; undo it all if refused.

    Either may be -1. ``room`` bounds the length of the log.
    """
    numbers, alpha = state.numbers, state.numbers[ALPHA]
    if numbers[PENDING] > 0.0:
        keep_best(field, state)
    cost, before = numbers[COST], numbers[EXCESS]
    excess = before
    logged = 0
    feasible = True
    if s >= 0:
        flip(field, state, -1, s)
        excess += outside_of(field, s, 0.0)
        numbers[COST] += field.site_cost[s]
        for r in range(field.home.shape[1]):
            i = field.home[s, r]
            if i < 0 or logged >= room:
                break
            arc = cost_between(field, i, s)
            b = state.at[i]
            if arc == field.missing or b == s:
                continue
            need = field.demand[i]
            change = outside_of(field, b, state.load[b] - need) - outside_of(
                field, b, state.load[b]
            )
            change += outside_of(field, s, state.load[s] + need)
            change -= outside_of(field, s, state.load[s])
            worth = arc - state.now[i] + alpha * change
            if worth < 0.0 or (b == a and state.load[s] + need <= field.capacity[s]):
                state.log_unit[logged] = i
                state.log_from[logged] = b
                logged += 1
                move(field, state, i, s, arc)
                excess += change
    if a >= 0:
        excess -= outside_of(field, a, state.load[a])
        state.opened[a] = False
        k = state.head[a]
        while k >= 0 and feasible:
            following = state.after[k]
            need = field.demand[k]
            target, least, change, arc = -1, np.inf, 0.0, np.inf
            for q in range(field.near.shape[1]):
                j = field.near[k, q]
                if j < 0:
                    break
                if not state.opened[j]:
                    continue
                dear = field.near_cost[k, q]
                if dear >= least:
                    break
                extra = outside_of(field, j, state.load[j] + need)
                extra -= outside_of(field, j, state.load[j])
                if dear + alpha * extra < least:
                    least, target, change, arc = dear + alpha * extra, j, extra, dear
            if target < 0 or logged >= room:
                feasible = False
                break
            state.log_unit[logged] = k
            state.log_from[logged] = a
            logged += 1
            move(field, state, k, target, arc)
            excess += change
            k = following
        state.opened[a] = True
        flip(field, state, a, -1)
        numbers[COST] -= field.site_cost[a]
    delta = numbers[COST] - cost + alpha * (excess - before)
    if feasible and accepted(field, state, delta):
        numbers[EXCESS] = 0.0
        settle(field, state, excess)
        return
    flip(field, state, s, a)
    while logged > 0:
        logged -= 1
        i, b = state.log_unit[logged], state.log_from[logged]
        move(field, state, i, b, cost_between(field, i, b))
    numbers[COST] = cost


@lean
def exchange(field, state, low, high):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Open a closed site near a unit and close an open one near it; or do one of the two."""
    i = draw(state.random, len(state.at))
    s = field.near[i, draw(state.random, field.near.shape[1])]
    if s < 0 or state.opened[s]:
        return
    a = -1
    if low < high:
        kind = draw(state.random, 3)
        if kind == 0 and state.numbers[OPEN] < high:
            if may_replace(field, state, -1, s):
                replace(field, state, -1, s, len(state.log_unit))
            return
        if kind == 1 and state.numbers[OPEN] > low:
            a = state.at[i]
            if may_replace(field, state, a, -1):
                replace(field, state, a, -1, len(state.log_unit))
            return
    if draw(state.random, 8) == 0:
        a = state.at[draw(state.random, len(state.at))]
    else:
        a = near_open(field, state, i)
    if a >= 0 and state.opened[a] and may_replace(field, state, a, s):
        replace(field, state, a, s, len(state.log_unit))


@lean
def walk(field, state, moves, rare, low, high, cooling, swing):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0913
    """
    Make ``moves`` moves, cooling after each thousand.

    Of a thousand moves ``rare`` move or exchange sites. ``swing`` is the factor by which ``alpha``
    rises while demand lies outside the bounds, and falls while none does.
    """
    numbers = state.numbers
    for step in range(moves):
        kind = draw(state.random, 2000)
        if kind < rare:
            relocate(field, state)
        elif kind < 2 * rare:
            exchange(field, state, low, high)
        elif kind < 1200:
            shift(field, state)
        else:
            swap(field, state)
        if step % 100 == 99:
            numbers[ALPHA] *= swing if numbers[EXCESS] > 0.0 else 2.0 - swing
        if step % 1000 == 999:
            numbers[HEAT] *= cooling
    if numbers[PENDING] > 0.0:
        keep_best(field, state)
