"""Every decision a planner may change, as one frozen value; nothing else steers a plan."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from gridplan.district.schema.vocabulary import LEVELS
from gridplan.errors import InputError, Problem, Remedy
from gridplan.planning.scenario.kinds import (
    Choice,
    Key,
    Names,
    Number,
    Table,
    Text,
    Texts,
    Whole,
    key,
    nearest_word,
)
from gridplan.planning.scenario.rows import (
    BALANCED,
    BOUNDED,
    CONTAINED,
    LED,
    PHASED,
    PLACES,
    Row,
    RowList,
)
from gridplan.policy.override import EXAMPLE, parse_override
from gridplan.policy.readings import EXAMPLE as READING
from gridplan.policy.readings import parse_reading
from gridplan.text import say
from gridplan.text.card import MOST_ROWS, Card, Rows
from gridplan.text.shown import brief
from gridplan.travel.ways import DRIVE_KMH

GROUPS = ("name", "grids", "centers", "regional", "travel", "policy", "search")
"""Headings under which a scenario's keys stand, in the order of the form and the page."""
GRAINS = ("unit", "community", "subdistrict")
OBJECTIVES = ("distance", "coverage", "fewest", "farthest", "equity")


_IN_FILE = "tables in a list are given in the file"


def _override(text: str) -> Problem | None:
    if parse_override(text) is not None:
        return None
    return Problem("override-form", {"value": text, "example": EXAMPLE})


def _reading(text: str) -> Problem | None:
    if parse_reading(text) is not None:
        return None
    return Problem("reading-form", {"value": text, "example": READING})


@dataclass(frozen=True, kw_only=True, repr=False)
class Scenario(Card):
    """
    The choices behind one plan.

    Each key is declared once, with all that it may hold; its words stand in the catalogue under
    ``keys.<key>``. Form, pages, messages and tests follow from the two.

    Raises
    ------
    InputError
        If a value is of the wrong type or outside its range, or a key is unknown; all at once.

    Notes
    -----
    Where several are asked for, any list of them will do (a pandas index, the keys of a dict); it
    is kept as a tuple. A table may be any mapping; it is kept as pairs in the order of the names.
    Whole numbers may be numpy's, or floats without a fraction.
    """

    name_zh: str = key(Text, "默认方案", group="name", no_field="a name is given in the file")
    name_en: str = key(
        Text, "Default scenario", group="name", no_field="a name is given in the file"
    )
    profiles: tuple[str, ...] = key(
        Texts,
        ("auto",),
        group="policy",
        offered="profiles",
    )
    profile_files: tuple[str, ...] = key(
        Texts, (), group="policy", no_field="a page in a browser reads no files of the server's"
    )
    overrides: tuple[str, ...] = key(
        Texts, (), group="policy", told=_override, no_field="a line in a form of its own"
    )
    readings: tuple[str, ...] = key(
        Texts, (), group="policy", told=_reading, pairs=True, no_field="a line in a form of its own"
    )
    as_of: str = key(Text, "2026-01-01", day=True, group="policy")
    seed: int = key(Whole, 1, within=(0, 2**31 - 1), group="search")
    work_limit: float = key(Number, 10.0, within=(0.01, 1e6), step=5, group="search")
    time_limit: float = key(
        Number, 600.0, within=(0.1, 1e6), step=30, unit="seconds", group="search"
    )
    grids: int = key(
        Whole,
        2,
        within=(0, 1000),
        group="grids",
        first=True,
        clause="national-trial-2023/grids-per-city",
    )
    grid_leads: tuple[str, ...] = key(
        Texts, (), group="grids", offered="hospitals", clause="national-trial-2023/tertiary-lead"
    )
    grid_tolerance: float = key(
        Number,
        0.10,
        within=(0.0, 1.0),
        share=True,
        group="grids",
        first=True,
        clause="national-trial-2023/population-balance",
    )
    grid_grain: str = key(Choice, "unit", words=GRAINS, group="grids", first=True)
    grid_compactness: float = key(
        Number, 0.0, within=(0.0, 1e9), step=0.1, unit="person-metres", group="grids"
    )
    grid_follow: float = key(Number, 0.0, within=(0.0, 1.0), share=True, step=10, group="grids")
    grid_split_price: float = key(
        Number, 0.0, within=(0.0, 1e15), step=1000, unit="person-metres", group="grids"
    )
    grid_tolerance_price: float = key(
        Number, 0.0, within=(0.0, 1e9), step=100, unit="person-metres", group="grids"
    )
    lead_prices: tuple[tuple[str, float], ...] = key(
        Table,
        (),
        within=(0.0, 1e15),
        names=tuple(LEVELS),
        entry='{"secondary" = 1000000}',
        unit="person-metres",
        group="grids",
    )
    fix: tuple[Row, ...] = key(RowList, (), form=LED, group="grids", no_field=_IN_FILE)
    bar: tuple[Row, ...] = key(RowList, (), form=LED, group="grids", no_field=_IN_FILE)
    together: tuple[Row, ...] = key(RowList, (), form=PLACES, group="grids", no_field=_IN_FILE)
    apart: tuple[Row, ...] = key(RowList, (), form=PLACES, group="grids", no_field=_IN_FILE)
    must_contain: tuple[Row, ...] = key(
        RowList,
        (),
        form=CONTAINED,
        group="grids",
        clause="national-trial-2023/continuing-member",
        no_field=_IN_FILE,
    )
    balance: tuple[Row, ...] = key(RowList, (), form=BALANCED, group="grids", no_field=_IN_FILE)
    grid_bounds: tuple[Row, ...] = key(RowList, (), form=BOUNDED, group="grids", no_field=_IN_FILE)
    drive_by: str = key(Choice, "auto", words=("auto", "units", "roads", "matrix"), group="travel")
    drive_kmh: float = key(Number, 30.0, within=(1.0, 200.0), step=5, unit="kmh", group="travel")
    road_speeds: tuple[tuple[str, float], ...] = key(
        Table,
        (),
        within=(1.0, 200.0),
        names=tuple(DRIVE_KMH),
        entry='{"primary" = 40}',
        unit="kmh",
        group="travel",
    )
    centers: int | None = key(
        Whole,
        None,
        within=(1, 100_000),
        group="centers",
        first=True,
        clause="guangming-1n-2023/centers-66",
    )
    center_lower: int = key(
        Whole,
        20_000,
        within=(0, 10_000_000),
        step=1000,
        not_above="center_upper",
        unit="persons",
        group="centers",
        first=True,
        clause="guangming-1n-2023/residents-per-center",
    )
    center_upper: int = key(
        Whole,
        30_000,
        within=(1, 10_000_000),
        step=1000,
        unit="persons",
        group="centers",
        first=True,
        clause="guangming-1n-2023/residents-per-center",
    )
    center_objective: str = key(Choice, "distance", words=OBJECTIVES, group="centers", first=True)
    center_coverage_of: str = key(Choice, "nearest", words=("nearest", "assigned"), group="centers")
    center_coverage_target: float = key(
        Number,
        90.0,
        within=(0.0, 100.0),
        unit="percent",
        group="centers",
        clause="living-circle/walk-15",
    )
    center_max_metres: int | None = key(
        Whole, None, within=(1, 1_000_000), step=100, unit="metres", group="centers"
    )
    center_equity: float = key(Number, 0.5, within=(0.0, 1.0), step=0.05, group="centers")
    center_equity_power: int = key(Whole, 2, within=(1, 2), group="centers")
    band_reading: str = key(
        Choice,
        "auto",
        words=("auto", "center", "street", "district", "none"),
        group="centers",
        clause="guangming-1n-2023/residents-per-center",
    )
    center_breach_price: float = key(
        Number, 500.0, within=(0.0, 1e6), step=100, unit="metres", group="centers"
    )
    center_assignment: str = key(
        Choice, "balanced", words=("balanced", "nearest_first"), group="centers"
    )
    center_grain: str = key(Choice, "unit", words=GRAINS, group="centers")
    center_split_price: float = key(
        Number, 0.0, within=(0.0, 1e15), step=1000, unit="person-metres", group="centers"
    )
    center_contiguous: str = key(Choice, "no", words=("no", "yes"), group="centers")
    center_within: str = key(
        Choice,
        "auto",
        words=("auto", "district", "subdistrict"),
        group="centers",
        clause="guangdong-county-2022/three-tiers",
    )
    center_max_minutes: float = key(
        Number,
        15.0,
        within=(0.1, 600.0),
        unit="minutes",
        group="centers",
        first=True,
        clause="living-circle/walk-15",
    )
    walk_by: str = key(
        Choice, "auto", words=("auto", "straight", "roads", "matrix"), group="travel"
    )
    walk_kmh: float = key(Number, 4.5, within=(0.5, 20.0), step=0.5, unit="kmh", group="travel")
    walk_detour: float = key(Number, 1.3, within=(1.0, 5.0), step=0.1, group="travel")
    close: tuple[str, ...] = key(Texts, (), group="centers", offered="centers")
    enlarge: tuple[tuple[str, int], ...] = key(
        Table,
        (),
        within=(1, 10_000_000),
        whole=True,
        entry='{"…" = 30000}',
        unit="persons",
        group="centers",
    )
    band_exempt: tuple[str, ...] = key(
        Texts,
        (),
        group="centers",
        offered="centers",
        clause="guangming-1n-2023/residents-per-center",
    )
    open_at: tuple[tuple[str, str], ...] = key(
        Names, (), entry='{"N1" = "…"}', group="centers", no_field="written in the file"
    )
    not_at: tuple[str, ...] = key(
        Texts, (), group="centers", no_field="a district has too many units for a list"
    )
    growth: tuple[tuple[str, float], ...] = key(
        Table, (), within=(0.01, 100.0), entry='{"…" = 1.1}', group="centers"
    )
    phases: tuple[Row, ...] = key(RowList, (), form=PHASED, group="centers", no_field=_IN_FILE)
    budget: float | None = key(
        Number, None, within=(0.0, 1e9), step=100, unit="wan-yuan", group="centers"
    )
    center_stations: int = key(Whole, 0, within=(0, 10_000), group="centers")
    station_upper: int | None = key(
        Whole, None, within=(1, 1_000_000), step=1000, unit="persons", group="centers"
    )
    candidates_per_community: int = key(Whole, 5, within=(1, 1000), group="centers")
    candidates_from: str = key(
        Choice, "residents", words=("residents", "unreached"), group="centers"
    )
    candidates_at: str = key(
        Choice, "units", words=("units", "crossings", "given"), group="centers"
    )
    candidates_inside: tuple[str, ...] = key(
        Texts, (), group="centers", no_field="names of streets, communities and units alike"
    )
    candidates_outside: tuple[str, ...] = key(
        Texts, (), group="centers", no_field="names of streets, communities and units alike"
    )
    candidates_spacing: float = key(
        Number, 0.0, within=(0.0, 1e5), step=100, unit="metres", group="centers"
    )
    regional_min: int = key(
        Whole,
        1,
        within=(0, 1000),
        not_above="regional_max",
        group="regional",
        first=True,
        clause="guangming-1n-2023/regional-per-street",
    )
    regional_max: int = key(
        Whole,
        2,
        within=(0, 1000),
        group="regional",
        first=True,
        clause="guangming-1n-2023/regional-per-street",
    )
    regional_subdistrict_population: int = key(
        Whole,
        100_000,
        within=(1, 10_000_000),
        step=10_000,
        unit="persons",
        group="regional",
        clause="guangming-1n-2023/street-population",
        formerly="regional_street_population",
    )
    regional_lower: int | None = key(
        Whole,
        None,
        within=(0, 10_000_000),
        step=1000,
        not_above="regional_upper",
        unit="persons",
        group="regional",
    )
    regional_upper: int | None = key(
        Whole, None, within=(1, 10_000_000), step=1000, unit="persons", group="regional"
    )
    regional_added: tuple[tuple[str, str], ...] = key(
        Names,
        (),
        entry='{"…" = "…"}',
        group="regional",
        no_field="a reason is written in the file",
        clause="guangming-1n-2023/regional-per-street",
    )
    regional_population_min: int = key(
        Whole,
        0,
        within=(0, 10_000_000),
        step=10_000,
        unit="persons",
        group="regional",
        clause="guangming-1n-2023/managed-100k",
    )

    regional_floor_area_min: int = key(
        Whole,
        0,
        within=(0, 1_000_000),
        step=100,
        unit="square-metres",
        group="regional",
        clause="guangming-1n-2023/regional-per-street",
    )

    def __new__(cls, **values: object) -> Self:
        """Refuse unknown keys in words; a dataclass of itself would only raise a TypeError."""
        unknown = unknown_keys(values, source="Scenario")
        if unknown:
            raise InputError(unknown)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for name, kind in KEYS.items():
            given = getattr(self, name)
            kept = kind.kept(given)
            if kept is not given:
                object.__setattr__(self, name, kept)
        problems = _problems(dict(vars(self)))
        if problems:
            raise InputError(problems)

    @property
    def drive_metres_per_minute(self) -> float:
        """Metres covered by one minute on the way to the lead hospital, at ``drive_kmh``."""
        return self.drive_kmh * 1000 / 60

    def _card(self) -> tuple[str, Rows]:
        changed = [
            (name, getattr(self, name))
            for name, kind in KEYS.items()
            if getattr(self, name) != kind.default and not name.startswith("name_")
        ]
        rows: list[tuple[str, object]] = [*changed[: MOST_ROWS - 1]]
        if len(changed) > len(rows):
            rows.append(("...", f"{len(changed) - len(rows)} more"))
        return f"Scenario {self.name_zh} / {self.name_en}", rows or [("-", "all defaults")]

    def as_dict(self) -> dict[str, Any]:
        """Give the scenario as plain values, tuples as lists, ready for JSON or TOML."""
        return {name: kind.plain(getattr(self, name)) for name, kind in KEYS.items()}

    def changed(self, remedy: Remedy) -> Scenario:
        """Give the scenario with a remedy obeyed."""
        return dataclasses.replace(self, **remedy.changes)


KEYS: Mapping[str, Key] = MappingProxyType(
    {field.name: field.metadata["key"] for field in dataclasses.fields(Scenario)}
)
"""Every key of a scenario by its name, in the order in which they are declared."""
ROWS = tuple(name for name, kind in KEYS.items() if isinstance(kind, RowList))
"""Keys whose rows bind the grids."""
FORMER: Mapping[str, str] = MappingProxyType(
    {kind.formerly: name for name, kind in KEYS.items() if kind.formerly}
)
"""What a key is called now, by its name in earlier versions."""


def _described() -> str:
    """Give the docstring of :class:`Scenario` with a parameter for each of its keys."""
    head, tail = textwrap.dedent(Scenario.__doc__ or "").split("Raises\n", maxsplit=1)
    lines = []
    for name in KEYS:
        words = textwrap.wrap(say(f"keys.{name}.help", "en"), 92)
        lines += [name, *(f"    {line}" for line in words)]
    return "\n".join([f"{head}Parameters\n----------", *lines, "", f"Raises\n{tail}"])


Scenario.__doc__ = _described()


def _problems(values: Mapping[str, Any]) -> list[Problem]:
    """Tell all that is wrong with the values of a scenario: types first, then key by key."""
    wrong = {name for name, kind in KEYS.items() if not kind.fits(values[name])}
    problems = [kind.wrong_type(name, values[name]) for name, kind in KEYS.items() if name in wrong]
    for name, kind in KEYS.items():
        if name in wrong:
            continue
        own = kind.wrong(name, values[name])
        problems += own
        if own:  # out of its range: the order says nothing more
            continue
        above = kind.not_above if isinstance(kind, Number) else ""
        told_of = above and above not in wrong and None not in (values[above], values[name])
        if told_of and 0 != values[above] < values[name]:
            told = {"lower_key": name, "lower": brief(values[name])}
            told |= {"upper_key": above, "upper": brief(values[above])}
            problems.append(Problem("scenario-order", told))
    return problems


def unknown_keys(values: Mapping[str, Any], *, source: str) -> list[Problem]:
    """Name each key that no scenario has, with the nearest one that it has."""
    known = [*KEYS, *FORMER]
    return [
        Problem(
            "scenario-unknown-key",
            {"file": source, "key": name, "near": FORMER.get(near, near)},
        )
        for name in values
        if name not in KEYS
        for near in [nearest_word(name, known)]
    ]
