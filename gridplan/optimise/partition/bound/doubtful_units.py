"""
The linear relaxation of very many units: a program over those whose part is in doubt alone.

At good prices on the loads (:mod:`.load_prices`) nearly every unit is clearly cheapest in one part,
once long ways are made a little dearer than in proportion, and the few that are not settle the
balance. The program chooses for them, the others stay where prices send them; it takes in more of
them until its value is near to the bound that prices give over all units and parts. A program over
all units of a city would take minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.partition.bound.load_prices import CutPriceParams, Transport, cut_prices


@dataclass(frozen=True)
class DoubtParams:
    """
    How units in doubt are found.

    Parameters
    ----------
    large
        Units from which the relaxation is solved so.
    doubtful
        Units that the first program chooses for; four times as many each further one.
    bend
        By how much the usual way is made dearer, twice as long ones by twice that share.
    gap
        Relative gap between a program and the bound at which the last is good enough.
    cutting
        Of the prices.
    """

    large: int = 20_000
    doubtful: int = 2_000
    bend: float = 0.01
    gap: float = 1e-3
    cutting: CutPriceParams = field(default_factory=CutPriceParams)


DEFAULT = DoubtParams()


def settled(
    transport: Transport, first: np.ndarray, run: Run, params: DoubtParams = DEFAULT
) -> tuple[float, np.ndarray, np.ndarray] | None:
    """
    Transport all units to columns at least cost.

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
    bound, shares, price
        A bound that holds for every transport; the shares ``(n, k)`` of units in columns; the
        prices ``(k,)`` on loads that give the bound. None where none of the programs has an answer.
    """
    bound, price = cut_prices(transport, first, run, params.cutting)
    cost, demand = transport.cost, transport.demand
    n, columns = cost.shape
    bent = transport._replace(cost=_bent(cost, demand, params.bend))
    home, apart = _homes(bent, cut_prices(bent, price, run, params.cutting)[1])
    order = np.argsort(apart, kind="stable")[: np.count_nonzero(np.isfinite(apart))]
    found, number = None, params.doubtful
    while True:
        free = np.sort(order[:number])
        shares = np.zeros((n, columns))
        shares[np.arange(n), home] = 1.0
        shares[free] = 0.0
        chosen = _program(bent, free, shares.T @ demand, run)
        if chosen is not None:
            shares[free] = chosen
            value = float((np.where(shares > 0, cost, 0.0) * shares).sum())
            found = bound, shares, price
            if value - bound <= params.gap * abs(value):
                return found
        if number >= len(order) or run.ended_by is not None:
            return found
        number *= 4


def _bent(cost: np.ndarray, demand: np.ndarray, bend: float) -> np.ndarray:
    """
    Make long ways a little dearer than in proportion.

    Whoever lives behind the center of a neighbouring part has the same way more to every other one:
    whole quarters cost the same in two parts, and so are all in doubt.
    """
    rate = cost / np.where(demand > 0, demand, 1.0)[:, None]
    near = np.abs(rate.min(axis=1, initial=np.inf))
    near = np.where(np.isfinite(near), near, 0.0)
    usual = float((near * demand).sum()) / max(float(demand.sum()), 1e-12)
    return np.asarray(cost + bend * np.abs(cost) * np.abs(rate) / max(usual, 1e-12))


def _homes(transport: Transport, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each unit its cheapest column at prices, and how much dearer the next is per demand."""
    demand, anchor = transport.demand, transport.anchor
    priced = transport.cost + demand[:, None] * price
    home = priced.argmin(axis=1)
    two = np.partition(priced, min(1, priced.shape[1] - 1), axis=1)
    second = two[:, 1] if priced.shape[1] > 1 else np.full(len(two), np.inf)
    apart = np.full(len(two), np.inf)
    np.subtract(second, two[:, 0], out=apart, where=np.isfinite(second))
    apart /= np.maximum(demand, 1e-12)
    held = np.flatnonzero(anchor >= 0)
    home[anchor[held]], apart[anchor[held]] = held, np.inf
    return home, apart


def _program(
    transport: Transport, free: np.ndarray, fixed: np.ndarray, run: Run
) -> np.ndarray | None:
    """Share units out at least cost, beside loads ``(k,)`` that stay; None if that cannot be."""
    cost, demand = transport.cost[free], transport.demand[free]
    unit, part = np.nonzero(np.isfinite(cost))
    column = np.arange(len(unit))
    ones = np.ones(len(unit))
    matrix = sparse.vstack(
        [
            sparse.csr_matrix((ones, (unit, column)), shape=(len(free), len(unit))),
            sparse.csr_matrix((demand[unit], (part, column)), shape=(cost.shape[1], len(unit))),
        ]
    )
    whole = np.ones(len(free))
    answer = solve(
        cost[unit, part], matrix,
        np.concatenate([whole, transport.low - fixed]),
        np.concatenate([whole, transport.high - fixed]),
        run=run,
    )  # fmt: skip
    if answer.x is None:
        return None
    shares = np.zeros(cost.shape)
    shares[unit, part] = answer.x
    return shares
