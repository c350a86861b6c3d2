"""Every decision a planner may change, as one frozen value; nothing else steers a plan."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from gridplan.errors import InputError, Problem, Remedy
from gridplan.planning.scenario.center_keys import CenterKeys
from gridplan.planning.scenario.grid_keys import GridKeys
from gridplan.planning.scenario.kinds import Key, Number, nearest_word
from gridplan.planning.scenario.plan_keys import PlanKeys
from gridplan.planning.scenario.regional_keys import RegionalKeys
from gridplan.planning.scenario.rows import RowList
from gridplan.planning.scenario.site_keys import SiteKeys
from gridplan.text import say
from gridplan.text.card import MOST_ROWS, Card, Rows
from gridplan.text.shown import brief

GROUPS = ("name", "grids", "centers", "regional", "travel", "policy", "search")
"""Headings under which a scenario's keys stand, in the order of the form and the page."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Scenario(RegionalKeys, SiteKeys, CenterKeys, GridKeys, PlanKeys, Card):
    """
    The choices behind one plan.

    Each key is declared once, with all that it may hold, in the file of what it decides; its words
    stand in the catalogue under ``keys.<key>``. Form, pages, messages and tests follow from the
    two. The order of the base classes, from the last to the first, is the order of the keys.

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
