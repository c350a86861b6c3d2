"""The canvas of a plan: every layer of its map, each by a name of its own."""

from __future__ import annotations

from gridplan.outputs.canvas.canvas import Canvas, canvas_of
from gridplan.outputs.map.layers import (
    center_layer,
    grid_layer,
    hospital_layer,
    link_layer,
    outline_layer,
    street_layer,
)
from gridplan.outputs.map.outside import outside_layer
from gridplan.outputs.map.reach import isochrone_layer, reach_layer, road_layer
from gridplan.outputs.map.stations import station_layer
from gridplan.outputs.map.units import residents_layer, service_layer, unit_store
from gridplan.outputs.words.telling import Telling


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
        Layers ``residents``, ``service``, ``reach``, ``isochrones``, ``roads``, ``streets``,
        ``grids``, ``outline``, ``links``, ``outside``, ``stations``, ``centers``, ``hospitals``, as
        far as the plan has them.
    """
    plan, store = telling.plan, unit_store(telling)
    units = plan.district.units
    gridless = not len(plan.layout.grids)
    return canvas_of(
        units,
        store,
        [
            ("residents", residents_layer(units, store, telling.lang, show=False)),
            ("service", service_layer(telling, store, show=gridless)),
            ("reach", reach_layer(telling)),
            ("isochrones", isochrone_layer(telling)),
            ("roads", road_layer(telling)),
            ("streets", street_layer(telling)),
            ("grids", grid_layer(telling)),
            ("outline", outline_layer(telling)),
            ("links", link_layer(telling)),
            ("outside", outside_layer(telling)),
            ("stations", station_layer(telling)),
            ("centers", center_layer(telling)),
            ("hospitals", hospital_layer(telling)),
        ],
    )
