"""Opinions: who said what, what becomes of it and why; logged in the project, taken along."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from gridplan.project.opinions import ANSWERS, OPEN, add_opinion, answer_opinion, opinions
from gridplan.project.opinions_told import opinions_table
from gridplan.project.table_file import table_book
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.downloads import TYPES
from gridplan.ui.window import kept_scenarios as kept

if TYPE_CHECKING:
    from gridplan.project.project import Project
    from gridplan.ui.window.here import Here

_PROBLEMS = "opinions-problems"


def opinions_view(here: Here) -> None:
    """Draw the log of opinions, a form to add one and one to answer one."""
    if here.reading is None:
        return
    lang, project = here.lang, kept.project_of(here.reading.folder)
    st.markdown(f"### {say('meeting.opinions', lang)}")
    show_problems(st.session_state.get(_PROBLEMS, ()), lang, title="meeting.opinions-problems")
    found = opinions(project) if project else ()
    left, right = st.columns(2, gap="small")
    with left:
        _add(here)
    with right:
        if project and found:
            _answer(project, lang)
    if not project or not found:
        st.caption(say("meeting.opinions-none", lang))
        return
    table = opinions_table(project, lang)
    st.table(table.map(literal).rename(columns=literal), hide_index=True, border="horizontal")
    title = say("meeting.opinions-title", lang)
    code = re.sub(r"[^\w-]+", "-", here.district.code if here.district else "") or "plan"
    st.download_button(
        say("meeting.opinions-table", lang),
        lambda: table_book(opinions_table(project, lang), title),
        file_name=f"gridplan-{code}-{title}.xlsx",
        mime=TYPES[".xlsx"],
        icon=":material/download:",
        key="opinions-table",
        on_click="ignore",
    )


def _do(work: Callable[[], object]) -> None:
    def done() -> None:
        work()

    st.session_state[_PROBLEMS] = problems_of("", done)


def _add(here: Here) -> None:
    lang = here.lang
    with st.form("opinion-add", clear_on_submit=True):
        source = st.text_input(
            say("meeting.opinion-source", lang),
            max_chars=60,
            key="opinion-source",
            help=say("meeting.opinion-source-help", lang),
        )
        text = st.text_area(
            say("meeting.opinion-text", lang), max_chars=2000, height=90, key="opinion-text"
        )
        if st.form_submit_button(say("meeting.opinion-add", lang), icon=":material/add_comment:"):
            _do(partial(_log, here, text, source))
            st.rerun()


def _log(here: Here, text: str, source: str) -> None:
    """Log an opinion of the scenario that is looked at; the first one makes the project."""
    if here.reading is None:
        return
    project = kept.project_made(here.reading.folder, lang=here.lang)
    name = kept.chosen_name()
    scenario = name if name in project.scenarios() else ""
    add_opinion(project, text, source=source.strip(), scenario=scenario)


def _answer(project: Project, lang: str) -> None:
    found = {one.number: one for one in opinions(project)}
    order = sorted(found, key=lambda number: (found[number].answer != OPEN, number))
    with st.form("opinion-answer", clear_on_submit=True):
        number = st.selectbox(
            say("meeting.opinion-which", lang),
            order,
            format_func=lambda one: f"{one}. {found[one].text[:40]}",
            key="opinion-which",
        )
        answer = st.radio(
            say("project.opinion-answer", lang),
            ANSWERS,
            format_func=lambda code: say(f"project.answer-{code}", lang),
            horizontal=True,
            key="opinion-answer-code",
        )
        reason = st.text_input(
            say("project.opinion-reason", lang), max_chars=500, key="opinion-reason"
        )
        names = ["", *project.scenarios()]
        revised = st.selectbox(
            say("meeting.opinion-revised", lang),
            names,
            format_func=lambda name: name or say("meeting.opinion-no-scenario", lang),
            key="opinion-revised",
        )
        if st.form_submit_button(say("meeting.opinion-keep", lang), icon=":material/save:"):
            told = partial(answer_opinion, project, int(number), str(answer))
            _do(partial(told, reason=reason, revised=str(revised)))
            st.rerun()
