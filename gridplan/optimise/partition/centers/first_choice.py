"""
A first sound partition around centers to choose, at once: parts cut from trees, then their centers.

Recursive tree partition (DeFord, Duchin & Solomon 2021, doi:10.1162/99608f92.eb30390f) needs no
centers; each part then takes the one that serves it at least cost, and alternates between moving
units and moving centers (Cooper 1964, *SIAM Review* 6). It is there to be told early, and to fall
back on: the search around chosen centers does not begin from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.centers.center_exchange import recentre, restrict
from gridplan.optimise.partition.local.annealing import AnnealingParams, anneal
from gridplan.optimise.partition.local.recombination import grow
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class FirstParams:
    """
    How a first answer is made.

    Parameters
    ----------
    trees, restarts
        Partitions cut, and how often each is begun anew where it fails.
    turns, work
        Alternations of moving units and centers, and work units of each, at most.
    annealing
        Of the units, around fixed centers.
    most
        Units up to which it is tried.
    """

    trees: int = 4
    restarts: int = 5
    turns: int = 3
    work: float = 0.05
    annealing: AnnealingParams = field(default_factory=lambda: AnnealingParams(rounds=4))
    most: int = 20_000


DEFAULT = FirstParams()


def first_choice(
    problem: Problem, run: Run, *, seed: int, params: FirstParams = DEFAULT
) -> np.ndarray | None:
    """
    Find a sound partition without searching for good centers.

    Parameters
    ----------
    problem
        With more columns than parts, each with its center.
    run
        Charged for the work; told of each better answer.
    seed
        Of the trees and the moves.
    params
        Tuning.

    Returns
    -------
    assignment
        ``(n,)`` columns; None where the trees gave nothing sound.
    """
    p = problem
    if (p.centers < 0).any() or p.units > params.most or len(np.unique(p.atom)) < p.units:
        return None
    best, least = None, np.inf
    for tree in range(params.trees):
        if run.ended_by is not None:
            break
        found = _cut(p, run, seed=seed + tree, params=params)
        if found is not None and value_of(p, found) < least:
            best, least = found, value_of(p, found)
            run.report("improve", incumbent=least)
    for turn in range(params.turns):
        if best is None or run.ended_by is not None:
            break
        better = _moved(p, best, run, seed=seed + turn, params=params)
        if value_of(p, better) < least:
            best, least = better, value_of(p, better)
            run.report("improve", incumbent=least)
    return best


def _cut(p: Problem, run: Run, *, seed: int, params: FirstParams) -> np.ndarray | None:
    """Cut parts from trees and give each the center that serves it at least cost."""
    blank = replace(
        p,
        cost=p.cost[:, : p.parts],
        lower=np.full(p.parts, p.lower.max()),
        upper=np.full(p.parts, p.upper.min()),
    )
    label = grow(blank, seed=seed, restarts=params.restarts)
    run.spend(params.restarts * p.parts * p.units * WEIGHTS.grow_pair)
    if label is None:
        return None
    columns = np.full(p.parts, -1)
    for part in range(p.parts):
        inside = label == part
        can = np.setdiff1d(np.flatnonzero(inside[p.centers]), columns)
        can = can[p.allowed[inside][:, can].all(axis=0)]
        if not len(can):
            return None
        columns[part] = can[p.cost[np.ix_(inside, can)].sum(axis=0).argmin()]
    found = columns[label]
    return None if faults(p, found) else found


def _moved(p: Problem, now: np.ndarray, run: Run, *, seed: int, params: FirstParams) -> np.ndarray:
    """Anneal the units around the centers they have, then move those to where they serve best."""
    columns, label = np.unique(now, return_inverse=True)
    sub = restrict(p, columns)
    moved = anneal(sub, label, run, work=params.work, seed=seed, params=params.annealing)
    if faults(sub, moved):
        return now
    found = recentre(p, columns, moved)[moved]
    return now if faults(p, found) else found
