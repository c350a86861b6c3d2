"""
Transport to a few columns bounded by prices on their loads, without a solver.

Lagrangian relaxation of the bounds on loads: at prices each unit goes to its cheapest column, and
smoothed subgradient steps of Polyak, sized by a target, raise the bound (Held, Wolfe & Crowder
1974, doi:10.1007/BF01580223). It holds whenever it ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.methods.pace import PACE, RECORD, PaceParams, falters, length_of
from gridplan.optimise.numeric.compiled import compiled, inner

LOAD_PACE = PaceParams(patience=10.0, shorter=0.6, shortest=0.01, least=1e-3)
"""How steps on a few prices of loads get shorter: soon, and ended early."""


class Transport(NamedTuple):
    """
    A transport of demand to columns.

    Parameters
    ----------
    cost
        ``(n, k)``, infinite where barred.
    demand
        ``(n,)``.
    low, high
        ``(k,)`` bounds on the load of a column, finite.
    anchor
        ``(k,)`` unit that a column serves in any case, negative for none.
    """

    cost: np.ndarray
    demand: np.ndarray
    low: np.ndarray
    high: np.ndarray
    anchor: np.ndarray


@compiled
def transport_bound(
    transport: Transport,
    offset: np.ndarray,
    part: np.ndarray,
    target: float,
    rounds: int,
    params: PaceParams,
) -> tuple[float, int]:
    """
    Bound the transport from below by prices on loads.

    Parameters
    ----------
    offset
        ``(k,)`` first price a person of each column; receives the best.
    part
        ``(n,)`` receives the cheapest column of each unit at it.
    target
        Sizes the steps; ends early once the bound passes it.
    rounds
        Most steps.
    params
        When they get shorter.

    Returns
    -------
    bound, steps
        The best met, and the steps it took.
    """
    n, columns = transport.cost.shape
    price, trial = offset.copy(), np.empty(n, np.int64)
    smooth, load = np.zeros(columns), np.zeros(columns)
    pace = np.array([-np.inf, 1.0, 0.0])
    done = 0
    for _ in range(rounds):
        done += 1
        assign(transport, price, trial)
        value, size = lagrangian(transport, price, trial, load, smooth)
        if value > pace[RECORD]:
            offset[:] = price
            part[:] = trial
            if value > target:
                return value, done
        if falters(pace, value, params):
            price[:] = offset
        if size < 1e-12 or pace[PACE] < params.shortest:
            break
        step = length_of(pace, value, target, params) / size
        for k in range(columns):
            now = price[k]
            price[k] = now + step * smooth[k]
            if now * price[k] < 0.0:  # the slope changes at zero: stop there first
                price[k] = 0.0
    return pace[RECORD], done


@inner
def assign(transport: Transport, price: np.ndarray, part: np.ndarray) -> None:
    """Give each unit its cheapest column at the prices ``(k,)`` of loads; anchors keep theirs."""
    n, columns = transport.cost.shape
    for i in range(n):
        least, where = np.inf, 0
        for k in range(columns):
            own = transport.cost[i, k] + price[k] * transport.demand[i]
            if own < least:
                least, where = own, k
        part[i] = where
    for k in range(columns):
        if transport.anchor[k] >= 0:
            part[transport.anchor[k]] = k


@inner
def lagrangian(
    transport: Transport,
    price: np.ndarray,
    part: np.ndarray,
    load: np.ndarray,
    smooth: np.ndarray,
) -> tuple[float, float]:
    """
    Work out the value of an assignment at prices ``(k,)``, and turn the direction of ascent.

    ``load`` and ``smooth`` ``(k,)`` receive the loads and the smoothed subgradient. Returns the
    value and the squared length of the direction.
    """
    value, size = 0.0, 0.0
    low, high = transport.low, transport.high
    load[:] = 0.0
    for i in range(len(part)):
        k = part[i]
        value += transport.cost[i, k] + price[k] * transport.demand[i]
        load[k] += transport.demand[i]
    for k in range(len(price)):
        limit = high[k] if price[k] > 0.0 else low[k]
        value -= price[k] * limit
        slope = load[k] - limit
        if price[k] == 0.0:
            slope = max(0.0, load[k] - high[k]) - max(0.0, low[k] - load[k])
        smooth[k] = 0.5 * smooth[k] + 0.5 * slope
        size += smooth[k] * smooth[k]
    return value, size
