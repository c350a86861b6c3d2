"""
The p-median problem, with capacities (CPMP) and without: least total cost, each unit at one site.

Hakimi, *Operations Research* 12(3), 1964; with capacities Mulvey and Beck, *EJOR* 18(3), 1984.
Lower bounds on loads, groups and costs of sites make it a single-source capacitated facility
location problem as well. Guarantee: a bound for the whole question; optimal only where it is met.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.options import strict
from gridplan.optimise.outcome import PROVEN_GAP
from gridplan.optimise.siting.answer.result import Siting
from gridplan.optimise.siting.bound.site_choice import cheapest_sites
from gridplan.optimise.siting.engine.params import TURNS
from gridplan.optimise.siting.engine.solve import solve_case
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.prove.infeasible import plain_conflicts
from gridplan.optimise.siting.question.arcs import Arcs, usable_arcs
from gridplan.optimise.siting.question.case import Case, read_case
from gridplan.optimise.siting.question.options import (
    CapacitatedOptions,
    MedianOptions,
    ModelParams,
    Number,
    SearchOptions,
    Start,
    bounds_of,
    run_of,
)

PARAMS = ModelParams()


@strict()
def capacitated_p_median(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    capacity: ArrayLike,
    p: Number,
    **options: Unpack[CapacitatedOptions],
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
    opening_cost, closing_cost, budget
        ``(m,)`` twice: money paid for each site that opens, and for each that does not; the most
        for all of them together. It is no part of the objective.
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
    ValueError
        If arrays do not match or hold NaN or negative entries.
    """
    case = read_case(cost, demand, capacity, p, **bounds_of(options))
    run = run_of(options, PARAMS.work)
    steering = search_of(options)
    return solve_case(case, run, **steering) if p is not None else fewest(case, run, **steering)


@strict()
def p_median(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    p: Number,
    **options: Unpack[MedianOptions],
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
    case = read_case(cost, demand, None, p, **bounds_of(options))
    return solve_case(case, run_of(options, PARAMS.work), **search_of(options))


def search_of(options: SearchOptions) -> dict[str, Any]:
    """Take what steers the search out of some options."""
    return {
        "seed": options.get("seed", 0), "gap": options.get("gap", PROVEN_GAP),
        "start": options.get("start"),
    }  # fmt: skip


def fewest(case: Case, run: Run, *, seed: int, gap: float, start: Start | None) -> Siting:
    """
    Find the least number of sites that can serve all, then the best siting of that number.

    Parameters
    ----------
    case
        The question, any number of sites allowed.
    run
        Charged for the work.
    seed, gap, start
        As for :func:`~gridplan.optimise.siting.engine.solve.solve_case`.

    Returns
    -------
    Siting
        ``figures``: the number, ``fewest``, and its proven bound, ``fewest_bound``; optimal only
        where they meet.
    """
    arcs = usable_arcs(case)
    least = _least_proven(case, arcs, run, seed)
    if least is None:
        return solve_case(case, run, seed=seed, gap=gap)
    proven, most = least, case.m - int(case.closed.sum())
    for number in range(least, most + 1):
        fixed, probe = replace(case, low=number, high=number), None
        if len(arcs.cost) > TURNS.tiny_arcs:
            part = run.part(most=PARAMS.probe * run.planned)
            probe = solve_case(fixed, part, seed=seed, gap=1.0, start=start)
            run.book(part)
        found = probe
        if probe is None or probe.feasible:
            start = start if probe is None else (probe.sites, probe.assignment)
            found = solve_case(fixed, run, seed=seed, gap=gap, start=start)
        elif run.ended_by is not None:
            return probe
        assert found is not None
        if found.status == "infeasible" and number == proven:
            proven = number + 1
        if found is not probe and (found.feasible or run.ended_by is not None):
            figures = {"fewest": number, "fewest_bound": proven}
            status = found.status if number == proven or not found.feasible else "feasible"
            return replace(found, status=status, figures=figures)
    return solve_case(replace(case, low=most, high=most), run, seed=seed, gap=gap)


def _least_proven(case: Case, arcs: Arcs, run: Run, seed: int) -> int | None:
    """Bound the number of sites from below; None where no number can serve all."""
    least = least_sites(case)
    if least is None or plain_conflicts(case, arcs):
        return None
    if len(arcs.cost) > 4 * TURNS.tiny_arcs or arcs.shortened:
        return least
    count = replace(case, site_cost=np.ones(case.m))
    links = all_links(case)
    free = replace(links, cost=np.zeros(len(links.cost)))
    answer = solve_links(count, free, run, node_limit=20_000, seed=seed)
    if answer.status == "infeasible":
        return None
    return round(answer.objective) if answer.status == "optimal" else least


def least_sites(case: Case) -> int | None:
    """Count the sites below which capacities and counts rule any siting out."""
    total = float(case.demand.sum())
    room = np.where(np.isfinite(case.capacity), case.capacity, total)
    for number in range(max(1, case.low), case.high + 1):
        chosen = cheapest_sites(replace(case, low=number, high=number), -room)
        if chosen is not None and room[chosen].sum() >= total * (1 - 1e-12):
            return number
    return None
