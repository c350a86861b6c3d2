"""The question of the centers as the engine takes it: arrays of residents, sites and ways."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.optimise.siting import equity_cost, merged_reach
from gridplan.optimise.sparse_rows import joined_rows, only, pattern, row_of
from gridplan.planning.centers.candidates import kept_sites
from gridplan.planning.centers.question import CenterQuestion, cells_of
from gridplan.planning.duty.cells import Cells
from gridplan.planning.duty.grain import atoms_of
from gridplan.planning.premises.budget import spending
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station
from gridplan.planning.ways.journeys import Journeys, journeys_of

# So many unit-to-site pairs the engine is given at the most; beyond it the nearest sites only.
_PAIRS = 6_000_000
_NEAREST_AT_LEAST = 80


@dataclass(frozen=True, eq=False)
class Groups:
    """Group ``(m,)`` of each site, finer than streets, and the centers each is to have at least."""

    of: np.ndarray
    least: np.ndarray


@dataclass(frozen=True, eq=False)
class CenterArrays:
    """
    What the engine is asked, without labels.

    Parameters
    ----------
    district, scenario, asked
        What it was made of.
    populated
        Mask over the district's units: those with residents, the only ones the engine sees.
    cells
        Which sites each unit of the district may be assigned to.
    walks
        CSR, populated units by sites that each may be assigned to: whole metres.
    atom
        Number of the part that each populated unit is assigned with, by ``center_grain``: the
        engine sees these. Each unit is one by itself where none must stay whole.
    reserve
        Of the budget, kept back for places that depend on who goes where.
    nearest
        Sites each unit was given at the most, the nearest ones.
    groups
        What is asked of in place of streets; None for the streets themselves.
    """

    district: District
    scenario: Scenario
    asked: CenterQuestion
    populated: np.ndarray
    cells: Cells
    walks: sparse.csr_array
    atom: np.ndarray
    nearest: int
    reserve: float = 0.0
    groups: Groups | None = None

    @cached_property
    def ways(self) -> Journeys:
        """How walks are measured."""
        return journeys_of(self.district, self.scenario)

    @property
    def unit_label(self) -> np.ndarray:
        """Number of the grid of each unit of the district; 0 without grids."""
        return self.cells.unit_grid

    @property
    def site_label(self) -> np.ndarray:
        """The same of each site."""
        return self.cells.site_grid

    @cached_property
    def places(self) -> np.ndarray:
        """Where the sites stand, ``(m, 2)`` metres."""
        points = self.asked.sites.geometry
        return np.column_stack([points.x, points.y])

    @property
    def people(self) -> np.ndarray:
        """Residents of the parts that are assigned as one."""
        return np.bincount(self.atom, weights=self.living)

    @cached_property
    def living(self) -> np.ndarray:
        """Residents of the populated units."""
        every = self.district.units["population"].to_numpy(dtype=float)
        return np.asarray(every[self.populated])

    @property
    def by_unit(self) -> bool:
        """Whether the engine sees the units themselves."""
        return len(self.atom) == int(self.atom.max(initial=-1)) + 1

    @cached_property
    def metres(self) -> sparse.csr_array:
        """The walks of the parts: of the unit that has farthest to go."""
        return self.walks if self.by_unit else joined_rows(self.walks, self.atom, most=True)

    def joined(self, data: np.ndarray) -> sparse.csr_array:
        """Add values of the walks up for each part: CSR, stored where ``metres`` is."""
        walks = self.walks
        table = sparse.csr_array((data, walks.indices, walks.indptr), shape=walks.shape)
        return table if self.by_unit else joined_rows(table, self.atom)

    @property
    def upper(self) -> np.ndarray:
        """Most residents of each site."""
        return np.asarray(self.asked.sites["capacity_upper"].to_numpy(dtype=float))

    @property
    def walk(self) -> float:
        """Metres that count as near."""
        return self.scenario.center_max_minutes * self.ways.walk_metres_per_minute

    @property
    def covers_assigned(self) -> bool:
        """Whether most residents are to be within the walk of the center assigned to them."""
        scenario = self.scenario
        return scenario.center_objective == "coverage" and (
            scenario.center_coverage_of == "assigned"
        )

    @property
    def limit(self) -> float:
        """
        Metres that as few residents as possible are to exceed.

        ``center_max_metres`` where it is given; else twice the walk that counts as near where
        coverage comes first, and no limit where it does not. The walk itself where coverage is that
        of the center assigned.
        """
        if self.covers_assigned:
            return self.walk
        usual = 2.0 * self.walk if self.scenario.center_objective == "coverage" else np.inf
        return self.scenario.center_max_metres or usual

    @property
    def number(self) -> int:
        """Sites to open: centers and stations."""
        return self.asked.number + self.asked.stations

    @property
    def kept(self) -> np.ndarray:
        """Mask over the sites: existing centers, and those that must open."""
        return kept_sites(self.asked.sites, self.scenario)

    @property
    def whole(self) -> bool:
        """Whether every way to every site is in question: no grids, no way left out."""
        labels = self.unit_label
        return bool((labels == labels[0]).all()) and self.metres.nnz == np.prod(self.metres.shape)

    @property
    def counts(self) -> dict[str, Any]:
        """What the choice of sites must obey, as options of the engine."""
        asked, posts = self.asked, [self.asked.stations]
        least, most = asked.street_minimum, asked.street_maximum
        money = spending(self.district, self.scenario, asked.sites, self.reserve)
        if self.groups is not None:
            own = {"group": self.groups.of, "group_min": self.groups.least, "kept": self.kept}
            return {**own, **money}
        if not is_station(asked.sites).any():
            bounds = {} if most is None else {"group_max": most}
            bounds |= {"group": asked.street, "group_min": least, "kept": self.kept}
            return {**bounds, **money}
        # Stations are a group of their own, beside the streets.
        every = np.full(len(least), len(asked.sites)) if most is None else most
        return {
            "group": np.where(is_station(asked.sites), len(least), asked.street),
            "group_min": np.concatenate([least, posts]),
            "group_max": np.concatenate([every, posts]),
            "kept": self.kept,
            **money,
        }

    @property
    def bounds(self) -> dict[str, Any]:
        """The same with the least residents of each site."""
        lower = self.asked.sites["capacity_lower"].to_numpy(dtype=float)
        return {**self.counts, "lower": lower}

    @cached_property
    def reach(self) -> tuple[sparse.csr_array, np.ndarray, float]:
        """
        Who is near some site if it opens, of whichever grid.

        As :func:`gridplan.optimise.siting.merged_reach` gives it. Residents near a kept center, or
        one of a neighbouring district, are in no question.
        """
        rate, near = self.ways.walk_metres_per_minute, self.scenario.center_max_minutes
        units = np.flatnonzero(self.populated)
        outside = self.district.outside_centers.geometry
        people = self.living
        if len(outside):
            points = np.column_stack([outside.centroid.x, outside.centroid.y])
            far = self.ways.walked_to_nearest(points)[units]
            people = np.where(far / rate <= near, 0.0, people)
        found = self.ways.walked_within(units, self.places, near * rate + 1.0)
        table = pattern(only(found, found.data / rate <= near))
        return merged_reach(table, people, kept=self.kept)

    def cost(self, *, limit: float = np.inf, price: float = 0.0) -> sparse.csr_array:
        """
        Price every way.

        Parameters
        ----------
        limit
            Metres beyond which a way is priced higher.
        price
            Metres by which it is, for each resident.

        Returns
        -------
        cost
            CSR, the stored entries those of ``metres``: person-metres, weighed by
            ``center_equity`` where that is the aim.
        """
        return self.joined(self.unit_cost(limit=limit, price=price).data)

    def unit_cost(self, *, limit: float, price: float) -> sparse.csr_array:
        """Price every way of every populated unit, as :meth:`cost` does: where ``walks`` is."""
        walks = self.walks
        each = self.living[row_of(walks)]
        scenario = self.scenario
        cost = equity_cost(
            walks.data,
            each,
            weight=scenario.center_equity if scenario.center_objective == "equity" else 0.0,
            standard=self.walk,
            power=scenario.center_equity_power,
        )
        cost = cost + np.where(walks.data > limit, price * each, 0.0)
        return sparse.csr_array((cost, walks.indices, walks.indptr), shape=walks.shape)

    def beyond(
        self, *, limit: float = np.inf, price: float = 0.0, most: float = np.inf
    ) -> np.ndarray:
        """
        Bound what ways that were left out cost, so that a bound over those listed is one of all.

        Parameters
        ----------
        limit, price
            As for :meth:`cost`.
        most
            Metres that no way may exceed.

        Returns
        -------
        beyond
            A number for each part: where one of its units could go to more sites than it was given,
            the dearest way of that unit; infinite for all others.
        """
        short = np.flatnonzero(self.shortened)
        least = np.full(len(self.people), np.inf)
        if len(short):
            cost = self.unit_cost(limit=limit, price=price)
            dearest = np.where(self.longest <= most, _largest(cost), np.inf)
            np.minimum.at(least, self.atom[short], dearest[short])
        return least

    @cached_property
    def shortened(self) -> np.ndarray:
        """Mark the populated units that could go to more sites than they were given."""
        given = np.diff(self.walks.indptr)
        return (given >= self.nearest) & (given < self.walks.shape[1])

    @cached_property
    def longest(self) -> np.ndarray:
        """Metres of the longest way given to each populated unit; what was left out is longer."""
        return _largest(self.walks)

    def walked(self, assignment: np.ndarray) -> np.ndarray:
        """Metres of each populated unit to the site that its part is assigned to."""
        return self.ways.walked_to_own(
            self.places, assignment[self.atom], units=np.flatnonzero(self.populated)
        )


def _largest(table: sparse.csr_array) -> np.ndarray:
    """Give the largest stored value of each row; 0 where none is stored."""
    out, some = np.zeros(table.shape[0]), np.diff(table.indptr) > 0
    if some.any():
        out[some] = np.maximum.reduceat(table.data, table.indptr[:-1][some])
    return out


def center_arrays(
    district: District, scenario: Scenario, asked: CenterQuestion, grid: pd.Series | None
) -> CenterArrays:
    """
    Turn what is asked into arrays.

    Parameters
    ----------
    district, scenario, asked
        What is asked.
    grid
        Index ``unit``: grid of each unit, or None.

    Returns
    -------
    CenterArrays
    """
    sites = asked.sites.geometry
    populated = district.units["population"].to_numpy(dtype=float) > 0
    cells = cells_of(district, scenario, asked, grid)
    nearest = max(_NEAREST_AT_LEAST, _PAIRS // max(1, int(populated.sum())))
    walks = cells.walked(
        journeys_of(district, scenario),
        np.flatnonzero(populated),
        np.column_stack([sites.x, sites.y]),
        nearest=nearest,
    )
    atom = atoms_of(district, scenario, cells.unit_grid)[populated]
    atom = np.unique(atom, return_inverse=True)[1]
    return CenterArrays(district, scenario, asked, populated, cells, walks, atom, nearest)
