"""The layers of a map that colour each unit: who lives where, and which center serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from folium.map import Layer
from numpy.typing import NDArray

from gridplan.district.schema.labels import doubts, label_columns
from gridplan.outputs.drawing.cells import CellLayer, CellStore, coded, lattice_size
from gridplan.outputs.drawing.legend import LegendPart
from gridplan.outputs.style.palette import NOBODY, RESIDENTS, SERVICE, share_out, touching
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import row_trust
from gridplan.planning.measures.access import walked_minutes
from gridplan.planning.ways.nearest import TO_CENTER, TO_POINT
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

# Units beyond this number are drawn without outlines, which would hide their colours.
_OUTLINED = 3000


def unit_store(telling: Telling) -> CellStore:
    """
    Put the units on the map, with what their tooltip says.

    Parameters
    ----------
    telling
        A finished plan, and the language.
    """
    plan = telling.plan
    names = telling.names
    units = plan.district.units
    served = plan.layout.units.loc[units.index]
    columns: list[dict[str, Any]] = [
        {"label": telling.say("maps.tip-unit"), "values": [str(key) for key in units.index]},
        _figures(telling.say("maps.tip-residents"), units["population"], "", 0),
    ]
    tables = {key: served if key in served else units for key in ("subdistrict", "community")}
    placed = {key: table[key] for key, table in tables.items() if key in table}
    columns += where_columns(placed, names.subdistricts, telling.lang)
    for key, label, known in (
        ("center", "tip-center", names.centers),
        ("grid", "tip-grid", names.grids),
    ):
        if key in served and served[key].notna().any():
            named = [None if is_missing(e) else known.get(e, str(e)) for e in served[key]]
            columns.append(coded(telling.say(f"maps.{label}"), named))
    if doubts(units).size:
        told = [
            row_trust(row, telling.lang) or None for row in units[_told(units)].to_dict("records")
        ]
        columns.append(coded(telling.say("maps.tip-trust"), told))
    suffix = telling.say("maps.minutes", value="").strip()
    for label, minutes in _ways(plan, served).items():
        if minutes.notna().any():
            columns.append(_figures(telling.say(f"maps.{label}"), minutes, suffix, 1))
    return CellStore(units, columns)


def where_columns(
    units: Mapping[str, pd.Series] | pd.DataFrame, streets: Mapping[Any, str], lang: str
) -> list[dict[str, Any]]:
    """
    Say in a tooltip in which street and community a unit lies, as far as it is known.

    Parameters
    ----------
    units
        ``subdistrict`` and ``community``, either may be missing.
    streets
        What each street is called.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    columns
        For a :class:`CellStore`.
    """
    columns = []
    for key, label in (("subdistrict", "tip-street"), ("community", "tip-community")):
        if key in units and units[key].notna().any():
            known = streets if key == "subdistrict" else {}
            texts = [None if is_missing(at) else known.get(at, str(at)) for at in units[key]]
            columns.append(coded(say(f"maps.{label}", lang), texts))
    return columns


def _ways(plan: Plan, served: pd.DataFrame) -> dict[str, pd.Series]:
    """Give the minutes of each way a tooltip tells, by its label."""
    none = pd.Series(np.nan, index=served.index)
    near = [walked_minutes(plan.layout, plan.scenario, column) for column in (TO_CENTER, TO_POINT)]
    return {
        "tip-walk-center": near[0].loc[served.index],
        "tip-walk-point": near[1].loc[served.index],
        "tip-walk": served.get("minutes_to_center", none),
        "tip-drive": served.get("minutes_to_lead", none),
    }


def _told(units: pd.DataFrame) -> list[str]:
    """Name the columns that labels are in or speak of."""
    of = label_columns(units)
    return [name for name in (*of, *of.values()) if name in units]


def _figures(label: str, values: pd.Series, suffix: str, decimals: int) -> dict[str, Any]:
    # Two decimals are written; rounded from those, a map drawn again from the files is the same.
    numbers = np.round(np.round(values.astype(float).to_numpy(), 2), decimals)
    whole = [None if not np.isfinite(n) else int(n) if n == int(n) else float(n) for n in numbers]
    return {"label": label, "values": whole, "suffix": suffix}


def residents_layer(
    units: gpd.GeoDataFrame, store: CellStore, lang: str, *, show: bool, column: str = "population"
) -> tuple[Layer, LegendPart]:
    """Colour the units by residents: per cell on a lattice, per km² otherwise."""
    size = lattice_size(units)
    people = units[column].fillna(0).to_numpy(dtype=float)
    if size is None:
        figures = people / (units.geometry.area.to_numpy() / 1e6)
        heading = say("maps.legend-density", lang)
    else:
        figures = people
        heading = say("maps.legend-cell", lang, width=f"{size[0]:.0f}", height=f"{size[1]:.0f}")
    breaks = round_breaks(figures[people > 0], len(RESIDENTS))
    classes = np.where(people > 0, np.searchsorted(breaks, figures, side="right") + 1, 0)
    colours = (NOBODY, *RESIDENTS[: len(breaks) + 1])
    layer = CellLayer(
        store,
        classes=classes,
        colours=colours,
        name=say("maps.layer-residents" if column == "population" else "maps.layer-elders", lang),
        show=show,
        opacity=0.85,
        edges=size is None and len(units) <= _OUTLINED,
    )
    rows = [("fill", NOBODY, say("maps.legend-nobody", lang))] if (people == 0).any() else []
    low = [0.0, *breaks]
    for at, shade in enumerate(colours[1:]):
        last = at == len(low) - 1
        key = "legend-class-last" if last else "legend-class"
        upper = "" if last else f"{low[at + 1]:,.0f}"
        rows.append(("fill", shade, say(f"maps.{key}", lang, lower=f"{low[at]:,.0f}", upper=upper)))
    return layer, LegendPart(layer, heading, tuple(rows))


def elders_layer(
    units: gpd.GeoDataFrame, store: CellStore, lang: str
) -> tuple[Layer, LegendPart] | None:
    """Colour the units by residents of 65 and older; None where nothing is known of them."""
    known = units.get("population_65")
    if known is None or not known.notna().any():
        return None
    return residents_layer(units, store, lang, show=False, column="population_65")


def round_breaks(figures: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """
    Choose class bounds that a person can read.

    Parameters
    ----------
    figures
        Positive figures.
    classes
        Most classes wanted.

    Returns
    -------
    breaks
        At most ``classes - 1`` rising bounds: quantiles, rounded to one significant digit below
        100 and two above.
    """
    if not len(figures):
        return np.array([])
    raw = np.quantile(figures, np.arange(1, classes) / classes)
    digits = np.where(raw >= 100, 1, 0)
    unit = 10.0 ** (np.floor(np.log10(np.maximum(raw, 1.0))) - digits)
    breaks = np.unique(np.round(raw / unit) * unit)
    return breaks[(breaks > 0) & (breaks < figures.max())]


def service_layer(
    telling: Telling, store: CellStore, *, show: bool
) -> tuple[Layer, LegendPart] | None:
    """Colour the units by the center that serves them; None where no centers were planned."""
    plan = telling.plan
    centers = plan.layout.centers.index
    served = plan.layout.units.loc[plan.district.units.index, "center"]
    if not len(centers) or served.isna().all():
        return None
    center = centers.get_indexer(served)
    shade = share_out(touching(plan.district.adjacency, center, len(centers)), len(SERVICE))
    # Units that no center serves get a number without a colour, and are not drawn.
    classes = np.where(center >= 0, shade[center], len(SERVICE))
    title = telling.fitting("maps.layer-service")
    units = plan.district.units
    layer = CellLayer(
        store,
        classes=classes,
        colours=SERVICE,
        name=title,
        show=show,
        edges=len(units) <= _OUTLINED and lattice_size(units) is None,
    )
    return layer, LegendPart(layer, title, (), telling.say("maps.legend-service"))
