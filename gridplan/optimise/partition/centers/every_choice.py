"""Few choices of centers: each bounded by its linear relaxation, and partitioned in that order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import value_of
from gridplan.optimise.partition.answer.infeasible import certificates
from gridplan.optimise.partition.bound.sifting import SiftingParams
from gridplan.optimise.partition.centers.center_exchange import (
    restrict,
)
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.question.problem import Problem


def best_of_every(
    p: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    solve: Callable[..., Any],
    sifting: SiftingParams,
    share: float,
) -> tuple[np.ndarray | None, float]:
    """
    Bound every choice of centers by its linear relaxation and partition in that order.

    Parameters
    ----------
    p, run
        The question, and the work there is.
    seed, gap
        As of the partition.
    solve
        Partitions around given centers.
    sifting
        Tuning of the relaxation.
    share
        Of the work that is left, for one choice.

    Returns
    -------
    assignment, bound
        ``(n,)`` columns of the best found, None for none; and what no choice goes below.
    """
    ranked = []
    for choice in combinations(range(p.columns), p.parts):
        sub = restrict(p, np.array(choice))
        low = np.inf if certificates(sub) else relax(sub, run, sifting)[0]
        ranked.append((low, choice))
    ranked.sort()
    best: np.ndarray | None = None
    bounds = [low for low, _ in ranked]
    for number, (low, choice) in enumerate(ranked):
        value = np.inf if best is None else value_of(p, best)
        ended = run.ended_by
        # However much work the bounds took, a choice or two is partitioned.
        over = ended is not None and (ended != "work" or best is not None or number > 1)
        if over or low >= value:
            break
        part = run.part(share)
        sub = restrict(p, np.array(choice))
        found, own, _ = solve(sub, part, seed=seed, gap=gap, whole=best is None)
        run.book(part)
        bounds[number] = max(low, own)
        if found is not None:
            whole = np.array(choice)[found]
            best = whole if best is None or value_of(p, whole) < value else best
    return best, min(bounds, default=np.inf)
