"""Keys of the whole plan: its name, the policy it answers to, and how long the search may take."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.errors import Problem
from gridplan.planning.scenario.kinds import Number, Text, Texts, Whole, key
from gridplan.policy.override import EXAMPLE, parse_override
from gridplan.policy.readings import EXAMPLE as READING
from gridplan.policy.readings import parse_reading


def _override(text: str) -> Problem | None:
    if parse_override(text) is not None:
        return None
    return Problem("override-form", {"value": text, "example": EXAMPLE})


def _reading(text: str) -> Problem | None:
    if parse_reading(text) is not None:
        return None
    return Problem("reading-form", {"value": text, "example": READING})


@dataclass(frozen=True, kw_only=True, repr=False)
class PlanKeys:
    """What a plan is called, by what it is judged and how long it is searched for."""

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
