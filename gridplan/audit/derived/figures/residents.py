"""Figures of residents: how near they live, where they go, what was agreed for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gridplan.audit.derived.figures.facts import (
    TO_CENTER,
    TO_POINT,
    Facts,
    Given,
    Values,
    Walk,
    counted,
    figure,
    percent,
)
from gridplan.audit.derived.ways.walks import places_of
from gridplan.district.agreements import FILE as GROUPS_FILE
from gridplan.errors import Problem

HALF = 0.005 + 1e-9
"""Minutes by which a drive may differ from what is written of it."""

_CENTERS = ("units.population", "centers.place")


def _near(column: str) -> Callable[[Facts, Given, Walk], Values]:
    def count(facts: Facts, _given: Given, walk: Walk) -> Values:
        minutes = facts.minutes(column)
        if not len(facts.load) or np.isnan(minutes).all():
            return dict.fromkeys([facts.code, *facts.streets])
        near = np.where(minutes <= walk.near(facts.scenario.center_max_minutes), facts.people, 0.0)
        found = facts.whole(percent(float(near.sum()), facts.residents))
        street = facts.labels("subdistrict")
        for name in facts.streets:
            found[name] = percent(float(near[street == name].sum()), facts.of_street[name])
        return found

    return count


_WHERE = ("district", "subdistrict")
share_near_center = figure(*_WHERE, name="share_near_center", reads=_CENTERS)(_near(TO_CENTER))
share_near_point = figure(
    *_WHERE, name="share_near_point", reads=(*_CENTERS, "stations.place", "hospitals.place")
)(_near(TO_POINT))
share_within_walk = figure(*_WHERE, name="share_within_walk", reads=_CENTERS)(
    _near("metres_to_center")
)


@figure("district", "grid", reads=("units.population", "hospitals.place"))
def share_within_drive(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Percent of residents within so many minutes by road of the lead of their grid."""
    if not facts.grids:
        return facts.whole(None)
    minutes = counted(facts.layout.units, "minutes_to_lead")
    if facts.rounded and (np.abs(minutes - given[0]) <= HALF).any():
        return dict.fromkeys([facts.code, *facts.grids])  # on which side they lie was rounded off
    near = np.where(minutes <= given[0], facts.people, 0.0)
    found = facts.whole(percent(float(near.sum()), facts.residents))
    for grid, residents in facts.of_grid.items():
        found[grid] = percent(float(near[facts.grid == grid].sum()), residents)
    return found


def _over_streets(part: str, total: str) -> Callable[[Facts, Given, Walk], Values]:
    def count(facts: Facts, _given: Given, _walk: Walk) -> Values:
        streets = facts.district.subdistricts
        if not len(streets):
            return facts.whole(None)
        sums = [float(counted(streets, column).sum()) for column in (part, total)]
        return facts.whole(percent(*sums))

    return count


for _name, _part, _total in (
    ("visits_inside_share", "visits_inside", "visits"),
    ("visits_primary_share", "visits_primary", "visits_inside"),
    ("admissions_inside_share", "admissions_inside", "admissions"),
    ("key_signing_share", "key_residents_signed", "key_residents"),
):
    figure(
        "district", name=_name, needs=tuple(f"subdistricts.{c}" for c in sorted((_part, _total)))
    )(_over_streets(_part, _total))


@figure("district", needs=(GROUPS_FILE,))
def named_members_kept(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Percent of the members of one named group that the plan leaves in it."""
    named = list(facts.district.agreements.groups)
    at = int(given[0]) - 1
    if not 0 <= at < len(named) or not facts.grids:
        return facts.whole(None)
    there: set[str] = set()
    for group in facts.layout.groups:
        if group.lead == named[at].lead:
            there |= {*group.members, *group.branches}
    members = named[at].members
    return facts.whole(percent(float(sum(who in there for who in members)), float(len(members))))


@figure("district", needs=(GROUPS_FILE,))
def supported_institutions(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Institutions that leads support without their being members."""
    if not facts.district.agreements:
        return facts.whole(None)
    every = {key for group in facts.layout.groups for key in group.supported}
    return facts.whole(float(len(every)))


@figure("district", needs=(GROUPS_FILE,))
def close_alliances(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Close alliances outside the groups whose leads stand in a grid."""
    if not facts.district.agreements:
        return facts.whole(None)
    return facts.whole(float(sum(len(group.alliances) for group in facts.layout.groups)))


@figure("district", needs=(GROUPS_FILE,))
def centers_that_are_branches(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of the centers that are members of a group by agreement."""
    if not facts.district.agreements:
        return facts.whole(None)
    branches = {key for group in facts.layout.groups for key in group.branches}
    return facts.whole(
        percent(float(sum(c in branches for c in facts.load)), float(len(facts.load)))
    )


@figure("group", needs=(GROUPS_FILE,))
def branches_in_grid(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of each group's agreed members in its own grid."""
    grid_of = {**facts.hospitals["grid"].to_dict(), **facts.centers["grid"].to_dict()}
    return {
        group.grid: percent(
            float(sum(grid_of.get(key) == group.grid for key in group.branches)),
            float(len(group.branches)),
        )
        for group in facts.layout.groups
    }


def _towns(facts: Facts) -> tuple[list[bool], float]:
    """Tell which stations' residents go to another town's center, and how many residents do."""
    town_of = facts.centers["subdistrict"].to_dict()
    units = facts.district.units.index
    at = {unit: place for place, unit in enumerate(units)}
    street, center = facts.labels("subdistrict"), facts.labels("center")
    served = [town_of.get(key) for key in center]
    apart = []
    towns = set()
    for unit in facts.district.stations["unit"]:
        own = street[at[unit]] if unit in at else None
        towns.add(own)
        apart.append(own is None or served[at[unit]] != own)
    away = [
        persons
        for own, other, persons in zip(street, served, facts.people, strict=True)
        if own is not None and own in towns and own != other
    ]
    return apart, float(sum(away))


def _stations_told(facts: Facts, _subject: str) -> list[Problem]:
    if not len(facts.district.stations) or not facts.load:
        return []
    apart, residents = _towns(facts)
    if not any(apart) and not residents:
        return []
    values = {"stations": sum(apart), "of": len(apart), "residents": f"{residents:,.0f}"}
    return [Problem("stations-apart", values)]


@figure("district", needs=("stations.name",), tells=_stations_told)
def stations_in_own_town(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of village stations whose residents go to a center in the station's own town."""
    if not len(facts.district.stations) or not facts.load:
        return facts.whole(None)
    apart, _ = _towns(facts)
    return facts.whole(100.0 * apart.count(False) / len(apart))


@figure(*_WHERE, reads=_CENTERS)
def places_within_walk(facts: Facts, _given: Given, walk: Walk) -> Values:
    """Places within the walk for each 1,000 residents, shared by all who live as near."""
    subjects = [facts.code, *facts.streets]
    layer = facts.layout.centers
    if not len(layer) or "capacity_upper" not in layer:
        return dict.fromkeys(subjects)
    if (layer["capacity_upper"].to_numpy(dtype=float) >= facts.residents).all():
        return dict.fromkeys(subjects)
    every = np.arange(len(facts.people))
    metres = np.round(facts.travel.from_units(every, places_of(layer)))
    reach = walk.near(facts.scenario.center_max_minutes)
    near = metres / facts.travel.walked_a_minute <= reach
    room = layer["capacity_upper"].to_numpy(dtype=float)
    offered = np.zeros(len(every))
    for site in range(near.shape[1]):
        living = facts.people[near[:, site]].sum()
        if living > 0:
            offered[near[:, site]] += 1000.0 * room[site] / living
    found: Values = {}
    for subject in subjects:
        everywhere = np.ones(len(every), dtype=bool)
        here = everywhere if subject == facts.code else facts.labels("subdistrict") == subject
        living = facts.people[here].sum()
        found[subject] = float(facts.people[here] @ offered[here] / living) if living > 0 else None
    return found
