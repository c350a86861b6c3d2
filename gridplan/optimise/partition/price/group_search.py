"""
Large neighbourhood search by column generation: groups of neighbouring parts put together anew.

Inside the units of a group the same column generation, begun near the prices of the whole, leaves a
gap so small that often every part worth a look can be enumerated, and the best way to put them
together is exact: groups can be several times larger than those of
:mod:`gridplan.optimise.partition.local.large_neighbourhood`. Large neighbourhood search after Shaw
(1998, doi:10.1007/3-540-49481-2_30); an answer never gets worse.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.partition.answer.check import value_of
from gridplan.optimise.partition.local.large_neighbourhood import cut_out, part_graph
from gridplan.optimise.partition.price.column_generation import (
    Enumeration,
    GenerationParams,
    enumerate_parts,
    generate,
)
from gridplan.optimise.partition.price.parts import Part, distinct
from gridplan.optimise.partition.price.pool import Pool, assemble
from gridplan.optimise.partition.price.stabilised_prices import Generated, Stop, Warm
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class GroupParams:
    """
    How a group of parts is put together anew.

    Parameters
    ----------
    most
        Parts a column that are enumerated.
    widest, widest_needy
        Most reduced cost of an enumerated part, as a share of the group's bound, and while some
        parts do not keep their bounds.
    searched
        Nodes of a pricing search for them.
    nodes
        Branch-and-bound nodes of one group.
    batch
        Groups tried side by side. They may overlap: where two are better, the later one waits.
    generation
        Of the column generation.
    """

    most: int = 1000
    widest: float = 0.1
    widest_needy: float = 1.0
    searched: int = 4000
    nodes: int = 200
    batch: int = 6
    generation: GenerationParams = field(default_factory=GenerationParams)


def regroup(
    problem: Problem,
    run: Run,
    pool: Pool,
    found: Generated,
    best: np.ndarray,
    *,
    size: int,
    seed: int,
    params: GroupParams,
) -> np.ndarray:
    """
    Put groups of ``size`` parts together anew until none improves or the run ends.

    While some parts do not keep their bounds, groups are made around those until all do. Else each
    part is the first of one group: those fewest borders away from it, ties at random. Parts
    met go to the pool.

    Parameters
    ----------
    found
        Prices of the whole, and the pairs that are of use.
    best
        ``(n,)`` assignment to begin from, connected.
    size
        Parts of a group.

    Returns
    -------
    numpy.ndarray
        ``(n,)`` the assignment at the end.
    """
    p = problem
    size = min(size, p.columns)
    rng = np.random.default_rng(seed)
    needy = _outside(p, best)
    waiting = deque(k for k in rng.permutation(p.columns).tolist() if needy[k] or not needy.any())
    done: set[tuple[int, ...]] = set()
    while waiting and run.ended_by is None:
        batch = _next(part_graph(p, best), waiting, (size, params.batch), done, rng)
        changed: set[int] = set()

        def again(group: np.ndarray, now: np.ndarray = best) -> Regrouped:
            return _again(p, run.part(), found, now, group, seed=seed, params=params)

        for group, anew in zip(batch, parallel_map(again, batch), strict=True):
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
    sizes: tuple[int, int],
    done: set[tuple[int, ...]],
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Take a batch of new groups around parts that wait; ``sizes`` of a group and of the batch."""
    size, most = sizes
    batch: list[np.ndarray] = []
    while waiting and len(batch) < most:
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
    """Gather parts from one outwards over borders until the group has its size; ascending."""
    group, queue = [first], deque([first])
    while queue and len(group) < size:
        k = queue.popleft()
        for j in rng.permutation(np.flatnonzero(touch[k])).tolist():
            if j not in group and len(group) < size:
                group.append(j)
                queue.append(j)
    return np.sort(np.array(group))


@dataclass(frozen=True, eq=False)
class Regrouped:
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
    params: GroupParams,
) -> Regrouped:
    """Put one group together anew, in a run of its own."""
    sub, units, now = cut_out(p, best, group)
    needy = _outside(sub, now)
    value = np.inf if needy.any() else value_of(sub, now)
    own: list[Part] = [(int(k), np.flatnonzero(now == k)) for k in np.flatnonzero(~needy)]
    allowed = sub.allowed & found.keep[np.ix_(units, group)]
    allowed[np.arange(len(units)), now] = True
    inner = generate(
        sub, run, Warm(found.price[units], own), allowed=allowed, stop=Stop(value),
        params=params.generation,
    )  # fmt: skip
    if inner.bound >= value * (1 - 1e-9):
        return Regrouped(None, units, [], run)
    widest = params.widest_needy if needy.any() else params.widest
    reach = min(value - inner.bound, widest * abs(inner.bound))
    asked = Enumeration(reach, params.most, params.searched)
    parts, _ = enumerate_parts(sub, run, inner, asked, params.generation)
    parts = distinct([*parts, *inner.parts])
    got = assemble(sub, run, parts, value=value, node_limit=params.nodes, seed=seed)
    if got.assignment is None or not value_of(sub, got.assignment) < value * (1 - 1e-9):
        return Regrouped(None, units, [], run)
    met = [(int(group[k]), units[part]) for k, part in inner.parts]
    return Regrouped(group[got.assignment], units, met, run)
