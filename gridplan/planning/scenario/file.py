"""A scenario as a TOML file: read, each unknown key told with the nearest known one; written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import (
    TOML_BYTES,
    given_path,
    is_there,
    read_given,
    read_inside,
)
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.scenario import FORMER, KEYS, Scenario, unknown_keys
from gridplan.text.toml_text import toml_line

FILE = "scenario.toml"
"""Its name in a district folder."""

ABOUT = "about"
"""Table of a file for what is told of a scenario and decides nothing; readers pass over it."""

Tell = Callable[[Problem], object]
"""Is told what is worth knowing of a file that is read all the same: a key of an earlier name."""


def scenario_from(values: Mapping[str, Any], *, source: str, tell: Tell | None = None) -> Scenario:
    """
    Make a scenario from plain values.

    Parameters
    ----------
    values
        Keys of :class:`Scenario`; lists are taken for tuples.
    source
        Name of the file, for messages.
    tell
        Told each key that stands under the name it had in an earlier version, and is read.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        Naming each unknown key with the nearest valid one, and each wrong value.
    """
    values, problems = _renamed(values, source, tell)
    problems += unknown_keys(values, source=source)
    kept = {name: value for name, value in values.items() if name in KEYS}
    try:
        scenario = Scenario(**kept)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return scenario


def _renamed(
    values: Mapping[str, Any], source: str, tell: Tell | None
) -> tuple[dict[str, Any], list[Problem]]:
    """Bring keys of earlier versions to their names of today; tell what is given under both."""
    current, twice = {}, []
    for name, value in values.items():
        now = FORMER.get(name, name)
        told = {"file": source, "key": name, "now": now}
        if now != name and now in values:
            twice.append(Problem("scenario-key-twice", told))
            continue
        if now != name and tell is not None:
            tell(Problem("scenario-key-renamed", told))
        current[now] = value
    return current, twice


def read_scenario(path: str | Path, *, tell: Tell | None = None) -> Scenario:
    """
    Read a scenario from a TOML file.

    Parameters
    ----------
    path
        The file; keys are those of :class:`Scenario`, none is required.
    tell
        As for :func:`scenario_from`.

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
    return parse_scenario(content, name=path.name, tell=tell)


def parse_scenario(content: bytes, *, name: str, tell: Tell | None = None) -> Scenario:
    """
    Read a scenario from the content of a file.

    Parameters
    ----------
    content
        UTF-8, with or without a byte order mark.
    name
        Of the file, for messages.
    tell
        As for :func:`scenario_from`.

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
    if isinstance(values.get(ABOUT), dict):
        del values[ABOUT]
    return scenario_from(values, source=name, tell=tell)


def has_scenario(folder: str | Path) -> bool:
    """Whether a district folder brings a scenario."""
    return is_there(given_path(folder, argument="folder"), FILE)


def default_scenario(folder: str | Path, *, tell: Tell | None = None) -> Scenario:
    """
    Read ``scenario.toml`` of a district folder; the general defaults where it brings none.

    Parameters
    ----------
    folder
        The district folder.
    tell
        As for :func:`scenario_from`.

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
    return parse_scenario(content, name=FILE, tell=tell)


def scenario_toml(scenario: Scenario) -> str:
    """
    Write a scenario as TOML that :func:`parse_scenario` reads back.

    Parameters
    ----------
    scenario
        Any scenario.

    Returns
    -------
    text
        One ``key = value`` a line; a key whose value is None is left out, which means the same.
    """
    told = scenario.as_dict().items()
    return "".join(f"{toml_line(key, value)}\n" for key, value in told if value is not None)
