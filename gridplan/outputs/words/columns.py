"""Columns of every table: their unit, the decimals kept in files and shown to people, their words.

One place for workbook, screen, report, GeoPackage, JSON and audit. A column is found by its name,
or by the unit its name ends on or holds, as names of times, lengths and areas do:
``mean_minutes_to_lead`` is in minutes without being listed. What it is called stands in the
catalogue, ``outputs.column-...``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType


@dataclass(frozen=True)
class Unit:
    """
    A unit of measure.

    Parameters
    ----------
    kept
        Decimals written to files.
    shown
        Decimals shown to a person; None for as many as there are, two at most.
    share
        Whether the figure is a share of one that people read in percent.
    """

    kept: int = 6
    shown: int | None = 0
    share: bool = False

    @property
    def decimals(self) -> int:
        """Decimals of a figure in a sentence: two where the unit leaves them open."""
        return 2 if self.shown is None else self.shown

    @property
    def pattern(self) -> str:
        """How a workbook shows it, in Excel's notation."""
        if self.share:
            return f"0.{'0' * (self.shown or 0)}%"
        if self.shown is None:
            return "#,##0.##"
        return "#,##0" + ("." + "0" * self.shown if self.shown else "")

    def figure(self, value: float) -> float:
        """Give a number as a person reads it: a share in percent, rounded."""
        number = 100 * float(value) if self.share else float(value)
        if self.shown is None:
            rounded = round(number, 2)
            return int(rounded) if rounded.is_integer() else rounded
        return round(number, self.shown) if self.shown else round(number)


PLAIN = Unit(shown=2)
"""Of a figure whose unit is not listed."""

UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "persons": Unit(kept=3),
        "count": Unit(),
        "centers": Unit(),
        "grids": Unit(),
        "metres": Unit(kept=1),
        "km": Unit(shown=1),
        "person-km": Unit(kept=3),
        "wan-yuan": Unit(kept=4, shown=1),
        "yuan": Unit(kept=2),
        "km2": Unit(kept=4, shown=2),
        "square-metres": Unit(),
        "minutes": Unit(kept=2, shown=1),
        "seconds": Unit(kept=3, shown=None),
        "percent": Unit(shown=1),
        "share": Unit(shown=1, share=True),
        "index": Unit(shown=2),
        "per-1000": Unit(shown=2),
        "degrees": Unit(shown=6),
        "visits-a-day": Unit(),
        "grade": Unit(),
        "beds": Unit(),
        "": Unit(shown=None),
    }
)
"""Every unit by its code, which is also that of its words, ``outputs.unit-...``."""

# The first that a column's name holds.
_HELD = (
    ("person_km", "person-km"),
    ("yuan", "yuan"),
    ("cost", "wan-yuan"),
    ("budget", "wan-yuan"),
    ("minutes", "minutes"),
    ("metres", "metres"),
    ("km2", "km2"),
    ("population", "persons"),
    ("residents", "persons"),
    ("capacity", "persons"),
    ("seconds", "seconds"),
    ("deviation", "share"),
    ("polsby", "index"),
    ("reock", "index"),
    ("gini", "index"),
    ("variation", "index"),
    ("palma", "index"),
    ("percent", "percent"),
    ("per_1000", "per-1000"),
)
_NAMED = {"lon": "degrees", "lat": "degrees"}

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "status": "status",
        "class": "class",
        "role": "role",
        "label": "label",
        "layer": "layer",
        "level": "rule-level",
        "hospital_level": "hospital-level",
        "hospital_kind": "hospital-kind",
        "ownership": "ownership",
        "availability": "availability",
        "recognised_as": "ownership",
        "subject_kind": "subject-kind",
        "unit_of_value": "unit",
    }
)
"""Columns whose entries are codes, and the group of words that say them."""

FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "grids": (
            *("grid", "name", "lead_name", "population", "deviation", "units", "centers"),
            *("area_km2", "contiguous", "mean_minutes_to_lead", "p90_minutes_to_lead"),
            *("max_minutes_to_lead", "perimeter_km", "boundary_km", "polsby_popper", "reock"),
            *("percent_65", "beds", "beds_per_1000", "beds_note", "subdistricts"),
            *("subdistricts_cut", "subdistricts_cut_population", "communities"),
            *("communities_cut", "communities_cut_population"),
        ),
        "centers": (
            *("center", "name", "status", "class", "subdistrict", "community", "grid"),
            *("regional_center", "population", "capacity_lower", "capacity_upper"),
        ),
        "hospitals": (
            *("hospital", "name", "role", "grid", "hospital_level", "hospital_kind"),
            "ownership",
        ),
    }
)
"""Columns a table begins with, in this order; the others follow as they come in the workbook."""

NOT_ON_SCREEN = ("name", "units")
"""Columns of the grids that the screen leaves out: the lead tells a grid there."""


@lru_cache(maxsize=1024)
def unit_name(column: str) -> str:
    """Give the code of a column's unit; empty where its name tells none."""
    held = next((code for part, code in _HELD if part in column), "")
    if not held and column.endswith("_km"):
        return "km"
    return _NAMED.get(column, held)


def unit_of(column: str) -> Unit:
    """Give the unit of a column."""
    return UNITS[unit_name(column)]


def by_unit(code: str) -> Unit:
    """Give a unit by its code; those of certificates say more after it, ``persons-limited``."""
    known = code.removeprefix("person-")
    held = next((name for name in UNITS if name and f"{known}-".startswith(f"{name}-")), None)
    return UNITS.get(known) or (UNITS[held] if held else PLAIN) if code else PLAIN
