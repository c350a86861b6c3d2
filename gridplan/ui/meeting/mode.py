"""The meeting on the desk: the map to strike sites on, demands beside it, answer and opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from gridplan.outputs.words.names import Names
from gridplan.outputs.words.telling import Telling
from gridplan.ui.desk.edit_mode import sites_of
from gridplan.ui.desk.map import Editing, draw_map, entry
from gridplan.ui.desk.work import Work, work_now
from gridplan.ui.meeting.answer import answer_now, answer_view, find_answer
from gridplan.ui.meeting.demands import (
    CENTERS,
    CLOSE,
    KEEPS,
    Demand,
    demand,
    demands_now,
    take_back,
)
from gridplan.ui.meeting.opinions import opinions_view
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say

if TYPE_CHECKING:
    from gridplan.ui.running.result import Result
    from gridplan.ui.window.here import Here

_KIND, _HEIGHT = "plan", "max(420px, calc(100vh - 300px))"


def meeting_mode(here: Here) -> None:
    """Draw the page's part."""
    result, lang = here.result, here.lang
    if result is None:
        return
    done = st.session_state.pop("meeting-done", "")
    if done:
        st.success(literal(say("meeting.done", lang, name=done)))
    with st.spinner(say("desk.preparing", lang)):
        work = work_now(result)
    left, right = st.columns([2.3, 1], gap="small")
    with right:
        _demands(here, result, work)
    found = answer_now(result, work)
    with left:
        if found is not None:
            found.draw(lang, _HEIGHT)
        else:
            _map(here, result, work)
    if found is not None:
        answer_view(here, result, work, found)
    opinions_view(here)


def _map(here: Here, result: Result, work: Work) -> None:
    """Draw the plan's map; a click on a center with the tool strikes it."""
    lang = here.lang
    struck = {one.place for one in demands_now(result.key) if one.kind == CLOSE}
    sites = sites_of(result.plan, work.edited, lang)
    for site in sites:
        site["movable"] = False
        if site["id"] in struck:
            site["state"] = "closed"
            site["lines"] = [*site["lines"], say("desk.state-closed", lang)]
    draw_map(
        result.canvas(lang),
        lang,
        kind=_KIND,
        place=str(result.plan.district.code),
        height=_HEIGHT,
        editing=Editing(tools=("look", "close"), sites=sites),
        act=lambda: _act(result, work),
    )


def _act(result: Result, work: Work) -> None:
    state: Any = st.session_state.get(entry(_KIND))
    done = state.get("act") if state else None
    if not isinstance(done, dict) or done.get("act") != "close":
        return
    center = done.get("id")
    if center in work.edited.centers.index:
        demand(result.key, Demand(CLOSE, str(center)))


def _demands(here: Here, result: Result, work: Work) -> None:
    """Draw what is demanded, and the fields that demand more."""
    lang, key = here.lang, result.key
    st.markdown(f"**{say('meeting.demands', lang)}**")
    st.caption(say("meeting.about", lang))
    known = demands_now(key)
    names = Names.of(result.plan, lang)
    for number, one in enumerate(known):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                say("desk.take-back", lang),
                key=f"meeting-back-{number}",
                on_click=take_back,
                args=(key, one),
            )
            st.markdown(literal(_told(one, names, lang)))
    _strike(work, names, key, lang)
    _street(work, Telling(result.plan, lang), key)
    if st.button(
        say("meeting.answer", lang),
        key="meeting-answer",
        type="primary",
        icon=":material/balance:",
        disabled=not known,
        width="stretch",
        help=say("meeting.answer-help", lang),
    ):
        with st.spinner(say("meeting.answering", lang)):
            find_answer(result, work)
        st.rerun()


def _told(one: Demand, names: Names, lang: str) -> str:
    place = names.centers.get(one.place, one.place) if one.kind == CLOSE else one.place
    if one.kind != CLOSE:
        place = names.subdistricts.get(one.place, one.place)
    return say(f"meeting.demand-{one.kind}", lang, place=place, count=f"{one.count:,}")


def _strike(work: Work, names: Names, key: str, lang: str) -> None:
    struck = {one.place for one in demands_now(key) if one.kind == CLOSE}
    left = [str(center) for center in work.edited.centers.index if str(center) not in struck]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        center = st.selectbox(
            say("meeting.strike", lang),
            left,
            index=None,
            format_func=lambda one: names.centers.get(one, one),
            placeholder=say("app.choose", lang),
            key=f"meeting-center-{len(struck)}",
        )
        st.button(
            say("meeting.strike-it", lang),
            key="meeting-strike",
            icon=":material/block:",
            disabled=center is None,
            on_click=demand,
            args=(key, Demand(CLOSE, str(center))),
        )


def _street(work: Work, telling: Telling, key: str) -> None:
    lang, names = telling.lang, telling.names
    counts = work.edited.centers["subdistrict"].value_counts()
    streets = [str(one) for one in work.edited.ground.district.subdistricts.index]
    if not streets:
        return
    with st.container(border=True):
        street = st.selectbox(
            telling.fitting("meeting.street"),
            streets,
            index=None,
            format_func=lambda one: names.subdistricts.get(one, one),
            placeholder=say("app.choose", lang),
            key=f"meeting-street-{len(demands_now(key))}",
        )
        if street is None:
            return
        now = int(counts.get(street, 0))
        count = st.number_input(
            say("meeting.count", lang, now=now),
            min_value=0,
            max_value=500,
            step=1,
            value=now,
            key=f"meeting-count-{street}",
        )
        with st.container(horizontal=True):
            st.button(
                say("meeting.pin-count", lang),
                key="meeting-pin-count",
                icon=":material/push_pin:",
                on_click=demand,
                args=(key, Demand(CENTERS, street, int(count))),
            )
            st.button(
                say("meeting.pin-keeps", lang),
                key="meeting-pin-keeps",
                icon=":material/lock:",
                on_click=demand,
                args=(key, Demand(KEEPS, street)),
            )
