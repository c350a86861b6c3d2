"""
Decomposition by regions (POPMUSIC): a large siting improved part by part.

Some neighbouring sites, the units they serve and the closed sites among them are taken out, solved
as well as the small question allows, and put back if that costs less (Taillard and Voss, in *Essays
and Surveys in Metaheuristics*, 2002). Guarantee: the siting stays sound and never gets dearer, and
the time grows with the number of regions only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.answer.result import Siting
from gridplan.optimise.siting.bound.lagrangian import Duals
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case

Array = np.ndarray
Solver = Callable[[Case, Run, tuple[Array, Array] | None, Duals | None], Siting]


@dataclass(frozen=True)
class RegionParams:
    """
    Tuning of the regions.

    Parameters
    ----------
    sites
        Open sites of a region, at first.
    passes
        Regions a site is in: so many make one pass over all.
    least_work
        Work units of a region, at least.
    base_work, units_a_work
        Most work of a region of the first size: that much and one unit more for so many units; it
        grows with the square of the size, because what a proof needs grows faster than the region.
    done_share
        Part of a region's sites that need not be looked into again.
    """

    sites: int = 16
    passes: float = 3.0
    least_work: float = 5e-4
    base_work: float = 0.025
    units_a_work: float = 1000.0
    done_share: int = 3


DEFAULT = RegionParams()


@dataclass(frozen=True, eq=False)
class Region:
    """
    A part of a question.

    Parameters
    ----------
    case
        The part as a question of its own.
    units, sites
        Of the whole question, in the order of the part.
    """

    case: Case
    units: Array
    sites: Array


class Regions:
    """
    Regions of a siting, one after the other.

    Parameters
    ----------
    case, arcs
        The question and its arcs.
    best
        A sound siting: sites and assignment.
    solve
        Answers a small question from a start, and from prices where some are known.
    size
        Open sites of a region; by default that of the tuning.
    duals
        Prices of the whole to begin from; each region finds its own without.
    params
        Tuning.
    """

    def __init__(
        self,
        case: Case,
        arcs: Arcs,
        best: tuple[Array, Array],
        solve: Solver,
        *,
        size: int | None = None,
        duals: Duals | None = None,
        params: RegionParams = DEFAULT,
    ) -> None:
        self.duals = duals
        self.case, self.arcs, self.solve, self.params = case, arcs, solve, params
        self.size = params.sites if size is None else size
        self.opened = np.zeros(case.m, dtype=bool)
        self.opened[best[0]] = True
        self.assignment = best[1].copy()
        self.stale = self.opened.copy()
        self._own = own_units(case, arcs)

    def improve(self, run: Run, *, work: float, seed: int) -> None:
        """Go through the sites that changed since they were last looked at, for so much work."""
        random = np.random.default_rng(seed)
        end = run.work + work
        while self.stale.any() and run.work < end and run.ended_by is None:
            turn = random.permutation(np.flatnonzero(self.stale))
            # Every site is in several regions: so many are about one pass over all.
            pass_over = self.params.passes * len(turn) + self.size
            each = max((end - run.work) * self.size / pass_over, self.params.least_work)
            for site in turn:
                if not self.stale[site] or not self.opened[site]:
                    self.stale[site] = False
                    continue
                if run.work >= end or run.ended_by is not None:
                    return
                self._look_into(int(site), run, work=each)

    def look_through(self, parts: Array, run: Run, *, work: float) -> None:
        """
        Solve each part of a question as one region.

        Parameters
        ----------
        parts
            ``(m,)`` number of the part of each site, -1 for none.
        run
            Charged for the work.
        work
            Work units: each has its share by the root of its units, and what others left.
        """
        end = run.work + work
        size = np.sqrt(np.bincount(np.maximum(parts[self.assignment], 0)))
        order = np.argsort(size, kind="stable")
        for place, part in enumerate(order):
            share = float(size[part] / max(1e-9, size[order[place:]].sum()))
            opened = np.flatnonzero(self.opened & (parts == part))
            if len(opened):
                most = share * max(0.0, end - run.work)
                self._solve(self._cut_out(opened), run, work=most)
            if run.ended_by is not None:
                return

    def _look_into(self, site: int, run: Run, *, work: float) -> None:
        """Solve the region around a site, and keep what costs less."""
        region = self.around(site)
        # More work on one region finds little more; it is better spent on the next. But what a
        # proof needs grows faster than the region.
        params = self.params
        most = params.base_work + len(region.units) / params.units_a_work
        most *= (self.size / params.sites) ** 2
        inside = region.sites[self.opened[region.sites]]
        self.stale[inside[: max(1, len(inside) // params.done_share)]] = False
        self.stale[site] = False
        self._solve(region, run, work=min(work, most))

    def _solve(self, region: Region, run: Run, *, work: float) -> None:
        """Solve a region, and keep what costs less."""
        here = np.full(self.case.m, -1)
        here[region.sites] = np.arange(len(region.sites))
        was = here[self.assignment[region.units]]
        start = (np.flatnonzero(self.opened[region.sites]), was)
        part = run.part(most=work)
        known = None if self.duals is None else self.duals.of(region.units, region.sites)
        answer = self.solve(region.case, part, start, known)
        run.book(part)
        before = region.case.arc_cost(np.arange(len(was)), was).sum()
        before += region.case.site_cost[start[0]].sum()
        if answer.feasible and answer.objective < before * (1 - 1e-9):
            inside, fresh = region.sites[start[0]], region.sites[answer.sites]
            self.opened[inside] = False
            self.opened[fresh] = True
            self.assignment[region.units] = region.sites[answer.assignment]
            self.stale[np.setxor1d(inside, fresh)] = True
            run.report("improve")

    def around(self, site: int) -> Region:
        """Cut out the open sites nearest to one, their units, and the closed sites among them."""
        start, unit = self.arcs.start, self._own[site]
        near = self.arcs.site[start[unit] : start[unit + 1]]
        return self._cut_out(np.append(near[self.opened[near]][: self.size], site))

    def _cut_out(self, some: Array) -> Region:
        """Cut out some open sites, their units, and the closed sites among them."""
        case = self.case
        inside = np.zeros(case.m, dtype=bool)
        inside[some] = True
        units = np.flatnonzero(inside[self.assignment])
        reached = np.zeros(case.m, dtype=bool)
        some = self._own >= 0
        reached[some] = inside[self.assignment[self._own[some]]]
        sites = np.flatnonzero(inside | (reached & ~self.opened & ~case.closed))
        outside = np.flatnonzero(self.opened & ~inside)
        away = np.bincount(case.group[outside], minlength=len(case.group_min))
        table = case.cost[units][:, sites] if case.sparse else case.cost[np.ix_(units, sites)]
        part = Case(
            cost=sparse.csr_matrix(table) if case.sparse else table,
            demand=case.demand[units],
            capacity=case.capacity[sites],
            lower=case.lower[sites],
            kept=case.kept[sites],
            closed=case.closed[sites],
            group=case.group[sites],
            group_min=np.maximum(0, case.group_min - away),
            group_max=case.group_max - away,
            low=max(0, case.low - len(outside)),
            high=min(case.high - len(outside), len(sites)),
            site_cost=case.site_cost[sites],
            spend=case.spend[sites],
            budget=case.budget - float(case.spend[outside].sum()),
        )
        return Region(part, units, sites)


def own_units(case: Case, arcs: Arcs) -> Array:
    """Find the unit nearest to each site by cost per demand; -1 where no unit has an arc to it."""
    unit = arcs.unit
    apart = arcs.cost / np.maximum(case.demand[unit], 1e-12)
    order = np.lexsort((unit, apart, arcs.site))
    sites, first = np.unique(arcs.site[order], return_index=True)
    own = np.full(case.m, -1)
    own[sites] = unit[order[first]]
    return own
