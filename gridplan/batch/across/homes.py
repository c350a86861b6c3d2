"""
A plan of several districts, told to each of them.

1. Residents, hospitals, centers and streets belong to the district they are in: a resident who is
   served across the border is counted at home, a center where it stands, whomever it serves.
2. A grid and its group belong to the district of the lead, so that a sum over districts counts
   each once. Residents of a grid that is led from next door are in a grid all the same.
3. Each district is judged by the rules of its own place. What a rule asks of a grid, a street or a
   center is measured on the whole plan and told to the district it belongs to; what it asks of a
   district is measured on that district's own residents and institutions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from gridplan.batch.across.names import HOME, own_names, without_home
from gridplan.district.agreements import Agreements
from gridplan.district.district import District
from gridplan.planning.checks.checks import check, scenario_rules
from gridplan.planning.checks.finding import FINDING_COLUMNS
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures import MEASURES
from gridplan.planning.plan import Plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.assessment import read_assessment

_WHOLE = ("city", "district")
"""Subjects that are measured on a district's own part."""
_IDS = {"center": "centers", "regional_center": "centers", "lead": "hospitals"}
"""Columns that may name what stands in another district, and the layer it is in."""
_OF_GRIDS = "share_in_complete_grids"
"""Measure of a district that looks at hospitals next door: they may lead its residents' grids."""


@dataclass(frozen=True, eq=False)
class HomePart:
    """
    What a joint plan is to one of its districts.

    Parameters
    ----------
    home
        Name of the district's folder.
    plan
        Its own residents, streets, hospitals and centers; grids that cover any of its residents;
        findings by the rules of its place. Ids as in the joint plan.
    grids
        Ids of the grids that are led from it.
    served_elsewhere
        Residents whose center stands in another of the districts, persons.
    from_elsewhere
        Residents of the others whose center stands here, persons.
    led_elsewhere
        Residents whose grid is led from another of the districts, persons.
    """

    home: str
    plan: Plan
    grids: tuple[str, ...]
    served_elsewhere: float
    from_elsewhere: float
    led_elsewhere: float


def home_parts(
    plan: Plan, members: Mapping[str, District], scenario: Scenario
) -> tuple[HomePart, ...]:
    """
    Split a joint plan.

    Parameters
    ----------
    plan
        Of a district that :func:`gridplan.batch.across.joined.write_joined` wrote.
    members
        The districts it was made of, by the name of their folder.
    scenario
        As asked for: which profiles speak to a place is settled for each of them.

    Returns
    -------
    parts
        One a district, in the order of ``members``.

    Raises
    ------
    InputError
        If the scenario's rules cannot be had for one of them.
    """
    return tuple(_part(plan, home, one, scenario) for home, one in members.items())


def homes_of(plan: Plan) -> dict[str, pd.Series]:
    """
    Give the home of everything in a joint plan.

    Returns
    -------
    homes
        Series by layer: ``units``, ``hospitals``, ``centers`` (new ones too), ``grids``,
        ``subdistricts``, ``stations``; index their ids, values the names of district folders.
        A grid that nobody leads is where most of its residents are.
    """
    district, layout = plan.district, plan.layout
    units = district.units[HOME]
    found = {
        "units": units,
        "hospitals": district.hospitals[HOME] if len(district.hospitals) else _none(),
    }
    found["centers"] = _home_of_points(layout.centers, district)
    found["stations"] = _home_of_points(layout.stations, district)
    streets = district.units.groupby("subdistrict")[HOME].first()
    found["subdistricts"] = streets.reindex(layout.subdistricts.index)
    found["grids"] = _home_of_grids(layout, found["hospitals"], units)
    return found


def _none() -> pd.Series:
    return pd.Series(dtype=object)


def _home_of_points(points: gpd.GeoDataFrame, district: District) -> pd.Series:
    if points.empty:
        return _none()
    units = district.units[[HOME]]
    if "unit" in points and points["unit"].isin(units.index).all():
        return pd.Series(units[HOME].loc[points["unit"]].to_numpy(), points.index)
    shapes = gpd.GeoDataFrame(units, geometry=district.units.geometry)
    near = gpd.sjoin_nearest(points[["geometry"]], shapes, how="left")[HOME]
    return near[~near.index.duplicated()].reindex(points.index)


def _home_of_grids(layout: Layout, hospitals: pd.Series, units: pd.Series) -> pd.Series:
    if layout.grids.empty:
        return _none()
    people = layout.district.units["population"]
    most = people.groupby([layout.units["grid"], units]).sum().reset_index()
    most = most.sort_values("population", kind="stable").groupby("grid")[HOME].last()
    led = layout.grids["lead"].map(hospitals)
    return led.where(led.notna(), most.reindex(layout.grids.index))


def _part(plan: Plan, home: str, member: District, asked: Scenario) -> HomePart:
    homes = homes_of(plan)
    district = _district(plan.district, home, member)
    layout = _layout(plan.layout, district, homes, home)
    rules = scenario_rules(asked, member.folder, code=member.code)
    answers = {} if member.folder is None else read_assessment(member.folder)
    joint = check(plan.layout, rules, plan.scenario)
    kinds = {"grid": "grids", "group": "grids", "subdistrict": "subdistricts", "center": "centers"}
    here = [
        row["state"] != "conflict"
        and row["subject_kind"] in kinds
        and homes[kinds[row["subject_kind"]]].get(row["subject"]) == home
        for row in joint.to_dict(orient="records")
    ]
    within = dataclasses.replace(layout, hospitals=plan.layout.hospitals)
    measured = {_OF_GRIDS: MEASURES[_OF_GRIDS](within, plan.scenario)}
    own = check(layout, rules, plan.scenario, assessment=answers, measured=measured)
    whole = own["subject_kind"].isin(_WHOLE) | (own["state"] == "conflict")
    both = [table for table in (own[whole], joint[here]) if len(table)]
    findings = pd.concat(both, ignore_index=True) if both else own[whole]
    people, units = plan.district.units["population"], homes["units"]
    center = plan.layout.units["center"].map(homes["centers"])
    lead = plan.layout.units["grid"].map(homes["grids"])
    at_home = units == home
    return HomePart(
        home=home,
        plan=dataclasses.replace(
            plan, district=district, layout=layout, findings=findings[list(FINDING_COLUMNS)]
        ),
        grids=tuple(homes["grids"].index[homes["grids"] == home]),
        served_elsewhere=_sum(people, at_home & center.notna() & (center != home)),
        from_elsewhere=_sum(people, ~at_home & (center == home)),
        led_elsewhere=_sum(people, at_home & lead.notna() & (lead != home)),
    )


def _sum(people: pd.Series, where: pd.Series) -> float:
    return float(people[where.to_numpy(dtype=bool)].sum())


def _district(joint: District, home: str, member: District) -> District:
    """Give the rows of one district, under its own name and code."""
    layers = {
        name: frame[frame[HOME] == home]
        for name in ("units", "subdistricts", "hospitals", "centers", "candidates", "stations")
        for frame in [getattr(joint, name)]
        if HOME in frame
    }
    streets = joint.subdistricts
    if HOME not in streets:  # derived from the units while reading
        names = set(layers["units"]["subdistrict"])
        layers["subdistricts"] = streets[streets.index.isin(names)]
    known = set(layers["units"].index)
    own = set(layers["hospitals"].index) if "hospitals" in layers else set()
    agreed = joint.agreements
    agreements = Agreements(
        groups=tuple(one for one in agreed.groups if one.lead in own),
        alliances=tuple(one for one in agreed.alliances if one.lead in own),
        wishes=agreed.wishes,
        label=agreed.label,
        source=agreed.source,
        sha256=agreed.sha256,
    )
    return dataclasses.replace(
        joint,
        code=member.code,
        name_zh=member.name_zh,
        name_en=member.name_en,
        vintage=member.vintage,
        folder=member.folder,
        layers=member.layers,
        links=tuple(link for link in joint.links if known.issuperset(link)),
        city_grids_elsewhere=member.city_grids_elsewhere,
        city_grids_source=member.city_grids_source,
        sha256=member.sha256,
        agreements=agreements,
        **layers,
    )


def _layout(joint: Layout, district: District, homes: Mapping[str, pd.Series], home: str) -> Layout:
    units = joint.units.loc[district.units.index]
    covering = joint.grids.index.isin(units["grid"].dropna().unique())
    led = (homes["grids"].reindex(joint.grids.index) == home).to_numpy()
    grids = joint.grids[np.asarray(covering | led, dtype=bool)]
    parts = {
        name: table[(homes[name].reindex(table.index) == home).to_numpy()] if len(table) else table
        for name in ("centers", "subdistricts", "stations", "hospitals")
        for table in [getattr(joint, name)]
    }
    wishes = joint.wishes
    if len(wishes) and "institution" in wishes:
        there = [*parts["hospitals"].index, *parts["centers"].index]
        wishes = wishes[wishes["institution"].isin(there)]
    return dataclasses.replace(
        joint,
        district=district,
        units=units,
        grids=grids,
        groups=tuple(group for group in joint.groups if group.grid in grids.index),
        wishes=wishes,
        **parts,
    )


def told_tables(
    part: HomePart, homes: Mapping[str, pd.Series]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """
    Give the tables of one district with ids as its own people know them.

    Parameters
    ----------
    part
        Of a joint plan.
    homes
        Of :func:`homes_of`.

    Yields
    ------
    name, table
        ``units``, ``grids`` (those led from here), ``centers``, ``findings``; ids of the others'
        centers and hospitals have their district before them.
    """
    layout = part.plan.layout
    of = {name: series.dropna().astype(str).to_dict() for name, series in homes.items()}
    tables = {
        "units": layout.units.join(part.plan.district.units[["population"]]),
        "grids": layout.grids[layout.grids.index.isin(part.grids)],
        "centers": layout.centers,
        "findings": part.plan.findings,
    }
    for name, table in tables.items():
        told = table.copy()
        for column in told.columns:
            if column in _IDS:
                told[column] = own_names(told[column], of[_IDS[column]], part.home)
            elif not is_numeric_dtype(told[column]) and column != "geometry":
                told[column] = without_home(told[column], part.home)
        if name in ("units", "centers"):
            ids = without_home(told.index.to_series(), part.home)
            told.index = pd.Index(ids, name=told.index.name)
        yield name, told
