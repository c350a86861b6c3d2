"""Which centers open when: the phases as rows to fill in, a chart, a map by year, lists."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from gridplan.outputs.canvas.planned import plan_canvas
from gridplan.outputs.phases.page import phase_lines
from gridplan.outputs.phases.tables import openings_table, phases_table
from gridplan.outputs.words.names import word
from gridplan.outputs.words.telling import Telling
from gridplan.planning.phases.phasing import Phased
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.desk.map import draw_map
from gridplan.ui.desk.title import title_line
from gridplan.ui.running.results import Piece
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.phase_rows import phase_rows
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
    """Draw the fields of the phases; what is typed goes into the scenario at once."""
    st.caption(say("app.phases-about", here.lang))
    least = len(here.district.centers) if here.district else 0
    phase_rows(scenario, _ASKED, _BROKEN, least, here.lang)


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
