"""The streets of a district, with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.drawing.borders import street_borders
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, courses, line, middles, name
from gridplan.outputs.style.palette import STREET
from gridplan.outputs.words.names import street_names
from gridplan.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from gridplan.district.district import District


def streets_drawn(district: District, lang: str) -> tuple[ShapeLayer, LegendPart] | None:
    """Draw each street dashed, its name in its middle; None where the district has none."""
    streets = district.subdistricts
    title = say("intake.layer-streets", lang)
    return dashed(streets, district.units, list(street_names(streets, lang).values()), title)


def dashed(
    streets: gpd.GeoDataFrame, units: gpd.GeoDataFrame, names: Sequence[str], title: str
) -> tuple[ShapeLayer, LegendPart] | None:
    """
    Draw the borders of streets dashed, a name in the middle of each; None where there are none.

    Parameters
    ----------
    streets, units
        Polygons in a metric CRS.
    names
        One for each, in their order.
    title
        Of the layer, in the legend too.
    """
    if not len(streets):
        return None
    style = {"color": STREET, "weight": 1.5, "dashArray": "5 4"}
    borders = courses(street_borders(streets, units), streets.crs)
    shapes = [line(borders, style=style, below=True)] if borders else []
    shapes += [name(text, at) for text, at in zip(names, middles(streets), strict=True)]
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("dash", STREET, title),))
