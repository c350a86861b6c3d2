"""Maps for paper: one of the whole district and one of each grid, with all a map must carry."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline

from gridplan.outputs.map.labels import Label, draw_labels
from gridplan.outputs.style.fonts import Face
from gridplan.outputs.style.palette import (
    AREAS,
    EXISTING,
    NEW,
    OUTLINE,
    ROLES,
    SERVICE,
    STREET,
    grid_palette,
    share_out,
    touching,
)
from gridplan.outputs.tables.summary import label_banner
from gridplan.outputs.words.manner import fitting
from gridplan.outputs.words.names import grid_name, is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.text_table import text_width
from gridplan.text import say
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

WIDTH = 6.14  # inches: the 156 mm of a page
DPI = 200
_FOOT = 140  # characters of the foot's size that fit the page's width
_HALO = "#ffffff"


def overview_map(telling: Telling, face: Face) -> bytes:
    """
    Draw the district: grids, streets, centers, hospitals.

    Parameters
    ----------
    telling
        As planned or as read back.
    face
        What text is drawn with; what it cannot draw is labelled by id.

    Returns
    -------
    png
    """
    plan = telling.plan
    sheet = _Sheet(telling, face, area=np.asarray(plan.district.units.total_bounds))
    colours = grid_palette(plan)
    for grid, row in plan.layout.grids.iterrows():
        sheet.area(row["geometry"], fill=colours[grid], alpha=0.5, edge=OUTLINE, width=1.2)
    if not len(plan.layout.grids):
        whole = shapely.union_all(np.asarray(plan.district.units.geometry.array))
        sheet.area(whole, fill="#eeeeee", alpha=1.0, edge=OUTLINE, width=1.2)
    sheet.streets()
    sheet.centers(plan.layout.centers, labels=False)
    sheet.hospitals(plan.layout.hospitals)
    sheet.names_of_streets()
    entries = [
        (
            Patch(facecolor=colours[grid], alpha=0.5, edgecolor=OUTLINE),
            sheet.names.grids[grid],
            grid,
        )
        for grid in plan.layout.grids.index
    ]
    title = fitting("report.map-overview", telling.lang, sheet.how, district=sheet.names.district)
    return sheet.finish(title, entries)


def alternative_map(telling: Telling, number: int, face: Face) -> bytes:
    """
    Draw one of the ways to cut the grids.

    Parameters
    ----------
    telling, face
        As in :func:`overview_map`.
    number
        Of the alternative, from 1.

    Returns
    -------
    png
    """
    plan = telling.plan
    other = plan.alternatives[number - 1]
    sheet = _Sheet(telling, face, area=np.asarray(plan.district.units.total_bounds))
    grids = other.leads.index
    part = grids.get_indexer(other.grid.loc[plan.district.units.index])
    colours = share_out(touching(plan.district.adjacency, part, len(grids)), len(AREAS))
    shapes = np.asarray(plan.district.units.geometry.array)
    entries = []
    for at, grid in enumerate(grids):
        fill = AREAS[colours[at]]
        whole = shapely.union_all(shapes[part == at])
        sheet.area(whole, fill=fill, alpha=0.5, edge=OUTLINE, width=1.2)
        lead = other.leads[grid]
        name = grid_name(grid, sheet.names.hospitals.get(lead, str(lead)), telling.lang)
        entries.append((Patch(facecolor=fill, alpha=0.5, edgecolor=OUTLINE), name, grid))
    sheet.streets()
    leads = plan.layout.hospitals[plan.layout.hospitals.index.isin(other.leads)]
    sheet.hospitals(leads.assign(role="lead"))
    sheet.names_of_streets()
    return sheet.finish(telling.say("report.map-alternative", number=number), entries)


def grid_map(telling: Telling, grid: str, face: Face) -> bytes:
    """
    Draw one grid: service areas of its centers, their ids, who manages whom.

    Parameters
    ----------
    telling, face
        As in :func:`overview_map`.
    grid
        Its id.

    Returns
    -------
    png
    """
    layout = telling.plan.layout
    shape = layout.grids["geometry"][grid]
    sheet = _Sheet(telling, face, area=np.asarray(shape.bounds))
    centers = layout.centers[layout.centers["grid"] == grid]
    for at, colour in _service(telling.plan, grid, centers):
        sheet.area(at, fill=colour, alpha=0.55, edge="#ffffff", width=0.4)
    sheet.streets()
    sheet.area(shape, fill="none", alpha=1.0, edge=OUTLINE, width=1.6)
    sheet.links(centers)
    sheet.centers(centers, labels=True)
    sheet.hospitals(layout.hospitals[layout.hospitals["grid"] == grid])
    sheet.names_of_streets(within=shape)
    entries = [
        (
            Patch(facecolor=SERVICE[0], alpha=0.55),
            fitting("report.legend-service", telling.lang, sheet.how),
            "",
        ),
        (Line2D([], [], color="#222222", lw=0.8), telling.say("report.legend-links"), ""),
    ]
    if sheet.how:
        entries.pop()  # no 1+N, no lines
    entries = entries if len(centers) else []
    return sheet.finish(telling.say("report.map-grid", grid=sheet.names.grids[grid]), entries)


def _service(plan: Plan, grid: str, centers: gpd.GeoDataFrame) -> list[tuple[Any, str]]:
    """Join the units of each center; neighbours get different colours."""
    served = plan.layout.units["center"].to_numpy()
    part = centers.index.get_indexer(served)
    part = np.where((plan.layout.units["grid"] == grid).to_numpy(), part, -1)
    numbers = share_out(touching(plan.district.adjacency, part, len(centers)), len(SERVICE))
    shapes = np.asarray(plan.district.units.geometry.array)
    return [
        (shapely.union_all(shapes[part == at]), SERVICE[numbers[at]])
        for at in range(len(centers))
        if (part == at).any()
    ]


class _Sheet:
    """One map on its page: drawn layer by layer, then given legend, scale, arrow and sources."""

    def __init__(self, telling: Telling, face: Face, *, area: np.ndarray) -> None:
        self.plan, self.lang, self.face = telling.plan, telling.lang, face
        self.names, self.how = telling.names, telling.manner
        west, south, east, north = area
        margin = 0.04 * max(east - west, north - south)
        self.box: tuple[float, ...] = (west - margin, south - margin, east + margin, north + margin)
        # Text is shown as it is: "$" opens no formula.
        self.look: Any = {
            "font.family": list(face.families),
            "axes.unicode_minus": False,
            "text.parse_math": False,
        }
        with mpl.rc_context(self.look):
            height = float(np.clip(WIDTH * 0.98 * self._tallness(), 3.0, 5.9))
            self.figure = Figure(figsize=(WIDTH, height + 1.6), dpi=DPI)
            FigureCanvasAgg(self.figure)
            bottom = 1.25 / (height + 1.6)
            self.axes: Axes = self.figure.add_axes((0.01, bottom, 0.98, height / (height + 1.6)))
        self.box = _filled(self.box, height / (WIDTH * 0.98))
        self.axes.set_xlim(self.box[0], self.box[2])
        self.axes.set_ylim(self.box[1], self.box[3])
        self.axes.set_aspect("equal", adjustable="box")
        self.axes.set_xticks([])
        self.axes.set_yticks([])
        self.used: set[str] = set()
        self.labels: list[Label] = []
        self.symbols: list[tuple[float, float, float]] = []

    def _tallness(self) -> float:
        west, south, east, north = self.box
        return float((north - south) / (east - west))

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
        shown = self.face.label(plain(text, limit=70), *(plain(one, limit=70) for one in others))
        if shown:
            look = {**look, "clip_on": True, "path_effects": [_rim()]}
            label = Label(at.x, at.y, _divided(shown), lift, rank, look)
            self.labels.append(label)

    def write(self, x: float, y: float, text: str, *others: str, **look: Any) -> None:  # noqa: ANN401
        """Write a text just there, with a pale rim."""
        shown = self.face.label(plain(text, limit=40), *(plain(one, limit=40) for one in others))
        if not shown:
            return
        with mpl.rc_context(self.look):
            written = self.axes.text(x, y, shown, ha="center", va="center", clip_on=True, **look)
        written.set_path_effects([_rim()])

    def area(self, shape: Any, *, fill: str, alpha: float, edge: str, width: float) -> None:  # noqa: ANN401
        """Fill an area and draw its boundary."""
        outline = _outline(shapely.simplify(shape, 1.0))
        if outline is None:
            return
        face = fill if fill == "none" else mpl.colors.to_rgba(fill, alpha)
        self.axes.add_patch(PathPatch(outline, facecolor=face, edgecolor=edge, lw=width))

    def streets(self) -> None:
        """Draw the boundaries of the streets."""
        for shape in self.plan.layout.subdistricts.geometry:
            outline = _outline(shapely.simplify(shape, 1.0))
            if outline is not None:
                self.axes.add_patch(
                    PathPatch(outline, facecolor="none", edgecolor=STREET, lw=0.6, ls="--")
                )
                self.used.add("street")

    def names_of_streets(self, *, within: Any = None) -> None:  # noqa: ANN401  # a shape or None
        """Write the streets' names well inside each, or inside its part in ``within``."""
        for name, shape in self.plan.layout.subdistricts.geometry.items():
            part = shape if within is None else shapely.intersection(shape, within)
            if part.is_empty or part.area < 0.02 * shape.area:
                continue
            at = shapely.point_on_surface(part)
            told = self.names.subdistricts.get(name, str(name))
            self.name(at, told, rank=1, lift=0.0, size=7.5, color="#444444", zorder=8)

    def links(self, centers: gpd.GeoDataFrame) -> None:
        """Draw a line from each center to the regional one above it."""
        points = self.plan.layout.centers.geometry
        lines = [
            [(at.x, at.y), (points[above].x, points[above].y)]
            for (key, at), above in zip(
                centers.geometry.items(), centers["regional_center"], strict=True
            )
            if not is_missing(above) and above != key and above in points.index
        ]
        self.axes.add_collection(LineCollection(lines, colors="#222222", linewidths=0.8, zorder=5))

    def centers(self, centers: gpd.GeoDataFrame, *, labels: bool) -> None:
        """Draw centers: colour tells existing from new, a diamond the regional ones."""
        for status, colour in (("existing", EXISTING), ("new", NEW)):
            for kind, marker, size in (
                ("station", "v", 14),
                ("community", "o", 18),
                ("regional", "D", 34),
            ):
                some = centers[(centers["status"] == status) & (centers["class"] == kind)]
                if len(some):
                    self._points(some, marker, size, colour)
                    self.used.add(f"{status}-{kind}")
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
            self._points(some, "P", 90 if role == "lead" else 45, colour)
            self.used.add(f"hospital-{role}")
            for key, at in some.geometry.items():
                if role == "lead":
                    told = self.names.hospitals.get(key, str(key))
                    look = {"size": 7, "color": colour, "zorder": 10}
                    self.name(at, told, str(key), rank=0, lift=-2.6, **look)

    def _points(self, some: gpd.GeoDataFrame, marker: str, size: float, colour: str) -> None:
        made: PathCollection = self.axes.scatter(
            some.geometry.x,
            some.geometry.y,
            s=size,
            marker=marker,
            c=colour,
            edgecolors="white",
            linewidths=0.6,
            zorder=7,
        )
        made.set_clip_on(True)
        half = size**0.5 / 2  # a symbol's size is its area in square points
        self.symbols += [(at.x, at.y, half) for at in some.geometry]

    def finish(self, title: str, entries: list[tuple[Any, str, str]]) -> bytes:
        """Add title, legend, scale bar, north arrow, data label and sources; give the PNG."""
        with mpl.rc_context(self.look):
            draw_labels(self.axes, self.labels, self.symbols)
            self._title(title)
            self._legend(entries)
            self._scale()
            self._north()
            self._foot()
            page = io.BytesIO()
            self.figure.savefig(page, format="png", dpi=DPI, metadata={"Software": "gridplan"})
        return page.getvalue()

    def _title(self, title: str) -> None:
        shown = self.face.label(plain(title, limit=120), self.plan.district.code)
        size = 10.5 if text_width(shown) <= 70 else 8.5
        self.figure.text(0.5, 0.985, shown, ha="center", va="top", size=size)

    def _legend(self, entries: list[tuple[Any, str, str]]) -> None:
        known = [*entries, *self._symbols()]
        pairs = [
            (handle, shown)
            for handle, text, other in known
            if (shown := self.face.label(plain(text, limit=110), other))
        ]
        if pairs:
            self.figure.legend(
                *zip(*pairs, strict=True),
                loc="lower center",
                bbox_to_anchor=(0.5, 0.32 / self.figure.get_figheight()),
                ncols=2 if any(len(text) > 24 for _, text in pairs) else 3,
                fontsize=6.8,
                frameon=False,
                handlelength=1.4,
                columnspacing=1.6,
            )

    def _symbols(self) -> list[tuple[Any, str, str]]:
        symbols: list[tuple[Any, str, str]] = []
        if "street" in self.used:
            line = Line2D([], [], color=STREET, lw=0.8, ls="--")
            symbols.append((line, fitting("report.legend-street", self.lang, self.how), ""))
        for status, colour in (("existing", EXISTING), ("new", NEW)):
            for kind, marker, size in (
                ("regional", "D", 5.5),
                ("community", "o", 4.5),
                ("station", "v", 4.0),
            ):
                if f"{status}-{kind}" in self.used:
                    text = say(
                        "report.legend-center",
                        self.lang,
                        status=word("status", status, self.lang),
                        kind=fitting(f"outputs.class-{kind}", self.lang, self.how),
                    )
                    symbols.append((_symbol(marker, size, colour), text, f"{status} {kind}"))
        for role, colour in ROLES.items():
            if f"hospital-{role}" in self.used:
                size = 8 if role == "lead" else 6
                text = word("role", role, self.lang)
                symbols.append((_symbol("P", size, colour), text, role))
        return symbols

    def _scale(self) -> None:
        west, east = self.axes.get_xlim()
        south, north = self.axes.get_ylim()
        rough = (east - west) * 0.22
        power = 10.0 ** np.floor(np.log10(rough))
        metres = max(step * power for step in (1, 2, 5) if step * power <= rough)
        x, y = west + 0.03 * (east - west), south + 0.035 * (north - south)
        high = 0.008 * (north - south)
        for part, colour in ((0, "#222222"), (1, "#ffffff")):
            left = x + part * metres / 2
            box = shapely.box(left, y, left + metres / 2, y + high)
            self.area(box, fill=colour, alpha=1.0, edge="#222222", width=0.6)
        kilometres = say("report.kilometres", self.lang, value=f"{metres / 1000:g}")
        other = f"{metres / 1000:g} km"
        self.write(x + metres / 2, y + 3.4 * high, kilometres, other, size=7, zorder=11)

    def _north(self) -> None:
        look = {"arrowstyle": "-|>", "lw": 1.4, "color": "#222222"}
        self.axes.annotate(
            "N",
            xy=(0.955, 0.975),
            xytext=(0.955, 0.895),
            xycoords="axes fraction",
            ha="center",
            va="center",
            size=9,
            arrowprops=look,
        )

    def _foot(self) -> None:
        vintage = plain(self.plan.district.vintage, limit=40)
        about = [
            say("maps.working-map", self.lang),
            say("report.map-source", self.lang, vintage=vintage),
        ]
        lines = [
            label_banner(Telling(self.plan, self.lang)),
            joined(about, self.lang, "semicolon"),
        ]
        for at, line in enumerate(lines):
            shown = self.face.label(plain(line, limit=240), self.plan.district.vintage)
            self.figure.text(
                0.5,
                (0.2 - 0.14 * at) / self.figure.get_figheight(),
                shown,
                ha="center",
                va="bottom",
                # What the data are is said whole, in smaller letters where it is long.
                size=6 * min(1.0, _FOOT / max(text_width(shown), 1)),
                color="#444444",
            )


def _filled(box: tuple[float, ...], tall: float) -> tuple[float, ...]:
    """Widen a box about its middle until it is ``tall`` times as high as wide."""
    west, south, east, north = box
    width = max(east - west, (north - south) / tall)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - width * tall / 2, x + width / 2, y + width * tall / 2


def _symbol(marker: str, size: float, colour: str) -> Line2D:
    return Line2D(
        [], [], marker=marker, ls="", color=colour, markersize=size, markeredgecolor="white"
    )


def _divided(text: str) -> str:
    """Break a long name once, near its middle, at a blank."""
    blanks = [at for at, sign in enumerate(text) if sign == " "]
    if text_width(text) <= 28 or not blanks:
        return text
    middle = min(blanks, key=lambda at: abs(at - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def _rim() -> Any:  # noqa: ANN401  # matplotlib's path effect
    from matplotlib import patheffects

    return patheffects.withStroke(linewidth=1.6, foreground=_HALO)


def _outline(shape: Any) -> Outline | None:  # noqa: ANN401  # any area
    """Turn an area into a path; holes stay open because rings turn opposite ways."""
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and not part.is_empty
        for ring in _rings(shapely.orient_polygons(part))
    ]
    return Outline.make_compound_path(*rings) if rings else None


def _rings(polygon: shapely.Polygon) -> list[Outline]:
    return [
        Outline(shapely.get_coordinates(ring), closed=True)
        for ring in (polygon.exterior, *polygon.interiors)
    ]
