"""The plan as a map: one page that opens without internet, in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from folium.map import Layer, LayerControl

from gridplan.outputs.drawing.legend import Frame, Legend, LegendPart, Sources, Title, Tools
from gridplan.outputs.drawing.offline import ComparisonMap, PlanMap
from gridplan.outputs.drawing.shapes import ShapeLayer
from gridplan.outputs.map.areas import area_layer
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
from gridplan.outputs.map.units import residents_layer, service_layer, unit_store
from gridplan.outputs.tables.summary import label_banner
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.names import word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import layer_trust
from gridplan.text import say
from gridplan.text.language import in_language

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

# No tiles, no server: what the map shows is in it. Quarter steps let the district fill the page.
MAP_OPTIONS: dict[str, Any] = {
    "tiles": None,
    "zoom_snap": 0.25,
    "zoom_delta": 0.5,
    "attribution_control": False,
}


def write(telling: Telling, path: Path) -> None:
    """Write :func:`plan_map` as one page that opens without internet."""
    plan_map(telling.plan, telling.lang).save(path)


def plan_map(plan: Plan, lang: str) -> PlanMap:
    """
    Draw a plan.

    Parameters
    ----------
    plan
        A finished plan.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    drawn
        A folium map: residents and service areas by unit, streets, grids, 1+N, centers and
        hospitals, roads, how far walks to centers reach, each a layer that can be switched.
        ``save`` writes one page that makes no request; a notebook shows the same page.
    """
    west, south, east, north = bounds_of(plan)
    drawn = PlanMap(location=[(south + north) / 2, (west + east) / 2], **MAP_OPTIONS)
    draw_plan(drawn, Telling(plan, lang))
    drawn.lang = lang
    drawn.page_title = plain(_title(Telling(plan, lang)))
    return drawn


def comparison_map(plan_a: Plan, plan_b: Plan, lang: str) -> ComparisonMap:
    """
    Draw two plans side by side; moving one map moves the other.

    Parameters
    ----------
    plan_a, plan_b
        Left and right; as a rule of one district.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    drawn
        A folium dual map with ``save`` and notebook view as :func:`plan_map` has them.
    """
    west, south, east, north = bounds_of(plan_a)
    drawn = ComparisonMap(location=[(south + north) / 2, (west + east) / 2], **MAP_OPTIONS)
    for half, plan in ((drawn.m1, plan_a), (drawn.m2, plan_b)):
        draw_plan(half, Telling(plan, lang), half=True)
    drawn.lang = lang
    drawn.page_title = plain(f"{say('maps.compare', lang)}: {_title(Telling(plan_a, lang))}")
    return drawn


def draw_plan(
    drawn: folium.Map,
    telling: Telling,
    *,
    half: bool = False,
    title: str = "",
    more: Sequence[tuple[Layer, LegendPart]] = (),
) -> None:
    """
    Put every layer of a plan on a map.

    Parameters
    ----------
    drawn
        The map; filled in place.
    telling
        The plan, and its language.
    half
        Whether it shares the page with another.
    title
        What to call the plan instead of its scenario's name.
    more
        Layers above its areas and below its symbols, each with its part of the legend.
    """
    plan = telling.plan
    store = unit_store(telling)
    drawn.add_child(store)
    gridless = not len(plan.layout.grids)
    made: list[tuple[Layer, LegendPart] | None] = [
        residents_layer(plan.district.units, store, telling.lang, show=False),
        service_layer(telling, store, show=gridless),
        reach_layer(telling),
        isochrone_layer(telling),
        area_layer(telling),
        road_layer(telling),
        barrier_layer(telling),
        # Streets below grids: where both run, the grid's outline is the one to see.
        street_layer(telling),
        grid_layer(telling),
        outline_layer(telling),
        *more,
        link_layer(telling),
        outside_layer(telling),
        station_layer(telling),
        center_layer(telling),
        number_layer(telling),
        hospital_layer(telling),
    ]
    parts = []
    for layer, part in filter(None, made):
        drawn.add_child(layer)
        parts.append(part)
    scenario = title or in_language(plan.scenario, "name", telling.lang)
    heading = Title(
        _title(telling),
        lines=[telling.say("maps.scenario", name=scenario)],
        banner=label_banner(telling),
        mark=telling.say("maps.working-map"),
        half=half,
    )
    drawn.add_child(heading)
    drawn.add_child(Legend(telling.say("maps.legend"), parts, is_open=not half))
    drawn.add_child(Sources(telling.say("maps.sources"), _source_lines(telling)))
    drawn.add_child(LayerControl(collapsed=half, position="topright"))
    if not half:
        shown = [layer for layer, _ in reversed(list(filter(None, made)))]
        named = [layer for layer in shown if isinstance(layer, ShapeLayer)]
        drawn.add_child(Tools({key: telling.say(f"maps.tool-{key}") for key in _TOOLS}, named))
    west, south, east, north = bounds_of(plan)
    drawn.add_child(Frame([[south, west], [north, east]]))


_TOOLS = ("search", "placeholder", "none", "measure", "print", "metres", "kilometres")


def bounds_of(plan: Plan) -> tuple[float, float, float, float]:
    """Give west, south, east and north of the district, degrees."""
    west, south, east, north = plan.district.units.to_crs(LON_LAT).total_bounds
    return float(west), float(south), float(east), float(north)


def _title(telling: Telling) -> str:
    key = "maps.title" if len(telling.plan.layout.grids) else "maps.title-centers"
    return telling.fitting(key, district=telling.names.district)


def _source_lines(telling: Telling) -> list[str]:
    return [
        telling.say(
            "maps.source",
            layer=word("layer", layer.layer, telling.lang),
            label=layer_trust(vars(layer), telling.lang),
            source=layer.source,
        )
        for layer in telling.plan.district.layers
    ]
