"""The cost curve of a sweep: what each number of centers costs, and how much less is possible."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gridplan.outputs.style.palette import AREAS
from gridplan.outputs.sweeps.words import axis_label, value_text
from gridplan.outputs.words.names import word
from gridplan.planning.sweeps.sweep import PLANNED
from gridplan.text import say
from gridplan.text.language import joined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.sweeps.sweep import Swept

DPI = 140
SHADES = tuple(AREAS[at] for at in (6, 7, 2, 4, 5, 3, 8, 1, 0))
"""Of the palette, those that are seen as lines first."""


def abscissa(swept: Swept) -> str | None:
    """Give the key the curve runs along: centers where they vary, else a number that does."""
    table = swept.table()
    numeric = [
        key
        for key in swept.changed
        if pd.api.types.is_numeric_dtype(table[key]) and len(set(table[key])) > 1
    ]
    return "centers" if "centers" in numeric else next(iter(numeric), None)


def curves(swept: Swept) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """
    Give each curve: what stays the same along it, and its planned points in order.

    Returns
    -------
    curves
        The table of each holds the abscissa, ``value`` and ``least`` (what the proof of the
        centers says no plan can be better than), both for a resident where they are distances.
    """
    along = abscissa(swept)
    table = swept.table()
    table = table[(table["state"] == PLANNED) & table["objective"].notna()]
    if along is None or table.empty:
        return
    others = [key for key in swept.changed if key != along]
    table = table.assign(value=table["objective"], least=table["bound"])
    share = table["unit"].astype(str).str.startswith("person-metres")
    for column in ("value", "least"):
        table.loc[share, column] = table.loc[share, column] / max(swept.district.population, 1.0)
    parts = table.groupby(others, sort=False, dropna=False) if others else [((), table)]
    for key, part in parts:
        same = dict(zip(others, key, strict=True))
        yield same, part.sort_values(along)


def sweep_chart(swept: Swept, lang: str, face: Face) -> bytes:
    """
    Draw the curves.

    Parameters
    ----------
    swept
        The sweep.
    lang
        ``zh`` or ``en``.
    face
        What text is drawn with.

    Returns
    -------
    png
        Empty where nothing numeric varies or nothing was planned. A filled point is proven best
        possible; the shade below a curve reaches down to what the proof leaves open.
    """
    along = abscissa(swept)
    drawn = list(curves(swept))
    if along is None or not drawn:
        return b""
    look: Any = {
        "font.family": list(face.families),
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with mpl.rc_context(look):
        sheet = Figure(figsize=(8.0, 4.6), dpi=DPI, layout="constrained")
        FigureCanvasAgg(sheet)
        draw_curves(sheet.add_subplot(), swept, lang, face)
        page = io.BytesIO()
        sheet.savefig(page, format="png", dpi=DPI, metadata={"Software": "gridplan"})
    return page.getvalue()


def draw_curves(axes: Axes, swept: Swept, lang: str, face: Face) -> None:
    """Draw the curves on axes that are there, with labels and, for several, a legend."""
    along = str(abscissa(swept))
    drawn = list(curves(swept))
    for at, (same, part) in enumerate(drawn):
        _curve(axes, part, along, SHADES[at % len(SHADES)], _name(same, lang, face))
    axes.set_xlabel(face.label(axis_label(along, lang), along))
    axes.set_ylabel(face.label(value_label(swept, lang), "value"))
    axes.grid(visible=True, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if any(same for same, _ in drawn):
        axes.legend(fontsize=8)


def _curve(axes: Axes, part: pd.DataFrame, along: str, shade: str, name: str) -> None:
    at = part[along].to_numpy(dtype=float)
    value, least = (part[column].to_numpy(dtype=float) for column in ("value", "least"))
    axes.plot(at, value, c=shade, lw=1.5, label=name)
    axes.fill_between(at, least, value, color=shade, alpha=0.2, lw=0)
    proven = part["proven"].to_numpy(dtype=bool)
    for some, fill in ((proven, shade), (~proven, "white")):
        axes.plot(at[some], value[some], ls="", marker="o", ms=5, mfc=fill, mec=shade)


def _name(same: dict[str, Any], lang: str, face: Face) -> str:
    told = [value_text(key, value, lang) for key, value in same.items()]
    return face.label(joined(told, lang), "-") if told else ""


def value_label(swept: Swept, lang: str) -> str:
    """Say what the curve shows."""
    units = [str(unit) for unit in swept.table()["unit"].dropna().unique()]
    if units and not units[0].startswith("person-metres"):
        return word("unit", units[0], lang)
    return say("sweeps.value-metres", lang)
