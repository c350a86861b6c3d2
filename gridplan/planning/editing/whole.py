"""What was edited as a whole plan: laid out, judged and proven like a drawing, ready to write."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from gridplan.errors import Problem
from gridplan.planning.centers.centers import Centers, centers_of
from gridplan.planning.checks.checks import check
from gridplan.planning.checks.policy_files import policy_files
from gridplan.planning.duty.cells import Cells
from gridplan.planning.duty.nearest import Walks
from gridplan.planning.duty.reading import keeps_to_own
from gridplan.planning.editing.edited import Edited
from gridplan.planning.editing.laid.state import State
from gridplan.planning.editing.rest import enlarged
from gridplan.planning.grids.drawing import Drawing
from gridplan.planning.grids.drawn_grids import certificate_of_drawing
from gridplan.planning.grids.grids import Grids
from gridplan.planning.grids.wishes import COLUMNS, unasked_wish, wish_notes
from gridplan.planning.lay_out import lay_out
from gridplan.planning.layout.certificate import DRAWN, Certificate
from gridplan.planning.layout.layout import Layout
from gridplan.planning.plan import Plan, without_streets
from gridplan.planning.regional.regional import Regional
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.notes import way_notes


def plan_of(edited: Edited) -> Plan:
    """
    Make a whole plan of what was edited.

    Its certificates claim no optimum: they tell what it comes to, and that a person drew it.

    Parameters
    ----------
    edited
        After edits.

    Returns
    -------
    Plan
    """
    ground, state = edited.ground, edited.state
    district, scenario = ground.district, ground.scenario
    centers = _centers(edited)
    layout, proofs = layout_of(edited)
    outcomes = _outcomes(edited)
    if len(outcomes):
        wishes = pd.concat([layout.wishes, outcomes], ignore_index=True)
        layout = dataclasses.replace(layout, wishes=wishes)
    grids = _grids(edited) if state.grids else None
    return Plan(
        district=district,
        scenario=_decided(edited),
        layout=layout,
        findings=check(layout, ground.rules, scenario, assessment=ground.assessment),
        certificates=proofs,
        notes=(
            Problem("plan-edited"),
            *ground.ways.notes,
            *centers.notes,
            *without_streets(district, scenario),
            *way_notes(ground.journeys, layout.centers),
            *wish_notes(district, grids, layout.wishes),
        ),
        policy_files=policy_files(scenario, district.folder, ground.rules, {}),
    )


def layout_of(edited: Edited) -> tuple[Layout, dict[str, Certificate]]:
    """Lay a state out from the beginning, as a plan is: what quick figures are held against."""
    ground, state = edited.ground, edited.state
    centers, regional = _centers(edited), _regional(edited)
    grids = _grids(edited) if state.grids else None
    layout = lay_out(ground.district, ground.scenario, grids, centers, regional)
    parts = {"grids": grids, "centers": centers, "regional": regional}
    return layout, {key: part.certificate for key, part in parts.items() if part is not None}


def _index(state: State) -> pd.Index:
    return pd.Index(state.grids, name="grid", dtype=object)


def _grids(edited: Edited) -> Grids:
    ground, state = edited.ground, edited.state
    columns = edited.live.columns
    leads = pd.Series(state.leads, _index(state), dtype=object, name="lead")
    names = state.names or state.grids
    drawing = Drawing(
        grid=columns["grid"],
        leads=leads,
        names=pd.Series(names, _index(state), dtype=object, name="drawn_name"),
    )
    way = ground.ways.to_leads(columns["grid"], leads)
    proof = certificate_of_drawing(ground.district, ground.scenario, drawing, ground.ways, way)
    return Grids(
        grid=columns["grid"],
        leads=leads,
        minutes_to_lead=pd.Series(
            way / ground.scenario.drive_metres_per_minute,
            ground.district.units.index,
            name="minutes_to_lead",
        ),
        certificate=proof,
        notes=(),
        names=None if state.names is None else drawing.names,
    )


def _drawn(edited: Edited, objective: float) -> Certificate:
    """Tell what a choice by hand comes to; nobody bounded it."""
    told = edited.ground.journeys.walk_told
    return Certificate(
        status=DRAWN,
        objective=objective,
        bound=None,
        gap=None,
        seconds=0.0,
        seed=edited.ground.scenario.seed,
        method=DRAWN,
        unit=f"person-metres-{told}" if told else "person-metres",
        ended_by=DRAWN,
    )


def _centers(edited: Edited) -> Centers:
    """Label who goes where as planned centers are, with the notes that go with that."""
    ground, state, columns = edited.ground, edited.state, edited.live.columns
    district, scenario = ground.district, ground.scenario
    sites = edited.centers.drop(columns=["regional_center", "population", "mean_metres"])
    every = np.arange(len(sites))
    metres = columns["metres_to_center"].to_numpy(dtype=float)
    proof = _drawn(edited, float((ground.people * metres).sum()))
    centers = centers_of(state.center, every, district, scenario, sites, proof)
    if keeps_to_own(district, scenario):  # what one's own street is rests on more than is kept
        return centers
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    unit_grid = np.maximum(state.grid, 0)
    cells = Cells(unit_grid, unit_grid[state.stands], None, None, np.ones(len(sites), dtype=bool))
    walks = Walks(ground.journeys, cells, places, sites, every, state.center, metres)
    return dataclasses.replace(centers, notes=(*centers.notes, *walks.notes()))


def _decided(edited: Edited) -> Scenario:
    """Give the scenario with what edits decided: which centers are closed, where others stand."""
    ground, state = edited.ground, edited.state
    sites, today = state.sites, ground.district.centers
    new = sites[(sites["status"] == "new").to_numpy()]
    closed = [str(key) for key in today.index if key not in sites.index]
    changes: dict[str, Any] = {
        "grids": len(state.grids),
        "close": list(dict.fromkeys([*ground.scenario.close, *closed])),
        "open_at": {str(key): str(unit) for key, unit in new["unit"].items()},
        "enlarge": {**dict(ground.scenario.enlarge), **enlarged(edited)},
        "centers": len(sites),
    }
    return dataclasses.replace(ground.scenario, **changes)


def _regional(edited: Edited) -> Regional | None:
    if not edited.state.regional.any():
        return None
    table, state = edited.centers, edited.state
    manager = table["regional_center"].rename("regional_center")
    load = table["population"].to_numpy(dtype=float)
    places = np.column_stack([table.geometry.x, table.geometry.y])
    cost = 0.0
    for at in np.flatnonzero(state.manager >= 0):
        over = places[[state.manager[at]]]
        apart = edited.ground.journeys.walked_between(places[[at]], over)[0, 0]
        cost += load[at] * round(float(apart))
    return Regional(regional_center=manager, certificate=_drawn(edited, cost), notes=())


def _outcomes(edited: Edited) -> pd.DataFrame:
    wishes = edited.ground.district.agreements.wishes
    if not edited.state.grids:
        return pd.DataFrame(columns=list(COLUMNS))
    grids = _grids(edited)
    rows = [unasked_wish(edited.ground.district, grids, wish) for wish in wishes]
    return pd.DataFrame(rows, columns=list(COLUMNS))
