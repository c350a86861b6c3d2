"""JSON of a plan read strictly: what a lenient reader passes over in silence is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gridplan.audit.differences.difference import Difference
from gridplan.district.files.reason import reason_of
from gridplan.errors import InputError, Problem
from gridplan.outputs.reading.content import read_content


def read_strict(path: Path) -> tuple[dict[str, Any], list[Difference]]:
    """
    Read a JSON object.

    Parameters
    ----------
    path
        Of ``plan.json`` or a GeoJSON file.

    Returns
    -------
    values, told
        The object, and its faults: keys given twice, of which programs take the one or the other,
        and numbers that are none (``NaN``, ``Infinity``).

    Raises
    ------
    InputError
        ``written-missing``, or ``written-damaged`` where it is no JSON object.
    """
    told: list[Difference] = []

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(entries)
        if len(values) < len(entries):
            names = [key for key, _ in entries]
            for key in dict.fromkeys(key for key in names if names.count(key) > 1):
                count = names.count(key)
                told.append(Difference(path.name, str(key), count, 1, "others", "duplicate"))
        return values

    def constant(name: str) -> None:
        told.append(Difference(path.name, name, name, None, "others", "not-a-number"))

    content = read_content(path)
    try:
        values = json.loads(
            content.decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant
        )
    except (ValueError, RecursionError) as error:
        reason = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("written-damaged", reason)]) from error
    if not isinstance(values, dict):
        raise InputError([Problem("written-damaged", {"file": str(path), "reason": "{"})])
    return values, told
