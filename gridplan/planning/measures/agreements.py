"""Agreements: whether the groups hold whom ``groups.toml`` names, and who else is bound to them."""

from __future__ import annotations

from gridplan.planning.layout import Layout
from gridplan.planning.measures.measure import GROUPS_FILE, Values, measure, share, whole
from gridplan.planning.scenario import Scenario


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


@measure("district", needs=("stations.name",))
def stations_in_own_town(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of village stations whose residents go to a center in the station's own town."""
    unit = layout.district.stations["unit"]
    if unit.empty or layout.centers.empty:
        return whole(layout, None)
    town = unit.map(layout.units["subdistrict"])
    center = unit.map(layout.units["center"])
    own = center.map(layout.centers["subdistrict"]) == town
    return whole(layout, 100.0 * float(own.mean()))
