"""The canvas of a plan: every layer of its map, each by a name of its own."""

from __future__ import annotations

from folium.map import Layer

from gridplan.outputs.canvas.canvas import Canvas, canvas_of
from gridplan.outputs.canvas.walk import walk_layer
from gridplan.outputs.drawing.cells import CellStore
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.map.barriers import barrier_layer
from gridplan.outputs.map.layers import (
    center_layer,
    grid_layer,
    hospital_layer,
    link_layer,
    outline_layer,
    street_layer,
)
from gridplan.outputs.map.numbers import number_layer
from gridplan.outputs.map.outside import outside_layer
from gridplan.outputs.map.reach import isochrone_layer, reach_layer, road_layer
from gridplan.outputs.map.stations import station_layer
from gridplan.outputs.map.units import (
    elders_layer,
    residents_layer,
    service_layer,
    unit_store,
)
from gridplan.outputs.words.manner import COUNTY
from gridplan.outputs.words.telling import Telling
from gridplan.planning.measures.access import walked_minutes
from gridplan.planning.ways.nearest import TO_CENTER


def plan_canvas(telling: Telling) -> Canvas:
    """
    Give the layers of a plan's map.

    Parameters
    ----------
    telling
        A finished plan and its language.

    Returns
    -------
    Canvas
        Layers ``residents``, ``elders``, ``walk``, ``service``, ``reach``, ``isochrones``,
        ``roads``, ``barriers``, ``streets``, ``grids``, ``outline``, ``links``, ``outside``,
        ``stations``, ``centers``, ``hospitals``, ``numbers``, as far as the plan has them.
    """
    plan, store = telling.plan, unit_store(telling)
    units = plan.district.units
    gridless = not len(plan.layout.grids)
    return canvas_of(
        units,
        store,
        [
            ("residents", residents_layer(units, store, telling.lang, show=False)),
            ("elders", elders_layer(units, store, telling.lang)),
            ("walk", _walk(telling, store)),
            ("service", service_layer(telling, store, show=gridless)),
            ("reach", reach_layer(telling)),
            ("isochrones", isochrone_layer(telling)),
            ("roads", road_layer(telling)),
            ("barriers", barrier_layer(telling)),
            ("streets", street_layer(telling)),
            ("grids", grid_layer(telling)),
            ("outline", outline_layer(telling)),
            ("links", link_layer(telling)),
            ("outside", outside_layer(telling)),
            ("stations", station_layer(telling)),
            ("centers", center_layer(telling)),
            ("hospitals", hospital_layer(telling)),
            ("numbers", number_layer(telling)),
        ],
        parents=True,
        setting=(telling.lang, COUNTY if telling.manner == COUNTY else ""),
    )


def _walk(telling: Telling, store: CellStore) -> tuple[Layer, LegendPart] | None:
    """Colour the units by the walk to the nearest of the plan's centers; None without any."""
    plan = telling.plan
    if not len(plan.layout.centers):
        return None
    minutes = walked_minutes(plan.layout, plan.scenario, TO_CENTER)
    limit = plan.scenario.center_max_minutes
    return walk_layer(plan.district.units, store, minutes, limit, telling.lang)
