"""
The largest move of the annealing: open a site, close another, and hand their units over.

A move in one piece: units are drawn to the site that opens and spread from the one that closes,
each step at the price of excess, and everything is undone if the whole is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.local.annealing_state import (
    ALPHA,
    BUDGET,
    COST,
    EXCESS,
    HEAT,
    MISSING,
    PENDING,
    SPENT,
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

WHOLE: Any = np.int64  # tables are narrow, everything else is of one kind: fewer signatures


@in_place
def accepted(state: State, delta: float) -> bool:
    """Metropolis: always when not worse, else with probability exp(-delta / heat)."""
    if delta <= 0.0:
        return True
    luck = state.luck[draw(state.random, len(state.luck))]
    return bool(delta < state.score[HEAT] * luck)


@in_place
def save_best(state: State, delta: float, excess: float) -> None:
    """Keep the best state before a move that makes it worse."""
    if state.score[PENDING] > 0.0 and (delta > 0.0 or excess > 0.0):
        keep_best(state)


@in_place
def may_replace(state: State, a: int, s: int) -> bool:
    """Whether closing a (-1: none) and opening s (-1: none) keeps locks, groups and budget."""
    sites, groups = state.sites, state.groups
    if a >= 0 and sites.locked[a]:
        return False
    if s >= 0 and (sites.locked[s] or sites.opened[s]):
        return False
    more = (sites.spend[s] if s >= 0 else 0.0) - (sites.spend[a] if a >= 0 else 0.0)
    if more > 0.0 and state.score[SPENT] + more > state.score[BUDGET]:
        return False
    if a >= 0 and s >= 0 and sites.group[a] == sites.group[s]:
        return True
    if a >= 0 and groups.opened[sites.group[a]] <= groups.least[sites.group[a]]:
        return False
    return bool(s < 0 or groups.opened[sites.group[s]] < groups.most[sites.group[s]])


@in_place
def replace(state: State, a: int, s: int) -> None:
    """
    Open s, let it draw units near it, close a and spread its units; undo it all if refused.

    Either may be -1.
    """
    sites, score = state.sites, state.score
    if score[PENDING] > 0.0:
        keep_best(state)
    cost, before = score[COST], score[EXCESS]
    excess, logged, feasible = before, 0, True
    if s >= 0:
        flip(sites, state.groups, score, -1, s)
        excess += outside(sites, s, 0.0)
        score[COST] += sites.cost[s]
        logged, excess = attract(state, a, s, excess)
    if a >= 0:
        excess -= outside(sites, a, sites.load[a])
        sites.opened[a] = False
        feasible, logged, excess = spread(state, a, logged, excess)
        sites.opened[a] = True
        flip(sites, state.groups, score, a, -1)
        score[COST] -= sites.cost[a]
    delta = score[COST] - cost + score[ALPHA] * (excess - before)
    if feasible and accepted(state, delta):
        score[EXCESS] = 0.0
        note(score, excess)
        return
    flip(sites, state.groups, score, s, a)
    undo(state, logged)
    score[COST] = cost


@in_place
def attract(state: State, a: int, s: int, excess: float) -> tuple[int, float]:
    """Draw near units to s that gain by it, and any of a that fits; units moved, and the excess."""
    units, sites, near, score = state.units, state.sites, state.near, state.score
    logged = 0
    for r in range(near.unit.shape[1]):
        i = WHOLE(near.unit[s, r])
        if i < 0 or logged >= len(state.log_unit):
            break
        arc = cost_between(near, i, s, score[MISSING])
        b = units.site[i]
        if arc == score[MISSING] or b == s:
            continue
        need = units.demand[i]
        extra = change(sites, b, -need)
        extra += outside(sites, s, sites.load[s] + need)
        extra -= outside(sites, s, sites.load[s])
        worth = arc - units.cost[i] + score[ALPHA] * extra
        if worth < 0.0 or (b == a and sites.load[s] + need <= sites.capacity[s]):
            state.log_unit[logged] = i
            state.log_from[logged] = b
            logged += 1
            move(units, sites, score, i, s, arc)
            excess += extra
    return logged, excess


@in_place
def spread(state: State, a: int, logged: int, excess: float) -> tuple[bool, int, float]:
    """Hand the units of a over to the best open sites; whether all went, and as for attract."""
    units, sites, near, score = state.units, state.sites, state.near, state.score
    k = sites.first[a]
    while k >= 0:
        following = units.after[k]
        q, extra = best_open(state, k)
        if q < 0 or logged >= len(state.log_unit):
            return False, logged, excess
        state.log_unit[logged] = k
        state.log_from[logged] = a
        logged += 1
        move(units, sites, score, k, WHOLE(near.site[k, q]), near.cost[k, q])
        excess += extra
        k = following
    return True, logged, excess


@in_place
def best_open(state: State, k: int) -> tuple[int, float]:
    """Rank of the near open site that is best for unit k (-1: none), and its change of excess."""
    sites, near, need = state.sites, state.near, state.units.demand[k]
    target, least, change_of = -1, np.inf, 0.0
    for q in range(near.site.shape[1]):
        j = WHOLE(near.site[k, q])
        if j < 0:
            break
        if not sites.opened[j]:
            continue
        dear = near.cost[k, q]
        if dear >= least:
            break
        extra = outside(sites, j, sites.load[j] + need)
        extra -= outside(sites, j, sites.load[j])
        priced = dear + state.score[ALPHA] * extra
        if priced < least:
            least, target, change_of = priced, q, extra
    return target, change_of


@in_place
def undo(state: State, logged: int) -> None:
    """Send the units of the log back, the last one first."""
    while logged > 0:
        logged -= 1
        i, b = state.log_unit[logged], state.log_from[logged]
        arc = cost_between(state.near, i, b, state.score[MISSING])
        move(state.units, state.sites, state.score, i, b, arc)
