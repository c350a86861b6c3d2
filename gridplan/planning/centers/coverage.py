"""
Coverage for one number of centers: how much there is, a layout that has it, its least distance.

1. How many residents any choice of sites brings near a center is bounded by a cover program with
the kept centers and the streets, and with cuts for the band and the limit: sites to which the
residents of some part cannot all be assigned, were units divisible. 2. Where residents can be
assigned to the sites of that bound, there is no more coverage; else sites and assignment are
searched together, with a price on each resident left without a center near. 3. Sites that every
layout of that coverage opens, and those none opens, are settled one by one; with them the distance
is made least, and its bound is one for all layouts that leave no more residents without.

A price on each resident farther than the limit from the center assigned, higher than the first,
goes through all steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting import (
    CoverAnswer,
    CoverProgram,
    Service,
    cover_program,
    covering_median,
    merged_reach,
    served_cover,
    settled_sites,
    uncovered,
)
from gridplan.optimise.sparse_rows import only
from gridplan.planning.centers.arrays import CenterArrays
from gridplan.planning.centers.coverage_layout import PARAMS, CoverageParams, Layout
from gridplan.planning.centers.sited import PROVEN, Spent, Tell, phase, step_proof, travel_unit
from gridplan.planning.layout.certificate import Certificate


@dataclass(frozen=True, eq=False)
class Coverage:
    """
    The question of coverage for one number of centers.

    Parameters
    ----------
    arrays, number
        The centers' question and how many there are to be.
    progress
        Of the stage.
    params
        How it is searched.
    runs
        What the runs took so far.
    """

    arrays: CenterArrays
    number: int
    progress: Tell | None
    params: CoverageParams = PARAMS
    runs: list[Spent] = field(default_factory=list)

    @property
    def limit(self) -> float:
        """Metres that as few residents as possible are to exceed."""
        return self.arrays.limit

    @property
    def walk(self) -> float:
        """Metres that count as near."""
        return self.arrays.walk

    @property
    def limits(self) -> dict[str, Any]:
        """Seed and clock of every run."""
        scenario = self.arrays.scenario
        return {"seed": scenario.seed, "time_limit": scenario.time_limit}

    @cached_property
    def price(self) -> float:
        """
        Metres that one resident left without a center near is worth.

        So many that nothing else counts, where numbers are small enough for that.
        """
        arrays, most = self.arrays, self.params.exact * self.walk
        smallest = arrays.reach[1].min(initial=np.inf)
        exact = 1.0 + arrays.people.sum() * arrays.metres.data.max(initial=0.0) / smallest
        return float(exact) if exact <= most else self.params.price * self.walk

    @cached_property
    def dear(self) -> float:
        """Metres that one resident beyond the limit is worth, in the same way."""
        people, most = self.arrays.living, self.params.exact * self.params.beyond * self.walk
        exact = 1.0 + 2.0 * self.price * people.sum() / people.min()
        return float(exact) if exact <= most else self.params.beyond * self.price

    def work(self, share: float) -> float:
        """Give a share of the work allowed."""
        return share * self.arrays.scenario.work_limit

    def run(self, share: float, begin: float) -> Run:
        """Begin a run of its own for a share of the work."""
        scenario = self.arrays.scenario
        return Run(
            work_limit=self.work(share),
            time_limit=scenario.time_limit,
            progress=phase(self.progress, begin, share),
        )

    @cached_property
    def program(self) -> CoverProgram:
        """Who is near which site, and the counts of the sites."""
        reach, people, _ = self.arrays.reach
        return cover_program(reach, people, self.number, **self.arrays.counts)

    @cached_property
    def plain(self) -> CoverAnswer:
        """What the program says without cuts: true of any layout, whatever the band."""
        run = self.run(self.params.bound, 0.0)
        answer = self.program.answer(run, seed=self.arrays.scenario.seed)
        self.runs.append(Spent("cover program", run.seconds, run.ended_by or "done"))
        return answer

    @cached_property
    def most(self) -> tuple[CoverProgram, CoverAnswer, float]:
        """
        The program with its cuts, what it says, and the least residents beyond the limit.

        What it makes least are the residents left without a center near and, at their worth, those
        beyond the limit.
        """
        service, plain = self._service, self.plain
        if plain.sites is None or service is None:
            return self.program, plain, 0.0
        run, seed = self.run(self.params.bound, 0.0), self.arrays.scenario.seed
        found = served_cover(self.program, service, run, worth=self.worth, seed=seed)
        self.runs.append(Spent("cover program", run.seconds, run.ended_by or "done"))
        return found if found[1].sites is not None else (self.program, plain, 0.0)

    @property
    def worth(self) -> float:
        """How many residents without a center near one resident beyond the limit counts as."""
        return self.dear / self.price

    def least_left(self, beyond: float) -> float:
        """Bound the residents left in layouts with no more than so many beyond the limit."""
        program, answer, _ = self.most
        if program is self.program:
            return self.plain.bound
        return max(self.plain.bound, answer.bound - self.worth * (beyond - self.lost_beyond))

    @cached_property
    def _service(self) -> Service | None:
        """Who may be assigned to which site; None where not all ways within the limit are known."""
        arrays, metres = self.arrays, self.arrays.metres
        if not arrays.by_unit:  # of a part that is assigned as one some may be within, others not
            return None
        inside = metres.data <= self.limit
        ways = only(metres, inside)
        sizes = np.diff(ways.indptr)
        sites = np.bincount(arrays.site_label, minlength=arrays.unit_label.max() + 1)
        every = sites[arrays.unit_label[arrays.populated]]
        if ((sizes == np.diff(metres.indptr)) & (sizes < every)).any():
            return None
        return Service(ways, arrays.people, arrays.bounds["lower"], arrays.upper)

    def search(self, price: float, share: float, *, begin: float, **more: Any) -> Layout:  # noqa: ANN401
        """
        Search sites and assignment at a price for each resident left without a center near.

        Parameters
        ----------
        price
            Metres.
        share, begin
            Of the stage's work: how much, and what went before.
        **more
            ``start``, ``kept`` and ``closed``, as of the engine.
        """
        arrays, dear = self.arrays, self.dear
        reach, people, _ = arrays.reach
        options = {**arrays.bounds, **self.limits, **more, "work_limit": self.work(share)}
        options["beyond"] = arrays.beyond(limit=self.limit, price=dear)
        options["progress"] = phase(self.progress, begin, share)
        if not price:
            reach, people = reach[:0], people[:0]
        part, weight, _ = merged_reach(reach, people, kept=options["kept"])
        answer = covering_median(
            arrays.cost(limit=self.limit, price=dear),
            arrays.people,
            arrays.upper,
            self.number,
            reach=part,
            people=weight,
            price=price,
            options=options,
        )
        self.runs.append(Spent(answer.method, answer.seconds, answer.ended))
        if not answer.feasible:
            return Layout(answer)
        far = arrays.walked(answer.assignment) > self.limit
        beyond = float(arrays.living[far].sum())
        left = uncovered(*arrays.reach[:2], answer.sites)
        paid = price * left + dear * beyond
        return Layout(answer, left, beyond, answer.objective - paid, answer.bound - paid)

    def find(self) -> tuple[Layout, float]:
        """Find a layout of as much coverage as there is; also give the share of work spent."""
        params, price = self.params, self.price
        begin, sites = params.bound, self.most[1].sites
        first: Layout | None = None
        start: Any = sites
        if sites is not None:
            opened = np.zeros(len(self.arrays.asked.sites), dtype=bool)
            opened[sites] = True
            first = self.search(price, params.assign, begin=begin, kept=opened, closed=~opened)
            if first.answer.feasible and first.left <= self.least_left(first.beyond) + PROVEN:
                return first, begin + params.assign
            if first.answer.feasible:
                start = (first.answer.sites, first.answer.assignment)
        other = self.search(price, params.find, begin=begin + params.assign, start=start)
        begin += params.assign + params.find
        if first is None or not first.answer.feasible:
            return other, begin
        return min(first, other, key=lambda layout: layout.key(0.0)), begin

    def nearer(
        self, found: Layout, target: float, ladder: tuple[float, ...], *, begin: float
    ) -> Layout:
        """
        Make the distance least without leaving more residents than a target, and bound it.

        Parameters
        ----------
        found
            A layout that does not.
        target
            Residents that may be left, of those in question.
        ladder
            Shares of the price, to be tried in turn.
        begin
            Share of the work spent before.
        """
        params = self.params
        run = self.run(params.settle, begin)
        program = self.most[0]
        if program is not self.program:
            program = replace(program, most=found.beyond - self.lost_beyond + PROVEN)
        seed = self.arrays.scenario.seed
        opened, shut = settled_sites(program, target, likely=found.answer.sites, run=run, seed=seed)
        begin += params.settle
        best, bound, rest = found, -np.inf, (1.0 - begin) / len(ladder)
        for step, share in enumerate(ladder):
            price = share * self.price
            other = self.search(
                price,
                rest,
                begin=begin + step * rest,
                kept=opened,
                closed=shut,
                start=(best.answer.sites, best.answer.assignment),
            )
            if other.bound is None:
                continue
            # What the run bounds is distance and prices together: what may be left and what the
            # answer has beyond are taken off again.
            spare = price * (other.left - target) + self.dear * (other.beyond - best.beyond)
            bound = max(bound, other.bound + spare)
            if other.key(target) < best.key(target):
                best = other
            if best is other and other.answer.status == "optimal" and other.left <= target:
                break
        return replace(best, bound=bound if np.isfinite(bound) else None)

    def proof(self, layout: Layout) -> Certificate:
        """Give the proof of the distance."""
        unit = travel_unit(self.arrays.scenario, last=True)
        return step_proof(layout.distance, layout.bound, self.runs, self.arrays.scenario, unit)

    def steps(self, layout: Layout) -> dict[str, Certificate]:
        """Give the proofs of the steps before the distance."""
        scenario, lost = self.arrays.scenario, self.arrays.reach[2]
        least = self.least_left(layout.beyond) + lost
        bound = least if np.isfinite(least) else None
        unit = "persons" if np.isinf(self.limit) else "persons-limited"
        proof = step_proof(layout.left + lost, bound, self.runs, scenario, unit)
        return {**self.beyond(layout), "coverage": proof}

    def beyond(self, layout: Layout) -> dict[str, Certificate]:
        """Give the proof of the residents beyond the limit, where there are some."""
        if not layout.beyond or not layout.answer.feasible:
            return {}
        bound, scenario = self.lost_beyond + self.most[2], self.arrays.scenario
        return {"beyond": step_proof(layout.beyond, bound, self.runs, scenario, "persons")}

    @cached_property
    def lost_beyond(self) -> float:
        """Count the residents who have no possible site within the limit."""
        walks = self.arrays.walks
        some = np.diff(only(walks, walks.data <= self.limit).indptr) > 0
        return float(self.arrays.living[~some].sum())
