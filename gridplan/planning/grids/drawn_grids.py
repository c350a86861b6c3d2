"""The grids of a drawing, measured: ways to the leads, and a certificate that claims no optimum."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.budget import now
from gridplan.optimise.outcome import relative_gap
from gridplan.planning.grids.drawing import Drawing, Drawn, drawing_of
from gridplan.planning.grids.grids import Grids
from gridplan.planning.grids.wishes import COLUMNS, WishedGrids, unasked_wish
from gridplan.planning.layout.certificate import DRAWN, Certificate
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.ways import Ways, ways_of


def plan_drawn_grids(district: District, scenario: Scenario, drawn: Drawn) -> WishedGrids:
    """
    Take a drawing as the grids of a plan: nothing is moved, whatever it breaks.

    Parameters
    ----------
    district, scenario, drawn
        As for :func:`gridplan.planning.grids.drawing.drawing_of`.

    Returns
    -------
    wished
        A wish is kept where the drawing keeps it.

    Raises
    ------
    InputError
        As :func:`gridplan.planning.grids.drawing.drawing_of`.
    """
    began = now()
    ways = ways_of(district, scenario)
    drawing = drawing_of(district, scenario, drawn, metres=ways.metres)
    way = ways.to_leads(drawing.grid, drawing.leads)
    proof = dataclasses.replace(
        certificate_of_drawing(district, scenario, drawing, ways, way),
        seconds=now() - began,
    )
    grids = Grids(
        grid=drawing.grid,
        leads=drawing.leads,
        minutes_to_lead=pd.Series(
            way / scenario.drive_metres_per_minute, district.units.index, name="minutes_to_lead"
        ),
        certificate=proof,
        notes=(
            Problem("grids-drawn", {"count": len(drawing.leads)}),
            *drawing.notes,
            *ways.notes,
        ),
        names=drawing.names,
    )
    rows = [unasked_wish(district, grids, wish) for wish in district.agreements.wishes]
    return WishedGrids(grids=grids, outcomes=pd.DataFrame(rows, columns=list(COLUMNS)), held={})


def certificate_of_drawing(
    district: District, scenario: Scenario, drawing: Drawing, ways: Ways, way: np.ndarray
) -> Certificate:
    """
    Say what travel to its leads the drawing comes to, and the least that any grids could have.

    No optimum is claimed. The bound sends everyone to the nearest hospital that may lead, without
    any balance; it is left out where some grid has no lead of its own that may lead.
    """
    people = district.units["population"].to_numpy(dtype=float)
    told = journeys_of(district, scenario).drive_told
    hospitals = district.hospitals
    may = hospitals["eligible"].astype(bool).to_numpy() if len(hospitals) else np.zeros(0, bool)
    eligible = set(hospitals.index[may])
    objective = float(np.nansum(people * way))
    bound = None
    if all(lead in eligible for lead in drawing.leads) and np.isfinite(way).all():
        bound = float((people * ways.metres[:, may].min(axis=1)).sum())
    return Certificate(
        status=DRAWN,
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        seconds=0.0,
        seed=scenario.seed,
        method=DRAWN,
        unit=f"person-metres-{told}" if told else "person-metres",
        ended_by=DRAWN,
    )
