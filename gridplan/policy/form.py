"""The form of each value in a profile: a day, a number, a list of numbers, a text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from gridplan.policy.sensitivity import is_sensitivity


def is_day(value: object) -> bool:
    """Whether a value is a day written ``2025-12-31``."""
    if not isinstance(value, str) or len(value) != len("2025-12-31"):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_number(value: object) -> bool:
    """Whether a value is a finite number; truth values are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _are_numbers(value: object) -> bool:
    return isinstance(value, list) and all(is_number(entry) for entry in value)


def _are_codes(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, str) and entry.isascii() and entry.isdigit() for entry in value
    )


_FORMS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "verbatim": _is_truth,
        "adopted": _is_truth,
        "sensitivity": is_sensitivity,
        "in_force_from": is_day,
        "in_force_to": is_day,
        "parameters": _are_numbers,
        "places": _are_codes,
        "number": _is_count,
        "lower": is_number,
        "upper": is_number,
    }
)


def fits(key: str, value: object) -> bool:
    """Whether a value has the form of its key; a key that is not listed holds text."""
    form = _FORMS.get(key)
    return isinstance(value, str) if form is None else form(value)
