"""Residents and walks of a finished layout as arrays, for closings and exchanges to count from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.optimise.sparse_rows import only, pattern
from gridplan.planning.layout.layout import Layout
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station
from gridplan.planning.ways.journeys import Journeys, journeys_of
from gridplan.policy.rule import Rule

NEAR_MEASURE = "share_near_center"
"""The measure of the rule that a closed center may break."""


@dataclass(frozen=True, eq=False)
class Weighed:
    """
    A layout as arrays.

    Parameters
    ----------
    layout, scenario
        What was planned.
    ways
        How walks are measured.
    people
        ``(n,)`` residents of the units.
    own
        ``(n,)`` position of each unit's center in ``layout.centers``.
    metres
        ``(n,)`` walk to it.
    reached
        ``(n,)`` open centers within the walk; those of neighbouring districts count as one.
    single
        ``(n,)`` position of the one center within the walk; -1 where there is none or several, or
        the one is a neighbour's.
    share
        Percent within the walk that a rule the plan passes asks for; None without such a rule.
    """

    layout: Layout
    scenario: Scenario
    ways: Journeys
    people: np.ndarray
    own: np.ndarray
    metres: np.ndarray
    reached: np.ndarray
    single: np.ndarray
    share: float | None

    @property
    def centers(self) -> gpd.GeoDataFrame:
        """The open centers."""
        return self.layout.centers

    @cached_property
    def near(self) -> float:
        """Residents within the walk of some center."""
        return float(self.people[self.reached > 0].sum())

    @cached_property
    def _all(self) -> float:
        return float(self.people.sum())

    @cached_property
    def only_near(self) -> np.ndarray:
        """``(k,)`` residents who have this center alone within the walk."""
        alone = self.single >= 0
        return np.bincount(
            self.single[alone], weights=self.people[alone], minlength=len(self.centers)
        )

    def below_share(self, lost: float) -> bool:
        """Whether the rule of the walk fails once so many residents lose their near center."""
        if self.share is None or not self._all > 0:
            return False
        return 100.0 * (self.near - lost) / self._all < self.share - 1e-9

    def served(self, center: int) -> np.ndarray:
        """Positions of the units with residents that go to a center."""
        order, starts = self._by_center
        return order[starts[center] : starts[center + 1]]

    @cached_property
    def _by_center(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the units with residents, center by center, and where each begins."""
        units = np.flatnonzero((self.people > 0) & (self.own >= 0))
        order = units[np.argsort(self.own[units], kind="stable")]
        return order, np.searchsorted(self.own[order], np.arange(len(self.centers) + 1))

    @cached_property
    def street_people(self) -> dict[object, float]:
        """Residents of each street."""
        people = pd.Series(self.people)
        return people.groupby(self.layout.units["subdistrict"].to_numpy()).sum().to_dict()

    @cached_property
    def full(self) -> np.ndarray:
        """``(k,)`` whether a center is no station, so that it may be a regional one."""
        return ~is_station(self.centers)

    @cached_property
    def street_full(self) -> dict[object, int]:
        """Centers of each street that are no stations."""
        counted = pd.Series(self.full, self.centers.index).groupby(self.centers["subdistrict"])
        return counted.sum().astype(int).to_dict()

    @cached_property
    def has_regional(self) -> bool:
        """Whether any center has a regional one above it."""
        return bool(self.centers["regional_center"].notna().any())


def weigh(layout: Layout, scenario: Scenario, rules: Sequence[Rule]) -> Weighed:
    """
    Turn a layout into arrays.

    Parameters
    ----------
    layout
        With centers.
    scenario
        The walk that counts as near.
    rules
        Those the plan was held against.

    Returns
    -------
    Weighed
    """
    district = layout.district
    ways = journeys_of(district, scenario)
    people = district.units["population"].to_numpy(dtype=float)
    own = layout.centers.index.get_indexer(layout.units["center"])
    table = within_walk(ways, points_of(layout.centers), scenario)
    outside = district.outside_centers
    reached = np.diff(table.indptr)
    only_one = np.full(len(people), -1)
    first = np.flatnonzero(reached == 1)
    only_one[first] = table.indices[table.indptr[first]]
    if len(outside):
        far = ways.walked_to_nearest(points_of(outside))
        theirs = far / ways.walk_metres_per_minute <= scenario.center_max_minutes
        only_one[theirs] = -1
        reached = reached + theirs
    share = 100.0 * float(people[reached > 0].sum()) / max(float(people.sum()), 1e-9)
    asked = [
        float(rule.lower)
        for rule in rules
        if rule.measure == NEAR_MEASURE and rule.subject == "district" and rule.lower is not None
    ]
    held = [bound for bound in asked if bound <= share + 1e-9]
    return Weighed(
        layout=layout,
        scenario=scenario,
        ways=ways,
        people=people,
        own=own,
        metres=pd.to_numeric(layout.units["metres_to_center"]).to_numpy(dtype=float),
        reached=reached,
        single=only_one,
        share=max(held) if held else None,
    )


def within_walk(ways: Journeys, points: np.ndarray, scenario: Scenario) -> sparse.csr_array:
    """Mark which of ``(m, 2)`` points each unit of the district has within the walk, ``(n, m)``."""
    rate, near = ways.walk_metres_per_minute, scenario.center_max_minutes
    units = np.arange(len(ways.district.units))
    if not len(points):
        return sparse.csr_array((len(units), 0))
    found = ways.walked_within(units, points, near * rate + 1.0)
    return pattern(only(found, found.data / rate <= near))


def points_of(layer: gpd.GeoDataFrame) -> np.ndarray:
    """Give the places of a layer as ``(m, 2)`` metres; of areas their middles."""
    points = layer.geometry.centroid
    return np.column_stack([points.x.to_numpy(dtype=float), points.y.to_numpy(dtype=float)])
