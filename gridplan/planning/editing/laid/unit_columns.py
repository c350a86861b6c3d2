"""Columns of the units: their grid and center and the ways there, new where an edit touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.planning.editing.laid.ground import Ground, Metres
from gridplan.planning.editing.laid.state import State
from gridplan.planning.ways.nearest import TO_CENTER, TO_POINT, nearest_metres


def _ids(names: tuple[Any, ...], at: np.ndarray, index: pd.Index) -> pd.Series:
    """Name positions; None for -1. Kept as codes, so that comparing 16,000 names is one step."""
    known = pd.Index(names, dtype=object)
    return pd.Series(pd.Categorical.from_codes(at, categories=known, validate=False), index)


def unit_columns(
    ground: Ground, state: State, old: State | None, known: Mapping[str, pd.Series]
) -> dict[str, pd.Series]:
    """
    Give the columns of the units by name, each the earlier one where nothing it rests on changed.

    Parameters
    ----------
    ground, state
        The district and who belongs where.
    old
        The state before; None for the first one.
    known
        Columns of ``old``; empty for the first one.

    Returns
    -------
    columns
        Names of grid, lead and centers, metres and minutes to them; indexed as the units are.
    """
    index = ground.district.units.index
    if old is None:
        street = ground.district.subdistricts.index
        found = {"subdistrict": _ids(tuple(street), ground.street, index)}
        if not len(street):
            found = {"subdistrict": ground.district.units["subdistrict"]}
    else:
        found = dict(known)
    if old is None or state.grid is not old.grid:
        found["grid"] = _ids(state.grids, state.grid, index)
    if old is None or state.grid is not old.grid or state.leads != old.leads:
        found["lead"] = _leads(state, index)
        found["minutes_to_lead"] = pd.Series(_minutes(ground, state), index)
    if old is None or state.center is not old.center or state.sites is not old.sites:
        stayed = _stayed(state, old)
        metres = _to_center(ground, state, known, stayed)
        if old is None or not stayed.all():
            found["center"] = _ids(tuple(state.sites.index), state.center, index)
            found["metres_to_center"] = pd.Series(metres, index)
            pace = ground.journeys.walk_metres_per_minute
            found["minutes_to_center"] = pd.Series(metres / pace, index)
    if old is None or any(
        getattr(state, name) is not getattr(old, name) for name in ("center", "sites", "manager")
    ):
        manager = np.append(state.manager, -1)[state.center]
        found["regional_center"] = _ids(tuple(state.sites.index), manager, index)
    if old is None or not _same_places(state, old):
        for name, way in _nearest(ground, state).items():
            found[name] = pd.Series(way, index)
    return found


def _leads(state: State, index: pd.Index) -> pd.Series:
    known = tuple(dict.fromkeys(lead for lead in state.leads if lead is not None))
    codes = [known.index(lead) if lead is not None else -1 for lead in state.leads]
    return _ids(known, np.array([*codes, -1])[state.grid], index)


def _stayed(state: State, old: State | None) -> np.ndarray:
    """Mark the units whose center is the one they had, where it was."""
    if old is None:
        return np.zeros(len(state.grid), dtype=bool)
    place = old.sites.index.get_indexer(state.sites.index)
    one, other = state.sites.geometry.to_numpy(), old.sites.geometry.to_numpy()
    there = np.array([at >= 0 and point == other[at] for at, point in zip(place, one, strict=True)])
    return np.asarray((place[state.center] == old.center) & there[state.center])


def _minutes(ground: Ground, state: State) -> Metres:
    """Give the drive of every unit to the lead of its grid."""
    ways = ground.ways
    if not ways.metres.shape[1] or not state.grids:
        return np.full(len(state.grid), np.nan)
    lead = ways.hospitals.get_indexer(pd.Index(state.leads, dtype=object))
    column = np.append(lead, -1)[state.grid]
    metres = ways.metres[np.arange(len(column)), column]
    return np.where(column >= 0, metres, np.nan) / ground.scenario.drive_metres_per_minute


def _to_center(
    ground: Ground, state: State, known: Mapping[str, pd.Series], stayed: np.ndarray
) -> Metres:
    """Give the walk of every unit to its own center; of those who stay it is known."""
    points = state.sites.geometry.to_numpy()
    metres = np.zeros(len(state.grid))
    if known:
        metres = known["metres_to_center"].to_numpy().copy()
    todo = np.flatnonzero(~stayed)
    for at in np.unique(state.center[todo]):
        mine = todo[state.center[todo] == at]
        metres[mine] = ground.walked(points[at].x, points[at].y)[mine]
    return metres


def _same_places(state: State, old: State) -> bool:
    """Whether centers stand where they stood."""
    if state.sites is old.sites:
        return True
    if len(state.sites) != len(old.sites):
        return False
    one, other = state.sites.geometry.to_numpy(), old.sites.geometry.to_numpy()
    return all(a is b or a == b for a, b in zip(one, other, strict=True))


def _nearest(ground: Ground, state: State) -> dict[str, Metres]:
    """Give the walk of every unit to the nearest center, and to the nearest medical point."""
    if not ground.others:
        none = state.sites.iloc[:0]
        table = nearest_metres(ground.journeys, none)
        ground.others.update({name: table[name].to_numpy(dtype=float) for name in table})
    own = np.minimum.reduce([ground.walked(point.x, point.y) for point in state.sites.geometry])
    near = np.fmin(own, ground.others[TO_CENTER])
    return {TO_CENTER: near, TO_POINT: np.fmin(near, ground.others[TO_POINT])}
