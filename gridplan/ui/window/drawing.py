"""The grids a planner drew or adopted in this window; none while the program cuts them."""

from __future__ import annotations

import streamlit as st

from gridplan.planning.grids.drawing import Drawn

_ENTRY = "drawn"


def drawing() -> Drawn | None:
    """Give the grids that the next plan takes as they are; None where it cuts its own."""
    found: Drawn | None = st.session_state.get(_ENTRY)
    return found


def set_drawing(drawn: Drawn | None) -> None:
    """Take grids as drawn; None lets the program cut them again."""
    st.session_state[_ENTRY] = drawn
