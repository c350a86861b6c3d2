"""Several good partitions that really differ, each with its price.

Each further partition pays for every person left where an earlier one has them; the price of
agreement rises until enough residents are in another part. The cost reported is the true one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order

from gridplan.optimise.partition.check import value_of
from gridplan.optimise.partition.engine import partition, problem_of
from gridplan.optimise.partition.measures import moved
from gridplan.optimise.partition.problem import Problem
from gridplan.optimise.partition.result import Partition

PRICES = (0.02, 0.06, 0.2, 0.6, 2.0, 6.0)
"""Price of agreement a person, in mean costs of a person, tried in turn."""

ROUGH = 5e-3
"""Gap to which the priced problems are solved: their optimum itself is not wanted."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """
    One of several partitions.

    Parameters
    ----------
    partition
        With the true objective and the bound of the problem without agreement.
    extra
        Objective above that of the best, absolute.
    moved
        Demand in another part than in the nearest earlier alternative, persons.
    share
        The same as a share of all demand.
    """

    partition: Partition
    extra: float
    moved: float
    share: float


def alternatives(
    n: int,
    adjacency: sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    cost: ArrayLike,
    *,
    difference: float = 0.1,
    work_limit: float = 60.0,
    time_limit: float | None = None,
    **options: Any,  # noqa: ANN401  # those of partition
) -> tuple[Alternative, ...]:
    """
    Find up to ``n`` partitions of which any two differ for a share of the residents.

    Parameters
    ----------
    n
        Partitions wanted, the best one included.
    adjacency, demand, cost, options
        As for :func:`~gridplan.optimise.partition.partition`.
    difference
        Least share of demand in another part than in any earlier partition.
    work_limit, time_limit
        For all of them together.

    Returns
    -------
    tuple of Alternative
        Best first; fewer than ``n`` where no further one was found.
    """
    share: dict[str, Any] = {
        "work_limit": work_limit / max(1, n),
        "time_limit": None if time_limit is None else time_limit / max(1, n),
    }
    best = partition(adjacency, demand, cost, **options, **share)
    if best.assignment is None:
        return ()
    out = [Alternative(best, 0.0, 0.0, 0.0)]
    weight = np.asarray(demand, dtype=float)
    table = np.asarray(cost, dtype=float)
    problem = problem_of(adjacency, demand, table, **options)
    scale = float(best.objective) / max(float(weight.sum()), 1e-12)
    rest = {key: value for key, value in options.items() if key not in ("start", "gap")}
    for _ in range(1, n):
        agreed = sum(np.eye(table.shape[1])[np.asarray(one.partition.assignment)] for one in out)
        for turn, price in enumerate(PRICES):
            where = _nearby(problem, seed=len(out) * len(PRICES) + turn)
            dearer = table + price * scale * (weight * where)[:, None] * agreed
            few: dict[str, Any] = {
                key: None if v is None else v / len(PRICES) for key, v in share.items()
            }
            got = partition(adjacency, demand, dearer, gap=ROUGH, **rest, **few)
            if got.assignment is None:
                continue
            apart = min(
                moved(one.partition.assignment, got.assignment, weight)  # type: ignore[arg-type]
                for one in out
            )
            if apart >= difference * weight.sum() - 1e-9:
                out.append(_priced(problem, best, got, apart, float(weight.sum())))
                break
        else:
            break
    return tuple(out)


def _nearby(problem: Problem, *, seed: int) -> np.ndarray:
    """
    Weights ``(n,)`` from 2 at a random unit down to 0 at the unit farthest from it.

    The same price everywhere would leave nothing but ties; a price that falls with distance makes
    the new partition differ in one place, which a person can see.
    """
    start = int(np.random.default_rng(seed).integers(problem.units))
    far = breadth_first_order(problem.graph, start, directed=False, return_predecessors=False)
    weight = np.zeros(problem.units)
    weight[far] = 2.0 * (1.0 - np.arange(len(far)) / problem.units)
    return weight


def _priced(
    problem: Problem, best: Partition, got: Partition, apart: float, total: float
) -> Alternative:
    """State an alternative at its true cost, with the bound that holds for every partition."""
    objective = value_of(problem, np.asarray(got.assignment))
    own = replace(
        got,
        objective=objective,
        bound=best.bound,
        gap=(objective - best.bound) / max(abs(objective), 1e-12),
        status="feasible",
        method=got.method + "+agreement",
    )
    return Alternative(own, objective - best.objective, apart, apart / total if total else 0.0)
