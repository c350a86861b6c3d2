"""
Parts that whole numbers of sites can serve: totals aimed at by a small program, then partitioned.

1. Without the sites: where its answer can be served, it is the best of all.
2. A small problem is solved exactly, the numbers of sites being whole columns of its program.
3. Else each part aims at the nearest total that can be served, and the problem is solved anew
   within the bounds of these totals; its answer says where the sites really lie, and so on.
   The bound is that of the problem without sites, so it holds and the gap may stay open.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.answer.result import Conflict
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.openings import (
    Aim,
    aim,
    countable,
    gapless,
    least_tolerance,
    served,
)
from gridplan.optimise.partition.centers.center_exchange import restrict
from gridplan.optimise.partition.heads import headed, lacking
from gridplan.optimise.partition.question.atoms import allowed_atoms
from gridplan.optimise.partition.question.problem import Band, Problem
from gridplan.optimise.partition.search_params import SearchParams
from gridplan.optimise.partition.strategy import Found, complete, search


@dataclass(frozen=True)
class SitedParams:
    """
    How totals that sites can serve are aimed at.

    Parameters
    ----------
    tries
        Totals aimed at, one after the other.
    spread
        By what share of the mean the totals wished for are moved from one try to the next.
    wobble
        Units by which the distances of parts from their heads are moved from one try to the next.
    aiming
        Share of the run for totals aimed at where an exact program may follow.
    first
        Share of the run for the problem without sites where its answer can hardly be the one.
    small, choice, proof
        Allowed pairs up to which whole numbers of sites are part of an exact program: at once, at
        once where centers are chosen, and where no total aimed at did.
    search
        Of the problems without sites.
    """

    tries: int = 12
    spread: float = 0.15
    wobble: float = 3.0
    aiming: float = 0.5
    first: float = 0.4
    small: int = 700
    choice: int = 6500
    proof: int = 16_000
    search: SearchParams = field(default_factory=SearchParams)


def search_sited(
    problem: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None = None,
    params: SitedParams,
) -> Found:
    """
    Find a partition that sites can serve and a bound, for a contracted problem.

    As :func:`.strategy.search`, which it is without sites.
    """
    p, bare = problem, replace(problem, sites=None)
    if p.sites is None:
        return search(bare, run, seed=seed, gap=gap, start=start, params=params.search)
    if gapless(p):
        first = search(bare, run, seed=seed, gap=gap, start=start, params=params.search)
    else:
        part = _part(run, params.first)
        first = search(bare, part, seed=seed, gap=gap, start=start, params=params.search)
        run.book(part)
    if first.bound == np.inf or (first.assignment is not None and served(p, first.assignment)):
        return first
    if not countable(p):
        why = Conflict("sites-impossible", {"tolerance_at_least": least_tolerance(p)})
        return Found(None, np.inf, f"{first.method}+counting", why)
    if first.assignment is None:
        return first
    # What was told so far was of another problem; and it may have used up the run.
    run.incumbent = None
    run.trace.clear()
    part = run.anew(progress=lambda _: run.report("sites"))
    found = _served(p, part, first, seed=seed, gap=gap, params=params)
    run.book(part)
    return found


def _part(run: Run, share: float) -> Run:
    """Begin a part of the run that reports as the stage of sites."""
    return run.part(share, progress=lambda _: run.report("sites"))


def _served(
    p: Problem, run: Run, first: Found, *, seed: int, gap: float, params: SitedParams
) -> Found:
    """Solve a tiny problem exactly; else aim at totals, and let the exact program follow."""
    pairs = int(allowed_atoms(p).sum())
    method, bound, best = f"{first.method}+sites", first.bound, None
    provable = pairs <= params.proof
    small = pairs <= params.small or (p.chosen and pairs <= params.choice)
    if pairs > params.small:
        part = _part(run, params.aiming if provable else 1.0)
        best = _aimed(p, part, first, seed=seed, gap=gap, params=params)
        run.book(part)
    if run.ended_by is None and (small or (provable and best is None)):
        got = _exact(p, run, seed=seed, gap=gap, start=best, params=params.search)
        if got.bound == np.inf and best is None:
            return Found(None, np.inf, method, Conflict("sites-impossible"))
        bound = max(bound, got.bound)
        if got.assignment is not None:
            best = min([got.assignment, best][: 1 + (best is not None)], key=partial(value_of, p))
    if best is None and pairs <= params.small and run.ended_by is None:
        best = _aimed(p, run, first, seed=seed, gap=gap, params=params)
    return Found(best, bound, method, None if best is not None else Conflict("sites-not-found"))


def _exact(
    p: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None,
    params: SearchParams,
) -> Found:
    """Solve with whole numbers of sites as columns of the program."""
    part = _part(run, 0.6)
    nodes = part.afford(params.nodes_per_work, params.nodes)
    got = solve_exact(
        p, part, model=complete(p), seed=seed, start=start, tell=lambda: part.report("cuts"),
        limits=ExactLimits(max(gap / 2, 1e-7), nodes),
    )  # fmt: skip
    run.book(part)
    sound = got.assignment is not None and not faults(p, got.assignment)
    return Found(got.assignment if sound else None, got.bound, "cuts")


def _aimed(
    p: Problem, run: Run, first: Found, *, seed: int, gap: float, params: SitedParams
) -> np.ndarray | None:
    """Solve within the bounds of totals that can be served, until the sites there serve them."""
    assert first.assignment is not None
    used = np.unique(first.assignment)
    bare = restrict(replace(p, sites=None), used)
    code = np.full(p.columns, -1, dtype=np.int64)
    code[used] = np.arange(len(used))
    now = code[first.assignment]
    rng = np.random.default_rng(seed)
    seen: set[bytes] = set()
    held = False
    free = replace(bare, sites=p.sites)
    for number in range(params.tries):
        if run.ended_by is not None:
            break
        if p.sites is not None and p.sites.head_max is not None and lacking(free, now):
            wobble = rng.exponential(params.wobble, (len(used), len(p.sites.head_max)))
            led = headed(
                free, now, run, wobble=wobble * (number > 0), params=params.search.corridors
            )
            if led is not None:
                bare, now = replace(led[0], sites=None), led[1]
        moved = params.spread * p.target * rng.standard_normal(len(used)) * (number > 1)
        load = np.bincount(now, weights=p.demand, minlength=len(used)) + moved
        goal = _goal(p, bare, used, now, load)
        mark = b"" if goal is None else goal.opened.tobytes() + bytes([held]) + now.tobytes()
        if goal is None or mark in seen:
            continue
        seen.add(mark)
        part = _part(run, 1 / max(2, params.tries - number))
        narrow = _narrow(p, bare, goal, held=held)
        got = search(narrow, part, seed=seed, gap=max(gap, 1e-3), start=now, params=params.search)
        run.book(part)
        if got.assignment is None:
            continue
        now, held = got.assignment, True
        if served(p, used[now]):
            return used[now]
    return None


def _narrow(p: Problem, bare: Problem, goal: Aim, *, held: bool) -> Problem:
    """
    Bound the parts by the totals aimed at; ``held`` by the sites too that are to lie in them.

    Further resources make a problem harder: they are added where totals alone did not do.
    """
    s, bands = p.sites, bare.resources
    assert s is not None
    if held:
        for kind in (s.kept, ~s.kept):
            values = np.asarray(s.count[kind].sum(axis=0)).ravel()
            least = goal.opened[:, kind].sum(axis=1)
            most = least if kind is s.kept else np.full(len(least), np.inf)
            if values.any():
                bands = (*bands, Band(values, least, most, None, "sites"))
    return replace(bare, lower=goal.lower, upper=goal.upper, resources=bands)


def _goal(
    p: Problem, bare: Problem, used: np.ndarray, now: np.ndarray, load: np.ndarray
) -> Aim | None:
    """Aim with the sites as they lie now, or else as if they could lie anywhere."""
    assert p.sites is not None
    standing = p.sites.inside(now, np.arange(len(used)))
    here = aim(p, load, lower=bare.lower, upper=bare.upper, standing=standing)
    return here or aim(p, load, lower=bare.lower, upper=bare.upper)
