"""A cause of a refusal as a problem: proven or not, figures rounded, nothing said twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gridplan.errors import Problem, Reason


def clash(code: str, values: dict[str, Any]) -> Problem:
    """Name a clash that is proven: while these demands stand no plan can be."""
    return Problem(code, values, proven=True)


def ended(code: str) -> dict[str, Reason]:
    """Say why a run ended."""
    return {"ended_by": Reason(f"outputs.ended-by-{code}")}


def grain_words(grain: str) -> dict[str, Reason]:
    """Name what must stay whole."""
    return {"grain": Reason(f"grain-{grain}")}


def percent(share: float) -> float:
    """Give a share in percent, a whole number as ``int``: a file would not tell it from one."""
    told = round(100 * share, 2)
    return int(told) if told.is_integer() else told


def unique(causes: Iterable[Problem]) -> list[Problem]:
    """Drop what would be said twice, keeping the order."""
    seen: list[Problem] = []
    for cause in causes:
        if cause not in seen:
            seen.append(cause)
    return seen
