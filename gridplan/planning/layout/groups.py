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
        ownership apart from leads; ownership as recognised, where a document says so), ``campus``
        (of the same hospital as a lead, or of one that is no lead), ``alliance`` (of a close
        alliance outside the groups), ``member`` by agreement, ``proposed`` (others may join of
        their own will, 自愿加入: the plan proposes it), or ``none`` without grids. A settled
        membership comes before ownership. Bodies that may serve across grids also have
        ``serves_grids``, those they serve.
    """
    if grid is None or hospitals.empty:
        return hospitals.assign(grid=None, role="none")
    collaborates = ownership_of(hospitals).isin(COLLABORATING) | hospitals.index.isin(
        [key for group in agreements.groups for key in group.collaborators]
    )
    role = np.where(collaborates, "collaborator", "proposed")
    allied = {key for bond in agreements.alliances for key in (bond.lead, *bond.members)}
    settled = {key for group in agreements.groups for key in group.members}
    role = np.where(hospitals.index.isin(allied), "alliance", role)
    role = np.where(hospitals.index.isin(list(_campus_group(hospitals, leads))), "campus", role)
    role = np.where(hospitals.index.isin(settled), "member", role)
    role = np.where(hospitals.index.isin(leads), "lead", role)
    placed = hospitals.assign(grid=grid.loc[hospitals["unit"]].to_numpy(), role=role)
    across = placed["kind"].isin(ACROSS)
    if across.any():
        served = [", ".join(grids) or None for grids in served_grids(placed, leads)]
        placed["serves_grids"] = pd.Series(served, placed.index, dtype=object).where(across, None)
    return placed


ACROSS = ("maternal", "public-health", "rehabilitation", "nursing")
"""Kinds of body that may serve across grids (trial plan, 二(一)2)."""


def ownership_of(hospitals: pd.DataFrame) -> pd.Series:
    """Give who runs each hospital, as a dated document recognises it where there is one."""
    if "recognised_as" not in hospitals:
        return hospitals["ownership"]
    said = hospitals["recognised_as"]
    return said.where(said.notna(), hospitals["ownership"])


def institution_of(hospitals: pd.DataFrame) -> pd.Series:
    """Give each hospital the id of the one it is a campus of; its own where it is none."""
    own = pd.Series(hospitals.index, hospitals.index, dtype=object)
    if "campus_of" not in hospitals:
        return own
    return hospitals["campus_of"].where(hospitals["campus_of"].notna(), own)


def _campus_group(hospitals: pd.DataFrame, leads: pd.Series) -> dict[object, object]:
    """
    Give each campus the hospital whose group it belongs to.

    Where one of a hospital and its campuses leads, all others belong to its group; else campuses
    belong where their hospital does.
    """
    whole = institution_of(hospitals)
    led = {whole[lead]: lead for lead in leads.dropna() if lead in whole.index}
    found: dict[object, object] = {}
    for key, parent in whole.items():
        if parent in led and key not in set(leads):
            found[key] = led[parent]
        elif parent not in led and key != parent:
            found[key] = parent
    return found


def served_grids(hospitals: pd.DataFrame, leads: pd.Series) -> list[tuple[str, ...]]:
    """
    List the grids that each hospital serves.

    Its own; those led by the hospitals that ``serves`` names, or every one; every one also where
    ``cross_grid`` says yes and nobody says which.
    """
    every = tuple(map(str, leads.index))
    led = {str(lead): str(grid) for grid, lead in leads.dropna().items()}
    rows = []
    for row in hospitals.to_dict(orient="records"):
        told = row.get("serves")
        named = [] if pd.isna(told) else str(told).split("; ")
        across = row.get("cross_grid") == "yes" and not named
        if across or named == ["all"]:
            rows.append(every)
            continue
        own = {str(row["grid"]), *(led[name] for name in named if name in led)}
        rows.append(tuple(grid for grid in every if grid in own))
    return rows


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
    belongs = _campus_group(hospitals, leads)
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
        inside = {str(lead), *own, *near, *_collaborators(hospitals, grid, known)}
        groups.append(
            Group(
                grid=str(grid),
                lead=str(lead),
                members=tuple(dict.fromkeys([*own, *near])),
                collaborators=_collaborators(hospitals, grid, known),
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
                campuses=tuple(
                    str(key)
                    for key, home in belongs.items()
                    if home in inside and hospitals["role"].get(key) == "campus"
                ),
            )
        )
    return tuple(groups)


def _collaborators(hospitals: gpd.GeoDataFrame, grid: object, known: NamedGroup) -> tuple[str, ...]:
    """List who collaborates with a group: by agreement, wherever it stands, and by ownership."""
    named = [key for key in known.collaborators if key in hospitals.index and key != known.lead]
    return tuple(dict.fromkeys([*named, *_ids(hospitals, grid, role="collaborator")]))


def _ids(hospitals: gpd.GeoDataFrame, grid: object, *, role: str) -> tuple[str, ...]:
    return tuple(hospitals.index[(hospitals["grid"] == grid) & (hospitals["role"] == role)])
