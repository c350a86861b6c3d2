"""
The subproblem of one site: a knapsack over the units it could serve, with bounds on its load.

Each unit costs its arc less its multiplier. The fractional (continuous) knapsack is solved greedily
by cost per demand (Dantzig 1957); packed whole it is solved by depth-first search with the
fractional bound (Horowitz and Sahni, *Journal of the ACM* 21(2), 1974). Both values are lower
bounds on what opening the site costs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import compiled

Array = np.ndarray

# What is known of a site's value: a lower bound; exact because no bound on its load binds; exact.
FROM_BELOW, PLAIN, EXACT = range(3)


class Loads(NamedTuple):
    """
    What units bring and sites take.

    Parameters
    ----------
    demand
        ``(n,)`` of each unit.
    capacity, lower
        ``(m,)`` most and least load of a site that is open.
    """

    demand: Array
    capacity: Array
    lower: Array


class Gathered(NamedTuple):
    """
    The arcs cheap enough to matter at the multipliers at hand, site by site.

    Parameters
    ----------
    begin, unit, cost
        ``(m + 1,)``, then one entry an arc, units ascending.
    limit, beyond
        ``(n,)`` cost up to which a unit's arcs are here, and above which none is listed at all.
    full
        ``(n,)`` whether all of a unit's arcs are here.
    """

    begin: Array
    unit: Array
    cost: Array
    limit: Array
    beyond: Array
    full: Array


class Packed(NamedTuple):
    """
    What each site took when it was last priced.

    Parameters
    ----------
    taken
        Indices of arcs, from each site's ``begin`` on.
    many
        ``(m,)`` how many of them.
    last
        ``(m,)`` share of the last one.
    known
        ``(m,)``: :data:`FROM_BELOW`, :data:`PLAIN` or :data:`EXACT`.
    inside
        ``(groups,)`` sites picked in each group.
    """

    taken: Array
    many: Array
    last: Array
    known: Array
    inside: Array


class Point(NamedTuple):
    """
    One point of the dual function.

    Parameters
    ----------
    price
        ``(n,)`` multipliers of the assignment constraints.
    value
        ``(m,)`` least cost of opening each site.
    rate
        ``(m,)`` dual price of its capacity (negative) or lower bound (positive), per demand.
    picked
        ``(m,)`` sites opened.
    served
        ``(n,)`` how often each unit is served by them.
    """

    price: Array
    value: Array
    rate: Array
    picked: Array
    served: Array


@compiled
def whole_knapsack(value: Array, weight: Array, room: float, nodes: int, best: Array) -> float:
    """
    Most value of whole items within ``room``; items come by falling value per weight.

    Marks the items taken in ``best`` and returns their value, or -1 when ``nodes`` did not suffice.
    """
    count = len(value)
    now = np.zeros(count, dtype=np.bool_)
    best[:count] = False
    record, total, left = -1.0, 0.0, room
    k, spent = 0, 0
    while True:
        if fractional_bound(value, weight, k, total, left) > record * (1.0 + 1e-12) + 1e-12:
            while k < count and weight[k] <= left:
                now[k] = True
                total += value[k]
                left -= weight[k]
                k += 1
            if k < count:
                k += 1
                spent += 1
                if spent > nodes:
                    return -1.0
                if k < count:
                    continue
            if total > record:
                record = total
                best[:count] = now
        k = last_taken(now, min(k, count) - 1)
        if k < 0:
            return record
        now[k] = False
        total -= value[k]
        left += weight[k]
        k += 1
        spent += 1
        if spent > nodes:
            return -1.0


@compiled
def fractional_bound(value: Array, weight: Array, k: int, total: float, space: float) -> float:
    """Bound a total with items from ``k`` on: the next ones, the last of them in part."""
    while k < len(value) and weight[k] <= space:
        total += value[k]
        space -= weight[k]
        k += 1
    if k < len(value):
        total += value[k] * space / weight[k]
    return total


@compiled
def last_taken(now: Array, k: int) -> int:
    """Find the last item taken up to ``k``; -1 where there is none."""
    while k >= 0 and not now[k]:
        k -= 1
    return k


@compiled
def rising(worth: Array) -> Array:
    """Order of rising worth, ties by index: a bottom-up merge sort, quick to compile."""
    size = len(worth)
    order = np.arange(size)
    for begin in range(0, size, 8):
        for q in range(begin + 1, min(begin + 8, size)):
            held = order[q]
            k = q - 1
            while k >= begin and worth[order[k]] > worth[held]:
                order[k + 1] = order[k]
                k -= 1
            order[k + 1] = held
    other = np.empty(size, dtype=np.int64)
    run = 8
    while run < size:
        for begin in range(0, size, 2 * run):
            merge(worth, order, other, begin, run)
        order, other = other, order
        run *= 2
    return order


@compiled
def merge(worth: Array, order: Array, other: Array, begin: int, run: int) -> None:
    """Merge two neighbouring sorted runs of ``order`` into ``other``."""
    size = len(order)
    middle, end = min(begin + run, size), min(begin + 2 * run, size)
    left, right = begin, middle
    for q in range(begin, end):
        if left < middle and (right >= end or worth[order[left]] <= worth[order[right]]):
            other[q] = order[left]
            left += 1
        else:
            other[q] = order[right]
            right += 1


@compiled
def sketch_sites(arcs: Gathered, loads: Loads, point: Point, outside: float, known: Array) -> None:
    """
    Price every site from below in one pass over its arcs, at the dual price it had last.

    Marks as known the sites that take just their units below zero: their value is exact.
    ``outside`` is the least reduced cost per demand of an arc that is not gathered.
    """
    begin, unit, cost = arcs.begin, arcs.unit, arcs.cost
    demand, capacity, lower = loads
    price, value, rate = point.price, point.value, point.rate
    for j in range(len(begin) - 1):
        # No arc outside the list may be worth taking at the dual price of a lower bound.
        dual = min(rate[j], outside)
        dual = dual if np.isfinite(dual) else 0.0
        total, load = 0.0, 0.0
        for a in range(begin[j], begin[j + 1]):
            reduced = cost[a] - price[unit[a]] - dual * demand[unit[a]]
            if reduced < 0.0:
                total += reduced
                load += demand[unit[a]]
        rate[j] = dual
        known[j] = PLAIN if dual == 0.0 and lower[j] <= load <= capacity[j] else FROM_BELOW
        if dual < 0.0:
            total += dual * capacity[j]
        elif dual > 0.0:
            total += dual * lower[j]
        value[j] = total


@compiled
def price_site(
    j: int, arcs: Gathered, loads: Loads, point: Point, packed: Packed, outside: float, nodes: int
) -> None:
    """
    Cheapest load of one site, each unit costing its arc less the unit's multiplier.

    Units below zero are taken by cost per demand until the capacity is full, the last one in part;
    a site whose lower bound is not met goes on taking the cheapest others. Units without an arc in
    the list count ``outside`` per demand at least, so the value stays a lower bound. With ``nodes``
    above zero a site whose capacity binds takes whole units only.

    Fills, for the site: ``value`` and ``rate`` of the point; ``many``, ``taken`` and ``last`` of
    what is packed.
    """
    begin, unit, cost = arcs.begin, arcs.unit, arcs.cost
    demand, price = loads.demand, point.price
    first = begin[j]
    size = begin[j + 1] - first
    worth = np.empty(size)
    which = np.empty(size, dtype=np.int64)
    many, load, total = 0, 0.0, 0.0
    for a in range(first, begin[j + 1]):
        reduced = cost[a] - price[unit[a]]
        if reduced < 0.0:
            need = demand[unit[a]]
            worth[many] = reduced / need if need > 0.0 else -np.inf
            which[many] = a
            many += 1
            load += need
            total += reduced
    packed.last[j] = 1.0
    point.rate[j] = 0.0
    if load > loads.capacity[j]:
        order = rising(worth[:many])
        fill_to_capacity(j, arcs, loads, point, packed, worth[order], which[order])
        if nodes > 0 and packed.last[j] < 1.0:
            pack_whole(j, arcs, loads, point, packed, which[order], nodes)
        return
    for q in range(many):
        packed.taken[first + q] = which[q]
    packed.many[j] = many
    point.value[j] = total
    if load < loads.lower[j]:
        fill_to_lower(j, arcs, loads, point, packed, loads.lower[j] - load, outside)


@compiled
def fill_to_capacity(
    j: int, arcs: Gathered, loads: Loads, point: Point, packed: Packed, worth: Array, which: Array
) -> None:
    """Take the units below zero by rising ``worth`` until the site is full, the last in part."""
    first, room, total, got = arcs.begin[j], loads.capacity[j], 0.0, 0
    for q in range(len(which)):
        a = which[q]
        i = arcs.unit[a]
        reduced = arcs.cost[a] - point.price[i]
        need = loads.demand[i]
        share = 1.0
        full = need > room
        if full:
            share = room / need
            point.rate[j] = worth[q]
        if share > 0.0:
            total += share * reduced
            room -= share * need
            packed.taken[first + got] = a
            got += 1
            packed.last[j] = share
        if full:
            break
    packed.many[j] = got
    point.value[j] = total


@compiled
def fill_to_lower(
    j: int,
    arcs: Gathered,
    loads: Loads,
    point: Point,
    packed: Packed,
    lacking: float,
    outside: float,
) -> None:
    """Take the cheapest other units until what is ``lacking`` to the lower bound is in."""
    begin, unit, cost = arcs.begin, arcs.unit, arcs.cost
    demand, price = loads.demand, point.price
    first = begin[j]
    worth = np.empty(begin[j + 1] - first)
    which = np.empty(begin[j + 1] - first, dtype=np.int64)
    others = 0
    for a in range(first, begin[j + 1]):
        reduced = cost[a] - price[unit[a]]
        if reduced >= 0.0 and demand[unit[a]] > 0.0:
            worth[others] = reduced / demand[unit[a]]
            which[others] = a
            others += 1
    order = rising(worth[:others])
    total = point.value[j]
    for q in range(others):
        a = which[order[q]]
        if worth[order[q]] > outside or lacking <= 0.0:
            break
        share = min(1.0, lacking / demand[unit[a]])
        total += share * (cost[a] - price[unit[a]])
        lacking -= share * demand[unit[a]]
        packed.taken[first + packed.many[j]] = a
        packed.many[j] += 1
        packed.last[j] = share
        point.rate[j] = worth[order[q]]
    if lacking > 1e-9 * loads.lower[j]:
        total += lacking * outside
        point.rate[j] = outside
    point.value[j] = total


@compiled
def pack_whole(
    j: int, arcs: Gathered, loads: Loads, point: Point, packed: Packed, which: Array, nodes: int
) -> None:
    """Take whole units only, as far as ``nodes`` of the search suffice."""
    first, many = arcs.begin[j], len(which)
    gain, weight = np.empty(many), np.empty(many)
    for q in range(many):
        i = arcs.unit[which[q]]
        gain[q] = point.price[i] - arcs.cost[which[q]]
        weight[q] = loads.demand[i]
    best = np.zeros(many, dtype=np.bool_)
    record = whole_knapsack(gain, weight, loads.capacity[j], nodes, best)
    if record < 0.0:
        return
    got = 0
    for q in range(many):
        if best[q]:
            packed.taken[first + got] = which[q]
            got += 1
    packed.many[j] = got
    packed.last[j] = 1.0
    point.value[j] = -record


@compiled
def count_served(arcs: Gathered, point: Point, packed: Packed) -> None:
    """Count how often each unit is taken by the sites picked."""
    begin, unit, cost = arcs.begin, arcs.unit, arcs.cost
    served = point.served
    served[:] = 0.0
    for j in range(len(point.picked)):
        if not point.picked[j]:
            continue
        if packed.known[j] == PLAIN:
            for a in range(begin[j], begin[j + 1]):
                if cost[a] < point.price[unit[a]]:
                    served[unit[a]] += 1.0
            continue
        for k in range(packed.many[j]):
            share = packed.last[j] if k == packed.many[j] - 1 else 1.0
            served[unit[packed.taken[begin[j] + k]]] += share
