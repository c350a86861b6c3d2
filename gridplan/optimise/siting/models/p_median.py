"""Capacitated p-median: least total cost, each unit at one site, within every site's bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Progress, Run
from gridplan.optimise.options import strict
from gridplan.optimise.siting.answer.result import Siting
from gridplan.optimise.siting.bound.site_choice import cheapest_sites
from gridplan.optimise.siting.engine.certified import Start
from gridplan.optimise.siting.engine.params import TURNS
from gridplan.optimise.siting.engine.solve import solve_case
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.prove.infeasible import plain_conflicts
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import Case, read_case


@strict()
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
        Called with :class:`~gridplan.optimise.budget.Progress`; True stops, the best so far is
        kept.

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
    if p is None:
        return fewest(case, run, seed=seed, gap=gap, start=start)
    return solve_case(case, run, seed=seed, gap=gap, start=start)


@strict()
def p_median(  # noqa: PLR0913  # a siting question has this many parts
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    p: int | Sequence[int],
    *,
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
    Open ``p`` sites so that serving every unit from its cheapest open one costs least.

    Parameters
    ----------
    cost, demand, p, group, group_min, group_max, kept, closed, site_cost, start
        As for :func:`capacitated_p_median`, without capacities; ``demand`` does not enter the
        objective, since ``cost`` is that of the whole unit.
    seed, gap, work_limit, time_limit, progress
        As for :func:`capacitated_p_median`.

    Returns
    -------
    Siting
    """
    case = read_case(
        cost, demand, None, p, group=group, group_min=group_min, group_max=group_max, kept=kept,
        closed=closed, site_cost=site_cost,
    )  # fmt: skip
    run = Run(work_limit=work_limit, time_limit=time_limit, progress=progress)
    return solve_case(case, run, seed=seed, gap=gap, start=start)


def fewest(  # noqa: C901  # one pass over the numbers of sites
    case: Case, run: Run, *, seed: int, gap: float, start: Start | None
) -> Siting:
    """Find the least number of sites that can serve all, then the best siting of that number."""
    arcs = usable_arcs(case)
    least = least_sites(case)
    if least is None or plain_conflicts(case, arcs):
        return solve_case(case, run, seed=seed, gap=gap)
    proven, most = least, case.m - int(case.closed.sum())
    if len(arcs.cost) <= 4 * TURNS.tiny_arcs and not arcs.shortened:
        count = replace(case, site_cost=np.ones(case.m))
        links = all_links(case)
        free = replace(links, cost=np.zeros(len(links.cost)))
        answer = solve_links(count, free, run, node_limit=20_000, seed=seed)
        if answer.status == "infeasible":
            return solve_case(case, run, seed=seed, gap=gap)
        if answer.status == "optimal":
            proven = least = round(answer.objective)
    for number in range(least, most + 1):
        part = run.part(most=0.15 * run.planned)
        fixed = replace(case, low=number, high=number)
        if len(arcs.cost) > TURNS.tiny_arcs:
            probe = solve_case(fixed, part, seed=seed, gap=1.0, start=start)
            run.book(part)
            if not probe.feasible:
                if probe.status == "infeasible" and number == proven:
                    proven = number + 1
                if run.ended_by is None:
                    continue
                return probe
            start = (probe.sites, probe.assignment)
        found = solve_case(fixed, run, seed=seed, gap=gap, start=start)
        if found.status == "infeasible" and number == proven:
            proven = number + 1
        if found.feasible or run.ended_by is not None:
            figures = {"fewest": number, "fewest_bound": proven}
            status = found.status if number == proven or not found.feasible else "feasible"
            return replace(found, status=status, figures=figures)
    return solve_case(replace(case, low=most, high=most), run, seed=seed, gap=gap)


def least_sites(case: Case) -> int | None:
    """Count the sites below which capacities and counts rule any siting out."""
    total = float(case.demand.sum())
    room = np.where(np.isfinite(case.capacity), case.capacity, total)
    for number in range(max(1, case.low), case.high + 1):
        chosen = cheapest_sites(replace(case, low=number, high=number), -room)
        if chosen is not None and room[chosen].sum() >= total * (1 - 1e-12):
            return number
    return None
