"""The map of a roll-up: each planned district in the colour of its share within the walk."""

from __future__ import annotations

import io
from collections.abc import Mapping

import geopandas as gpd
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from gridplan.outputs.style.fonts import Face
from gridplan.text import say

CLASSES = ((90.0, "#1a6e5f"), (80.0, "#63b3a1"), (60.0, "#f2cf63"), (0.0, "#d9764a"))
"""Lower bounds of the share within the walk, percent, and the colour of the class."""
_NOT_PLANNED = "#d0d0d0"
_SMALL = 0.02
"""Share of the map's side below which a district is a dot: its outline would not be seen."""
_NAMED = 30
"""As many districts as are named on the map."""


def draw_shares(
    shapes: gpd.GeoDataFrame,
    borders: gpd.GeoSeries,
    names: Mapping[str, str],
    look: Face,
    lang: str,
) -> bytes:
    """
    Draw the districts of one scenario.

    Parameters
    ----------
    shapes
        One row a district, in EPSG:4326: ``adcode``, ``residents_nearest``, ``residents``.
    borders
        Outlines of the cities, in EPSG:4326: drawn where there is more than one.
    names
        Of the districts, by code.
    look
        Fonts.
    lang
        Of the legend.

    Returns
    -------
    picture
        PNG.
    """
    share = 100 * shapes["residents_nearest"] / shapes["residents"]
    table = shapes.to_crs(shapes.estimate_utm_crs()).assign(colour=[_colour(one) for one in share])
    with mpl.rc_context({"font.family": list(look.families)}):
        figure = Figure(figsize=(6.4, 4.8), dpi=150, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        _districts(axes, table, names)
        if len(borders) > 1:
            borders.to_crs(table.crs).boundary.plot(ax=axes, color="#404040", linewidth=0.6)
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.margins(0.08)
        legend = _legend(lang, blank=bool(share.isna().any()))
        figure.legend(
            handles=legend, loc="outside lower center", ncols=len(legend), fontsize=8, frameon=False
        )
        made = io.BytesIO()
        figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def _districts(axes: Axes, table: gpd.GeoDataFrame, names: Mapping[str, str]) -> None:
    bounds = table.bounds
    sides = np.maximum(bounds["maxx"] - bounds["minx"], bounds["maxy"] - bounds["miny"])
    west, south, east, north = table.total_bounds
    small = (sides < _SMALL * max(east - west, north - south)).to_numpy()
    if not small.all():
        large = table[~small]
        large.plot(ax=axes, color=large["colour"], edgecolor="#ffffff", linewidth=0.5)
    points = table.geometry.representative_point()
    dots = points[small]
    axes.scatter(
        dots.x, dots.y, s=40, c=list(table["colour"][small]), edgecolors="#404040", clip_on=False
    )
    if len(table) <= _NAMED:
        for code, point in zip(table["adcode"], points, strict=True):
            axes.annotate(
                names.get(code, code),
                (point.x, point.y),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=7,
            )


def _legend(lang: str, *, blank: bool) -> list[Patch]:
    names = [say("batch.class", lang, percent=f"{lower:g}") for lower, _ in CLASSES]
    names[-1] = say("batch.class-below", lang, percent=f"{CLASSES[-2][0]:g}")
    patches = [
        Patch(color=colour, label=name) for name, (_, colour) in zip(names, CLASSES, strict=True)
    ]
    if blank:
        patches.append(Patch(color=_NOT_PLANNED, label=say("batch.class-none", lang)))
    return patches


def _colour(share: float) -> str:
    if not np.isfinite(share):
        return _NOT_PLANNED
    return next(colour for lower, colour in CLASSES if share >= lower)
