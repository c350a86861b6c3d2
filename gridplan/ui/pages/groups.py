"""Grids and their groups: what is agreed, who leads, what binds the grids; kept as it is typed."""

from __future__ import annotations

import streamlit as st

from gridplan.ui.bonds.agreed import agreed_view
from gridplan.ui.bonds.bodies import bodies_view
from gridplan.ui.bonds.demands import demands_view
from gridplan.ui.desk.title import title_line
from gridplan.ui.intake.tables import own_note
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.tables import grids_view
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import link

PARTS = ("plan", "agreed", "bodies", "demands")


def groups_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "groups")
    lang, reading = here.lang, here.reading
    if reading is None or here.district is None:
        st.info(say("app.needs-district", lang))
        link(here, "prepare")
        return
    there = PARTS if here.result is not None else PARTS[1:]
    kept = st.session_state.get("groups-part")
    # Set again on every run, so that another page does not lose it.
    st.session_state["groups-part"] = kept if kept in there else there[0]
    part = st.segmented_control(
        say("bonds.parts", lang),
        there,
        format_func=lambda code: say(f"bonds.part-{code}", lang),
        key="groups-part",
        required=True,
        label_visibility="collapsed",
    )
    if here.stale and part == "plan":
        st.caption(say("bonds.stale", lang))
    match part:
        case "plan" if here.result is not None:
            grids_view(here.result.plan, lang, here.result)
        case "agreed":
            own_note(reading, lang)
            agreed_view(reading, here.scenario, lang)
        case "bodies":
            own_note(reading, lang)
            bodies_view(reading, here.scenario, lang)
        case _ if here.scenario is not None:
            demands_view(here.district, here.scenario, lang)
