"""
Who goes where once the sites are chosen: a second step where distance alone is not what is asked.

The sites were chosen with the residents assigned at least distance. Here they are assigned anew
among the same sites. Whatever is asked of the assignment only takes layouts away or adds prices, so
that the bound on the distance of the first step holds for the second as well.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from gridplan.errors import InfeasibleError, Problem
from gridplan.optimise.budget import Run
from gridplan.optimise.siting import Prices, Siting, capacitated_p_median, shifted
from gridplan.optimise.sparse_rows import row_of
from gridplan.planning.centers.arrays import CenterArrays
from gridplan.planning.centers.band import with_band
from gridplan.planning.centers.sited import Sited, Spent, Tell, phase, step_proof, travel_unit
from gridplan.planning.duty.breaches import duty_prices
from gridplan.planning.duty.grain import parents_of
from gridplan.planning.duty.one_piece import Catchments
from gridplan.planning.layout.certificate import Certificate


@dataclass(frozen=True)
class SettlingParams:
    """
    How residents are assigned anew.

    Parameters
    ----------
    count, assign
        Shares of the work for the bound on those sent elsewhere, and for the assignment.
    price
        Walks (of ``center_max_minutes``) that one resident sent elsewhere is worth.
    beyond
        How many times as much one resident beyond the limit is worth.
    areas
        Share of the work for catchments in one piece.
    rounds
        Looks at all shifts of residents where something is priced.
    """

    count: float = 0.15
    assign: float = 0.25
    price: float = 1000.0
    beyond: float = 10.0
    areas: float = 0.4
    rounds: int = 200


PARAMS = SettlingParams()
ALMOST = 0.99
"""Share of the stage that is told as done before: its main part is the choice of the sites."""


def settled(arrays: CenterArrays, sited: Sited, progress: Tell | None) -> Sited:
    """
    Assign the residents anew among the sites chosen, as far as the scenario asks for it.

    1. ``center_assignment`` is ``nearest_first``: as few as possible past the nearest site; step
    ``elsewhere`` counts them. 2. ``center_contiguous``: each catchment in one piece. 3. A band kept
    by its mean, or splits of communities at a price: whoever comes dearer than the way to another
    site goes there.

    Parameters
    ----------
    arrays, sited
        The question, and its answer.
    progress
        Told how far the run is; returning True stops it with the best so far.

    Returns
    -------
    Sited
        The same where nothing of this is asked.

    Raises
    ------
    InfeasibleError
        If no catchments in one piece were found.
    """
    scenario, prices = arrays.scenario, priced_of(arrays)
    nearest, whole = scenario.center_assignment != "balanced", scenario.center_contiguous == "yes"
    if nearest:
        sited = Settling(arrays, sited, progress).nearest_first()
    if whole:
        sited = Settling(arrays, sited, progress).in_one_piece()
    if prices is not None:
        sited = Settling(arrays, sited, progress).priced(prices, search=not (nearest or whole))
    return sited


def priced_of(arrays: CenterArrays) -> Prices | None:
    """Give what the duty areas are priced for; None where nothing is."""
    parents = parents_of(arrays.district, arrays.scenario, arrays.unit_label)
    first = np.unique(arrays.atom, return_index=True)[1]
    scenario = dataclasses.replace(arrays.scenario, band_reading="center")
    strict = with_band(arrays.asked.sites, arrays.district, scenario)
    grouped = parents[arrays.populated][first]
    return duty_prices(arrays.district, arrays.scenario, grouped, strict)


@dataclass(frozen=True, eq=False)
class Settling:
    """
    One question of who goes where among sites that are chosen.

    Parameters
    ----------
    arrays, sited, progress
        As of :func:`settled`.
    params
        How it is searched.
    """

    arrays: CenterArrays
    sited: Sited
    progress: Tell | None
    params: SettlingParams = PARAMS

    @cached_property
    def sites(self) -> np.ndarray:
        """Rows of the sites that are open, ascending."""
        return np.sort(np.asarray(self.sited.answer.sites))

    @cached_property
    def metres(self) -> sparse.csr_array:
        """The walks to them: populated units by open sites."""
        return sparse.csr_array(self.arrays.metres[:, self.sites])

    @cached_property
    def limit(self) -> float:
        """Metres that no more residents are to exceed than in the first step."""
        if "farthest" in self.sited.steps:
            return self.sited.steps["farthest"].objective
        return self.arrays.limit

    @cached_property
    def cost(self) -> np.ndarray:
        """Cost of each stored walk, those beyond the limit at their price."""
        dear = self.params.beyond * self._price
        every = self.arrays.cost(limit=self.limit, price=dear)
        return np.asarray(sparse.csr_array(every[:, self.sites]).data)

    @property
    def _price(self) -> float:
        return self.params.price * self.arrays.walk

    def nearest_first(self) -> Sited:
        """Send as few as possible past the nearest site, and all at least distance."""
        past = self._past()
        counted = self._assign(past, self.params.count)
        priced = self.cost + self._price * past
        again = self._assign(priced, self.params.assign, counted)
        found = again if again.feasible else counted
        if not found.feasible:
            return self.sited
        own = found.assignment
        value = float(self._at(past, own).sum())
        runs, scenario = [counted, again], self.arrays.scenario
        step = step_proof(value, counted.bound, runs, scenario, "persons-these-sites")
        return self._restated(own, {"elsewhere": step}, runs)

    def in_one_piece(self) -> Sited:
        """Draw the catchments anew, each in one piece, at least distance."""
        arrays, sites = self.arrays, self.sites
        district, scenario = arrays.district, arrays.scenario
        units = np.arange(len(arrays.populated))
        cost = np.full((len(units), len(sites)), np.inf)
        near = arrays.cells.walked(
            arrays.ways, units, arrays.places, only=sites, nearest=len(sites)
        )
        cost[row_of(near), near.indices] = 0.0
        walks = sparse.csr_array(arrays.walks[:, sites])
        populated = np.flatnonzero(arrays.populated)
        each = arrays.unit_cost(limit=self.limit, price=self.params.beyond * self._price)
        if "elsewhere" in self.sited.steps:
            each.data = each.data + self._price * self._past_of_units()
        each = sparse.csr_array(each[:, sites])
        cost[populated] = np.inf
        cost[populated[row_of(walks)], walks.indices] = each.data
        parents = parents_of(district, scenario, arrays.unit_label)
        people = district.units["population"].to_numpy(dtype=float)
        standing = district.units.index.get_indexer(arrays.asked.sites["unit"].iloc[sites])
        whole = parents if not arrays.by_unit else np.full(len(units), -1)
        drawn = Catchments(
            district.contiguity, district.centroids, people, cost, standing,
            arrays.bounds["lower"][sites], arrays.upper[sites], whole,
        )  # fmt: skip
        start = np.full(len(units), sites[0])
        start[populated] = self.sited.answer.assignment[arrays.atom]
        every, runs = np.full(len(units), -1), []
        grids = np.unique(arrays.unit_label)
        for grid in grids:
            here = np.flatnonzero(arrays.unit_label == grid)
            open_ = np.flatnonzero(arrays.site_label[sites] == grid)
            found = drawn.of(
                here, open_, np.searchsorted(sites, start), seed=scenario.seed,
                work_limit=max(self.params.areas * scenario.work_limit / len(grids), 0.05),
                time_limit=scenario.time_limit, progress=phase(self.progress, ALMOST, 1.0 - ALMOST),
            )  # fmt: skip
            if found.assignment is None:
                raise InfeasibleError([Problem("catchments-not-found", {"centers": len(sites)})])
            every[here] = open_[found.assignment]
            runs.append(Spent(found.method, found.seconds, found.ended))
        own = every[populated][np.unique(arrays.atom, return_index=True)[1]]
        return dataclasses.replace(self._restated(own, {}, runs), every=sites[every])

    def priced(self, prices: Prices, *, search: bool) -> Sited:
        """
        Add to the distance what is priced, and lower both together.

        Parameters
        ----------
        prices
            Of loads outside the band, and of splits.
        search
            Whether residents may be moved for that, or stay as something else assigned them.
        """
        arrays, sites = self.arrays, self.sites
        run = Run(work_limit=arrays.scenario.work_limit)
        own = np.searchsorted(sites, self.sited.answer.assignment)
        some = dataclasses.replace(
            prices,
            lower=prices.lower[sites],
            upper=prices.upper[sites],
            least=arrays.bounds["lower"][sites],
            most=arrays.upper[sites],
        )
        if search:
            metres = self.metres
            table = sparse.csr_array((self.cost, metres.indices, metres.indptr), metres.shape)
            own = shifted(table, arrays.people, own, some, rounds=self.params.rounds)
        load = np.bincount(own, weights=arrays.people, minlength=len(sites))
        runs = [Spent("shifts", run.seconds, "done")] if search else []
        found = self._restated(own, {}, runs, paid=some.of(load, own))
        return dataclasses.replace(found, every=self.sited.every)

    def _past(self) -> np.ndarray:
        """Count the residents whom each stored walk would take past the nearest of the sites."""
        past = self.arrays.joined(self._past_of_units())
        return np.asarray(sparse.csr_array(past[:, self.sites]).data)

    def _past_of_units(self) -> np.ndarray:
        """Count them for each walk of each populated unit, to whichever site."""
        arrays = self.arrays
        walks, open_ = arrays.walks, np.zeros(arrays.walks.shape[1], dtype=bool)
        open_[self.sites] = True
        row, here = row_of(walks), open_[walks.indices]
        least = np.full(walks.shape[0], np.inf)
        np.minimum.at(least, row[here], walks.data[here])
        return np.where(walks.data > least[row], arrays.living[row], 0.0)

    def _assign(self, cost: np.ndarray, share: float, start: Siting | None = None) -> Siting:
        """Assign at so much a walk, within the band of the open sites."""
        arrays, scenario, sites = self.arrays, self.arrays.scenario, self.sites
        first = np.searchsorted(sites, self.sited.answer.assignment)
        if start is not None and start.feasible:
            first = start.assignment
        metres = self.metres
        return capacitated_p_median(
            sparse.csr_array((cost, metres.indices, metres.indptr), shape=metres.shape),
            arrays.people,
            arrays.upper[sites],
            len(sites),
            lower=arrays.bounds["lower"][sites],
            kept=np.ones(len(sites), dtype=bool),
            start=(np.arange(len(sites)), first),
            beyond=self._beyond(cost),
            seed=scenario.seed,
            work_limit=max(share * scenario.work_limit, 0.01),
            time_limit=scenario.time_limit,
            progress=phase(self.progress, ALMOST, 1.0 - ALMOST),
        )

    def _beyond(self, cost: np.ndarray) -> np.ndarray:
        """Bound what ways to these sites cost that were left out: no less than those given."""
        arrays, metres = self.arrays, self.metres
        dearest = np.zeros(metres.shape[0])
        if arrays.by_unit:  # of parts that are assigned as one, one unit tells too little
            np.maximum.at(dearest, row_of(metres), cost)
        short = np.zeros(metres.shape[0], dtype=bool)
        short[arrays.atom[arrays.shortened]] = True
        return np.where(short, dearest, np.inf)

    def _at(self, data: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Give the stored value of each unit's own walk."""
        here = self.metres.indices == own[row_of(self.metres)]
        return np.asarray(data[here])

    def _restated(
        self,
        own: np.ndarray,
        first: dict[str, Certificate],
        runs: Sequence[Siting | Spent],
        *,
        paid: float | None = None,
    ) -> Sited:
        """
        Put the answer together: each step with what it comes to now.

        The bound of the distance holds for layouts with no more residents beyond the limit, and
        falls where there are more.
        """
        arrays, sited, scenario = self.arrays, self.sited, self.arrays.scenario
        assignment = self.sites[own]
        walked = arrays.walked(assignment)
        steps, bound = dict(sited.steps), sited.proof.bound
        far = float(arrays.living[walked > self.limit].sum())
        before = steps.pop("beyond", None)
        if "elsewhere" in steps:
            told = steps["elsewhere"]
            value = float(self._at(self._past(), own).sum())
            steps["elsewhere"] = step_proof(
                value, told.bound, [_spent(told), *runs], scenario, told.unit
            )
        if "farthest" in steps:
            told = steps["farthest"]
            steps["farthest"] = step_proof(
                float(walked.max()), told.bound, [_spent(told), *runs], scenario, told.unit
            )
            bound = None if far else bound
        elif far:
            least = 0.0 if before is None else before.bound
            step = step_proof(far, least, runs, scenario, "persons")
            steps = {"beyond": step, **steps}
            bound = bound if before is not None and far <= before.objective else None
        plain = sparse.csr_array(arrays.cost()[:, self.sites]).data
        unit = travel_unit(scenario, last=bool(steps or first), priced=paid is not None)
        spent: list[Siting | Spent] = [_spent(sited.proof), *runs]
        proof = step_proof(
            float(self._at(plain, own).sum()) + (paid or 0.0), bound, spent, scenario, unit
        )
        answer = dataclasses.replace(
            sited.answer, sites=self.sites, assignment=assignment, objective=proof.objective
        )
        return Sited(answer, proof, {**steps, **first})


def _spent(proof: Certificate) -> Spent:
    return Spent(proof.method, proof.seconds, proof.ended_by)
