"""The figures that rules are held against: a layout in, one value a subject out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from gridplan.planning.layout import Layout
from gridplan.planning.scenario import Scenario

Values = Mapping[str, float | None]
Measure = Callable[[Layout, Scenario], Values]

# Ownerships whose hospitals the trial plan lets lead without further agreement.
PUBLIC_LOCAL = ("municipal", "district")
GENERAL = ("general", "tcm")


def _whole(layout: Layout, value: float | None) -> Values:
    return {layout.district.code: value}


def share_in_one_grid(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of residents whose unit lies in exactly one grid."""
    if layout.grids.empty:
        return _whole(layout, None)
    people = layout.district.units["population"]
    once = ~layout.units.index.duplicated(keep=False)
    inside = layout.units.index[layout.units["grid"].isin(layout.grids.index) & once]
    return _whole(layout, 100.0 * float(people.loc[inside].sum()) / float(people.sum()))


def leads(layout: Layout, _scenario: Scenario) -> Values:
    """Hospitals that lead each grid."""
    counts = layout.hospitals.loc[layout.hospitals["role"] == "lead", "grid"].value_counts()
    return {grid: float(counts.get(grid, 0)) for grid in layout.grids.index}


def _tertiary_public(layout: Layout) -> pd.Series:
    hospitals = layout.hospitals
    return (
        hospitals["level"].astype(str).str.startswith("tertiary")
        & hospitals["kind"].isin(GENERAL)
        & hospitals["ownership"].isin(PUBLIC_LOCAL)
    )


def tertiary_public_leads(layout: Layout, _scenario: Scenario) -> Values:
    """Leads of each grid that are municipal or district tertiary general (or TCM) hospitals."""
    if layout.grids.empty:
        return {}
    fit = layout.hospitals[_tertiary_public(layout) & (layout.hospitals["role"] == "lead")]
    return {grid: float((fit["grid"] == grid).sum()) for grid in layout.grids.index}


def tertiary_public_hospitals(layout: Layout, _scenario: Scenario) -> Values:
    """Municipal or district tertiary general (or TCM) hospitals standing in each grid."""
    if layout.grids.empty:
        return {}
    fit = layout.hospitals[_tertiary_public(layout)]
    return {grid: float((fit["grid"] == grid).sum()) for grid in layout.grids.index}


def grids_of_city(layout: Layout, _scenario: Scenario) -> Values:
    """
    Grids of the city, as far as one district tells.

    Two grids in one district are two in its city; fewer say nothing about the city.
    """
    count = len(layout.grids)
    return _whole(layout, float(count) if count >= 2 else None)


def residents_of_center(layout: Layout, _scenario: Scenario) -> Values:
    """Residents assigned to each center."""
    return {str(k): float(v) for k, v in layout.centers["population"].items()}


def residents_per_center(layout: Layout, _scenario: Scenario) -> Values:
    """Residents of the district for each center."""
    if layout.centers.empty:
        return _whole(layout, None)
    return _whole(layout, layout.district.population / len(layout.centers))


def centers(layout: Layout, _scenario: Scenario) -> Values:
    """Centers of the district, existing and new."""
    return _whole(layout, float(len(layout.centers)) if len(layout.centers) else None)


def _planned_1n(layout: Layout) -> bool:
    return bool(len(layout.centers)) and bool(layout.centers["regional_center"].notna().any())


def regional_centers(layout: Layout, _scenario: Scenario) -> Values:
    """Regional centers of each street; None where no 1+N was planned."""
    if not _planned_1n(layout):
        return dict.fromkeys(layout.subdistricts.index)
    return {str(k): float(v) for k, v in layout.subdistricts["regional_centers"].items()}


def centers_under_one_regional(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of centers that are regional or under exactly one regional center of their grid."""
    if not _planned_1n(layout):
        return _whole(layout, None)
    table = layout.centers
    regional = table[table["class"] == "regional"]
    managed = table["regional_center"].isin(regional.index)
    if not layout.grids.empty:
        grid_of = regional["grid"]
        managed &= table["regional_center"].map(grid_of) == table["grid"]
    return _whole(layout, 100.0 * float(managed.mean()))


def residents_per_regional_center(layout: Layout, _scenario: Scenario) -> Values:
    """Residents of each street for each of its regional centers."""
    if not _planned_1n(layout):
        return dict.fromkeys(layout.subdistricts.index)
    table = layout.subdistricts
    share = table["population"] / table["regional_centers"].replace(0, np.nan)
    return {str(k): None if pd.isna(v) else float(v) for k, v in share.items()}


def share_within_walk(layout: Layout, scenario: Scenario) -> Values:
    """
    Percent of residents within the scenario's walk of their center.

    Given for the whole district under its code and for each street under its name; the rule's
    subject picks which of them it speaks of.
    """
    if layout.centers.empty:
        return dict.fromkeys([layout.district.code, *layout.subdistricts.index])
    people = layout.district.units["population"]
    near = people.where(layout.units["minutes_to_center"] <= scenario.center_max_minutes, 0.0)
    values: dict[str, float | None] = dict(
        _whole(layout, 100.0 * float(near.sum()) / float(people.sum()))
    )
    if not layout.subdistricts.empty:
        street = layout.units["subdistrict"]
        total, close = people.groupby(street).sum(), near.groupby(street).sum()
        for name in layout.subdistricts.index:
            residents = float(total.get(name, 0.0))
            values[str(name)] = 100.0 * float(close[name]) / residents if residents else None
    return values


MEASURES: dict[str, Measure] = {
    measure.__name__: measure
    for measure in (
        share_in_one_grid,
        leads,
        tertiary_public_leads,
        tertiary_public_hospitals,
        grids_of_city,
        residents_of_center,
        residents_per_center,
        centers,
        regional_centers,
        centers_under_one_regional,
        residents_per_regional_center,
        share_within_walk,
    )
}
