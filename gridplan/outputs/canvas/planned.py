"""The canvas of a plan: every layer of its map, each by a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def plan_canvas(plan: Plan, lang: str) -> Canvas:
    """
    Give the layers of a plan's map.

    Parameters
    ----------
    plan
        A finished plan.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Canvas
        Layers ``residents``, ``service``, ``reach``, ``isochrones``, ``roads``, ``streets``,
        ``grids``, ``outline``, ``links``, ``outside``, ``stations``, ``centers``, ``hospitals``, as
        far as the plan has them.
    """
    store = unit_store(plan, lang)
    units = plan.district.units
    gridless = not len(plan.layout.grids)
    return canvas_of(
        units,
        store,
        [
            ("residents", residents_layer(units, store, lang, show=False)),
            ("service", service_layer(plan, store, lang, show=gridless)),
            ("reach", reach_layer(plan, lang)),
            ("isochrones", isochrone_layer(plan, lang)),
            ("roads", road_layer(plan, lang)),
            ("streets", street_layer(plan, lang)),
            ("grids", grid_layer(plan, lang)),
            ("outline", outline_layer(plan, lang)),
            ("links", link_layer(plan, lang)),
            ("outside", outside_layer(plan, lang)),
            ("stations", station_layer(plan, lang)),
            ("centers", center_layer(plan, lang)),
            ("hospitals", hospital_layer(plan, lang)),
        ],
    )
