"""The centers on a map and in a table that point at each other; streets, bands, 1+N."""

from __future__ import annotations

import streamlit as st

from gridplan.ui.desk.card import PICKED, center_card, pin_of, points_of, take_pick
from gridplan.ui.desk.map import Editing, draw_map
from gridplan.ui.desk.title import title_line
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.tables import centers_view
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan


def sites_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "sites")
    if needs_plan(here) or here.result is None:
        return
    plan, lang = here.result.plan, here.lang
    left, right = st.columns([2, 1], gap="small")
    with right, st.container(height=460, border=False):
        if not center_card(here.result, lang):
            st.caption(say("app.sites-pick", lang))
    with left:
        with st.spinner(say("app.rendering", lang)):
            canvas = here.result.canvas(lang)
        draw_map(
            canvas,
            lang,
            kind="sites",
            place=str(plan.district.code),
            height="460px",
            editing=Editing(points=points_of(plan), pin=pin_of(plan)),
            act=lambda: take_pick("sites"),
        )
    picked = centers_view(plan, lang, str(st.session_state.get(PICKED) or ""))
    if picked is not None and picked != st.session_state.get(PICKED):
        st.session_state[PICKED] = picked
        st.rerun()
