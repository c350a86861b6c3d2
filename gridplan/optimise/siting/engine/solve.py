"""One siting question from arrays to answer: certificates, relaxation, then the engine it suits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.answer.finish import closed, finish, with_idle_units
from gridplan.optimise.siting.answer.result import Conflict, Siting
from gridplan.optimise.siting.bound.lagrangian import Relaxation, many_units, whole_nodes
from gridplan.optimise.siting.bound.load_multipliers import relaxation_of
from gridplan.optimise.siting.engine.certified import PROOF_ARCS, Engine, Start
from gridplan.optimise.siting.engine.large_sites import WideEngine
from gridplan.optimise.siting.local.annealing import shortened
from gridplan.optimise.siting.local.regions import REGION_SITES
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.prove.elastic import relax
from gridplan.optimise.siting.prove.infeasible import plain_conflicts
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import Case

TINY_ARCS = 500
LEAST_WORK = 1.5
# With fewer sites, or many units each, the whole is searched as well as its regions.
LEAST_SITES = 2 * REGION_SITES


def solve_case(
    case: Case,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: Start | None = None,
    in_regions: bool = True,
) -> Siting:
    """Bound, search and proof for one case; also region by region, where it has many sites."""
    arcs = usable_arcs(case)
    conflicts = plain_conflicts(case, arcs)
    if conflicts:
        return closed(case, run, seed=seed, conflicts=conflicts)
    if len(arcs.cost) <= TINY_ARCS and not shortened(arcs):
        return tiny(case, run, seed=seed, gap=gap)
    relaxation = relaxation_of(case, arcs)
    _climb(relaxation, run, iterations=250)
    if whole_nodes(case):
        _climb(relaxation, run, iterations=400, nodes=whole_nodes(case))
    elif len(arcs.cost) <= PROOF_ARCS or many_units(case):
        _climb(relaxation, run, iterations=500)
    assert relaxation.best is not None
    if not np.isfinite(relaxation.best.bound):
        return closed(case, run, seed=seed, conflicts=relax(case, all_links(case), run))
    kind = WideEngine if many_units(case) else Engine
    engine = kind(case, arcs, relaxation, run, seed=seed, gap=gap)
    engine.begin(start)
    if in_regions and case.low >= LEAST_SITES and not many_units(case):

        def part(case: Case, run: Run, start: tuple[np.ndarray, np.ndarray]) -> Siting:
            return solve_case(case, run, seed=seed, gap=gap, start=start, in_regions=False)

        engine.part = part
    engine.improve()
    if engine.best is None:
        return without(engine)
    return engine.answer()


def _climb(relaxation: Relaxation, run: Run, *, iterations: int, nodes: int = 0) -> None:
    """Raise the bound, leaving the search two thirds of the work."""
    # A climb keeps its momentum only while it lasts: cut it up only where a step is dear.
    cheap = len(relaxation.arcs.cost) <= PROOF_ARCS and run.planned >= LEAST_WORK
    slices = 1 if cheap else iterations // 50
    for _ in range(slices):
        late = run.work > run.planned / 3
        if run.ended_by is not None or (late and relaxation.best is not None):
            return
        if (
            relaxation.raise_bound(run, iterations=iterations // slices, nodes=nodes)
            < iterations // slices
        ):
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


def without(engine: Engine) -> Siting:
    """Answer when the walk met no siting: prove that there is none, or say what would help."""
    case, run = engine.case, engine.run
    links = all_links(case)
    conflicts: list[Conflict] = [Conflict("unproven", {})]
    if len(links.unit) <= 4_000 and run.ended_by in {None, "work"}:
        answer = solve_links(case, links, run, node_limit=200, seed=engine.seed)
        if answer.sites is not None and answer.assignment is not None:
            engine.take((answer.sites, answer.assignment))
            return engine.answer()
        conflicts = relax(case, links, run, seed=engine.seed)
        if answer.status == "infeasible":
            return closed(case, run, seed=engine.seed, conflicts=conflicts)
    return replace(engine.answer(), conflicts=tuple(conflicts))
