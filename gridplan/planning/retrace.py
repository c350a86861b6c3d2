"""A plan worked out anew from what it decided: all else follows from the district.

Decided is which grid and center each unit belongs to, who leads each grid and which center each
center is under. Everything a plan tells beside that follows from the district, the scenario and
the rules, except how far from the best possible the decisions may be: a bound cannot be had
without the search for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.outcome import relative_gap
from gridplan.planning.centers.centers import Centers, centers_of
from gridplan.planning.centers.question import has_1n
from gridplan.planning.centers.sited import travel_unit
from gridplan.planning.checks.checks import NONE_OWN, check
from gridplan.planning.checks.policy_files import policy_files
from gridplan.planning.decisions import is_drawn, possible_centers
from gridplan.planning.demands.options import has_prices
from gridplan.planning.grids.alternatives import GridAlternative
from gridplan.planning.grids.cuts import cut_figures, cut_prices
from gridplan.planning.grids.grids import Grids
from gridplan.planning.grids.wishes import wish_notes
from gridplan.planning.lay_out import lay_out
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.layout.layout import Layout
from gridplan.planning.objectives import objectives
from gridplan.planning.plan import Plan, without_streets
from gridplan.planning.regional.notes import regional_notes
from gridplan.planning.regional.regional import Regional
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.off_roads import road_notes
from gridplan.planning.ways.ways import Ways, ways_of
from gridplan.policy.assessment import Assessment
from gridplan.policy.rule import Rule

OF_THE_RUN = ("grids-cut-anew", "alternatives-few")
"""Notes that tell how the search went, which its result does not show."""


def retrace(
    plan: Plan,
    district: District,
    *,
    rules: tuple[Rule, ...],
    assessment: Assessment,
    own_profiles: Mapping[str, Path] = NONE_OWN,
) -> Plan:
    """
    Work a plan out anew from its decisions.

    Parameters
    ----------
    plan
        Of it are taken: the scenario; ``grid``, ``center`` of each unit, ``lead`` of each grid,
        ``regional_center`` of each center; the grids and leads of its alternatives; bound, status,
        method, end and seconds of its certificates; what its wishes cost; the notes
        :data:`OF_THE_RUN`.
    district
        As read from the files it was made from.
    rules, assessment
        As :func:`gridplan.planning.checks.checks.scenario_rules` and
        :func:`gridplan.policy.assessment.read_assessment` give them.
    own_profiles
        Where profiles lie that are not in the district's folder, by their name.

    Returns
    -------
    Plan
        What :func:`gridplan.plan` comes to whenever it decides the same.

    Raises
    ------
    KeyError
        If the decisions name a unit, hospital or center that cannot be; hold them against
        :func:`gridplan.planning.decisions.strangers` first.
    """
    scenario = plan.scenario
    ways = ways_of(district, scenario)
    by_road = journeys_of(district, scenario).drive_by == "roads"
    paid = cut_prices(scenario) or has_prices(district, scenario)
    priced = bool(paid) and not is_drawn(plan)
    decided = plan.layout.units.loc[district.units.index]
    grids = None
    if len(plan.layout.grids):
        grids = _grids(decided["grid"], plan.layout.grids, district, scenario, ways)
    centers = _centers(plan, decided["center"], district, grids)
    regional = _regional(plan, district, centers)
    layout = lay_out(district, scenario, grids, centers, regional)
    wished = _wished(plan, grids)
    if len(wished):
        layout = dataclasses.replace(
            layout, wishes=pd.concat([layout.wishes, wished], ignore_index=True)
        )
    values = objectives(district, scenario, ways, (grids, centers, regional))
    return Plan(
        district=district,
        scenario=scenario,
        layout=layout,
        findings=check(layout, rules, scenario, assessment=assessment),
        certificates={
            part: _certificate(
                told,
                values[part],
                scenario,
                _unit(part, values, scenario, priced=priced, by_road=by_road),
            )
            for part, told in plan.certificates.items()
            if part in values
        },
        notes=_notes(plan, district, ways, layout, (grids, centers, regional)),
        alternatives=_alternatives(plan, district, ways),
        policy_files=policy_files(scenario, district.folder, rules, own_profiles),
    )


def _notes(
    plan: Plan,
    district: District,
    ways: Ways,
    layout: Layout,
    parts: tuple[Grids | None, Centers, Regional | None],
) -> tuple[Problem, ...]:
    """List the notes in their order; how a drawing was taken shows in the drawing alone."""
    if is_drawn(plan):
        return plan.notes
    grids, centers, regional = parts
    return (
        *ways.notes * (grids is not None),
        *(note for note in plan.notes if note.code == OF_THE_RUN[0]),
        *centers.notes,
        *(() if regional is None else regional.notes),
        *without_streets(district, plan.scenario),
        *road_notes(journeys_of(district, plan.scenario), layout.centers),
        *wish_notes(district, grids, layout.wishes),
        *(note for note in plan.notes if note.code == OF_THE_RUN[1]),
    )


def _grids(
    grid: pd.Series, table: pd.DataFrame, district: District, scenario: Scenario, ways: Ways
) -> Grids:
    """Put the grids together as :mod:`gridplan.planning.grids.grids` does, names included."""
    leads, drawn = table["lead"], table.get("drawn_name")
    way = pd.Series(ways.to_leads(grid, leads), index=grid.index)
    minutes = way / scenario.drive_metres_per_minute
    minutes = minutes.rename("minutes_to_lead")
    if drawn is not None:  # a person names grids in an order of their own
        return Grids(grid, leads, minutes, _NONE, ways.notes, names=drawn)
    order = [key for key in district.hospitals.index if key in set(leads)]
    names = {lead: f"G{number}" for number, lead in enumerate(order, start=1)}
    return Grids(
        grid=grid.map(leads).map(names).rename("grid").astype(object),
        leads=pd.Series(
            {names[lead]: lead for lead in order}, name="lead", dtype=object
        ).rename_axis("grid"),
        minutes_to_lead=minutes,
        certificate=_NONE,
        notes=ways.notes,
    )


def _centers(plan: Plan, center: pd.Series, district: District, grids: Grids | None) -> Centers:
    grid = None if grids is None else grids.grid
    sites = possible_centers(plan, district, grid)
    site = sites.index.get_indexer(center)
    return centers_of(site, np.unique(site), district, plan.scenario, sites, _NONE)


def _regional(plan: Plan, district: District, centers: Centers) -> Regional | None:
    if not has_1n(district, plan.scenario):
        return None
    if is_drawn(plan) and plan.layout.centers["regional_center"].isna().all():
        return None  # where streets' bounds and the drawing clash there is no 1+N
    manager = plan.layout.centers["regional_center"].reindex(centers.sites.index)
    if not manager.isin(centers.sites.index).all():
        unknown = manager[~manager.isin(centers.sites.index)]
        raise KeyError(str(unknown.iloc[0]))
    return Regional(manager, _NONE, regional_notes(district, plan.scenario, centers.sites, manager))


def _wished(plan: Plan, grids: Grids | None) -> pd.DataFrame:
    """Keep the rows of wishes; whether they are met shows in the grids."""
    table = plan.layout.wishes
    if grids is None or not len(table):
        return pd.DataFrame()
    rows = table[table["relation"] == "wish"].copy()
    rows["kept"] = [
        row["kept"] and grids.leads.get(row["grid"]) == row["lead"]
        for row in rows.to_dict(orient="records")
    ]
    return rows


def _unit(
    part: str, values: Mapping[str, float], scenario: Scenario, *, priced: bool, by_road: bool
) -> str:
    """Give the code of the unit in which a part is valued."""
    if part == "centers":
        return travel_unit(scenario, last=bool(set(values) & set(_STEP_UNITS)))
    if part == "coverage" and (scenario.center_max_metres or scenario.center_objective == part):
        return "persons-limited"
    unit = "person-metres-and-prices" if part == "grids" and priced else "person-metres"
    return _STEP_UNITS.get(part, f"{unit}-by-road" if part == "grids" and by_road else unit)


def _certificate(told: Certificate, value: float, scenario: Scenario, unit: str) -> Certificate:
    """Put what can be worked out into a certificate; its bound and its way are taken on trust."""
    gap = relative_gap(value, told.bound)
    return dataclasses.replace(told, objective=value, gap=gap, seed=scenario.seed, unit=unit)


def _alternatives(plan: Plan, district: District, ways: Ways) -> tuple[GridAlternative, ...]:
    """Price the alternatives anew."""
    people = district.units["population"].to_numpy(dtype=float)
    index = district.units.index
    led = [other.grid.loc[index].map(other.leads).to_numpy() for other in plan.alternatives]
    travel = [
        float((people * ways.to_leads(other.grid.loc[index], other.leads)).sum())
        for other in plan.alternatives
    ]
    found = []
    for number, other in enumerate(plan.alternatives):
        moved = min(
            (float(people[led[number] != before].sum()) for before in led[:number]), default=0.0
        )
        found.append(
            dataclasses.replace(
                other,
                extra_percent=100 * (travel[number] / max(travel[0], 1e-9) - 1) if number else 0.0,
                boundary_km=cut_figures(district, other.grid.loc[index])["boundary_km"],
                moved=moved,
                share_percent=100 * moved / people.sum(),
            )
        )
    return tuple(found)


_STEP_UNITS = {
    "beyond": "persons",
    "coverage": "persons",
    "fewest": "centers",
    "farthest": "metres",
}
_NONE = Certificate("feasible", 0.0, None, None, 0.0, 0, "", "", "")
"""Stands where a search would put its proof; never told."""
