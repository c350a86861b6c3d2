"""Maps of several plans beside each other: moving one moves the others, without internet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
from branca.element import Figure
from folium.elements import JSCSSMixin, MacroElement
from folium.template import Template

from gridplan.district.geometry.whole import whole_of
from gridplan.outputs.comparing.tables import plan_titles
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.drawing.offline import frame, write_map
from gridplan.outputs.drawing.shapes import ShapeLayer, area, outlines
from gridplan.outputs.map.maps import MAP_OPTIONS, bounds_of, draw_plan
from gridplan.outputs.words.names import Names, figure, is_missing
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.text import LANGUAGES, say

if TYPE_CHECKING:
    from gridplan.planning.comparing.comparison import Compared, Difference

OTHER_GRID, OTHER_CENTER = "#b2182b", "#762a83"


class SyncedMaps(JSCSSMixin, MacroElement):
    """
    Maps in a row, two to a row where there are more than two, all moving together.

    Parameters
    ----------
    count
        How many.
    middle
        Latitude and longitude they open at.
    """

    page_title = "gridplan"
    lang = LANGUAGES[0]
    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{% for one in this.maps %}{% for other in this.maps %}{% if one is not sameas other %}"
        "{{ one.get_name() }}.sync({{ other.get_name() }});"
        "{% endif %}{% endfor %}{% endfor %}"
        "{% endmacro %}"
    )
    default_js = [("Leaflet.Sync", "L.Map.Sync.js")]  # noqa: RUF012  # folium's own attribute

    def __init__(self, count: int, middle: tuple[float, float]) -> None:
        super().__init__()
        self._name = "SyncedMaps"
        rows = 1 if count < 4 else (count + 1) // 2
        columns = count if rows == 1 else 2
        figure = Figure()
        self.maps = []
        for at in range(count):
            one = folium.Map(
                location=middle,
                width=f"{100 / columns:.4f}%",
                height=f"{100 / rows:.4f}%",
                left=f"{100 * (at % columns) / columns:.4f}%",
                top=f"{100 * (at // columns) / rows:.4f}%",
                position="absolute",
                **MAP_OPTIONS,
            )
            figure.add_child(one)
            self.maps.append(one)
        figure.add_child(self)  # after the maps: it speaks of them

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:  # noqa: ANN401, ARG002  # folium's own signature
        """Write one page that asks nobody for anything."""
        write_map(self, outfile)

    def _repr_html_(self) -> str:
        return frame(self)


def synced_maps(compared: Compared, lang: str) -> SyncedMaps:
    """
    Draw every plan, each but the first with what changed.

    Parameters
    ----------
    compared
        The plans.
    lang
        ``zh`` or ``en``.
    """
    west, south, east, north = bounds_of(compared.plans[0])
    drawn = SyncedMaps(len(compared.plans), ((south + north) / 2, (west + east) / 2))
    drawn.lang = lang
    district = Names.of(compared.plans[0], lang).district
    drawn.page_title = plain(say("comparing.title", lang, district=district))
    titles = plan_titles(compared, lang)
    changes = (None, *compared.differences)
    for at, (half, plan) in enumerate(zip(drawn.maps, compared.plans, strict=True)):
        difference = changes[at]
        first = compared.plans[0]
        names = (Names.of(first, lang), Names.of(plan, lang))
        more = None if difference is None else change_layer(difference, names, lang)
        draw_plan(
            half, Telling(plan, lang), half=True, title=titles[at], more=[more] if more else []
        )
    return drawn


def change_layer(
    difference: Difference, names: tuple[Names, Names], lang: str
) -> tuple[ShapeLayer, LegendPart] | None:
    """
    Draw the areas whose grid or center differs from the first plan's; None where none does.

    ``names`` are those of the first plan and of this one.
    """
    units = difference.units
    if units.empty:
        return None
    shapes = []
    keys = ["grid_before", "grid_after", "center_before", "center_after", "grid_changed"]
    # A unit's new center may have another number in each plan: one area for each way of changing.
    for key, part in units.groupby(keys, dropna=False, sort=False):
        colour = OTHER_GRID if key[4] else OTHER_CENTER
        whole = gpd.GeoDataFrame(geometry=[whole_of(part.geometry.array)], crs=units.crs)
        style = {"color": colour, "weight": 1.5, "fillColor": colour, "fillOpacity": 0.3}
        tip = [
            ("", figure(part["population"].sum(), "persons", lang)),
            (say("comparing.tip-grid", lang), _ends(key[:2], "grids", names, lang)),
            (say("comparing.tip-center", lang), _ends(key[2:4], "centers", names, lang)),
        ]
        shapes += [area(at, style=style, tip=tip) for at in outlines(whole)]
    layer = ShapeLayer(shapes, name=say("comparing.layer-changed", lang))
    rows = [
        ("fill", colour, say(f"comparing.legend-{what}", lang))
        for what, colour, there in (
            ("grid", OTHER_GRID, units["grid_changed"].any()),
            ("center", OTHER_CENTER, (~units["grid_changed"].astype(bool)).any()),
        )
        if there
    ]
    return layer, LegendPart(layer, say("comparing.layer-changed", lang), tuple(rows))


def _ends(ends: tuple[object, ...], what: str, names: tuple[Names, Names], lang: str) -> str:
    none = say("comparing.none", lang)
    told = [
        none if is_missing(key) else getattr(named, what).get(key, str(key))
        for key, named in zip(ends, names, strict=True)
    ]
    return " → ".join(told)
