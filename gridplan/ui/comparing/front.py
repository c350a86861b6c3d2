"""The front of two figures: a chart, and the same as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st

from gridplan.outputs.comparing.beside import axis_label, front_points, front_table, measures_told
from gridplan.outputs.comparing.tables import figure_label
from gridplan.outputs.words.columns import by_unit
from gridplan.planning.comparing.figures import FIGURES
from gridplan.text.language import joined
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say

if TYPE_CHECKING:
    from gridplan.planning.comparing.comparison import Compared

_FIRST = {
    "x": ("centers-new", "cost", "boundary", "drive", "communities-cut"),
    "y": ("beyond", "walk", "near-own", "imbalance", "must"),
}
_ON, _OFF = "#0072b2", "#767676"


def front_view(compared: Compared, lang: str) -> None:
    """Draw the choice of two figures, the chart and its table."""
    known = measures_told(compared)
    if len(known) < 2:
        return
    chosen = {}
    for column, axis in zip(st.columns(2), _FIRST, strict=True):
        entry = f"compare-axis-{axis}"
        kept = st.session_state.get(entry, st.session_state.get(f"{entry}-kept"))
        st.session_state[entry] = kept if kept in known else _usual(compared, axis, known)
        chosen[axis] = column.selectbox(
            say(f"app.compare-axis-{axis}", lang),
            known,
            format_func=lambda code: figure_label(code, lang),
            key=entry,
        )
        st.session_state[f"{entry}-kept"] = chosen[axis]
    points = front_points(compared, chosen["x"], chosen["y"], lang)
    st.altair_chart(_chart(points, chosen["x"], chosen["y"], lang), width="stretch")
    told = front_table(points, chosen["x"], chosen["y"], lang)
    st.table(told.map(literal).rename(columns=literal), hide_index=True, border="horizontal")


def _chart(points: pd.DataFrame, x: str, y: str, lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw every plan by its name; those no other beats are joined by steps."""
    on = say("comparing.front-mark", lang)
    off = say("comparing.front-off", lang)
    # Plans at one place share one point, and its label names them all.
    alike = points.groupby(["x", "y", "front"], sort=False)["name"].agg(list).reset_index()
    shown = alike.assign(
        state=[on if front else off for front in alike["front"]],
        name=[joined(some, lang) for some in alike["name"]],
    )
    names = {
        "x": axis_label(x, lang),
        "y": axis_label(y, lang),
        "name": say("comparing.plan", lang),
        "state": say("comparing.figure-front", lang),
    }
    scale = alt.Scale(zero=False, padding=28, nice=True)
    across = alt.X("x:Q", title=names["x"], scale=scale, axis=_axis(x))
    up = alt.Y("y:Q", title=names["y"], scale=scale, axis=_axis(y))
    base = alt.Chart(shown).encode(x=across, y=up)
    tips = [
        alt.Tooltip("name:N", title=names["name"]),
        alt.Tooltip("x:Q", title=names["x"], format=_format(x)),
        alt.Tooltip("y:Q", title=names["y"], format=_format(y)),
        alt.Tooltip("state:N", title=names["state"]),
    ]
    ends = alt.Scale(domain=[on, off], range=[_ON, _OFF])
    dots = base.mark_point(size=150, filled=True, opacity=1).encode(
        color=alt.Color("state:N", scale=ends, legend=alt.Legend(title=None, orient="top")),
        shape=alt.Shape(
            "state:N", scale=alt.Scale(domain=[on, off], range=["circle", "diamond"]), legend=None
        ),
        tooltip=tips,
    )
    texts = base.mark_text(dy=-14, fontSize=13).encode(text="name:N", tooltip=tips)
    best = shown[shown["front"]].sort_values("x")
    steps = (
        alt.Chart(best)
        .mark_line(color=_ON, strokeDash=[4, 4], interpolate="step-after")
        .encode(x=across, y=up)
    )
    return alt.layer(steps, dots, texts).properties(height=340)


def _format(code: str) -> str:
    return f",.{by_unit(FIGURES[code].unit).decimals}f"


def _axis(code: str) -> alt.Axis:
    """Let an axis name no step smaller than the figure is told with."""
    step = 10.0 ** -by_unit(FIGURES[code].unit).decimals
    return alt.Axis(format=_format(code), tickMinStep=step, tickCount=6)


def _usual(compared: Compared, axis: str, known: tuple[str, ...]) -> str:
    """Choose a figure that differs among the plans, of those one looks at first."""
    order = [code for code in _FIRST[axis] if code in known]
    differing = [
        code for code in order if compared.figures[code].round(6).drop_duplicates().size > 1
    ]
    return (differing or order or list(known))[0]
