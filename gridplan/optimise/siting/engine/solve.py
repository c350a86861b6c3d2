"""One siting question from arrays to answer: certificates, relaxation, then the engine it suits."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.answer.finish import closed, finish, with_idle_units
from gridplan.optimise.siting.answer.result import Conflict, Siting
from gridplan.optimise.siting.bound.lagrangian import Duals, Relaxation, many_units, whole_nodes
from gridplan.optimise.siting.bound.load_multipliers import relaxation_of
from gridplan.optimise.siting.bound.sampled_start import sampled_start
from gridplan.optimise.siting.engine.certified import Engine, Found
from gridplan.optimise.siting.engine.large_sites import LargeSiteEngine
from gridplan.optimise.siting.engine.params import DEFAULT, SitingParams, TurnParams
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.prove.elastic import relax
from gridplan.optimise.siting.prove.infeasible import plain_conflicts
from gridplan.optimise.siting.prove.reduced_cost_fixing import roomy
from gridplan.optimise.siting.question.arcs import Arcs, usable_arcs
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.siting.question.components import components_of
from gridplan.optimise.siting.question.options import Start
from gridplan.optimise.weights import WEIGHTS


def solve_case(
    case: Case,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: Start | None = None,
    known: Duals | None = None,
    in_regions: bool = True,
    params: SitingParams = DEFAULT,
) -> Siting:
    """
    Bound, search and proof for one case.

    Parameters
    ----------
    case
        The question.
    run
        Charged for the work; its clock and its callback cut it short.
    seed, gap
        Of every random choice; relative gap with which to be content.
    start
        Sites to begin from, or sites and assignment.
    known
        Prices to begin from.
    in_regions
        Whether to search region by region as well, where there are many sites.
    params
        Tuning of every step.

    Returns
    -------
    Siting
    """
    arcs = usable_arcs(case, params.lists)
    conflicts = plain_conflicts(case, arcs)
    if conflicts:
        return closed(case, run, seed=seed, conflicts=conflicts)
    if len(arcs.cost) <= params.turns.tiny_arcs and not arcs.shortened:
        return tiny(case, run, seed=seed, gap=gap)
    parts = components_of(case, arcs)
    run.spend(len(arcs.cost) * WEIGHTS.listed_arc)
    if not arcs.shortened and not parts.servable(case):
        return closed(case, run, seed=seed, conflicts=relax(case, all_links(case), run))
    asked, (case, arcs) = case, _settled(case, arcs, params)
    many = many_units(case, params.relaxation)
    relaxation, uneven = _raised(case, arcs, run, known, params)
    assert relaxation.best is not None
    if not np.isfinite(relaxation.best.bound):
        return closed(asked, run, seed=seed, conflicts=relax(asked, all_links(asked), run))
    kind = LargeSiteEngine if many else Engine
    engine = kind(case, arcs, relaxation, run, seed=seed, gap=gap, params=params)
    engine.parts = parts
    engine.hints = uneven and not arcs.shortened
    engine.begin(start)
    # With fewer sites, or many units each, the whole is searched as well as its regions.
    if in_regions:
        engine.solver = partial(solve_part, seed=seed, gap=gap, params=params)
        if case.low >= 2 * params.regions.sites and not many:
            engine.part = engine.solver
    engine.improve()
    if engine.best is None:
        return without(engine, asked)
    return engine.answer()


def _raised(
    case: Case, arcs: Arcs, run: Run, known: Duals | None, params: SitingParams
) -> tuple[Relaxation, bool]:
    """Raise the relaxation that suits the case, and tell whether its prices are uneven."""
    many = many_units(case, params.relaxation)
    relaxation = relaxation_of(case, arcs, params.relaxation, params.multipliers)
    if many and known is None:
        known = sampled_start(relaxation, run, params.sample, params.relaxation, params.multipliers)
    if known is not None:
        relaxation.resume(known)
    first, whole, fractional = params.turns.climbs
    _climb(relaxation, run, params.turns, iterations=first)
    uneven = relaxation.scale_anew() and many
    nodes = whole_nodes(case, params.relaxation)
    if nodes:
        _climb(relaxation, run, params.turns, iterations=whole, nodes=nodes)
    elif len(arcs.cost) <= params.turns.proof_arcs or many:
        _climb(relaxation, run, params.turns, iterations=fractional)
    relaxation = _or_packed(relaxation, run, params) if uneven else relaxation
    relaxation.raise_proven(run, iterations=params.turns.climb_proven)
    return relaxation, uneven


def _settled(case: Case, arcs: Arcs, params: SitingParams) -> tuple[Case, Arcs]:
    """Open and shut the sites that capacities together settle, if any, and list arcs anew."""
    if not case.capacitated:
        return case, arcs
    must, never = roomy(case)
    case = room_as_money(case, params.large_sites.nearly_full)
    if (must == case.kept).all() and (never == case.closed).all():
        return case, arcs
    left = replace(case, kept=must, closed=never)
    fewer = usable_arcs(left, params.lists)
    alone = (np.diff(fewer.start) == 0) & ~np.isfinite(fewer.beyond)
    return (case, arcs) if alone.any() else (left, fewer)


def room_as_money(case: Case, share: float) -> Case:
    """
    Have a choice of sites that is large enough for everyone kept to as a budget is, if few are.

    A site costs what it holds less than the largest, and there is as much to spend as the largest
    hold more than everyone together: no siting is lost, and none that is too small is looked into.

    Parameters
    ----------
    case
        The question.
    share
        How full the largest sites have to be for that, one with a budget of its own aside.
    """
    total = float(case.demand.sum())
    room = np.minimum(case.capacity, total)
    largest = float(np.sort(room[~case.closed])[-case.high :].sum()) if case.high else 0.0
    if case.low != case.high or np.isfinite(case.budget) or total <= share * largest:
        return case
    most = float(room.max(initial=0.0))
    budget = case.high * most - total * (1.0 - 1e-9)
    return replace(case, spend=most - room, budget=budget) if budget >= 0.0 else case


def solve_part(
    case: Case,
    run: Run,
    start: Found | None,
    known: Duals | None = None,
    *,
    seed: int,
    gap: float,
    params: SitingParams,
) -> Siting:
    """Solve a region of a question as a question of its own, from what is there."""
    return solve_case(
        case, run, seed=seed, gap=gap, start=start, known=known, in_regions=False, params=params
    )


def _or_packed(relaxation: Relaxation, run: Run, params: SitingParams) -> Relaxation:
    """Try knapsacks where prices are uneven: if loads seldom bind, their bound is the better."""
    assert relaxation.best is not None
    other = Relaxation(relaxation.case, relaxation.arcs, params.relaxation)
    other.scale = relaxation.scale
    other.go_on_from(relaxation.best.price, relaxation.best.rate, relaxation.best.toll)
    first, _, fractional = params.turns.climbs
    _climb(other, run, params.turns, iterations=first + fractional)
    # Packing takes several times as long a step: a little more of a bound is not worth that.
    least = relaxation.best.bound + params.turns.packed_gain * abs(relaxation.best.bound)
    if other.best is None or other.best.bound <= least:
        return relaxation
    other.openness = np.maximum(other.openness, relaxation.openness)
    return other


def _climb(
    relaxation: Relaxation, run: Run, turns: TurnParams, *, iterations: int, nodes: int = 0
) -> None:
    """Raise the bound, leaving the search two thirds of the work."""
    # An ascent keeps its momentum only while it lasts: cut it up only where a step is dear.
    cheap = len(relaxation.arcs.cost) <= turns.proof_arcs and run.planned >= turns.least_work
    slices = 1 if cheap else iterations // turns.climb_slice
    each = iterations // slices
    for _ in range(slices):
        late = run.work > run.planned / 3
        if relaxation.best is not None and (late or run.ended_by is not None):
            return
        if relaxation.raise_bound(run, iterations=each, nodes=nodes) < each:
            return


def tiny(case: Case, run: Run, *, seed: int, gap: float) -> Siting:
    """Solve the whole question as one integer program."""
    links = all_links(case)
    answer = solve_links(case, links, run, node_limit=100_000, gap=min(gap, 1e-9), seed=seed)
    if answer.status == "infeasible":
        conflicts = relax(case, links, run, seed=seed)
        return closed(case, run, seed=seed, conflicts=conflicts)
    best = None
    if answer.sites is not None and answer.assignment is not None:
        best = with_idle_units(case, answer.sites, answer.assignment)
    bound = answer.objective if answer.status == "optimal" else answer.bound
    siting = finish(case, run, bound, best, seed=seed, gap=1e-6, method="integer program")
    run.report("prove", incumbent=siting.objective, bound=siting.bound)
    return replace(siting, trace=tuple(run.trace))


def without(engine: Engine, case: Case) -> Siting:
    """Answer when the search met no siting: prove that there is none, or say what would help."""
    run = engine.run
    links = all_links(case)
    conflicts: list[Conflict] = [Conflict("unproven", {})]
    if len(links.unit) <= 4_000 and not engine.arcs.shortened and run.ended_by in {None, "work"}:
        answer = solve_links(case, links, run, node_limit=200, seed=engine.seed)
        if answer.sites is not None and answer.assignment is not None:
            engine.take((answer.sites, answer.assignment))
            return engine.answer()
        conflicts = relax(case, links, run, seed=engine.seed)
        if answer.status == "infeasible":
            return closed(case, run, seed=engine.seed, conflicts=conflicts)
    return replace(engine.answer(), conflicts=tuple(conflicts))
