"""Look an address up: its unit, center, grid and lead; a list of them stays in memory only."""

from __future__ import annotations

import streamlit as st

from gridplan.lookup.directory import Directory, directory
from gridplan.lookup.locate import SYSTEMS
from gridplan.ui.desk.title import title_line
from gridplan.ui.find.one import address_table, keep_fields, one_view, take_named
from gridplan.ui.find.several import list_view
from gridplan.ui.running.result import Result
from gridplan.ui.shown.spoken import say
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan

_DIRECTORY = "lookup-directory"


def lookup_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "lookup")
    if needs_plan(here) or here.result is None:
        return
    lang = here.lang
    known = _directory(here.result, lang)
    keep_fields()
    take_named()
    crs = st.segmented_control(
        say("app.lookup-crs", lang),
        SYSTEMS,
        format_func=lambda code: say(f"app.lookup-{code}", lang),
        key="lookup-crs",
        required=True,
        help=say("app.lookup-crs-help", lang),
    )
    with st.spinner(say("app.rendering", lang)):
        canvas = here.result.canvas(lang)
    one_view(here, known, canvas, str(crs))
    list_view(known, address_table(here), str(crs), lang)


def _directory(result: Result, lang: str) -> Directory:
    """Prepare the plan for look-ups once for each language."""
    mark = (result.key, lang)
    kept = st.session_state.get(_DIRECTORY)
    if kept is None or kept[0] != mark:
        with st.spinner(say("app.lookup-preparing", lang)):
            kept = (mark, directory(result.plan, lang=lang))
        st.session_state[_DIRECTORY] = kept
    found: Directory = kept[1]
    return found
