"""Edits of units: moved to a grid, locked, given to a center."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.errors import ShapelyError

from gridplan.district.geometry.crs import WGS84
from gridplan.errors import Problem
from gridplan.planning.editing.laid.ground import Ground
from gridplan.planning.editing.laid.state import Numbers, State
from gridplan.planning.editing.step import Does, Step, refused, served, told_units, units_at


def _move(ground: Ground, state: State, at: Numbers, grid: str) -> Step:
    """Move units that are not locked to a grid."""
    if grid not in state.grids:
        return refused(state, "edit-grid-gone", grid=grid, grids=list(state.grids))
    if grid in state.held_grids:
        return refused(state, "edit-grid-held", grid=grid)
    target = state.grids.index(grid)
    there = at[state.grid[at] == target]
    rest = at[state.grid[at] != target]
    locked = [state.grids.index(name) for name in state.held_grids]
    stay = state.held[rest] | np.isin(state.grid[rest], locked)
    notes = (*told_units(ground, "edit-units-there", there, grid=grid),
             *told_units(ground, "edit-units-held", rest[stay]))  # fmt: skip
    moving = rest[~stay]
    if not len(moving):
        return Step(state, notes)
    changed = state.grid.copy()
    changed[moving] = target
    empty = np.flatnonzero(np.bincount(changed, minlength=len(state.grids)) == 0)
    if len(empty):
        return refused(state, "edit-grid-empty", grid=state.grids[int(empty[0])])
    moved = dataclasses.replace(state, grid=changed)
    return Step(served(ground, state, moved, moving), notes)


def move_units(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Move units by name."""
    at, notes = units_at(ground, values["units"])
    found = _move(ground, state, at, values["grid"])
    return dataclasses.replace(found, conflicts=(*notes, *found.conflicts))


def _move_parent(level: str) -> Does:
    def does(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
        inside = (ground.district.units[level] == values[level]).to_numpy()
        if not inside.any():
            return refused(state, "edit-place-gone", place=values[level])
        return _move(ground, state, np.flatnonzero(inside), values["grid"])

    return does


def move_area(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Move the units whose middle lies in a polygon."""
    try:
        area = shapely.make_valid(shapely.Polygon(values["area"]))
        placed = gpd.GeoSeries([area], crs=WGS84).to_crs(ground.district.units.crs).iloc[0]
        x, y = ground.district.centroids.T
        at = np.flatnonzero(shapely.contains_xy(placed, x, y))
    except (ShapelyError, ValueError):
        at = np.array([], dtype=np.int64)
    if not len(at):
        return refused(state, "edit-area-empty")
    return _move(ground, state, at, values["grid"])


def hold_units(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Lock units to their grid, or let them go."""
    at, notes = units_at(ground, values["units"])
    held = state.held.copy()
    held[at] = values["held"]
    if (held == state.held).all():
        return Step(state, notes or (Problem("edit-nothing"),))
    return Step(dataclasses.replace(state, held=held), notes)


def hold_grid(_ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Lock a grid, or let it go."""
    grid = values["grid"]
    if grid not in state.grids:
        return refused(state, "edit-grid-gone", grid=grid, grids=list(state.grids))
    if (grid in state.held_grids) == values["held"]:
        return refused(state, "edit-nothing")
    return Step(dataclasses.replace(state, held_grids=state.held_grids ^ {grid}))


def assign_units(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Let a center serve units of its grid."""
    at, notes = units_at(ground, values["units"])
    center = values["center"]
    if center not in state.sites.index:
        return Step(state, (*notes, Problem("edit-center-gone", {"center": center})))
    target = state.sites.index.get_loc(center)
    home = state.home[target]
    other = at[state.grid[at] != home]
    rest = at[state.grid[at] == home]
    there = rest[(state.center[rest] == target) & state.assigned[rest]]
    moving = np.setdiff1d(rest, there)
    notes = (*notes, *told_units(ground, "edit-other-grid", other, center=center),
             *told_units(ground, "edit-units-assigned", there, center=center))  # fmt: skip
    if not len(moving):
        return Step(state, notes)
    changed, assigned = state.center.copy(), state.assigned.copy()
    changed[moving], assigned[moving] = target, True
    return Step(dataclasses.replace(state, center=changed, assigned=assigned), notes)


def set_lead(ground: Ground, state: State, values: Mapping[str, Any]) -> Step:
    """Let a hospital lead a grid."""
    grid, lead = values["grid"], values["lead"]
    if grid not in state.grids:
        return refused(state, "edit-grid-gone", grid=grid, grids=list(state.grids))
    if lead not in ground.district.hospitals.index:
        return refused(state, "edit-lead-gone", lead=lead)
    at = state.grids.index(grid)
    if state.leads[at] == lead:
        return refused(state, "edit-nothing")
    if lead in state.leads:
        return refused(state, "edit-lead-taken", lead=lead,
                       grid=state.grids[state.leads.index(lead)])  # fmt: skip
    leads = tuple(lead if n == at else old for n, old in enumerate(state.leads))
    return Step(dataclasses.replace(state, leads=leads))


DOES: dict[str, Does] = {
    "move-units": move_units,
    "move-community": _move_parent("community"),
    "move-street": _move_parent("subdistrict"),
    "move-area": move_area,
    "hold-units": hold_units,
    "hold-grid": hold_grid,
    "assign-units": assign_units,
    "set-lead": set_lead,
}
"""What each edit of units and grids does."""
