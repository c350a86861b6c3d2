"""Who belongs where: the communities and roads of each center's catchment and of each grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.outputs.places.outline import parents
from gridplan.outputs.words.names import is_missing

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

COLUMNS = ("center", "community", "subdistrict", "population", "of_community_percent", "whole")
"""Columns of :func:`communities_of_centers`."""


def communities_of_centers(plan: Plan) -> pd.DataFrame:
    """
    List the communities that each center serves.

    Parameters
    ----------
    plan
        A finished plan.

    Returns
    -------
    table
        :data:`COLUMNS`: one row for each community a center serves residents of, the center's
        order, then the most residents first; ``population``, its residents of that community;
        ``of_community_percent``, their share of the community's; ``whole``, whether no other
        center serves any of it. Empty where units name no communities.
    """
    district, units = plan.district, plan.layout.units
    names = parents(district, "community")
    served = units["center"].reindex(district.units.index)
    people = district.units["population"].to_numpy(dtype=float)
    known = np.array([name is not None for name in names]) & served.notna().to_numpy()
    if not known.any():
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pd.DataFrame(
        {
            "center": served[known].to_numpy(),
            "community": names[known],
            "subdistrict": parents(district, "subdistrict")[known],
            "population": people[known],
        }
    )
    total = rows.groupby("community")["population"].sum()
    held = rows.groupby(["center", "community"], as_index=False).agg(
        subdistrict=("subdistrict", "first"), population=("population", "sum")
    )
    held = held[held["population"] > 0]
    serving = held.groupby("community")["center"].transform("size")
    shares = 100 * held["population"] / held["community"].map(total)
    held = held.assign(of_community_percent=shares, whole=serving == 1)
    order = {key: at for at, key in enumerate(plan.layout.centers.index)}
    held = held.assign(at=held["center"].map(order))
    held = held.sort_values(["at", "population"], ascending=[True, False], kind="stable")
    return held[list(COLUMNS)].reset_index(drop=True)


def roads_of(plan: Plan, area: pd.Series, *, most: int = 12) -> dict[str, list[str]]:
    """
    Name the roads that run through each area, the longest first.

    Parameters
    ----------
    plan
        Whose district has roads with names.
    area
        Index ``unit``: center or grid of each unit.
    most
        How many to name.

    Returns
    -------
    names
        By area; empty where no road has a name.
    """
    roads = plan.district.roads
    if not len(roads) or "name" not in roads:
        return {}
    named = roads[[not is_missing(name) and bool(str(name).strip()) for name in roads["name"]]]
    if not len(named):
        return {}
    shapes = np.asarray(plan.district.units.geometry.array)
    labels = area.reindex(plan.district.units.index)
    tree = shapely.STRtree(np.asarray(named.geometry.array))
    told = {}
    for key in labels.dropna().unique():
        whole = shapely.union_all(shapes[(labels == key).to_numpy()])
        found = tree.query(whole, predicate="intersects")
        inside = shapely.length(shapely.intersection(named.geometry.to_numpy()[found], whole))
        held = pd.Series(inside, index=[str(name).strip() for name in named["name"].iloc[found]])
        longest = held.groupby(level=0).sum().sort_values(ascending=False, kind="stable")
        told[str(key)] = [str(name) for name in longest[longest > 0].index[:most]]
    return told
