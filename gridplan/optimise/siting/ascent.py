"""Many steps up the relaxation in one compiled piece."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.compiled import compiled
from gridplan.optimise.siting.choice import pick
from gridplan.optimise.siting.knapsack import price_sites, rising, tally
from gridplan.optimise.siting.step import aim, falters, spent

# Why a climb came back: its steps are done; prices left the arcs gathered; nothing left to gain.
DONE, AWAY, SETTLED = range(3)


@compiled
def least_outside(price, limit, beyond, full, demand):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Least reduced cost per demand of the arcs not gathered."""
    least = np.inf
    for i in range(len(price)):
        if not full[i] and demand[i] > 0.0:
            least = min(least, (min(limit[i], beyond[i]) - price[i]) / demand[i])
    return least


@compiled
def evaluate(question, lists, scratch, nodes, price, value, rate, picked, served):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0913, PLR0917
    """
    Solve the relaxation at these prices; returns the bound, infinite when no choice is possible.

    Parameters
    ----------
    question
        Demands, capacities, lower bounds, cost of sites, counts, and whether sites must fill up.
    lists
        Arcs gathered (begin, unit, cost), limits they were gathered by, beyond, full.
    scratch
        Arcs taken, how many a site, share of the last one, sites inside each group.
    nodes
        Above zero: whole units are packed.
    price, value, rate, picked, served
        Prices of units; the others are filled.
    """
    demand, capacity, lower, site_cost, counts, filling = question
    begin, unit, cost, limit, beyond, full = lists
    taken, count, last, inside = scratch
    outside = least_outside(price, limit, beyond, full, demand) if filling else np.inf
    price_sites(
        begin, unit, cost, price, demand, capacity, lower, outside, nodes, value, taken, count,
        last, rate,
    )  # fmt: skip
    for j in range(len(value)):
        value[j] += site_cost[j]
    total = pick(rising(value), value, counts, -1, -1, inside, picked)
    served[:] = 0.0
    if total == np.inf:
        return np.inf
    tally(begin, unit, picked, taken, count, last, served)
    for i in range(len(price)):
        total += price[i]
    return total


@compiled
def ascend(question, lists, scratch, nodes, step, goals, scale, now, best, openness, steps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0913, PLR0917
    """
    Move the prices up for some steps.

    Parameters
    ----------
    question, lists, scratch, nodes
        As for :func:`evaluate`.
    step
        State of the step control.
    goals
        Objective of the best solution known, bound with which to be content, least price.
    scale
        ``(n,)`` of the prices.
    now, best
        Bound (one number), price, value, rate, picked, served; the first also the deflected slope.
    openness
        ``(m,)`` how open the relaxation holds each site.
    steps
        At most this many.

    Returns
    -------
    tuple
        Steps done, and why it came back.
    """
    target, stop_at, floor = goals
    limit, beyond = lists[3], lists[4]
    bound, price, value, rate, picked, served, away = now
    best_bound, best_price, best_value, best_rate, best_picked, best_served = best
    for done in range(steps):
        for i in range(len(price)):
            price[i] = min(price[i], beyond[i])
            if price[i] > limit[i]:
                return done, AWAY
        bound[0] = evaluate(
            question, lists, scratch, nodes, price, value, rate, picked, served
        )  # fmt: skip
        if bound[0] > best_bound[0]:
            best_bound[0] = bound[0]
            best_price[:] = price
            best_value[:] = value
            best_rate[:] = rate
            best_picked[:] = picked
            best_served[:] = served
        for j in range(len(value)):
            openness[j] += 0.06 * ((1.0 if picked[j] else 0.0) - openness[j])
        if bound[0] == np.inf or best_bound[0] >= stop_at:
            return done + 1, SETTLED
        if falters(step, bound[0], price):
            if spent(step):
                return done + 1, SETTLED
            price[:] = best_price
            away[:] = 0.0
            continue
        length = 0.0
        for i in range(len(price)):
            away[i] = 0.6 * away[i] + (1.0 - served[i]) * scale[i]
            length += away[i] * away[i]
        size = (aim(step, target) - bound[0]) / max(1e-30, length)
        for i in range(len(price)):
            price[i] = min(max(price[i] + size * away[i] * scale[i], floor), beyond[i])
    return steps, DONE
