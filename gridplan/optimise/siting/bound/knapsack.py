"""The price of opening one site: a knapsack over the units it could serve."""

# ruff: noqa: PLR0917
from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled

# What is known of a site's price.
FROM_BELOW, PLAIN, EXACT = range(3)


@compiled
def whole_knapsack(value, weight, room, nodes, best):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901
    """
    Most value of whole items within ``room``; items come by falling value per weight.

    Depth first with the fractional bound (Horowitz and Sahni, J. ACM 21(2), 1974). Marks the items
    taken in ``best`` and returns their value, or -1 when ``nodes`` did not suffice.
    """
    count = len(value)
    now = np.zeros(count, dtype=np.bool_)
    best[:count] = False
    record, total, left = -1.0, 0.0, room
    k, spent = 0, 0
    while True:
        ahead, space, q = total, left, k
        while q < count and weight[q] <= space:
            ahead += value[q]
            space -= weight[q]
            q += 1
        if q < count:
            ahead += value[q] * space / weight[q]
        if ahead > record * (1.0 + 1e-12) + 1e-12:
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
        k = min(k, count) - 1
        while k >= 0 and not now[k]:
            k -= 1
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
def rising(worth):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
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
            middle, end = min(begin + run, size), min(begin + 2 * run, size)
            left, right = begin, middle
            for q in range(begin, end):
                if left < middle and (right >= end or worth[order[left]] <= worth[order[right]]):
                    other[q] = order[left]
                    left += 1
                else:
                    other[q] = order[right]
                    right += 1
        order, other = other, order
        run *= 2
    return order


@compiled
def sketch_sites(begin, unit, cost, price, question, outside, value, rate, known):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0913
    """
    Price every site from below in one pass over its arcs, at the dual price it had last.

    Marks as known the sites that take just their units below zero: their value is exact.
    """
    demand, capacity, lower = question
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
def price_site(  # type: ignore[no-untyped-def]  # noqa: ANN201, C901, PLR0912, PLR0913, PLR0915
    j,  # noqa: ANN001
    begin,  # noqa: ANN001
    unit,  # noqa: ANN001
    cost,  # noqa: ANN001
    price,  # noqa: ANN001
    question,  # noqa: ANN001
    outside,  # noqa: ANN001
    nodes,  # noqa: ANN001
    value,  # noqa: ANN001
    taken,  # noqa: ANN001
    count,  # noqa: ANN001
    last,  # noqa: ANN001
    rate,  # noqa: ANN001
):
    """
    Cheapest load of one site, each unit costing its arc less the unit's price.

    Units below zero are taken by cost per demand until the capacity is full, the last one in part;
    a site whose lower bound is not met goes on taking the cheapest others. Units without an arc in
    the list count ``outside`` per demand at least, so the value stays a lower bound. With ``nodes``
    above zero a site whose capacity binds takes whole units only.

    Fills, for the site: ``value``; the ``count`` of arcs in ``taken`` (indices of arcs, from
    ``begin`` on); the share ``last`` of the last one; ``rate``, the dual price of capacity
    (negative) or of the lower bound (positive).
    """
    demand, capacity, lower = question
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
    last[j] = 1.0
    rate[j] = 0.0
    if load <= capacity[j]:
        for q in range(many):
            taken[first + q] = which[q]
        count[j] = many
        if load < lower[j]:
            others = 0
            for a in range(first, begin[j + 1]):
                reduced = cost[a] - price[unit[a]]
                if reduced >= 0.0 and demand[unit[a]] > 0.0:
                    worth[others] = reduced / demand[unit[a]]
                    which[others] = a
                    others += 1
            order = rising(worth[:others])
            lacking = lower[j] - load
            for q in range(others):
                a = which[order[q]]
                if worth[order[q]] > outside or lacking <= 0.0:
                    break
                share = min(1.0, lacking / demand[unit[a]])
                total += share * (cost[a] - price[unit[a]])
                lacking -= share * demand[unit[a]]
                taken[first + count[j]] = a
                count[j] += 1
                last[j] = share
                rate[j] = worth[order[q]]
            if lacking > 1e-9 * lower[j]:
                total += lacking * outside
                rate[j] = outside
        value[j] = total
        return
    order = rising(worth[:many])
    room, total, got = capacity[j], 0.0, 0
    broke = False
    for q in range(many):
        a = which[order[q]]
        reduced = cost[a] - price[unit[a]]
        need = demand[unit[a]]
        share = 1.0
        if need > room:
            share = room / need
            broke = True
            rate[j] = worth[order[q]]
        if share > 0.0:
            total += share * reduced
            room -= share * need
            taken[first + got] = a
            got += 1
            last[j] = share
        if broke:
            break
    count[j] = got
    value[j] = total
    if nodes > 0 and last[j] < 1.0:
        gain = np.empty(many)
        weight = np.empty(many)
        for q in range(many):
            a = which[order[q]]
            gain[q] = price[unit[a]] - cost[a]
            weight[q] = demand[unit[a]]
        best = np.zeros(many, dtype=np.bool_)
        record = whole_knapsack(gain, weight, capacity[j], nodes, best)
        if record >= 0.0:
            got = 0
            for q in range(many):
                if best[q]:
                    taken[first + got] = which[order[q]]
                    got += 1
            count[j] = got
            last[j] = 1.0
            value[j] = -record


@compiled
def tally(begin, unit, cost, price, picked, known, taken, count, last, served):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0913
    """Count how often each unit is taken by the sites picked."""
    served[:] = 0.0
    for j in range(len(picked)):
        if not picked[j]:
            continue
        if known[j] == PLAIN:
            for a in range(begin[j], begin[j + 1]):
                if cost[a] < price[unit[a]]:
                    served[unit[a]] += 1.0
            continue
        for k in range(count[j]):
            share = last[j] if k == count[j] - 1 else 1.0
            served[unit[taken[begin[j] + k]]] += share
