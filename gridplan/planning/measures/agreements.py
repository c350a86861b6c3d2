"""Agreements: whether the groups hold whom ``groups.toml`` names, and who else is bound to them."""

from __future__ import annotations

import pandas as pd

from gridplan.errors import Problem
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import GROUPS_FILE, Values, measure, share, whole
from gridplan.planning.scenario.scenario import Scenario


@measure("district", needs=(GROUPS_FILE,), parameters=("number of the named group, from 1",))
def named_members_kept(layout: Layout, _scenario: Scenario, number: tuple[float, ...]) -> Values:
    """Percent of the members that one named group has by agreement and the plan leaves in it."""
    named = layout.district.agreements.groups
    at = int(number[0]) - 1
    if not 0 <= at < len(named) or layout.grids.empty:
        return whole(layout, None)
    planned = {
        key
        for group in layout.groups
        if group.lead == named[at].lead
        for key in (*group.members, *group.branches)
    }
    kept = sum(member in planned for member in named[at].members)
    return whole(layout, share(float(kept), float(len(named[at].members))))


@measure("district", needs=(GROUPS_FILE,))
def supported_institutions(layout: Layout, _scenario: Scenario) -> Values:
    """Institutions that leads of groups support without their being members."""
    if not layout.district.agreements:
        return whole(layout, None)
    return whole(layout, float(len({key for group in layout.groups for key in group.supported})))


@measure("district", needs=(GROUPS_FILE,))
def close_alliances(layout: Layout, _scenario: Scenario) -> Values:
    """Close alliances outside the groups whose leads stand in a grid."""
    if not layout.district.agreements:
        return whole(layout, None)
    return whole(layout, float(sum(len(group.alliances) for group in layout.groups)))


@measure("district", needs=(GROUPS_FILE,))
def centers_that_are_branches(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the centers that are, by agreement, members (branches) of a group."""
    if not layout.district.agreements:
        return whole(layout, None)
    branches = {key for group in layout.groups for key in group.branches}
    own = float(layout.centers.index.isin(branches).sum())
    return whole(layout, share(own, float(len(layout.centers))))


@measure("group", needs=(GROUPS_FILE,))
def branches_in_grid(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of each group's agreed members that lie in its own grid; None where none agreed."""
    grid_of = {**layout.hospitals["grid"], **layout.centers["grid"]}
    return {
        group.grid: share(
            float(sum(grid_of.get(key) == group.grid for key in group.branches)),
            float(len(group.branches)),
        )
        for group in layout.groups
    }


def _stations_apart(layout: Layout) -> tuple[pd.Series, pd.Series]:
    """Whether each station's residents go to another town's center, and how many residents do."""
    unit = layout.district.stations["unit"]
    town = unit.map(layout.units["subdistrict"])
    apart = unit.map(layout.units["center"]).map(layout.centers["subdistrict"]) != town
    street = layout.units["subdistrict"]
    served = layout.units["center"].map(layout.centers["subdistrict"])
    here = street.isin(town) & street.notna() & (served != street)
    return apart, layout.district.units["population"].where(here, 0.0)


def _caused_by_plan(layout: Layout, _subject: str) -> list[Problem]:
    """Say that the plan itself parts villagers from the town that runs their station."""
    if layout.district.stations.empty or layout.centers.empty:
        return []
    apart, residents = _stations_apart(layout)
    if not apart.any() and not residents.sum() > 0:
        return []
    values = {
        "stations": int(apart.sum()),
        "of": len(apart),
        "residents": f"{residents.sum():,.0f}",
    }
    return [Problem("stations-apart", values)]


@measure("district", needs=("stations.name",), tells=_caused_by_plan)
def stations_in_own_town(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of village stations whose residents go to a center in the station's own town."""
    if layout.district.stations.empty or layout.centers.empty:
        return whole(layout, None)
    apart, _ = _stations_apart(layout)
    return whole(layout, 100.0 * float((~apart).mean()))
