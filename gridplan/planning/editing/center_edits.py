"""Edits of centers: opened, closed, moved, renamed, enlarged, made regional, put under another."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.planning.editing.laid.ground import Ground
from gridplan.planning.editing.laid.state import COMMUNITY, State, placed
from gridplan.planning.editing.step import Does, Step, managed, refused, served
from gridplan.planning.sites.stations import CLASS

_NONE = np.array([], dtype=np.int64)


def open_center(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """
    Open a center in the middle of a unit.

    It takes the units of its grid that are nearer to it than to their own center, the nearest
    first, as long as it has room; those a person gave to a center stay there.
    """
    center, unit = values["center"], values["unit"]
    if center in state.sites.index or center in ground.district.centers.index:
        return refused(state, "edit-center-there", center=center)
    wrong = _wrong_place(ground, state, unit)
    if wrong:
        return refused(state, wrong, unit=unit)
    at = int(ground.district.units.index.get_loc(unit))
    row = {
        "name": values["name"].strip() or None,
        "status": "new",
        "class": COMMUNITY,
        "capacity": np.nan,
    }
    fresh = _row(ground, state, center, at, row)
    sites = _joined(state.sites, fresh)
    own = len(state.sites)
    manager = np.append(state.manager, -1)
    stands = np.append(state.stands, at)
    opened = dataclasses.replace(state, sites=sites, stands=stands, manager=manager)
    if state.regional.any():
        opened = managed(ground, opened, np.array([own]))
    x, y = ground.district.centroids[at]
    metres = ground.walked(x, y)
    present = _present(ground, state, int(state.grid[at]))
    may = (state.grid == state.grid[at]) & ~state.assigned & (metres < present)
    order = np.flatnonzero(may)
    order = order[np.argsort(metres[order], kind="stable")]
    room = float(fresh["capacity_upper"].iloc[0])
    taken = order[np.cumsum(ground.people[order]) <= room]
    changed = state.center.copy()
    changed[taken] = own
    return Step(dataclasses.replace(opened, center=changed))


def _present(ground: Ground, state: State, grid: int) -> np.ndarray:
    """Give the walk of every unit of a grid to its own center."""
    metres = np.zeros(len(state.grid))
    points = state.sites.geometry.to_numpy()
    inside = state.grid == grid
    for at in np.unique(state.center[inside]):
        mine = np.flatnonzero(inside & (state.center == at))
        metres[mine] = ground.walked(points[at].x, points[at].y)[mine]
    return metres


def _wrong_place(ground: Ground, state: State, unit: str) -> str:
    if unit not in ground.district.units.index:
        return "edit-unit-gone"
    return "edit-unit-taken" if unit in set(state.sites["unit"]) else ""


def _row(
    ground: Ground, state: State, center: str, at: int, values: Mapping[str, Any]
) -> gpd.GeoDataFrame:
    """Give one row of centers in the middle of a unit."""
    named = {name: values.get(name) for name in state.sites.columns if name != "geometry"}
    named["unit"] = ground.district.units.index[at]
    row = gpd.GeoDataFrame(
        {name: pd.Series([value], index=[center], dtype=object) for name, value in named.items()},
        geometry=[shapely.Point(*ground.district.centroids[at])],
        crs=ground.district.units.crs,
    )
    row["capacity"] = row["capacity"].astype(float)
    return placed(row, ground.district, ground.scenario)


def _joined(sites: gpd.GeoDataFrame, fresh: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put a row below the others, each column of the type it has."""
    columns = [name for name in sites.columns if name != "geometry"]
    values = {
        name: pd.Series(
            [*sites[name], *fresh[name]],
            dtype=float if name.startswith("capacity") and name != "capacity_label" else object,
        ).to_numpy()
        for name in columns
    }
    index = pd.Index([*sites.index, *fresh.index], name="center", dtype=object)
    points = [*sites.geometry, *fresh.geometry]
    table = pd.DataFrame({name: pd.Series(v, index=index) for name, v in values.items()})
    return gpd.GeoDataFrame(table, geometry=points, crs=sites.crs)


def close_center(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Close a center; whom it served goes to the nearest of the grid, whom it managed likewise."""
    center = values["center"]
    if center not in state.sites.index:
        return refused(state, "edit-center-gone", center=center)
    if len(state.sites) == 1:
        return refused(state, "edit-last-center", center=center)
    at = int(state.sites.index.get_loc(center))
    keep = np.arange(len(state.sites)) != at
    place = np.where(keep, np.cumsum(keep) - 1, -1)
    orphans = np.flatnonzero(state.center == at)
    widowed = place[np.flatnonzero((state.manager == at) & keep)]
    manager = np.where(state.manager >= 0, place[state.manager], -1)[keep]
    center_of = place[state.center]
    sites = state.sites[keep]
    left = dataclasses.replace(state, sites=sites, stands=state.stands[keep], manager=manager)
    standing = left.home
    for grid in np.unique(state.grid[orphans]):
        units = orphans[state.grid[orphans] == grid]
        among = np.flatnonzero(standing == grid)
        among = among if len(among) else np.arange(len(sites))
        metres = ground.to_sites(left, among, units)
        center_of[units] = among[metres.argmin(axis=1)]
    assigned = state.assigned.copy()
    assigned[orphans] = False
    left = dataclasses.replace(left, center=center_of, assigned=assigned)
    return Step(managed(ground, left, widowed) if len(widowed) else left)


def move_center(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Move a center to the middle of another unit; it keeps whom it serves within its grid."""
    center, unit = values["center"], values["unit"]
    if center not in state.sites.index:
        return refused(state, "edit-center-gone", center=center)
    if state.sites.loc[center, "unit"] == unit:
        return refused(state, "edit-nothing")
    wrong = _wrong_place(ground, state, unit)
    if wrong:
        return refused(state, wrong, unit=unit)
    at = int(ground.district.units.index.get_loc(unit))
    points = state.sites.geometry.to_numpy().copy()
    points[int(state.sites.index.get_loc(center))] = shapely.Point(*ground.district.centroids[at])
    units = state.sites["unit"].astype(object).copy()
    units[center] = unit
    sites = state.sites.assign(unit=units).set_geometry(
        gpd.GeoSeries(points, state.sites.index, crs=state.sites.crs)
    )
    stands = state.stands.copy()
    stands[int(state.sites.index.get_loc(center))] = at
    sites = placed(sites, ground.district, ground.scenario)
    moved = dataclasses.replace(state, sites=sites, stands=stands)
    return Step(served(ground, state, moved, _NONE))


def rename_center(_ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Give a center a name; an empty one takes it away."""
    center, name = values["center"], values["name"].strip() or None
    if center not in state.sites.index:
        return refused(state, "edit-center-gone", center=center)
    names = state.sites["name"].astype(object).copy()
    if names[center] == name:
        return refused(state, "edit-nothing")
    names[center] = name
    return Step(dataclasses.replace(state, sites=state.sites.assign(name=names)))


def enlarge_center(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Say how many residents a center holds; nobody moves for it."""
    center, residents = values["center"], float(values["residents"])
    if center not in state.sites.index:
        return refused(state, "edit-center-gone", center=center)
    room = state.sites["capacity"].astype(float).copy()
    if room[center] == residents:
        return refused(state, "edit-nothing")
    room[center] = residents
    sites = placed(state.sites.assign(capacity=room), ground.district, ground.scenario)
    return Step(dataclasses.replace(state, sites=sites))


def set_regional(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """
    Make a center regional, or a community center again.

    A new regional center takes over the centers of its grid and street that are nearer to it than
    to the one that manages them; those of one that is regional no more go to the nearest that is.
    """
    center = values["center"]
    if center not in state.sites.index:
        return refused(state, "edit-center-gone", center=center)
    at = int(state.sites.index.get_loc(center))
    if state.sites["class"].iloc[at] == CLASS:
        return refused(state, "edit-station", center=center)
    if bool(state.regional[at]) == values["regional"]:
        return refused(state, "edit-nothing")
    manager = state.manager.copy()
    if not values["regional"]:
        theirs = np.flatnonzero(manager == at)
        manager[theirs] = -1
        return Step(managed(ground, dataclasses.replace(state, manager=manager), theirs))
    sites, standing = state.sites, state.home
    street = sites["subdistrict"].to_numpy(dtype=object)
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    near = np.flatnonzero((standing == standing[at]) & (street == street[at]) & ~state.regional)
    manager[at] = at
    near = near[near != at]
    bare = near[manager[near] < 0]
    ruled = near[manager[near] >= 0]
    if len(ruled):
        mine = ground.journeys.walked_between(places[ruled], places[[at]])[:, 0]
        theirs = np.array([
            ground.journeys.walked_between(places[[one]], places[[manager[one]]])[0, 0]
            for one in ruled
        ])  # fmt: skip
        manager[ruled[mine < theirs]] = at
    manager[bare] = at
    return Step(dataclasses.replace(state, manager=manager))


def manage(_ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Put a center under a regional center of its grid."""
    center, by = values["center"], values["by"]
    for name in (center, by):
        if name not in state.sites.index:
            return refused(state, "edit-center-gone", center=name)
    at, over = (int(state.sites.index.get_loc(name)) for name in (center, by))
    if not state.regional[over] or state.regional[at]:
        return refused(state, "edit-not-regional", center=center, by=by)
    standing = state.home
    if standing[at] != standing[over]:
        return refused(state, "edit-managed-outside", center=center, by=by)
    if state.manager[at] == over:
        return refused(state, "edit-nothing")
    manager = state.manager.copy()
    manager[at] = over
    return Step(dataclasses.replace(state, manager=manager))


DOES: dict[str, Does] = {
    "open-center": open_center,
    "close-center": close_center,
    "move-center": move_center,
    "rename-center": rename_center,
    "enlarge-center": enlarge_center,
    "set-regional": set_regional,
    "manage": manage,
}
"""What each edit of centers does."""
