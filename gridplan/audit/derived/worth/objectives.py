"""What each part of a plan is worth, summed anew in the unit of its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.audit.derived.demands.prices import is_priced, paid
from gridplan.audit.derived.duty.band import band_reading
from gridplan.audit.derived.duty.nearest import nearest_of
from gridplan.audit.derived.duty.notes import further_centers, outside_band
from gridplan.audit.derived.layout.decided import Decided
from gridplan.audit.derived.layout.units import TO_CENTER
from gridplan.audit.derived.ways.drives import Link
from gridplan.audit.derived.ways.walks import Keys, Travel, places_of
from gridplan.audit.derived.worth.cuts import boundary
from gridplan.travel.followed import priced_borders


@dataclass(frozen=True, eq=False)
class Worth:
    """
    A plan to be valued.

    Parameters
    ----------
    travel, decided, links
        How ways are measured, what was decided, links between pieces of the district.
    units, centers
        The tables, put together anew.
    classes
        What each center is today, by its id.
    """

    travel: Travel
    decided: Decided
    links: list[Link]
    units: pd.DataFrame
    centers: gpd.GeoDataFrame
    classes: Mapping[str, object]

    @property
    def people(self) -> np.ndarray:
        """Residents of the units."""
        return np.asarray(self.travel.district.units["population"].to_numpy(dtype=float))

    @property
    def scenario(self) -> Keys:
        """What was asked for."""
        return self.travel.scenario

    def values(self) -> dict[str, tuple[float, str]]:
        """Value and unit of each part: grids, the steps to the centers, centers, 1+N."""
        found = {}
        if self.decided.grid is not None:
            found["grids"] = (self._grids(), self._grid_unit())
        found |= self._steps()
        found["centers"] = (
            self._centers(),
            self._center_unit(last=len(found) > ("grids" in found)),
        )
        if self.decided.manager:
            found["regional"] = (self._regional(), "person-metres")
        return found

    def _grids(self) -> float:
        """Person-metres to the leads; boundaries and split parents at their price."""
        metres = np.round(self.units["minutes_to_lead"] * self.travel.driven_a_minute)
        value = float(np.nansum(self.people * metres))
        grid, scenario = self.decided.grid, self.scenario
        if grid is None or self.decided.drawn:
            return value
        graph = sparse.lil_array(priced_borders(self.travel.district, scenario.grid_follow))
        for one, other, _ in self.links:
            graph[one, other] = graph[other, one] = max(graph[one, other], 1.0)
        value += scenario.grid_compactness * float(boundary(sparse.csr_array(graph), grid).sum())
        value += paid(self.travel.district, scenario, grid, self.decided.leads)
        if scenario.grid_grain != "unit":
            parent = self.travel.district.units[scenario.grid_grain]
            names = [
                text if isinstance(text, str) else ("alone", unit) for unit, text in parent.items()
            ]
            met = set(zip(names, grid, strict=True))
            value += scenario.grid_split_price * (len(met) - len(set(names)))
        return value

    def _grid_unit(self) -> str:
        scenario = self.scenario
        priced = scenario.grid_compactness > 0 or (
            scenario.grid_split_price > 0 and scenario.grid_grain != "unit"
        )
        priced = priced or is_priced(self.travel.district, scenario)
        unit = "person-metres-and-prices" if priced and not self.decided.drawn else "person-metres"
        if self.travel.drive_matrix is not None:
            return f"{unit}-{self.travel.drive_matrix.code}"
        return f"{unit}-by-road" if self.travel.drive_by == "roads" else unit

    def _steps(self) -> dict[str, tuple[float, str]]:
        """Residents beyond the limit and without a center near, centers, the longest way."""
        aim, limit = self.scenario.center_objective, self.scenario.center_max_metres
        pace, minutes = self.travel.walked_a_minute, self.scenario.center_max_minutes
        people = self.people
        metres = self.units["metres_to_center"].to_numpy(dtype=float)
        found: dict[str, tuple[float, str]] = {}
        least = limit or (2.0 * minutes * pace if aim == "coverage" else np.inf)
        beyond = float(people[metres > least].sum())
        own = aim == "coverage" and self.scenario.center_coverage_of == "assigned"
        if own:
            beyond = float(people[metres > minutes * pace].sum())
        if beyond and aim != "farthest":
            found["beyond"] = (beyond, "persons")
        if aim in ("coverage", "fewest") and not own:
            near = self.units[TO_CENTER].to_numpy(dtype=float) / pace <= minutes
            unit = "persons" if np.isinf(least) else "persons-limited"
            found["coverage"] = (float(people[~near].sum()), unit)
        if aim == "fewest":
            found["fewest"] = (float(len(self.centers)), "centers")
        if aim == "farthest":
            found["farthest"] = (float(metres[people > 0].max(initial=0.0)), "metres")
        if self.scenario.center_assignment == "nearest_first":
            least = nearest_of(self.travel, self.decided, self.centers).find(own=True)[1]
            found["elsewhere"] = (float(people[least < metres].sum()), "persons-these-sites")
        return found

    def _center_unit(self, *, last: bool) -> str:
        equal = self.scenario.center_objective == "equity"
        unit = "person-metres-and-unease" if equal else "person-metres"
        unit = unit if self._duty() is None else f"{unit}-priced"
        return f"{unit}-last" if last else unit

    def _centers(self) -> float:
        """Person-metres to the centers, weighed against what exceeds the walk that is near."""
        scenario = self.scenario
        weight = scenario.center_equity if scenario.center_objective == "equity" else 0.0
        standard = self.scenario.center_max_minutes * self.travel.walked_a_minute
        metres = self.units["metres_to_center"].to_numpy(dtype=float)
        excess = np.clip(metres - standard, 0.0, None)
        # Five metres for each beyond, or as dear where the excess is half the walk, if squared.
        unease = 5.0 * excess * (excess / standard if scenario.center_equity_power == 2 else 1.0)
        each = (1.0 - weight) * metres + weight * unease
        some = self.people > 0
        return float(self.people[some] @ each[some]) + (self._duty() or 0.0)

    def _duty(self) -> float | None:
        """Price of loads outside a mean band, and of split communities; None without prices."""
        scenario, paid = self.scenario, None
        if scenario.center_breach_price and band_reading(self.travel.district, scenario) in (
            "street",
            "district",
        ):
            paid = scenario.center_breach_price * outside_band(self.travel, self.centers)
        if scenario.center_split_price and scenario.center_grain != "unit":
            further = sum(further_centers(self.travel, self.decided))
            paid = (paid or 0.0) + scenario.center_split_price * further
        return paid

    def _regional(self) -> float:
        """Person-metres to the regional center; from another street, or newly one, is dear."""
        manager = self.decided.manager
        centers = self.centers[(self.centers["class"] != "station").to_numpy()]
        places = places_of(centers)
        loads = centers["population"].to_numpy(dtype=float)
        cost = loads[:, None] * np.round(self.travel.walked(places, places))
        street = pd.factorize(centers["subdistrict"], use_na_sentinel=False)[0]
        grid = pd.factorize(centers["grid"], use_na_sentinel=False)[0]
        inside = float(cost[np.equal.outer(grid, grid)].max(initial=0.0))
        most, value = float(cost.max(initial=0.0)), 0.0
        for at, key in enumerate(centers.index):
            above = centers.index.get_loc(manager[key])
            value += float(cost[at, above])
            value += most if street[at] != street[above] else 0.0
            value += inside if at == above and self.classes.get(key) != "regional" else 0.0
        return value
