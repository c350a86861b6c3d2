"""Hosts: which hospital runs each center that is open today."""

from __future__ import annotations

import pandas as pd

from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.hospitals import GENERAL
from gridplan.planning.measures.measure import Values, column, existing, measure, whole
from gridplan.planning.scenario.scenario import Scenario


def _host(layout: Layout) -> pd.Series:
    """Give the host of each existing center by id; a name is looked up, an unknown one kept."""
    names = {str(name): key for key, name in layout.hospitals["name"].items()}
    host = column(existing(layout), "host")
    return host.map(lambda text: names.get(str(text), text), na_action="ignore")


@measure("grid", needs=("centers.host",))
def centers_hosted_by_district(layout: Layout, _scenario: Scenario) -> Values:
    """
    Percent of each grid's existing centers run by a general or TCM hospital of the district's own.

    A host that is no hospital of the district counts as another's. None for a grid with no
    existing center, or with one whose host nobody named.
    """
    host = _host(layout)
    hospitals = layout.hospitals
    fit = hospitals.index[(hospitals["ownership"] == "district") & hospitals["kind"].isin(GENERAL)]
    values: dict[str, float | None] = {}
    for group in layout.groups:
        here = host[layout.centers.loc[host.index, "grid"] == group.grid]
        unknown = here.empty or here.isna().any()
        values[group.grid] = None if unknown else 100.0 * float(here.isin(fit).mean())
    return values


@measure("district", needs=("centers.host",))
def centers_run_by_municipal(layout: Layout, _scenario: Scenario) -> Values:
    """Existing centers that a municipal hospital runs."""
    host = _host(layout)
    if host.empty or host.isna().any():
        return whole(layout, None)
    municipal = layout.hospitals.index[layout.hospitals["ownership"] == "municipal"]
    return whole(layout, float(host.isin(municipal).sum()))
