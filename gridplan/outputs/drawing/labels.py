"""Names on a paper map: each where it hides no other, the important ones first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.text import Text

# Shifts tried one after another, in the label's own widths and heights from its first place.
_AROUND: tuple[tuple[float, float], ...] = (
    *((0, 0), (0, 1), (0, -1), (0, 2), (0, -2), (0.6, 0), (-0.6, 0), (0.6, 1), (-0.6, 1)),
    *((0.6, -1), (-0.6, -1), (0, 3), (0, -3), (0.6, 2), (-0.6, 2), (0.6, -2), (-0.6, -2)),
)

_NOTHING = 1e-6  # square pixels: what rounding leaves

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in pixels."""


@dataclass(frozen=True)
class Label:
    """
    A text that wants a place.

    Parameters
    ----------
    x, y
        The point it names, in the map's metres.
    text
        What is written; a line break where a long name divides.
    lift
        Half heights of the text it stands above the point at first; below where negative.
    rank
        Lower ranks are placed first.
    look
        Size, colour and order, as matplotlib takes them.
    """

    x: float
    y: float
    text: str
    lift: float
    rank: int
    look: dict[str, Any]


def overlap(one: Box, other: Box) -> float:
    """Give the area two boxes share, square pixels."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def place(
    sizes: list[tuple[float, float, float, float]], frame: Box, taken: list[Box]
) -> list[Box]:
    """
    Give each label a box, in the order given.

    Parameters
    ----------
    sizes
        Middle, width and height of each label where it would first stand, pixels.
    frame
        That no label should leave.
    taken
        Boxes that are not to be covered: symbols.

    Returns
    -------
    boxes
        The first free place of those around it, else the one that covers least.
    """
    full = list(taken)
    found = []
    for x, y, width, height in sizes:
        tried: list[tuple[float, int, Box]] = []
        for right, up in _AROUND:
            left, low = x + right * width - width / 2, y + up * height - height / 2
            box = (left, low, left + width, low + height)
            inside = overlap(box, frame)
            covers = sum(overlap(box, other) for other in full) + 4 * (width * height - inside)
            tried.append((covers, len(tried), box))
            if covers <= _NOTHING:
                break
        best = min(tried)[2]
        full.append(best)
        found.append(best)
    return found


def draw_labels(axes: Axes, labels: list[Label], taken: list[tuple[float, float, float]]) -> None:
    """
    Write labels on a map so that they hide neither each other nor the symbols.

    Parameters
    ----------
    axes
        The finished map.
    labels
        In any order.
    taken
        Middle, in the map's metres, and half side, in points, of each symbol to keep clear.
    """
    canvas = axes.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)  # every figure is made so
    renderer: RendererAgg = canvas.get_renderer()
    to_pixels = axes.transData
    point = axes.figure.dpi / 72  # pixels
    symbols = []
    for x, y, half in taken:
        across, up = to_pixels.transform((x, y))
        symbols.append(
            (across - half * point, up - half * point, across + half * point, up + half * point)
        )
    written: list[Text] = []
    sizes = []
    ordered = sorted(labels, key=lambda label: label.rank)
    for label in ordered:
        text = axes.text(label.x, label.y, label.text, ha="center", va="center", **label.look)
        extent = text.get_window_extent(renderer)
        x, y = to_pixels.transform((label.x, label.y))
        sizes.append((x, y + label.lift * extent.height / 2, extent.width + 2, extent.height + 1))
        written.append(text)
    frame = axes.get_window_extent(renderer)
    corners = (frame.x0, frame.y0, frame.x1, frame.y1)
    for text, box in zip(written, place(sizes, corners, symbols), strict=True):
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        text.set_position(tuple(to_pixels.inverted().transform(middle)))
