"""A plan worked out anew from what it decided: all else follows from the district.

Decided is which grid and center each unit belongs to, who leads each grid and which center each
center is under. Everything a plan tells beside that follows from the district, the scenario and
the rules, except how far from the best possible the decisions may be: a bound cannot be had
without the search for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.siting import envy_cost
from gridplan.planning.alternatives import GridAlternative
from gridplan.planning.center_question import center_question
from gridplan.planning.centers import Centers, centers_of
from gridplan.planning.certificate import Certificate
from gridplan.planning.checks import NONE_OWN, check
from gridplan.planning.cuts import cut_figures, cut_prices
from gridplan.planning.grids import Grids, parents_of
from gridplan.planning.lay_out import lay_out
from gridplan.planning.links import missing_links
from gridplan.planning.plan import Plan, without_streets
from gridplan.planning.policy_files import policy_files
from gridplan.planning.regional import Regional, regional_notes
from gridplan.planning.scenario import Scenario
from gridplan.planning.travel import metres_along_units
from gridplan.planning.wishes import wish_notes
from gridplan.policy.assessment import Assessment
from gridplan.policy.rule import Rule

OF_THE_RUN = ("grids-cut-anew", "alternatives-few")
"""Notes that tell how the search went, which its result does not show."""


@dataclass(frozen=True, eq=False)
class _Ways:
    """Metres from each unit to each hospital, and what joins the pieces of the district."""

    metres: pd.DataFrame
    links: sparse.csr_array
    notes: tuple[Problem, ...]


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
        As :func:`gridplan.planning.checks.scenario_rules` and
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
        :func:`strangers` first.
    """
    scenario = plan.scenario
    ways = _ways(district)
    decided = plan.layout.units.loc[district.units.index]
    grids = None
    if len(plan.layout.grids):
        grids = _grids(decided["grid"], plan.layout.grids["lead"], district, scenario, ways)
    centers = _centers(decided["center"], district, scenario, grids)
    regional = _regional(plan, district, centers)
    layout = lay_out(district, scenario, grids, centers, regional)
    wished = _wished(plan, grids)
    if len(wished):
        layout = dataclasses.replace(
            layout, wishes=pd.concat([layout.wishes, wished], ignore_index=True)
        )
    values = _objectives(district, scenario, ways, (grids, centers, regional))
    return Plan(
        district=district,
        scenario=scenario,
        layout=layout,
        findings=check(layout, rules, scenario, assessment=assessment),
        certificates={
            part: _certificate(plan.certificates[part], value, scenario, part)
            for part, value in values.items()
            if part in plan.certificates
        },
        notes=(
            *ways.notes * (grids is not None),
            *(note for note in plan.notes if note.code == OF_THE_RUN[0]),
            *centers.notes,
            *(() if regional is None else regional.notes),
            *without_streets(district, scenario),
            *wish_notes(district, grids, layout.wishes),
            *(note for note in plan.notes if note.code == OF_THE_RUN[1]),
        ),
        alternatives=_alternatives(plan, district, ways),
        policy_files=policy_files(scenario, district.folder, rules, own_profiles),
    )


def strangers(plan: Plan, district: District) -> list[tuple[str, object]]:
    """
    Name what a plan decided that the district does not allow for.

    Parameters
    ----------
    plan
        Read back.
    district
        As read from the files it was made from.

    Returns
    -------
    pairs
        Where it stands (``grids[G1].lead``) and what it says: units the district does not have or
        the plan left out, leads that are no eligible hospitals, centers where none can stand.
    """
    layout = plan.layout
    found: list[tuple[str, object]] = [
        (f"units[{unit}]", unit if unit in layout.units.index else None)
        for unit in layout.units.index.symmetric_difference(district.units.index)
    ]
    hospitals = district.hospitals
    eligible = hospitals.index[hospitals["eligible"].astype(bool)] if len(hospitals) else []
    leads = layout.grids["lead"] if len(layout.grids) else pd.Series(dtype=object)
    found += [(f"grids[{grid}].lead", lead) for grid, lead in leads.items() if lead not in eligible]
    if len(leads):
        other = layout.units["grid"][~layout.units["grid"].isin(leads.index)]
        found += [(f"units[{unit}].grid", grid) for unit, grid in other.items()]
    sites = center_question(district, plan.scenario, None).sites.index
    served = layout.units["center"][~layout.units["center"].isin(sites)]
    found += [(f"units[{unit}].center", center) for unit, center in served.items()]
    found += [(f"centers[{key}]", key) for key in layout.centers.index.difference(sites)]
    for number, other in enumerate(plan.alternatives, start=1):
        unknown = set(other.leads) - set(hospitals.index)
        unknown |= set(other.grid) - set(other.leads.index)
        found += [(f"alternatives[{number}]", one) for one in sorted(unknown, key=str)]
    return found


def broken_demands(plan: Plan) -> list[tuple[str, object, object]]:
    """
    Name the demands of the scenario that a plan's decisions do not meet.

    Parameters
    ----------
    plan
        As :func:`retrace` gives it.

    Returns
    -------
    rows
        Where, what is there, and what the scenario asks for.
    """
    scenario, layout = plan.scenario, plan.layout
    grids, centers = layout.grids, layout.centers
    rows: list[tuple[str, object, object]] = []
    if len(grids) != scenario.grids:
        rows.append(("grids", len(grids), scenario.grids))
    missing = [lead for lead in scenario.grid_leads if lead not in set(grids.get("lead", []))]
    rows += [("grids.lead", None, lead) for lead in missing]
    kept = plan.district.centers.index.difference(list(scenario.close))
    rows += [(f"centers[{key}]", None, key) for key in kept.difference(centers.index)]
    # Residents add up to the person only as far as they are whole.
    for center, row in centers.iterrows():
        low, high = row["capacity_lower"] - 0.5, row["capacity_upper"] + 0.5
        if not low <= row["population"] <= high:
            told = f"{row['capacity_lower']:g}-{row['capacity_upper']:g}"
            rows.append((f"centers[{center}].population", row["population"], told))
    return rows


def _ways(district: District) -> _Ways:
    links, notes = missing_links(district)
    hospitals = district.hospitals
    at = district.units.index.get_indexer(hospitals["unit"]) if len(hospitals) else np.zeros(0, int)
    metres = (
        metres_along_units(district, links, at) if len(at) else np.zeros((len(links.indptr) - 1, 0))
    )
    return _Ways(
        pd.DataFrame(metres, index=district.units.index, columns=hospitals.index), links, notes
    )


def _grids(
    grid: pd.Series, leads: pd.Series, district: District, scenario: Scenario, ways: _Ways
) -> Grids:
    """Put the grids together as :func:`gridplan.planning.grids.grids_of` does, names included."""
    order = [key for key in district.hospitals.index if key in set(leads)]
    names = {lead: f"G{number}" for number, lead in enumerate(order, start=1)}
    minutes = _metres(grid, leads, ways) / scenario.drive_metres_per_minute
    return Grids(
        grid=grid.map(leads).map(names).rename("grid").astype(object),
        leads=pd.Series(
            {names[lead]: lead for lead in order}, name="lead", dtype=object
        ).rename_axis("grid"),
        minutes_to_lead=minutes.rename("minutes_to_lead"),
        certificate=_NONE,
        notes=ways.notes,
    )


def _metres(grid: pd.Series, leads: pd.Series, ways: _Ways) -> pd.Series:
    columns = ways.metres.columns.get_indexer(grid.map(leads))
    way = ways.metres.to_numpy()[np.arange(len(grid)), columns]
    return pd.Series(way, index=grid.index)


def _centers(
    center: pd.Series, district: District, scenario: Scenario, grids: Grids | None
) -> Centers:
    grid = None if grids is None else grids.grid
    sites = center_question(district, scenario, grid).sites
    site = sites.index.get_indexer(center)
    return centers_of(site, np.unique(site), district, scenario, sites, _NONE)


def _regional(plan: Plan, district: District, centers: Centers) -> Regional | None:
    if not plan.scenario.regional_max or district.subdistricts.empty:
        return None
    manager = plan.layout.centers["regional_center"].reindex(centers.sites.index)
    if not manager.isin(centers.sites.index).all():
        unknown = manager[~manager.isin(centers.sites.index)]
        raise KeyError(str(unknown.iloc[0]))
    return Regional(manager, _NONE, regional_notes(district, centers.sites, manager))


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


def _objectives(
    district: District,
    scenario: Scenario,
    ways: _Ways,
    parts: tuple[Grids | None, Centers, Regional | None],
) -> dict[str, float]:
    grids, centers, regional = parts
    values = {"centers": _center_objective(district, scenario, centers)}
    if grids is not None:
        values = {"grids": _grid_objective(district, scenario, ways, grids), **values}
    if regional is not None:
        values["regional"] = _regional_objective(centers, regional)
    return values


def _grid_objective(district: District, scenario: Scenario, ways: _Ways, grids: Grids) -> float:
    """Person-metres to the leads, with the prices of boundaries and of split parents."""
    people = district.units["population"].to_numpy(dtype=float)
    value = float((people * _metres(grids.grid, grids.leads, ways).to_numpy()).sum())
    codes = pd.factorize(grids.grid)[0]
    edges = sparse.coo_array(
        sparse.csr_array(district.adjacency).maximum(sparse.csr_array(ways.links > 0).astype(float))
    )
    parted = (codes[edges.row] != codes[edges.col]) & (edges.row < edges.col)
    value += scenario.grid_compactness * float(edges.data[parted].sum())
    parents = parents_of(district, scenario)
    if parents is not None:
        met = np.unique(np.column_stack([parents, codes]), axis=0)
        value += scenario.grid_split_price * (len(met) - len(np.unique(parents)))
    return value


def _center_objective(district: District, scenario: Scenario, centers: Centers) -> float:
    people = district.units["population"].to_numpy(dtype=float)
    standard = scenario.center_max_minutes * scenario.walk_metres_per_minute
    metres = centers.metres_to_center.to_numpy(dtype=float)
    cost = envy_cost(metres, people, weight=scenario.center_equity, standard=standard)
    return float(cost[people > 0].sum())


def _regional_objective(centers: Centers, regional: Regional) -> float:
    """Person-metres to the regional center; managed from another street, or newly one, is dear."""
    sites, manager = centers.sites, regional.regional_center
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    metres = np.round(np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)))
    cost = sites["population"].to_numpy(dtype=float)[:, None] * metres
    grid = pd.factorize(sites["grid"], use_na_sentinel=False)[0]
    street = pd.factorize(sites["subdistrict"], use_na_sentinel=False)[0]
    above = sites.index.get_indexer(manager)
    dear = float(cost[grid[:, None] == grid[None]].max(initial=0.0))
    newly = (manager == sites.index) & (sites["class"] != "regional").to_numpy()
    value = float(cost[np.arange(len(sites)), above].sum())
    value += float(cost.max(initial=0.0)) * int((street != street[above]).sum())
    return value + dear * int(newly.sum())


def _certificate(told: Certificate, value: float, scenario: Scenario, part: str) -> Certificate:
    """Put what can be worked out into a certificate; its bound and its way are taken on trust."""
    gap = None
    if told.bound is not None:
        gap = max(0.0, (value - told.bound) / max(abs(value), 1e-9))
    priced = part == "grids" and cut_prices(scenario)
    return dataclasses.replace(
        told,
        objective=value,
        gap=gap,
        seed=scenario.seed,
        unit="person-metres-and-prices" if priced else "person-metres",
    )


def _alternatives(plan: Plan, district: District, ways: _Ways) -> tuple[GridAlternative, ...]:
    """Price the alternatives anew."""
    people = district.units["population"].to_numpy(dtype=float)
    index = district.units.index
    led = [other.grid.loc[index].map(other.leads).to_numpy() for other in plan.alternatives]
    travel = [
        float((people * _metres(other.grid.loc[index], other.leads, ways).to_numpy()).sum())
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


_NONE = Certificate("feasible", 0.0, None, None, 0.0, 0, "", "", "")
"""Stands where a search would put its proof; never told."""
