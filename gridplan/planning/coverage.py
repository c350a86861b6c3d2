"""
Coverage for one number of centers: how much there is, a layout that has it, its least distance.

1. How many residents any choice of sites brings near a center is bounded by a cover program, which
knows the kept centers and the streets but not the band. 2. Sites and assignment within the band
are searched together, with a price on each resident left without a center near: the engine finds
most there are, or all but few. 3. Sites that every layout of that coverage opens, and those none
opens, are settled one by one; with them the distance is made least, and its bound is one for all
layouts that leave no more residents without.

A price on each resident farther than the limit from the center assigned, higher than the first,
goes through all steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from gridplan.optimise.siting import (
    Siting,
    covering_median,
    max_cover,
    merged_reach,
    settled_sites,
    uncovered,
)
from gridplan.planning.center_arrays import CenterArrays
from gridplan.planning.certificate import Certificate
from gridplan.planning.sited import Tell, phase, step_proof, travel_unit


@dataclass(frozen=True)
class CoverageParams:
    """
    How coverage is searched.

    Parameters
    ----------
    price
        Walks (of ``center_max_minutes``) that one resident left without a center near is worth in
        the search.
    beyond
        How many times as much one resident beyond the limit is worth.
    exact
        Walks up to which prices are raised until nothing else counts.
    bound, assign, find, settle
        Shares of the work for the bound on coverage, for assigning residents to the sites of that
        bound, for the search where that fails, and for settling sites; the rest is for the
        distance.
    ladder
        Prices, as shares of ``price``, at which the least distance for a target is looked for.
    """

    price: float = 25.0
    beyond: float = 10.0
    exact: float = 1000.0
    bound: float = 0.1
    assign: float = 0.1
    find: float = 0.3
    settle: float = 0.1
    ladder: tuple[float, ...] = (0.0, 0.04, 0.2, 1.0)


PARAMS = CoverageParams()


@dataclass(frozen=True, eq=False)
class Layout:
    """
    One layout with what counts before its distance.

    Parameters
    ----------
    answer
        Of the engine, prices included.
    left
        Residents without a center near.
    beyond
        Residents farther than the limit from the center assigned.
    distance
        Person-metres, or what ``center_equity`` makes of them.
    bound
        The least distance of any layout that leaves no more without, nor beyond; None where only
        some layouts were looked at.
    """

    answer: Siting
    left: float = np.inf
    beyond: float = np.inf
    distance: float = np.inf
    bound: float | None = None

    def key(self, target: float) -> tuple[float, float, float]:
        """Give what makes it better than another: beyond, what it leaves above a target, travel."""
        return self.beyond, max(self.left, target), self.distance


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
    limit
        Metres, see ``center_max_metres``.
    params
        How it is searched.
    """

    arrays: CenterArrays
    number: int
    progress: Tell | None
    params: CoverageParams = PARAMS
    runs: list[Siting] = field(default_factory=list)

    @property
    def limit(self) -> float:
        """Metres that as few residents as possible are to exceed."""
        scenario = self.arrays.scenario
        usual = 2.0 * self.walk if scenario.center_objective == "coverage" else np.inf
        return scenario.center_max_metres or usual

    @property
    def walk(self) -> float:
        """Metres that count as near."""
        scenario = self.arrays.scenario
        return scenario.center_max_minutes * scenario.walk_metres_per_minute

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
        people, most = self.arrays.people, self.params.exact * self.params.beyond * self.walk
        exact = 1.0 + 2.0 * self.price * people.sum() / people.min()
        return float(exact) if exact <= most else self.params.beyond * self.price

    def work(self, share: float) -> float:
        """Give a share of the work allowed."""
        return share * self.arrays.scenario.work_limit

    def bound(self) -> Siting:
        """Bound the residents left without a center near, whatever the band."""
        reach, people, _ = self.arrays.reach
        found = max_cover(
            _free(reach),
            people,
            self.number,
            **self.arrays.counts,
            **self.limits,
            work_limit=self.work(self.params.bound),
            progress=phase(self.progress, 0.0, self.params.bound),
        )
        self.runs.append(found)
        return found

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
            progress=phase(self.progress, begin, share),
        )
        self.runs.append(answer)
        if not answer.feasible:
            return Layout(answer)
        far = arrays.walked(answer.assignment) > self.limit
        beyond = float(arrays.people[far].sum())
        left = uncovered(*arrays.reach[:2], answer.sites)
        paid = price * left + dear * beyond
        return Layout(answer, left, beyond, answer.objective - paid, answer.bound - paid)

    def find(self, most: Siting) -> Layout:
        """
        Find a layout of as much coverage as there is.

        Parameters
        ----------
        most
            The sites of most coverage without a band. Where residents can be assigned to them
            within it, no other layout has more; else they are where the search begins.
        """
        params, price = self.params, self.price
        begin, first = params.bound, Layout(most)
        if most.feasible:
            opened = np.zeros(len(self.arrays.asked.sites), dtype=bool)
            opened[most.sites] = True
            first = self.search(price, params.assign, begin=begin, kept=opened, closed=~opened)
            if first.answer.feasible and first.beyond <= self.lost_beyond:
                return first
        start: Any = most.sites if most.feasible else None
        if first.answer.feasible:
            start = (first.answer.sites, first.answer.assignment)
        other = self.search(price, params.find, begin=begin + params.assign, start=start)
        return min(first, other, key=lambda layout: layout.key(0.0))

    def nearer(self, found: Layout, target: float, ladder: tuple[float, ...]) -> Layout:
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
        """
        params, arrays = self.params, self.arrays
        reach, people, _ = arrays.reach
        opened, shut = settled_sites(
            reach,
            people,
            self.number,
            target,
            likely=found.answer.sites,
            options=arrays.counts,
            work_limit=self.work(params.settle),
            **self.limits,
        )
        begin = params.bound + params.assign + params.find + params.settle
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

    def steps(self, layout: Layout, least: float) -> dict[str, Certificate]:
        """
        Give the proofs of the steps before the distance.

        Parameters
        ----------
        layout
            The one planned.
        least
            Residents in question that any layout leaves without a center near.
        """
        scenario, lost = self.arrays.scenario, self.arrays.reach[2]
        proof = step_proof(layout.left + lost, least + lost, self.runs, scenario, "persons")
        return {**self.beyond(layout), "coverage": proof}

    def beyond(self, layout: Layout) -> dict[str, Certificate]:
        """Give the proof of the residents beyond the limit, where there are some."""
        if not layout.beyond or not layout.answer.feasible:
            return {}
        bound, scenario = self.lost_beyond, self.arrays.scenario
        return {"beyond": step_proof(layout.beyond, bound, self.runs, scenario, "persons")}

    @cached_property
    def lost_beyond(self) -> float:
        """Count the residents who have no possible site within the limit."""
        metres = self.arrays.metres
        inside = (metres.data <= self.limit).astype(float)
        rows = np.repeat(np.arange(metres.shape[0]), np.diff(metres.indptr))
        some = np.bincount(rows, weights=inside, minlength=metres.shape[0]) > 0
        return float(self.arrays.people[~some].sum())


def _free(reach: sparse.csr_array) -> sparse.csr_array:
    """Give ways within reach as ways of no length."""
    return sparse.csr_array((np.zeros(reach.nnz), reach.indices, reach.indptr), shape=reach.shape)
