"""How many ways to cut the grids are asked for: a field beside the scenario, no part of it."""

from __future__ import annotations

import streamlit as st

from gridplan.text import say

ALTERNATIVES = "alternatives"
"""The session's entry that holds the field."""

MOST_ALTERNATIVES = 10
_KEPT = "alternatives-kept"


def alternatives_field(lang: str) -> None:
    """Draw how many ways to cut the grids are asked for: no part of the scenario."""
    st.session_state[ALTERNATIVES] = alternatives_asked()
    st.number_input(
        say("app.alternatives", lang),
        min_value=0,
        max_value=MOST_ALTERNATIVES,
        step=1,
        key=ALTERNATIVES,
        help=say("app.alternatives-help", lang),
    )


def alternatives_asked() -> int:
    """Give how many are asked for, also where the field is not drawn."""
    return int(st.session_state.get(ALTERNATIVES, st.session_state.get(_KEPT, 0)))


def keep_alternatives() -> None:
    """Keep the field's entry apart: one that is not drawn in a run would lose it."""
    asked = alternatives_asked()
    st.session_state[_KEPT] = asked
    st.session_state[ALTERNATIVES] = asked
