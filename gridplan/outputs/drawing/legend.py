"""What is written on a map: title and labels, legend, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from folium.elements import MacroElement
from folium.map import Layer
from folium.template import Template

from gridplan.outputs.words.safe import colour, js_json


@dataclass(frozen=True)
class LegendPart:
    """
    The part of a legend that speaks of one layer, shown while the layer is.

    Parameters
    ----------
    layer
        The layer.
    heading
        Its name, with the unit of measure where it shows figures.
    rows
        Kind of symbol (``fill``, ``line``, ``dash``, ``circle``, ``diamond``, ``triangle``,
        ``cross``), ``#rrggbb``, text.
    note
        A line below.
    """

    layer: Layer
    heading: str
    rows: tuple[tuple[str, str, str], ...]
    note: str = ""


class Title(MacroElement):
    """
    The box at the top: what the map shows, for whom, and what the data are.

    Parameters
    ----------
    title
        With the name of the district.
    lines
        Below it.
    banner
        Which layers are modelled, derived and real.
    mark
        For whom the map is.
    half
        Whether the map has half a page only.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "gridplan.title({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(
        self, title: str, *, lines: Sequence[str], banner: str, mark: str, half: bool = False
    ) -> None:
        super().__init__()
        self._name = "Title"
        self.options = js_json(
            {"title": title, "lines": list(lines), "banner": banner, "mark": mark, "half": half}
        )


class Legend(MacroElement):
    """
    The legend, bottom right; a planner can fold it.

    Parameters
    ----------
    title
        Its heading.
    parts
        In order.
    is_open
        Whether it is unfolded at first.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "gridplan.legend({{ this._parent.get_name() }}, {{ this.options }},"
        " [{{ this.layers | join(', ') }}]);"
        "{% endmacro %}"
    )

    def __init__(self, title: str, parts: Sequence[LegendPart], *, is_open: bool = True) -> None:
        super().__init__()
        self._name = "Legend"
        self.layers = [part.layer.get_name() for part in parts]
        told = [
            {
                "heading": part.heading,
                "rows": [[kind, colour(shade), text] for kind, shade, text in part.rows],
                "note": part.note,
            }
            for part in parts
        ]
        self.options = js_json(
            {"title": title, "position": "bottomright", "open": is_open, "parts": told}
        )


class Frame(MacroElement):
    """
    The first view: the district fills what title and legend leave free.

    Parameters
    ----------
    corners
        South-west and north-east, latitude before longitude.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "gridplan.frame({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, corners: Sequence[Sequence[float]]) -> None:
        super().__init__()
        self._name = "Frame"
        self.options = js_json([list(corner) for corner in corners])


class Sources(MacroElement):
    """
    The list of data sources, bottom left.

    Parameters
    ----------
    title
        Its heading.
    lines
        One a layer.
    is_open
        Whether it is unfolded at first.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "gridplan.sources({{ this._parent.get_name() }}, {{ this.options }});"
        "{% endmacro %}"
    )

    def __init__(self, title: str, lines: Sequence[str], *, is_open: bool = False) -> None:
        super().__init__()
        self._name = "Sources"
        self.options = js_json(
            {"title": title, "position": "bottomleft", "open": is_open, "lines": list(lines)}
        )


class Tools(MacroElement):
    """
    Search by name, a ruler, and the view for A3.

    Parameters
    ----------
    words
        What the tools are called: ``search``, ``placeholder``, ``none``, ``measure``, ``print``,
        ``metres``, ``kilometres``.
    layers
        Whose shapes are found by their names.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "gridplan.tools({{ this._parent.get_name() }}, {{ this.options }},"
        " [{{ this.layers | join(', ') }}]);"
        "{% endmacro %}"
    )

    def __init__(self, words: Mapping[str, str], layers: Sequence[Layer]) -> None:
        super().__init__()
        self._name = "Tools"
        self.layers = [layer.get_name() for layer in layers]
        self.options = js_json(dict(words))
