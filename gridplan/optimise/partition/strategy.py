"""
The strategy: which algorithms a problem goes through, from first answer to certificate.

1. A small problem is solved exactly by cutting planes.
2. Where centers are chosen, a Lagrangian p-median guides the search and closes what cannot be.
3. A plain service-area problem is solved by column generation, then branch and price.
4. With many units a part, its pairs are ruled out by knapsacks, the rest searched by their tree.
5. Else: relax, construct, improve by large neighbourhoods, and raise the bound by knapsacks and the
   exact program.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.answer.result import Conflict
from gridplan.optimise.partition.assignment.contiguity import neighbours
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.knapsack import knapsack_bound
from gridplan.optimise.partition.bound.min_cut import divide, priced_border
from gridplan.optimise.partition.centers.choose_centers import choose
from gridplan.optimise.partition.centers.free_parts import free_parts
from gridplan.optimise.partition.first_answers import any_sound, mended, to_its_end
from gridplan.optimise.partition.local.annealing import anneal
from gridplan.optimise.partition.local.construct import construct, relax
from gridplan.optimise.partition.local.large_neighbourhood import Enough, improve
from gridplan.optimise.partition.price.multistart import is_plain
from gridplan.optimise.partition.question.atoms import allowed_atoms
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.partition.search_params import SearchParams
from gridplan.optimise.partition.service_areas import service_areas
from gridplan.optimise.partition.wide_areas import is_wide, wide_areas


@dataclass(frozen=True, eq=False)
class Found:
    """
    Outcome of a search.

    Parameters
    ----------
    assignment
        ``(n,)`` or None.
    bound
        Valid lower bound; infinite where it is proven that there is no partition.
    method
        Steps taken.
    conflict
        What is in the way, where that is known.
    """

    assignment: np.ndarray | None
    bound: float
    method: str
    conflict: Conflict | None = None


def search(
    problem: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None = None,
    params: SearchParams,
) -> Found:
    """
    Find a partition and a bound for a contracted problem.

    Parameters
    ----------
    gap
        Relative gap at which the search ends; 0 asks for proof.
    start
        ``(n,)`` an assignment to begin from.
    params
        Tuning.
    """
    p, solve = problem, partial(_anchored, params=params)
    pairs, proven = int(allowed_atoms(p).sum()), -np.inf
    if p.chosen and start is None and params.small < pairs <= params.choice:
        # The exact program may be long without an answer: one is there before it, and begins it.
        part = run.part(
            params.glance, progress=lambda told: run.report("build", incumbent=told.incumbent)
        )
        start, low = choose(p, part, seed=seed, gap=gap, solve=solve, params=params.choosing)
        run.book(part)
        if start is not None:
            run.report("build", incumbent=value_of(p, start), bound=low)
            if not _open(p, start, low, gap):
                return Found(start, low, "median+growth+exchange")
    if pairs <= params.small or (p.chosen and pairs <= params.choice):
        part = run.part(params.exact_share)
        nodes = part.afford(params.nodes_per_work, params.nodes)
        exact = solve_exact(
            p, part, model=complete(p), seed=seed, start=start, tell=lambda: run.report("cuts"),
            limits=ExactLimits(max(gap / 2, 1e-7), nodes),
        )  # fmt: skip
        run.book(part)
        if exact.status in ("optimal", "infeasible") or exact.assignment is not None:
            return Found(exact.assignment, exact.bound, "cuts")
        proven = exact.bound
    if p.chosen:
        assignment, bound = choose(p, run, seed=seed, gap=gap, solve=solve, params=params.choosing)
        known = [one for one in (assignment, start) if one is not None and not faults(p, one)]
        assignment = min(known, key=partial(value_of, p), default=None)
        return Found(assignment, max(bound, proven), "median+growth+exchange")
    if (p.centers < 0).any():
        found = free_parts(p, run, seed=seed, gap=gap, start=start, solve=solve, params=params.free)
        return Found(found[0], max(found[1], proven), found[2])
    assignment, bound, method = solve(p, run, seed=seed, gap=gap, start=start, whole=True)
    return Found(assignment, max(bound, proven), method)


def complete(p: Problem) -> Model:
    """Make the exact program, with the cuts that hold units to their neighbours."""
    model = Model(p)
    if not p.chosen:
        neighbours(model)
    return model


def _anchored(
    p: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None = None,
    whole: bool = False,
    params: SearchParams,
) -> tuple[np.ndarray | None, float, str]:
    """Relax, build, improve and certify around fixed centers: of the whole question, or a trial."""
    start = None if start is None else mended(p, run, start, seed=seed, params=params)
    provable = params.small < p.units * p.columns <= params.proof
    if provable and is_plain(p, params.service.incumbent.starts):
        found, low, method = service_areas(
            p, run, seed=seed, gap=gap, start=start, params=params.service
        )
        if found is not None or low == np.inf or run.ended_by is not None:
            return found, low, method
    else:
        low = -np.inf
    least = params.first * p.units * p.columns if whole and start is None else 0.0
    relaxed = to_its_end(partial(relax, p, params=params.constructing.sifting), run, least)
    step = partial(construct, p, relaxed, seed=seed, gap=min(gap, 5e-4), params=params.constructing)
    best, bound = to_its_end(step, run, least)
    bound = max(bound, low)
    steps = ["lp", "growth"]
    run.report("build", incumbent=None if best is None else value_of(p, best), bound=bound)
    if bound == np.inf:
        return None, bound, "lp"
    if start is not None:
        best = start if best is None else min(start, best, key=lambda a: value_of(p, a))
    if priced_border(p):
        best, bound = _divided(p, run, best, bound, params)
        steps.append("minimum cuts")
    if best is None:
        best = to_its_end(partial(any_sound, p, relaxed, seed=seed, params=params), run, least)
        steps.append("exchange")
    if best is not None and _open(p, best, bound, params.rough):
        work = min(params.polishing.work, params.polishing_share * run.work_left)
        best = anneal(p, best, run, work=work, seed=seed, params=params.polishing.annealing)
        run.report("build", incumbent=value_of(p, best))
    if is_wide(p, params.wide) and (best is None or _open(p, best, bound, gap)):
        best, bound, more = _wide(p, run, best, bound, seed=seed, gap=gap, params=params)
        steps += more
    if best is not None and _open(p, best, bound, gap) and run.ended_by is None:
        wide = p.units * p.columns > params.proof
        share = params.improving_wide if wide else params.improving
        enough = Enough(share * run.work_left, bound, gap)
        best = improve(p, best, run, enough=enough, seed=seed, params=params.neighbourhood)
        steps.append("exchange")
        run.report("improve", incumbent=value_of(p, best))
    return _certify(p, run, best, bound, steps, seed=seed, gap=gap, params=params)


def _divided(
    p: Problem, run: Run, best: np.ndarray | None, bound: float, params: SearchParams
) -> tuple[np.ndarray | None, float]:
    """Cut along the cheapest border: a bound on its price, and perhaps a better answer."""
    divided, floor = divide(p, run, params.min_cut)
    bound = max(bound, floor)
    if divided is not None and (best is None or value_of(p, divided) < value_of(p, best)):
        best = divided
    run.report("bound", incumbent=None if best is None else value_of(p, best), bound=bound)
    return best, bound


def _wide(
    p: Problem,
    run: Run,
    best: np.ndarray | None,
    bound: float,
    *,
    seed: int,
    gap: float,
    params: SearchParams,
) -> tuple[np.ndarray | None, float, list[str]]:
    """Rule out pairs of a plain problem of many units a part, and search what is left."""
    left = wide_areas(p, run, best, bound, seed=seed, gap=gap, params=params.wide)
    return left.best, left.bound, list(left.steps)


def _open(p: Problem, assignment: np.ndarray, bound: float, gap: float) -> bool:
    """Tell whether the gap is still too wide."""
    value = value_of(p, assignment)
    return value - bound > gap * max(abs(value), 1e-9)


def _certify(
    p: Problem,
    run: Run,
    best: np.ndarray | None,
    bound: float,
    steps: list[str],
    *,
    seed: int,
    gap: float,
    params: SearchParams,
) -> tuple[np.ndarray | None, float, str]:
    """Raise the bound by knapsacks, then by the exact program from the best answer."""
    if best is not None and not _open(p, best, bound, gap):
        return best, bound, "+".join(steps)
    pairs = int(allowed_atoms(p).sum())
    if best is not None and pairs <= params.proof and run.ended_by is None:
        few = p.units <= params.service.incumbent.starts.large * p.columns
        knapsack = params.knapsack if few else params.knapsack_wide
        lifted = knapsack_bound(p, run, value_of(p, best), params=knapsack)
        if lifted is not None and lifted.bound > bound:
            bound = lifted.bound
            steps.append("knapsack")
            run.report("bound", bound=bound)
    if pairs <= params.proof and run.ended_by is None:
        nodes = run.afford(params.nodes_per_work, params.nodes)
        exact = solve_exact(
            p, run, model=complete(p), seed=seed, start=best, tell=lambda: run.report("cuts"),
            limits=ExactLimits(max(gap, 1e-7), nodes),
        )  # fmt: skip
        steps.append("cuts")
        if exact.status == "infeasible" and best is None:
            return None, np.inf, "+".join(steps)
        if np.isfinite(exact.bound):
            bound = max(bound, exact.bound)
        if exact.assignment is not None and (
            best is None or value_of(p, exact.assignment) < value_of(p, best)
        ):
            best = exact.assignment
    return best, bound, "+".join(steps)
