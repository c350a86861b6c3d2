"""What is drawn on the sheets that colour every unit: residents, 65+, walks to a center."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.outputs.style.palette import NOBODY, OUTLINE, REACH, RESIDENTS
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.nearest import TO_CENTER

if TYPE_CHECKING:
    from gridplan.outputs.paper.canvas import Canvas
    from gridplan.planning.plan import Plan

_STEPS = (0, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000)
"""Residents a square kilometre at which a colour begins."""

_STEPS_65 = (0, 50, 100, 200, 400, 800, 1_600)
BEYOND = "#e7d4e8"
"""Of where nobody reaches a center within the walk."""


def density(canvas: Canvas, people: NDArray[np.float64], *, old: bool = False) -> None:
    """Colour units by residents a square kilometre."""
    district = canvas.plan.district
    shapes = np.asarray(district.units.geometry.array)
    dense = people / (shapely.area(shapes) / 1e6)
    steps = _STEPS_65 if old else _STEPS
    # Nobody lives there: below every class.
    part = np.where(people > 0, np.digitize(dense, steps) - 1, -1)
    _classes(canvas, shapes, part, [NOBODY, *RESIDENTS], first=-1)
    canvas.explain("fill", NOBODY, canvas.telling.say("report.atlas-nobody"))
    for at, colour in enumerate(RESIDENTS):
        least = f"{steps[at]:,}"
        key = "atlas-class-last" if at == len(steps) - 1 else "atlas-class"
        most = "" if at == len(steps) - 1 else f"{steps[at + 1]:,}"
        told = canvas.telling.say(f"report.{key}", least=least, most=most)
        canvas.explain("fill", colour, told)


def walks(canvas: Canvas, minutes: NDArray[np.float64]) -> None:
    """Colour units by the walk to the nearest center, where somebody lives."""
    scenario = canvas.plan.scenario
    people = canvas.plan.district.units["population"].to_numpy(dtype=float)
    limit = scenario.center_max_minutes
    steps = [limit / 3, 2 * limit / 3, limit]
    part = np.digitize(np.nan_to_num(minutes, nan=np.inf), steps, right=True)
    part = np.where(people > 0, part, -1)
    shapes = np.asarray(canvas.plan.district.units.geometry.array)
    colours = ["#f2f2f2", *REACH, BEYOND]
    _classes(canvas, shapes, part, colours, first=-1)
    for at, (colour, step) in enumerate(zip(REACH, steps, strict=True)):
        told = {
            "least": "0" if not at else f"{steps[at - 1]:g}",
            "minutes": f"{step:g}",
            "share": _percent(canvas, _share(people, part == at)),
        }
        canvas.explain("fill", colour, canvas.telling.say("report.atlas-walk", **told))
    beyond = _percent(canvas, _share(people, part == len(steps)))
    text = canvas.telling.say("report.atlas-walk-beyond", minutes=f"{limit:g}", share=beyond)
    canvas.explain("fill", BEYOND, text)


def _percent(canvas: Canvas, share: float) -> str:
    """Say the share of one class among others, which no bound is held against."""
    return canvas.telling.say("language.percent", number=f"{share:.1f}")


def minutes_to_existing(plan: Plan) -> NDArray[np.float64]:
    """Measure the walk from each unit to the nearest center there is today; NaN where none is."""
    centers = plan.layout.centers
    return _minutes_to(plan, centers[centers["status"] == "existing"])


def minutes_planned(plan: Plan) -> NDArray[np.float64]:
    """Give the walk from each unit to the nearest center of the plan."""
    if TO_CENTER not in plan.layout.units:
        return _minutes_to(plan, plan.layout.centers)
    ways = journeys_of(plan.district, plan.scenario)
    metres = pd.to_numeric(plan.layout.units[TO_CENTER])
    return metres.to_numpy(dtype=float) / ways.walk_metres_per_minute


def _minutes_to(plan: Plan, centers: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Measure the walk to the nearest of some centers, those of neighbouring districts included."""
    outside = plan.district.outside_centers.geometry.centroid
    places = np.array([(at.x, at.y) for at in (*centers.geometry, *outside)]).reshape(-1, 2)
    ways = journeys_of(plan.district, plan.scenario)
    return ways.walked_to_nearest(places) / ways.walk_metres_per_minute


def share_within(plan: Plan, minutes: NDArray[np.float64]) -> float:
    """Give the percent of residents whose walk is within the scenario's."""
    people = plan.district.units["population"].to_numpy(dtype=float)
    return _share(people, np.nan_to_num(minutes, nan=np.inf) <= plan.scenario.center_max_minutes)


def _share(people: NDArray[np.float64], some: NDArray[np.bool_]) -> float:
    return float(100 * people[some].sum() / max(people.sum(), 1.0))


def _classes(
    canvas: Canvas,
    shapes: NDArray[np.object_],
    part: NDArray[np.int64],
    colours: list[str],
    *,
    first: int,
) -> None:
    for at, colour in enumerate(colours, start=first):
        some = part == at
        if some.any():
            whole = shapely.union_all(shapes[some])
            canvas.area(whole, fill=colour, edge="none", width=0.0)
    canvas.area(shapely.union_all(shapes), fill="none", edge=OUTLINE, width=1.0)
