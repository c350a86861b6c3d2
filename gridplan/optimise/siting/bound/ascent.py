"""
The subgradient ascent itself: many steps up the Lagrangian dual in one compiled piece.

Far from the top each step follows a deflected subgradient; near it, the mean of all of them (the
volume algorithm: Barahona and Anbil, *Mathematical Programming* 87, 2000,
doi:10.1007/s101070050002). Every value of the dual function met on the way is a lower bound.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.step import (
    FRESH,
    AscentParams,
    aim,
    falters,
    is_near,
    set_out,
    spent,
    wanes,
)
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.bound.knapsack import (
    EXACT,
    FROM_BELOW,
    Gathered,
    Loads,
    Packed,
    Point,
    count_served,
    price_site,
    sketch_sites,
)
from gridplan.optimise.siting.bound.site_choice import Counts
from gridplan.optimise.siting.bound.toll import DEFAULT as TOLL
from gridplan.optimise.siting.bound.toll import pick_within

Array = np.ndarray

# Why an ascent came back: its steps are done; prices left the arcs gathered; nothing left to gain.
DONE, AWAY, SETTLED = range(3)


class Dual(NamedTuple):
    """
    The Lagrangian dual of one case, as compiled steps take it.

    Parameters
    ----------
    loads, counts, site_cost
        Of the case.
    filling
        Whether any site has a lower bound on its load.
    """

    loads: Loads
    counts: Counts
    site_cost: Array
    filling: bool


class Ascent(NamedTuple):
    """
    What an ascent carries from step to step.

    Parameters
    ----------
    params
        Its tuning.
    step
        State of the step control (:mod:`.step`).
    target, stop_at, floor
        Objective of the best solution known, bound with which to be content, least multiplier.
    scale
        ``(n,)`` of the multipliers.
    direction
        ``(n,)`` the deflected subgradient.
    best_bound, best_price
        ``(1,)`` and ``(n,)`` the best met.
    openness
        ``(m,)`` how open the relaxation holds each site, averaged.
    """

    params: AscentParams
    step: Array
    target: float
    stop_at: float
    floor: float
    scale: Array
    direction: Array
    best_bound: Array
    best_price: Array
    openness: Array


@in_place
def copy(to: Array, values: Array) -> None:
    """Copy values, entry by entry."""
    for i in range(len(to)):
        to[i] = values[i]


@in_place
def fill(to: Array, value: float) -> None:
    """Set every entry to one value."""
    for i in range(len(to)):
        to[i] = value


@in_place
def least_outside(arcs: Gathered, price: Array, demand: Array) -> float:
    """Least reduced cost per demand of the arcs not gathered."""
    least = np.inf
    for i in range(len(price)):
        if not arcs.full[i] and demand[i] > 0.0:
            least = min(least, (min(arcs.limit[i], arcs.beyond[i]) - price[i]) / demand[i])
    return least


@in_place
def evaluate(
    dual: Dual, arcs: Gathered, packed: Packed, point: Point, nodes: int, every: bool
) -> float:
    """
    Evaluate the dual function at the prices of a point; infinite when no choice is possible.

    All sites are priced from below first, then exactly those picked, until all picked are exact:
    no other choice can cost less.

    Parameters
    ----------
    dual, arcs
        The question, and the arcs gathered.
    packed
        Filled: what sites take.
    point
        Filled but for ``price``; ``rate`` and ``picked`` are first read as guesses.
    nodes
        Above zero: whole units are packed, with so many nodes a site.
    every
        Whether to price all sites exactly.

    Returns
    -------
    float
        Lower bound on the objective.
    """
    value, picked, spend = point.value, point.picked, dual.counts.spend
    room, toll = packed.room, packed.room.toll[0]
    outside = least_outside(arcs, point.price, dual.loads.demand) if dual.filling else np.inf
    sketch_sites(arcs, dual.loads, point, outside, packed.known)
    dearest = -np.inf
    for j in range(len(value)):
        value[j] += dual.site_cost[j]
        if picked[j]:
            dearest = max(dearest, value[j] + toll * spend[j])
    # Those picked last time, and whatever looks as cheap, are likely to be picked now.
    total, rounds = np.inf, 0
    while True:
        wanting = False
        for j in range(len(value)):
            if packed.known[j] != FROM_BELOW:
                continue
            if every or picked[j] or (rounds == 0 and value[j] + toll * spend[j] <= dearest):
                price_site(j, arcs, dual.loads, point, packed, outside, nodes)
                value[j] += dual.site_cost[j]
                packed.known[j] = EXACT
                wanting = True
        if rounds > 0 and not wanting:
            break
        total = pick_within(value, dual.counts, room, picked, TOLL)
        rounds += 1
        if total == np.inf:
            fill(point.served, 0.0)
            return np.inf
    copy(value, room.tolled)
    count_served(arcs, point, packed)
    for amount in point.price:
        total += amount
    return total


@in_place
def ascend(
    dual: Dual,
    arcs: Gathered,
    packed: Packed,
    point: Point,
    ascent: Ascent,
    nodes: int,
    steps: int,
) -> tuple[int, int]:
    """
    Move the prices up for at most so many steps.

    Parameters
    ----------
    dual, arcs, packed, point, nodes
        As for :func:`evaluate`; ``point.price`` moves.
    ascent
        Carried on.
    steps
        At most this many.

    Returns
    -------
    tuple
        Steps done, and why it came back: :data:`DONE`, :data:`AWAY` or :data:`SETTLED`.
    """
    price, step, best = point.price, ascent.step, ascent.best_bound
    for done in range(steps):
        if leaves(price, arcs):
            return done, AWAY
        bound = evaluate(dual, arcs, packed, point, nodes, False)
        if bound > best[0]:
            best[0] = bound
            copy(ascent.best_price, price)
        if bound == np.inf or best[0] >= ascent.stop_at:
            return done + 1, SETTLED
        set_out(step, bound, price)
        if is_near(step, ascent.params):
            bound, falling, gain, keep, recent = lean(ascent, point, bound)
        else:
            falling = falters(step, bound, ascent.params)
            gain, keep, recent = 1.0, ascent.params.memory, ascent.params.recent
            if falling:
                copy(price, ascent.best_price)
                gain, keep = 0.0, 0.0
        if falling and spent(step, ascent.target, ascent.params):
            return done + 1, SETTLED
        for j in range(len(point.value)):
            ascent.openness[j] += recent * ((1.0 if point.picked[j] else 0.0) - ascent.openness[j])
        advance(ascent, point, arcs.beyond, bound, gain, keep)
    return steps, DONE


@in_place
def leaves(price: Array, arcs: Gathered) -> bool:
    """Cap prices at the arcs left out; True where one rose above the arcs gathered."""
    for i in range(len(price)):
        price[i] = min(price[i], arcs.beyond[i])
        if price[i] > arcs.limit[i]:
            return True
    return False


@in_place
def lean(ascent: Ascent, point: Point, bound: float) -> tuple[float, bool, float, float, float]:
    """
    Go back to the best prices, along the mean subgradient kept as short as it can be.

    Returns
    -------
    tuple
        Bound to step from, whether the stride was cut, shares of the latest and of the mean
        subgradient, share of the latest choice in the openness.
    """
    params, direction = ascent.params, ascent.direction
    along, apart, across = 0.0, 0.0, 0.0
    for i in range(len(point.served)):
        fresh = (1.0 - point.served[i]) * ascent.scale[i]
        gone = fresh - direction[i]
        along += fresh * direction[i]
        apart += gone * gone
        across += direction[i] * gone
    mix = min(max(-across / max(1e-30, apart), params.least_mix), params.most_mix)
    falling = wanes(ascent.step, bound, along, params)
    mix = 1.0 if ascent.step[FRESH] > 0.0 else mix
    ascent.step[FRESH] = 0.0
    copy(point.price, ascent.best_price)
    return ascent.best_bound[0], falling, mix, 1.0 - mix, min(mix, params.most_mix)


@in_place
def advance(
    ascent: Ascent, point: Point, beyond: Array, bound: float, gain: float, keep: float
) -> None:
    """Deflect the direction by the latest subgradient and take one step along it."""
    price, direction, scale, floor = point.price, ascent.direction, ascent.scale, ascent.floor
    length = 0.0
    for i in range(len(price)):
        direction[i] = keep * direction[i] + gain * (1.0 - point.served[i]) * scale[i]
        if price[i] > floor or direction[i] > 0.0:
            length += direction[i] * direction[i]
    size = (aim(ascent.step, ascent.target) - bound) / max(1e-30, length)
    for i in range(len(price)):
        price[i] = min(max(price[i] + size * direction[i] * scale[i], floor), beyond[i])
