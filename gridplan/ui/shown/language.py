"""The language of the page: in the address, so that a bookmark keeps it, and in a switch."""

from __future__ import annotations

import streamlit as st

from gridplan.text import LANGUAGES, say

DEFAULT = LANGUAGES[0]


def current_language() -> str:
    """Give the language chosen in the switch, else that of ``?lang=``, else Chinese."""
    chosen = st.session_state.get("lang")
    if chosen not in LANGUAGES:
        asked = st.query_params.get("lang")
        chosen = asked if asked in LANGUAGES else DEFAULT
        st.session_state["lang"] = chosen
    return str(chosen)


def language_switch() -> None:
    """Draw the switch; a change goes into the address."""
    st.segmented_control(
        "语言 / Language",
        LANGUAGES,
        format_func=lambda lang: say("language.name", lang),
        key="lang",
        required=True,
        on_change=_remember,
        label_visibility="collapsed",
    )


def _remember() -> None:
    st.query_params["lang"] = st.session_state["lang"]
