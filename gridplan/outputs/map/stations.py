"""The village stations on a map, each joined to the center it is under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, line, places, symbol
from gridplan.outputs.style.palette import STATION
from gridplan.outputs.tables.tables import stations_table
from gridplan.outputs.words.names import figure, is_missing
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import trust_tips
from gridplan.planning.ways.journeys import journeys_of

if TYPE_CHECKING:
    from folium.map import Layer


def station_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Draw the stations and a line from each to its center; None where there are none."""
    plan, lang = telling.plan, telling.lang
    stations, centers = plan.layout.stations, plan.layout.centers
    if not len(stations) or not len(centers):
        return None
    names = telling.names
    table = stations_table(telling)
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
                (telling.say("maps.tip-center"), str(row.center_name)),
                (telling.say("maps.tip-residents"), figure(row.population, "persons", lang)),
                (telling.say(way), figure(row.metres_to_center, "metres", lang)),
                (
                    telling.say("maps.tip-street"),
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
    title = telling.say("maps.layer-stations")
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("circle", STATION, title),))
