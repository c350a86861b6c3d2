"""Settled memberships held against the map anew; wishes as far as the map tells of them."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import pandas as pd

from gridplan.audit.derived.layout.decided import Decided
from gridplan.audit.derived.ways.drives import Link, driven
from gridplan.audit.derived.ways.walks import Travel
from gridplan.district.agreements import Alliance, NamedGroup

COLUMNS = (
    *("institution", "relation", "group", "group_en", "lead", "grid", "group_grid", "kept"),
    *("residents", "minutes_more", "person_metres", "reason"),
)


def standing(travel: Travel, institution: str) -> str:
    """Give the unit an institution stands in."""
    district = travel.district
    layer = district.hospitals if institution in district.hospitals.index else district.centers
    return str(layer["unit"][institution])


def memberships_of(
    travel: Travel,
    decided: Decided,
    centers: gpd.GeoDataFrame,
    units: pd.DataFrame,
    links: list[Link],
) -> pd.DataFrame:
    """
    Say of every institution that is settled somewhere whether the map leaves it there.

    Parameters
    ----------
    travel
        How ways are measured; its district says who belongs where.
    decided, centers, units, links
        The grids, the residents of centers, the minutes to leads, links between pieces.

    Returns
    -------
    table
        :data:`COLUMNS`.
    """
    agreed = travel.district.agreements
    bonds: list[tuple[str, NamedGroup | Alliance, str]] = []
    bonds += [("member", bond, who) for bond in agreed.groups for who in bond.members]
    bonds += [("supported", bond, who) for bond in agreed.groups for who in bond.supported]
    bonds += [("alliance", bond, who) for bond in agreed.alliances for who in bond.members]
    rows = [
        {
            "institution": who,
            "relation": relation,
            "group": bond.name_zh,
            "group_en": bond.name_en,
            "lead": bond.lead,
            **_place(travel, decided, who, bond.lead, (centers, units, links)),
        }
        for relation, bond, who in bonds
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _place(
    travel: Travel,
    decided: Decided,
    who: str,
    lead: str,
    tables: tuple[gpd.GeoDataFrame, pd.DataFrame, list[Link]],
) -> dict[str, Any]:
    """Say where an institution lies, where its group does, and what lies between."""
    centers, units, links = tables
    if decided.grid_of is None:
        served = float(centers["population"].get(who, 0.0))
        nowhere = {"grid": None, "group_grid": None, "kept": False, "reason": "no-grids"}
        return {
            **nowhere,
            "residents": served,
            "minutes_more": math.nan,
            "person_metres": 0.0,
        }
    unit = standing(travel, who)
    here = decided.grid_of[unit]
    led = [grid for grid, hospital in decided.leads.items() if hospital == lead]
    home = led[0] if led else decided.grid_of[standing(travel, lead)]
    row = {"grid": here, "group_grid": home, "kept": here == home}
    if here == home:
        nothing = {"residents": 0.0, "minutes_more": 0.0, "person_metres": 0.0, "reason": ""}
        return {**row, **nothing}
    hospital = travel.district.hospitals.loc[[lead]]
    at = travel.district.units.index.get_loc(unit)
    there = driven(travel, hospital, links)[at, 0] / travel.driven_a_minute
    more = float(there - units["minutes_to_lead"][unit])
    residents = float(centers["population"].get(who, 0.0))
    known = math.isfinite(more)
    return {
        **row,
        "residents": residents,
        "minutes_more": more if known else math.nan,
        "person_metres": residents * more * travel.driven_a_minute if known else 0.0,
        "reason": "elsewhere",
    }


def wishes_of(plan_rows: pd.DataFrame, travel: Travel, decided: Decided) -> pd.DataFrame:
    """
    Hold the rows of wishes against the grids.

    Parameters
    ----------
    plan_rows
        ``relation`` wish: what each costs and why one was refused is taken from them.
    travel, decided
        The district, and the grids that show whether a wish is met.

    Returns
    -------
    table
        :data:`COLUMNS`, one row a wish of the district, in their order.
    """
    told = {(row["institution"], row["lead"]): row for row in plan_rows.to_dict(orient="records")}
    rows = []
    hospitals = travel.district.hospitals
    for wish in travel.district.agreements.wishes if decided.grid_of is not None else ():
        grids = decided.grid_of or {}
        here = grids[standing(travel, wish.institution)]
        led = [grid for grid, lead in decided.leads.items() if lead == wish.lead]
        kept = decided.leads.get(str(here)) == wish.lead
        name = hospitals.loc[wish.lead]
        given = told.get((wish.institution, wish.lead), {})
        cost = {key: given.get(key) for key in ("residents", "minutes_more", "person_metres")}
        rows.append(
            {
                "institution": wish.institution,
                "relation": "wish",
                "group": name["name"],
                "group_en": name.get("name_en") or name["name"],
                "lead": wish.lead,
                "grid": here,
                "group_grid": led[0] if led else None,
                # What was refused may lie there by chance; only a wish that is met can be kept.
                "kept": kept and bool(given.get("kept", True)),
                **cost,
                "reason": given.get("reason"),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
