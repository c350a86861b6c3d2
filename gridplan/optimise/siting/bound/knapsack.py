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
from gridplan.optimise.numeric.in_place import in_place

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


class Scratch(NamedTuple):
    """
    Room for the knapsack of one site, so that compiled steps allocate nothing.

    Parameters
    ----------
    worth, which
        Cost per demand of the arcs in question, and their indices.
    order, spare
        By rising worth; room for sorting.
    gain, weight
        Items of a whole-unit knapsack.
    now, best
        Those taken at the node at hand, and in the best answer.
    """

    worth: Array
    which: Array
    order: Array
    spare: Array
    gain: Array
    weight: Array
    now: Array
    best: Array


def scratch_of(size: int) -> Scratch:
    """Set room aside for so many arcs or sites."""
    whole, real = np.int64, np.float64
    kinds = (real, whole, whole, whole, real, real, np.bool_, np.bool_)
    return Scratch(*(np.zeros(size, dtype=kind) for kind in kinds))


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
    scratch
        Room to work in.
    """

    taken: Array
    many: Array
    last: Array
    known: Array
    inside: Array
    scratch: Scratch


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


@in_place
def whole_knapsack(items: Scratch, many: int, room: float, nodes: int) -> float:
    """
    Most value of whole items within ``room``.

    Parameters
    ----------
    items
        Its first ``many`` entries of ``gain`` and ``weight``, by falling gain per weight; ``best``
        is filled: whether taken.
    many
        Items.
    room
        Weight that may be taken.
    nodes
        Of the search, at most.

    Returns
    -------
    float
        The value, or -1 when ``nodes`` did not suffice.
    """
    gain, weight, now = items.gain, items.weight, items.now
    for q in range(many):
        now[q] = False
    keep(items, many)
    record, total, left = -1.0, 0.0, room
    k, spent = 0, 0
    while True:
        if fractional_bound(items, many, k, total, left) > record * (1.0 + 1e-12) + 1e-12:
            k, total, left = take_on(items, many, k, total, left)
            if k < many:
                k += 1
                spent += 1
                if spent > nodes:
                    return -1.0
                if k < many:
                    continue
            if total > record:
                record = total
                keep(items, many)
        k = last_taken(now, min(k, many) - 1)
        if k < 0:
            return record
        now[k] = False
        total -= gain[k]
        left += weight[k]
        k += 1
        spent += 1
        if spent > nodes:
            return -1.0


@in_place
def take_on(
    items: Scratch, many: int, k: int, total: float, left: float
) -> tuple[int, float, float]:
    """Take items from ``k`` on as long as they fit; the next one, total and room left."""
    while k < many and items.weight[k] <= left:
        items.now[k] = True
        total += items.gain[k]
        left -= items.weight[k]
        k += 1
    return k, total, left


@in_place
def keep(items: Scratch, many: int) -> None:
    """Note the items taken now as the best."""
    for q in range(many):
        items.best[q] = items.now[q]


@in_place
def fractional_bound(items: Scratch, many: int, k: int, total: float, space: float) -> float:
    """Bound a total with items from ``k`` on: the next ones, the last of them in part."""
    while k < many and items.weight[k] <= space:
        total += items.gain[k]
        space -= items.weight[k]
        k += 1
    if k < many:
        total += items.gain[k] * space / items.weight[k]
    return total


@in_place
def last_taken(now: Array, k: int) -> int:
    """Find the last item taken up to ``k``; -1 where there is none."""
    while k >= 0 and not now[k]:
        k -= 1
    return k


@compiled
def rising(worth: Array) -> Array:
    """Order of rising worth, ties by index."""
    order = np.empty(len(worth), dtype=np.int64)
    spare = np.empty(len(worth), dtype=np.int64)
    sort_rising(worth, len(worth), order, spare)
    return order


@in_place
def sort_rising(worth: Array, size: int, order: Array, spare: Array) -> None:
    """Sort the first ``size`` indices by rising worth, ties by index: a bottom-up merge sort."""
    for q in range(size):
        order[q] = q
    for begin in range(0, size, 8):
        for q in range(begin + 1, min(begin + 8, size)):
            held = order[q]
            k = q - 1
            while k >= begin and worth[order[k]] > worth[held]:
                order[k + 1] = order[k]
                k -= 1
            order[k + 1] = held
    run, back = 8, False
    while run < size:
        for begin in range(0, size, 2 * run):
            if back:
                merge(worth, spare, order, begin, run, size)
            else:
                merge(worth, order, spare, begin, run, size)
        back = not back
        run *= 2
    if back:
        for q in range(size):
            order[q] = spare[q]


@in_place
def merge(worth: Array, order: Array, other: Array, begin: int, run: int, size: int) -> None:
    """Merge two neighbouring sorted runs of ``order`` into ``other``."""
    middle, end = min(begin + run, size), min(begin + 2 * run, size)
    left, right = begin, middle
    for q in range(begin, end):
        if left < middle and (right >= end or worth[order[left]] <= worth[order[right]]):
            other[q] = order[left]
            left += 1
        else:
            other[q] = order[right]
            right += 1


@in_place
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


@in_place
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
    first, scratch = begin[j], packed.scratch
    worth, which = scratch.worth, scratch.which
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
        sort_rising(worth, many, scratch.order, scratch.spare)
        fill_to_capacity(j, arcs, loads, point, packed, many)
        if nodes > 0 and packed.last[j] < 1.0:
            pack_whole(j, arcs, loads, point, packed, many, nodes)
        return
    for q in range(many):
        packed.taken[first + q] = which[q]
    packed.many[j] = many
    point.value[j] = total
    if load < loads.lower[j]:
        fill_to_lower(j, arcs, loads, point, packed, loads.lower[j] - load, outside)


@in_place
def fill_to_capacity(
    j: int, arcs: Gathered, loads: Loads, point: Point, packed: Packed, many: int
) -> None:
    """Take the units below zero by rising worth until the site is full, the last in part."""
    first, room, total, got = arcs.begin[j], loads.capacity[j], 0.0, 0
    scratch = packed.scratch
    for q in range(many):
        a = scratch.which[scratch.order[q]]
        i = arcs.unit[a]
        reduced = arcs.cost[a] - point.price[i]
        need = loads.demand[i]
        share = 1.0
        full = need > room
        if full:
            share = room / need
            point.rate[j] = scratch.worth[scratch.order[q]]
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


@in_place
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
    first, scratch = begin[j], packed.scratch
    worth, which, order = scratch.worth, scratch.which, scratch.order
    others = 0
    for a in range(first, begin[j + 1]):
        reduced = cost[a] - price[unit[a]]
        if reduced >= 0.0 and demand[unit[a]] > 0.0:
            worth[others] = reduced / demand[unit[a]]
            which[others] = a
            others += 1
    sort_rising(worth, others, order, scratch.spare)
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


@in_place
def pack_whole(
    j: int, arcs: Gathered, loads: Loads, point: Point, packed: Packed, many: int, nodes: int
) -> None:
    """Take whole units only, as far as ``nodes`` of the search suffice."""
    first, scratch = arcs.begin[j], packed.scratch
    for q in range(many):
        a = scratch.which[scratch.order[q]]
        scratch.gain[q] = point.price[arcs.unit[a]] - arcs.cost[a]
        scratch.weight[q] = loads.demand[arcs.unit[a]]
    record = whole_knapsack(scratch, many, loads.capacity[j], nodes)
    if record < 0.0:
        return
    got = 0
    for q in range(many):
        if scratch.best[q]:
            packed.taken[first + got] = scratch.which[scratch.order[q]]
            got += 1
    packed.many[j] = got
    packed.last[j] = 1.0
    point.value[j] = -record


@in_place
def count_served(arcs: Gathered, point: Point, packed: Packed) -> None:
    """Count how often each unit is taken by the sites picked."""
    begin, unit, cost = arcs.begin, arcs.unit, arcs.cost
    served = point.served
    for i in range(len(served)):
        served[i] = 0.0
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
