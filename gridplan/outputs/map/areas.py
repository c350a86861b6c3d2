"""The areas of the regional centers on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, area, outlines
from gridplan.outputs.words.names import figure
from gridplan.outputs.words.telling import Telling
from gridplan.planning.regional.areas import regional_areas

if TYPE_CHECKING:
    from folium.map import Layer

_EDGE = "#a6611a"


def area_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Outline the area of each regional center with its centers; None without 1+N."""
    areas = regional_areas(telling.plan.layout)
    areas = areas[~areas.geometry.is_empty]
    if areas.empty:
        return None
    style = {"color": _EDGE, "weight": 2.2, "fillColor": _EDGE, "fillOpacity": 0.05}
    drawn = [
        area(
            at,
            style=style,
            tip=[
                ("", telling.names.centers[center]),
                (telling.say("maps.tip-managed"), f"{row.managed:,}"),
                (
                    telling.say("maps.tip-residents"),
                    figure(row.population, "persons", telling.lang),
                ),
                (telling.say("maps.tip-area"), figure(row.area_km2, "km2", telling.lang)),
                (telling.say("maps.tip-pieces"), f"{row.pieces:,}"),
            ],
        )
        for at, (center, row) in zip(outlines(areas), areas.iterrows(), strict=True)
    ]
    title = telling.say("maps.layer-areas")
    layer = ShapeLayer(drawn, name=title, show=False)
    return layer, LegendPart(layer, "", (("line", _EDGE, title),))
