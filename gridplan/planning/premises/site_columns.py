"""What the layers tell of a site besides where it is: what it costs and holds, and its state."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.planning.scenario.scenario import Scenario

COSTS = ("cost_open", "cost_close", "cost_per_place")
NUMBERS = (*COSTS, "capacity_max", "floor_area", "ready")
TEXTS = ("origin", "availability", "availability_reason", "site")
SITE_COLUMNS = (*NUMBERS, *TEXTS)
"""Columns of a site that are there where a layer brings them; ``site`` is the id of a candidate."""
REJECTED = "rejected"


def offered(district: District) -> gpd.GeoDataFrame:
    """
    Give the candidates that may be taken.

    Returns
    -------
    candidates
        Without those that are rejected; with :data:`SITE_COLUMNS` as far as told.
    """
    table = _told(district)
    return table[~_rejected(table)].drop(columns="availability_reason", errors="ignore")


def rejected(district: District) -> gpd.GeoDataFrame:
    """Give the candidates that may not be taken: they are remembered, with the reason."""
    table = _told(district)
    return table[_rejected(table)]


def _told(district: District) -> gpd.GeoDataFrame:
    table = with_state(district.candidates).drop(columns="community", errors="ignore")
    if any(layer.layer == "candidates" for layer in district.layers):
        table = table.assign(site=table.index.to_numpy(dtype=object))
    return table


def _rejected(table: pd.DataFrame) -> np.ndarray:
    if "availability" not in table:
        return np.zeros(len(table), dtype=bool)
    return (table["availability"] == REJECTED).to_numpy(dtype=bool)


def with_state(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Call the state of a site ``availability``: in a plan ``status`` is existing or new."""
    names = {"status": "availability", "status_reason": "availability_reason"}
    return layer.rename(columns={old: new for old, new in names.items() if old in layer})


def columns_in(*layers: pd.DataFrame) -> list[str]:
    """Name the columns of a site that some layer brings."""
    kept = (name for name in SITE_COLUMNS if name != "availability_reason")
    return [name for name in kept if any(name in layer for layer in layers)]


def typed(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Hold numbers as numbers and texts as objects, None where nothing is told."""
    for name in columns_in(sites):
        if name in NUMBERS:
            sites[name] = pd.to_numeric(sites[name]).astype(float)
        else:
            sites[name] = sites[name].astype(object).where(sites[name].notna(), None)
    return sites


def figures(sites: pd.DataFrame, name: str) -> pd.Series:
    """Give a column as numbers, NaN where nothing is told."""
    if name not in sites:
        return pd.Series(np.nan, index=sites.index, dtype=float)
    return pd.to_numeric(sites[name]).astype(float)


def holds(sites: pd.DataFrame) -> pd.Series:
    """Give the most residents each house may be made to hold; NaN where nobody says."""
    capacity = sites["capacity"].astype(float)
    if "capacity_max" not in sites:
        return capacity
    return sites["capacity_max"].astype(float).fillna(capacity)


def may_be_regional(sites: pd.DataFrame, scenario: Scenario) -> np.ndarray:
    """Mark the sites that are not known to be too small for a regional center, ``(m,)``."""
    area = figures(sites, "floor_area").to_numpy()
    return np.asarray(~(area < scenario.regional_floor_area_min))


def wrong_sites(district: District) -> list[Problem]:
    """Tell of sites whose columns contradict one another, all at once."""
    problems = []
    for layer, frame in (("centers", district.centers), ("candidates", district.candidates)):
        if "capacity_max" in frame:
            less = frame.index[frame["capacity_max"] < frame["capacity"]]
            if len(less):
                told = {"layer": layer, "rows": list(map(str, less[:5])), "count": len(less)}
                problems.append(Problem("capacity-max-below", told))
    if "status" in district.centers:
        gone = district.centers.index[district.centers["status"] == REJECTED]
        if len(gone):
            rows = {"rows": list(map(str, gone[:5])), "count": len(gone)}
            problems.append(Problem("center-rejected", rows))
    return problems
