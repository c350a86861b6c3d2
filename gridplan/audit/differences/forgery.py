"""What kind of thing was changed in a plan, told from where the change stands."""

from __future__ import annotations

import re
from typing import Any

# The first pattern that fits the place decides; sections come before what stands in them.
_BY_PLACE = (
    ("scenario", r"^scenario\b|^demands?\b"),
    ("provenance", r"^provenance\.(program|version)"),
    ("repair", r"repairs"),
    ("note", r"^notes\b"),
    ("fingerprint", r"sha256$"),
    ("label", r"label|_note$|\.note$|\.note_en$"),
    ("source", r"^sources\b|inputs|\.source$|sources"),
    ("finding", r"^findings\b|^rules\b"),
    ("seed", r"\.seed$"),
    ("objective", r"\.objective$"),
    ("proof", r"^certificates?\b"),
    ("group", r"^groups\b|\.role$|^wishes\b"),
    ("geometry", r"geometry$|\.lon$|\.lat$|\.unit$"),
    ("name", r"name(_zh|_en)?$"),
    ("belonging", r"\.(grid|center|regional_center|lead|subdistrict|community|class|status)$"),
    ("residents", r"population(_65)?$|residents"),
    ("minutes", r"minutes"),
    ("distance", r"metres"),
    ("area", r"area_km2$"),
    ("beds", r"beds"),
    ("district", r"^district\b"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _BY_PLACE)
_RECORD = re.compile(r"(?:^|\.)([A-Za-z_]+)(?:\[[^\[\]]*\]|\.[^.]+)$")


def kind_of(place: str, found: Any, expected: Any) -> str:  # noqa: ANN401  # any values of a file
    """
    Name the kind of a change.

    Parameters
    ----------
    place
        Where it stands: ``grids[G1].population``, ``findings[r 1]``; texts of other forms
        (cells, passages of a page) come to ``figure`` or ``text``.
    found, expected
        What stands there and what should; one of them None where a whole entry was put in or
        taken out.

    Returns
    -------
    kind
        Key of the catalogue, section ``verify``, after ``kind-``. ``…-added`` and ``…-missing``
        for whole findings, and for any other whole entry ``entry-added``, ``entry-missing``.
    """
    if _RECORD.search(place) and (found is None) != (expected is None) and place.endswith("]"):
        section = "finding" if place.startswith("findings") else "entry"
        return f"{section}-{'missing' if found is None else 'added'}"
    for kind, pattern in _PATTERNS:
        if pattern.search(place):
            return kind
    values = [value for value in (found, expected) if value is not None]
    numbers = all(isinstance(value, (int, float)) for value in values)
    return "figure" if numbers and values else "text"
