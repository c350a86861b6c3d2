"""A plan on matplotlib axes, with title, legend and scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridplan.outputs.figures.panel import draw_panel
from gridplan.outputs.style.fonts import face
from gridplan.outputs.style.palette import EXISTING, NEW, OUTLINE, ROLES, STREET, grid_palette
from gridplan.outputs.words.names import word
from gridplan.outputs.words.safe import plain
from gridplan.text.language import in_language, joined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gridplan.outputs.words.telling import Telling
    from gridplan.planning.plan import Plan

SCALE_SHARE = 0.25
"""Share of the map's width that the scale takes at most."""


def plot_plan(telling: Telling, axes: Axes | None) -> Axes:
    """
    Draw a plan.

    Parameters
    ----------
    telling
        A finished plan, and the language of title and legend. Text that no font of this machine
        can draw is left out.
    axes
        Where to, in the metres of the plan's CRS; None makes a figure of its own.

    Returns
    -------
    axes
    """
    look: Any = {
        "font.family": list(face().families),
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with mpl.rc_context(look):
        if axes is None:
            import matplotlib.pyplot as plt

            _, axes = plt.subplots(figsize=(9.0, 7.0), layout="constrained")
        draw_panel(axes, telling.plan, size=1.6)
        axes.set_title(_title(telling), fontsize=12)
        handles = _handles(telling)
        axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8)
        _scale(axes, telling.plan)
    return axes


def _drawable(text: str, other: str = "") -> str:
    return face().label(plain(text, limit=60), other)


def _title(telling: Telling) -> str:
    plan = telling.plan
    key = "maps.title" if len(plan.layout.grids) else "maps.title-centers"
    title = telling.fitting(key, district=telling.names.district)
    name = in_language(plan.scenario, "name", telling.lang)
    return _drawable(f"{title}\u2003{name}", plan.district.code)


def _handles(telling: Telling) -> list[Any]:
    """Make the entries of the legend: only what is on the map."""
    plan, names, lang = telling.plan, telling.names, telling.lang
    layout = plan.layout
    shades = grid_palette(plan) if len(layout.grids) else {}
    made: list[Any] = [
        Patch(
            facecolor=shade,
            alpha=0.5,
            edgecolor=OUTLINE,
            label=_drawable(names.grids[grid], grid),
        )
        for grid, shade in shades.items()
    ]
    if len(layout.subdistricts):
        title = _drawable(telling.fitting("maps.layer-streets"), "-")
        made.append(Line2D([], [], color=STREET, ls="--", lw=1, label=title))
    for status, shade in (("existing", EXISTING), ("new", NEW)):
        some = layout.centers[layout.centers["status"] == status]
        for kind, symbol, size in (("regional", "D", 6), ("community", "o", 5)):
            if (some["class"] == kind).any():
                parts = [word("class", kind, lang), word("status", status, lang)]
                told = joined(parts, lang, "pause")
                made.append(_symbol(symbol, shade, size, _drawable(told, f"{kind} {status}")))
    if len(layout.hospitals) and (layout.hospitals["role"] == "lead").any():
        made.append(_symbol("P", ROLES["lead"], 9, _drawable(word("role", "lead", lang), "lead")))
    return made


def _symbol(symbol: str, shade: str, size: float, title: str) -> Line2D:
    return Line2D(
        [], [], ls="", marker=symbol, ms=size, mfc=shade, mec="white", mew=0.6, label=title
    )


def _scale(axes: Axes, plan: Plan) -> None:
    """Draw a bar of a round length below the map, at the left."""
    west, south, east, north = plan.district.units.total_bounds
    most = SCALE_SHARE * (east - west)
    if not most > 0:
        return
    power = 10.0 ** math.floor(math.log10(most))
    length = next(power * step for step in (5, 2, 1) if power * step <= most)
    below = south - 0.04 * max(north - south, east - west)
    axes.plot([west, west + length], [below, below], c=OUTLINE, lw=2.5, solid_capstyle="butt")
    told = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    beside: Any = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
    axes.annotate(told, (west + length, below), fontsize=8, **beside)
