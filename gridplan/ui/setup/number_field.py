"""One number of the form: whole, with decimals, or left empty to be derived."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gridplan.planning.scenario.kinds import Number, Whole
from gridplan.text import say


def number_field(label: str, number: Number, lang: str, **told: Any) -> None:  # noqa: ANN401
    """
    Draw a number.

    Parameters
    ----------
    label
        What it is.
    number
        Whether it is whole, may stay empty, its range and the step of its buttons.
    lang
        ``zh`` or ``en``.
    told
        Name of its entry in the session (``key``) and the ``help`` beside it.
    """
    whole = isinstance(number, Whole)
    more: dict[str, Any] = {"format": "%d" if whole else "%g"}
    if number.default is None:
        more |= {"value": None, "placeholder": say("app.derived", lang)}
    shown = 100.0 if number.share else 1.0
    low, high = (shown * end for end in number.within)
    kind = int if whole else float
    more |= {"min_value": kind(low), "max_value": kind(high), "step": kind(number.step)}
    st.number_input(label, **more, **told)
