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
        Whether it is whole, may stay empty, and the step of its buttons.
    lang
        ``zh`` or ``en``.
    told
        Name of its entry in the session (``key``) and the ``help`` beside it.
    """
    whole = isinstance(number, Whole)
    more: dict[str, Any] = {"format": "%d" if whole else "%g"}
    if number.default is None:
        more |= {"value": None, "placeholder": say("app.derived", lang)}
    st.number_input(label, step=int(number.step) if whole else float(number.step), **more, **told)
