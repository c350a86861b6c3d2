"""Errors in the words of the page: scenario keys read as the fields are labelled."""

from __future__ import annotations

import re
from collections.abc import Iterable

import streamlit as st

from gridplan.errors import Problem
from gridplan.planning.scenario.scenario import KEYS
from gridplan.text import catalogue, say
from gridplan.ui.shown.literal import literal

_KEYS = [*KEYS]
_ALONE = r"(?<![\w./\"'“‘-])({})(?![\w./\"'”’-]){}"


def _pattern(keys: list[str], ahead: str = "") -> re.Pattern[str]:
    longest_first = sorted(keys, key=len, reverse=True)
    return re.compile(_ALONE.format("|".join(longest_first), ahead), re.ASCII)


# In Latin letters some keys are plain words ("grids"): there only "grids = 3" is about the key.
_PATTERNS = {
    "han": (_pattern(_KEYS),),
    "latin": (
        _pattern([key for key in _KEYS if "_" in key]),
        _pattern([key for key in _KEYS if "_" not in key], ahead="(?= = )"),
    ),
}


def field_label(key: str, lang: str) -> str:
    """Give what the page calls a scenario key."""
    return say(f"keys.{key}.label", lang)


def in_words(problem: Problem, lang: str) -> str:
    """
    Say a problem with the page's names for the scenario's keys.

    Parameters
    ----------
    problem
        Any problem.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    sentence
        Plain text; the caller shows it letter for letter.
    """

    def name(found: re.Match[str]) -> str:
        return say("language.quotes", lang, text=field_label(found.group(1), lang))

    # What a command line is answered by an option or a file is answered in fields here.
    here = f"app.asked-{problem.code}"
    text = problem.said(here, lang) if here in catalogue(lang) else problem.text(lang)
    for pattern in _PATTERNS[say("language.typography", lang)]:
        text = pattern.sub(name, text)
    return text


def show_problems(problems: Iterable[Problem], lang: str, *, title: str) -> None:
    """
    Show problems as a list under a title.

    Parameters
    ----------
    problems
        What is wrong; nothing is drawn where nothing is.
    lang
        ``zh`` or ``en``.
    title
        Key of the catalogue for the sentence above them.
    """
    problems = list(problems)
    if not problems:
        return
    lines = [f"- {literal(in_words(problem, lang))}" for problem in problems]
    st.error("\n".join([f"**{say(title, lang)}**", "", *lines]))
