"""Which centers open when: the phases as a table to fill in, a chart, a map by year, lists."""

from __future__ import annotations

import dataclasses
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from gridplan.outputs.canvas.planned import plan_canvas
from gridplan.outputs.phases.page import phase_lines
from gridplan.outputs.phases.tables import openings_table, phases_table
from gridplan.outputs.words.names import word
from gridplan.outputs.words.telling import Telling
from gridplan.planning.phases.phasing import Phased
from gridplan.planning.scenario.rows import Row
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.desk.map import draw_map
from gridplan.ui.desk.title import title_line
from gridplan.ui.running.results import Piece
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.screen_cells import headed
from gridplan.ui.views.tables import show_table
from gridplan.ui.window.here import Here
from gridplan.ui.window.piece_view import piece_view

_ASKED = ("year", "centers", "center_lower", "center_upper", "budget", "weight")
_BROKEN = ("budget", "weight")
"""Entries that need not be whole numbers."""
_OPENINGS = (
    "center", "year", "subdistrict", "community", "population", "reached_population", "relieved",
    "taken_population",
)  # fmt: skip


def phasing_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "phases")
    if here.district is None or here.scenario is None:
        st.info(say("app.needs-district", here.lang))
        return
    _asked(here, here.scenario)
    if not here.scenario.phases:
        st.info(say("app.phases-none", here.lang))
        return
    piece = piece_view(here, "phases")
    if piece is not None:
        _shown(here, piece)


def _asked(here: Here, scenario: Scenario) -> None:
    """Draw the table of phases; what is typed goes into the scenario at once."""
    lang = here.lang
    st.caption(say("app.phases-about", lang))
    count = len(here.district.centers) if here.district else 0
    rows = [{name: row.get(name) for name in _ASKED} for row in scenario.phases]
    table = pd.DataFrame(rows, columns=list(_ASKED)).astype(
        {name: "Float64" if name in _BROKEN else "Int64" for name in _ASKED}
    )
    limits = {"year": (1900, 2200), "centers": (max(1, count), 100_000)}
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(
            say(f"app.phases-{name.replace('_', '-')}", lang),
            min_value=limits.get(name, (0, 10_000_000))[0],
            max_value=limits.get(name, (0, 10_000_000))[1],
            step=None if name in _BROKEN else 1,
            format="%d" if name == "year" else "localized",
            required=name in ("year", "centers"),
            help=say(f"app.phases-about-{name.replace('_', '-')}", lang, count=count),
        )
        for name in _ASKED
    }
    edited = st.data_editor(
        table,
        column_config=config,
        num_rows="dynamic",
        hide_index=True,
        key=f"phases-table-{st.session_state.get('phases-drawn', 0)}",
    )
    given = tuple(
        Row(
            {name: _number(name, value) for name, value in row.items() if not pd.isna(value)} | kept
        )
        for row, kept in zip(
            edited.to_dict(orient="records"), _unseen(scenario, len(edited)), strict=True
        )
        if not pd.isna(row["year"]) and not pd.isna(row["centers"])
    )
    wanted = tuple(sorted(given, key=lambda row: row["year"]))
    if wanted != tuple(sorted(scenario.phases, key=lambda row: row["year"])):
        fill_form(dataclasses.replace(scenario, phases=wanted))
        st.session_state["phases-drawn"] = st.session_state.get("phases-drawn", 0) + 1
        st.rerun()


def _number(name: str, value: float) -> float:
    return float(value) if name in _BROKEN else int(value)


def _unseen(scenario: Scenario, count: int) -> list[dict[str, Any]]:
    """Give what the table does not show of each phase, in the order of its rows."""
    kept = [
        {name: value for name, value in row.items() if name not in _ASKED}
        for row in scenario.phases
    ]
    return (kept + [{} for _ in range(count)])[:count]


def _shown(here: Here, piece: Piece) -> None:
    phased: Phased = piece.made
    lang = here.lang
    for line in phase_lines(phased, lang):
        st.markdown(f"- {literal(line)}")
    table = phases_table(phased)
    _chart(table, lang)
    years = [one.phase.year for one in phased.phases]
    kept = st.session_state.get("phases-year")
    st.session_state["phases-year"] = kept if kept in years else years[-1]
    year = st.select_slider(say("app.phases-slider", lang), years, key="phases-year")
    shown = next(one for one in phased.phases if one.phase.year == year)
    kept_maps = st.session_state.setdefault("phases-maps", {})
    mark = (piece.key, year, lang)
    if mark not in kept_maps:
        if len(kept_maps) > len(years):
            kept_maps.clear()
        with st.spinner(say("app.rendering", lang)):
            kept_maps[mark] = plan_canvas(Telling(shown.plan, lang))
    draw_map(
        kept_maps[mark], lang, kind="phase", place=str(shown.plan.district.code), height="560px"
    )
    openings = openings_table(phased, lang)
    if len(openings):
        st.markdown(f"### {say('app.phases-openings', lang)}")
        told = openings[openings["year"] <= year].reset_index()
        show_table(headed(told, list(_OPENINGS), lang).astype({word("column", "year", lang): str}))
    st.markdown(f"### {say('app.phases-compared', lang)}")
    rows = table.reset_index()
    rows["year"] = [str(n) if n else say("app.phases-today", lang) for n in rows["year"]]
    show_table(headed(rows, list(rows.columns), lang))


def _chart(table: pd.DataFrame, lang: str) -> None:
    """Draw the centers of each year and the share of residents within the walk."""
    names = {
        "year": word("column", "year", lang),
        "centers": word("column", "centers", lang),
        "share": word("column", "nearest_percent", lang),
    }
    rows = pd.DataFrame(
        {
            names["year"]: [str(n) if n else say("app.phases-today", lang) for n in table.index],
            names["centers"]: table["centers"].astype(int).to_numpy(),
            names["share"]: table["nearest_percent"].astype(float).round(1).to_numpy(),
        }
    )
    base = alt.Chart(rows).encode(
        x=alt.X(f"{names['year']}:N", sort=None, axis=alt.Axis(labelAngle=0))
    )
    bars = base.mark_bar(color="#0072b2", size=34).encode(
        y=alt.Y(f"{names['centers']}:Q"), tooltip=list(names.values())
    )
    line = base.mark_line(color="#d55e00", point=True, strokeWidth=3).encode(
        y=alt.Y(f"{names['share']}:Q", scale=alt.Scale(domain=[0, 100])),
        tooltip=list(names.values()),
    )
    st.altair_chart(
        alt.layer(bars, line).resolve_scale(y="independent").properties(height=260),
        width="stretch",
    )
