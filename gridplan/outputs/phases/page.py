"""``phases.html``: one offline map with the centers of each phase as a layer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folium.map import LayerControl

from gridplan.outputs.drawing.legend import Frame, Legend, LegendPart, Title
from gridplan.outputs.drawing.offline import PlanMap
from gridplan.outputs.drawing.shapes import ShapeLayer, places, symbol
from gridplan.outputs.map.layers import grid_layer, outline_layer, street_layer
from gridplan.outputs.map.maps import MAP_OPTIONS, bounds_of
from gridplan.outputs.map.units import residents_layer, unit_store
from gridplan.outputs.phases.tables import openings_table, phases_table
from gridplan.outputs.style.palette import EXISTING, PHASES
from gridplan.outputs.tables.summary import label_banner
from gridplan.outputs.words.names import Names, figure, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.phases.phasing import Phased, PhasePlan

Drawn = tuple[ShapeLayer, LegendPart]


def phases_map(phased: Phased, lang: str) -> PlanMap:
    """
    Draw the phases.

    Parameters
    ----------
    phased
        The phases.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    drawn
        Grids, streets, residents, today's centers, and the new ones of each phase in a colour of
        its own; a line for each phase above the map. Makes no request.
    """
    last = phased.phases[-1].plan
    west, south, east, north = bounds_of(last)
    drawn = PlanMap(location=[(south + north) / 2, (west + east) / 2], **MAP_OPTIONS)
    store = unit_store(Telling(last, lang))
    drawn.add_child(store)
    made = [
        residents_layer(last.district.units, store, lang, show=False),
        street_layer(Telling(last, lang)),
        grid_layer(Telling(last, lang)),
        outline_layer(Telling(last, lang)),
        _existing(phased, lang),
        *(_opened(phased, one, at, lang) for at, one in enumerate(phased.phases)),
    ]
    parts = []
    for layer, part in filter(None, made):
        drawn.add_child(layer)
        parts.append(part)
    district = Names.of(last, lang).district
    title = say("phases.title", lang, district=district)
    drawn.add_child(
        Title(
            title,
            lines=phase_lines(phased, lang),
            banner=label_banner(Telling(last, lang)),
            mark="",
        )
    )
    drawn.add_child(Legend(say("maps.legend", lang), parts, is_open=True))
    drawn.add_child(LayerControl(collapsed=False, position="topright"))
    drawn.add_child(Frame([[south, west], [north, east]]))
    drawn.lang = lang
    drawn.page_title = plain(title)
    return drawn


def phase_lines(phased: Phased, lang: str) -> list[str]:
    """Tell each phase in a line: centers, residents a center, share within the walk, regret."""
    lines = []
    minutes = f"{phased.scenario.center_max_minutes:g}"
    for year, row in phases_table(phased).iterrows():
        share = figure(row["nearest_percent"], "percent", lang)
        values = {"centers": int(row["centers"]), "share": share, "minutes": minutes}
        if not year:
            lines.append(say("phases.line-today", lang, **values))
            continue
        regret = row["regret_percent"]
        values |= {
            "year": str(year),
            "new": int(row["new_centers"]),
            "mean": figure(row["mean_population"], "persons", lang),
            "assigned": figure(row["assigned_percent"], "percent", lang),
            "regret": say("phases.no-regret", lang)
            if regret is None or regret < 0.005
            else say("phases.regret", lang, percent=f"{regret:.2f}"),
        }
        lines.append(say("phases.line", lang, **values))
    return lines


def _existing(phased: Phased, lang: str) -> Drawn | None:
    centers = phased.phases[-1].plan.layout.centers
    rows = centers[centers["status"] == "existing"]
    if rows.empty:
        return None
    names = Names.of(phased.today, lang)
    tips = [[(names.centers.get(center, center), None)] for center in rows.index]
    shapes = [
        symbol("circle", at, fill=EXISTING, size=11, tip=tip)
        for at, tip in zip(places(rows), tips, strict=True)
    ]
    title = word("status", "existing", lang)
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("circle", EXISTING, title),))


def _opened(phased: Phased, made: PhasePlan, at: int, lang: str) -> Drawn | None:
    rows = made.plan.layout.centers.loc[made.gains.index]
    if rows.empty:
        return None
    shade = PHASES[at % len(PHASES)]
    told = openings_table(phased, lang).loc[made.gains.index]
    shapes = []
    for (center, row), place in zip(told.iterrows(), places(rows), strict=True):
        tip: list[tuple[str, str | None]] = [(say("phases.tip", lang, center=center), None)]
        tip += [
            (word("column", name, lang), figure(row[name], "persons", lang))
            for name in ("population", "reached_population")
        ]
        shapes.append(symbol("circle", place, fill=shade, size=14, tip=tip))
    title = say("phases.layer", lang, year=made.phase.year, count=len(rows))
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", (("circle", shade, title),))
