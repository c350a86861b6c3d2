"""
Sifting: the linear relaxation of large problems over few columns at a time.

Prices on the loads of the parts say which pairs of unit and part can matter. The program over the
cheapest of them gives better prices, those bring in the pairs they make attractive, until none is
missing (sifting: Bixby et al. 1992, doi:10.1287/opre.40.5.885). The bound is that of the prices
over all pairs, so it holds whenever the rounds end.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.pace import PaceParams
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.doubtful_units import DoubtParams, settled
from gridplan.optimise.partition.bound.load_prices import LOAD_PACE, Transport, transport_bound
from gridplan.optimise.partition.question.atoms import allowed_atoms, atom_sums
from gridplan.optimise.partition.question.problem import Band, Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class SiftingParams:
    """
    When and how the relaxation is sifted.

    Parameters
    ----------
    wide
        Pairs of unit and part from which it is.
    kept
        Cheapest parts of a unit the first program has; pairs almost as cheap come along.
    rounds
        Most programs.
    first
        Subgradient steps for the first prices.
    pace
        When these steps get shorter.
    doubt
        Of very many units, which are not sifted.
    gap
        Relative gap between the last program and its bound over all pairs at which it ends.
    """

    wide: int = 60_000
    kept: int = 2
    rounds: int = 8
    first: int = 200
    pace: PaceParams = LOAD_PACE
    doubt: DoubtParams = field(default_factory=DoubtParams)
    gap: float = 1e-7


def sifted(problem: Problem, params: SiftingParams) -> bool:
    """Tell whether a problem is large and its relaxation has bounds on demand alone."""
    p = problem
    return (
        not p.chosen
        and p.units * p.columns >= params.wide
        and bool((p.centers >= 0).all())
        and not p.resources
        and not p.must
        and len(p.apart) == 0
        and p.balance == 0
    )


def sift(
    problem: Problem, run: Run, params: SiftingParams
) -> tuple[float, np.ndarray, np.ndarray] | None:
    """
    Solve the linear relaxation without contiguity by sifting.

    Returns
    -------
    bound, shares, offset
        As :func:`gridplan.optimise.partition.local.construct.relax` gives them; None where the few
        columns allow no answer.
    """
    p = problem
    own = allowed_atoms(p)
    load = atom_sums(p, p.demand)
    cost = np.where(own, atom_sums(p, p.cost), np.inf)
    anchor = p.atom[p.centers]
    high = np.where(np.isfinite(p.upper), p.upper, load.sum())
    offset, part = np.zeros(p.columns), np.zeros(len(load), dtype=np.int64)
    near = float(np.where(own, cost, np.inf).min(axis=1).sum())
    transport = Transport(cost, load, p.lower, high, anchor)
    bound, done = transport_bound(transport, offset, part, 1.2 * near, params.first, params.pace)
    run.spend(done * cost.size * WEIGHTS.pair)
    if len(load) >= params.doubt.large:
        return settled(transport, offset, run, params.doubt)
    keep = np.zeros(own.shape, dtype=bool)
    shares: np.ndarray | None = None
    for _ in range(params.rounds):
        priced = cost + load[:, None] * offset
        last = min(params.kept, p.columns) - 1  # of one part there is no second
        least = np.partition(priced, last, axis=1)[:, last]
        keep |= own & (priced <= least[:, None] + 1e-9)
        keep[anchor] = False
        keep[anchor, np.arange(p.columns)] = True
        model = Model(p, allowed=keep, extras=False)
        answer = model.solve(relaxed=True, run=run)
        if answer.solve.x is None or answer.solve.col_dual is None:
            if answer.solve.status != "infeasible" or (keep >= own).all():
                return None
            # Too few columns for any balance: what being out of balance is worth tells which more.
            soft = _soft(p, cost, load)
            model = Model(soft, allowed=keep, extras=False)
            answer = model.solve(relaxed=True, run=run)
            if answer.solve.col_dual is None:
                return None
            offset, _ = prices(model, cost, load, answer.solve.col_dual, high)
            offset, lower = best_level(p, cost, load, high, offset)
            bound = max(bound, lower)
            continue
        shares = model.shares(answer.solve.x)
        offset, lower = prices(model, cost, load, answer.solve.col_dual, high)
        bound = max(bound, lower)
        value = answer.solve.objective
        if value - bound <= params.gap * abs(value) or run.ended_by is not None:
            break
    if shares is None:
        return None
    return bound, shares, offset


def _soft(p: Problem, cost: np.ndarray, load: np.ndarray) -> Problem:
    """Let demand out of bounds at a price above what the way to any part differs by."""
    heavy = load > 0
    rate = cost[heavy] / load[heavy, None]
    far = np.where(np.isfinite(rate), rate, -np.inf).max(axis=1) - rate.min(axis=1)
    price = 2.0 * float(far.max(initial=1.0))
    none, every = np.zeros(p.columns), np.full(p.columns, np.inf)
    return replace(p, lower=none, upper=every, resources=(Band(p.demand, p.lower, p.upper, price),))


def prices(
    model: Model, cost: np.ndarray, load: np.ndarray, reduced: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, float]:
    """
    Recover the price of each part from reduced costs, and the bound it gives over all pairs.

    Parameters
    ----------
    cost, load
        ``(atoms, k)``, infinite where barred, and ``(atoms,)``.
    reduced
        Reduced costs of the columns of ``model``.
    high
        ``(k,)`` upper bounds, finite.
    """
    p = model.problem
    a, k = model.pair_atom, model.pair_column
    heavy = load[a] > 0
    rest = (reduced[: len(a)] - model.cost[0])[heavy] / load[a[heavy]]
    table = np.full((model.atoms, p.columns), np.nan)
    table[a[heavy], k[heavy]] = rest
    offset = joined_prices(table)
    return best_level(p, cost, load, high, offset)


def joined_prices(table: np.ndarray) -> np.ndarray:
    """Join differences of prices met in the same row, from part to part, into prices."""
    columns = table.shape[1]
    known = np.zeros(columns, dtype=bool)
    known[0] = True
    offset = np.zeros(columns)
    finite = np.isfinite(table)
    for _ in range(columns):
        rows = finite & known
        for k in np.flatnonzero(~known):
            both = finite[:, k] & rows.any(axis=1)
            if both.any():
                i = np.flatnonzero(both)
                j = rows[i].argmax(axis=1)
                offset[k] = float(np.median(table[i, k] - table[i, j] + offset[j]))
                known[k] = True
                break
        else:
            return offset
    return offset


def best_level(
    p: Problem, cost: np.ndarray, load: np.ndarray, high: np.ndarray, offset: np.ndarray
) -> tuple[np.ndarray, float]:
    """Shift prices known up to a constant to where their bound is highest."""
    priced = cost + load[:, None] * offset
    anchor = p.atom[p.centers]
    least = priced.min(axis=1)
    least[anchor] = priced[anchor, np.arange(p.columns)]
    base, total = float(least.sum()), float(load.sum())
    shifts = np.append(-offset, 0.0)
    values = [
        base
        + s * total
        - float(np.where(offset + s > 0, (offset + s) * high, (offset + s) * p.lower).sum())
        for s in shifts
    ]
    best = int(np.argmax(values))
    return offset + shifts[best], float(values[best])
