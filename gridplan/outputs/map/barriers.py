"""Rivers, railways and the like that part grids, on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, line
from gridplan.outputs.style.palette import BARRIER
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.telling import Telling
from gridplan.text import say

if TYPE_CHECKING:
    from folium.map import Layer

    from gridplan.district.district import District

_STRAIGHTER = 8.0
"""Metres a barrier on the map may run beside where it is."""


def barrier_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Draw what may not be crossed as whole lines, what has a price dashed; None without any."""
    return barriers_drawn(telling.plan.district, telling.lang)


def barriers_drawn(district: District, lang: str) -> tuple[Layer, LegendPart] | None:
    """Draw the barriers of a district that need not be planned yet."""
    barriers = district.barriers
    if barriers.empty:
        return None
    shapes = shapely.simplify(np.asarray(barriers.geometry.array), _STRAIGHTER)
    priced = barriers["price"].notna().to_numpy()
    drawn, marks = [], []
    for kind, there, dash in (("closed", ~priced, None), ("priced", priced, "6 4")):
        if not there.any():
            continue
        parts = gpd.GeoSeries(shapely.get_parts(shapes[there]), crs=barriers.crs).to_crs(LON_LAT)
        at = [np.round(shapely.get_coordinates(part), 5).tolist() for part in parts]
        style = {"color": BARRIER, "weight": 3, "opacity": 0.85}
        drawn.append(line(at, style=style | ({"dashArray": dash} if dash else {})))
        marks.append(("dash" if dash else "line", BARRIER, say(f"maps.barrier-{kind}", lang)))
    title = say("maps.layer-barriers", lang)
    layer = ShapeLayer(drawn, name=title)
    return layer, LegendPart(layer, title, tuple(marks))
