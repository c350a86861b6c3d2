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
from gridplan.optimise.siting.bound import Relaxation, whole_nodes
from gridplan.optimise.siting.branch import Branching
from gridplan.optimise.siting.case import Case, read_case
from gridplan.optimise.siting.choice import cheapest_sites
from gridplan.optimise.siting.exact import all_links, solve_links
from gridplan.optimise.siting.infeasible import plain_conflicts
from gridplan.optimise.siting.relax import relax
from gridplan.optimise.siting.result import Conflict, Siting
from gridplan.optimise.siting.search import (
    MOVES_PER_WORK,
    Memory,
    Walk,
    core_of,
    first_assignment,
    shortened,
)

TINY_ARCS = 500
PROOF_ARCS = 1_500_000
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
    if p is None:
        return fewest(case, run, seed=seed, gap=gap, start=start)
    return solve_case(case, run, seed=seed, gap=gap, start=start)


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
    if len(arcs.cost) <= 4 * TINY_ARCS and not shortened(arcs):
        count = replace(case, site_cost=np.ones(case.m))
        links = all_links(case)
        free = replace(links, cost=np.zeros(len(links.cost)))
        answer = solve_links(count, free, run, node_limit=20_000, seed=seed)
        if answer.status == "infeasible":
            return solve_case(case, run, seed=seed, gap=gap)
        if answer.status == "optimal":
            proven = least = round(answer.objective)
    for number in range(least, most + 1):
        share = Run(work_limit=0.15 * run.work_limit, time_limit=run.time_limit)
        fixed = replace(case, low=number, high=number)
        if len(arcs.cost) > TINY_ARCS:
            probe = solve_case(fixed, share, seed=seed, gap=1.0, start=start)
            run.spend(min(share.work, run.work_limit - run.work) * 0.5)
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


def solve_case(
    case: Case, run: Run, *, seed: int, gap: float, start: Start | None = None
) -> Siting:
    """Bound, search and proof for one case."""
    arcs = usable_arcs(case)
    conflicts = plain_conflicts(case, arcs)
    if conflicts:
        return _closed(case, run, seed=seed, conflicts=conflicts)
    if len(arcs.cost) <= TINY_ARCS and not shortened(arcs):
        return _tiny(case, run, seed=seed, gap=gap)
    relaxation = Relaxation(case, arcs)
    relaxation.climb(run, iterations=250)
    if whole_nodes(case) and run.ended_by is None:
        relaxation.climb(run, iterations=400, nodes=whole_nodes(case))
    elif len(arcs.cost) <= PROOF_ARCS and run.ended_by is None:
        relaxation.climb(run, iterations=500)
    assert relaxation.best is not None
    if not np.isfinite(relaxation.best.bound):
        return _closed(case, run, seed=seed, conflicts=relax(case, all_links(case), run))
    engine = _Engine(case, arcs, relaxation, run, seed=seed, gap=gap)
    engine.begin(start)
    engine.improve()
    if engine.best is None:
        return _without(engine)
    return engine.answer()


class _Engine:
    """Search and proof in turns, until the gap closes or the work is done."""

    def __init__(
        self, case: Case, arcs: Arcs, relaxation: Relaxation, run: Run, *, seed: int, gap: float
    ) -> None:
        self.case, self.arcs, self.relaxation, self.run = case, arcs, relaxation, run
        self.seed, self.gap = seed, gap
        self.best: tuple[np.ndarray, np.ndarray] | None = None
        self.value = np.inf
        self.whole = _whole(case)
        self.tree: Branching | None = None
        self.walks = 0

    @property
    def bound(self) -> float:
        """Proven so far."""
        assert self.relaxation.best is not None
        bound = self.relaxation.best.bound
        bound = float(np.ceil(bound - 1e-6)) if self.whole else bound
        return bound if self.tree is None else max(bound, self.tree.bound)

    @property
    def content(self) -> bool:
        """Whether to end: no work left, or the gap small enough."""
        if self.run.ended_by is not None:
            return True
        return self.best is not None and _near(self.value, self.bound, self.gap)

    def take(self, found: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Check a siting and keep it if it is the best."""
        if found is None:
            return
        found = with_idle_units(self.case, *found)
        objective = check.require(self.case, *found)
        if objective < self.value:
            self.best, self.value = found, objective
            self.run.report("improve", incumbent=objective)
            if self.tree is not None:
                self.tree.offer(found, objective)

    def begin(self, start: Start | None) -> None:
        """Take the given siting as the first, if it is sound."""
        if start is None:
            return
        if isinstance(start, tuple) and len(start) == 2 and np.size(start[1]) == self.case.n:
            sites, assignment = (np.asarray(part, dtype=np.int64) for part in start)
            sites = np.unique(sites)
            if not check.faults(self.case, sites, assignment):
                self.take((sites, assignment))
            self.relaxation.openness[sites] = 2.0
            return
        given = np.asarray(start)
        sites = np.flatnonzero(given) if given.dtype == bool else given.astype(np.int64).ravel()
        self.relaxation.openness[sites] = 2.0

    def walk(self, *, work: float, hot: float) -> None:
        """Anneal once, from the best siting or from where the relaxation points."""
        if work <= 0:
            return
        walk = _walk(self.case, self.relaxation, seed=self.seed + self.walks, best=self.best)
        self.walks += 1
        # With few moves a unit, heat would undo the start and never cool it back into shape.
        each = work * MOVES_PER_WORK / self.case.n
        hot *= float(np.clip(each / 2000.0, 0.05, 1.0))
        walk.anneal(self.run, work=work, hot=max(hot, 0.01), cold=0.003)
        self.take(walk.solution())

    def prove(self, *, work: float) -> None:
        """Branch for so much work, where the question is small enough."""
        if self.best is None or shortened(self.arcs) or len(self.arcs.cost) > PROOF_ARCS:
            return
        if self.tree is None:
            nodes = whole_nodes(self.case)
            self.relaxation.climb(self.run, iterations=200, target=self.value, nodes=nodes)
            self.tree = Branching(self.case, self.arcs, self.relaxation, whole=self.whole)
        self.tree.offer(self.best, self.value)
        self.tree.condense(self.run)
        # Splitting a large question with a wide gap gains nothing: leave the work to the walk.
        if self.case.n <= 500 or self.tree.bound >= 0.99 * self.tree.upper:
            self.tree.search(self.run, work=work)
        if self.tree.best is not None and self.tree.upper < self.value:
            self.take(self.tree.best)

    def improve(self) -> None:
        """Walk and prove in turns."""
        # Shares of the work; a clock that ends the run sooner counts as so much work.
        limit = min(self.run.work_limit, self.run.time_limit or np.inf)
        total = limit - self.run.work
        small = len(self.arcs.cost) <= PROOF_ARCS
        first = min(0.2 * total, 0.5 + self.case.n / 1000.0) if small else 0.4 * total
        self.walk(work=max(first, 1e-3), hot=0.3)
        turns = 0
        while not self.content and turns < 60:
            turns += 1
            left = max(limit - self.run.work, 0.05 * total)
            self.prove(work=0.3 * left)
            if self.content:
                return
            left = max(limit - self.run.work, 0.05 * total)
            hot = 0.6 if self.best is None else (0.3, 0.12, 0.06)[turns % 3]
            self.walk(work=max(0.3 * left, 0.02 * total), hot=hot)

    def answer(self) -> Siting:
        """Put the answer together."""
        method = "lagrangian, annealing" + (", branching" if self.tree is not None else "")
        return finish(
            self.case, self.run, self.bound, self.best, seed=self.seed, gap=self.gap, method=method
        )


def _near(objective: float, bound: float, gap: float) -> bool:
    return objective - bound <= gap * abs(objective) + 1e-9


def _whole(case: Case) -> bool:
    """Whether every objective is a whole number."""
    values = case.cost.data if case.sparse else case.cost
    values = np.concatenate([np.ravel(values), case.site_cost])
    values = values[np.isfinite(values)]
    return bool((values == np.floor(values)).all())


def with_idle_units(
    case: Case, sites: np.ndarray, assignment: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Send units without demand to their cheapest open site: they fill no capacity."""
    idle = np.flatnonzero(case.demand == 0)
    if not len(idle):
        return sites, assignment
    arcs = nearest_arcs(case, sites=sites)
    assignment = assignment.copy()
    first = arcs.start[idle]
    assignment[idle] = arcs.site[first]
    return sites, assignment


def _tiny(case: Case, run: Run, *, seed: int, gap: float) -> Siting:
    """Solve the whole question as one integer program."""
    links = all_links(case)
    answer = solve_links(case, links, run, node_limit=100_000, gap=min(gap, 1e-9), seed=seed)
    if answer.status == "infeasible":
        conflicts = relax(case, links, run, seed=seed)
        return _closed(case, run, seed=seed, conflicts=conflicts)
    best = None
    if answer.sites is not None and answer.assignment is not None:
        best = with_idle_units(case, answer.sites, answer.assignment)
    bound = answer.objective if answer.status == "optimal" else answer.bound
    siting = finish(case, run, bound, best, seed=seed, gap=1e-6, method="integer program")
    run.report("prove", incumbent=siting.objective, bound=siting.bound)
    return replace(siting, trace=tuple(run.trace))


def _without(engine: _Engine) -> Siting:
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
            return _closed(case, run, seed=engine.seed, conflicts=conflicts)
    return replace(engine.answer(), conflicts=tuple(conflicts))


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
