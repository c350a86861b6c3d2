"""The bytes of a TOML file -> its table, or the reason why not."""

from __future__ import annotations

import tomllib
from typing import Any

from gridplan.district.files.given_file import TOML_BYTES, too_large
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.errors import Reason

DEPTH = 32
"""Tables within tables that are read; nothing gridplan reads has more than four."""

_WHOLE = 2**63


def parse_toml(content: bytes) -> tuple[dict[str, Any], str]:
    """
    Parse TOML.

    Parameters
    ----------
    content
        UTF-8, with or without a byte order mark.

    Returns
    -------
    table, text
        The parsed table, and the text it was parsed from.

    Raises
    ------
    UnreadableError
        ``too-large``, ``not-utf8``, ``nested``, ``digits`` (a whole number beyond the 64 bits TOML
        has) or one of the ``toml`` reasons with line and column.
    """
    if len(content) > TOML_BYTES:
        raise UnreadableError(too_large(len(content), TOML_BYTES))
    try:
        text = content.decode("utf-8-sig")
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(reason_of(error)) from error
    _check(table)
    return table, text


def _check(table: dict[str, Any]) -> None:
    """Refuse what Python's parser lets pass, but its own ``str`` and recursion do not."""
    level: list[Any] = [table]
    for _ in range(DEPTH):
        if any(isinstance(v, int) and not -_WHOLE <= v < _WHOLE for v in level):
            raise UnreadableError(Reason("digits"))
        level = [
            entry
            for value in level
            if isinstance(value, (dict, list))
            for entry in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise UnreadableError(Reason("nested"))
