"""A scenario as the bytes of a TOML file, out of the page and back into it."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from gridplan.errors import InputError, Problem
from gridplan.planning.scenario import Scenario, scenario_from


def scenario_toml(scenario: Scenario) -> str:
    """
    Write a scenario as TOML with the keys of :class:`~gridplan.planning.scenario.Scenario`.

    Parameters
    ----------
    scenario
        Any scenario.

    Returns
    -------
    text
        One ``key = value`` a line; a key whose value is None is left out, which means the same.
    """
    lines = [
        f"{key} = {_value(value)}" for key, value in scenario.as_dict().items() if value is not None
    ]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:  # noqa: ANN401  # a scenario's value is one of several types
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the delete character, which TOML forbids bare.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    return repr(value)


def parse_scenario(content: bytes, *, name: str) -> Scenario:
    """
    Read a scenario from the content of an uploaded file.

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
        values = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem("scenario-not-toml", {"file": name, "reason": str(error)})
        raise InputError([problem]) from None
    return scenario_from(values, source=name)
