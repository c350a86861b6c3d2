"""The line over a page: which district, how many residents, of which base and year; its figures."""

from __future__ import annotations

import streamlit as st

from gridplan.outputs.words.names import figure
from gridplan.text.language import in_language, joined
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.window.here import Here


def title_line(here: Here, page: str) -> None:
    """
    Draw the title of a page.

    Parameters
    ----------
    here
        Where the planner is.
    page
        Address of the page.
    """
    lang, district = here.lang, here.district
    name = say(f"app.page-{page}", lang)
    if district is None:
        st.title(name, anchor=False)
        return
    told = [
        in_language(district, "name", lang),
        say("app.title-residents", lang, count=figure(district.population, "count", lang)),
        district.vintage,
    ]
    line = joined(filter(None, told), lang, "pause")
    st.title(literal(say("app.title-line", lang, page=name, told=line)), anchor=False)


def figure_row(pairs: list[tuple[str, str]]) -> None:
    """Draw figures beside each other, each under its name; the longer its text, the more room."""
    widths = [10 + len(text) for _, text in pairs]
    for column, (name, text) in zip(st.columns(widths), pairs, strict=True):
        column.metric(name, text)
