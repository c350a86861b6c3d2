"""Profiles: the rules of one document in one TOML file, bundled or a planner's own."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import TOML_BYTES, read_given
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.errors import InputError, Problem
from gridplan.policy.form import fits
from gridplan.policy.percent import PERCENT, doubtful, plain_bounds, readings
from gridplan.policy.rule import AREAS, LEVELS, SOURCE_KINDS, SUBJECTS, Rule, Source
from gridplan.policy.sensitivity import sensitivities
from gridplan.policy.toml_lines import Lines, key_lines

_GIVEN = {"source", "profile", "official_lower", "official_upper", "overridden"}
NO_LINE = "–"
OWN = "gridplan"
"""Name of the profile of :func:`own_requirements`."""

SubjectsOf = Mapping[str, tuple[str, ...]]
"""What each measure can be asked of, by its name."""


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
    text = file.read_text(encoding="utf-8")
    return rules_from(tomllib.loads(text), profile=name, lines=key_lines(text))


@cache
def own_requirements() -> tuple[Rule, ...]:
    """Read what gridplan itself requires of every plan, whatever profiles a scenario names."""
    file = files("gridplan.policy") / "own" / f"{OWN}.toml"
    text = file.read_text(encoding="utf-8")
    return rules_from(tomllib.loads(text), profile=OWN, lines=key_lines(text))


def read_profile_file(path: Path, *, subjects_of: SubjectsOf | None = None) -> tuple[Rule, ...]:
    """
    Read a planner's own profile; its name is the file's, without the ending.

    Parameters
    ----------
    path
        A TOML file as those in ``gridplan/policy/profiles``.
    subjects_of
        What each measure can be asked of; None leaves the measures unchecked.

    Returns
    -------
    rules
        In the file's order.

    Raises
    ------
    InputError
        If the file is missing or no TOML, or breaks the schema: each problem with line and key.
    """
    try:
        content = read_given(path, most=TOML_BYTES)
    except UnreadableError as error:
        if error.reason.code == "not-found":
            raise InputError([Problem("profile-file-missing", {"file": str(path)})]) from None
        unread = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("file-unreadable", unread)]) from error
    try:
        table, text = parse_toml(content)
    except UnreadableError as error:
        unread = {"file": path.name, "reason": error.reason}
        raise InputError([Problem("profile-not-toml", unread)]) from error
    if path.stem in (*profile_names(), OWN):
        raise InputError([Problem("profile-name-taken", {"file": path.name, "name": path.stem})])
    return rules_from(table, profile=path.stem, lines=key_lines(text), subjects_of=subjects_of)


def rules_from(
    table: Mapping[str, Any],
    *,
    profile: str,
    lines: Lines | None = None,
    subjects_of: SubjectsOf | None = None,
) -> tuple[Rule, ...]:
    """
    Make the rules of a profile from its parsed TOML.

    Parameters
    ----------
    table
        One ``[source]`` and a list of ``[[rules]]`` with the fields of :class:`Rule`.
    profile
        Its name, for messages.
    lines
        Of :func:`gridplan.policy.toml_lines.key_lines`, for messages.
    subjects_of
        What each measure can be asked of; None leaves the measures unchecked.

    Returns
    -------
    rules

    Raises
    ------
    InputError
        Naming the profile, the rule, the line and the key of everything that breaks the schema.
    """
    check = _Schema(profile, lines or {}, subjects_of)
    check.table(table)
    if check.problems:
        raise InputError(check.problems)
    given = table["source"]
    source = Source(**given | {"places": tuple(given.get("places", ()))})
    return tuple(
        Rule(
            source=source,
            profile=profile,
            official_lower=entry.get("lower"),
            official_upper=entry.get("upper"),
            **entry
            | {
                "parameters": tuple(entry.get("parameters", ())),
                "sensitivity": sensitivities(entry.get("sensitivity", {})),
            },
        )
        for entry in map(plain_bounds, table["rules"])
    )


class _Schema:
    """Collects all that is wrong with one profile; a class because every check adds to one list."""

    def __init__(self, profile: str, lines: Lines, subjects_of: SubjectsOf | None) -> None:
        self.profile = profile
        self.lines = lines
        self.subjects_of = subjects_of
        self.problems: list[Problem] = []

    def table(self, table: Mapping[str, Any]) -> None:
        for key in table:
            if key not in ("source", "rules"):
                self.wrong("profile-key", (key,), rule="–", key=key)
        self.source(table.get("source"))
        rules = table.get("rules")
        if not isinstance(rules, list) or not all(isinstance(entry, dict) for entry in rules):
            self.wrong("profile-missing", ("rules",), rule="–", key="[[rules]]")
            return
        seen: set[str] = set()
        for position, entry in enumerate(rules, start=1):
            at = ("rules", str(position))
            name = str(entry.get("id", position))
            for key in ("lower", "upper"):
                if entry.get("unit") == PERCENT and doubtful(entry.get(key)):
                    found = readings(key, float(entry[key]))
                    self.wrong("profile-percent", (*at, key), rule=name, **found)
            entry = plain_bounds(entry)  # noqa: PLW2901  # read on as numbers
            self.keys(Rule, entry, at=at, rule=name)
            self.words(entry, at=at, rule=name)
            self.measure(entry, at=at, rule=name)
            if name in seen:
                self.wrong("profile-rule-twice", (*at, "id"), rule=name)
            seen.add(name)

    def source(self, source: object) -> None:
        if not isinstance(source, dict):
            self.wrong("profile-missing", ("source",), rule="source", key="[source]")
        else:
            self.keys(Source, source, at=("source",), rule="source")
            for key, valid in (("kind", SOURCE_KINDS), ("area", AREAS)):
                word = source.get(key, valid[0])
                if isinstance(word, str) and word not in valid:
                    values = {"key": key, "value": word, "valid": valid}
                    self.wrong("profile-choice", ("source", key), rule="source", **values)

    def wrong(self, code: str, at: tuple[str, ...], **values: Any) -> None:  # noqa: ANN401
        line = self.lines.get(at) or self.lines.get(at[:-1]) or NO_LINE
        self.problems.append(Problem(code, {"profile": self.profile, "line": line, **values}))

    def keys(self, kind: type, entry: Mapping[str, Any], *, at: tuple[str, ...], rule: str) -> None:
        known = {field.name: field for field in fields(kind)}
        for key in entry:
            if key not in known or key in _GIVEN:
                self.wrong("profile-key", (*at, key), rule=rule, key=key)
        for key, field in known.items():
            if key in _GIVEN:
                continue
            if key not in entry:
                if field.default is MISSING:
                    self.wrong("profile-missing", at, rule=rule, key=key)
            elif not fits(key, entry[key]):
                self.wrong("profile-type", (*at, key), rule=rule, key=key, value=entry[key])

    def words(self, entry: Mapping[str, Any], *, at: tuple[str, ...], rule: str) -> None:
        for key, valid in {"level": LEVELS, "subject": SUBJECTS}.items():
            if isinstance(entry.get(key), str) and entry[key] not in valid:
                values = {"key": key, "value": entry[key], "valid": valid}
                self.wrong("profile-choice", (*at, key), rule=rule, **values)
        low, high = entry.get("lower"), entry.get("upper")
        if fits("lower", low) and fits("upper", high) and low > high:  # type: ignore[operator]
            values = {"lower": low, "upper": high}
            self.wrong("profile-order", (*at, "lower"), rule=rule, key="lower", **values)

    def measure(self, entry: Mapping[str, Any], *, at: tuple[str, ...], rule: str) -> None:
        name = entry.get("measure")
        if not isinstance(name, str) or not name:
            return
        if not entry.get("unit"):
            self.wrong("profile-missing", at, rule=rule, key="unit")
        if self.subjects_of is None:
            return
        if name not in self.subjects_of:
            near = difflib.get_close_matches(name, list(self.subjects_of), n=1, cutoff=0.0)[0]
            values = {"key": "measure", "value": name, "valid": [near]}
            self.wrong("profile-choice", (*at, "measure"), rule=rule, **values)
        elif entry.get("subject") in SUBJECTS and entry["subject"] not in self.subjects_of[name]:
            values = {"key": "subject", "value": entry["subject"]}
            valid = self.subjects_of[name]
            self.wrong("profile-choice", (*at, "subject"), rule=rule, valid=valid, **values)
