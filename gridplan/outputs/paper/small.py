"""A map on a page of a report: title, legend, scale, north arrow, what the data are."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gridplan.outputs.paper.canvas import LINE, Canvas, bar_metres, kilometres
from gridplan.outputs.style.fonts import Face
from gridplan.outputs.tables.summary import label_banner
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_width
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.outputs.words.telling import Telling

WIDTH = 6.14  # inches: the 156 mm of a page
DPI = 200
LOW, HIGH = 2.4, 2.95
"""Inches a map may be high: two find room on a page, with their captions and some text."""

_BELOW, _ABOVE = 1.1, 0.3
_FOOT = 140  # characters of the foot's size that fit the page's width
_MARKERS = {"D": 5.5, "o": 4.5, "v": 4.5, "P": 7.0}


class SmallMap:
    """
    One map of a report while it is drawn.

    Parameters
    ----------
    telling
        The plan and its language.
    face
        What text is drawn with.
    area
        West, south, east, north, metres.
    """

    def __init__(self, telling: Telling, face: Face, area: Any) -> None:  # noqa: ANN401  # numbers
        self.telling, self.face = telling, face
        # Text is shown as it is: "$" opens no formula.
        self.look: Any = {
            "font.family": list(face.families),
            "axes.unicode_minus": False,
            "text.parse_math": False,
        }
        west, south, east, north = (float(one) for one in area)
        margin = 0.04 * max(east - west, north - south)
        box = (west - margin, south - margin, east + margin, north + margin)
        tall = (box[3] - box[1]) / (box[2] - box[0])
        with mpl.rc_context(self.look):
            height = float(np.clip(WIDTH * 0.98 * tall, LOW, HIGH))
            whole = height + _BELOW + _ABOVE
            self.figure = Figure(figsize=(WIDTH, whole), dpi=DPI)
            FigureCanvasAgg(self.figure)
            axes: Axes = self.figure.add_axes((0.01, _BELOW / whole, 0.98, height / whole))
        west, south, east, north = _filled(box, height / (WIDTH * 0.98))
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_aspect("equal", adjustable="box")
        axes.set_xticks([])
        axes.set_yticks([])
        self.axes = axes
        self.canvas = Canvas(axes, telling, face)

    def finish(self, title: str) -> bytes:
        """Write names, title, legend, scale, arrow and foot; give the PNG."""
        with mpl.rc_context(self.look):
            self.canvas.write_names()
            self._title(title)
            self._legend()
            self._scale()
            self._north()
            self._foot()
            page = io.BytesIO()
            self.figure.savefig(page, format="png", dpi=DPI, metadata={"Software": "gridplan"})
        return page.getvalue()

    def _title(self, title: str) -> None:
        shown = self.face.label(plain(title, limit=120), self.telling.plan.district.code)
        size = 10.5 if text_width(shown) <= 70 else 8.5
        self.figure.text(0.5, 0.99, shown, ha="center", va="top", size=size)

    def _legend(self) -> None:
        pairs = [
            (_handle(kind, colour), shown)
            for kind, colour, text in self.canvas.legend
            if (shown := self.face.label(plain(text, limit=110)))
        ]
        if pairs:
            self.figure.legend(
                *zip(*pairs, strict=True),
                loc="lower center",
                bbox_to_anchor=(0.5, 0.31 / self.figure.get_figheight()),
                ncols=2 if any(text_width(text) > 40 for _, text in pairs) else 3,
                fontsize=6.8,
                frameon=False,
                handlelength=1.4,
                columnspacing=1.6,
                labelspacing=0.35,
            )

    def _scale(self) -> None:
        west, east = self.axes.get_xlim()
        south, north = self.axes.get_ylim()
        metres = bar_metres(east - west)
        x, y = west + 0.03 * (east - west), south + 0.035 * (north - south)
        high = 0.01 * (north - south)
        for part, colour in ((0, LINE), (1, "#ffffff")):
            left = x + part * metres / 2
            box = shapely.box(left, y, left + metres / 2, y + high)
            self.canvas.area(box, fill=colour, edge=LINE, width=0.6)
        told = kilometres(metres, self.telling.lang)
        shown = self.face.label(told, f"{metres / 1000:g} km")
        at = (x + metres / 2, y + 3.4 * high)
        self.axes.text(*at, shown, ha="center", va="center", size=7, zorder=11)

    def _north(self) -> None:
        look = {"arrowstyle": "-|>", "lw": 1.4, "color": LINE}
        self.axes.annotate(
            "N",
            xy=(0.955, 0.975),
            xytext=(0.955, 0.87),
            xycoords="axes fraction",
            ha="center",
            va="center",
            size=9,
            arrowprops=look,
        )

    def _foot(self) -> None:
        vintage = plain(self.telling.plan.district.vintage, limit=40)
        about = [
            self.telling.say("maps.working-map"),
            self.telling.say("report.map-source", vintage=vintage),
        ]
        lines = [label_banner(self.telling), joined(about, self.telling.lang, "semicolon")]
        for at, line in enumerate(lines):
            shown = self.face.label(plain(line, limit=240), self.telling.plan.district.vintage)
            self.figure.text(
                0.5,
                (0.18 - 0.13 * at) / self.figure.get_figheight(),
                shown,
                ha="center",
                va="bottom",
                # What the data are is said whole, in smaller letters where it is long.
                size=6 * min(1.0, _FOOT / max(text_width(shown), 1)),
                color="#444444",
            )


def _handle(kind: str, colour: str) -> Any:  # noqa: ANN401  # what matplotlib's legend takes
    if kind == "fill":
        return Patch(facecolor=colour, edgecolor="#888888", linewidth=0.5)
    if kind in ("line", "dash"):
        return Line2D([], [], color=colour, lw=0.9, ls="--" if kind == "dash" else "-")
    size = _MARKERS.get(kind, 5.0)
    return Line2D([], [], marker=kind, ls="", color=colour, markersize=size, mec="white")


def _filled(box: tuple[float, ...], tall: float) -> tuple[float, ...]:
    """Widen a box about its middle until it is ``tall`` times as high as wide."""
    west, south, east, north = box
    width = max(east - west, (north - south) / tall)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - width * tall / 2, x + width / 2, y + width * tall / 2
