"""A list of addresses, answered in memory: nothing of it is kept, logged or handed on."""

from __future__ import annotations

import streamlit as st

from gridplan.errors import Problem
from gridplan.lookup.directory import Directory
from gridplan.lookup.places import Places
from gridplan.lookup.referral import COUNTED, Referred, refer_content
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems


def list_view(known: Directory, places: Places | None, crs: str, lang: str) -> None:
    """
    Draw the field that takes a list, and the button that gives the answers.

    Parameters
    ----------
    known
        The plan.
    places
        The bureau's address table; None without one.
    crs, lang
        Of the list's coordinates, and of the answers.
    """
    st.markdown(f"### {say('app.lookup-list', lang)}")
    st.caption(say("app.lookup-private", lang))
    file = st.file_uploader(say("app.lookup-file", lang), type=["csv", "txt"], key="lookup-file")
    if file is None:
        return
    found: list[Referred] = []
    problems: tuple[Problem, ...] = problems_of(
        file.name,
        lambda: found.append(
            refer_content(known, file.getvalue(), file.name, crs=crs, lang=lang, places=places)
        ),
    )
    show_problems(problems, lang, title="app.lookup-problems")
    if not found:
        return
    counted = [code for code in COUNTED if found[0].counts[code] or code != "unnamed"]
    for column, code in zip(st.columns(len(counted)), counted, strict=True):
        column.metric(say(f"locate.result-{code}", lang), f"{found[0].counts[code]:,}")
    for note in found[0].notes:
        st.caption(literal(note.text(lang)))
    st.download_button(
        say("app.lookup-download", lang),
        found[0].content,
        file_name=say("app.lookup-name", lang),
        mime="text/csv",
        icon=":material/download:",
        key="lookup-download",
        on_click="ignore",
    )
