"""What is held by hand as decisions of a scenario, so that the engine plans the rest anew."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from gridplan.planning.editing.edited import Edited
from gridplan.planning.editing.laid.state import State
from gridplan.planning.scenario.scenario import Scenario


def scenario_of_rest(edited: Edited) -> Scenario:
    """
    Give the scenario under which the rest is planned anew and what is held stays.

    Locked units and the units of locked grids are fixed to their lead; centers that a person opened
    or moved must open where they stand; centers of today that a person closed are closed, those
    that were enlarged have their room. A grid that nobody leads can hold nothing.

    Parameters
    ----------
    edited
        After edits.

    Returns
    -------
    Scenario
        Of the ground, with ``fix``, ``grid_leads``, ``open_at``, ``close`` and ``enlarge`` of the
        edits. The number of centers is that of now where the scenario leaves it open.
    """
    ground, state = edited.ground, edited.state
    scenario, sites = ground.scenario, state.sites
    today = ground.district.centers
    fixed = _fixed(edited)
    kept = [row.plain() for row in scenario.fix]
    stands = {
        str(key): str(unit)
        for key, unit, status in zip(sites.index, sites["unit"], sites["status"], strict=True)
        if status == "new" and _by_hand(str(key), scenario)
    }
    closed = [str(key) for key in today.index if key not in sites.index]
    changes: dict[str, Any] = {
        "fix": [*kept, *fixed],
        "open_at": {**dict(scenario.open_at), **stands},
        "close": list(dict.fromkeys([*scenario.close, *closed])),
        "enlarge": {**dict(scenario.enlarge), **enlarged(edited)},
        "centers": len(sites) if scenario.centers is None else scenario.centers,
    }
    leads = [lead for lead in state.leads if lead is not None]
    if fixed and len(leads) == len(state.grids):
        changes["grid_leads"] = leads
    return dataclasses.replace(scenario, **changes)


def _by_hand(key: str, scenario: Scenario) -> bool:
    """Whether a person opened a center: the engine's own are numbered N001 and on."""
    own = key.startswith("N") and key[1:].isdigit()
    return not own or key in dict(scenario.open_at)


def _fixed(edited: Edited) -> list[dict[str, Any]]:
    state: State = edited.state
    locked = np.isin(state.grid, [state.grids.index(name) for name in state.held_grids])
    held = state.held | locked
    units = edited.ground.district.units.index.to_numpy(dtype=object)
    return [
        {"units": [str(unit) for unit in units[held & (state.grid == at)]], "lead": lead}
        for at, lead in enumerate(state.leads)
        if lead is not None and (held & (state.grid == at)).any()
    ]


def enlarged(edited: Edited) -> dict[str, int]:
    """Give the centers of today that hold more by now than they did."""
    today, sites = edited.ground.district.centers, edited.state.sites
    found = {}
    for key in sites.index:
        if key not in today.index or not np.isfinite(sites.loc[key, "capacity"]):
            continue
        before, now = today.loc[key, "capacity"], float(sites.loc[key, "capacity"])
        if np.isnan(float(before)) or now > float(before):
            found[str(key)] = round(now)
    return found
