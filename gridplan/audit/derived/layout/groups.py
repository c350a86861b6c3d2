"""Which part each hospital plays, and who belongs to the group of each grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gridplan.district.agreements import Agreements, Alliance, NamedGroup

COLLABORATING = ("provincial", "university", "military", "national")
"""Owners whose hospitals collaborate with a group (trial plan, 二(一)2)."""


@dataclass(frozen=True)
class Party:
    """
    The group of one grid.

    Parameters
    ----------
    grid, lead
        Their ids.
    members, collaborators, centers
        Ids of those that belong to it.
    campuses
        Ids of other houses of its hospitals, wherever they lie.
    name_zh, name_en, branches, supported, alliances
        What ``groups.toml`` says of it.
    """

    grid: str
    lead: str
    members: tuple[str, ...]
    collaborators: tuple[str, ...]
    centers: tuple[str, ...]
    name_zh: str = ""
    name_en: str = ""
    branches: tuple[str, ...] = ()
    supported: tuple[str, ...] = ()
    alliances: tuple[Alliance, ...] = ()
    campuses: tuple[str, ...] = ()


ACROSS = ("maternal", "public-health", "rehabilitation", "nursing")
"""Kinds of body that may serve across grids (trial plan, 二(一)2)."""


def owners(hospitals: pd.DataFrame) -> dict[str, object]:
    """Say who runs each hospital; a document that recognises it otherwise comes first."""
    told = hospitals["ownership"].to_dict()
    if "recognised_as" in hospitals:
        told |= hospitals["recognised_as"].dropna().to_dict()
    return told


def wholes(hospitals: pd.DataFrame) -> dict[str, str]:
    """Give each hospital the id of the one it is a campus of; its own where it is none."""
    told = {str(key): str(key) for key in hospitals.index}
    if "campus_of" in hospitals:
        told |= hospitals["campus_of"].dropna().to_dict()
    return told


def campuses(hospitals: pd.DataFrame, leading: list[str]) -> dict[str, str]:
    """
    Give each campus the hospital with which it belongs to a group.

    Where one house of an institution leads, all its others belong to that one; else every campus
    belongs to its hospital.
    """
    whole = wholes(hospitals)
    led = {whole[lead]: lead for lead in leading if lead in whole}
    found: dict[str, str] = {}
    for key, parent in whole.items():
        if parent not in led:
            found |= {key: parent} if key != parent else {}
        elif key not in leading:
            found[key] = led[parent]
    return found


def serving(hospitals: pd.DataFrame, leads: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """
    List the grids that each hospital serves.

    Its own, those led by whom ``serves`` names, or all where it says so; all too where
    ``cross_grid`` says yes and nothing says which.
    """
    found = {}
    for key, row in hospitals.iterrows():
        told = row.get("serves")
        named = str(told).split("; ") if isinstance(told, str) and told else []
        everywhere = named == ["all"] or (not named and row.get("cross_grid") == "yes")
        found[str(key)] = tuple(
            str(grid)
            for grid, lead in leads.items()
            if everywhere or str(row["grid"]) == str(grid) or lead in named
        )
    return found


def role_of(
    hospital: str,
    ownership: object,
    leads: list[str],
    campus: Mapping[str, str],
    agreements: Agreements,
) -> str:
    """
    Say which part a hospital plays.

    Who leads a grid is its lead; who is settled in a group a member; another house of a hospital
    its campus; who is settled in an alliance outside the groups its ally; of the others those of
    certain owners, and whom a group names so, collaborate, and the rest may join.
    """
    if hospital in leads:
        return "lead"
    if any(hospital in group.members for group in agreements.groups):
        return "member"
    if hospital in campus:
        return "campus"
    if any(hospital in (bond.lead, *bond.members) for bond in agreements.alliances):
        return "alliance"
    named = any(hospital in group.collaborators for group in agreements.groups)
    return "collaborator" if named or ownership in COLLABORATING else "proposed"


def with_roles(
    hospitals: gpd.GeoDataFrame,
    grid: Mapping[str, object] | None,
    leads: Mapping[str, object],
    agreements: Agreements,
) -> gpd.GeoDataFrame:
    """
    Give each hospital the grid of its unit and its role.

    Parameters
    ----------
    hospitals
        With ``unit`` and ``ownership``.
    grid
        Of each unit; None where none are planned.
    leads
        Hospital by grid, None where a drawn grid has none.
    agreements
        Of ``groups.toml``.
    """
    if grid is None or not len(hospitals):
        return hospitals.assign(grid=None, role="none")
    leading = [str(lead) for lead in leads.values() if not pd.isna(lead)]
    campus = campuses(hospitals, leading)
    placed = hospitals.assign(
        grid=[grid[unit] for unit in hospitals["unit"]],
        role=[
            role_of(str(key), owner, leading, campus, agreements)
            for key, owner in owners(hospitals).items()
        ],
    )
    across = [kind in ACROSS for kind in placed["kind"]]
    if any(across):
        served = serving(placed, leads).values()
        placed["serves_grids"] = [
            ", ".join(grids) or None if some else None
            for grids, some in zip(served, across, strict=True)
        ]
    return placed


def parties(
    leads: Mapping[str, object],
    hospitals: gpd.GeoDataFrame,
    centers: gpd.GeoDataFrame,
    agreements: Agreements,
) -> tuple[Party, ...]:
    """
    List the group of each grid that has a lead, in the order of ``leads``.

    Its members by agreement come first, wherever they stand, then who stands in the grid and may
    join; who is settled in the group of another grid's lead is not counted here.
    """
    leading = [str(lead) for lead in leads.values() if not pd.isna(lead)]
    campus = campuses(hospitals, leading)
    group_of = {member: group.lead for group in agreements.groups for member in group.members}
    found = []
    for grid, lead in leads.items():
        if pd.isna(lead):
            continue
        own = next((one for one in agreements.groups if one.lead == lead), None)
        own = own or NamedGroup("", "", str(lead))
        here = hospitals.index[(hospitals["grid"] == grid).to_numpy()]
        role = hospitals["role"]
        joining = [
            key
            for wanted in ("member", "proposed")
            for key in here
            if role[key] == wanted and group_of.get(key) not in leading
        ]
        settled = [key for key in own.members if key in hospitals.index]
        members = tuple(dict.fromkeys([*settled, *joining]))
        named = [key for key in own.collaborators if key in hospitals.index and key != own.lead]
        near = [key for key in here if role[key] == "collaborator"]
        beside = tuple(dict.fromkeys([*named, *near]))
        homes = {str(lead), *members, *beside}
        found.append(
            Party(
                grid=str(grid),
                lead=str(lead),
                members=members,
                collaborators=beside,
                campuses=tuple(
                    key for key, home in campus.items() if home in homes and role[key] == "campus"
                ),
                centers=tuple(key for key, at in centers["grid"].items() if at == grid),
                name_zh=own.name_zh,
                name_en=own.name_en,
                branches=own.members,
                supported=own.supported,
                alliances=tuple(
                    bond
                    for bond in agreements.alliances
                    if bond.lead in hospitals.index and hospitals["grid"][bond.lead] == grid
                ),
            )
        )
    return tuple(found)
