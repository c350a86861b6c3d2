"""The desk: the map fills the screen, with the figures above it and the settings beside it."""

from __future__ import annotations

import streamlit as st

from gridplan.outputs.tables.desk_figures import desk_figures
from gridplan.outputs.tables.variants import headline
from gridplan.outputs.words.telling import Telling
from gridplan.ui.desk.card import center_card, pin_of, points_of, take_pick
from gridplan.ui.desk.edit_mode import edit_mode
from gridplan.ui.desk.failing import failing_rules, focus_now
from gridplan.ui.desk.map import Editing, draw_map
from gridplan.ui.desk.scenarios import scenarios_view
from gridplan.ui.desk.sites_mode import sites_mode
from gridplan.ui.desk.title import figure_row, title_line
from gridplan.ui.meeting.mode import meeting_mode
from gridplan.ui.running.job import first_key
from gridplan.ui.running.work import Task
from gridplan.ui.setup.alternatives import alternatives_asked, alternatives_field
from gridplan.ui.setup.base_maps import base_maps
from gridplan.ui.setup.scenario_file import scenario_file
from gridplan.ui.setup.scenario_form import fill_form, scenario_form
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.quality import quality_view
from gridplan.ui.views.today import today_canvas_of, today_figures
from gridplan.ui.window.drawing import drawing, set_drawing
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import link
from gridplan.ui.window.session import start


def desk_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "desk")
    show_problems(base_maps()[1], here.lang, title="app.base-problems")
    _headline(here)
    mode = st.session_state.get("desk-mode-next", st.session_state.get("desk-mode"))
    if here.result is not None:
        if mode != "edit":  # there the figures follow the edits
            figure_row(desk_figures(Telling(here.result.plan, here.lang)))
    elif here.district is not None and here.scenario is not None:
        figure_row(today_figures(here.district, here.scenario, here.lang))
    match _mode(here):
        case "edit":
            edit_mode(here)
        case "meeting":
            meeting_mode(here)
        case "sites":
            run_button(here)
            sites_mode(here)
        case _:
            left, right = st.columns([3.1, 1], gap="small")
            with right:
                if here.result is not None:
                    center_card(here.result, here.lang)
                _settings(here)
            with left:
                _map(here)
    if here.result is not None:
        quality_view(here.result.plan, here.lang)


def _mode(here: Here) -> str:
    """Draw the choice of what is done on the map, and beside it where rules that fail are told."""
    modes = ["settings", *(["edit", "meeting"] if here.result is not None else []), "sites"]
    kept = st.session_state.pop("desk-mode-next", st.session_state.get("desk-mode"))
    # Set again on every run, so that another page does not lose it.
    st.session_state["desk-mode"] = kept if kept in modes else "settings"
    if here.district is None or here.scenario is None:
        return "settings"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.segmented_control(
            say("desk.mode", here.lang),
            modes,
            format_func=lambda mode: say(f"desk.mode-{mode}", here.lang),
            key="desk-mode",
            required=True,
            label_visibility="collapsed",
        )
        if here.result is not None and here.result.plan.findings["passed"].eq(False).any():
            link(here, "policy")
            link(here, "variants")
            failing_rules(here, here.result.plan)
    return str(chosen)


def _headline(here: Here) -> None:
    """Say first of all which rules that must be kept fail, and what would help."""
    if here.result is None:
        if here.district is not None:
            st.caption(say("app.steps", here.lang))
        return
    for line in headline(Telling(here.result.plan, here.lang))[:1]:
        st.markdown(f":small[**{literal(line)}**]")
    # Stands there also when nothing is said: the map below would be drawn anew, its tool forgotten.
    with st.container(horizontal=True, vertical_alignment="center"):
        if here.result.key == first_key(here.result.of):
            going = here.results.jobs.state(here.result.of) in ("running", "waiting")
            st.info(say("app.first-plan" if going else "app.first-plan-kept", here.lang))
        hand = here.result.hand
        if hand is not None and hand.edits:
            st.caption(say("app.by-hand", here.lang, steps=len(hand.edits)))
        if here.stale:
            st.warning(say("app.stale", here.lang))
            st.button(
                say("app.revert", here.lang),
                key="revert",
                on_click=fill_form,
                args=(here.result.asked or here.result.plan.scenario,),
            )


def run_button(here: Here) -> None:
    """Draw the button that plans what the fields ask for."""
    lang = here.lang
    running = here.key is not None and here.results.jobs.state(here.key) in ("running", "waiting")
    pressed = st.button(
        say("app.run", lang),
        key="run",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=here.key is None or running,
    )
    if pressed and here.district and here.scenario and here.key:
        others = alternatives_asked()
        task = Task(here.district, here.scenario, lang, others, drawn=drawing())
        start(here.results, here.key, task)
        st.rerun()


def _settings(here: Here) -> None:
    lang = here.lang
    scenarios_view(here)
    run_button(here)
    if drawing() is not None:
        st.info(say("app.drawn-kept", lang))
        st.button(
            say("app.drawn-leave", lang), key="leave-drawn", on_click=set_drawing, args=(None,)
        )
    with st.container(height=560, border=True):
        scenario_form(here.district, lang, here.limits)
        alternatives_field(lang)
        scenario_file(here.scenario, lang)


def _map(here: Here) -> None:
    if here.result is not None:
        with st.spinner(say("app.rendering", here.lang)):
            canvas = here.result.canvas(here.lang)
        plan = here.result.plan
        draw_map(
            canvas,
            here.lang,
            kind="plan",
            place=str(plan.district.code),
            editing=Editing(points=points_of(plan), pin=pin_of(plan), focus=focus_now()),
            act=lambda: take_pick("plan"),
        )
    elif here.district is not None and here.scenario is not None:
        with st.spinner(say("app.rendering", here.lang)):
            canvas = today_canvas_of(here.district, here.scenario, here.lang)
        draw_map(canvas, here.lang, kind="today", place=str(here.district.code))
