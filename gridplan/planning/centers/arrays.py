"""The question of the centers as the engine takes it: arrays of residents, sites and ways."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.optimise.siting import envy_cost, merged_reach
from gridplan.optimise.sparse_rows import only, pattern
from gridplan.planning.centers.candidates import kept_sites
from gridplan.planning.centers.question import CenterQuestion
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import Journeys, journeys_of

# So many unit-to-site pairs the engine is given at the most; beyond it the nearest sites only.
_PAIRS = 6_000_000
_NEAREST_AT_LEAST = 40


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
    unit_label, site_label
        Number of the grid of each unit of the district and of each site; 0 without grids.
    metres
        CSR, populated units by sites of their grid: the walk, whole metres.
    """

    district: District
    scenario: Scenario
    asked: CenterQuestion
    populated: np.ndarray
    unit_label: np.ndarray
    site_label: np.ndarray
    metres: sparse.csr_array

    @cached_property
    def ways(self) -> Journeys:
        """How walks are measured."""
        return journeys_of(self.district, self.scenario)

    @property
    def people(self) -> np.ndarray:
        """Residents of the populated units."""
        every = self.district.units["population"].to_numpy(dtype=float)
        return np.asarray(every[self.populated])

    @property
    def upper(self) -> np.ndarray:
        """Most residents of each site."""
        return np.asarray(self.asked.sites["capacity_upper"].to_numpy(dtype=float))

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
        return {
            "group": self.asked.street,
            "group_min": self.asked.street_minimum,
            "kept": self.kept,
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
        people = self.people
        if len(outside):
            points = np.column_stack([outside.centroid.x, outside.centroid.y])
            far = self.ways.walked_to_nearest(points)[units]
            people = np.where(far / rate <= near, 0.0, people)
        sites = self.asked.sites.geometry
        points = np.column_stack([sites.x, sites.y])
        found = self.ways.walked_within(units, points, near * rate + 1.0)
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
            CSR, the stored entries those of ``metres``: person-metres by ``center_equity``.
        """
        scenario, cost = self.scenario, self.metres.copy()
        each = np.repeat(self.people, np.diff(cost.indptr))
        cost.data = envy_cost(
            cost.data,
            each,
            weight=scenario.center_equity,
            standard=scenario.center_max_minutes * self.ways.walk_metres_per_minute,
        )
        cost.data += np.where(self.metres.data > limit, price * each, 0.0)
        return cost

    def walked(self, assignment: np.ndarray) -> np.ndarray:
        """Metres of each populated unit to the site it is assigned to."""
        sites = self.asked.sites.geometry
        points = np.column_stack([sites.x, sites.y])
        return self.ways.walked_to_own(points, assignment, units=np.flatnonzero(self.populated))


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
    sites = asked.sites
    populated = district.units["population"].to_numpy(dtype=float) > 0
    units, of_site = _grid_labels(district, asked, grid)
    metres = journeys_of(district, scenario).walked(
        np.flatnonzero(populated),
        np.column_stack([sites.geometry.x, sites.geometry.y]),
        unit_label=units[populated],
        site_label=of_site,
        nearest=max(_NEAREST_AT_LEAST, _PAIRS // max(1, int(populated.sum()))),
    )
    return CenterArrays(district, scenario, asked, populated, units, of_site, metres)


def _grid_labels(
    district: District, asked: CenterQuestion, grid: pd.Series | None
) -> tuple[np.ndarray, np.ndarray]:
    if grid is None:
        return np.zeros(len(district.units), dtype=int), np.zeros(len(asked.sites), dtype=int)
    codes, names = pd.factorize(grid, sort=True)
    return codes, pd.Index(names).get_indexer(asked.sites["grid"])
