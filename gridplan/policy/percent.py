"""Bounds of rules in percent: 85, ``"85%"``, or 0.85 that could be either."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PERCENT = "percent"
_WRITTEN = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*[%％]\s*")


def percent_of(value: object) -> float | None:
    """Read a bound written with its sign, ``"0.85%"``; None for anything else."""
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    return float(found[1]) if found else None


def doubtful(value: object) -> bool:
    """Say whether a bare bound of a rule in percent could be a share: 0.85 or 85 %."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and 0 < abs(float(value)) <= 1  # type: ignore[arg-type]


def readings(key: str, value: float) -> dict[str, Any]:
    """Give both readings of a doubtful bound, and how each is written."""
    return {
        "key": key,
        "value": f"{value:g}",
        "small": f"{value:g}",
        "large": f"{100 * value:g}",
    }


def plain_bounds(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give a rule of a profile with the bounds that bear a percent sign as numbers."""
    if entry.get("unit") != PERCENT:
        return dict(entry)
    signed = {key: percent_of(entry.get(key)) for key in ("lower", "upper")}
    return {**entry, **{key: value for key, value in signed.items() if value is not None}}
