"""
Moves of simulated annealing (Kirkpatrick, Gelatt and Vecchi, *Science* 220, 1983) over sitings.

Five moves: shift a unit, swap two, relocate a site, open one while closing another near it, open or
close alone. Each is accepted by the rule of Metropolis et al. (1953) on cost plus priced excess.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.local.annealing_exchange import (
    WHOLE,
    accepted,
    may_replace,
    replace,
    save_best,
)
from gridplan.optimise.siting.local.annealing_state import (
    ALPHA,
    COST,
    EXCESS,
    HEAT,
    MISSING,
    OPEN,
    PENDING,
    State,
    change,
    cost_between,
    draw,
    flip,
    keep_best,
    move,
    note,
    outside,
)

Array = np.ndarray


class Schedule(NamedTuple):
    """
    How a run of moves goes.

    Parameters
    ----------
    rare
        Of two thousand moves so many relocate a site, and so many exchange two.
    shifts
        Of two thousand moves those below this number that are not rare shift one unit.
    low, high
        Number of open sites, at least and at most.
    cooling
        Factor of the heat after each thousand moves.
    swing
        Factor by which the price of excess rises after each hundred moves while there is some, and
        falls while there is none.
    """

    rare: int
    shifts: int
    low: int
    high: int
    cooling: float
    swing: float


@in_place
def near_open(state: State, i: int) -> int:
    """Return a random open site near unit i, or that of a unit near the site drawn; -1: none."""
    near, width = state.near, state.near.site.shape[1]
    k = draw(state.random, width)
    k = k * (1 + draw(state.random, width)) // width
    j = WHOLE(near.site[i, k])
    if j >= 0 and not state.sites.opened[j]:
        other = WHOLE(near.unit[j, draw(state.random, near.unit.shape[1])])
        j = state.units.site[other] if other >= 0 else -1
    return j


@in_place
def near_site(state: State, i: int) -> int:
    """Return a random site near unit i; -1: none."""
    return WHOLE(state.near.site[i, draw(state.random, state.near.site.shape[1])])


@in_place
def shift(state: State) -> None:
    """Hand one unit over to a near open site."""
    units, sites, score = state.units, state.sites, state.score
    i = draw(state.random, len(units.site))
    j = near_open(state, i)
    a = units.site[i]
    if j < 0 or j == a:
        return
    arc = cost_between(state.near, i, j, score[MISSING])
    need = units.demand[i]
    excess = change(sites, a, -need)
    excess += change(sites, j, need)
    delta = arc - units.cost[i] + score[ALPHA] * excess
    if accepted(state, delta):
        save_best(state, delta, excess)
        move(units, sites, score, i, j, arc)
        note(score, excess)


@in_place
def swap(state: State) -> None:
    """Exchange the sites of two units near each other."""
    units, sites, near, score = state.units, state.sites, state.near, state.score
    i = draw(state.random, len(units.site))
    a = units.site[i]
    s = near_site(state, i)
    if s < 0:
        return
    k = WHOLE(near.unit[s, draw(state.random, near.unit.shape[1])])
    if k < 0:
        return
    b = units.site[k]
    if a == b:
        return
    arc_i = cost_between(near, i, b, score[MISSING])
    arc_k = cost_between(near, k, a, score[MISSING])
    more = units.demand[k] - units.demand[i]
    excess = change(sites, a, more)
    excess += change(sites, b, -more)
    delta = arc_i + arc_k - units.cost[i] - units.cost[k] + score[ALPHA] * excess
    if accepted(state, delta):
        save_best(state, delta, excess)
        move(units, sites, score, i, b, arc_i)
        move(units, sites, score, k, a, arc_k)
        note(score, excess)


@in_place
def relocate(state: State) -> None:
    """Move an open site, with all its units, to a closed place near one of them."""
    units, sites, near, score = state.units, state.sites, state.near, state.score
    i = draw(state.random, len(units.site))
    a = units.site[i]
    s = near_site(state, i)
    if s < 0 or not may_replace(state, a, s):
        return
    load = sites.load[a]
    excess = outside(sites, s, load) - outside(sites, a, load)
    delta = sites.cost[s] - sites.cost[a] + score[ALPHA] * excess
    ceiling = score[HEAT] * state.luck[draw(state.random, len(state.luck))]
    gained = 0.0
    k = sites.first[a]
    while k >= 0:
        gained += units.cost[k]
        k = units.after[k]
    k = sites.first[a]
    delta -= gained
    while k >= 0:
        delta += cost_between(near, k, s, score[MISSING])
        if delta > ceiling:
            return
        k = units.after[k]
    if delta > ceiling:
        return
    save_best(state, delta, excess)
    k = sites.first[a]
    while k >= 0:
        following = units.after[k]
        move(units, sites, score, k, s, cost_between(near, k, s, score[MISSING]))
        k = following
    flip(sites, state.groups, score, a, s)
    score[COST] += sites.cost[s] - sites.cost[a]
    note(score, excess)


@in_place
def exchange(state: State, low: int, high: int) -> None:
    """Open a closed site near a unit and close an open one near it; or do one of the two."""
    i = draw(state.random, len(state.units.site))
    s = near_site(state, i)
    if s < 0 or state.sites.opened[s]:
        return
    kind = draw(state.random, 3) if low < high else 2
    if kind == 0:
        a = -1
    elif draw(state.random, 8) == 0:
        a = state.units.site[draw(state.random, len(state.units.site))]
    else:
        a = near_open(state, i)
        if a < 0 or not state.sites.opened[a]:
            return
    if kind == 1:
        s = -1
    many = state.score[OPEN] + (1 if s >= 0 else 0) - (1 if a >= 0 else 0)
    if low <= many <= high and may_replace(state, a, s):
        replace(state, a, s)


@in_place
def anneal(state: State, schedule: Schedule, moves: int) -> None:
    """Make so many moves, cooling after each thousand."""
    score = state.score
    for step in range(moves):
        kind = draw(state.random, 2000)
        if kind < schedule.rare:
            relocate(state)
        elif kind < 2 * schedule.rare:
            exchange(state, schedule.low, schedule.high)
        elif kind < schedule.shifts:
            shift(state)
        else:
            swap(state)
        if step % 100 == 99:
            score[ALPHA] *= schedule.swing if score[EXCESS] > 0.0 else 2.0 - schedule.swing
        if step % 1000 == 999:
            score[HEAT] *= schedule.cooling
    if score[PENDING] > 0.0:
        keep_best(state)
