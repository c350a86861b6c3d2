"""What an intake made, as a map: residents, streets and every point layer of the district."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
from folium.map import Layer, LayerControl
from pyproj import CRS

from gridplan.district.district import District
from gridplan.intake.record.ledger import Step
from gridplan.outputs.drawing.cells import CellStore
from gridplan.outputs.drawing.legend import Frame, Legend, LegendPart, Title
from gridplan.outputs.drawing.offline import PlanMap, standalone_html
from gridplan.outputs.drawing.shapes import (
    ShapeLayer,
    area,
    outlines,
    places,
    symbol,
)
from gridplan.outputs.map.streets import streets_drawn
from gridplan.outputs.map.units import residents_layer, where_columns
from gridplan.outputs.style.palette import EXISTING, NEW, ROLES, STATION
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.names import street_names
from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.text.language import in_language

Drawn = tuple[Layer, LegendPart]
DONE = "#d95f02"
DONE_STYLE = {"color": DONE, "weight": 2, "fillColor": DONE, "fillOpacity": 0.4}
MOST = 2_000
"""Places of one step that are drawn; its line in the report counts all."""
SYMBOLS = {
    "hospitals": ("cross", ROLES["lead"], 18),
    "centers": ("circle", EXISTING, 13),
    "candidates": ("circle", NEW, 8),
    "stations": ("circle", STATION, 8),
}


def intake_map(
    district: District, *, lang: str, steps: Sequence[Step] = (), crs: CRS | None = None
) -> str:
    """
    Draw a district before anything is planned.

    Parameters
    ----------
    district
        As read.
    lang
        ``zh`` or ``en``.
    steps
        Of the intake: where something was repaired or left out is drawn.
    crs
        Of their shapes.

    Returns
    -------
    page
        One HTML page that asks nobody for anything.
    """
    units = district.units
    west, south, east, north = units.to_crs(LON_LAT).total_bounds
    drawn = PlanMap(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_snap=0.25,
        zoom_delta=0.5,
        attribution_control=False,
    )
    store = _store(district, lang)
    drawn.add_child(store)
    layers = [residents_layer(units, store, lang, show=True), streets_drawn(district, lang)]
    layers += [_points(getattr(district, key), key, lang) for key in SYMBOLS]
    layers.append(_done(steps, crs, lang))
    parts = []
    for layer, part in filter(None, layers):
        drawn.add_child(layer)
        parts.append(part)
    called = in_language(district, "name", lang)
    title = say("intake.title", lang, name=called)
    drawn.add_child(
        Title(title, lines=[district.vintage] if district.vintage else [], banner="", mark="")
    )
    drawn.add_child(Legend(say("maps.legend", lang), parts, is_open=True))
    drawn.add_child(LayerControl(collapsed=True, position="topright"))
    drawn.add_child(Frame([[float(south), float(west)], [float(north), float(east)]]))
    drawn.lang = lang
    drawn.page_title = plain(html.escape(title))
    return standalone_html(drawn)


def _store(district: District, lang: str) -> CellStore:
    units = district.units
    people = [int(n) if float(n).is_integer() else round(float(n), 2) for n in units["population"]]
    columns: list[dict[str, Any]] = [
        {"label": say("maps.tip-unit", lang), "values": [str(key) for key in units.index]},
        {"label": say("maps.tip-residents", lang), "values": people, "suffix": ""},
    ]
    columns += where_columns(units, street_names(district.subdistricts, lang), lang)
    return CellStore(units, columns)


def _points(frame: gpd.GeoDataFrame, key: str, lang: str) -> Drawn | None:
    if not len(frame):
        return None
    kind, fill, size = SYMBOLS[key]
    rows = frame.drop(columns="geometry").to_dict(orient="index")
    names = [in_language(row, "name", lang) or str(key) for key, row in rows.items()]
    shapes = [
        symbol(kind, at, fill=fill, size=size, tip=[("", text)])
        for at, text in zip(places(frame), names, strict=True)
    ]
    title = say(f"intake.layer-{key}", lang)
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", ((kind, fill, title),))


def _done(steps: Sequence[Step], crs: CRS | None, lang: str) -> Drawn | None:
    """Draw where an intake repaired something or left it out."""
    shapes: list[dict[str, Any]] = []
    for step in steps:
        if step.shapes is None or not len(step.shapes):
            continue
        here = gpd.GeoDataFrame(geometry=step.shapes[:MOST], crs=crs)
        named = step.subjects if len(step.subjects) == len(step.shapes) else [""] * len(here)
        kind = say(f"intake.kind-{step.kind}", lang)
        points = (here.geom_type == "Point").all()
        drawn = places(here) if points else outlines(here)
        for at, subject in zip(drawn, named, strict=False):
            tip = [(kind, step.told.text(lang)), ("", subject or None)]
            shapes.append(
                symbol("diamond", at, fill=DONE, size=10, tip=tip)
                if points
                else area(at, style=DONE_STYLE, tip=tip)
            )
    if not shapes:
        return None
    title = say("intake.layer-done", lang)
    layer = ShapeLayer(shapes, name=title, show=False)
    return layer, LegendPart(layer, "", (("fill", DONE, title),))
