"""What the axes of a sweep are called and how their values are written."""

from __future__ import annotations

from typing import Any

from gridplan.planning.scenario.kinds import Choice
from gridplan.planning.scenario.scenario import KEYS
from gridplan.text import say
from gridplan.text.language import joined


def axis_label(key: str, lang: str) -> str:
    """Say what is varied, as the form of the scenario does."""
    return say(f"keys.{key}.label", lang) if key in KEYS else key


def plain_text(key: str, value: Any, lang: str) -> str:  # noqa: ANN401  # a value of any key
    """Write a value of a key."""
    if isinstance(KEYS.get(key), Choice):
        return say(f"keys.{key}.{value}", lang)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,.10g}"
    if isinstance(value, (tuple, list)):
        return joined(value, lang) or "\u2014"
    return "\u2014" if value is None else str(value)


def value_text(key: str, value: Any, lang: str) -> str:  # noqa: ANN401  # as above
    """Write a value with what it is a value of."""
    told = {"axis": axis_label(key, lang), "value": plain_text(key, value, lang)}
    return say("sweeps.axis-value", lang, **told)
