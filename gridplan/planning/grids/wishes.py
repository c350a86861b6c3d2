"""Wishes and memberships: honoured as far as the hard rules allow, and what each of them costs.

A membership that is settled (``groups.toml``) is kept whatever the map says; where an institution
lies outside the grid of its group, that is told with the residents and minutes it concerns. A wish
to lie in one hospital's grid moves the grids themselves: wishes are tried in their order, and each
is kept if a contiguous, balanced partition still exists with it and those kept before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.agreements import Wish
from gridplan.district.district import District
from gridplan.errors import InfeasibleError, Problem
from gridplan.optimise.budget import Progress
from gridplan.planning.grids.fit import ANY, Fit
from gridplan.planning.grids.grids import Grids, plan_grids
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.links import missing_links

COLUMNS = (
    "institution",
    "relation",
    "group",
    "group_en",
    "lead",
    "grid",
    "group_grid",
    "kept",
    "residents",
    "minutes_more",
    "person_metres",
    "reason",
)
"""Of the table of memberships and wishes; ``minutes_more`` is NaN where it cannot be said."""

_REFUSED = {
    "hard-rules": "wish-hard-rules",
    "not-found": "wish-not-found",
    "not-a-lead": "wish-not-a-lead",
    "as-drawn": "wish-as-drawn",
}
_ELSEWHERE = {
    ("member", "farther"): "groups-member-elsewhere",
    ("member", "nearer"): "groups-member-elsewhere-nearer",
    ("member", "unreached"): "groups-member-elsewhere-unreached",
    ("member", "unled"): "groups-member-elsewhere-unled",
    ("supported", "farther"): "groups-supported-elsewhere",
    ("supported", "nearer"): "groups-supported-elsewhere-nearer",
    ("supported", "unreached"): "groups-supported-elsewhere-unreached",
    ("supported", "unled"): "groups-supported-elsewhere-unled",
}


@dataclass(frozen=True, eq=False)
class WishedGrids:
    """
    The grids with as many wishes honoured as the hard rules allow.

    Parameters
    ----------
    grids
        The last partition kept.
    outcomes
        One a wish, in their order: :data:`COLUMNS`.
    held
        What the wishes kept settle: unit id to the id of the hospital whose grid it lies in.
    """

    grids: Grids
    outcomes: pd.DataFrame
    held: dict[str, str]


def plan_wished_grids(
    district: District,
    scenario: Scenario,
    *,
    fit: Fit | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> WishedGrids:
    """
    Cut the district into grids and honour the wishes one after another.

    1. Plan without wishes. 2. A wish that is met already costs nothing and is held from now on.
    3. Else plan again with it and all held ones; if that exists, it is kept, and its cost is the
    change of travel to the leads (boundaries and splits apart, so that it may even fall) and the
    residents who come to another lead. 4. Else it is refused.

    Parameters
    ----------
    district, scenario
        What is planned.
    fit
        As for :func:`gridplan.planning.grids.grids.plan_grids`; what a stricter cut refuses is not
        proven.
    progress
        Passed to each partition.

    Returns
    -------
    WishedGrids

    Raises
    ------
    InputError, InfeasibleError
        As :func:`gridplan.planning.grids.grids.plan_grids`, of the plan without wishes.
    """
    grids = plan_grids(district, scenario, fit=fit, progress=progress)
    held: dict[str, str] = {}
    rows = []
    for wish in district.agreements.wishes:
        unit = _unit(district, wish.institution)
        tried, row = _try(district, scenario, grids, wish, held, fit, progress)
        if tried is not None:
            grids, held = tried, {**held, unit: wish.lead}
        rows.append(row)
    # A later wish may rename the grids, or give way: say where everyone lies in the end.
    by_lead = {lead: grid for grid, lead in grids.leads.items()}
    for row in rows:
        row["grid"] = grids.grid[_unit(district, row["institution"])]
        row["group_grid"] = by_lead.get(row["lead"])
    outcomes = pd.DataFrame(rows, columns=list(COLUMNS))
    return WishedGrids(grids=grids, outcomes=outcomes, held=held)


def _try(
    district: District,
    scenario: Scenario,
    grids: Grids,
    wish: Wish,
    held: dict[str, str],
    fit: Fit | None,
    progress: Callable[[Progress], bool | None] | None,
) -> tuple[Grids | None, dict[str, object]]:
    """Plan with one more wish; None and the reason if that cannot be."""
    unit = _unit(district, wish.institution)
    name = district.hospitals.loc[wish.lead]
    row = _kept(district, wish)
    now = grids.grid.map(grids.leads)
    if now[unit] == wish.lead:
        return grids, row
    if not bool(name["eligible"]):
        return None, {**row, "kept": False, "reason": "not-a-lead"}
    try:
        more = {**held, unit: wish.lead}
        tried = plan_grids(district, scenario, held=more, fit=fit, progress=progress)
    except InfeasibleError as error:
        lost = not error.proven or fit not in (None, ANY)
        return None, {**row, "kept": False, "reason": "not-found" if lost else "hard-rules"}
    people = district.units["population"]
    moved = people[tried.grid.map(tried.leads) != now].sum()
    longer = ((tried.minutes_to_lead - grids.minutes_to_lead) * people).sum()
    metres = longer * scenario.drive_metres_per_minute
    cost = {
        "residents": moved,
        "minutes_more": longer / people.sum(),
        "person_metres": metres,
    }
    return tried, {**row, **{key: float(value) for key, value in cost.items()}}


def _kept(district: District, wish: Wish) -> dict[str, object]:
    """Give the row of a wish that costs nothing."""
    name = district.hospitals.loc[wish.lead]
    return {
        "institution": wish.institution,
        "relation": "wish",
        "group": name["name"],
        "group_en": name.get("name_en") or name["name"],
        "lead": wish.lead,
        "kept": True,
        "residents": 0.0,
        "minutes_more": 0.0,
        "person_metres": 0.0,
        "reason": "",
    }


def unasked_wish(district: District, grids: Grids, wish: Wish) -> dict[str, object]:
    """Tell whether grids that a person drew keep a wish; nothing is moved for it."""
    here = grids.grid[_unit(district, wish.institution)]
    kept = grids.leads[here] == wish.lead
    led = [grid for grid, lead in grids.leads.items() if lead == wish.lead]
    row = {**_kept(district, wish), "grid": here, "group_grid": led[0] if led else None}
    return row if kept else {**row, "kept": False, "reason": "as-drawn"}


def _unit(district: District, institution: object) -> str:
    """Give the unit an institution stands in."""
    for table in (district.hospitals, district.centers):
        if institution in table.index:
            return str(table.loc[institution, "unit"])
    raise KeyError(institution)


def memberships(
    district: District, scenario: Scenario, grids: Grids | None, centers: gpd.GeoDataFrame
) -> pd.DataFrame:
    """
    Hold every settled membership against the map.

    Parameters
    ----------
    district, scenario
        What was planned.
    grids
        None where none were planned: then only who belongs where is said.
    centers
        Planned centers with ``population``; a center that was closed serves nobody.

    Returns
    -------
    table
        :data:`COLUMNS`, one row a member, supported institution and member of an alliance.
        ``residents`` are those a center serves whose own grid has another lead; ``minutes_more``
        how much farther they live from the lead of the center's group than from their own.
    """
    agreements = district.agreements
    bonds = [
        (relation, bond.name_zh, bond.name_en, bond.lead, who)
        for relation, some, part in (
            ("member", agreements.groups, "members"),
            ("supported", agreements.groups, "supported"),
            ("alliance", agreements.alliances, "members"),
        )
        for bond in some
        for who in getattr(bond, part)
    ]
    away = _Away(district, scenario, grids, sorted({bond[3] for bond in bonds}))
    served = centers["population"] if len(centers) else pd.Series(dtype=float)
    rows = []
    for relation, group, group_en, lead, who in bonds:
        unit = _unit(district, who)
        grid = None if grids is None else grids.grid[unit]
        home = away.home(lead)
        kept = grid is not None and grid == home
        rows.append(
            {
                "institution": who,
                "relation": relation,
                "group": group,
                "group_en": group_en,
                "lead": lead,
                "grid": grid,
                "group_grid": home,
                "kept": kept,
                "residents": 0.0 if kept else float(served.get(who, 0.0)),
                "minutes_more": 0.0 if kept else away.minutes(unit, lead),
                "person_metres": 0.0,
                "reason": "" if kept else ("no-grids" if grids is None else "elsewhere"),
            }
        )
        row = rows[-1]
        if np.isfinite(row["minutes_more"]):
            per_minute = scenario.drive_metres_per_minute
            row["person_metres"] = row["residents"] * row["minutes_more"] * per_minute
    return pd.DataFrame(rows, columns=list(COLUMNS))


class _Away:
    """How far units lie from the leads of groups and alliances."""

    def __init__(
        self, district: District, scenario: Scenario, grids: Grids | None, leads: list[str]
    ) -> None:
        self.district, self.grids, self.leads = district, grids, leads
        self.pace = scenario.drive_metres_per_minute
        self.metres = None
        if grids is not None and leads:
            links, _ = missing_links(district)
            metres = journeys_of(district, scenario).driven(links, district.hospitals.loc[leads])
            self.metres = pd.DataFrame(metres, index=district.units.index, columns=leads)

    def home(self, lead: str) -> str | None:
        """Give the grid a group serves: its lead's own; where it leads none, where it stands."""
        if self.grids is None:
            return None
        led = [grid for grid, who in self.grids.leads.items() if who == lead]
        return str(led[0] if led else self.grids.grid[_unit(self.district, lead)])

    def minutes(self, unit: str, lead: str) -> float:
        """Give the minutes from a unit to that lead beyond those to its own grid's."""
        if self.metres is None or self.grids is None:
            return float("nan")
        more = self.metres.loc[unit, lead] / self.pace - self.grids.minutes_to_lead[unit]
        return float(more) if np.isfinite(more) else float("nan")


def wish_notes(district: District, grids: Grids | None, table: pd.DataFrame) -> tuple[Problem, ...]:
    """
    Tell the planner where geography disagrees and what wishes cost.

    Parameters
    ----------
    district
        For the names.
    grids
        None where none were planned.
    table
        :data:`COLUMNS`.

    Returns
    -------
    notes
        Leads of groups without a grid, members and supported institutions outside their group's,
        wishes that cost anything and wishes that were refused.
    """
    if grids is None:
        return ()
    leads = set(grids.leads)
    names = pd.concat([district.hospitals["name"], district.centers["name"]])
    english = names.to_dict()
    for layer in (district.hospitals, district.centers):
        if "name_en" in layer:
            english |= layer["name_en"].dropna().to_dict()

    def named(role: str, key: str) -> dict[str, str]:
        return {role: names[key], f"{role}_en": english[key]}

    notes = [
        Problem(
            "groups-lead-without-grid",
            {"group": group.name_zh, "group_en": group.name_en, **named("lead", group.lead)},
        )
        for group in district.agreements.groups
        if group.lead not in leads
    ]
    people = district.units["population"]
    whole = float((grids.minutes_to_lead * people).sum() / people.sum())
    for row in table.to_dict(orient="records"):
        values = {**named("institution", row["institution"]), "grid": row["grid"]}
        lead = {**values, **named("lead", row["lead"])}
        if row["relation"] == "wish" and not row["kept"]:
            notes.append(Problem(_REFUSED[row["reason"]], lead))
        elif row["relation"] == "wish" and row["residents"] > 0:
            cost = {
                "person_metres": f"{row['person_metres']:+,.0f}",
                "percent": f"{100 * row['minutes_more'] / whole if whole else 0.0:+.2f}",
                "residents": f"{row['residents']:,.0f}",
            }
            notes.append(Problem("wish-honoured", {**lead, **cost}))
        elif row["reason"] == "elsewhere" and row["relation"] != "alliance":
            more = {
                "group": row["group"],
                "group_en": row["group_en"],
                "group_grid": row["group_grid"],
                "residents": f"{row['residents']:,.0f}",
                "minutes": f"{abs(row['minutes_more']):.1f}",
            }
            code = _ELSEWHERE[row["relation"], _way_told(grids, row)]
            notes.append(Problem(code, {**values, **more}))
    return tuple(notes)


def _way_told(grids: Grids, row: Mapping[Hashable, Any]) -> str:
    """Tell how the way to a group's lead compares with that to the own grid's."""
    if pd.isna(grids.leads[row["grid"]]):
        return "unled"  # a drawn grid without a lead leaves nothing to compare the way with
    if np.isnan(row["minutes_more"]):
        return "unreached"
    return "farther" if round(row["minutes_more"], 1) >= 0 else "nearer"
