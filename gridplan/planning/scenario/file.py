"""A scenario as a TOML file: read, each unknown key told with the nearest known one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
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
from gridplan.planning.scenario.scenario import Scenario, unknown_keys

FILE = "scenario.toml"
"""Its name in a district folder."""


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
