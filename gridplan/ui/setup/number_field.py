"""One number of the form: whole, with decimals, or left empty to be derived."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gridplan.text import say


def number_field(label: str, kind: str, step: float, *, key: str, note: str, lang: str) -> None:
    """
    Draw a number.

    Parameters
    ----------
    label, note
        What it is and the help beside it.
    kind
        ``whole``, ``derived`` (whole, may stay empty) or anything else for decimals.
    step
        Of its buttons.
    key
        Of its entry in the session.
    lang
        ``zh`` or ``en``.
    """
    whole = kind in {"derived", "whole"}
    more: dict[str, Any] = {"format": "%d" if whole else "%g"}
    if kind == "derived":
        more = {"value": None, "placeholder": say("app.derived", lang)}
    st.number_input(label, step=int(step) if whole else float(step), key=key, help=note, **more)
