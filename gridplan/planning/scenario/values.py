"""What each key of a scenario may hold: its kind, its range, the choices there are."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Collection, Iterable, Mapping
from numbers import Integral, Real
from typing import Any

from gridplan.errors import Problem
from gridplan.policy.form import is_day
from gridplan.policy.override import EXAMPLE, parse_override
from gridplan.policy.readings import EXAMPLE as READING
from gridplan.policy.readings import parse_reading
from gridplan.text.shown import brief
from gridplan.travel.ways import DRIVE_KMH

GRAINS = ("unit", "community", "subdistrict")
OBJECTIVES = ("distance", "coverage", "fewest", "farthest")
WALKS = ("auto", "straight", "roads")
DRIVES = ("auto", "units", "roads")
CHOICES = {
    "grid_grain": GRAINS,
    "center_objective": OBJECTIVES,
    "walk_by": WALKS,
    "drive_by": DRIVES,
}
"""Keys that take one of a few words."""

RANGES: dict[str, tuple[float, float]] = {
    "seed": (0, 2**31 - 1),
    "work_limit": (0.01, 1e6),
    "time_limit": (0.1, 1e6),
    "grids": (0, 1000),
    "grid_tolerance": (0.0, 1.0),
    "grid_compactness": (0.0, 1e9),
    "grid_split_price": (0.0, 1e15),
    "drive_kmh": (1.0, 200.0),
    "centers": (1, 100_000),
    "center_lower": (0, 10_000_000),
    "center_upper": (1, 10_000_000),
    "center_coverage_target": (0.0, 100.0),
    "center_max_metres": (1, 1_000_000),
    "center_equity": (0.0, 1.0),
    "center_max_minutes": (0.1, 600.0),
    "walk_kmh": (0.5, 20.0),
    "walk_detour": (1.0, 5.0),
    "candidates_per_community": (1, 1000),
    "regional_min": (0, 1000),
    "regional_max": (0, 1000),
    "regional_street_population": (1, 10_000_000),
    "regional_population_min": (0, 10_000_000),
}
"""Lowest and highest allowed value of each number, both ends included."""

_TEXTS = ("name_zh", "name_en", *CHOICES, "as_of")
LISTS = (
    "profiles",
    "profile_files",
    "overrides",
    "readings",
    "grid_leads",
    "close",
    "band_exempt",
)
TABLES: dict[str, tuple[float, float]] = {"enlarge": (1, 10_000_000), "road_speeds": (1.0, 200.0)}
"""Lowest and highest value in each table of numbers by name."""
OPTIONAL = ("centers", "center_max_metres")
_FRACTIONS = {
    "work_limit",
    "time_limit",
    "grid_tolerance",
    "grid_compactness",
    "grid_split_price",
    "drive_kmh",
    "center_coverage_target",
    "center_equity",
    "center_max_minutes",
    "walk_kmh",
    "walk_detour",
    "road_speeds",
}


def pairs(items: Iterable[tuple[Any, Any]]) -> tuple[tuple[Any, Any], ...]:
    """Bring the rows of a table into one order, so that equal tables are equal."""
    return tuple(sorted(items, key=lambda item: str(item[0])))


def _fits_table(key: str, value: object) -> bool:
    """Tell whether a value is pairs of a name and a number, whole for residents."""
    kinds = (int, float) if key in _FRACTIONS else (int,)
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple)
        and len(pair) == 2
        and is_text(pair[0])
        and isinstance(pair[1], kinds)
        and not isinstance(pair[1], bool)
        and math.isfinite(pair[1])
        for pair in value
    )


def fits(key: str, value: object) -> bool:
    """Tell whether a value is of the kind that a key asks for."""
    if key in TABLES:
        return _fits_table(key, value)
    if key in _TEXTS:
        return is_text(value)
    if key in LISTS:
        return isinstance(value, tuple) and all(is_text(entry) for entry in value)
    if key in OPTIONAL and value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    whole = isinstance(value, int)
    return whole or (math.isfinite(value) and (key in _FRACTIONS or float(value).is_integer()))


def is_text(value: object) -> bool:
    """Whether a value is text that can be written to a file: no half of a character."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def listed(value: object) -> object:
    """Give several as a tuple, sets in order; what is no collection comes back as it is."""
    if isinstance(value, (tuple, str, bytes, bytearray, Mapping)):
        return value
    if not isinstance(value, Collection):
        return value
    return tuple(sorted(value, key=repr)) if isinstance(value, (set, frozenset)) else tuple(value)


def counted(key: str, value: object) -> object:
    """Give a number as Python's own, a whole one as ``int`` where the key asks for one."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    if isinstance(value, Integral):
        return int(value)
    number = float(value)
    whole = key not in _FRACTIONS and math.isfinite(number) and number.is_integer()
    return int(number) if whole else number


def wrong_types(scenario: Any) -> list[Problem]:  # noqa: ANN401  # a Scenario being made
    """Name each value of a scenario that is of another kind than its key asks for."""
    return [
        Problem(
            "scenario-type",
            {"key": key.name, "value": brief(getattr(scenario, key.name)), "wanted": _wanted(key)},
        )
        for key in dataclasses.fields(scenario)
        if not fits(key.name, getattr(scenario, key.name))
    ]


def _wanted(key: dataclasses.Field[Any]) -> str:
    if key.name in _TEXTS:
        return '"…"'
    if key.name in TABLES:
        return '{"…" = 30000}' if key.name == "enlarge" else '{"primary" = 40}'
    return '["…", "…"]' if key.name in LISTS else str(key.default or 40)


def out_of_range(scenario: Any) -> list[Problem]:  # noqa: ANN401  # as above
    """Name each value of a scenario that is too small or large, or out of order."""
    problems = []
    for key, (low, high) in RANGES.items():
        value = getattr(scenario, key)
        if fits(key, value) and value is not None and not low <= value <= high:
            values = {"key": key, "value": value, "lower": low, "upper": high}
            problems.append(Problem("scenario-range", values))
    for low_key, high_key in (("center_lower", "center_upper"), ("regional_min", "regional_max")):
        low, high = getattr(scenario, low_key), getattr(scenario, high_key)
        ordered = not (fits(low_key, low) and fits(high_key, high)) or low <= high
        if not ordered and not (high_key == "regional_max" and high == 0):
            values = {"lower_key": low_key, "lower": str(low)}
            values |= {"upper_key": high_key, "upper": str(high)}
            problems.append(Problem("scenario-order", values))
    overrides = scenario.overrides if fits("overrides", scenario.overrides) else ()
    problems += [
        Problem("override-form", {"value": text, "example": EXAMPLE})
        for text in overrides
        if parse_override(text) is None
    ]
    readings = scenario.readings if fits("readings", scenario.readings) else ()
    problems += [
        Problem("reading-form", {"value": text, "example": READING})
        for text in readings
        if parse_reading(text) is None
    ]
    if fits("as_of", scenario.as_of) and not is_day(scenario.as_of):
        values = {"key": "as_of", "value": scenario.as_of, "wanted": '"2026-01-01"'}
        problems.append(Problem("scenario-type", values))
    return problems


def wrong_words(scenario: Any) -> list[Problem]:  # noqa: ANN401  # as above
    """Check the keys that take one of a few words, and the tables."""
    problems = []
    for key, words in CHOICES.items():
        value = getattr(scenario, key)
        if fits(key, value) and value not in words:
            problems.append(_no_choice(key, value, words))
    for key, (low, high) in TABLES.items():
        pairs_given = getattr(scenario, key)
        for name, number in pairs_given if fits(key, pairs_given) else ():
            if not low <= number <= high:
                values = {"key": f"{key}.{name}", "value": number, "lower": low, "upper": high}
                problems.append(Problem("scenario-range", values))
            if key == "road_speeds" and name not in DRIVE_KMH:
                problems.append(_no_choice(key, name, tuple(DRIVE_KMH)))
    return problems


def _no_choice(key: str, value: str, words: tuple[str, ...]) -> Problem:
    values = {"key": key, "value": value, "valid": words, "near": nearest_word(value, words)}
    return Problem("scenario-choice", values)


def nearest_word(word: str, valid: tuple[str, ...] | list[str]) -> str:
    """Give the valid word most like ``word``, for a message that suggests it."""
    close = difflib.get_close_matches(word, valid, n=1, cutoff=0.0)
    return close[0] if close else valid[0]
