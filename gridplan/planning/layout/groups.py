"""Medical groups: which hospital plays which part in its grid, and the centers that belong."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.agreements import Agreements, NamedGroup
from gridplan.planning.layout.layout import Group

# Hospitals of these owners collaborate with a group rather than join it (trial plan, 二(一)2).
COLLABORATING = ("provincial", "university", "military", "national")


def hospital_roles(
    hospitals: gpd.GeoDataFrame,
    grid: pd.Series | None,
    leads: pd.Series,
    agreements: Agreements,
) -> gpd.GeoDataFrame:
    """
    Give each hospital the grid it stands in and its role there.

    Parameters
    ----------
    hospitals
        Index ``hospital``, with ``unit`` and ``ownership``.
    grid
        Index ``unit``; None where no grids are planned.
    leads
        Index ``grid``: id of the lead.
    agreements
        Settled members of groups and of alliances outside them.

    Returns
    -------
    hospitals
        With ``grid`` and ``role``: ``lead``, ``collaborator`` (provincial, university or private
        ownership apart from leads), ``alliance`` (of a close alliance outside the groups),
        ``member`` by agreement, ``proposed`` (others may join of their own will, 自愿加入: the plan
        proposes it), or ``none`` without grids. A settled membership comes before ownership.
    """
    if grid is None or hospitals.empty:
        return hospitals.assign(grid=None, role="none")
    collaborates = hospitals["ownership"].isin(COLLABORATING)
    role = np.where(collaborates, "collaborator", "proposed")
    allied = {key for bond in agreements.alliances for key in (bond.lead, *bond.members)}
    settled = {key for group in agreements.groups for key in group.members}
    role = np.where(hospitals.index.isin(allied), "alliance", role)
    role = np.where(hospitals.index.isin(settled), "member", role)
    role = np.where(hospitals.index.isin(leads), "lead", role)
    return hospitals.assign(grid=grid.loc[hospitals["unit"]].to_numpy(), role=role)


def form_groups(
    leads: pd.Series,
    hospitals: gpd.GeoDataFrame,
    centers: gpd.GeoDataFrame,
    agreements: Agreements,
) -> tuple[Group, ...]:
    """
    List each grid's group: by geography, and by agreement where there is one.

    A hospital settled in a group is a member of that one, wherever it stands.

    Parameters
    ----------
    leads
        Index ``grid``: id of the lead.
    hospitals
        With ``grid`` and ``role``.
    centers
        With ``grid``.
    agreements
        Named groups and alliances.

    Returns
    -------
    groups
        In the order of ``leads``; none for a drawn grid without a lead.
    """
    named = {group.lead: group for group in agreements.groups}
    settled = {key: group.lead for group in agreements.groups for key in group.members}
    # Who is settled in a group whose lead has no grid stays with the grid it stands in.
    elsewhere = {key for key, lead in settled.items() if lead in set(leads)}
    groups = []
    for grid, lead in leads.dropna().items():
        known = named.get(str(lead), NamedGroup("", "", str(lead)))
        own = [key for key in known.members if key in hospitals.index]
        near = [
            key
            for role in ("member", "proposed")
            for key in _ids(hospitals, grid, role=role)
            if key not in elsewhere
        ]
        groups.append(
            Group(
                grid=str(grid),
                lead=str(lead),
                members=tuple(dict.fromkeys([*own, *near])),
                collaborators=_ids(hospitals, grid, role="collaborator"),
                centers=tuple(centers.index[centers["grid"] == grid]) if len(centers) else (),
                name_zh=known.name_zh,
                name_en=known.name_en,
                branches=known.members,
                supported=known.supported,
                alliances=tuple(
                    bond
                    for bond in agreements.alliances
                    if hospitals["grid"].get(bond.lead) == grid
                ),
            )
        )
    return tuple(groups)


def _ids(hospitals: gpd.GeoDataFrame, grid: object, *, role: str) -> tuple[str, ...]:
    return tuple(hospitals.index[(hospitals["grid"] == grid) & (hospitals["role"] == role)])
