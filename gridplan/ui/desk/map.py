"""The map of a page: its layers drawn in the page itself, kept while the page is drawn again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
import streamlit.components.v1

from gridplan.outputs.canvas.canvas import Canvas
from gridplan.outputs.drawing.offline import asset_folder
from gridplan.ui.setup.base_maps import base_maps
from gridplan.ui.setup.tiles import tiles_of
from gridplan.ui.shown.spoken import SETTING, say, spoken_as

_ASSETS = Path(__file__).parents[1] / "assets"
# What lies in the folder of the maps' scripts is served under this name; it is never drawn itself.
_served = streamlit.components.v1.declare_component("gridplan_assets", path=asset_folder())
_NAMED = ("grids", "grids-after")
"""Layers whose legends name hospitals."""
TOOLS = ("look", "brush", "box", "polygon", "community", "street", "add", "move", "close")
_WORDS = (
    "layers", "tools", "into", "size", "home", "map", "keys", "zoom-in", "zoom-out",
    "km",
    "m",
    "base", "no-base",
    *(f"{part}-{tool}" for part in ("tool", "about") for tool in TOOLS),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Editing:
    """
    What a map offers beyond looking.

    Parameters
    ----------
    tools
        Of :data:`TOOLS`, in the order of their buttons.
    edit
        ``grid``, packed number of the grid of each unit; ``names``, ``colours`` and ``locked`` by
        that number; ``stroke``, the number of the last stroke that is in it.
    sites
        Centers as they can be changed: ``id``, ``at``, ``name``, ``lines``, ``kind``, ``fill``,
        ``size``, ``state``, ``movable``.
    focus
        ``at`` and ``zoom`` of a place to show, with a ``number`` that is new each time.
    pin
        Longitude and latitude of a place that is marked as long as it is given.
    points
        Places that tell of themselves when they are clicked: ``id`` and ``at``; None where a click
        tells which unit it met.
    """

    tools: tuple[str, ...] = ()
    edit: dict[str, Any] | None = None
    sites: list[dict[str, Any]] | None = None
    focus: dict[str, Any] | None = None
    pin: list[float] | None = None
    points: list[dict[str, Any]] | None = None


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "gridplan_desk",
        js=(_ASSETS / "desk.js").read_text(encoding="utf-8"),
        css=(_ASSETS / "desk.css").read_text(encoding="utf-8"),
        isolate_styles=False,
    )


def draw_map(
    canvas: Canvas,
    lang: str,
    *,
    kind: str,
    place: str,
    height: str = "calc(100vh - 290px)",
    editing: Editing | None = None,
    together: bool = False,
    act: Callable[[], None] | None = None,
) -> dict[str, Any] | None:
    """
    Draw a map, the same one as long as the page stays.

    Parameters
    ----------
    canvas
        Its layers; sent only while the browser does not have them.
    lang
        ``zh`` or ``en``.
    kind
        Of map: layers that were switched are remembered by it, and its state is named by it.
    place
        Of the district: where one had zoomed to is remembered by it.
    height
        As a style sheet says it.
    editing
        Tools and what they work on; None to look only.
    together
        Whether it moves with the other maps of the page of which this is said.
    act
        Called before the page is drawn again after something was done on the map; what it was then
        stands in the session under :func:`entry`.

    Returns
    -------
    what
        Was done on the map: ``act`` and its values; None where nothing was.
    """
    editing = editing or Editing()
    canvas = spoken_canvas(canvas, lang, str(st.session_state.get(SETTING, "")))
    name = entry(kind)
    state = st.session_state.get(name)
    have = str(state.get("have") or "") if state else ""
    words = {word: say(f"desk.{word}", lang) for word in _WORDS}
    data = {
        "prefix": f"{_prefix()}/component/{_served.name}/",
        "key": canvas.key,
        "canvas": None if have == canvas.key else {"key": canvas.key, "content": canvas.content},
        "lang": lang,
        "kind": kind,
        "place": place,
        "height": height,
        "words": words,
        "tools": list(editing.tools),
        "edit": editing.edit,
        "sites": editing.sites,
        "focus": editing.focus,
        "together": together,
        "pin": editing.pin,
        "points": editing.points,
        "bases": _bases(canvas, lang),
    }
    result = _component()(
        key=name,
        data=data,
        on_have_change=lambda: None,
        on_act_change=act or (lambda: None),
    )
    done = result.get("act")
    return dict(done) if done else None


@lru_cache(maxsize=16)
def spoken_canvas(canvas: Canvas, lang: str, setting: str) -> Canvas:
    """Give a map whose layers and legends are in the words of the place; names stay."""
    if not setting:
        return canvas

    def spoken(layer: dict[str, Any]) -> dict[str, Any]:
        if layer["name"] in _NAMED:
            return layer
        legend = layer["legend"]
        rows = [(kind, ink, spoken_as(text, lang, setting)) for kind, ink, text in legend["rows"]]
        told = {"rows": rows, "note": spoken_as(legend["note"], lang, setting)}
        title = spoken_as(layer["title"], lang, setting)
        return layer | {"title": title, "legend": legend | told}

    layers = [spoken(layer) for layer in canvas.content["layers"]]
    return Canvas(f"{canvas.key}-{setting}", canvas.content | {"layers": layers})


def place_clicked(kind: str) -> tuple[float, float] | None:
    """Give the place that was clicked last on a map, degrees in WGS-84; None where none was."""
    state = st.session_state.get(entry(kind))
    done = state.get("act") if state else None
    if not isinstance(done, dict) or done.get("act") != "unit":
        return None
    told = done.get("lon"), done.get("lat")  # from a browser: it may be anything
    place = [float(n) for n in told if isinstance(n, (int, float)) and math.isfinite(n)]
    return (place[0], place[1]) if len(place) == len(told) else None


def entry(kind: str) -> str:
    """Name the session's entry of a map."""
    return f"map-{kind}"


def _prefix() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def _bases(canvas: Canvas, lang: str) -> list[dict[str, Any]]:
    """Give the base maps of this server; none is drawn, or asked for, before it is chosen."""
    found = []
    for number, base in enumerate(base_maps()[0]):
        layer: dict[str, Any] = {"url": base.url, "min": base.min_zoom, "max": base.max_zoom}
        if base.file is not None:
            made = tiles_of(base.file, canvas.content["bounds"])
            if made is None:
                continue
            layer = made | {"url": f"{_prefix()}/{made['url']}"}
        told = {"name": base.name(lang), "subdomains": base.subdomains, "overlay": base.overlay}
        found.append(layer | told | {"id": number, "attribution": base.attribution})
    return found
