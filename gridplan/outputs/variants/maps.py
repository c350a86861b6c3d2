"""One sheet of small maps: the grids and centers of each variant, side by side."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gridplan.outputs.files.geopackage import grid_palette
from gridplan.outputs.style.palette import EXISTING, NEW, OUTLINE, ROLES, STREET
from gridplan.outputs.tables.variants import variant_name
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.text import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.plan import Plan
    from gridplan.planning.variants.side_by_side import SideBySide

COLUMNS = 3
WIDTH = 10.0  # inches
DPI = 160


def variant_maps(found: SideBySide, lang: str, face: Face) -> bytes:
    """
    Draw every variant that could be planned.

    Parameters
    ----------
    found
        As :func:`gridplan.planning.variants.side_by_side.side_by_side` gives it.
    lang
        ``zh`` or ``en``.
    face
        What text is drawn with; what it cannot draw is told by the letter alone.

    Returns
    -------
    png
        Streets dashed, grids filled, existing centers dark, new ones light, leads as crosses.
    """
    planned = [one for one in found.variants if one.letter in found.plans]
    west, south, east, north = found.plan.district.units.total_bounds
    rows = math.ceil(len(planned) / COLUMNS)
    tall = WIDTH / COLUMNS * (north - south) / max(east - west, 1e-9) + 0.35
    look: Any = {
        "font.family": list(face.families),
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with mpl.rc_context(look):
        sheet = Figure(figsize=(WIDTH, rows * min(tall, WIDTH)), dpi=DPI)
        FigureCanvasAgg(sheet)
        for at, one in enumerate(planned, start=1):
            axes = sheet.add_subplot(rows, COLUMNS, at)
            _panel(axes, found.plans[one.letter])
            told = {"letter": one.letter, "name": variant_name(Telling(found.plan, lang), one)}
            title = plain(say("variants.planned", lang, **told), limit=60)
            axes.set_title(face.label(title, one.letter) or "", fontsize=8)
            axes.set_xlim(west, east)
            axes.set_ylim(south, north)
        sheet.subplots_adjust(0.01, 0.01, 0.99, 0.96, 0.03, 0.12)
        page = io.BytesIO()
        sheet.savefig(page, format="png", dpi=DPI, metadata={"Software": "gridplan"})
    return page.getvalue()


def _panel(axes: Axes, plan: Plan) -> None:
    colours = grid_palette(plan)
    for grid, shape in plan.layout.grids.geometry.items():
        _outlined(axes, shape, fill=colours[grid])
    for shape in plan.layout.subdistricts.geometry:
        _lines(axes, shape, colour=STREET, width=0.5, style="--")
    centers = plan.layout.centers
    for status, colour in (("existing", EXISTING), ("new", NEW)):
        some = centers[centers["status"] == status].geometry
        axes.scatter(some.x, some.y, s=5, c=colour, linewidths=0, zorder=3)
    leads = plan.layout.hospitals[plan.layout.hospitals["role"] == "lead"].geometry
    axes.scatter(leads.x, leads.y, s=36, marker="P", c=ROLES["lead"], edgecolors="white", zorder=4)
    axes.set_aspect("equal", adjustable="box")
    axes.set_axis_off()


def _outlined(axes: Axes, shape: Any, *, fill: str) -> None:  # noqa: ANN401  # any area
    for part in shapely.get_parts(shapely.simplify(shape, 1.0)):
        if part.geom_type == "Polygon":
            corners = np.asarray(part.exterior.coords)
            axes.fill(corners[:, 0], corners[:, 1], facecolor=fill, alpha=0.5, edgecolor="none")
    _lines(axes, shape, colour=OUTLINE, width=1.0, style="-")


def _lines(axes: Axes, shape: Any, *, colour: str, width: float, style: str) -> None:  # noqa: ANN401
    for part in shapely.get_parts(shapely.simplify(shape, 1.0)):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                corners = np.asarray(ring.coords)
                axes.plot(corners[:, 0], corners[:, 1], c=colour, lw=width, ls=style)
