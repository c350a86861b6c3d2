"""
Few choices of centers: each bounded, the most promising partitioned first (best-first search).

A bound by load prices takes a fraction of what the linear relaxation takes. So every choice has
that one first, and the relaxation only where it is the least of all: there alone it can decide.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import value_of
from gridplan.optimise.partition.answer.infeasible import certificates
from gridplan.optimise.partition.bound.sifting import sifted
from gridplan.optimise.partition.centers.center_exchange import (
    Choice,
    ExchangeParams,
    priced_choice,
    restrict,
)
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.question.problem import Problem

FIRST = 2
"""Choices that are partitioned however much work was spent before, until there is an answer."""


def over(run: Run, *, found: bool, tries: int) -> bool:
    """
    Tell whether no further choice may be partitioned.

    Parameters
    ----------
    run
        Out of work, it still has a choice or two partitioned: bounds alone are no answer.
    found
        Whether there is an answer.
    tries
        Choices partitioned so far.
    """
    ended = run.ended_by
    return ended is not None and (ended != "work" or found or tries >= FIRST)


class Bounded(NamedTuple):
    """A choice with its bound, and whether that is the one of the linear relaxation."""

    bound: float
    relaxed: bool
    choice: Choice


def best_of_every(
    p: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    solve: Callable[..., Any],
    params: ExchangeParams,
    share: float,
) -> tuple[np.ndarray | None, float]:
    """
    Bound every choice of centers and partition in that order.

    Parameters
    ----------
    p, run
        The question, and the work there is.
    seed, gap
        As of the partition.
    solve
        Partitions around given centers.
    params
        Tuning of the bounds.
    share
        Of the work that is left, for one choice.

    Returns
    -------
    assignment, bound
        ``(n,)`` columns of the best found, None for none; and what no choice goes below.
    """
    queue = _by_load_prices(p, run, params)
    best, value = None, np.inf
    settled, tries = np.inf, 0  # the least bound of those partitioned
    while queue and queue[0].bound < value:
        if run.ended_by not in {None, "work"} or over(run, found=best is not None, tries=tries):
            break
        low, relaxed, choice = heapq.heappop(queue)
        sub = restrict(p, np.array(choice))
        if not relaxed:
            tight = max(low, relax(sub, run, params.sifting)[0])
            heapq.heappush(queue, Bounded(tight, True, choice))
            continue
        tries += 1
        part = run.part(share)
        found, own, _ = solve(sub, part, seed=seed, gap=gap, whole=best is None)
        run.book(part)
        settled = min(settled, max(low, own))
        if found is not None:
            whole = np.array(choice)[found]
            if value_of(p, whole) < value:
                best, value = whole, value_of(p, whole)
    return best, min([settled, *(left.bound for left in queue)])


def _by_load_prices(p: Problem, run: Run, params: ExchangeParams) -> list[Bounded]:
    """
    Bound every choice as cheaply as pays, as a heap: the least first.

    A small program takes hardly longer than prices on loads: it is solved at once.
    """
    queue, target = [], None
    for choice in combinations(range(p.columns), p.parts):
        sub = restrict(p, np.array(choice))
        if certificates(sub):
            continue
        if not sifted(sub, params.sifting):
            queue.append(Bounded(relax(sub, run, params.sifting)[0], True, choice))
            continue
        low = priced_choice(p, np.array(choice), run, target=target, params=params)[0]
        target = low if target is None else min(target, low)
        queue.append(Bounded(low, False, choice))
    heapq.heapify(queue)
    return queue
