"""Values as the text of a TOML file, written the same way wherever one is shown or saved."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any


def toml_value(value: Any) -> str:  # noqa: ANN401  # whatever TOML can hold
    """
    Write one value.

    Parameters
    ----------
    value
        Text, number, truth value, or lists, tuples and mappings of them, nested as they may be.

    Returns
    -------
    text
        On one line; tables inline, ``{c1 = 30000}``.
    """
    text: str = _item(value).as_string()
    return text


def toml_key(name: str) -> str:
    """Write a key, in quotes where it needs them."""
    from tomlkit import key

    text: str = key(name).as_string()
    return text


def toml_line(name: str, value: Any) -> str:  # noqa: ANN401  # as above
    """Write ``name = value``."""
    return f"{toml_key(name)} = {toml_value(value)}"


def _item(value: Any) -> Any:  # noqa: ANN401  # an item of tomlkit
    # Loaded when first needed: errors stand on this, and must not slow down `gridplan --help`.
    import tomlkit

    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for name, entry in value.items():
            table.append(str(name), _item(entry))
        return table
    if isinstance(value, (list, tuple)):
        array = tomlkit.array()
        for entry in value:
            array.append(_item(entry))
        return array
    if isinstance(value, Real) and not isinstance(value, bool):  # numpy's among them
        value = int(value) if isinstance(value, Integral) else float(value)
    return tomlkit.item(value)
