"""Medical groups: which hospital plays which part in its grid, and the centers that belong."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.planning.layout import Group

# Hospitals of these owners collaborate with a group rather than join it (trial plan, 二(一)2).
COLLABORATING = ("provincial", "university", "military", "national")


def hospital_roles(
    hospitals: gpd.GeoDataFrame, grid: pd.Series | None, leads: pd.Series
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

    Returns
    -------
    hospitals
        With ``grid`` and ``role``: ``lead``, ``collaborator`` (provincial, university or private
        ownership apart from leads), ``member``, or ``none`` without grids.
    """
    if grid is None or hospitals.empty:
        return hospitals.assign(grid=None, role="none")
    collaborates = hospitals["ownership"].isin(COLLABORATING)
    role = np.where(collaborates, "collaborator", "member")
    role = np.where(hospitals.index.isin(leads), "lead", role)
    return hospitals.assign(grid=grid.loc[hospitals["unit"]].to_numpy(), role=role)


def form_groups(
    leads: pd.Series, hospitals: gpd.GeoDataFrame, centers: gpd.GeoDataFrame
) -> tuple[Group, ...]:
    """
    List each grid's group.

    Parameters
    ----------
    leads
        Index ``grid``: id of the lead.
    hospitals
        With ``grid`` and ``role``.
    centers
        With ``grid``.

    Returns
    -------
    groups
        In the order of ``leads``.
    """
    return tuple(
        Group(
            grid=str(grid),
            lead=str(lead),
            members=_ids(hospitals, grid, role="member"),
            collaborators=_ids(hospitals, grid, role="collaborator"),
            centers=tuple(centers.index[centers["grid"] == grid]) if len(centers) else (),
        )
        for grid, lead in leads.items()
    )


def _ids(hospitals: gpd.GeoDataFrame, grid: object, *, role: str) -> tuple[str, ...]:
    return tuple(hospitals.index[(hospitals["grid"] == grid) & (hospitals["role"] == role)])
