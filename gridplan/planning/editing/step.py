"""What an edit finds and does: the state after it, and whatever of it could not be done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.errors import SHOWN, Problem
from gridplan.planning.editing.laid.ground import Ground
from gridplan.planning.editing.laid.state import Numbers, State


@dataclass(frozen=True, eq=False)
class Step:
    """
    The state after an edit.

    Parameters
    ----------
    state
        The same object where nothing could be done.
    conflicts
        What could not be done, as data; the rest was.
    """

    state: State
    conflicts: tuple[Problem, ...] = ()


Does = Callable[[Ground, State, Mapping[str, Any]], Step]


def refused(state: State, code: str, **values: object) -> Step:
    """Leave the state as it is, and say why."""
    return Step(state, (Problem(code, values),))


def units_at(ground: Ground, names: Sequence[str]) -> tuple[Numbers, tuple[Problem, ...]]:
    """Find units by name; those that are gone are told."""
    at = np.unique(ground.district.units.index.get_indexer(list(names)))
    gone = [name for name in names if name not in ground.district.units.index]
    notes = (Problem("edit-units-gone", {"rows": gone[:SHOWN], "count": len(gone)}),)
    return at[at >= 0], notes if gone else ()


def told_units(ground: Ground, code: str, at: Numbers, **values: object) -> tuple[Problem, ...]:
    """Tell units that an edit leaves out; nothing for none."""
    rows = [str(unit) for unit in ground.district.units.index[at[:SHOWN]]]
    return (Problem(code, {"rows": rows, "count": len(at), **values}),) if len(at) else ()


def served(ground: Ground, before: State, state: State, moved: Numbers) -> State:
    """
    Let everyone be served within their grid after units or centers have moved.

    A unit whose center is not in its own grid any more goes to the nearest center that is; where
    its grid has none it stays. A center whose regional center is not in its grid any more goes
    under the nearest that is, of its street before others.

    Parameters
    ----------
    ground
        The district.
    before, state
        What was, and what is.
    moved
        Units to be looked at in any case.
    """
    standing, was = state.home, before.home
    shifted = np.flatnonzero(standing[: len(was)] != was[: len(standing)])
    mask = np.isin(state.center, shifted) if len(shifted) else np.zeros(len(state.grid), bool)
    mask[moved] = True
    mask &= standing[state.center] != state.grid
    center, assigned = state.center, state.assigned
    if mask.any():
        center, assigned = center.copy(), assigned.copy()
        for grid in np.unique(state.grid[mask]):
            sites = np.flatnonzero(standing == grid)
            units = np.flatnonzero(mask & (state.grid == grid))
            if len(sites):
                metres = ground.to_sites(state, sites, units)
                center[units] = sites[metres.argmin(axis=1)]
        assigned[mask] = False
    state = dataclasses.replace(state, center=center, assigned=assigned)
    own = state.manager
    far = np.flatnonzero((own >= 0) & (standing[own] != standing))
    return managed(ground, state, far) if len(far) else state


def managed(ground: Ground, state: State, centers: Numbers) -> State:
    """
    Put centers under the nearest regional center: of their grid and street, of their grid, of all.

    A center that is regional manages itself; where there is no regional center, nobody does.
    """
    sites = state.sites
    regional = np.flatnonzero(state.regional)
    manager = state.manager.copy()
    standing = state.home
    street = sites["subdistrict"].to_numpy(dtype=object)
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    for at in centers:
        if manager[at] == at:
            continue
        here = regional[standing[regional] == standing[at]]
        near = here[street[here] == street[at]] if street[at] is not None else here
        among = near if len(near) else here if len(here) else regional
        if not len(among):
            manager[at] = -1
            continue
        apart = ground.journeys.walked_between(places[[at]], places[among])[0]
        manager[at] = among[int(np.argmin(apart))]
    return dataclasses.replace(state, manager=manager)
