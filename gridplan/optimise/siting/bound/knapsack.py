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

from gridplan.optimise.methods.knapsack import Scratch, whole_knapsack
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.numeric.sorting import sort_rising
from gridplan.optimise.siting.bound.toll import Room

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
    room
        For the choice of sites; its toll outlasts one evaluation.
    scratch
        Room to work in.
    """

    taken: Array
    many: Array
    last: Array
    known: Array
    room: Room
    scratch: Scratch


class Point(NamedTuple):
    """
    One point of the dual function.

    Parameters
    ----------
    price
        ``(n,)`` multipliers of the assignment constraints.
    value
        ``(m,)`` least cost of opening each site, its money priced.
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
