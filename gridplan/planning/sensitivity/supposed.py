"""
A plan's decisions under other facts: judged again, not planned again.

Who lies in which grid, which sites are open and who goes to which of them stay as the plan decided:
the question is what becomes of *this* plan. Only where a site is lost must its residents go
elsewhere: to the nearest other center of their grid, and nobody else moves.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.centers.centers import Centers
from gridplan.planning.grids.grids import Grids
from gridplan.planning.lay_out import lay_out
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.layout.layout import Layout
from gridplan.planning.regional.regional import Regional
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of

_NO_PROOF = Certificate("feasible", 0.0, None, None, 0.0, 0, "kept", "person-metres", "done")
"""Nothing is sought here, and nothing of it is told."""


def with_residents(district: District, factor: float) -> District:
    """Scale every column of residents of the units, whole district alike."""
    units = district.units.copy()
    for name in [name for name in units if str(name).split("_")[0] == "population"]:
        values = pd.to_numeric(units[name], errors="coerce")
        if values.notna().any():
            units[name] = values * factor
    return dataclasses.replace(district, units=units)


def kept_layout(
    layout: Layout, district: District, scenario: Scenario, *, lost: object = None
) -> Layout:
    """
    Lay the same decisions out again.

    Parameters
    ----------
    layout
        Whose decisions are kept.
    district, scenario
        The facts now.
    lost
        Id of a center that is not to be had; None for none.

    Returns
    -------
    Layout
        Residents, walks and loads counted anew.
    """
    units, sites = layout.units, layout.centers
    center = units["center"].copy()
    manager = sites["regional_center"].copy()
    if lost is not None:
        center = _elsewhere(layout, district, scenario, lost)
        sites = sites.drop(index=lost)
        manager = _managers(sites, manager.drop(index=lost), lost)
    ways = journeys_of(district, scenario)
    at = sites.index.get_indexer(center)
    walked = ways.walked_to_own(_places(sites), at)
    people = district.units["population"].to_numpy(dtype=float)
    load = np.bincount(at, weights=people, minlength=len(sites))
    metres = np.bincount(at, weights=people * walked, minlength=len(sites))
    sites = sites.assign(population=load, mean_metres=metres / np.maximum(load, 1e-9))
    centers = Centers(sites, center, pd.Series(walked, index=units.index), _NO_PROOF)
    grids = None
    if len(layout.grids):
        minutes = pd.to_numeric(units["minutes_to_lead"])
        names = layout.grids.get("drawn_name")
        grids = Grids(units["grid"], layout.grids["lead"], minutes, _NO_PROOF, (), names)
    regional = None if manager.isna().all() else Regional(manager, _NO_PROOF, ())
    made = lay_out(district, scenario, grids, centers, regional)
    return dataclasses.replace(made, wishes=layout.wishes)


def _places(sites: pd.DataFrame) -> np.ndarray:
    return np.column_stack([sites.geometry.x, sites.geometry.y])


def _elsewhere(layout: Layout, district: District, scenario: Scenario, lost: object) -> pd.Series:
    """Send the residents of a lost center to the nearest other one of their grid."""
    center, grid = layout.units["center"].copy(), layout.units["grid"]
    others = layout.centers.drop(index=lost)
    ways = journeys_of(district, scenario)
    rows = np.flatnonzero((center == lost).to_numpy())
    for name in grid.iloc[rows].unique():
        own = others if pd.isna(name) else others[others["grid"] == name]
        own = own if len(own) else others
        here = rows[(grid.iloc[rows] == name).to_numpy() | grid.iloc[rows].isna().to_numpy()]
        near = ways.walked(
            here,
            _places(own),
            unit_label=np.zeros(len(here), dtype=int),
            site_label=np.zeros(len(own), dtype=int),
            nearest=1,
        )
        found = np.diff(near.indptr) > 0
        center.iloc[here[found]] = own.index.to_numpy(dtype=object)[near.indices]
        left = here[~found]
        center.iloc[left] = own.index[0]
    return center


def _managers(sites: pd.DataFrame, manager: pd.Series, lost: object) -> pd.Series:
    """Put the centers of a lost regional center under the nearest other one of their grid."""
    for center in manager.index[manager == lost]:
        grid = sites["grid"][center]
        regional = sites[(manager == sites.index) & ((sites["grid"] == grid) | pd.isna(grid))]
        if regional.empty:
            manager[center] = None
            continue
        apart = regional.geometry.distance(sites.geometry[center])
        manager[center] = apart.index[int(np.argmin(apart.to_numpy()))]
    return manager
