"""Every decision a planner may change, as one frozen value; nothing else steers a plan."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Self

from gridplan.district.given_file import TOML_BYTES, given_path, is_there, read_given, read_inside
from gridplan.district.reason import UnreadableError
from gridplan.district.toml_content import parse_toml
from gridplan.errors import InputError, Problem, Remedy
from gridplan.policy.form import is_day
from gridplan.policy.override import EXAMPLE, parse_override
from gridplan.policy.readings import EXAMPLE as READING
from gridplan.policy.readings import parse_reading
from gridplan.text.card import MOST_ROWS, Card, Rows
from gridplan.text.shown import brief

GRAINS = ("unit", "community", "subdistrict")
OBJECTIVES = ("distance", "coverage", "fewest", "farthest")
CHOICES = {"grid_grain": GRAINS, "center_objective": OBJECTIVES}
"""Keys that take one of a few words."""
FILE = "scenario.toml"
"""Its name in a district folder."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Scenario(Card):
    """
    The choices behind one plan.

    Parameters
    ----------
    name_zh, name_en
        What the planner calls it.
    profiles
        Policy profiles whose rules the plan is checked against, in this order.
    profile_files
        Profiles of the planner's own, checked after those: TOML files, relative to the district
        folder, in the form of the bundled ones.
    overrides
        Bounds that differ from the documents', each ``"profile/rule: lower=60, upper=none"``.
    readings
        The reading adopted of a phrase that profiles read in several ways, each
        ``"phrase: rule"``; in a file also a table ``{phrase = "rule"}``.
    as_of
        Day on which the rules are held against the plan, ISO 8601: one that is no longer in force
        on it has expired. Never the day of the computer: the same scenario gives the same plan.
    seed
        Of every random choice; the same inputs, scenario and seed give the same plan.
    work_limit
        Work units each optimisation may spend; a deterministic count, about processor seconds.
    time_limit
        Seconds after which an optimisation is cut short, whatever work is left.
    grids
        Number of grids; 0 plans centers alone.
    grid_leads
        Hospitals that must lead, by id; the optimiser chooses the others.
    grid_tolerance
        Largest deviation of a grid's population from the mean, as a share of it.
    grid_grain
        What must not be split between grids: ``unit``, ``community`` or ``subdistrict``.
    grid_compactness
        Person-metres of travel that one metre of boundary between grids is worth; 0 for travel
        alone.
    grid_split_price
        Person-metres of travel that cutting a community or street (the grain) once is worth; 0
        keeps each of them whole.
    drive_kmh
        Speed on the way to the lead hospital, km per hour, along neighbouring units.
    centers
        Number of centers; None derives it from the band.
    center_lower, center_upper
        Residents a center serves, at least and at most.
    center_objective
        What the centers are placed for: ``distance`` (least person-metres to the center assigned),
        ``coverage`` (most residents near some center, then least distance), ``fewest`` (the fewest
        centers that bring ``center_coverage_target`` near one, then least distance) or
        ``farthest`` (shortest longest way to the center assigned, then least distance).
    center_coverage_target
        Percent of residents near some center that ``fewest`` reaches.
    center_max_metres
        Straight line to the center assigned that residents should not exceed: one who does counts
        as ten without a center near, or before all else in very small districts. None for twice
        the walk under ``coverage``, and no such limit otherwise.
    center_equity
        Weight from efficiency (0: the sum of distances) to equity (1: only what exceeds the walk
        that counts as near, squared).
    center_max_minutes
        Walk that counts as near; residents beyond it are counted.
    walk_kmh, walk_detour
        Walking speed, km per hour, and the ratio of walked to straight-line distance.
    close
        Existing centers to close, by id.
    enlarge
        Residents that existing centers can serve once enlarged, by id: a mapping, kept as pairs in
        the order of the ids.
    band_exempt
        Who may serve outside the band: existing centers, by id (as many as they have room for, or
        as few as come), and units with more residents than a center may have (one center in it
        serves them all). Each is told in the plan with its figure.
    candidates_per_community
        Candidates generated in each community where the district brings none.
    regional_min, regional_max
        Regional centers of each street, at least and at most; a maximum of 0 plans none.
    regional_street_population
        A street gets one regional center for every so many of its residents, within the minimum
        and maximum.
    regional_population_min
        Residents each regional center must manage, itself and its centers together; 0 for none.

    Raises
    ------
    InputError
        If a value is of the wrong type or outside its range, or a key is unknown; all at once.

    Notes
    -----
    Where several are asked for, any list of them will do (a pandas index, the keys of a dict); it
    is kept as a tuple. Whole numbers may be numpy's, or floats without a fraction.
    """

    name_zh: str = "默认方案"
    name_en: str = "Default scenario"
    profiles: tuple[str, ...] = ("national-trial-2023", "guangming-1n-2023", "living-circle")
    profile_files: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    as_of: str = "2026-01-01"
    seed: int = 1
    work_limit: float = 10.0
    time_limit: float = 600.0
    grids: int = 2
    grid_leads: tuple[str, ...] = ()
    grid_tolerance: float = 0.10
    grid_grain: str = "unit"
    grid_compactness: float = 0.0
    grid_split_price: float = 0.0
    drive_kmh: float = 30.0
    centers: int | None = None
    center_lower: int = 20_000
    center_upper: int = 30_000
    center_objective: str = "distance"
    center_coverage_target: float = 90.0
    center_max_metres: int | None = None
    center_equity: float = 0.0
    center_max_minutes: float = 15.0
    walk_kmh: float = 4.5
    walk_detour: float = 1.3
    close: tuple[str, ...] = ()
    enlarge: tuple[tuple[str, int], ...] = ()
    band_exempt: tuple[str, ...] = ()
    candidates_per_community: int = 5
    regional_min: int = 1
    regional_max: int = 2
    regional_street_population: int = 100_000
    regional_population_min: int = 0

    def __new__(cls, **values: object) -> Self:
        """Refuse unknown keys in words; a dataclass of itself would only raise a TypeError."""
        unknown = unknown_keys(values, source="Scenario")
        if unknown:
            raise InputError(unknown)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        if isinstance(self.enlarge, Mapping):
            object.__setattr__(self, "enlarge", _pairs(self.enlarge.items()))
        for key in dataclasses.fields(self):
            given = getattr(self, key.name)
            kept = listed(given) if key.name in _LISTS else counted(key.name, given)
            if kept is not given:
                object.__setattr__(self, key.name, kept)
        problems = [*_wrong_types(self), *_out_of_range(self)]
        if problems:
            raise InputError(problems)

    @property
    def walk_metres_per_minute(self) -> float:
        """Straight-line metres covered by one minute of walking, the detour taken off."""
        return self.walk_kmh * 1000 / 60 / self.walk_detour

    @property
    def drive_metres_per_minute(self) -> float:
        """Metres covered by one minute on the way to the lead hospital."""
        return self.drive_kmh * 1000 / 60

    def _card(self) -> tuple[str, Rows]:
        changed = [
            (key.name, getattr(self, key.name))
            for key in dataclasses.fields(self)
            if getattr(self, key.name) != key.default and not key.name.startswith("name_")
        ]
        rows: list[tuple[str, object]] = [*changed[: MOST_ROWS - 1]]
        if len(changed) > len(rows):
            rows.append(("...", f"{len(changed) - len(rows)} more"))
        return f"Scenario {self.name_zh} / {self.name_en}", rows or [("-", "all defaults")]

    def as_dict(self) -> dict[str, Any]:
        """Give the scenario as plain values, tuples as lists, ready for JSON or TOML."""
        return {
            key: dict(value)
            if key in _TABLES
            else list(value)
            if isinstance(value, tuple)
            else value
            for key, value in dataclasses.asdict(self).items()
        }

    def changed(self, remedy: Remedy) -> Scenario:
        """Give the scenario with a remedy obeyed."""
        return dataclasses.replace(self, **remedy.changes)


# Lowest and highest allowed value of each number, both ends included.
_RANGES: dict[str, tuple[float, float]] = {
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
_TEXTS = ("name_zh", "name_en", "grid_grain", "center_objective", "as_of")
_LISTS = (
    "profiles",
    "profile_files",
    "overrides",
    "readings",
    "grid_leads",
    "close",
    "band_exempt",
)
_TABLES = ("enlarge",)
_OPTIONAL = ("centers", "center_max_metres")
_MOST_RESIDENTS = 10_000_000
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
}


def _pairs(items: Iterable[tuple[Any, Any]]) -> tuple[tuple[Any, Any], ...]:
    """Bring the rows of a table into one order, so that equal tables are equal."""
    return tuple(sorted(items, key=lambda item: str(item[0])))


def _fits_table(value: object) -> bool:
    """Tell whether a value is pairs of an id and a number of residents."""
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple)
        and len(pair) == 2
        and is_text(pair[0])
        and isinstance(pair[1], int)
        and not isinstance(pair[1], bool)
        for pair in value
    )


def _fits(key: str, value: object) -> bool:
    if key in _TABLES:
        return _fits_table(value)
    if key in _TEXTS:
        return is_text(value)
    if key in _LISTS:
        return isinstance(value, tuple) and all(is_text(entry) for entry in value)
    if key in _OPTIONAL and value is None:
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


def _wrong_types(scenario: Scenario) -> list[Problem]:
    return [
        Problem(
            "scenario-type",
            {"key": key.name, "value": brief(getattr(scenario, key.name)), "wanted": _wanted(key)},
        )
        for key in dataclasses.fields(scenario)
        if not _fits(key.name, getattr(scenario, key.name))
    ]


def _wanted(key: dataclasses.Field[Any]) -> str:
    if key.name in _TEXTS:
        return '"…"'
    if key.name in _TABLES:
        return '{"…" = 30000}'
    return '["…", "…"]' if key.name in _LISTS else str(key.default or 40)


def _out_of_range(scenario: Scenario) -> list[Problem]:
    problems = []
    for key, (low, high) in _RANGES.items():
        value = getattr(scenario, key)
        if _fits(key, value) and value is not None and not low <= value <= high:
            values = {"key": key, "value": value, "lower": low, "upper": high}
            problems.append(Problem("scenario-range", values))
    for center, room in scenario.enlarge if _fits("enlarge", scenario.enlarge) else ():
        if not 1 <= room <= _MOST_RESIDENTS:
            values = {"key": f"enlarge.{center}", "value": room}
            limits = {"lower": 1, "upper": _MOST_RESIDENTS}
            problems.append(Problem("scenario-range", values | limits))
    for low_key, high_key in (("center_lower", "center_upper"), ("regional_min", "regional_max")):
        low, high = getattr(scenario, low_key), getattr(scenario, high_key)
        ordered = not (_fits(low_key, low) and _fits(high_key, high)) or low <= high
        if not ordered and not (high_key == "regional_max" and high == 0):
            values = {"lower_key": low_key, "lower": str(low)}
            values |= {"upper_key": high_key, "upper": str(high)}
            problems.append(Problem("scenario-order", values))
    for key, words in CHOICES.items():
        value = getattr(scenario, key)
        if _fits(key, value) and value not in words:
            values = {
                "key": key,
                "value": value,
                "valid": words,
                "near": nearest_word(value, words),
            }
            problems.append(Problem("scenario-choice", values))
    overrides = scenario.overrides if _fits("overrides", scenario.overrides) else ()
    problems += [
        Problem("override-form", {"value": text, "example": EXAMPLE})
        for text in overrides
        if parse_override(text) is None
    ]
    readings = scenario.readings if _fits("readings", scenario.readings) else ()
    problems += [
        Problem("reading-form", {"value": text, "example": READING})
        for text in readings
        if parse_reading(text) is None
    ]
    if _fits("as_of", scenario.as_of) and not is_day(scenario.as_of):
        values = {"key": "as_of", "value": scenario.as_of, "wanted": '"2026-01-01"'}
        problems.append(Problem("scenario-type", values))
    return problems


def nearest_word(word: str, valid: tuple[str, ...] | list[str]) -> str:
    """Give the valid word most like ``word``, for a message that suggests it."""
    close = difflib.get_close_matches(word, valid, n=1, cutoff=0.0)
    return close[0] if close else valid[0]


def unknown_keys(values: Mapping[str, Any], *, source: str) -> list[Problem]:
    """Name each key that no scenario has, with the nearest one that it has."""
    known = list(Scenario.__dataclass_fields__)
    return [
        Problem(
            "scenario-unknown-key", {"file": source, "key": key, "near": nearest_word(key, known)}
        )
        for key in values
        if key not in known
    ]


def scenario_from(values: Mapping[str, Any], *, source: str) -> Scenario:
    """
    Make a scenario from plain values.

    Parameters
    ----------
    values
        Keys of :class:`Scenario`; lists are taken for tuples.
    source
        Name of the file, for messages.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        Naming each unknown key with the nearest valid one, and each wrong value.
    """
    problems = unknown_keys(values, source=source)
    known = Scenario.__dataclass_fields__
    kept: dict[str, Any] = {
        key: _plain(key, value) for key, value in values.items() if key in known
    }
    try:
        scenario = Scenario(**kept)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return scenario


def _plain(key: str, value: Any) -> Any:  # noqa: ANN401  # whatever a file holds
    """Take lists for tuples, a day for its text, a table of readings for its lines."""
    if key == "readings" and isinstance(value, dict):
        return tuple(f"{phrase}: {name}" for phrase, name in value.items())
    if key == "as_of" and type(value) is date:
        return value.isoformat()
    return tuple(value) if isinstance(value, list) else value


def read_scenario(path: str | Path) -> Scenario:
    """
    Read a scenario from a TOML file.

    Parameters
    ----------
    path
        The file; keys are those of :class:`Scenario`, none is required.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        If the file is missing, is not TOML, or holds a wrong key or value.
    """
    path = given_path(path, argument="path")
    try:
        content = read_given(path, most=TOML_BYTES)
    except UnreadableError as error:
        if error.reason.code == "not-found":
            raise InputError([Problem("scenario-missing", {"file": str(path)})]) from None
        unread = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("file-unreadable", unread)]) from error
    return parse_scenario(content, name=path.name)


def parse_scenario(content: bytes, *, name: str) -> Scenario:
    """
    Read a scenario from the content of a file.

    Parameters
    ----------
    content
        UTF-8, with or without a byte order mark.
    name
        Of the file, for messages.

    Returns
    -------
    scenario

    Raises
    ------
    InputError
        If it is no TOML, or holds an unknown key or a wrong value; all at once.
    """
    try:
        values, _ = parse_toml(content)
    except UnreadableError as error:
        unread = {"file": name, "reason": error.reason}
        raise InputError([Problem("scenario-not-toml", unread)]) from error
    return scenario_from(values, source=name)


def default_scenario(folder: str | Path) -> Scenario:
    """
    Read ``scenario.toml`` of a district folder; the general defaults where it brings none.

    Parameters
    ----------
    folder
        The district folder.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        As :func:`read_scenario`.
    """
    folder = given_path(folder, argument="folder")
    if not is_there(folder, FILE):
        return Scenario()
    try:
        content = read_inside(folder, FILE, most=TOML_BYTES)
    except UnreadableError as error:
        unread = {"file": FILE, "reason": error.reason}
        raise InputError([Problem("file-unreadable", unread)]) from error
    return parse_scenario(content, name=FILE)
