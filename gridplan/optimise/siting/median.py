"""Capacitated p-median: least total cost, each unit at one site, within every site's bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.run import Progress, Run
from gridplan.optimise.siting import check
from gridplan.optimise.siting.arcs import Arcs, nearest_arcs
from gridplan.optimise.siting.bound import Relaxation
from gridplan.optimise.siting.case import Case, read_case
from gridplan.optimise.siting.choice import cheapest_sites
from gridplan.optimise.siting.infeasible import plain_conflicts
from gridplan.optimise.siting.result import Conflict, Siting
from gridplan.optimise.siting.search import (
    Memory,
    Walk,
    core_of,
    first_assignment,
)

Start = tuple[ArrayLike, ArrayLike] | ArrayLike


def capacitated_p_median(  # noqa: PLR0913  # a siting question has this many parts
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    capacity: ArrayLike,
    p: int | Sequence[int] | None,
    *,
    lower: ArrayLike | None = None,
    group: ArrayLike | None = None,
    group_min: ArrayLike | None = None,
    group_max: ArrayLike | None = None,
    kept: ArrayLike | None = None,
    closed: ArrayLike | None = None,
    site_cost: ArrayLike | None = None,
    start: Start | None = None,
    seed: int = 0,
    gap: float = 1e-6,
    work_limit: float = 60.0,
    time_limit: float | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Siting:
    """
    Open sites and assign every unit to one of them at least total cost.

    Parameters
    ----------
    cost
        ``(n, m)`` cost of assigning the **whole** unit i to site j, so already weighted by its
        demand: dense (infinite where forbidden), or CSR whose stored entries, explicit zeros
        included, are the allowed arcs.
    demand
        ``(n,)`` load a unit brings to its site.
    capacity
        ``(m,)`` most load of a site; infinite for none.
    p
        Number of sites, a range ``(low, high)``, or None for the fewest that can serve all.
    lower
        ``(m,)`` least load of a site **if it is open**.
    group, group_min, group_max
        ``(m,)`` label of each site (-1: none) and ``(groups,)`` sites to open in each.
    kept, closed
        Sites that must and must not open: masks ``(m,)`` or indices.
    site_cost
        ``(m,)`` added to the objective for every open site.
    start
        Sites to begin from, or ``(sites, assignment)``; need not be feasible.
    seed
        Of every random choice.
    gap
        Relative gap with which to be content.
    work_limit
        Deterministic end of the run; one unit is about one second on an office machine.
    time_limit
        Seconds; cuts the run short.
    progress
        Called with :class:`~gridplan.optimise.run.Progress`; True stops, the best so far is kept.

    Returns
    -------
    Siting
        ``infeasible`` with ``conflicts`` when there provably is none; ``unknown`` when none was
        found in time.

    Raises
    ------
    InputError
        If arrays do not match or hold NaN or negative entries.
    """
    case = read_case(
        cost, demand, capacity, p, lower=lower, group=group, group_min=group_min,
        group_max=group_max, kept=kept, closed=closed, site_cost=site_cost,
    )  # fmt: skip
    run = Run(work_limit=work_limit, time_limit=time_limit, progress=progress)
    return solve_case(case, run, seed=seed, gap=gap, start=start)


def solve_case(
    case: Case, run: Run, *, seed: int, gap: float, start: Start | None = None
) -> Siting:
    """Bound, search and proof for one case."""
    arcs = usable_arcs(case)
    conflicts = plain_conflicts(case, arcs)
    if conflicts:
        return _closed(case, run, seed=seed, conflicts=conflicts)
    relaxation = Relaxation(case, arcs)
    small = case.n / max(1, case.low) <= 80
    relaxation.climb(run, iterations=250)
    best: tuple[np.ndarray, np.ndarray] | None = None
    value = np.inf
    if small and run.ended_by is None:
        relaxation.climb(run, iterations=250, nodes=2000)
    assert relaxation.best is not None
    if not np.isfinite(relaxation.best.bound):
        return _closed(case, run, seed=seed, conflicts=[Conflict("unproven", {})])
    hot, share = 0.3, 0.4
    total = run.work_limit - run.work
    for number in range(6):
        if number and (run.ended_by is not None or value <= relaxation.best.bound * (1 + gap)):
            break
        walk = _walk(case, relaxation, seed=seed + number, best=best)
        walk.anneal(run, work=max(0.01, share * total), hot=hot, cold=0.003)
        found = walk.solution()
        if found is not None:
            objective = check.require(case, *found)
            if objective < value:
                best, value = found, objective
                run.report("improve", incumbent=value)
        hot, share = (0.15, 0.12) if found is not None else (0.5, 0.2)
    return finish(
        case, run, relaxation.best.bound, best, seed=seed, gap=gap, method="lagrangian+anneal"
    )


def usable_arcs(case: Case) -> Arcs:
    """Arcs by unit; of a dense table only as many as can matter."""
    most = max(200, int(np.ceil(30 * case.m / max(1, case.low))))
    dense_large = not case.sparse and case.n * case.m > 2_000_000 and most < case.m
    return nearest_arcs(case, most=most if dense_large else None)


def _walk(
    case: Case,
    relaxation: Relaxation,
    *,
    seed: int,
    best: tuple[np.ndarray, np.ndarray] | None,
) -> Walk:
    """Set a walk up at the best siting known, or where the relaxation points."""
    now = relaxation.best
    assert now is not None
    p = max(1, len(now.chosen))
    openness = relaxation.openness.copy()
    if best is not None:
        openness[best[0]] = 2.0
    core = core_of(case, openness, now.value, size=max(4 * p, 200))
    width = min(len(core), max(32, 10 * len(core) // p))
    reach = int(np.clip(2 * case.n // p, 8, case.n))
    memory = Memory(case, core, width=width, reach=reach)
    number = np.full(case.m, -1)
    number[core] = np.arange(len(core))
    opened = np.zeros(len(core), dtype=bool)
    if best is not None:
        opened[number[best[0]]] = True
        at = number[best[1]]
    else:
        value = -openness
        value[number < 0] = np.inf
        sites = cheapest_sites(case, value)
        opened[number[now.chosen if sites is None else sites]] = True
        at = first_assignment(memory, opened, -now.rate[core])
    memory.begin(opened, at, seed=seed)
    return Walk(case, core, memory)


def finish(
    case: Case,
    run: Run,
    bound: float,
    best: tuple[np.ndarray, np.ndarray] | None,
    *,
    seed: int,
    gap: float,
    method: str,
    **more: Any,  # noqa: ANN401
) -> Siting:
    """Check the solution once more and put the answer together."""
    ended = run.ended_by or "done"
    empty = np.zeros(0, dtype=np.int64)
    if best is None:
        sites, assignment, objective, status = empty, np.full(case.n, -1), np.inf, "unknown"
    else:
        sites, assignment = best[0].astype(np.int64), best[1].astype(np.int64)
        objective = check.require(case, sites, assignment)
        near = objective - bound <= max(gap, 1e-9) * abs(objective) + 1e-9
        status, ended = ("optimal", "proof") if near and gap <= 1e-6 else ("feasible", ended)
    return Siting(
        sites=sites, assignment=assignment, objective=objective, bound=min(bound, objective),
        status=status, seconds=run.seconds, work=run.work, method=method, seed=seed,
        ended_by=ended, trace=tuple(run.trace), **more,
    )  # fmt: skip


def _closed(case: Case, run: Run, *, seed: int, conflicts: list[Conflict]) -> Siting:
    """Answer that there provably is no siting."""
    none = finish(case, run, np.inf, None, seed=seed, gap=0.0, method="certificate")
    return replace(none, status="infeasible", conflicts=tuple(conflicts), ended_by="proof")
