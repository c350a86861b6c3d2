"""Improvement by putting a group of neighbouring parts together anew, near the prices of the whole.

Inside the units of a group the same column generation leaves a gap so small that often every part
worth a look can be listed, and the best way to put them together is exact: groups can be several
times larger than those of :mod:`.improve`.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from gridplan.optimise.partition.check import value_of
from gridplan.optimise.partition.generation import generate, listed
from gridplan.optimise.partition.improve import cut_out, part_graph
from gridplan.optimise.partition.parts import Part, distinct
from gridplan.optimise.partition.pool import Pool, assemble
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.settling import Generated
from gridplan.optimise.run import Run

MOST = 1000
"""Parts a column that are listed."""

WIDEST, WIDEST_NEEDY = 0.1, 1.0
"""Most reduced cost of a listed part, as a share of the group's bound, and while some are needy."""

SEARCHED = 4000
"""Nodes of a search for them."""

NODES = 200
"""Branch-and-bound nodes of one group."""


def regroup(  # noqa: PLR0913  # the parts of one step
    problem: Problem,
    run: Run,
    pool: Pool,
    found: Generated,
    best: np.ndarray,
    *,
    size: int,
    seconds: float,
    work: float,
    seed: int,
) -> np.ndarray:
    """
    Put groups of ``size`` parts together anew until none improves or seconds or work are spent.

    While some parts do not keep their bounds, groups are made around those until all do. Else each
    part is the first of one group: those fewest borders away from it, ties at random. Parts
    met go to the pool.
    """
    p = problem
    rng = np.random.default_rng(seed)
    until, enough = run.seconds + seconds, run.work + work
    needy = _outside(p, best)
    waiting = deque(k for k in rng.permutation(p.columns).tolist() if needy[k] or not needy.any())
    done: set[tuple[int, ...]] = set()
    while waiting and run.ended_by is None and run.seconds < until and run.work < enough:
        group = _around(part_graph(p, best), waiting.popleft(), size, rng)
        if tuple(group) in done:
            continue
        done.add(tuple(group))
        better = _again(p, run, pool, found, best, group, seconds=until - run.seconds, seed=seed)
        if better is None:
            continue
        best = better
        pool.add(best)
        changed = set(group.tolist())
        done = {known for known in done if changed.isdisjoint(known)}
        needy = _outside(p, best)
        again = rng.permutation(p.columns).tolist()
        waiting.extend(k for k in again if k not in waiting and (needy[k] or not needy.any()))
    return best


def _outside(p: Problem, assignment: np.ndarray) -> np.ndarray:
    """Mark the parts whose demand is out of bounds."""
    load = np.bincount(assignment, weights=p.demand, minlength=p.columns)
    return ~p.keeps(load)


def _around(touch: np.ndarray, first: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Walk outwards from a part over borders until the group has its size; in ascending order."""
    group, queue = [first], deque([first])
    while queue and len(group) < size:
        k = queue.popleft()
        for j in rng.permutation(np.flatnonzero(touch[k])).tolist():
            if j not in group and len(group) < size:
                group.append(j)
                queue.append(j)
    return np.sort(np.array(group))


def _again(
    p: Problem,
    run: Run,
    pool: Pool,
    found: Generated,
    best: np.ndarray,
    group: np.ndarray,
    *,
    seconds: float,
    seed: int,
) -> np.ndarray | None:
    sub, units, now = cut_out(p, best, group)
    needy = _outside(sub, now)
    value = np.inf if needy.any() else value_of(sub, now)
    own: list[Part] = [(int(k), np.flatnonzero(now == k)) for k in np.flatnonzero(~needy)]
    allowed = sub.allowed & found.keep[np.ix_(units, group)]
    allowed[np.arange(len(units)), now] = True
    inner = generate(
        sub,
        run,
        price=found.price[units],
        allowed=allowed,
        parts=own,
        target=value,
        seconds=seconds,
    )
    if inner.bound >= value * (1 - 1e-9):
        return None
    widest = WIDEST_NEEDY if needy.any() else WIDEST
    reach = min(value - inner.bound, widest * abs(inner.bound))
    parts, _ = listed(sub, run, inner, reach=reach, most=MOST, nodes=SEARCHED)
    parts = distinct([*parts, *inner.parts])
    got = assemble(sub, run, parts, value=value, seconds=seconds, node_limit=NODES, seed=seed)
    if got.assignment is None or not value_of(sub, got.assignment) < value * (1 - 1e-9):
        return None
    pool.take((int(group[k]), units[part]) for k, part in inner.parts)
    out = best.copy()
    out[units] = group[got.assignment]
    return out
