"""
Prices on the loads of a few columns by cutting planes, for very many units.

The bound that prices give is concave: each point with its loads is a plane above it, and the top of
all planes is the next point to look at (Kelley 1960, doi:10.1137/0108053), drawn half way back to
the best one so that few planes are enough (in-out: Ben-Ameur and Neto 2007, doi:10.1002/net.20190).
Every point is a bound of its own. Each takes one pass over units and columns, where a linear
program over all of them takes thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.partition.bound.load_prices import Transport
from gridplan.optimise.weights import WEIGHTS


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


DEFAULT = CutPriceParams()


def cut_prices(
    transport: Transport, first: np.ndarray, run: Run, params: CutPriceParams = DEFAULT
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
