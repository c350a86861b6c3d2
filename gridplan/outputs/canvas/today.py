"""A district as it is today: residents, hospitals, centers, and who is beyond a walk of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from folium.map import Layer

from gridplan.district.district import District
from gridplan.district.geometry.whole import whole_of
from gridplan.outputs.canvas.canvas import Canvas, canvas_of
from gridplan.outputs.canvas.walk import walk_layer
from gridplan.outputs.drawing.cells import CellStore
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import (
    ShapeLayer,
    area,
    outlines,
    places,
    symbol,
)
from gridplan.outputs.map.barriers import barriers_drawn
from gridplan.outputs.map.reach import roads_drawn
from gridplan.outputs.map.streets import streets_drawn
from gridplan.outputs.map.units import elders_layer, residents_layer, where_columns
from gridplan.outputs.style.palette import (
    EXISTING,
    NEW,
    OUTLINE,
    ROLES,
    STATION,
)
from gridplan.outputs.words.manner import COUNTY, fitting
from gridplan.outputs.words.names import is_missing, street_names, word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.text import say
from gridplan.text.language import in_language

Drawn = tuple[Layer, LegendPart]
_POINTS = {
    "stations": ("circle", STATION, 8),
    "candidates": ("circle", NEW, 7),
    "centers": ("circle", EXISTING, 13),
    "hospitals": ("cross", ROLES["lead"], 18),
}


@dataclass(frozen=True, eq=False)
class Today:
    """
    Walks to the centers there are.

    Parameters
    ----------
    minutes
        Index ``unit``: to the nearest center that is not closed; NaN without any, infinite where
        no road leads there.
    beyond
        Residents farther than the scenario's walk; None without centers.
    streets
        Index ``subdistrict``: ``population``, ``existing`` centers, ``beyond`` residents and
        ``near_percent``; empty where no streets are known.
    """

    minutes: pd.Series
    beyond: float | None
    streets: pd.DataFrame


def today_of(district: District, scenario: Scenario) -> Today:
    """
    Measure the walks to the centers there are.

    Parameters
    ----------
    district
        As read.
    scenario
        Its pace, its walk and the centers it closes.

    Returns
    -------
    Today
    """
    closed = [key for key in scenario.close if key in district.centers.index]
    kept = district.centers.drop(index=closed)
    ways = journeys_of(district, scenario)
    sites = np.column_stack([kept.geometry.x, kept.geometry.y]).reshape(-1, 2)
    metres = ways.walked_to_nearest(sites) if len(sites) else np.full(len(district.units), np.nan)
    minutes = pd.Series(metres / ways.walk_metres_per_minute, index=district.units.index)
    people = district.units["population"].astype(float)
    far = people.where(~(minutes <= scenario.center_max_minutes), 0.0)
    streets = pd.DataFrame()
    if len(district.subdistricts):
        street = district.units["subdistrict"]
        total = people.groupby(street).sum().reindex(district.subdistricts.index, fill_value=0.0)
        beyond = far.groupby(street).sum().reindex(total.index, fill_value=0.0)
        at = district.units["subdistrict"].reindex(kept["unit"]) if "unit" in kept else None
        existing = pd.Series(dtype=int) if at is None else at.value_counts()
        streets = pd.DataFrame(
            {
                "population": total,
                "existing": existing.reindex(total.index, fill_value=0).astype(int),
                "beyond": beyond,
                "near_percent": 100 * (1 - beyond / total.where(total > 0)),
            }
        )
    return Today(minutes, float(far.sum()) if len(sites) else None, streets)


def today_canvas(district: District, scenario: Scenario, found: Today, lang: str) -> Canvas:
    """
    Draw a district before anything is planned.

    Parameters
    ----------
    district, scenario
        What is looked at.
    found
        Of :func:`today_of`.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Canvas
        Layers ``residents``, ``elders``, ``walk``, ``roads``, ``barriers``, ``streets``,
        ``outline``, ``stations``, ``candidates``, ``centers``, ``hospitals``, as far as the
        district has them.
    """
    units = district.units
    store = _store(district, found, lang)
    walk = None
    if found.beyond is not None:
        walk = walk_layer(
            units, store, found.minutes, scenario.center_max_minutes, lang, today=True
        )
    points: list[tuple[str, Drawn | None]] = [
        (key, _points(getattr(district, key), key, lang)) for key in _POINTS
    ]
    return canvas_of(
        units,
        store,
        [
            ("residents", residents_layer(units, store, lang, show=walk is None)),
            ("elders", elders_layer(units, store, lang)),
            ("walk", walk),
            ("roads", roads_drawn(district, lang)),
            ("barriers", barriers_drawn(district, lang)),
            ("streets", streets_drawn(district, lang)),
            ("outline", _outline(district, lang)),
            *points,
        ],
        setting=(lang, COUNTY if len(district.stations) else ""),
    )


def _store(district: District, found: Today, lang: str) -> CellStore:
    units = district.units
    people = [round(float(n), 1) for n in units["population"]]
    columns: list[dict[str, Any]] = [
        {"label": say("maps.tip-unit", lang), "values": [str(key) for key in units.index]},
        {"label": say("maps.tip-residents", lang), "values": people, "suffix": ""},
    ]
    columns += where_columns(units, street_names(district.subdistricts, lang), lang)
    if found.minutes.notna().any():
        minutes = [round(float(m), 1) if np.isfinite(m) else None for m in found.minutes]
        suffix = say("maps.minutes", lang, value="").strip()
        label = say("maps.tip-walk-center", lang)
        columns.append({"label": label, "values": minutes, "suffix": suffix})
    return CellStore(units, columns)


def _outline(district: District, lang: str) -> Drawn:
    whole = whole_of(district.units.geometry.array)
    frame = gpd.GeoDataFrame(geometry=[whole], crs=district.crs)
    title = fitting("maps.layer-outline", lang, COUNTY if len(district.stations) else "")
    style = {"color": OUTLINE, "weight": 2, "fill": False}
    layer = ShapeLayer([area(at, style=style) for at in outlines(frame)], name=title)
    return layer, LegendPart(layer, "", (("line", OUTLINE, title),))


def _points(frame: gpd.GeoDataFrame, key: str, lang: str) -> Drawn | None:
    if not len(frame):
        return None
    kind, fill, size = _POINTS[key]
    rows = frame.drop(columns="geometry").to_dict(orient="index")
    shapes = [
        symbol(kind, at, fill=fill, size=size, tip=_tip(str(index), row, lang))
        for at, (index, row) in zip(places(frame), rows.items(), strict=True)
    ]
    title = say(f"intake.layer-{key}", lang)
    layer = ShapeLayer(shapes, name=title, show=key != "candidates")
    return layer, LegendPart(layer, "", ((kind, fill, title),))


def _tip(index: str, row: dict[str, Any], lang: str) -> list[tuple[str, str | None]]:
    lines: list[tuple[str, str | None]] = [("", in_language(row, "name", lang) or index)]
    if not is_missing(row.get("level")):
        level = word("hospital-level", row["level"], lang)
        lines.append((say("maps.tip-level", lang), level))
    if not is_missing(row.get("beds")):
        lines.append((say("maps.tip-beds", lang), f"{float(row['beds']):,.0f}"))
    return lines
