"""The 1+N choice among open sites: which manage, and which one manages each of the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.milp import solve
from gridplan.optimise.run import Progress, Run
from gridplan.optimise.siting.result import Siting

NODES = 20_000
"""Branch-and-bound nodes after which the program ends by itself."""


def regional(  # noqa: PLR0913  # every option is a demand of the planner
    cost: ArrayLike,
    demand: ArrayLike,
    group: ArrayLike,
    *,
    group_min: ArrayLike | int = 1,
    group_max: ArrayLike | int = 2,
    within: ArrayLike | None = None,
    least: float = 0.0,
    preferred: ArrayLike | None = None,
    seed: int = 0,
    work_limit: float = 20.0,
    time_limit: float | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Siting:
    """
    Choose regional sites in every group and put each site under one, demand times cost least.

    A site outside its manager's group pays as if it lay beyond every other way, so that groups are
    only crossed where there is no other choice; then preferred sites are chosen where that costs
    nothing else; the objective reported is plain demand times cost.

    Parameters
    ----------
    cost
        ``(m, m)`` cost of one unit of demand of site ``i`` under site ``j``.
    demand
        ``(m,)``.
    group
        ``(m,)`` street of each site, from 0.
    group_min, group_max
        Regional sites of each street, one number or one a street.
    within
        ``(m,)`` labels that must not be crossed (grids).
    least
        Demand each regional site must manage, its own included.
    preferred
        ``(m,)`` mask of sites that are regional already: chosen before all others.
    seed, work_limit, time_limit, progress
        As in every run.

    Returns
    -------
    Siting
        ``assignment`` is the manager of each site, its own index where regional.
    """
    metres, load = np.asarray(cost, dtype=float), np.asarray(demand, dtype=float)
    street, m = np.asarray(group), len(load)
    inside = np.zeros(m, dtype=int) if within is None else np.asarray(within)
    liked = np.zeros(m, dtype=bool) if preferred is None else np.asarray(preferred, dtype=bool)
    run = Run(work_limit=work_limit, time_limit=time_limit, progress=progress)
    under, manager = np.nonzero(inside[:, None] == inside[None, :])
    arcs, groups = len(under), int(street.max(initial=-1)) + 1
    plain = load[under] * metres[under, manager]
    beyond = float(metres.max(initial=0.0)) + 1.0
    price = plain + load[under] * np.where(street[under] != street[manager], 10 * beyond, 0.0)
    # Changing what is regional today is dearer than any way within a street.
    opening = np.where(liked, 0.0, float(load.sum()) * beyond / max(1, m))
    rows, lower, upper = _rows(under, manager, street, load, least, groups)
    lower[2 * m + arcs :] = np.concatenate([np.broadcast_to(group_min, groups), np.zeros(m)])
    upper[2 * m + arcs : 2 * m + arcs + groups] = np.broadcast_to(group_max, groups)
    answer = solve(
        np.concatenate([price, opening]),
        rows,
        lower,
        upper,
        col_upper=1.0,
        # Given what is regional, each site goes to its cheapest: whole by itself, unless loads bind.
        integer=(np.arange(arcs + m) >= arcs) | (least > 0),
        node_limit=NODES,
        time_limit=time_limit,
        seed=seed,
    )
    ending = {"seconds": run.seconds, "work": run.work, "method": "milp", "seed": seed}
    if answer.x is None:
        nothing = np.array([], dtype=int)
        status = "infeasible" if answer.status == "infeasible" else "unknown"
        return Siting(nothing, np.full(m, -1), np.inf, -np.inf, status, **ending)
    chosen = answer.x[:arcs] > 0.5
    given = np.full(m, -1)
    given[under[chosen]] = manager[chosen]
    value = float(plain[chosen].sum())
    run.report("regional", incumbent=value)
    return Siting(np.unique(given), given, value, -np.inf, "feasible", **ending)


def _rows(
    under: np.ndarray,
    manager: np.ndarray,
    street: np.ndarray,
    load: np.ndarray,
    least: float,
    groups: int,
) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Each site under one, only under regional ones, each regional one under itself, and so on."""
    m, arcs = len(load), len(under)
    arc, site = np.arange(arcs), np.arange(m)
    own = np.flatnonzero(under == manager)
    one = sparse.coo_matrix((np.ones(arcs), (under, arc)), shape=(m, arcs + m))
    open_only = sparse.coo_matrix(
        (np.repeat([1.0, -1.0], arcs), (np.tile(arc, 2), np.concatenate([arc, arcs + manager]))),
        shape=(arcs, arcs + m),
    )
    itself = sparse.coo_matrix(
        (np.repeat([1.0, -1.0], m), (np.tile(site, 2), np.concatenate([own, arcs + site]))),
        shape=(m, arcs + m),
    )
    counts = sparse.coo_matrix((np.ones(m), (street, arcs + site)), shape=(groups, arcs + m))
    managed = sparse.coo_matrix(
        (
            np.concatenate([load[under], np.full(m, -float(least))]),
            (np.concatenate([manager, site]), np.concatenate([arc, arcs + site])),
        ),
        shape=(m, arcs + m),
    )
    lower = np.concatenate([np.ones(m), np.full(arcs, -np.inf), np.zeros(m), np.zeros(groups + m)])
    upper = np.concatenate(
        [np.ones(m), np.zeros(arcs), np.zeros(m), np.full(groups, np.inf), np.full(m, np.inf)]
    )
    return sparse.vstack([one, open_only, itself, counts, managed]).tocsr(), lower, upper
