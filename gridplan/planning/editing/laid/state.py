"""What is where while it is edited: arrays over the units and a small table of centers, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridplan.district.district import District
from gridplan.errors import SHOWN, Problem
from gridplan.planning.centers.band import with_band
from gridplan.planning.layout.layout import Layout
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import CLASS, is_station

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
DERIVED = ("grid", "population", "mean_metres", "regional_center")
"""Columns of a layout's centers that follow from the state."""

COMMUNITY = "community"
ROOM = ("capacity", "capacity_lower", "capacity_upper")
"""Columns of residents that a center may serve."""


@dataclass(frozen=True, eq=False)
class State:
    """
    Who belongs where.

    Parameters
    ----------
    grids, leads
        Ids of the grids and of the hospital that leads each; None where there is none.
    grid
        ``(n,)`` position of each unit's grid; -1 for all where no grids are planned.
    sites
        Index ``center``: ``name``, ``status``, ``capacity``, ``capacity_lower``,
        ``capacity_upper``, ``unit``, ``subdistrict``, ``community``, ``class`` (``station`` or
        ``community``: who is regional follows from ``manager``), labels, points.
    center
        ``(n,)`` position of each unit's center in ``sites``.
    stands
        ``(k,)`` position of the unit each center stands in.
    manager
        ``(k,)`` position of the regional center that manages each, its own if it is one; -1 for
        none.
    held
        ``(n,)`` units locked to their grid.
    held_grids
        Grids that are locked.
    assigned
        ``(n,)`` units whose center was chosen by hand.
    names
        What a drawing calls the grids; None where they were not drawn.
    """

    grids: tuple[str, ...]
    leads: tuple[str | None, ...]
    grid: Numbers
    sites: gpd.GeoDataFrame
    center: Numbers
    stands: Numbers
    manager: Numbers
    held: Mask
    held_grids: frozenset[str] = frozenset()
    assigned: Mask = None  # type: ignore[assignment]  # None: nobody's
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.assigned is None:
            object.__setattr__(self, "assigned", np.zeros(len(self.grid), dtype=bool))
        for array in (
            self.grid,
            self.center,
            self.stands,
            self.manager,
            self.held,
            self.assigned,
        ):
            array.flags.writeable = False

    @property
    def regional(self) -> Mask:
        """``(k,)`` which centers are regional."""
        return np.asarray(self.manager == np.arange(len(self.sites)))

    @property
    def home(self) -> Numbers:
        """``(k,)`` position of the grid each center stands in."""
        return self.grid[self.stands]

    def as_dict(self, district: District) -> dict[str, Any]:
        """Give it as plain values, ready for JSON; :func:`state_from` reads them back."""
        sites = self.sites
        plain = pd.DataFrame(sites.drop(columns="geometry")).astype(object)
        plain = plain.where(plain.notna(), None)
        return {
            "units": [str(unit) for unit in district.units.index],
            "grids": list(self.grids),
            "leads": list(self.leads),
            "names": None if self.names is None else list(self.names),
            "grid": self.grid.tolist(),
            "centers": [
                {"center": str(key), "x": point.x, "y": point.y, **row}
                for key, point, row in zip(
                    sites.index, sites.geometry, plain.to_dict(orient="records"), strict=True
                )
            ],
            "center": self.center.tolist(),
            "manager": self.manager.tolist(),
            "held": np.flatnonzero(self.held).tolist(),
            "held_grids": sorted(self.held_grids),
            "assigned": np.flatnonzero(self.assigned).tolist(),
        }


def state_of(layout: Layout) -> State:
    """
    Take a layout, planned or read back, as what is to be edited.

    Parameters
    ----------
    layout
        With centers; its district's units in their order.

    Returns
    -------
    State
    """
    units = layout.units.loc[layout.district.units.index]
    table = layout.centers
    grids = tuple(map(str, layout.grids.index))
    leads = [lead if isinstance(lead, str) else None for lead in layout.grids.get("lead", ())]
    sites = table.drop(columns=[name for name in DERIVED if name in table])
    sites = sites.assign(
        name=table["name"].astype(object).where(table["name"].notna(), None),
        **{"class": np.where(is_station(table), CLASS, COMMUNITY).astype(object)},
        **{name: table[name].astype(float) for name in ROOM},
    )
    managers = pd.Series(table["regional_center"], dtype=object)
    names = layout.grids.get("drawn_name")
    return State(
        grids=grids,
        leads=tuple(leads),
        grid=_positions(pd.Index(grids), units["grid"]),
        sites=sites,
        center=_positions(table.index, units["center"]),
        stands=_positions(units.index, sites["unit"]),
        manager=_positions(table.index, managers),
        held=np.zeros(len(units), dtype=bool),
        names=None if names is None else tuple(map(str, names)),
    )


def _positions(index: pd.Index, values: pd.Series) -> Numbers:
    return np.asarray(index.get_indexer(values.to_numpy(dtype=object)), dtype=np.int64)


def state_from(
    values: Mapping[str, Any], district: District, scenario: Scenario
) -> tuple[State, tuple[Problem, ...]]:
    """
    Read a state back, on the same district or on one that has changed since.

    Units that are new join the grid and the center of the nearest unit there was; those that are
    gone, and leads that are gone, are told.

    Parameters
    ----------
    values
        As :meth:`State.as_dict` gave them.
    district, scenario
        As they are now.

    Returns
    -------
    state, conflicts
    """
    before = pd.Index([str(unit) for unit in values["units"]])
    now = pd.Index([str(unit) for unit in district.units.index])
    at, notes = before.get_indexer(now), []
    gone = before.difference(now)
    if len(gone):
        told = {"rows": list(gone[:SHOWN]), "count": len(gone)}
        notes.append(Problem("edit-units-gone", told))
    fresh = np.flatnonzero(at < 0)
    if len(fresh) and len(fresh) < len(at):
        known = np.flatnonzero(at >= 0)
        places = district.centroids
        at[fresh] = at[known[cKDTree(places[known]).query(places[fresh])[1]]]
        told = {"rows": [str(now[one]) for one in fresh[:SHOWN]], "count": len(fresh)}
        notes.append(Problem("edit-units-new", told))
    leads = [lead if lead in district.hospitals.index else None for lead in values["leads"]]
    lost = [grid for grid, lead, was in zip(values["grids"], leads, values["leads"], strict=True)
            if lead != was]  # fmt: skip
    if lost:
        notes.append(Problem("edit-leads-gone", {"rows": lost}))
    sites = _sites(values["centers"], district, scenario)
    state = State(
        grids=tuple(values["grids"]),
        leads=tuple(leads),
        grid=np.asarray(values["grid"], dtype=np.int64)[at],
        sites=sites,
        center=np.asarray(values["center"], dtype=np.int64)[at],
        stands=_positions(district.units.index, sites["unit"]),
        manager=np.asarray(values["manager"], dtype=np.int64),
        held=_marked(values["held"], len(before))[at],
        held_grids=frozenset(values["held_grids"]),
        assigned=_marked(values["assigned"], len(before))[at],
        names=None if values["names"] is None else tuple(values["names"]),
    )
    return state, tuple(notes)


def _marked(positions: list[int], count: int) -> Mask:
    mask = np.zeros(count, dtype=bool)
    mask[np.asarray(positions, dtype=np.int64)] = True
    return mask


def _sites(rows: list[dict[str, Any]], district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """Put the centers back on the map, each in the unit it stood in, else in the nearest."""
    table = pd.DataFrame(rows, dtype=object).set_index("center")
    points = gpd.points_from_xy(table.pop("x").astype(float), table.pop("y").astype(float))
    sites = gpd.GeoDataFrame(table, geometry=points, crs=district.units.crs)
    for name in ROOM:
        sites[name] = sites[name].astype(float)
    lost = ~sites["unit"].isin(district.units.index).to_numpy()
    if lost.any():
        places = np.column_stack([sites.geometry.x, sites.geometry.y])[lost]
        nearest = cKDTree(district.centroids).query(places)[1]
        sites.loc[lost, "unit"] = district.units.index.to_numpy()[nearest]
    return placed(sites, district, scenario)


def placed(sites: gpd.GeoDataFrame, district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """Say in which street and community each center stands, and how many it may serve."""
    standing = district.units.loc[sites["unit"]]
    sites = sites.assign(
        subdistrict=standing["subdistrict"].to_numpy(dtype=object),
        community=standing["community"].to_numpy(dtype=object),
    )
    return with_band(sites, district, scenario)
