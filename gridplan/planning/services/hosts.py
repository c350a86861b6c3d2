"""Who runs each center: one host a regional center, which its N, its branches, inherit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.planning.layout.layout import Group, Layout
from gridplan.planning.measures.hospitals import GENERAL
from gridplan.planning.measures.measure import column, existing

HOST_COLUMNS = ("host", "host_how")
STATED, PROPOSED, JOINT, INHERITED = "stated", "proposed", "joint", "inherited"
"""
How a host came about: told by the layer; a district hospital proposed; a municipal one proposed to
run it jointly or in trust (合作举办, 委托管理); inherited from its regional center (派出机构).
"""


def hosts_of(layout: Layout) -> pd.DataFrame:
    """
    Name the host of every center.

    A center that tells its host keeps it. A regional center that tells none gets a general, TCM or
    integrated hospital of the district's own that belongs to the group of its grid: the lead, else
    the nearest; where the group has none, the nearest municipal one of the group or, failing that,
    of the district, to run it jointly or in trust. The others inherit the host of their regional
    center. Derived: a proposal, not a decision.

    Parameters
    ----------
    layout
        Centers under regional centers, groups.

    Returns
    -------
    hosts
        Index ``center``: ``host`` (id of a hospital, or the name that is told), ``host_how``; None
        where nobody fits.
    """
    centers = layout.centers
    told = _told(layout)
    found: dict[object, tuple[object, object]] = {}
    groups = {group.grid: group for group in layout.groups}
    for center, row in centers.iterrows():
        if told.get(center) is not None:
            found[center] = (told[center], STATED)
        elif row["regional_center"] == center or pd.isna(row["regional_center"]):
            found[center] = _proposed(layout, groups.get(row["grid"]), row)
    for center, row in centers.iterrows():
        if center not in found:
            host = found[row["regional_center"]][0]
            found[center] = (host, None if host is None else INHERITED)
    return pd.DataFrame(
        [found[center] for center in centers.index],
        index=centers.index,
        columns=list(HOST_COLUMNS),
        dtype=object,
    )


def _told(layout: Layout) -> dict[object, object]:
    """Give the hosts that the layer of centers tells, by id where the name is a hospital's."""
    names = {str(name): key for key, name in layout.hospitals["name"].items()}
    host = column(existing(layout), "host")
    return {key: names.get(str(text), text) for key, text in host.items() if not pd.isna(text)}


def _proposed(
    layout: Layout, group: Group | None, center: pd.Series
) -> tuple[object | None, str | None]:
    hospitals = layout.hospitals
    fit = hospitals[hospitals["kind"].isin(GENERAL)]
    if group is not None:
        own = [group.lead, *group.members, *group.branches]
        inside = fit[fit.index.isin(own)]
        district = inside[inside["ownership"] == "district"]
        if group.lead in district.index:
            return group.lead, PROPOSED
        if len(district):
            return _nearest(district, center), PROPOSED
        municipal = inside[inside["ownership"] == "municipal"]
        if len(municipal):
            return _nearest(municipal, center), JOINT
    municipal = fit[fit["ownership"] == "municipal"]
    if len(municipal) and group is not None:
        return _nearest(municipal, center), JOINT
    return None, None


def _nearest(hospitals: pd.DataFrame, center: pd.Series) -> object:
    far = np.round(hospitals.geometry.centroid.distance(center["geometry"]).to_numpy(), 3)
    return hospitals.index[int(np.argmin(far))]
