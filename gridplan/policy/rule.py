"""A rule of policy as data: what is measured, the bounds, and the clause that says so."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from gridplan.errors import InputError, Problem

LEVELS = ("must", "should", "target", "information")
SUBJECTS = ("city", "district", "grid", "subdistrict", "center")


@dataclass(frozen=True, kw_only=True)
class Source:
    """
    The document a rule comes from.

    Parameters
    ----------
    title_zh, title_en
        Its title.
    issuer_zh, issuer_en
        Who issued or published it.
    date
        When, as printed.
    """

    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str
    date: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    One clause that a layout meets or not.

    Parameters
    ----------
    id
        Unique within its profile.
    level
        ``must`` | ``should`` | ``target`` | ``information``.
    measure
        Name of the figure, one of :data:`gridplan.planning.measures.MEASURES`.
    subject
        What the figure is of: ``city``, ``district``, ``grid``, ``subdistrict`` or ``center``.
    unit
        Code of the figure's unit: ``percent``, ``count``, ``persons``.
    lower, upper
        Bounds, both allowed values; None where one-sided.
    title_zh, title_en
        The rule in a few words.
    clause
        The clause in Chinese; word for word where ``verbatim``.
    clause_en
        Its English rendering.
    section
        Where in the document it stands.
    verbatim
        False where the wording is a rendering of figures read elsewhere.
    reading_zh, reading_en
        How an ambiguous clause is read here; empty where it is plain.
    district_code
        The one district it speaks of; empty for all.
    source
        The document.
    """

    id: str
    level: str
    measure: str
    subject: str
    unit: str
    title_zh: str
    title_en: str
    clause: str
    clause_en: str
    section: str
    source: Source
    lower: float | None = None
    upper: float | None = None
    verbatim: bool = True
    reading_zh: str = ""
    reading_en: str = ""
    district_code: str = ""

    def passes(self, value: float | None) -> bool | None:
        """Whether ``value`` lies within the bounds; None where nothing could be measured."""
        if value is None:
            return None
        return not (
            (self.lower is not None and value < self.lower)
            or (self.upper is not None and value > self.upper)
        )


def profile_names() -> tuple[str, ...]:
    """Names of the profiles that come with gridplan."""
    folder = files("gridplan.policy") / "profiles"
    return tuple(
        sorted(
            file.name.removesuffix(".toml")
            for file in folder.iterdir()
            if file.name.endswith(".toml")
        )
    )


@cache
def read_profile(name: str) -> tuple[Rule, ...]:
    """
    Read one of the profiles that come with gridplan.

    Parameters
    ----------
    name
        One of :func:`profile_names`.

    Returns
    -------
    rules
        In the profile's order.

    Raises
    ------
    InputError
        If there is no such profile (the nearest is named), or it breaks the schema.
    """
    if name not in profile_names():
        near = difflib.get_close_matches(name, profile_names(), n=1, cutoff=0.0)
        values = {"profile": name, "valid": profile_names(), "near": near[0]}
        raise InputError([Problem("profile-unknown", values)])
    file = files("gridplan.policy") / "profiles" / f"{name}.toml"
    return rules_from(tomllib.loads(file.read_text(encoding="utf-8")), profile=name)


def rules_from(table: Mapping[str, Any], *, profile: str) -> tuple[Rule, ...]:
    """
    Make the rules of a profile from its parsed TOML.

    Parameters
    ----------
    table
        One ``[source]`` and a list of ``[[rules]]`` with the fields of :class:`Rule`.
    profile
        Its name, for messages.

    Returns
    -------
    rules

    Raises
    ------
    InputError
        Naming the profile, the rule and the key of everything that breaks the schema.
    """
    problems: list[Problem] = []
    problems += _wrong_keys(Source, table.get("source", {}), profile=profile, rule="source")
    for position, entry in enumerate(table.get("rules", []), start=1):
        name = str(entry.get("id", position))
        problems += _wrong_keys(Rule, entry, profile=profile, rule=name, given={"source"})
        problems += _wrong_words(entry, profile=profile, rule=name)
    if problems:
        raise InputError(problems)
    source = Source(**table["source"])
    return tuple(Rule(source=source, **entry) for entry in table["rules"])


def _wrong_keys(
    kind: type,
    entry: Mapping[str, Any],
    *,
    profile: str,
    rule: str,
    given: frozenset[str] | set[str] = frozenset(),
) -> list[Problem]:
    known = {field.name: field for field in fields(kind)}
    place = {"profile": profile, "rule": rule}
    problems = [Problem("profile-key", place | {"key": key}) for key in entry if key not in known]
    numbers = {"lower", "upper"}
    for key, field in known.items():
        if key in given:
            continue
        if key not in entry:
            if field.default is MISSING:
                problems.append(Problem("profile-missing", place | {"key": key}))
            continue
        wanted: tuple[type, ...] = (int, float) if key in numbers else (str,)
        wanted = (bool,) if key == "verbatim" else wanted
        if not isinstance(entry[key], wanted):
            problems.append(Problem("profile-type", place | {"key": key, "value": entry[key]}))
    return problems


def _wrong_words(entry: Mapping[str, Any], *, profile: str, rule: str) -> list[Problem]:
    choices = {"level": LEVELS, "subject": SUBJECTS}
    return [
        Problem(
            "profile-choice",
            {"profile": profile, "rule": rule, "key": key, "value": entry[key], "valid": valid},
        )
        for key, valid in choices.items()
        if key in entry and entry[key] not in valid
    ]
