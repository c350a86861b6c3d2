"""The difference of two plans on one map: who changes, and which centers are new, gone or moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.canvas.canvas import Canvas, canvas_of
from gridplan.outputs.comparing.maps import change_layer
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.shapes import ShapeLayer, area, line, outlines, places, symbol
from gridplan.outputs.map.layers import street_layer
from gridplan.outputs.map.units import residents_layer, unit_store
from gridplan.outputs.words.names import Names, figure
from gridplan.outputs.words.telling import Telling
from gridplan.planning.comparing.changes import CLOSED, DROPPED, KEPT, OPENED, moved_centers
from gridplan.planning.comparing.matching import same_centers
from gridplan.text import say

if TYPE_CHECKING:
    import geopandas as gpd
    from folium.map import Layer

    from gridplan.planning.comparing.comparison import Compared
    from gridplan.planning.plan import Plan

Drawn = tuple["Layer", LegendPart]
SAME, MOVED = "same", "moved"
CENTER_LOOKS: Mapping[str, tuple[str, str, int]] = {
    SAME: ("circle", "#888888", 10),
    OPENED: ("circle", "#009e73", 17),
    KEPT: ("circle", "#009e73", 17),
    DROPPED: ("cross", "#d55e00", 17),
    CLOSED: ("cross", "#d55e00", 17),
    MOVED: ("diamond", "#0072b2", 19),
}
"""Symbol, colour and size of a center by what became of it; colours after Okabe and Ito (2008)."""
_BEFORE, _AFTER = "#777777", "#111111"


def difference_canvas(compared: Compared, at: int, lang: str) -> Canvas:
    """
    Draw what differs between the first plan and another.

    Parameters
    ----------
    compared
        The plans.
    at
        Position among ``compared.differences``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Canvas
        Layers ``residents``, ``streets``, ``grids-before``, ``grids-after``, ``changed``,
        ``moves`` and ``centers-...`` by what became of them, as far as there are any.
    """
    first, other = compared.plans[0], compared.plans[at + 1]
    telling = Telling(other, lang)
    store, units = unit_store(telling), other.district.units
    names = (Names.of(first, lang), Names.of(other, lang))
    moves = moved_centers(first.layout, other.layout)
    return canvas_of(
        units,
        store,
        [
            ("residents", residents_layer(units, store, lang, show=False)),
            ("streets", street_layer(telling)),
            ("changed", change_layer(compared.differences[at], names, lang)),
            ("grids-before", _grids(first, "before", lang)),
            ("grids-after", _grids(other, "after", lang)),
            ("moves", _moves(first, other, moves, lang)),
            *_centers((first, other), names, moves, lang),
        ],
    )


def _grids(plan: Plan, when: str, lang: str) -> Drawn | None:
    """Outline the grids: those before dashed, those after drawn through."""
    grids = plan.layout.grids
    if not len(grids):
        return None
    colour, dashed = (_BEFORE, "6 5") if when == "before" else (_AFTER, "")
    style: dict[str, Any] = {"color": colour, "weight": 3 if dashed else 2, "fill": False}
    style |= {"dashArray": dashed} if dashed else {}
    title = say(f"comparing.layer-grids-{when}", lang)
    layer = ShapeLayer([area(at, style=style) for at in outlines(grids)], name=title)
    return layer, LegendPart(layer, "", (("dash" if dashed else "line", colour, title),))


def _moves(first: Plan, other: Plan, moves: pd.DataFrame, lang: str) -> Drawn | None:
    if moves.empty:
        return None
    ends = [
        places(plan.layout.centers.loc[moves[column]])
        for plan, column in ((first, "before"), (other, "after"))
    ]
    colour = CENTER_LOOKS[MOVED][1]
    style = {"color": colour, "weight": 2, "dashArray": "4 4"}
    title = say("comparing.layer-moves", lang)
    layer = ShapeLayer([line([a, b], style=style) for a, b in zip(*ends, strict=True)], name=title)
    return layer, LegendPart(layer, "", (("dash", colour, title),))


def center_changes(first: Plan, other: Plan, moves: pd.DataFrame) -> pd.DataFrame:
    """
    Say of every center of two plans what became of it.

    Returns
    -------
    table
        ``center``, ``plan`` (0 or 1: whose id and place it is), ``change``: :data:`SAME`,
        :data:`MOVED`, or a change of :func:`gridplan.planning.comparing.changes.changed_centers`.
    """
    matched = same_centers(first.layout, other.layout)
    moved_to, moved_from = set(moves["after"]), set(moves["before"])
    rows = []
    for center, row in other.layout.centers.iterrows():
        fresh = OPENED if row["status"] == "new" else KEPT
        known = matched[center] is not None
        rows.append((center, 1, MOVED if center in moved_to else SAME if known else fresh))
    left = set(matched.dropna()) | moved_from
    for center, row in first.layout.centers.iterrows():
        if center not in left:
            rows.append((center, 0, DROPPED if row["status"] == "new" else CLOSED))
    return pd.DataFrame(rows, columns=["center", "plan", "change"])


def _centers(
    plans: tuple[Plan, Plan], names: tuple[Names, Names], moves: pd.DataFrame, lang: str
) -> list[tuple[str, Drawn | None]]:
    table = center_changes(*plans, moves)
    found: list[tuple[str, Drawn | None]] = []
    for change in CENTER_LOOKS:
        some = table[table["change"] == change]
        if some.empty:
            continue
        of = int(some["plan"].iloc[0])
        centers = plans[of].layout.centers.loc[some["center"]]
        found.append((f"centers-{change}", _symbols(centers, names[of], change, lang)))
    return found


def _symbols(centers: gpd.GeoDataFrame, names: Names, change: str, lang: str) -> Drawn:
    kind, fill, size = CENTER_LOOKS[change]
    told = say(f"comparing.center-{change}", lang)
    shapes = [
        symbol(
            kind,
            at,
            fill=fill,
            size=size,
            above=0 if change == SAME else 300,
            tip=[
                ("", str(names.centers.get(center, center))),
                (told, figure(row["population"], "persons", lang)),
            ],
        )
        for at, (center, row) in zip(places(centers), centers.iterrows(), strict=True)
    ]
    title = say("comparing.center-count", lang, what=told, count=len(centers))
    layer = ShapeLayer(shapes, name=title)
    return layer, LegendPart(layer, "", ((kind, fill, title),))
