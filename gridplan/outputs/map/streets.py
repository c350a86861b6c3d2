"""The streets of a district that is not planned yet, with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, area, middles, name, outlines
from gridplan.outputs.style.palette import STREET
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.district.district import District


def streets_drawn(district: District, lang: str) -> tuple[ShapeLayer, LegendPart] | None:
    """Draw each street dashed, its name in its middle; None where the district has none."""
    streets = district.subdistricts
    if not len(streets):
        return None
    style = {"color": STREET, "weight": 1.5, "dashArray": "5 4", "fill": False}
    shapes = [area(at, style=style) for at in outlines(streets)]
    shapes += [name(str(key), at) for key, at in zip(streets.index, middles(streets), strict=True)]
    title = say("intake.layer-streets", lang)
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("dash", STREET, title),))
