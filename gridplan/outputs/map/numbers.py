"""The numbers of the centers on a map, as tables and sheets call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folium.map import Layer

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, name, places

if TYPE_CHECKING:
    from gridplan.outputs.words.telling import Telling


def number_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Write each center's number beside it, where asked for; None without centers."""
    centers = telling.plan.layout.centers
    if not len(centers):
        return None
    shapes = [
        name(str(key), at, look="gp-name-number", rank=1)
        for key, at in zip(centers.index, places(centers), strict=True)
    ]
    layer = ShapeLayer(shapes, name=telling.fitting("maps.layer-numbers"), show=False)
    return layer, LegendPart(layer, "", ())
