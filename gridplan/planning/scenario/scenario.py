"""Every decision a planner may change, as one frozen value; nothing else steers a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from gridplan.errors import InputError, Problem, Remedy
from gridplan.planning.scenario.values import (
    LISTS,
    TABLES,
    counted,
    listed,
    nearest_word,
    out_of_range,
    pairs,
    wrong_types,
    wrong_words,
)
from gridplan.text.card import MOST_ROWS, Card, Rows


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
    drive_by
        How the way to a hospital is measured: along neighbouring ``units``, along ``roads``, or
        ``auto``, along roads where the district has some.
    drive_kmh
        Speed on the way to the lead hospital, km per hour, along neighbouring units. Where drives
        follow roads, only the metres a minute counts as beside other person-metres.
    road_speeds
        Driving speed, km per hour, by class of road in place of the usual ones
        (:data:`gridplan.travel.ways.DRIVE_KMH`): a mapping, kept as pairs in order.
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
        Way to the center assigned, as walks are measured, that residents should not exceed: one
        who does counts as ten without a center near, or before all else in very small districts.
        None for twice the walk under ``coverage``, and no such limit otherwise.
    center_equity
        Weight from efficiency (0: the sum of distances) to equity (1: only what exceeds the walk
        that counts as near, squared).
    center_max_minutes
        Walk that counts as near; residents beyond it are counted.
    walk_by
        How walks are measured: ``straight`` lines times ``walk_detour``, along ``roads``, or
        ``auto``, along roads where the district has some.
    walk_kmh, walk_detour
        Walking speed, km per hour, and the ratio of walked to straight-line distance, which has
        no part where walks follow roads.
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
    drive_by: str = "auto"
    drive_kmh: float = 30.0
    road_speeds: tuple[tuple[str, float], ...] = ()
    centers: int | None = None
    center_lower: int = 20_000
    center_upper: int = 30_000
    center_objective: str = "distance"
    center_coverage_target: float = 90.0
    center_max_metres: int | None = None
    center_equity: float = 0.0
    center_max_minutes: float = 15.0
    walk_by: str = "auto"
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
        for table in TABLES:
            given = getattr(self, table)
            if isinstance(given, Mapping):
                object.__setattr__(self, table, pairs(given.items()))
        for key in dataclasses.fields(self):
            given = getattr(self, key.name)
            kept = listed(given) if key.name in LISTS else counted(key.name, given)
            if kept is not given:
                object.__setattr__(self, key.name, kept)
        problems = [*wrong_types(self), *out_of_range(self), *wrong_words(self)]
        if problems:
            raise InputError(problems)

    @property
    def drive_metres_per_minute(self) -> float:
        """Metres covered by one minute on the way to the lead hospital, at ``drive_kmh``."""
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
            if key in TABLES
            else list(value)
            if isinstance(value, tuple)
            else value
            for key, value in dataclasses.asdict(self).items()
        }

    def changed(self, remedy: Remedy) -> Scenario:
        """Give the scenario with a remedy obeyed."""
        return dataclasses.replace(self, **remedy.changes)


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
