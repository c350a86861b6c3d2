"""From one page to another, and what a page says while there is no plan."""

from __future__ import annotations

import streamlit as st

from gridplan.ui.shown.spoken import say
from gridplan.ui.window.here import Here

FIRST = "desk"
"""The page that the bare address shows."""


def needs_plan(here: Here) -> bool:
    """Say what to do where there is no plan yet; give whether there is none."""
    if here.result is not None:
        return False
    st.info(say("app.needs-plan", here.lang), icon=":material/info:")
    link(here, FIRST)
    return True


def link(here: Here, address: str) -> None:
    """Draw a link to another page."""
    st.page_link(here.pages[address])
