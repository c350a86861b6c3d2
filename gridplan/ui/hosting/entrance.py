"""The door of a server for many: whoever is not known is asked to log in, and sees nothing else."""

from __future__ import annotations

import streamlit as st

from gridplan.text import say
from gridplan.ui.hosting.audit import note
from gridplan.ui.hosting.person import many, person

_SEEN = "visit-noted"


def is_let_in(lang: str) -> bool:
    """
    Let a planner in, or say how to get in.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.

    Returns
    -------
    in
        Always on a server for one.
    """
    if many() and not person():
        st.title(say("app.title", lang), anchor=False)
        if _has_login():
            st.button(say("app.log-in", lang), type="primary", on_click=st.login)
        else:
            st.info(say("app.not-known", lang))
        return False
    if not st.session_state.get(_SEEN):
        st.session_state[_SEEN] = True
        note("visit")
    return True


def way_out(lang: str) -> None:
    """Draw the button that logs out, where one logged in here."""
    if many() and dict(st.user).get("is_logged_in"):
        st.button(say("app.log-out", lang), icon=":material/logout:", on_click=st.logout)


def _has_login() -> bool:
    """Whether an issuer is named in the server's secrets."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False
