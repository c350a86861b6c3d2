"""Sentences in the words of the place: a county has township hospitals and towns."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

from gridplan.outputs.words.manner import COUNTY
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


@lru_cache(maxsize=4_000)
def spoken_as(text: str, lang: str, setting: str) -> str:
    """
    Replace the words of a city district by those of the setting.

    Parameters
    ----------
    text
        A sentence of the catalogue, its placeholders unfilled.
    lang
        ``zh`` or ``en``.
    setting
        ``county``, or empty for a city district: the text as it is.
    """
    if not setting:
        return text
    for pair in catalogue(lang)[f"app.{setting}-words"].split("|"):
        word, _, other = pair.partition("=")
        text = text.replace(word, other)
    return text
