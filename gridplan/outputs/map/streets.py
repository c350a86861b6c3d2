"""The streets of a district, with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, area, middles, name, outlines
from gridplan.outputs.style.palette import STREET
from gridplan.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from gridplan.district.district import District


def streets_drawn(district: District, lang: str) -> tuple[ShapeLayer, LegendPart] | None:
    """Draw each street dashed, its name in its middle; None where the district has none."""
    streets = district.subdistricts
    return dashed(streets, list(map(str, streets.index)), say("intake.layer-streets", lang))


def dashed(
    streets: gpd.GeoDataFrame, names: Sequence[str], title: str
) -> tuple[ShapeLayer, LegendPart] | None:
    """
    Draw streets dashed, each with its name in its middle; None where there are none.

    Parameters
    ----------
    streets
        Polygons in a metric CRS.
    names
        One for each, in their order.
    title
        Of the layer, in the legend too.
    """
    if not len(streets):
        return None
    style = {"color": STREET, "weight": 1.5, "dashArray": "5 4", "fill": False}
    shapes = [area(at, style=style) for at in outlines(streets)]
    shapes += [name(text, at) for text, at in zip(names, middles(streets), strict=True)]
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("dash", STREET, title),))
