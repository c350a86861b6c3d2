"""What a plan decided, held against what the district has and the scenario asks for."""

from __future__ import annotations

from gridplan.audit.derived.again import sites_in
from gridplan.audit.derived.demands.rules import is_hard
from gridplan.audit.derived.layout.decided import is_drawn
from gridplan.district.district import District
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.names import is_missing


def strangers(plan: Written, district: District) -> list[tuple[str, object]]:
    """
    Name what a plan decided that the district does not allow for.

    Parameters
    ----------
    plan
        As read.
    district
        As read from the files it was made from.

    Returns
    -------
    pairs
        Where it stands (``grids[G1].lead``) and what it says: units the district does not have or
        the plan left out, leads that may not lead, centers where none can stand, managers that
        are no centers.

    Raises
    ------
    InputError
        If the scenario names what the district does not have.
    """
    layout, hospitals = plan.layout, district.hospitals
    here, there = list(layout.units.index), set(district.units.index)
    found: list[tuple[str, object]] = [(f"units[{key}]", key) for key in here if key not in there]
    found += [(f"units[{key}]", None) for key in district.units.index if key not in set(here)]
    may = {key for key, eligible in hospitals["eligible"].items() if eligible or is_drawn(plan)}
    if len(layout.grids):
        for grid, lead in layout.grids["lead"].items():
            named = not (is_drawn(plan) and is_missing(lead))
            found += [(f"grids[{grid}].lead", lead)] if named and lead not in may else []
        grids = set(layout.grids.index)
        found += [
            (f"units[{unit}].grid", grid)
            for unit, grid in layout.units["grid"].items()
            if grid not in grids
        ]
    sites = set(sites_in(plan, district, None).index)
    found += [
        (f"units[{unit}].center", center)
        for unit, center in layout.units["center"].items()
        if center not in sites
    ]
    found += [(f"centers[{key}]", key) for key in layout.centers.index if key not in sites]
    found += _managers(plan, district)
    for number, other in enumerate(plan.alternatives, start=1):
        unknown = {*other.leads} - {*hospitals.index} | {*other.grid} - {*other.leads.index}
        found += [(f"alternatives[{number}]", one) for one in sorted(unknown, key=str)]
    return found


def _managers(plan: Written, district: District) -> list[tuple[str, object]]:
    """Name managers that are no centers, and centers that have none where 1+N is planned."""
    manager = plan.layout.centers["regional_center"]
    asked = bool(plan.scenario.regional_max) and not district.subdistricts.empty
    if manager.isna().all() and (is_drawn(plan) or not asked):
        return []  # where streets' bounds and a drawing clash there is no 1+N
    known = set(manager.index)
    return [
        (f"centers[{key}].regional_center", above)
        for key, above in manager.items()
        if above not in known or not asked
    ]


def broken_demands(plan: Written) -> list[tuple[str, object, object]]:
    """
    Name the demands of the scenario that the decisions of a plan do not meet.

    Parameters
    ----------
    plan
        As put together anew.

    Returns
    -------
    rows
        Where, what is there, and what the scenario asks for. None for drawn grids: whatever a
        drawing breaks is a finding.
    """
    if is_drawn(plan):
        return []
    scenario, grids, centers = plan.scenario, plan.layout.grids, plan.layout.centers
    rows: list[tuple[str, object, object]] = []
    if len(grids) != scenario.grids:
        rows.append(("grids", len(grids), scenario.grids))
    leading = set(grids["lead"]) if len(grids) else set()
    rows += [("grids.lead", None, lead) for lead in scenario.grid_leads if lead not in leading]
    rows += [
        (f"centers[{key}]", None, key)
        for key in plan.district.centers.index
        if key not in scenario.close and key not in centers.index
    ]
    rows += [
        (f"centers[{name}].unit", centers["unit"].get(name), unit)
        for name, unit in scenario.open_at
        if centers["unit"].get(name) != unit
    ]
    if scenario.centers is not None:
        count = int((centers["class"] != "station").sum())
        fewer = scenario.center_objective == "fewest" and count < scenario.centers
        if count != scenario.centers and not fewer:
            rows.append(("centers", count, scenario.centers))
    # Residents add up to the person only as far as they are whole.
    for key, row in centers.iterrows():
        least, most = row["capacity_lower"], row["capacity_upper"]
        if row["population"] < least - 0.5 or row["population"] > most + 0.5:
            rows.append((f"centers[{key}].population", row["population"], f"{least:g}-{most:g}"))
    rows += [
        (f"{row['rule']}[{row['subject']}]", row["value"], row["title_en"])
        for row in plan.findings.to_dict(orient="records")
        if is_hard(row) and row["passed"] is False
    ]
    return rows
