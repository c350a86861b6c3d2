"""
The engine: bound, search and proof in turns, until the gap closes or the work is done.

A Lagrangian heuristic: the relaxation points to the sites worth opening, annealing and interchange
find sitings among them, branch and bound closes the gap, and each uses what the others found.
Guarantee: the siting keeps every rule (it is checked), the bound is one for the whole question.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.answer.finish import finish, near, whole_numbers, with_idle_units
from gridplan.optimise.siting.answer.result import Siting
from gridplan.optimise.siting.bound.lagrangian import Relaxation, many_units, whole_nodes
from gridplan.optimise.siting.bound.toll import affordable_sites
from gridplan.optimise.siting.engine.params import DEFAULT, SitingParams
from gridplan.optimise.siting.local.annealing import (
    Annealing,
    begin,
    core_of,
    first_assignment,
    state_of,
)
from gridplan.optimise.siting.local.interchange import Interchange
from gridplan.optimise.siting.local.regions import Regions, Solver
from gridplan.optimise.siting.prove.deepening import Deepening
from gridplan.optimise.siting.prove.parts import bound_by_parts
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case, indices_of
from gridplan.optimise.siting.question.components import Components
from gridplan.optimise.siting.question.options import Start

Found = tuple[np.ndarray, np.ndarray]


class Engine:
    """
    Search and proof in turns, until the gap closes or the work is done.

    Parameters
    ----------
    case, arcs, relaxation
        The question, its arcs, and its relaxation as far as it was raised.
    run
        Charged for the work.
    seed, gap
        Of every random choice; relative gap with which to be content.
    params
        Tuning of every step.
    """

    method = "lagrangian, annealing"

    def __init__(
        self,
        case: Case,
        arcs: Arcs,
        relaxation: Relaxation,
        run: Run,
        *,
        seed: int,
        gap: float,
        params: SitingParams = DEFAULT,
    ) -> None:
        self.case, self.arcs, self.relaxation, self.run = case, arcs, relaxation, run
        self.seed, self.gap, self.params = seed, gap, params
        self.best: tuple[np.ndarray, np.ndarray] | None = None
        self.value = np.inf
        self.whole = whole_numbers(case)
        self.tree: Deepening | None = None
        self.rounds = 0  # of search: each has random numbers of its own
        self.interchange: Interchange | None = None
        if not case.capacitated:
            self.interchange = Interchange(case, arcs, params.interchange)
        self.solver: Solver | None = None  # of parts and regions as questions of their own
        self.part: Solver | None = None  # solves regions, where there are sites enough for some
        self.floor = -np.inf  # bound by parts
        self.looked = np.inf  # cost of the siting whose parts were solved
        self.regions: Regions | None = None  # of the best siting, as far as they were looked into
        self.size = params.regions.sites
        self.parts: Components | None = None
        self.hints = False  # whether to look for sites as if nothing were ever full

    @property
    def bound(self) -> float:
        """Proven so far."""
        assert self.relaxation.best is not None
        bound = self.relaxation.proven
        bound = float(np.ceil(bound - 1e-6)) if self.whole else bound
        bound = max(bound, self.floor)
        return bound if self.tree is None else max(bound, self.tree.bound)

    @property
    def content(self) -> bool:
        """Whether to end: no work left, or the gap small enough."""
        if self.run.ended_by is not None:
            return True
        return self.best is not None and near(self.value, self.bound, self.gap)

    @property
    def closing(self) -> bool:
        """Whether splitting is under way and may well close the gap."""
        if self.tree is None or self.best is None:
            return False
        return near(self.value, self.tree.bound, self.params.turns.closing_gap)

    def take(self, found: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Check a siting and keep it if it is the best."""
        if found is None:
            return
        found = with_idle_units(self.case, *found)
        objective = check.require(self.case, *found)
        if objective < self.value:
            self.best, self.value = found, objective
            self.regions = None
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
        self.relaxation.openness[indices_of(np.asarray(start))] = 2.0

    def anneal(self, *, work: float, hot: float, start: Found | None = None) -> None:
        """Anneal once, from a siting, the best one, or where the relaxation points."""
        if work <= 0:
            return
        annealing = self._annealing(self.best if start is None else start)
        self.rounds += 1
        annealing.anneal(self.run, work=work, hot=hot)
        self.take(annealing.solution())

    def prove(self, *, work: float) -> None:
        """Branch for so much work, where the question is small enough."""
        turns, many = self.params.turns, many_units(self.case, self.params.relaxation)
        # Where prices are uneven or room is money only branching on sites closes the gap, if those
        # are few.
        hard = many and (self.interchange is not None or np.isfinite(self.case.budget))
        few_sites = hard and self.case.m <= turns.few_sites
        most = turns.most_proof_arcs if few_sites else turns.proof_arcs
        if self.arcs.shortened or len(self.arcs.cost) > most:
            return
        first = self.tree is None
        if self.tree is None:
            nodes = whole_nodes(self.case, self.params.relaxation)
            self.relaxation.raise_bound(
                self.run, iterations=turns.proof_climb, target=self.value, nodes=nodes
            )
            self.tree = Deepening(
                self.case, self.arcs, self.relaxation, whole=self.whole,
                interchange=self.interchange, branching=self.params.branching,
                params=self.params.deepening,
            )  # fmt: skip
        if self.best is not None:
            self.tree.offer(self.best, self.value)
        end = self.run.work + work
        # Splitting a large question with a wide gap gains nothing: leave the work to annealing. But
        # how far a first siting is from the best, only a first attempt can tell.
        few = many or self.case.n <= (turns.some_units if first else turns.few_units)
        few |= self._splits_best
        some = near(self.value, self.tree.bound, 2.0 * turns.closing_gap)
        share = 1.0 if few or self.closing else 0.3 if some else 0.0
        # Splitting settles most questions; what it leaves the solver may settle.
        if not many:
            self.tree.search(self.run, work=share * work)
        self.tree.condense(self.run, partly=not self.case.capacitated)
        self.tree.search(self.run, work=share * (end - self.run.work))
        if self.tree.best is not None and self.tree.upper < self.value:
            self.take(self.tree.best)

    def by_part(self, *, work: float) -> None:
        """
        Solve each part of a new best siting by itself, and bound the whole by all of them once.

        Only where parts share no arc at all.
        """
        case, parts, solve, turns = self.case, self.parts, self.solver, self.params.turns
        end = self.run.work + work
        if solve is None or parts is None or parts.count < 2 or self.arcs.shortened:
            return
        least = (1.0 - turns.anew) * self.looked
        if self.best is not None and self.value < least and not self.content:
            regions = Regions(
                case, self.arcs, self.best, solve, duals=self.relaxation.duals,
                params=self.params.regions,
            )  # fmt: skip
            regions.look_through(parts.of_site, self.run, work=turns.searched * work)
            self.take((np.flatnonzero(regions.opened), regions.assignment))
            self.looked = self.value
        if self.content or np.isfinite(case.budget) or np.isfinite(self.floor):
            return
        bound = bound_by_parts(
            case, parts, self.relaxation, self.run, solve, work=end - self.run.work
        )
        bound = float(np.ceil(bound - 1e-6)) if self.whole and np.isfinite(bound) else bound
        self.floor = max(self.floor, min(bound, self.value))
        self.run.report("prove", bound=self.bound)

    def by_region(self, *, work: float) -> None:
        """Improve the best siting region by region, in ever larger ones, where it has some."""
        end = self.run.work + work
        while self.part is not None and self.best is not None and 2 * self.size <= self.case.low:
            if self.content or self.run.work >= end:
                return
            regions = self.regions or Regions(
                self.case, self.arcs, self.best, self.part, params=self.params.regions
            )
            regions.size = self.size
            self.rounds += 1
            regions.improve(self.run, work=end - self.run.work, seed=self.seed + self.rounds)
            self.take((np.flatnonzero(regions.opened), regions.assignment))
            self.regions = regions
            if not regions.stale.any():
                regions.stale[:] = regions.opened
                self.size += self.size // 2

    def improve(self) -> None:
        """Search and prove in turns."""
        params, limit = self.params.turns, self.run.planned
        total = limit - self.run.work
        if self.interchange is not None:
            self.take(self.interchange.descend(self._promised(), self.run))
            if self._splits_best:
                self.prove(work=limit - self.run.work)
                if self.content:
                    return
        if len(self.arcs.cost) > params.proof_arcs:
            self.anneal(work=max(0.4 * total, 1e-3), hot=params.hot)
        else:
            # Where a proof is near, any first siting is enough to begin it.
            first = 0.0 if self.best is not None else min(0.2 * total, params.quick_work)
            self.anneal(work=first, hot=params.hot)
            self.prove(work=max(0.1 * total, min(0.5 * total, self.case.n / 200.0)))
            if self.content:
                return
            if self.part is not None:
                more = min(0.1 * total, self.case.n / 400.0) - first
                self.anneal(work=more, hot=params.hot)
        self.by_part(work=params.by_parts * max(limit - self.run.work, 0.0))
        self.by_region(work=0.85 * max(limit - self.run.work, 0.0))
        turns = 0
        while not self.content and turns < params.turns:
            turns += 1
            left = max(limit - self.run.work, 0.05 * total)
            self.prove(work=(0.6 if self.closing else 0.3) * left)
            if self.content:
                return
            self.by_part(work=params.by_parts * max(limit - self.run.work, 0.0))
            self.by_region(work=max(0.6 * (limit - self.run.work), 0.05 * total))
            if self.content:
                return
            left = max(limit - self.run.work, 0.05 * total)
            hot = params.restart_hot if self.best is None else params.cycle_hot[turns % 3]
            share = 0.15 if self.closing else 0.3
            # A short annealing first: where a proof is near, a long one only delays it.
            most = 4.0**turns * self.case.n / 800.0
            self.anneal(work=min(max(share * left, 0.02 * total), most), hot=hot)

    @property
    def _splits_best(self) -> bool:
        """Whether splitting does all: sites so few and never full that interchange mends each."""
        return not self.case.capacitated and self.case.m <= self.params.turns.few_sites

    def _promised(self) -> np.ndarray:
        """Sites of the best siting, or those the relaxation would open."""
        now = self.relaxation.best
        assert now is not None
        if self.best is not None:
            return self.best[0]
        sites = affordable_sites(self.case, now.value)
        return now.chosen if sites is None else sites

    def answer(self) -> Siting:
        """Put the answer together."""
        method = self.method + (", branching" if self.tree is not None else "")
        return finish(
            self.case, self.run, self.bound, self.best, seed=self.seed, gap=self.gap, method=method
        )

    def _annealing(self, best: Found | None) -> Annealing:
        """Set annealing up at a siting, or where the relaxation points."""
        case, now, params = self.case, self.relaxation.best, self.params.annealing
        assert now is not None
        p = max(1, len(now.chosen))
        openness = self.relaxation.openness.copy()
        if best is not None:
            openness[best[0]] = 2.0
        core = core_of(case, openness, now.value, size=max(params.core * p, params.least_core))
        width = min(len(core), max(params.least_width, params.width * len(core) // p))
        reach = int(np.clip(params.reach * case.n // p, params.least_reach, case.n))
        state = state_of(case, core, width=width, reach=reach, params=params)
        number = np.full(case.m, -1)
        number[core] = np.arange(len(core))
        opened = np.zeros(len(core), dtype=bool)
        if best is not None:
            opened[number[best[0]]] = True
            at = number[best[1]]
        else:
            value = -openness
            value[number < 0] = np.inf
            sites = affordable_sites(case, value)
            opened[number[now.chosen if sites is None else sites]] = True
            at = first_assignment(state, opened, -now.rate[core])
        begin(state, opened, at, seed=self.seed + self.rounds)
        return Annealing(case, core, state, params)
