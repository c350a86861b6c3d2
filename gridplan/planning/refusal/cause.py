"""A cause of a refusal as a problem: proven or not, figures rounded, nothing said twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gridplan.errors import Problem
from gridplan.text import say


def clash(code: str, values: dict[str, Any]) -> Problem:
    """Name a clash that is proven: while these demands stand no plan can be."""
    return Problem(code, values, proven=True)


def ended(code: str) -> dict[str, str]:
    """Say why a run ended, in both languages."""
    key = f"outputs.ended-by-{code}"
    return {"ended_by": say(key, "zh"), "ended_by_en": say(key, "en")}


def grain_words(grain: str) -> dict[str, str]:
    """Name what must stay whole, in both languages."""
    street = {"subdistrict": "street"}  # the policy's word, as on screen
    return {"grain": say(f"keys.grid_grain.{grain}", "zh"), "grain_en": street.get(grain, grain)}


def percent(share: float) -> float:
    """Give a share in percent."""
    return round(100 * share, 2)


def unique(causes: Iterable[Problem]) -> list[Problem]:
    """Drop what would be said twice, keeping the order."""
    seen: list[Problem] = []
    for cause in causes:
        if cause not in seen:
            seen.append(cause)
    return seen
