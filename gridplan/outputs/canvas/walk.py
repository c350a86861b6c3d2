"""The walk to the nearest center as a layer: who is within it, and how far the others are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from folium.map import Layer

from gridplan.outputs.drawing.cells import CellLayer, CellStore
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.style.palette import REACH
from gridplan.outputs.words.names import figure
from gridplan.text import say

BEYOND = ("#c2a5cf", "#762a83")
"""Up to twice the walk, and farther: the other end of C. Brewer's scheme PRGn, whose green and
purple people tell apart who cannot tell green from red."""


def walk_layer(
    units: gpd.GeoDataFrame,
    store: CellStore,
    walked: pd.Series,
    limit: float,
    lang: str,
    *,
    today: bool = False,
) -> tuple[Layer, LegendPart]:
    """
    Colour the inhabited units by the walk to the nearest center.

    Parameters
    ----------
    units, store
        Of the district.
    walked
        Index ``unit``: minutes; NaN or infinite where there is no way.
    limit
        Minutes that should not be exceeded.
    lang
        ``zh`` or ``en``.
    today
        Whether the centers are those there are: then it is what is looked at first.
    """
    bounds = [limit / 3, 2 * limit / 3, limit, 2 * limit]
    people = units["population"].to_numpy(dtype=float)
    minutes = walked.reindex(units.index).to_numpy(dtype=float)
    reached = np.searchsorted(bounds, np.nan_to_num(minutes, nan=np.inf), side="left")
    colours = (*REACH, *BEYOND)
    # What nobody lives in gets a number without a colour, and is not drawn.
    classes = np.where(people > 0, reached, len(colours))
    title = say("app.today-layer-walk" if today else "maps.layer-walk", lang)
    layer = CellLayer(store, classes=classes, colours=colours, name=title, show=today, opacity=0.7)
    lows = ["0", *(f"{bound:g}" for bound in bounds)]
    rows = []
    for at, shade in enumerate(colours):
        told = figure(float(people[classes == at].sum()), "persons", lang)
        key = "today-walk-last" if at == len(bounds) else "today-walk"
        upper = "" if at == len(bounds) else lows[at + 1]
        text = say(f"app.{key}", lang, lower=lows[at], upper=upper, residents=told)
        rows.append(("fill", shade, text))
    return layer, LegendPart(layer, title, tuple(rows), say("app.today-walk-note", lang))
