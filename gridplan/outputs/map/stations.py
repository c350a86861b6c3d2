"""The village stations on a map, each joined to the center it is under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.map.legend import LegendPart
from gridplan.outputs.map.shapes import ShapeLayer, line, places, symbol
from gridplan.outputs.style.palette import STATION
from gridplan.outputs.tables.tables import stations_table
from gridplan.outputs.words.names import Names, figure, is_missing
from gridplan.outputs.words.trust import trust_tips
from gridplan.planning.ways.journeys import journeys_of
from gridplan.text import say

if TYPE_CHECKING:
    from folium.map import Layer

    from gridplan.planning.plan import Plan


def station_layer(plan: Plan, lang: str) -> tuple[Layer, LegendPart] | None:
    """Draw the stations and a line from each to its center; None where there are none."""
    stations, centers = plan.layout.stations, plan.layout.centers
    if not len(stations) or not len(centers):
        return None
    names = Names.of(plan, lang)
    table = stations_table(plan, lang)
    at = dict(zip(centers.index, places(centers), strict=True))
    style = {"color": STATION, "weight": 1.0, "opacity": 0.6}
    points = places(stations)
    told = journeys_of(plan.district, plan.scenario).walk_told
    way = f"maps.tip-way-{told}" if told else "maps.tip-way"
    shapes = [
        line([at[center], here], style=style)
        for center, here in zip(stations["center"], points, strict=True)
    ]
    shapes += [
        symbol(
            "circle",
            here,
            fill=STATION,
            size=8,
            tip=[
                ("", str(row.name)),
                (say("maps.tip-center", lang), str(row.center_name)),
                (say("maps.tip-residents", lang), figure(row.population, "persons", lang)),
                (say(way, lang), figure(row.metres_to_center, "metres", lang)),
                (
                    say("maps.tip-street", lang),
                    None
                    if is_missing(row.subdistrict)
                    else names.subdistricts.get(row.subdistrict, str(row.subdistrict)),
                ),
                *trust_tips(row._asdict(), lang),
            ],
            above=-100,
        )
        for row, here in zip(table.itertuples(), points, strict=True)
    ]
    title = say("maps.layer-stations", lang)
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("circle", STATION, title),))
