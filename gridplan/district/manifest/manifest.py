"""``district.toml``: the name of a district and what each of its layers declares of itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import (
    TOML_BYTES,
    is_folder,
    is_there,
    read_inside,
)
from gridplan.district.files.intake import Intake
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.district.geometry.adjacency import TOLERANCE
from gridplan.district.geometry.gaps import MOST_SNAP
from gridplan.district.manifest.layer_entry import (
    FILE,
    Entry,
    layer_entries,
    tell_unknown_keys,
    text_of,
)
from gridplan.district.matrix import MATRICES
from gridplan.district.schema.characters import visible
from gridplan.district.schema.schema import LAYERS
from gridplan.errors import Reason
from gridplan.text.shown import brief

KEYS = (
    "code",
    "name_zh",
    "name_en",
    "vintage",
    "note",
    "license",
    "layers",
    "links",
    "snap_metres",
    "city_grids_elsewhere",
    "city_grids_source",
)

MOST_CITY_GRIDS = 1000
"""As many grids as a scenario may ask for."""


@dataclass(frozen=True)
class Manifest:
    """
    The whole of ``district.toml``.

    Parameters
    ----------
    code, name_zh, name_en, vintage
        Of the district.
    entries
        Declared layers whose file exists, by name.
    matrices
        Declared travel matrices whose file exists, by name.
    links
        Pairs of unit ids.
    snap_metres
        Distance within which units are neighbours.
    city_grids_elsewhere
        Grids planned in the other districts of the city; None where nobody says.
    city_grids_source
        What says so.
    sha256
        Of the file.
    """

    code: str
    name_zh: str
    name_en: str
    vintage: str
    entries: dict[str, Entry]
    matrices: dict[str, Entry]
    links: tuple[tuple[str, str], ...]
    snap_metres: float
    city_grids_elsewhere: int | None
    city_grids_source: str
    sha256: str


def read_manifest(folder: Path, intake: Intake) -> Manifest:
    """
    Read and check ``district.toml``.

    Parameters
    ----------
    folder
        The district folder.
    intake
        Collects what is wrong.

    Returns
    -------
    manifest

    Raises
    ------
    InputError
        At once, if the folder or the file is missing or is no TOML: nothing else can be checked.
    """
    raw, table = _read_toml(folder, intake)
    intake.close()
    tell_unknown_keys(table, KEYS, FILE, intake)
    texts = {key: text_of(table, key, FILE, intake) for key in KEYS[:4]}
    name = texts["name_zh"] or texts["name_en"]
    if not name:
        intake.wrong("missing-key", place=FILE, key="name_zh")
    entries = layer_entries(table.get("layers", {}), folder, texts["vintage"], intake)
    return Manifest(
        code=texts["code"] or folder.resolve().name,
        name_zh=texts["name_zh"] or name,
        name_en=texts["name_en"] or name,
        vintage=texts["vintage"],
        entries={name: entry for name, entry in entries.items() if name in LAYERS},
        matrices={name: entry for name, entry in entries.items() if name in MATRICES},
        links=_links(table.get("links", []), intake),
        snap_metres=_snap(table.get("snap_metres", TOLERANCE), intake),
        city_grids_elsewhere=_city_grids(table, intake),
        city_grids_source=text_of(table, "city_grids_source", FILE, intake),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _read_toml(folder: Path, intake: Intake) -> tuple[bytes, dict[str, Any]]:
    """Read and parse ``district.toml``; note what keeps it from being read."""
    raw = b""
    if not is_folder(folder):
        intake.wrong("missing-folder", folder=str(folder))
        return raw, {}
    if not is_there(folder, FILE):
        intake.wrong("missing-toml", folder=str(folder))
        return raw, {}
    try:
        raw = read_inside(folder, FILE, most=TOML_BYTES)
    except UnreadableError as error:
        intake.wrong("file-unreadable", file=FILE, reason=error.reason)
        return raw, {}
    try:
        return raw, parse_toml(raw)[0]
    except UnreadableError as error:
        reason = error.reason
    if reason.code == "not-utf8":
        intake.wrong("toml-encoding", file=FILE)
    elif reason.code.startswith("toml"):
        line = str(reason.values.get("line", raw.count(b"\n") + 1))
        intake.wrong("toml-broken", file=FILE, line=line, reason=Reason(reason.code))
    else:
        intake.wrong("file-unreadable", file=FILE, reason=reason)
    return raw, {}


def _snap(value: object, intake: Intake) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and 0 <= value <= MOST_SNAP:  # type: ignore[operator]
        return max(float(value), TOLERANCE)  # type: ignore[arg-type]
    intake.wrong("snap-metres", place=FILE, value=brief(value), most=f"{MOST_SNAP:g}")
    return TOLERANCE


def _city_grids(table: dict[str, Any], intake: Intake) -> int | None:
    """Read how many grids the rest of the city has; it counts only with what says so."""
    value = table.get("city_grids_elsewhere")
    if value is None:
        return None
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not 0 <= value <= MOST_CITY_GRIDS:
        told = {"value": brief(value), "most": f"{MOST_CITY_GRIDS:,}"}
        intake.wrong("city-grids", place=FILE, **told)
        return None
    if not str(table.get("city_grids_source", "")).strip():
        intake.wrong("missing-key", place=FILE, key="city_grids_source")
    return int(value)


def _links(rows: object, intake: Intake) -> tuple[tuple[str, str], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        intake.wrong("key-not-table", place=FILE, key="links")
        return ()
    links = []
    for row in rows:
        tell_unknown_keys(row, ("from", "to", "note"), "[[links]]", intake)
        for key in ("from", "to"):
            if key not in row:
                intake.wrong("missing-key", place="[[links]]", key=key)
        if "from" in row and "to" in row:
            links.append((_link_end(row["from"]), _link_end(row["to"])))
    return tuple(links)


def _link_end(value: object) -> str:
    """Read the id of a unit: text, or a number without quotes."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return visible(str(value))
