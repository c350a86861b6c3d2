"""How far walks to the centers reach, and the roads they may follow, on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, area, line, outlines
from gridplan.outputs.style.palette import REACH, REACHED, ROAD
from gridplan.outputs.tables.tables import LON_LAT, rounded
from gridplan.outputs.words.names import figure
from gridplan.outputs.words.telling import Telling
from gridplan.planning.ways.reach import Reach, reach_of
from gridplan.text import say
from gridplan.travel.ways import DRIVE_KMH

if TYPE_CHECKING:
    from folium.map import Layer

    from gridplan.district.district import District
    from gridplan.planning.plan import Plan

CORNERS = 12_000
"""Corners of roads on a map, at most: the great roads first, what is beyond is left out."""
_STRAIGHTER = 8.0
"""Metres a road on the map may run beside where it is."""
_SMOOTHER = 3.0


def reach_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Colour the ground by the minutes to the nearest center; None where there is no center."""
    reach = _reach(telling.plan)
    if reach is None:
        return None
    # Rings, so that no colour shines through another.
    shapes = np.asarray(reach.bands.geometry.array)
    rings = [shapes[0], *shapely.difference(shapes[1:], shapes[:-1])]
    frame = gpd.GeoDataFrame(geometry=rings, crs=reach.bands.crs)
    drawn = [
        area(
            at,
            style={"color": shade, "weight": 0.5, "fillColor": shade, "fillOpacity": 0.5},
        )
        for at, shade in zip(outlines(frame, tolerance=_SMOOTHER), REACH, strict=True)
        if at
    ]
    title = telling.fitting("maps.layer-reach")
    layer = ShapeLayer(drawn, name=title, show=False)
    rows = [
        (
            "fill",
            shade,
            telling.say(
                "maps.legend-reach",
                minutes=f"{minutes:g}",
                residents=figure(rounded(people, "population"), "persons", telling.lang),
            ),
        )
        for shade, (minutes, people) in zip(REACH, reach.bands["population"].items(), strict=True)
    ]
    return layer, LegendPart(layer, title, tuple(rows), _told(telling, reach))


def isochrone_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Outline the ground within the walk of each center; None where there is no center."""
    reach = _reach(telling.plan)
    if reach is None or not len(reach.centers):
        return None
    names = telling.names
    style = {"color": REACHED, "weight": 1.2, "fillColor": REACHED, "fillOpacity": 0.06}
    drawn = [
        area(
            at,
            style=style,
            tip=[
                ("", names.centers[center]),
                (
                    telling.say("maps.tip-reach", minutes=f"{row.minutes:g}"),
                    figure(rounded(row.population, "population"), "persons", telling.lang),
                ),
                (telling.say("maps.tip-area"), figure(row.area_km2, "km2", telling.lang)),
            ],
        )
        for at, (center, row) in zip(_alone(reach.centers), reach.centers.iterrows(), strict=True)
    ]
    minutes = f"{telling.plan.scenario.center_max_minutes:g}"
    title = telling.fitting("maps.layer-isochrones", minutes=minutes)
    layer = ShapeLayer(drawn, name=title, show=False)
    rows = (("line", REACHED, title),)
    return layer, LegendPart(layer, "", rows, _told(telling, reach))


def _reach(plan: Plan) -> Reach | None:
    return reach_of(plan.layout, plan.scenario) if len(plan.layout.centers) else None


def _alone(frame: gpd.GeoDataFrame) -> list[Any]:
    """Outline areas that lie over one another, each for itself."""
    return outlines(frame, tolerance=_SMOOTHER, alone=True)


def _told(telling: Telling, reach: Reach) -> str:
    """Say how it was drawn: what is measured along roads must not look like what is not."""
    return telling.say(
        f"maps.reach-by-{reach.by}",
        detour=f"{telling.plan.scenario.walk_detour:g}",
        walk=f"{telling.plan.scenario.walk_kmh:g}",
        cell=f"{reach.cell:g}",
    )


def road_layer(telling: Telling) -> tuple[Layer, LegendPart] | None:
    """Draw the roads thinly, the great ones first; None where the district has none."""
    return roads_drawn(telling.plan.district, telling.lang)


def roads_drawn(district: District, lang: str) -> tuple[Layer, LegendPart] | None:
    """Draw the roads of a district that need not be planned yet."""
    roads = district.roads
    if roads.empty:
        return None
    west, south, east, north = district.units.total_bounds
    ranks = {name: rank for rank, name in enumerate(DRIVE_KMH)}
    kinds = roads["class"].map(lambda name: ranks.get(name, len(ranks)))
    shapes = shapely.simplify(np.asarray(roads.geometry.array), _STRAIGHTER)
    there = shapely.intersects(shapes, shapely.box(west, south, east, north))
    order = np.lexsort((np.arange(len(roads)), kinds.to_numpy()))
    order = order[there[order]]
    fits = np.cumsum(shapely.get_num_coordinates(shapes[order])) <= CORNERS
    kept = np.sort(order[fits])
    lines = gpd.GeoSeries(shapely.get_parts(shapes[kept]), crs=roads.crs).to_crs(LON_LAT)
    points, number = shapely.get_coordinates(np.asarray(lines.array), return_index=True)
    at = [
        part.tolist() for part in np.split(np.round(points, 5), np.flatnonzero(np.diff(number)) + 1)
    ]
    style = {"color": ROAD, "weight": 0.8, "opacity": 0.8}
    title = say("maps.layer-roads", lang)
    layer = ShapeLayer([line(at, style=style)], name=title)
    note = "" if fits.all() else say("maps.legend-roads", lang)
    return layer, LegendPart(layer, "", (("line", ROAD, title),), note)
