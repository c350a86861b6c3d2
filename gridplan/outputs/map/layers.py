"""The layers of a map that draw areas, lines and symbols."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
from folium.map import Layer

from gridplan.district.geometry.whole import whole_of
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import (
    ShapeLayer,
    area,
    line,
    middles,
    name,
    outlines,
    places,
    symbol,
)
from gridplan.outputs.map.streets import dashed
from gridplan.outputs.style.palette import EXISTING, NEW, OUTLINE, ROLES, grid_palette
from gridplan.outputs.tables.tables import grids_table, rounded
from gridplan.outputs.words.names import Names, figure, is_missing, word
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import trust_tips
from gridplan.text import say
from gridplan.text.language import joined

Drawn = tuple[Layer, LegendPart]
_LINK = "#444444"


def grid_layer(telling: Telling) -> Drawn | None:
    """Draw the grids, filled, outlined and numbered; None where none were planned."""
    plan = telling.plan
    grids = plan.layout.grids
    if not len(grids):
        return None
    names = telling.names
    shades = grid_palette(plan)
    table = grids_table(plan)
    shapes: list[dict[str, Any]] = [
        area(
            at,
            style={
                "color": OUTLINE,
                "weight": 3,
                "fillColor": shades[grid],
                "fillOpacity": 0.35,
            },
            tip=_grid_tip(table.loc[grid].to_dict(), names, grid),
        )
        for grid, at in zip(grids.index, outlines(grids), strict=True)
    ]
    shapes += [
        name(telling.say("maps.grid-number", number=number), at, look="gp-name-grid", rank=3)
        for number, at in zip(_numbers(grids.index), middles(grids), strict=True)
    ]
    title = telling.say("maps.layer-grids")
    layer = ShapeLayer(shapes, name=title)
    rows = tuple(("fill", shades[grid], names.grids[grid]) for grid in grids.index)
    return layer, LegendPart(layer, title, rows)


def _numbers(grids: Iterable[object]) -> list[str]:
    return [str(grid).removeprefix("G") for grid in grids]


def _grid_tip(row: dict[str, Any], names: Names, grid: object) -> list[tuple[str, str | None]]:
    lang = names.lang
    deviation = row.get("deviation")
    return [
        ("", names.grids[grid]),
        (say("maps.tip-residents", lang), figure(row["population"], "persons", lang)),
        (
            say("maps.tip-deviation", lang),
            None if deviation is None else f"{100 * deviation:+.1f}%",
        ),
        (say("maps.tip-area", lang), figure(row["area_km2"], "km2", lang)),
        (say("maps.tip-centers", lang), None if "centers" not in row else str(row["centers"])),
        (say("maps.tip-mean", lang), figure(row["mean_minutes_to_lead"], "minutes", lang)),
    ]


def street_layer(telling: Telling) -> Drawn | None:
    """Draw the streets (subdistricts) by border and name; None where none are known."""
    streets, units = telling.plan.layout.subdistricts, telling.plan.district.units
    names = [telling.names.subdistricts[street] for street in streets.index]
    return dashed(streets, units, names, telling.fitting("maps.layer-streets"))


def outline_layer(telling: Telling) -> Drawn | None:
    """Draw the district's outline where no grids do."""
    plan = telling.plan
    if len(plan.layout.grids):
        return None
    whole = whole_of(plan.district.units.geometry.array)
    outline = gpd.GeoDataFrame(geometry=[whole], crs=plan.district.crs)
    title = telling.fitting("maps.layer-outline")
    style = {"color": OUTLINE, "weight": 2, "fill": False}
    layer = ShapeLayer([area(at, style=style) for at in outlines(outline)], name=title)
    return layer, LegendPart(layer, "", (("line", OUTLINE, title),))


def link_layer(telling: Telling) -> Drawn | None:
    """Draw a line from each regional center to the centers it manages; None without 1+N."""
    centers = telling.plan.layout.centers
    if not len(centers) or centers["regional_center"].isna().all():
        return None
    at = dict(zip(centers.index, places(centers), strict=True))
    style = {"color": _LINK, "weight": 1.5, "opacity": 0.8}
    shapes = [
        line([at[manager], at[center]], style=style)
        for center, manager in centers["regional_center"].items()
        if manager in at and manager != center
    ]
    title = telling.say("maps.layer-links")
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("line", _LINK, telling.say("maps.legend-links")),))


def center_layer(telling: Telling) -> Drawn | None:
    """Draw the centers: existing and new by colour, regional ones as large diamonds."""
    centers = telling.plan.layout.centers
    if not len(centers):
        return None
    shapes = []
    marks = {"regional": ("diamond", 22), "station": ("triangle", 12)}
    for (center, row), at in zip(centers.iterrows(), places(centers), strict=True):
        mark, size = marks.get(row["class"], ("circle", 13))
        shapes.append(
            symbol(
                mark,
                at,
                fill=NEW if row["status"] == "new" else EXISTING,
                size=size,
                tip=_center_tip(row.to_dict(), telling, center),
                above=200 if mark == "diamond" else 0,
            )
        )
    title = telling.fitting("maps.layer-centers")
    layer = ShapeLayer(shapes, name=title)
    rows = [
        ("circle", shade, word("status", status, telling.lang))
        for status, shade in (("existing", EXISTING), ("new", NEW))
        if (centers["status"] == status).any()
    ]
    if (centers["class"] == "regional").any():
        rows.append(("diamond", rows[0][1], telling.say("maps.legend-regional")))
    if (centers["class"] == "station").any():
        rows.append(("triangle", NEW, word("class", "station", telling.lang)))
    return layer, LegendPart(layer, title, tuple(rows))


def _center_tip(
    row: dict[str, Any], telling: Telling, center: object
) -> list[tuple[str, str | None]]:
    names, lang = telling.names, telling.lang
    manager = row["regional_center"]
    managed = not is_missing(manager) and manager != center
    grid = row.get("grid")
    kind = [telling.fitting(f"outputs.class-{row['class']}"), word("status", row["status"], lang)]
    return [
        ("", names.centers[center]),
        (say("maps.tip-class", lang), joined(kind, lang, "pause")),
        (say("maps.tip-residents", lang), _written(row, "population", "persons", lang)),
        (say("maps.tip-distance", lang), _written(row, "mean_metres", "metres", lang)),
        (say("maps.tip-street", lang), _text(row.get("subdistrict"), names.subdistricts)),
        (say("maps.tip-manager", lang), names.centers.get(manager) if managed else None),
        (say("maps.tip-grid", lang), _text(grid, names.grids)),
        *trust_tips(row, lang),
    ]


def _written(row: dict[str, Any], column: str, unit: str, lang: str) -> str:
    """Say a figure as every file has it: a map drawn again from the files says the same."""
    return figure(rounded(row[column], column), unit, lang)


def _text(key: object, known: dict[Any, str]) -> str | None:
    return None if is_missing(key) else known.get(key, str(key))


def hospital_layer(telling: Telling) -> Drawn | None:
    """Draw the hospitals by role; leads larger and named. None where the district has none."""
    hospitals = telling.plan.layout.hospitals
    if not len(hospitals):
        return None
    names = telling.names
    shapes = []
    for (hospital, row), at in zip(hospitals.iterrows(), places(hospitals), strict=True):
        role = str(row.get("role") or "none")
        lead = role == "lead"
        shapes.append(
            symbol(
                "cross",
                at,
                fill=ROLES.get(role, ROLES["none"]),
                size=26 if lead else 16,
                tip=_hospital_tip(row.to_dict(), names, hospital),
                above=400 if lead else 100,
            )
        )
        if lead:
            shapes.append(name(names.hospitals[hospital], at, look="gp-name-lead", rank=2))
    title = telling.say("maps.layer-hospitals")
    layer = ShapeLayer(shapes, name=title)
    met = set(hospitals["role"])
    rows = tuple(
        ("cross", shade, word("role", role, telling.lang))
        for role, shade in ROLES.items()
        if role in met
    )
    return layer, LegendPart(layer, title, rows)


def _hospital_tip(
    row: dict[str, Any], names: Names, hospital: object
) -> list[tuple[str, str | None]]:
    lang = names.lang
    beds = row.get("beds")
    return [
        ("", names.hospitals[hospital]),
        (say("maps.tip-role", lang), word("role", row.get("role"), lang)),
        (say("maps.tip-level", lang), word("hospital-level", row.get("level"), lang)),
        (say("maps.tip-beds", lang), None if is_missing(beds) else f"{beds:,.0f}"),
        (say("maps.tip-grid", lang), _text(row.get("grid"), names.grids)),
        *trust_tips(row, lang),
    ]
