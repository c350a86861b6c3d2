"""
Transport to a few columns bounded by prices on their loads, without a program over its units.

Lagrangian relaxation of the bounds on loads: at prices each unit goes to its cheapest column, and
smoothed subgradient steps of Polyak, sized by a target, raise the bound (Held, Wolfe & Crowder
1974, doi:10.1007/BF01580223). It holds whenever it ends.

Of very many units cutting planes find better ones: the bound is concave, each point with its loads
is a plane above it, and the top of all planes is the next point to look at (Kelley 1960,
doi:10.1137/0108053), drawn half way back to the best one so that few planes are enough (in-out:
Ben-Ameur and Neto 2007, doi:10.1002/net.20190). Each takes one pass over units and columns, where a
linear program over all of them takes thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.pace import PACE, RECORD, PaceParams, falters, length_of
from gridplan.optimise.milp import solve
from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.weights import WEIGHTS

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


@dataclass(frozen=True)
class CutPriceParams:
    """
    How prices are found by cutting planes.

    Parameters
    ----------
    rounds
        Most planes.
    back
        Share of the way back from the top of the planes to the best point.
    gap
        Relative distance of the top from the best bound at which it ends.
    """

    rounds: int = 300
    back: float = 0.5
    gap: float = 1e-7


CUTTING = CutPriceParams()


def cut_prices(
    transport: Transport, first: np.ndarray, run: Run, params: CutPriceParams = CUTTING
) -> tuple[float, np.ndarray]:
    """
    Find prices on loads whose bound is about as high as that of any.

    Parameters
    ----------
    transport
        What is to be transported.
    first
        ``(k,)`` prices to begin from.
    run
        Charged for the work.
    params
        Tuning.

    Returns
    -------
    bound, price
        The best, and its prices ``(k,)``.
    """
    columns = transport.cost.shape[1]
    low, high = transport.low, transport.high
    rate = transport.cost / np.maximum(transport.demand, 1e-12)[:, None]
    rate = rate[transport.demand > 0]
    # Beyond the most that two columns differ by for anyone, a price moves nobody.
    most = 2.0 * float(np.max(rate, where=np.isfinite(rate), initial=0.0)) + 1.0
    price, load = np.clip(first, -most, most), np.zeros(columns)
    best, at = -np.inf, price
    # Columns: prices above zero, below zero, and the height of the lowest plane.
    worth = np.concatenate([high, -low, [-1.0]])
    planes, heights = np.zeros((0, columns)), np.zeros(0)
    for _ in range(params.rounds):
        served = cheapest(transport, price, load)
        run.spend(transport.cost.size * WEIGHTS.pair)
        bound = served - float(np.where(price > 0, price * high, price * low).sum())
        if bound > best:
            best, at = bound, price
        planes = np.vstack([planes, load])
        heights = np.append(heights, served - float(load @ price))
        rows = np.hstack([planes, -planes, -np.ones((len(planes), 1))])
        top = solve(
            worth, sparse.csr_matrix(rows), -heights, np.full(len(heights), np.inf),
            col_lower=np.append(np.zeros(2 * columns), -np.inf),
            col_upper=np.append(np.full(2 * columns, most), np.inf),
            run=run,
        )  # fmt: skip
        if top.x is None or -top.objective - best <= params.gap * abs(best) or run.ended_by:
            break
        peak = top.x[:columns] - top.x[columns : 2 * columns]
        price = params.back * at + (1.0 - params.back) * peak
    return best, at


@in_place
def cheapest(transport: Transport, price: np.ndarray, load: np.ndarray) -> float:
    """Send each unit where its cost with priced load is least; fill loads, give what it costs."""
    n, columns = transport.cost.shape
    total = 0.0
    for k in range(columns):
        load[k] = 0.0
    for i in range(n):
        much = transport.demand[i]
        least, where = np.inf, 0
        for k in range(columns):
            own = transport.cost[i, k] + price[k] * much
            if own < least:
                least, where = own, k
        for k in range(columns):
            if transport.anchor[k] == i:
                where = k
        total += transport.cost[i, where] + price[where] * much
        load[where] += much
    return total
