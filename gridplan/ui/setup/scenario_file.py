"""A scenario as the text of a TOML file, out of the page."""

from __future__ import annotations

import json
from typing import Any

from gridplan.planning.scenario.scenario import Scenario


def scenario_toml(scenario: Scenario) -> str:
    """
    Write a scenario as TOML, with the keys of its class.

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
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{_value(key)} = {_value(entry)}' for key, entry in value.items())}}}"
        )
    return repr(value)
