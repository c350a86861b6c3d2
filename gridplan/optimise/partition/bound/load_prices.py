"""Transport to a few columns bounded by prices on their loads, without a solver."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled


@compiled
def weigh(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917  # compiled
    cost: np.ndarray,
    demand: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    anchor: np.ndarray,
    offset: np.ndarray,
    part: np.ndarray,
    target: float,
    rounds: int,
) -> float:
    """
    Bound the transport to some columns from below by prices on their loads.

    ``cost`` is ``(n, k)``, infinite where barred. ``offset`` is the first price a person of each
    column and receives the best; ``part`` the cheapest column of each unit at it. Stops early once
    the bound passes ``target``.
    """
    n, columns = cost.shape
    price, trial = offset.copy(), np.empty(n, np.int64)
    smooth, load = np.zeros(columns), np.zeros(columns)
    best, theta, fails = -np.inf, 1.0, 0
    for _ in range(rounds):
        value = 0.0
        load[:] = 0.0
        for i in range(n):
            least, where = np.inf, 0
            for k in range(columns):
                own = cost[i, k] + price[k] * demand[i]
                if own < least:
                    least, where = own, k
            trial[i] = where
        for k in range(columns):
            if anchor[k] >= 0:
                trial[anchor[k]] = k
        for i in range(n):
            k = trial[i]
            value += cost[i, k] + price[k] * demand[i]
            load[k] += demand[i]
        size = 0.0
        for k in range(columns):
            limit = high[k] if price[k] > 0.0 else low[k]
            value -= price[k] * limit
            slope = load[k] - limit
            if price[k] == 0.0:
                slope = max(0.0, load[k] - high[k]) - max(0.0, low[k] - load[k])
            smooth[k] = 0.5 * smooth[k] + 0.5 * slope
            size += smooth[k] * smooth[k]
        fails += 1
        if value > best:
            if value > best + 1e-5 * abs(best):
                fails = 0
            best = value
            offset[:] = price
            part[:] = trial
            if best > target:
                return best
        if fails >= 10:
            theta, fails = 0.6 * theta, 0
            price[:] = offset
        if size < 1e-12 or theta < 0.01:
            break
        step = theta * max(target - value, 1e-3 * abs(target)) / size
        for k in range(columns):
            now = price[k]
            price[k] = now + step * smooth[k]
            if now * price[k] < 0.0:  # the slope changes at zero: stop there first
                price[k] = 0.0
    return best
