"""A sheet on A3: frame, title, map, legend, north arrow, scales, list, title block and stamp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from gridplan.outputs.atlas.scale import scale_of, view
from gridplan.outputs.paper.canvas import Canvas, bar_metres, kilometres
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_width

if TYPE_CHECKING:
    from gridplan.outputs.atlas.sheet import Sheet
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.style.fonts import Face

WIDE, HIGH = 420.0, 297.0
"""A3 lying, millimetres."""

MAP = (14.0, 22.0, 302.0, 248.0)
"""Left, bottom, width, height of the map."""

SIDE = (322.0, 22.0, 84.0, 248.0)
"""Of what stands beside it."""

DPI = 300
_POINT = 25.4 / 72  # millimetres
_INK, _GREY, _RED = "#222222", "#666666", "#b2182b"
_LINE = 1.45  # heights of a letter from line to line


def drawn(sheet: Sheet, number: int, told: Worded, face: Face, about: Sequence[str]) -> Figure:
    """
    Draw a sheet.

    Parameters
    ----------
    sheet, number
        What is drawn and its number in the atlas.
    told
        The plan, its language, and what the office says.
    face
        What text is drawn with.
    about
        Projection and date, sources: lines at the foot.

    Returns
    -------
    figure
        A3; the map at a round scale.
    """
    look: Any = {
        "font.family": list(face.families),
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with mpl.rc_context(look):
        figure = Figure(figsize=(WIDE / 25.4, HIGH / 25.4), dpi=100)
        FigureCanvasAgg(figure)
        page = _axes(figure, (0.0, 0.0, WIDE, HIGH))
        left, low, width, height = MAP
        axes = figure.add_axes((left / WIDE, low / HIGH, width / WIDE, height / HIGH))
        scale = scale_of(sheet.area, width, height)
        west, south, east, north = view(sheet.area, width, height, scale)
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_xticks([])
        axes.set_yticks([])
        for edge in axes.spines.values():
            edge.set_linewidth(0.8)
        canvas = Canvas(axes, told, face, size=1.5)
        sheet.draw(canvas)
        canvas.write_names()
        _frame(page, sheet, told, face)
        side = _Side(page, told, face)
        side.north()
        side.scale(scale, east - west)
        side.legend(canvas.legend)
        side.facts(sheet.facts)
        side.listed(*sheet.listed)
        side.block(sheet.title, number, scale)
        _foot(page, about, face)
    return figure


def _axes(figure: Figure, box: tuple[float, float, float, float]) -> Axes:
    left, low, width, height = box
    axes = figure.add_axes((left / WIDE, low / HIGH, width / WIDE, height / HIGH))
    axes.set_xlim(left, left + width)
    axes.set_ylim(low, low + height)
    axes.axis("off")
    return axes


def _frame(page: Axes, sheet: Sheet, told: Worded, face: Face) -> None:
    for inset, width in ((6.0, 2.2), (8.5, 0.6)):
        box = Rectangle((inset, inset), WIDE - 2 * inset, HIGH - 2 * inset)
        box.set(facecolor="none", edgecolor=_INK, linewidth=width)
        page.add_patch(box)
    title = face.label(plain(sheet.title, limit=120), told.plan.district.code)
    size = min(24.0, 24.0 * 78 / max(text_width(title), 1))
    page.text(WIDE / 2, 279.5, title, ha="center", va="center", size=size)
    stamp = face.label(told.told("map.stamp", told.say("maps.working-map")))
    if stamp:
        wide = text_width(stamp) * 11 * _POINT * 0.55 + 5
        box = Rectangle((WIDE - 12 - wide, 274.5), wide, 9)
        box.set(facecolor="none", edgecolor=_RED, linewidth=1.4)
        page.add_patch(box)
        at = (WIDE - 12 - wide / 2, 279)
        page.text(*at, stamp, ha="center", va="center", size=11, color=_RED)


def _foot(page: Axes, about: Sequence[str], face: Face) -> None:
    lines = [
        line
        for text in about
        for line in wrapped(face.label(plain(text, limit=600)), WIDE - 32, 7.0)
    ]
    for at, line in enumerate(lines[:3]):
        page.text(14, 18.5 - 3.6 * at, line, ha="left", va="center", size=7, color=_GREY)


def wrapped(text: str, width: float, size: float) -> list[str]:
    """
    Break a text into lines.

    Parameters
    ----------
    text
        One line.
    width
        Millimetres.
    size
        Of its letters, points; Chinese ones are as wide as high, others about half.

    Returns
    -------
    lines
        Broken at blanks where there are some, else between Chinese letters; numbers stay whole.
    """
    most = max(4, int(width / (size * _POINT * 0.52)))
    lines, line = [], ""
    for part in _parts(text):
        if line and text_width(line + part.rstrip()) > most:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return [*lines, line.rstrip()] if line.strip() else lines


def _parts(text: str) -> list[str]:
    """Cut a text where a line may end: after blanks and Chinese letters, not before their marks."""
    parts: list[str] = []
    for sign in text:
        closing = sign in "，。；：、）》”％%！？"
        if parts and (closing or (ord(sign) < 0x2E80 and ord(parts[-1][-1]) < 0x2E80
                                  and parts[-1][-1] != " ")):  # fmt: skip
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


class _Side:
    """The strip beside the map, filled from above; the title block stands at its foot."""

    def __init__(self, page: Axes, told: Worded, face: Face) -> None:
        self.page, self.told, self.face = page, told, face
        self.left, low, self.width, height = SIDE
        self.low, self.y = low, low + height
        box = Rectangle((self.left, low), self.width, height)
        box.set(facecolor="none", edgecolor=_INK, linewidth=0.8)
        page.add_patch(box)

    def north(self) -> None:
        """Draw the north arrow."""
        x, y = self.left + self.width - 12, self.y - 17
        for sign, fill in ((-1, _INK), (1, "white")):
            corners = [(x, y + 11), (x + sign * 4, y - 3), (x, y)]
            self.page.add_patch(Polygon(corners, closed=True, fc=fill, ec=_INK, lw=0.8))
        self.page.text(x, y + 14, "N", ha="center", va="center", size=11)

    def scale(self, scale: int, metres: float) -> None:
        """Write the scale and draw its bar."""
        x, y = self.left + 5, self.y - 6
        told = self.told.say("report.atlas-scale", scale=f"{scale:,}")
        self.page.text(x, y, self.face.label(told, f"1:{scale:,}"), va="center", size=10)
        bar = bar_metres(metres * 0.8)
        half = bar * 1000 / scale / 2
        for at, fill in ((0, _INK), (1, "white")):
            box = Rectangle((x + at * half, y - 9), half, 1.6)
            box.set(facecolor=fill, edgecolor=_INK, linewidth=0.6)
            self.page.add_patch(box)
        for at in (0, 1, 2):
            text = f"{at * bar / 2000:g}" if at < 2 else kilometres(bar, self.told.lang)
            shown = self.face.label(text, f"{bar / 1000:g} km")
            self.page.text(x + at * half, y - 12.5, shown, ha="center", va="center", size=7.5)
        self.y -= 25

    def legend(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Explain every symbol and colour of the map."""
        if not rows:
            return
        self._head(self.told.say("report.atlas-legend"))
        for kind, colour, text in rows:
            lines = wrapped(self.face.label(plain(text, limit=110)), self.width - 24, 8.5)
            if not lines:
                continue
            _key(self.page, kind, colour, self.left + 10, self.y - 2.4)
            for at, line in enumerate(lines):
                y = self.y - 2.4 - at * 4.2
                self.page.text(self.left + 18, y, line, va="center", size=8.5)
            self.y -= 5.0 + 4.2 * (len(lines) - 1)
        self.y -= 2

    def facts(self, texts: Sequence[str]) -> None:
        """Write what the map shows, in sentences."""
        if texts:
            self._head(self.told.say("report.atlas-facts"))
        for text in texts:
            shown = self.face.label(plain(text, limit=400))
            for line in wrapped(shown, self.width - 10, 8.5):
                self.page.text(self.left + 5, self.y - 2.2, line, va="center", size=8.5)
                self.y -= 4.4
            self.y -= 1.0
        self.y -= 1.5 if texts else 0

    def listed(self, heading: str, rows: Sequence[tuple[str, str]]) -> None:
        """List what the numbers on the map stand for, smaller where there are many."""
        if not rows:
            return
        self._head(heading)
        room = self.y - (self.low + 47)
        columns = 1 if len(rows) * 3.6 <= room else 2
        width = (self.width - 8) / columns
        each = -(-len(rows) // columns)
        step = min(4.2, room / max(each, 1))
        size = max(4.0, min(7.5, step / _POINT / _LINE))
        for at, (number, text) in enumerate(rows):
            x = self.left + 4 + (at // each) * width
            y = self.y - 2 - (at % each) * step
            self.page.text(x, y, self.face.label(plain(number)), va="center", size=size)
            shown = self.face.label(plain(text, limit=60), "")
            lines = wrapped(shown, width - 10, size)
            told = lines[0] + ("…" if len(lines) > 1 else "") if lines else ""
            self.page.text(x + 9, y, told, va="center", size=size)
        self.y -= step * each + 2

    def _head(self, text: str) -> None:
        shown = self.face.label(text)
        middle = self.left + self.width / 2
        self.page.text(middle, self.y - 3, shown, ha="center", va="center", size=10.5)
        self.y -= 8

    def block(self, title: str, number: int, scale: int) -> None:
        """Draw the title block, 图签; what only the office knows stays empty to be filled."""
        told = self.told
        rows = [
            ("issuer", told.office.text("bureau.issuer")),
            ("project", told.told("project.name", told.names.district)),
            ("sheet", title),
            ("number", f"{number:02d}"),
            ("map-scale", f"1:{scale:,}"),
        ]
        pairs = ("designed", "drawn", "checked", "reviewed", "approved")
        rows += [(key, told.office.text(f"map.{key}")) for key in pairs]
        rows.append(("map-number", told.office.text("map.number")))
        high, middle = 4.1, self.left + 22.0
        top = self.low + high * len(rows)
        for at, (key, text) in enumerate(rows):
            y = top - high * (at + 1)
            box = Rectangle((self.left, y), self.width, high)
            box.set(facecolor="white", edgecolor=_INK, linewidth=0.5)
            self.page.add_patch(box)
            head = self.face.label(told.say(f"report.atlas-block-{key}"), key)
            self.page.text(self.left + 2, y + high / 2, head, va="center", size=7)
            lines = wrapped(self.face.label(plain(text, limit=80)) if text else "", 58, 7)
            if lines:
                self.page.text(middle + 2, y + high / 2, lines[0], va="center", size=7)
        self.page.plot([middle, middle], [self.low, top], color=_INK, lw=0.5)


def _key(page: Axes, kind: str, colour: str, x: float, y: float) -> None:
    if kind in ("line", "dash"):
        style = "--" if kind == "dash" else "-"
        page.plot([x - 5, x + 5], [y, y], color=colour, lw=1.3, ls=style)
    elif kind == "fill":
        box = Rectangle((x - 5, y - 1.7), 10, 3.4)
        box.set(facecolor=colour, edgecolor=_GREY, linewidth=0.5)
        page.add_patch(box)
    else:
        size = 9 if kind == "P" else 7
        page.plot([x], [y], marker=kind, color=colour, ms=size, mec="white", ls="")
