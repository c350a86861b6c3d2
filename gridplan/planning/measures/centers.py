"""Centers: how many residents each serves, and the 1+N under the regional centers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.errors import Problem
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, known, measure, whole
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station


@measure("center", reads=("units.population",))
def residents_of_center(layout: Layout, _scenario: Scenario) -> Values:
    """Residents assigned to each center, stations left out."""
    return {str(k): float(v) for k, v in _centers(layout)["population"].items()}


@measure("district", reads=("units.population",))
def residents_per_center(layout: Layout, _scenario: Scenario) -> Values:
    """Residents of the district for each center, stations not counted."""
    count = len(_centers(layout))
    return whole(layout, layout.district.population / count if count else None)


@measure("district")
def centers(layout: Layout, _scenario: Scenario) -> Values:
    """Centers of the district, existing and new; stations are counted apart."""
    return whole(layout, float(len(_centers(layout))) or None)


def _centers(layout: Layout) -> pd.DataFrame:
    """Give the centers that are no stations."""
    return layout.centers[~is_station(layout.centers)]


def _planned_1n(layout: Layout) -> bool:
    return bool(len(layout.centers)) and bool(layout.centers["regional_center"].notna().any())


def _streets(layout: Layout) -> list[str]:
    return [str(name) for name in layout.subdistricts.index]


def _reason(scenario: Scenario, street: str) -> list[Problem]:
    """Quote why the planner adds a regional center to a street."""
    reason = dict(scenario.regional_added).get(street)
    return [] if reason is None else [Problem("regional-added", {"reason": reason})]


@measure("subdistrict", needs=("subdistricts",), quotes=_reason)
def regional_centers(layout: Layout, _scenario: Scenario) -> Values:
    """Regional centers of each street; None where no 1+N was planned."""
    if not _planned_1n(layout):
        return dict.fromkeys(_streets(layout))
    return {str(k): float(v) for k, v in layout.subdistricts["regional_centers"].items()}


@measure("district", needs=("subdistricts",))
def centers_under_one_regional(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of centers that are regional or under exactly one regional center of their grid."""
    if not _planned_1n(layout):
        return whole(layout, None)
    table = layout.centers
    regional = table[table["class"] == "regional"]
    managed = table["regional_center"].isin(regional.index)
    if not layout.grids.empty:
        grid_of = regional["grid"]
        managed &= table["regional_center"].map(grid_of) == table["grid"]
    return whole(layout, 100.0 * float(managed.mean()))


@measure("district", needs=("subdistricts",))
def centers_managed_in_street(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of centers whose regional center stands in their own street."""
    if not _planned_1n(layout):
        return whole(layout, None)
    table = layout.centers
    street = table["regional_center"].map(table["subdistrict"])
    return whole(layout, 100.0 * float((street == table["subdistrict"]).mean()))


@measure("subdistrict", needs=("subdistricts",), reads=("units.population",))
def residents_per_regional_center(layout: Layout, _scenario: Scenario) -> Values:
    """Residents of each street for each of its regional centers; None where it has none."""
    if not _planned_1n(layout):
        return dict.fromkeys(_streets(layout))
    table = layout.subdistricts
    each = table["population"] / table["regional_centers"].replace(0, np.nan)
    return {str(k): known(v) for k, v in each.items()}


@measure("subdistrict", needs=("subdistricts",), reads=("units.population",))
def residents_of_regional_street(layout: Layout, _scenario: Scenario) -> Values:
    """Residents of each street that has a regional center; None for the others."""
    if not _planned_1n(layout):
        return dict.fromkeys(_streets(layout))
    table = layout.subdistricts
    residents = table["population"].where(table["regional_centers"] > 0)
    return {str(k): known(v) for k, v in residents.items()}


@measure("center", needs=("subdistricts",), reads=("units.population",))
def residents_managed(layout: Layout, _scenario: Scenario) -> Values:
    """Residents of each regional center and of the centers it manages."""
    if not _planned_1n(layout):
        return {}
    table = layout.centers
    under = table.groupby("regional_center")["population"].sum()
    regional = table.index[table["class"] == "regional"]
    return {str(center): float(under.get(center, 0.0)) for center in regional}
