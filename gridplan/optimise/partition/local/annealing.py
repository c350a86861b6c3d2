"""Annealing of a whole problem: the compiled walk with prices on bounds that adapt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.random import begin
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.local.annealing_kernels import anneal
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True, eq=False)
class Tables:
    """
    The arrays the compiled walk reads, in its order.

    ``movable`` ``(n,)`` marks units that are no center and no atom of several; ``values``
    ``(m, n)`` are demand and further resources with bounds ``low``, ``high`` ``(m, k)``, the price
    of an amount outside them ``(m,)`` and whether that must be nothing in the end, ``hard``
    ``(m,)``. ``border`` prices each stored edge of the graph (empty without compactness);
    ``mates`` are row pointers ``(n + 1,)`` into ``mate`` and ``mate_price``: units that cost
    something in the same part. ``parent`` is ``(n,)`` or empty, ``split`` the price of a split,
    ``kinds`` ``(kinds, n)`` and ``penalty`` the price of a part without one.
    """

    movable: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    price: np.ndarray
    hard: np.ndarray
    border: np.ndarray
    mates: np.ndarray
    mate: np.ndarray
    mate_price: np.ndarray
    parent: np.ndarray
    parents: int
    split: float
    kinds: np.ndarray
    penalty: float


def tables(problem: Problem) -> Tables:
    """Lay a problem out for the walk."""
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
    return Tables(
        movable=movable,
        values=np.array([row[0] for row in rows], dtype=float),
        low=np.array([row[1] for row in rows], dtype=float),
        high=np.array([row[2] for row in rows], dtype=float),
        price=np.array([row[3] for row in rows], dtype=float),
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


def _border(p: Problem) -> np.ndarray:
    """Price of each stored edge of the graph; barriers keep their boundary but not their edge."""
    full = sparse.coo_array(
        (p.lengths, (p.edges[:, 0], p.edges[:, 1])), shape=(p.units, p.units)
    ).tocsr()
    both = sparse.csr_array(full + full.T)
    graph = sparse.coo_array(p.graph)
    return p.compactness * np.asarray(both[graph.row, graph.col]).ravel()


def _mates(p: Problem, penalty: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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


def walk(  # noqa: PLR0913  # the parts of one step
    problem: Problem,
    assignment: np.ndarray,
    run: Run,
    *,
    work: float,
    rounds: int = 20,
    heat: float = 3.0,
    cold: float = 0.05,
    seed: int = 0,
    weight: float = 1.0,
) -> np.ndarray:
    """
    Anneal from a connected assignment that may break bounds.

    Parameters
    ----------
    work
        Work units to use.
    rounds
        Coolings; the price of bounds is adapted between them.
    weight
        First price of demand out of bounds, in median costs of a person.
    heat, cold
        First and last temperature, relative to the mean cost of a unit.

    Returns
    -------
    The cheapest sound assignment met; where there was none, the last (connected) one.
    """
    p = problem
    t = tables(p)
    heavy = p.demand > 0
    near = p.cost.min(axis=1)[heavy] if heavy.any() else np.ones(1)
    scale = max(float(near.mean()), 1e-9)
    price = np.where(t.hard, weight * t.price, t.price)
    part = assignment.astype(np.int64).copy()
    best = part.copy()
    value = np.inf
    if not faults(p, part):
        value = value_of(p, part)
    state = begin(seed * 7919 + 12345)
    steps = max(2000, int(work / rounds / WEIGHTS.walk_step))
    member = np.empty((p.columns, p.units), dtype=np.int64)
    indptr, indices = p.graph.indptr.astype(np.int64), p.graph.indices.astype(np.int64)
    for _ in range(rounds):
        if run.ended_by is not None:
            break
        own, _moves, excess = anneal(
            part,
            best,
            value,
            steps,
            heat * scale,
            cold * scale,
            state,
            indptr,
            indices,
            t.movable,
            p.allowed,
            p.cost,
            t.values,
            t.low,
            t.high,
            price,
            t.hard,
            t.border,
            t.mates,
            t.mate,
            t.mate_price,
            t.parent,
            t.parents,
            t.split,
            t.kinds,
            t.penalty,
            member,
        )
        run.spend(steps * WEIGHTS.walk_step)
        value = min(value, own)
        price[t.hard] *= 1.3 if excess > 0 else 0.85
        heat = max(heat * 0.9, 4 * cold)
    return best if np.isfinite(value) and not faults(p, best) else part
