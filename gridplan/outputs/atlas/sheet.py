"""One sheet of the atlas: what it is called, where it looks, what is drawn and said on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gridplan.outputs.paper.canvas import Canvas

Row = tuple[str, str]
"""A number and what it stands for, in the list beside a map."""


@dataclass(frozen=True)
class Sheet:
    """
    A sheet before it is drawn.

    Parameters
    ----------
    code
        What it shows: ``present``, ``residents``, ``grids`` ...
    title
        In the language of the atlas.
    area
        West, south, east, north of what it shows, metres.
    draw
        Draws the map; what it explains stands in the legend.
    facts
        Sentences beside the map.
    listed
        Heading and rows of the list beside it: numbers on the map and what they stand for.
    """

    code: str
    title: str
    area: tuple[float, float, float, float]
    draw: Callable[[Canvas], None]
    facts: tuple[str, ...] = ()
    listed: tuple[str, tuple[Row, ...]] = ("", ())


def bounds(shape: Any) -> tuple[float, float, float, float]:  # noqa: ANN401  # shape or layer
    """Give the box of a shape as four plain numbers."""
    west, south, east, north = (float(value) for value in shape)
    return west, south, east, north
