"""Improvement by putting a group of neighbouring parts together anew, near the prices of the whole.

Inside the units of a group the same column generation leaves a gap so small that often every part
worth a look can be listed, and the best way to put them together is exact: groups can be several
times larger than those of :mod:`.improve`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import abreast
from gridplan.optimise.partition.answer.check import value_of
from gridplan.optimise.partition.local.large_neighbourhood import cut_out, part_graph
from gridplan.optimise.partition.price.column_generation import generate, listed
from gridplan.optimise.partition.price.parts import Part, distinct
from gridplan.optimise.partition.price.pool import Pool, assemble
from gridplan.optimise.partition.price.stabilised_prices import Generated
from gridplan.optimise.partition.question.problem import Problem

MOST = 1000
"""Parts a column that are listed."""

WIDEST, WIDEST_NEEDY = 0.1, 1.0
"""Most reduced cost of a listed part, as a share of the group's bound, and while some are needy."""

SEARCHED = 4000
"""Nodes of a search for them."""

NODES = 200
"""Branch-and-bound nodes of one group."""

BATCH = 6
"""Groups tried side by side. They may overlap: where two are better, the later one waits."""


def regroup(
    problem: Problem,
    run: Run,
    pool: Pool,
    found: Generated,
    best: np.ndarray,
    *,
    size: int,
    seed: int,
) -> np.ndarray:
    """
    Put groups of ``size`` parts together anew until none improves or the run ends.

    While some parts do not keep their bounds, groups are made around those until all do. Else each
    part is the first of one group: those fewest borders away from it, ties at random. Parts
    met go to the pool.
    """
    p = problem
    size = min(size, p.columns)
    rng = np.random.default_rng(seed)
    needy = _outside(p, best)
    waiting = deque(k for k in rng.permutation(p.columns).tolist() if needy[k] or not needy.any())
    done: set[tuple[int, ...]] = set()
    while waiting and run.ended_by is None:
        batch = _next(part_graph(p, best), waiting, size, done, rng)
        changed: set[int] = set()

        def again(group: np.ndarray, now: np.ndarray = best) -> Anew:
            return _again(p, run.part(), found, now, group, seed=seed)

        for group, anew in zip(batch, abreast(again, batch), strict=True):
            run.book(anew.run)
            if anew.part is None or not changed.isdisjoint(group.tolist()):
                continue
            pool.take(anew.parts)
            best = best.copy()
            best[anew.units] = anew.part
            pool.add(best)
            changed.update(group.tolist())
        if changed:
            done = {known for known in done if changed.isdisjoint(known)}
            needy = _outside(p, best)
            others = rng.permutation(p.columns).tolist()
            waiting.extend(k for k in others if k not in waiting and (needy[k] or not needy.any()))
    return best


def _next(
    touch: np.ndarray,
    waiting: deque[int],
    size: int,
    done: set[tuple[int, ...]],
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Take a batch of groups, each new, around parts that wait; note them as done."""
    batch: list[np.ndarray] = []
    while waiting and len(batch) < BATCH:
        group = _around(touch, waiting.popleft(), size, rng)
        if tuple(group) not in done:
            done.add(tuple(group))
            batch.append(group)
    return batch


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


@dataclass(frozen=True, eq=False)
class Anew:
    """Columns ``part`` of ``units`` that are better than before, or None; parts met; their run."""

    part: np.ndarray | None
    units: np.ndarray
    parts: list[Part]
    run: Run


def _again(
    p: Problem,
    run: Run,
    found: Generated,
    best: np.ndarray,
    group: np.ndarray,
    *,
    seed: int,
) -> Anew:
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
    )
    if inner.bound >= value * (1 - 1e-9):
        return Anew(None, units, [], run)
    widest = WIDEST_NEEDY if needy.any() else WIDEST
    reach = min(value - inner.bound, widest * abs(inner.bound))
    parts, _ = listed(sub, run, inner, reach=reach, most=MOST, nodes=SEARCHED)
    parts = distinct([*parts, *inner.parts])
    got = assemble(sub, run, parts, value=value, node_limit=NODES, seed=seed)
    if got.assignment is None or not value_of(sub, got.assignment) < value * (1 - 1e-9):
        return Anew(None, units, [], run)
    met = [(int(group[k]), units[part]) for k, part in inner.parts]
    return Anew(group[got.assignment], units, met, run)
