"""
Simulated annealing of a whole problem, with prices on bounds that adapt between coolings.

Single units and short chains move between touching parts (:mod:`.annealing_kernels`; Kirkpatrick,
Gelatt & Vecchi 1983, doi:10.1126/science.220.4598.671). Amounts out of hard bounds are priced; the
price rises while there are any and sinks once there are none, which keeps the search near the
border of what is sound (strategic oscillation, Glover 1977,
doi:10.1111/j.1540-5915.1977.tb01074.x). What comes back is connected; that it keeps its bounds is
checked, not promised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.cooling import Cooling
from gridplan.optimise.numeric.random import begin
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.graph.adjacency import adjacency
from gridplan.optimise.partition.local.annealing_kernels import anneal_once
from gridplan.optimise.partition.local.move import Tables
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class AnnealingParams:
    """
    How a problem is annealed.

    Parameters
    ----------
    rounds
        Coolings; the price of bounds is adapted between them.
    heat, cold
        First and last temperature of a cooling, relative to the mean cost of a unit.
    weight
        First price of demand out of bounds, in median costs of a person.
    dearer, cheaper
        Factors on that price after a cooling that ended out of bounds, and within them.
    calmer, least
        Factor on the first temperature from one cooling to the next, and how far it stays above the
        last one, as a multiple.
    fewest
        Least steps of a cooling.
    """

    rounds: int = 20
    heat: float = 3.0
    cold: float = 0.05
    weight: float = 1.0
    dearer: float = 1.3
    cheaper: float = 0.85
    calmer: float = 0.9
    least: float = 4.0
    fewest: int = 2000


def tables(problem: Problem) -> tuple[Tables, np.ndarray]:
    """Lay a problem out for the kernel; also return prices ``(m,)`` of amounts out of bounds."""
    p = problem
    heavy = p.demand > 0
    rate = np.abs(p.cost[heavy] / p.demand[heavy, None]) if heavy.any() else np.ones((1, 1))
    scale = max(float(np.median(rate)), 1e-9)
    penalty = scale * max(float(p.demand.max()), 1e-9) * 20
    rows = [(p.demand, p.lower, p.upper, scale, True)]
    for band in p.resources:
        ratio = p.demand.sum() / max(float(band.values.sum()), 1e-12)
        own = scale * ratio if band.price is None else band.price
        rows.append((band.values, band.lower, band.upper, own, band.price is None))
    if p.balance > 0:
        target = np.full(p.columns, p.target)
        rows.append((p.demand, target, target, p.balance, False))
    alone = np.bincount(p.atom)[p.atom] == 1
    movable = alone.copy()
    movable[p.centers[p.centers >= 0]] = False
    mates, mate, mate_price = _mates(p, penalty)
    own_parent = p.parent is not None and p.split_price is not None
    border = np.zeros(0)
    if p.compactness > 0:
        border = _border(p)
    laid = Tables(
        graph=adjacency(p.graph),
        movable=movable,
        allowed=p.allowed,
        cost=p.cost,
        values=np.array([row[0] for row in rows], dtype=float),
        low=np.array([row[1] for row in rows], dtype=float),
        high=np.array([row[2] for row in rows], dtype=float),
        hard=np.array([row[4] for row in rows]),
        border=border,
        mates=mates,
        mate=mate,
        mate_price=mate_price,
        parent=p.parent if own_parent and p.parent is not None else np.zeros(0, np.int64),
        parents=int(p.parent.max()) + 1 if own_parent and p.parent is not None else 0,
        split=float(p.split_price or 0.0),
        kinds=np.array(p.must, dtype=bool).reshape(len(p.must), p.units),
        penalty=penalty,
    )
    return laid, np.array([row[3] for row in rows], dtype=float)


def _border(p: Problem) -> np.ndarray:
    """Price of each stored edge of the graph; barriers keep their boundary but not their edge."""
    full = sparse.coo_array(
        (p.lengths, (p.edges[:, 0], p.edges[:, 1])), shape=(p.units, p.units)
    ).tocsr()
    both = sparse.csr_array(full + full.T)
    graph = sparse.coo_array(p.graph)
    return p.compactness * np.asarray(both[graph.row, graph.col]).ravel()


def _mates(p: Problem, penalty: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List for each unit, by row pointers, those that cost something in the same part."""
    pairs = np.vstack([p.apart, p.crossings])
    price = np.concatenate([np.full(len(p.apart), penalty), p.crossing_price])
    keep = pairs[:, 0] != pairs[:, 1]
    pairs, price = pairs[keep], price[keep]
    if not len(pairs):
        return np.zeros(p.units + 1, np.int64), np.zeros(0, np.int64), np.zeros(0)
    ends = np.vstack([pairs, pairs[:, ::-1]])
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ptr = np.zeros(p.units + 1, np.int64)
    np.cumsum(np.bincount(ends[:, 0], minlength=p.units), out=ptr[1:])
    return ptr, ends[order, 1].copy(), np.concatenate([price, price])[order]


def anneal(
    problem: Problem,
    assignment: np.ndarray,
    run: Run,
    *,
    work: float,
    seed: int = 0,
    params: AnnealingParams,
) -> np.ndarray:
    """
    Anneal from a connected assignment that may break bounds.

    Parameters
    ----------
    assignment
        ``(n,)`` to begin from; not changed.
    work
        Work units to use.
    params
        The coolings.

    Returns
    -------
    numpy.ndarray
        ``(n,)`` the cheapest sound assignment met; where there was none, the last (connected) one.
    """
    p = problem
    t, first_price = tables(p)
    heavy = p.demand > 0
    near = p.cost.min(axis=1)[heavy] if heavy.any() else np.ones(1)
    scale = max(float(near.mean()), 1e-9)
    price = np.where(t.hard, params.weight * first_price, first_price)
    part = assignment.astype(np.int64).copy()
    best = part.copy()
    value = np.inf
    if not faults(p, part):
        value = value_of(p, part)
    random = begin(seed * 7919 + 12345)
    steps = max(params.fewest, int(work / params.rounds / WEIGHTS.walk_step))
    heat, cold = params.heat, params.cold
    for _ in range(params.rounds):
        if run.ended_by is not None:
            break
        cooling = Cooling(steps, heat * scale, cold * scale)
        own, excess = anneal_once(t, price, cooling, random, part, best, value)
        run.spend(steps * WEIGHTS.walk_step)
        value = min(value, own)
        price[t.hard] *= params.dearer if excess > 0 else params.cheaper
        heat = max(heat * params.calmer, params.least * cold)
    return best if np.isfinite(value) and not faults(p, best) else part
