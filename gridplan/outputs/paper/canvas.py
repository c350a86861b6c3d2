"""The drawing of a plan on one pair of axes: areas, streets, centers, hospitals, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch

from gridplan.outputs.drawing.borders import street_borders
from gridplan.outputs.drawing.labels import Label, draw_labels
from gridplan.outputs.paper.paths import outline
from gridplan.outputs.style.fonts import Face
from gridplan.outputs.style.palette import EXISTING, NEW, ROAD, ROLES, STREET
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_width
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.outputs.words.telling import Telling

LINE = "#222222"
_CENTERS = (
    ("existing", "regional", EXISTING, "D"),
    ("existing", "community", EXISTING, "o"),
    ("existing", "station", EXISTING, "v"),
    ("new", "regional", NEW, "D"),
    ("new", "community", NEW, "o"),
    ("new", "station", NEW, "v"),
)
_SIZES = {"regional": 34, "community": 18, "station": 14}


class Canvas:
    """
    One map while it is drawn; it keeps what its legend must explain.

    Parameters
    ----------
    axes
        Empty, equal scales, in the district's CRS.
    telling
        The plan and its language.
    face
        What text is drawn with; what it cannot draw is labelled by id.
    size
        Factor on symbols and letters: 1 on a page of a report, more on a large sheet.
    """

    def __init__(self, axes: Axes, telling: Telling, face: Face, *, size: float = 1.0) -> None:
        self.axes, self.telling, self.face, self.size = axes, telling, face, size
        self.plan, self.names = telling.plan, telling.names
        self.legend: list[tuple[str, str, str]] = []
        self._labels: list[Label] = []
        self._symbols: list[tuple[float, float, float]] = []

    def explain(self, kind: str, colour: str, text: str) -> None:
        """Add a row to the legend, once."""
        if (kind, colour, text) not in self.legend:
            self.legend.append((kind, colour, text))

    def area(
        self,
        shape: Any,  # noqa: ANN401
        *,
        fill: str,
        edge: str,
        width: float,
        alpha: float = 1.0,
        style: str = "-",
    ) -> None:
        """Fill an area and draw its boundary; ``none`` for neither."""
        path = outline(shapely.simplify(shape, 1.0))
        if path is None:
            return
        face = fill if fill == "none" else mpl.colors.to_rgba(fill, alpha)
        look = {"facecolor": face, "edgecolor": edge, "lw": width * self.size, "ls": style}
        self.axes.add_patch(PathPatch(path, **look))

    def streets(self, *, names: bool = True, within: Any = None) -> None:  # noqa: ANN401
        """Draw the borders of the streets, and write their names well inside each."""
        streets = self.plan.layout.subdistricts
        borders = shapely.simplify(street_borders(streets, self.plan.district.units), 1.0)
        drawn = [shapely.get_coordinates(part) for part in shapely.get_parts(borders)]
        made = LineCollection(drawn, colors=STREET, linewidths=0.6 * self.size, linestyles="--")
        self.axes.add_collection(made)
        for key, shape in streets.geometry.items():
            part = shape if within is None else shapely.intersection(shape, within)
            if not names or part.is_empty or part.area < 0.02 * shape.area:
                continue
            told = self.names.subdistricts.get(key, str(key))
            at = shapely.point_on_surface(part)
            self.name(at, told, rank=1, lift=0.0, size=7.5, color="#444444", zorder=8)
        if len(streets):
            self.explain("dash", STREET, self.telling.fitting("report.legend-street"))

    def roads(self) -> None:
        """Draw the roads lightly, where the district has any."""
        roads = self.plan.district.roads
        if not len(roads):
            return
        lines = [shapely.get_coordinates(part) for part in shapely.get_parts(roads.geometry)]
        made = LineCollection(lines, colors=ROAD, linewidths=0.35 * self.size, zorder=2)
        self.axes.add_collection(made)
        self.explain("line", ROAD, word("layer", "roads", self.telling.lang))

    def links(self, centers: gpd.GeoDataFrame) -> None:
        """Draw a line from each center to the regional one above it."""
        points = self.plan.layout.centers.geometry
        above_of = zip(centers.geometry.items(), centers["regional_center"], strict=True)
        lines = [
            [(at.x, at.y), (points[above].x, points[above].y)]
            for (key, at), above in above_of
            if not is_missing(above) and above != key and above in points.index
        ]
        if lines:
            width = 0.8 * self.size
            self.axes.add_collection(LineCollection(lines, colors=LINE, linewidths=width, zorder=5))
            self.explain("line", LINE, self.telling.say("report.legend-links"))

    def centers(self, centers: gpd.GeoDataFrame, *, labels: bool) -> None:
        """Draw centers: colour tells existing from new, a diamond the regional ones."""
        for status, kind, colour, marker in _CENTERS:
            some = centers[(centers["status"] == status) & (centers["class"] == kind)]
            if not len(some):
                continue
            self.points(some, marker, _SIZES[kind], colour)
            told = {
                "status": word("status", status, self.telling.lang),
                "kind": self.telling.fitting(f"outputs.class-{kind}"),
            }
            self.explain(marker, colour, self.telling.say("report.legend-center", **told))
        if labels:
            for key, at in centers.geometry.items():
                self.name(at, str(key), rank=2, lift=2.2, size=5.5, color="#111111", zorder=9)

    def hospitals(self, hospitals: gpd.GeoDataFrame) -> None:
        """Draw hospitals by role, leads with their names."""
        drawn = hospitals["role"].where(hospitals["role"].isin(list(ROLES)), "none")
        for role, colour in ROLES.items():
            some = hospitals[drawn == role]
            if not len(some):
                continue
            self.points(some, "P", 90 if role == "lead" else 45, colour)
            self.explain("P", colour, word("role", role, self.telling.lang))
            if role == "lead":
                for key, at in some.geometry.items():
                    told = self.names.hospitals.get(key, str(key))
                    look = {"size": 7, "color": colour, "zorder": 10}
                    self.name(at, told, str(key), rank=0, lift=-2.6, **look)

    def points(self, some: gpd.GeoDataFrame, marker: str, size: float, colour: str) -> None:
        """Draw symbols of a size in square points; names keep clear of them."""
        area = size * self.size**2
        made = self.axes.scatter(
            some.geometry.x,
            some.geometry.y,
            s=area,
            marker=marker,
            c=colour,
            edgecolors="white",
            linewidths=0.6 * self.size,
            zorder=7,
        )
        made.set_clip_on(True)
        self._symbols += [(at.x, at.y, area**0.5 / 2) for at in some.geometry]

    def name(
        self,
        at: shapely.Point,
        text: str,
        *others: str,
        rank: int,
        lift: float,
        **look: Any,  # noqa: ANN401
    ) -> None:
        """Take a text, or what else of ``others`` can be drawn, for a place near a point."""
        west, east = self.axes.get_xlim()
        south, north = self.axes.get_ylim()
        if not (west <= at.x <= east and south <= at.y <= north):
            return
        shown = self.face.label(plain(text, limit=70), *(plain(one, limit=70) for one in others))
        if shown:
            rim = [patheffects.withStroke(linewidth=1.6 * self.size, foreground="#ffffff")]
            look = {**look, "size": look["size"] * self.size}
            look = {**look, "clip_on": True, "path_effects": rim}
            self._labels.append(Label(at.x, at.y, divided(shown), lift, rank, look))

    def write_names(self) -> None:
        """Write the names that were taken, each where it hides no other."""
        draw_labels(self.axes, self._labels, self._symbols)


def divided(text: str) -> str:
    """Break a long name once, near its middle, at a blank."""
    blanks = [at for at, sign in enumerate(text) if sign == " "]
    if text_width(text) <= 28 or not blanks:
        return text
    middle = min(blanks, key=lambda at: abs(at - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def bar_metres(width: float) -> float:
    """Give a round length of at most about a fifth of a width, metres."""
    rough = width * 0.22
    power = 10.0 ** np.floor(np.log10(rough))
    return float(max(step * power for step in (1, 2, 5) if step * power <= rough))


def kilometres(metres: float, lang: str) -> str:
    """Say a length in kilometres."""
    return say("report.kilometres", lang, value=f"{metres / 1000:g}")
