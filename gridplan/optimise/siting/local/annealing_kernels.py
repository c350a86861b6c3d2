"""Simulated annealing over assignments and open sites, with capacity and lower bounds priced.

One state, five moves: shift a unit, swap two, move a site, open one while closing another near it,
open or close alone. Load outside ``lower..capacity`` costs ``alpha`` per unit of demand, and
``alpha`` swings so that the walk keeps crossing the border of what is feasible.

The helpers share three flat arrays, because few arguments compile and run quickly: ``H`` says where
in the others each table begins, ``W`` holds whole numbers, ``F`` holds floats.
"""

# ruff: noqa: ARG001, PLR0913, PLR0917
from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled

Array = np.ndarray

# H: sizes, the random state, then where tables begin.
UNITS, SITES, WIDTH, REACH, ROOM, RANDOM = range(6)
AT, AFTER, BEFORE, BEST_AT, LOG_UNIT, LOG_FROM, OPENED, BEST_OPENED, HEAD = range(8, 17)
LOCKED, GROUP, GROUP_MIN, GROUP_MAX, COUNT, NEAR, ROW_SITE, HOME = range(17, 25)
NOW, LOAD, DEMAND, CAPACITY, LOWER, SITE_COST, NEAR_COST, ROW_COST, LUCK = range(25, 34)
HEADER = 34
# F: single numbers, then tables.
COST, EXCESS, BEST, ALPHA, HEAT, PENDING, OPEN, MISSING = range(8)
LUCKS = 2048


@compiled
def draw(H: Array, below: int) -> int:
    """Whole number from 0 to ``below`` - 1: two combined Lehmer generators (L'Ecuyer 1988)."""
    H[RANDOM] = H[RANDOM] * 40014 % 2147483563
    H[RANDOM + 1] = H[RANDOM + 1] * 40692 % 2147483399
    return (H[RANDOM] - H[RANDOM + 1]) % 2147483562 * below // 2147483562


@compiled
def cost_between(H: Array, W: Array, F: Array, i: int, j: int) -> float:
    """Cost of unit i at site j, prohibitive when j is not among its near sites."""
    width = H[WIDTH]
    low, high = 0, width
    while low < high:
        mid = (low + high) // 2
        if W[H[ROW_SITE] + i * H[WIDTH] + mid] < j:
            low = mid + 1
        else:
            high = mid
    if low < width and W[H[ROW_SITE] + i * H[WIDTH] + low] == j:
        return F[H[ROW_COST] + i * H[WIDTH] + low]
    return F[MISSING]


@compiled
def outside_of(H: Array, W: Array, F: Array, j: int, load: float) -> float:
    """Demand by which an open site is above its capacity or below its lower bound."""
    return max(0.0, load - F[H[CAPACITY] + j]) + max(0.0, F[H[LOWER] + j] - load)


@compiled
def move(H: Array, W: Array, F: Array, i: int, j: int, arc: float) -> None:
    """Hand unit i over to site j, where it costs ``arc``; excess is settled by the caller."""
    a = W[H[AT] + i]
    F[H[LOAD] + a] -= F[H[DEMAND] + i]
    F[H[LOAD] + j] += F[H[DEMAND] + i]
    F[COST] += arc - F[H[NOW] + i]
    F[H[NOW] + i] = arc
    W[H[AT] + i] = j
    left, right = W[H[BEFORE] + i], W[H[AFTER] + i]
    if left >= 0:
        W[H[AFTER] + left] = right
    else:
        W[H[HEAD] + a] = right
    if right >= 0:
        W[H[BEFORE] + right] = left
    W[H[BEFORE] + i] = -1
    W[H[AFTER] + i] = W[H[HEAD] + j]
    if W[H[HEAD] + j] >= 0:
        W[H[BEFORE] + W[H[HEAD] + j]] = i
    W[H[HEAD] + j] = i


@compiled
def keep_best(H: Array, W: Array, F: Array) -> None:
    """Copy the state that was marked as the best so far."""
    for i in range(H[UNITS]):
        W[H[BEST_AT] + i] = W[H[AT] + i]
    for j in range(H[SITES]):
        W[H[BEST_OPENED] + j] = W[H[OPENED] + j]
    F[PENDING] = 0.0


@compiled
def settle(H: Array, W: Array, F: Array, excess: float) -> None:
    """Add a change of excess; mark the state if it is feasible and the best so far."""
    F[EXCESS] += excess
    if F[EXCESS] < 1e-7:
        F[EXCESS] = 0.0
        if F[COST] < F[BEST] - 1e-9 * abs(F[BEST]):
            F[BEST] = F[COST]
            F[PENDING] = 1.0


@compiled
def accepted(H: Array, W: Array, F: Array, delta: float) -> bool:
    """Metropolis: always when not worse, else with probability exp(-delta / heat)."""
    if delta <= 0.0:
        return True
    return delta < F[HEAT] * F[H[LUCK] + draw(H, LUCKS)]


@compiled
def near_open(H: Array, W: Array, F: Array, i: int) -> int:
    """Return a random open site near unit i, or that of a unit near the site drawn."""
    k = draw(H, H[WIDTH])
    k = k * (1 + draw(H, H[WIDTH])) // H[WIDTH]
    j = W[H[NEAR] + i * H[WIDTH] + k]
    if j >= 0 and not W[H[OPENED] + j]:
        other = W[H[HOME] + j * H[REACH] + draw(H, H[REACH])]
        j = W[H[AT] + other] if other >= 0 else -1
    return j


@compiled
def shift(H: Array, W: Array, F: Array) -> None:
    """Hand one unit over to a near open site."""
    i = draw(H, H[UNITS])
    j = near_open(H, W, F, i)
    a = W[H[AT] + i]
    if j < 0 or j == a:
        return
    arc = cost_between(H, W, F, i, j)
    need = F[H[DEMAND] + i]
    excess = outside_of(H, W, F, a, F[H[LOAD] + a] - need) - outside_of(H, W, F, a, F[H[LOAD] + a])
    excess += outside_of(H, W, F, j, F[H[LOAD] + j] + need) - outside_of(H, W, F, j, F[H[LOAD] + j])
    delta = arc - F[H[NOW] + i] + F[ALPHA] * excess
    if accepted(H, W, F, delta):
        if F[PENDING] > 0.0 and (delta > 0.0 or excess > 0.0):
            keep_best(H, W, F)
        move(H, W, F, i, j, arc)
        settle(H, W, F, excess)


@compiled
def swap(H: Array, W: Array, F: Array) -> None:
    """Exchange the sites of two units near each other."""
    i = draw(H, H[UNITS])
    a = W[H[AT] + i]
    s = W[H[NEAR] + i * H[WIDTH] + draw(H, H[WIDTH])]
    if s < 0:
        return
    k = W[H[HOME] + s * H[REACH] + draw(H, H[REACH])]
    if k < 0:
        return
    b = W[H[AT] + k]
    if a == b:
        return
    arc_i = cost_between(H, W, F, i, b)
    arc_k = cost_between(H, W, F, k, a)
    more = F[H[DEMAND] + k] - F[H[DEMAND] + i]
    excess = outside_of(H, W, F, a, F[H[LOAD] + a] + more) - outside_of(H, W, F, a, F[H[LOAD] + a])
    excess += outside_of(H, W, F, b, F[H[LOAD] + b] - more) - outside_of(H, W, F, b, F[H[LOAD] + b])
    delta = arc_i + arc_k - F[H[NOW] + i] - F[H[NOW] + k] + F[ALPHA] * excess
    if accepted(H, W, F, delta):
        if F[PENDING] > 0.0 and (delta > 0.0 or excess > 0.0):
            keep_best(H, W, F)
        move(H, W, F, i, b, arc_i)
        move(H, W, F, k, a, arc_k)
        settle(H, W, F, excess)


@compiled
def may_replace(H: Array, W: Array, F: Array, a: int, s: int) -> bool:
    """Whether closing a (-1: none) and opening s (-1: none) keeps locks and groups."""
    if a >= 0 and W[H[LOCKED] + a]:
        return False
    if s >= 0 and (W[H[LOCKED] + s] or W[H[OPENED] + s]):
        return False
    if a >= 0 and s >= 0 and W[H[GROUP] + a] == W[H[GROUP] + s]:
        return True
    if a >= 0 and W[H[COUNT] + W[H[GROUP] + a]] <= W[H[GROUP_MIN] + W[H[GROUP] + a]]:
        return False
    return s < 0 or W[H[COUNT] + W[H[GROUP] + s]] < W[H[GROUP_MAX] + W[H[GROUP] + s]]


@compiled
def relocate(H: Array, W: Array, F: Array) -> None:
    """Move an open site, with all its units, to a closed place near one of them."""
    i = draw(H, H[UNITS])
    a = W[H[AT] + i]
    s = W[H[NEAR] + i * H[WIDTH] + draw(H, H[WIDTH])]
    if s < 0 or not may_replace(H, W, F, a, s):
        return
    load = F[H[LOAD] + a]
    excess = outside_of(H, W, F, s, load) - outside_of(H, W, F, a, load)
    delta = F[H[SITE_COST] + s] - F[H[SITE_COST] + a] + F[ALPHA] * excess
    ceiling = F[HEAT] * F[H[LUCK] + draw(H, LUCKS)]
    gained = 0.0
    k = W[H[HEAD] + a]
    while k >= 0:
        gained += F[H[NOW] + k]
        k = W[H[AFTER] + k]
    k = W[H[HEAD] + a]
    delta -= gained
    while k >= 0:
        delta += cost_between(H, W, F, k, s)
        if delta > ceiling:
            return
        k = W[H[AFTER] + k]
    if delta > ceiling:
        return
    if F[PENDING] > 0.0 and (delta > 0.0 or excess > 0.0):
        keep_best(H, W, F)
    k = W[H[HEAD] + a]
    while k >= 0:
        following = W[H[AFTER] + k]
        move(H, W, F, k, s, cost_between(H, W, F, k, s))
        k = following
    flip(H, W, F, a, s)
    F[COST] += F[H[SITE_COST] + s] - F[H[SITE_COST] + a]
    settle(H, W, F, excess)


@compiled
def flip(H: Array, W: Array, F: Array, a: int, s: int) -> None:
    """Note a as closed and s as open (-1: neither)."""
    if a >= 0:
        W[H[OPENED] + a] = False
        W[H[COUNT] + W[H[GROUP] + a]] -= 1
        F[OPEN] -= 1
    if s >= 0:
        W[H[OPENED] + s] = True
        W[H[COUNT] + W[H[GROUP] + s]] += 1
        F[OPEN] += 1


@compiled
def replace(  # noqa: C901, PLR0912, PLR0915  # one move, undone in one piece
    H: Array, W: Array, F: Array, a: int, s: int, room: int
) -> None:
    """
    Open s, let it draw units near it, close a and spread its units; undo it all if refused.

    Either may be -1. ``room`` bounds the length of the log.
    """
    alpha = F[ALPHA]
    if F[PENDING] > 0.0:
        keep_best(H, W, F)
    cost, before = F[COST], F[EXCESS]
    excess = before
    logged = 0
    feasible = True
    if s >= 0:
        flip(H, W, F, -1, s)
        excess += outside_of(H, W, F, s, 0.0)
        F[COST] += F[H[SITE_COST] + s]
        for r in range(H[REACH]):
            i = W[H[HOME] + s * H[REACH] + r]
            if i < 0 or logged >= room:
                break
            arc = cost_between(H, W, F, i, s)
            b = W[H[AT] + i]
            if arc == F[MISSING] or b == s:
                continue
            need = F[H[DEMAND] + i]
            change = outside_of(H, W, F, b, F[H[LOAD] + b] - need) - outside_of(
                H, W, F, b, F[H[LOAD] + b]
            )
            change += outside_of(H, W, F, s, F[H[LOAD] + s] + need)
            change -= outside_of(H, W, F, s, F[H[LOAD] + s])
            worth = arc - F[H[NOW] + i] + alpha * change
            if worth < 0.0 or (b == a and F[H[LOAD] + s] + need <= F[H[CAPACITY] + s]):
                W[H[LOG_UNIT] + logged] = i
                W[H[LOG_FROM] + logged] = b
                logged += 1
                move(H, W, F, i, s, arc)
                excess += change
    if a >= 0:
        excess -= outside_of(H, W, F, a, F[H[LOAD] + a])
        W[H[OPENED] + a] = False
        k = W[H[HEAD] + a]
        while k >= 0 and feasible:
            following = W[H[AFTER] + k]
            need = F[H[DEMAND] + k]
            target, least, change, arc = -1, np.inf, 0.0, np.inf
            for q in range(H[WIDTH]):
                j = W[H[NEAR] + k * H[WIDTH] + q]
                if j < 0:
                    break
                if not W[H[OPENED] + j]:
                    continue
                dear = F[H[NEAR_COST] + k * H[WIDTH] + q]
                if dear >= least:
                    break
                extra = outside_of(H, W, F, j, F[H[LOAD] + j] + need)
                extra -= outside_of(H, W, F, j, F[H[LOAD] + j])
                if dear + alpha * extra < least:
                    least, target, change, arc = dear + alpha * extra, j, extra, dear
            if target < 0 or logged >= room:
                feasible = False
                break
            W[H[LOG_UNIT] + logged] = k
            W[H[LOG_FROM] + logged] = a
            logged += 1
            move(H, W, F, k, target, arc)
            excess += change
            k = following
        W[H[OPENED] + a] = True
        flip(H, W, F, a, -1)
        F[COST] -= F[H[SITE_COST] + a]
    delta = F[COST] - cost + alpha * (excess - before)
    if feasible and accepted(H, W, F, delta):
        F[EXCESS] = 0.0
        settle(H, W, F, excess)
        return
    flip(H, W, F, s, a)
    while logged > 0:
        logged -= 1
        i, b = W[H[LOG_UNIT] + logged], W[H[LOG_FROM] + logged]
        move(H, W, F, i, b, cost_between(H, W, F, i, b))
    F[COST] = cost


@compiled
def exchange(H: Array, W: Array, F: Array, low: int, high: int) -> None:
    """Open a closed site near a unit and close an open one near it; or do one of the two."""
    i = draw(H, H[UNITS])
    s = W[H[NEAR] + i * H[WIDTH] + draw(H, H[WIDTH])]
    if s < 0 or W[H[OPENED] + s]:
        return
    kind = draw(H, 3) if low < high else 2
    if kind == 0:
        a = -1
    elif draw(H, 8) == 0:
        a = W[H[AT] + draw(H, H[UNITS])]
    else:
        a = near_open(H, W, F, i)
        if a < 0 or not W[H[OPENED] + a]:
            return
    if kind == 1:
        s = -1
    many = F[OPEN] + (1 if s >= 0 else 0) - (1 if a >= 0 else 0)
    if low <= many <= high and may_replace(H, W, F, a, s):
        replace(H, W, F, a, s, H[ROOM])


@compiled
def walk(
    H: Array,
    W: Array,
    F: Array,
    moves: int,
    rare: int,
    low: int,
    high: int,
    cooling: float,
    swing: float,
) -> None:
    """
    Make ``moves`` moves, cooling after each thousand.

    Of a thousand moves ``rare`` move or exchange sites. ``swing`` is the factor by which ``alpha``
    rises while demand lies outside the bounds, and falls while none does.
    """
    for step in range(moves):
        kind = draw(H, 2000)
        if kind < rare:
            relocate(H, W, F)
        elif kind < 2 * rare:
            exchange(H, W, F, low, high)
        elif kind < 1200:
            shift(H, W, F)
        else:
            swap(H, W, F)
        if step % 100 == 99:
            F[ALPHA] *= swing if F[EXCESS] > 0.0 else 2.0 - swing
        if step % 1000 == 999:
            F[HEAT] *= cooling
    if F[PENDING] > 0.0:
        keep_best(H, W, F)
