"""Look an address up: its unit, center, grid and lead; a list of them stays in memory only."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gridplan.errors import Problem
from gridplan.lookup.directory import Directory, directory
from gridplan.lookup.locate import (
    RESULTS,
    SYSTEMS,
    headers,
    locate,
    locate_content,
    told,
)
from gridplan.text import say
from gridplan.ui.desk.title import title_line
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.tables import show_table
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan

_FIELDS = ("lookup-lon", "lookup-lat", "lookup-crs")
_DIRECTORY, _ANSWERED = "lookup-directory", "lookup-answered"


def lookup_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "lookup")
    if needs_plan(here) or here.result is None:
        return
    lang = here.lang
    known = _directory(here)
    st.session_state.setdefault("lookup-crs", SYSTEMS[0])
    for field in _FIELDS:  # kept while another page is looked at
        if field in st.session_state:
            st.session_state[field] = st.session_state[field]
    crs = st.segmented_control(
        say("app.lookup-crs", lang),
        SYSTEMS,
        format_func=lambda code: say(f"app.lookup-{code}", lang),
        key="lookup-crs",
        required=True,
    )
    _one(known, str(crs), lang)
    _list(known, str(crs), lang)


def _directory(here: Here) -> Directory:
    """Prepare the plan for look-ups once for each language."""
    mark = (here.result.key if here.result else "", here.lang)
    kept = st.session_state.get(_DIRECTORY)
    if kept is None or kept[0] != mark:
        if here.result is None:
            raise ValueError(mark)
        with st.spinner(say("app.lookup-preparing", here.lang)):
            kept = (mark, directory(here.result.plan, lang=here.lang))
        st.session_state[_DIRECTORY] = kept
    found: Directory = kept[1]
    return found


def _one(known: Directory, crs: str, lang: str) -> None:
    st.markdown(f"### {say('app.lookup-one', lang)}")
    left, right = st.columns(2)
    asked: dict[str, float | None] = {}
    for column, part, most in ((left, "lon", 180.0), (right, "lat", 90.0)):
        asked[part] = column.number_input(
            say(f"app.lookup-{part}", lang),
            min_value=-most,
            max_value=most,
            value=None,
            format="%.6f",
            step=0.001,
            key=f"lookup-{part}",
            placeholder=say(f"app.lookup-{part}-example", lang),
        )
    if asked["lon"] is None or asked["lat"] is None:
        st.caption(say("app.lookup-hint", lang))
        return
    answer = told(locate(known, [asked["lon"]], [asked["lat"]], crs=crs), lang)[0]
    pairs = [(head, text) for head, text in zip(headers(lang), answer, strict=True) if text]
    show_table(
        pd.DataFrame(
            {
                say("app.lookup-what", lang): [head for head, _ in pairs],
                say("app.lookup-answer", lang): [text for _, text in pairs],
            }
        )
    )


def _list(known: Directory, crs: str, lang: str) -> None:
    st.markdown(f"### {say('app.lookup-list', lang)}")
    st.caption(say("app.lookup-private", lang))
    file = st.file_uploader(say("app.lookup-file", lang), type=["csv", "txt"], key="lookup-file")
    if file is None:
        return
    found: list[tuple[bytes, dict[str, int], tuple[Problem, ...]]] = []
    problems = problems_of(
        file.name,
        lambda: found.append(locate_content(known, file.getvalue(), file.name, crs=crs, lang=lang)),
    )
    show_problems(problems, lang, title="app.lookup-problems")
    if not found:
        return
    content, counts, notes = found[0]
    for column, code in zip(st.columns(len(RESULTS)), RESULTS, strict=True):
        column.metric(say(f"locate.result-{code}", lang), f"{counts[code]:,}")
    for note in notes:
        st.caption(literal(note.text(lang)))
    st.download_button(
        say("app.lookup-download", lang),
        content,
        file_name=say("app.lookup-name", lang),
        mime="text/csv",
        icon=":material/download:",
        key="lookup-download",
        on_click="ignore",
    )
