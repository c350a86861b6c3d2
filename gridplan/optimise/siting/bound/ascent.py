"""Many steps up the relaxation in one compiled piece."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.bound.knapsack import (
    EXACT,
    FROM_BELOW,
    price_site,
    rising,
    sketch_sites,
    tally,
)
from gridplan.optimise.siting.bound.site_choice import pick
from gridplan.optimise.siting.bound.step import (
    FRESH,
    aim,
    falters,
    is_near,
    set_out,
    spent,
    wanes,
)

# Why a climb came back: its steps are done; prices left the arcs gathered; nothing left to gain.
DONE, AWAY, SETTLED = range(3)
# Share of the latest slope in the mean one near the top, and of the latest choice in the openness.
LEAST_MIX, MOST_MIX = 0.01, 0.05
RECENT = 0.06
MEMORY = 0.6


@compiled
def least_outside(price, limit, beyond, full, demand):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Least reduced cost per demand of the arcs not gathered."""
    least = np.inf
    for i in range(len(price)):
        if not full[i] and demand[i] > 0.0:
            least = min(least, (min(limit[i], beyond[i]) - price[i]) / demand[i])
    return least


@compiled
def evaluate(question, lists, scratch, nodes, every, price, value, rate, picked, served):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, PLR0913, PLR0917
    """
    Solve the relaxation at these prices; returns the bound, infinite when no choice is possible.

    All sites are priced from below first, then exactly those picked, until all picked are exact:
    no other choice can cost less.

    Parameters
    ----------
    question
        Demands, capacities, lower bounds; cost of sites, counts, and whether sites must fill up.
    lists
        Arcs gathered (begin, unit, cost), limits they were gathered by, beyond, full.
    scratch
        Arcs taken, how many a site, share of the last one, what is known, sites inside each group.
    nodes
        Above zero: whole units are packed.
    every
        Whether to price all sites exactly.
    price, value, rate, picked, served
        Prices of units; the others are filled. ``rate`` and ``picked`` are first read as guesses.
    """
    bands, site_cost, counts, filling = question
    begin, unit, cost, limit, beyond, full = lists
    taken, count, last, known, inside = scratch
    outside = least_outside(price, limit, beyond, full, bands[0]) if filling else np.inf
    sketch_sites(begin, unit, cost, price, bands, outside, value, rate, known)
    dearest = -np.inf
    for j in range(len(value)):
        value[j] += site_cost[j]
        if picked[j]:
            dearest = max(dearest, value[j])
    # Those picked last time, and whatever looks as cheap, are likely to be picked now.
    total, rounds = np.inf, 0
    while True:
        wanting = False
        for j in range(len(value)):
            if known[j] != FROM_BELOW:
                continue
            if every or picked[j] or (rounds == 0 and value[j] <= dearest):
                price_site(
                    j, begin, unit, cost, price, bands, outside, nodes, value, taken, count, last,
                    rate,
                )  # fmt: skip
                value[j] += site_cost[j]
                known[j] = EXACT
                wanting = True
        if rounds > 0 and not wanting:
            break
        total = pick(rising(value), value, counts, inside, picked)
        rounds += 1
        if total == np.inf:
            served[:] = 0.0
            return np.inf
    tally(begin, unit, cost, price, picked, known, taken, count, last, served)
    for i in range(len(price)):
        total += price[i]
    return total


@compiled
def ascend(question, lists, scratch, nodes, step, goals, scale, now, away, best, openness, steps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0913, PLR0917
    """
    Move the prices up for some steps.

    Far from the top each step follows the latest slope and some of those before. Near it steps
    start from the best prices, along a mean of all slopes that is kept as short as it can be: the
    volume algorithm (Barahona and Anbil, *Mathematical Programming* 87, 2000).

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
    now, away
        Price, value, rate, picked, served; the deflected slope.
    best
        Bound (one number) and price.
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
    price, value, rate, picked, served = now
    best_bound, best_price = best
    for done in range(steps):
        for i in range(len(price)):
            price[i] = min(price[i], beyond[i])
            if price[i] > limit[i]:
                return done, AWAY
        bound = evaluate(
            question, lists, scratch, nodes, False, price, value, rate, picked, served
        )  # fmt: skip
        better = bound > best_bound[0]
        if better:
            best_bound[0] = bound
            best_price[:] = price
        if bound == np.inf or best_bound[0] >= stop_at:
            return done + 1, SETTLED
        set_out(step, bound, price)
        if is_near(step):
            along, mix = lean(served, scale, away)
            falling = wanes(step, bound, along)
            mix = 1.0 if step[FRESH] > 0.0 else mix
            step[FRESH] = 0.0
            price[:] = best_price
            bound = best_bound[0]
            gain, keep, recent = mix, 1.0 - mix, min(mix, MOST_MIX)
        else:
            falling = falters(step, bound)
            gain, keep, recent = 1.0, MEMORY, RECENT
            if falling:
                price[:] = best_price
                gain, keep = 0.0, 0.0
        if falling and spent(step, target):
            return done + 1, SETTLED
        for j in range(len(value)):
            openness[j] += recent * ((1.0 if picked[j] else 0.0) - openness[j])
        length = 0.0
        for i in range(len(price)):
            away[i] = keep * away[i] + gain * (1.0 - served[i]) * scale[i]
            if price[i] > floor or away[i] > 0.0:
                length += away[i] * away[i]
        size = (aim(step, target) - bound) / max(1e-30, length)
        for i in range(len(price)):
            price[i] = min(max(price[i] + size * away[i] * scale[i], floor), beyond[i])
    return steps, DONE


@compiled
def lean(served, scale, away):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Slope here along the mean one, and the share of it with which their mean is shortest."""
    along, apart, across = 0.0, 0.0, 0.0
    for i in range(len(served)):
        fresh = (1.0 - served[i]) * scale[i]
        gone = fresh - away[i]
        along += fresh * away[i]
        apart += gone * gone
        across += away[i] * gone
    return along, min(max(-across / max(1e-30, apart), LEAST_MIX), MOST_MIX)
