"""Access: how many residents are near a center, a medical point and their lead hospital."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, measure, share, whole
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.nearest import TO_CENTER, TO_POINT


@measure("district", "subdistrict", reads=("units.population", "centers.place"))
def share_near_center(layout: Layout, scenario: Scenario) -> Values:
    """
    Percent of residents within the scenario's walk of the nearest center.

    Whoever they are assigned to, and centers of neighbouring districts (``outside_centers``)
    included. Given for the whole district under its code and for each street under its name; the
    rule's subject picks which of them it speaks of.
    """
    return _within(layout, walked_minutes(layout, scenario, TO_CENTER), scenario)


@measure(
    "district",
    "subdistrict",
    reads=("units.population", "centers.place", "stations.place", "hospitals.place"),
)
def share_near_point(layout: Layout, scenario: Scenario) -> Values:
    """Percent of residents within the walk of the nearest center, village station or hospital."""
    return _within(layout, walked_minutes(layout, scenario, TO_POINT), scenario)


@measure("district", "subdistrict", reads=("units.population", "centers.place"))
def share_within_walk(layout: Layout, scenario: Scenario) -> Values:
    """Percent of residents within the scenario's walk of the center they are assigned to."""
    return _within(layout, layout.units["minutes_to_center"], scenario)


def walked_minutes(layout: Layout, scenario: Scenario, column: str) -> pd.Series:
    """Give the minutes of the walk of each unit; NaN where none was measured."""
    if column not in layout.units:
        return pd.Series(np.nan, index=layout.units.index)
    pace = journeys_of(layout.district, scenario).walk_metres_per_minute
    return pd.to_numeric(layout.units[column]) / pace


def _within(layout: Layout, minutes: pd.Series, scenario: Scenario) -> Values:
    if layout.centers.empty or minutes.isna().all():
        return dict.fromkeys([layout.district.code, *map(str, layout.subdistricts.index)])
    people = layout.district.units["population"]
    near = people.where(minutes <= scenario.center_max_minutes, 0.0)
    values = dict(whole(layout, share(float(near.sum()), float(people.sum()))))
    if not layout.subdistricts.empty:
        street = layout.units["subdistrict"]
        total, close = people.groupby(street).sum(), near.groupby(street).sum()
        for name in layout.subdistricts.index:
            values[str(name)] = share(float(close.get(name, 0.0)), float(total.get(name, 0.0)))
    return values


@measure("district", "grid", parameters=("minutes",), reads=("units.population", "hospitals.place"))
def share_within_drive(layout: Layout, _scenario: Scenario, minutes: tuple[float, ...]) -> Values:
    """Percent of residents within so many minutes by road of the hospital that leads their grid."""
    if layout.grids.empty:
        return whole(layout, None)
    people = layout.district.units["population"]
    near = people.where(layout.units["minutes_to_lead"] <= minutes[0], 0.0)
    values = dict(whole(layout, share(float(near.sum()), float(people.sum()))))
    grid = layout.units["grid"]
    for name in layout.grids.index:
        here = grid == name
        values[str(name)] = share(float(near[here].sum()), float(people[here].sum()))
    return values
