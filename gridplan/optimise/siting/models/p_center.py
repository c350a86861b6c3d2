"""
The p-center problem: the largest cost of any unit made least, by bisection over covers.

Minieka, *SIAM Review* 12(1), 1970: only costs that occur can be the answer, and each is tested by a
set covering problem. Guarantee: exact where every cover is settled; else the bound is what is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.options import strict
from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.answer.finish import finish, with_idle_units
from gridplan.optimise.siting.answer.result import Conflict, Siting
from gridplan.optimise.siting.local.greedy import greedy_cover
from gridplan.optimise.siting.program.assignment import Links, all_links, solve_links
from gridplan.optimise.siting.program.reach import nearest_site, solve_reach
from gridplan.optimise.siting.prove.elastic import relax
from gridplan.optimise.siting.prove.infeasible import plain_conflicts
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import Case, read_case
from gridplan.optimise.siting.question.options import (
    CoverOptions,
    ModelParams,
    Number,
    bounds_of,
    run_of,
)

PARAMS = ModelParams()
"""Work units of a run, and nodes of the solver, by default."""


@strict()
def p_center(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    p: Number,
    **options: Unpack[CoverOptions],
) -> Siting:
    """
    Open ``p`` sites so that the largest cost of any unit with demand is least.

    Bisection over the costs that occur, each step a cover question (Minieka, *SIAM Review* 12,
    1970); exact when every step is settled.

    Parameters
    ----------
    cost
        ``(n, m)`` travel cost (not weighted by demand), dense or CSR.
    demand
        ``(n,)``; units without any do not count, and counts against capacities.
    p
        Number of sites or a range.
    capacity, lower, group, group_min, group_max, kept, closed
        As for :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`.
    seed, node_limit, work_limit, time_limit, progress
        Of the run.

    Returns
    -------
    Siting
        ``objective`` is the largest cost; without capacities units go to the cheapest open site.
    """
    case = read_case(cost, demand, options.get("capacity"), p, **bounds_of(options))
    run, seed = run_of(options, PARAMS.work), options.get("seed", 0)
    arcs = usable_arcs(case)
    conflicts = plain_conflicts(case, arcs)
    links = all_links(case)
    if conflicts:
        return _none(case, run, seed=seed, conflicts=conflicts)
    counted = case.demand[links.unit] > 0
    values = np.unique(links.cost[counted]) if counted.any() else np.zeros(1)
    nodes = options.get("node_limit", PARAMS.nodes)
    search = _Bisection(case, links, counted, values, run, node_limit=nodes, seed=seed)
    search.narrow()
    if search.best is None:
        if not search.settled:
            return finish(case, run, -np.inf, None, seed=seed, gap=1e-6, method="bisection")
        return _none(case, run, seed=seed, conflicts=relax(case, links, run, seed=seed))
    sites, assignment = with_idle_units(case, *search.best)
    check.require(case, sites, assignment)
    largest = search.largest(assignment)
    bound = min(largest, float(values[search.low]))
    closed_gap = largest <= bound
    return Siting(
        sites=sites, assignment=assignment, objective=largest, bound=bound,
        status="optimal" if closed_gap else "feasible", seconds=run.seconds, work=run.work,
        method="bisection over covers", seed=seed,
        ended="proof" if closed_gap else run.ended_by or "done", trace=tuple(run.trace),
    )  # fmt: skip


class _Bisection:
    """The interval of costs still in question."""

    def __init__(  # the parts of the search
        self,
        case: Case,
        links: Links,
        counted: np.ndarray,
        values: np.ndarray,
        run: Run,
        *,
        node_limit: int,
        seed: int,
    ) -> None:
        self.case, self.links, self.counted, self.values = case, links, counted, values
        self.run, self.node_limit, self.seed = run, node_limit, seed
        cheapest = np.full(case.n, np.inf)
        np.minimum.at(cheapest, links.unit[counted], links.cost[counted])
        least = float(cheapest[np.isfinite(cheapest)].max(initial=0.0))
        self.low = int(np.searchsorted(values, least))
        self.high = len(values) - 1
        self.settled = True
        self.best: tuple[np.ndarray, np.ndarray] | None = None

    def largest(self, assignment: np.ndarray) -> float:
        """Largest cost of a unit with demand."""
        units = np.flatnonzero(self.case.demand > 0)
        return float(self.case.arc_cost(units, assignment[units]).max(initial=0.0))

    def narrow(self) -> None:
        """Test the top, then halve until nothing is left in question."""
        if not self._reach(self.high):
            return
        while self.low < self.high and self.run.ended_by is None:
            middle = (self.low + self.high) // 2
            verdict = self._reach(middle)
            if verdict is None:
                self._creep(middle)
                return
            if not verdict:
                self.low = middle + 1
            assert self.best is not None
            bound, found = float(self.values[self.low]), self.largest(self.best[1])
            self.run.report("bisect", incumbent=found, bound=bound)

    def _creep(self, middle: int) -> None:
        """Where one step stays open, the answer is between: take the upper half only."""
        low = middle + 1
        while low < self.high and self.run.ended_by is None:
            middle = (low + self.high) // 2
            if not self._reach(middle):
                low = middle + 1

    def _reach(self, index: int) -> bool | None:
        """Tell whether p sites can serve all within this cost; None if left open."""
        near = ~self.counted | (self.links.cost <= self.values[index])
        links = self.links.only(near)
        within = replace(self.case, cost=_table(self.case, links))
        found = None if self.case.capacitated else greedy_cover(within, links, cover=False)
        if found is None:
            solver = solve_links if self.case.capacitated else solve_reach
            free = replace(self.case, site_cost=np.zeros(self.case.m))
            answer = solver(free, links, self.run, node_limit=self.node_limit, seed=self.seed)
            if answer.status == "infeasible":
                return False
            if answer.sites is None or answer.assignment is None:
                self.settled = False
                return None
            found = (answer.sites, answer.assignment)
        if not self.case.capacitated:
            found = (found[0], nearest_site(self.case, self.links, found[0]))
        if self.best is None or self.largest(found[1]) < self.largest(self.best[1]):
            self.best = found
        self.high = min(self.high, int(np.searchsorted(self.values, self.largest(self.best[1]))))
        return True


def _table(case: Case, links: Links) -> sparse.csr_matrix:
    return sparse.csr_matrix((links.cost, (links.unit, links.site)), shape=(case.n, case.m))


def _none(case: Case, run: Run, *, seed: int, conflicts: list[Conflict]) -> Siting:
    none = finish(case, run, np.inf, None, seed=seed, gap=0.0, method="bisection")
    return replace(none, status="infeasible", conflicts=tuple(conflicts), ended="proof")
