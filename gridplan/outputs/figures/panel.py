"""A small map of a plan: grids filled, streets dashed, centers, leads; no text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gridplan.district.geometry.whole import whole_of
from gridplan.outputs.drawing.borders import street_borders
from gridplan.outputs.style.palette import EXISTING, NEW, OUTLINE, ROLES, STREET, grid_palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gridplan.planning.plan import Plan

SMALL_INCHES, SMALL_DPI = 3.2, 100


def draw_panel(axes: Axes, plan: Plan, *, size: float = 1.0) -> None:
    """
    Draw a plan without any text.

    Parameters
    ----------
    axes
        Where to; in the metres of the plan's CRS, without frame.
    plan
        A finished plan.
    size
        How large symbols and lines are, 1 for a small map.
    """
    layout = plan.layout
    if len(layout.grids):
        colours = grid_palette(plan)
        for grid, shape in layout.grids.geometry.items():
            _outlined(axes, shape, fill=colours[grid], width=size)
    else:
        whole = whole_of(plan.district.units.geometry.array)
        _lines(axes, whole, colour=OUTLINE, width=size, style="-")
    borders = street_borders(layout.subdistricts, plan.district.units)
    for border in shapely.get_parts(shapely.simplify(borders, 1.0)):
        axes.plot(*border.xy, c=STREET, lw=0.5 * size, ls="--")
    for kind, symbol, area in (("community", "o", 5.0), ("regional", "D", 14.0)):
        for status, colour in (("existing", EXISTING), ("new", NEW)):
            is_one = (layout.centers["status"] == status) & (layout.centers["class"] == kind)
            some = layout.centers[is_one].geometry
            look: dict[str, Any] = {"linewidths": 0.4 * size, "edgecolors": "white", "zorder": 3}
            axes.scatter(some.x, some.y, s=area * size**2, marker=symbol, c=colour, **look)
    leads = layout.hospitals
    if len(leads):
        leads = leads[leads["role"] == "lead"]
        look = {"c": ROLES["lead"], "edgecolors": "white", "linewidths": 0.6 * size, "zorder": 4}
        axes.scatter(leads.geometry.x, leads.geometry.y, s=36 * size**2, marker="P", **look)
    axes.set_aspect("equal", adjustable="box")
    axes.set_axis_off()


def panel_png(plan: Plan) -> bytes:
    """Give a small map as PNG bytes, the same for the same plan."""
    west, south, east, north = plan.district.units.total_bounds
    tall = min(max((north - south) / max(east - west, 1e-9), 0.4), 1.6)
    sheet = Figure(figsize=(SMALL_INCHES, SMALL_INCHES * tall), dpi=SMALL_DPI)
    FigureCanvasAgg(sheet)
    axes = sheet.add_axes((0.0, 0.0, 1.0, 1.0))
    draw_panel(axes, plan)
    page = io.BytesIO()
    sheet.savefig(page, format="png", dpi=SMALL_DPI, metadata={"Software": "gridplan"})
    return page.getvalue()


def _outlined(axes: Axes, shape: Any, *, fill: str, width: float) -> None:  # noqa: ANN401  # any area
    for part in shapely.get_parts(shapely.simplify(shape, 1.0)):
        if part.geom_type == "Polygon":
            corners = np.asarray(part.exterior.coords)
            axes.fill(corners[:, 0], corners[:, 1], facecolor=fill, alpha=0.5, edgecolor="none")
    _lines(axes, shape, colour=OUTLINE, width=width, style="-")


def _lines(axes: Axes, shape: Any, *, colour: str, width: float, style: str) -> None:  # noqa: ANN401
    for part in shapely.get_parts(shapely.simplify(shape, 1.0)):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                corners = np.asarray(ring.coords)
                axes.plot(corners[:, 0], corners[:, 1], c=colour, lw=width, ls=style)
