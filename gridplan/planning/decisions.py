"""What a plan decided, held against what the district has and the scenario asks for."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.centers.band import with_band
from gridplan.planning.centers.candidates import busiest
from gridplan.planning.centers.question import center_question
from gridplan.planning.demands.rules import is_broken
from gridplan.planning.plan import Plan


def is_drawn(plan: Plan) -> bool:
    """Whether a person drew the grids of a plan."""
    return "drawn_name" in plan.layout.grids


def possible_centers(plan: Plan, district: District, grid: pd.Series | None) -> gpd.GeoDataFrame:
    """
    List where the centers of a plan may stand, with the band its scenario asks for.

    A drawn grid in which no center could stand got a site in its unit with most residents.

    Parameters
    ----------
    plan
        For its scenario and the centers it has.
    district
        As read.
    grid
        Index ``unit``: grid of each unit, or None.

    Returns
    -------
    sites
        As :func:`gridplan.planning.centers.question.center_question` gives them.
    """
    scenario, centers = plan.scenario, plan.layout.centers
    sites = center_question(district, scenario, grid).sites
    if is_drawn(plan) and not centers.index.isin(sites.index).all():
        added = busiest(district, plan.layout.units["grid"].reindex(district.units.index))
        more = dataclasses.replace(scenario, band_exempt=(*scenario.band_exempt, *added))
        sites = with_band(center_question(district, more, grid).sites, district, scenario)
    return sites


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
    if is_drawn(plan):  # whoever the drawing names leads, or nobody
        eligible, leads = hospitals.index, leads.dropna()
    found += [(f"grids[{grid}].lead", lead) for grid, lead in leads.items() if lead not in eligible]
    if len(leads):
        other = layout.units["grid"][~layout.units["grid"].isin(layout.grids.index)]
        found += [(f"units[{unit}].grid", grid) for unit, grid in other.items()]
    sites = possible_centers(plan, district, None).index
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
    if is_drawn(plan):
        return []  # whatever a drawing breaks is a finding
    grids, centers = layout.grids, layout.centers
    broken = [row for row in plan.findings.to_dict(orient="records") if is_broken(row)]
    rows: list[tuple[str, object, object]] = []
    if len(grids) != scenario.grids:
        rows.append(("grids", len(grids), scenario.grids))
    rows += [(f"{row['rule']}[{row['subject']}]", row["value"], row["title_en"]) for row in broken]
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
