"""The centers of neighbouring districts on a map: near for some, but none of the plan's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, places, symbol
from gridplan.outputs.style.palette import OUTSIDE
from gridplan.outputs.words.names import given_names
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import trust_tips

if TYPE_CHECKING:
    from folium.map import Layer


def outside_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Draw the centers of ``outside_centers``; None where none are known."""
    centers = telling.plan.district.outside_centers
    if not len(centers):
        return None
    names = given_names(centers, "center", telling.lang)
    rows = centers.drop(columns="geometry").to_dict(orient="index")
    shapes = [
        symbol(
            "circle",
            here,
            fill=OUTSIDE,
            size=10,
            tip=[
                ("", names[center]),
                (telling.say("maps.tip-outside"), telling.say("maps.outside-counts")),
                *trust_tips({str(k): v for k, v in row.items()}, telling.lang),
            ],
            above=-50,
        )
        for (center, row), here in zip(rows.items(), places(centers), strict=True)
    ]
    title = telling.say("maps.layer-outside")
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("circle", OUTSIDE, title),))
