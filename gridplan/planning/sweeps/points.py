"""The points of a sweep: every combination of what is varied, each a scenario of its own."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.scenario import KEYS, Scenario, unknown_keys
from gridplan.text.shown import brief
from gridplan.version import VERSION

BAND = "band"
"""An axis of its own: ``center_lower`` and ``center_upper`` together."""

MOST_POINTS = 2000
"""As many points as one sweep may have: beyond that somebody mistyped a range."""

NAMES = ("name_zh", "name_en")


@dataclass(frozen=True)
class Point:
    """
    One combination.

    Parameters
    ----------
    name
        Of its files: ``grids2-centers44``.
    changes
        Keys of the scenario that are varied, with their values here.
    scenario
        The whole scenario.
    digest
        SHA-256 of district, scenario and version: the same question has the same digest.
    """

    name: str
    changes: Mapping[str, Any]
    scenario: Scenario
    digest: str


def points_of(
    district: District,
    scenario: Scenario,
    axes: Mapping[str, Iterable[Any]],
    *,
    own_profiles: Sequence[Path] = (),
) -> tuple[Point, ...]:
    """
    Make every combination of the values of the axes.

    Parameters
    ----------
    district, scenario
        What is planned, and what stays the same.
    axes
        Values by key of the scenario, or by :data:`BAND` as pairs of residents.
    own_profiles
        Files of the planner's own rules, which are part of the question.

    Returns
    -------
    points
        The last axis turns first. Combinations that come to the same scenario are there once.

    Raises
    ------
    InputError
        For every unknown key, empty axis and wrong value, and for too many points; all at once.
    """
    listed = {key: _values(key, values) for key, values in axes.items()}
    problems = unknown_keys({key: 0 for key in axes if key != BAND}, source="sweep")
    problems += [Problem("sweep-empty", {"key": key}) for key, some in listed.items() if not some]
    if not listed:
        problems.append(Problem("sweep-none"))
    count = 1
    for some in listed.values():
        count *= len(some)
    if count > MOST_POINTS:
        problems.append(Problem("sweep-many", {"count": count, "most": MOST_POINTS}))
    if problems:
        raise InputError(problems)
    about = district_digest(district) + own_digest(own_profiles)
    # What has one value is set, and only what has several tells the points apart.
    varied = [key for key, some in listed.items() if len(some) > 1] or list(listed)
    found: dict[str, Point] = {}
    for values in itertools.product(*listed.values()):
        changes: dict[str, Any] = {}
        given: dict[str, Any] = {}
        try:
            for key, value in zip(listed, values, strict=True):
                given |= _changes(key, value)
                changes |= _changes(key, value) if key in varied else {}
            made = dataclasses.replace(scenario, **given)
        except InputError as error:
            problems += [one for one in error.problems if one not in problems]
            continue
        name = point_name(changes)
        named: dict[str, Any] = {key: f"{getattr(scenario, key)} {name}" for key in NAMES}
        digest = _digest(about, made)
        kept = dataclasses.replace(made, **named)
        found.setdefault(digest, Point(name, changes, kept, digest))
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _values(key: str, values: object) -> list[Any]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        return [values]
    listed = list(values)
    # A pair of numbers may be one band.
    if key == BAND and len(listed) == 2 and all(isinstance(one, (int, float)) for one in listed):
        return [tuple(listed)]
    return listed


def _changes(key: str, value: Any) -> dict[str, Any]:  # noqa: ANN401  # a value of any key
    if key != BAND:
        return {key: value}
    if not isinstance(value, Sequence) or len(value) != 2:
        raise InputError([Problem("sweep-band", {"value": brief(value)})])
    return {"center_lower": value[0], "center_upper": value[1]}


def point_name(changes: Mapping[str, Any]) -> str:
    """Name a point by what is varied: ``grids2-band18000-30000-centers44``."""
    parts, told = [], dict(changes)
    if "center_lower" in told and "center_upper" in told:
        ends = [f"{told.pop(key):g}" for key in ("center_lower", "center_upper")]
        told = {BAND: "-".join(ends), **told}
    for key, value in told.items():
        plain = KEYS[key].plain(value) if key in KEYS else value
        text = str(plain)
        safe = "".join(sign if sign.isalnum() or sign in "-._" else "_" for sign in text)
        parts.append(f"{key}{safe}")
    order = sorted(parts, key=lambda part: not part.startswith("grids"))
    return "-".join(order)[:120]


def district_digest(district: District) -> str:
    """Give a fingerprint of all that planning reads of a district."""
    told = [district.code, VERSION, district.sha256]
    told += [f"{layer.layer} {layer.sha256}" for layer in district.layers]
    folder = district.folder
    if folder is not None:
        # The scenario is told by its values; self-assessment and own rules lie beside it.
        for path in sorted(folder.glob("*.toml")):
            if path.name != "scenario.toml":
                told.append(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _digest(about: str, scenario: Scenario) -> str:
    told = {key: value for key, value in scenario.as_dict().items() if key not in NAMES}
    text = json.dumps([about, told], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def own_digest(paths: Sequence[Path]) -> str:
    """Give a fingerprint of the planner's own profiles; empty where there are none."""
    content = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)
    return hashlib.sha256(content).hexdigest()[:16] if paths else ""
