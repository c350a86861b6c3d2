"""First sound assignments around fixed centers: from a start that is mended, or from drafts.

Drafts of a relaxation are annealed, their loads outside the bounds as a penalty (simulated
annealing, Kirkpatrick et al. 1983, doi:10.1126/science.220.4598.671); what is still outside is
re-optimised by large neighbourhoods under a growing price. Nothing is promised: that none is found
proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.local.annealing import anneal
from gridplan.optimise.partition.local.construct import Relaxed, drafts, outside_bounds
from gridplan.optimise.partition.local.corridors import settled
from gridplan.optimise.partition.local.large_neighbourhood import (
    Enough,
    improve,
    overload_price,
    soften,
)
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.partition.search_params import SearchParams


def to_its_end(step: Callable[[Run], Any], run: Run, least: float) -> Any:  # noqa: ANN401
    """
    Take a step, with so much work at the least.

    Parameters
    ----------
    step
        Asked with the run.
    run
        Its work is booked.
    least
        Work units: a first answer is not given up because what came before took the work.
    """
    part = run.at_least(least)
    found = step(part)
    if part is not run:
        run.book(part)
    return found


def mended(
    p: Problem, run: Run, start: np.ndarray, *, seed: int, params: SearchParams
) -> np.ndarray | None:
    """
    Join what a first assignment has cut off, and anneal it into its bounds.

    Parameters
    ----------
    start
        ``(n,)`` part of each unit.

    Returns
    -------
    assignment
        ``(n,)``, sound; None if that fails.
    """
    if not faults(p, start):
        return start
    base = np.where(p.allowed[np.arange(p.units), start], start, p.allowed.argmax(axis=1))
    base = settled(p, base, run, params.corridors)
    for mending in params.mending:
        work = min(mending.work, params.mending_share * run.work_left)
        base = anneal(p, base, run, work=work, seed=seed, params=mending.annealing)
        if not faults(p, base):
            return base
    return None


def any_sound(
    p: Problem, relaxed: Relaxed, run: Run, *, seed: int, params: SearchParams
) -> np.ndarray | None:
    """
    Find any sound assignment around fixed centers: anneal, then re-optimise overloaded parts.

    Parameters
    ----------
    relaxed
        The relaxation that the drafts are rounded from.

    Returns
    -------
    assignment
        ``(n,)``, sound; None if none was found.
    """
    budget = params.balancing_share * run.work_left
    few = p.units <= params.few * p.columns
    ends = []
    for draft in drafts(p, relaxed, run, params.constructing):
        now = draft
        for stage in params.balancing_few if few else params.balancing:
            if faults(p, now):
                work = min(stage.work, budget)
                now = anneal(p, now, run, work=work, seed=seed, params=stage.annealing)
        if not faults(p, now):
            return now
        ends.append(now)
    if not ends:
        return None
    now = min(ends, key=lambda a: outside_bounds(p, a))
    price = overload_price(p) * 0.3
    for _ in range(3):
        if not faults(p, now):
            return now
        if run.ended_by is not None:
            return None
        soft, enough = soften(p, price), Enough(budget, sound=p)
        now = improve(soft, now, run, enough=enough, seed=seed, params=params.neighbourhood)
        price *= 3
    return None if faults(p, now) else now
