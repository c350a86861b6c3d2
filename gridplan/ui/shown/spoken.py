"""Sentences in the words of the place: a county has township hospitals and towns."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gridplan.outputs.words.manner import COUNTY, spoken_as
from gridplan.text import catalogue
from gridplan.text import say as plainly

SETTING = "setting"
"""The session's entry of how the place is spoken of: ``county``, or empty."""


def set_setting(*, county: bool) -> None:
    """Speak of a county from now on, or of a city district."""
    st.session_state[SETTING] = COUNTY if county else ""


def say(key: str, lang: str, /, **values: Any) -> str:  # noqa: ANN401  # sentences take any value
    """
    Fill one sentence of the catalogue, as :func:`gridplan.text.say` does, in the place's words.

    Only the sentence is put into them: names among the values stay as they are.
    """
    template = catalogue(lang).get(key, "")
    spoken = spoken_as(template, lang, st.session_state.get(SETTING, ""))
    if spoken == template:
        return plainly(key, lang, **values)
    comma = catalogue(lang)["language.comma"]
    flat = {
        name: comma.join(map(str, value)) if isinstance(value, (list, tuple)) else value
        for name, value in values.items()
    }
    return spoken.format(**flat)


def fitted(text: str, lang: str) -> str:
    """Put a header or a title that holds no name into the place's words."""
    return spoken_as(text, lang, st.session_state.get(SETTING, ""))
