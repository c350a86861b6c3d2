"""The address in the browser: a reload, a bookmark and a link find the same language and plan."""

from __future__ import annotations

import streamlit as st

from gridplan.ui.window.draft import DRAFT
from gridplan.ui.window.session import PLAN


def remember(lang: str) -> None:
    """
    Put into the address what a reload needs; a change of page takes it out.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    """
    plan = st.session_state.get("job") or st.session_state.get("shown", "")
    wanted = {"lang": lang, PLAN: plan, DRAFT: st.session_state.get(DRAFT, "")}
    for name, value in wanted.items():
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value
