"""Who belongs where: the communities of each center's catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.outputs.places.outline import parents

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
