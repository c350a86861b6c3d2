"""``district.toml``: the name of a district and what each of its layers declares of itself."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import (
    TOML_BYTES,
    is_folder,
    is_there,
    path_inside,
    read_inside,
)
from gridplan.district.files.intake import Intake
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.district.geometry.adjacency import TOLERANCE
from gridplan.district.geometry.gaps import MOST_SNAP
from gridplan.district.matrix import MATRICES, MEASURES
from gridplan.district.schema.characters import visible
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import LABELS, decoder, fold, nearest
from gridplan.errors import Reason
from gridplan.text.shown import brief

FILE = "district.toml"
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
LAYER_KEYS = (
    "file",
    "crs",
    "label",
    "source",
    "vintage",
    "cell_metres",
    "layer",
    "dot_means",
    "measured_in",
    "beyond",
    "note",
    "license",
)
MATRIX_KEYS = ("measured_in", "beyond")
"""Keys of a travel matrix alone; it has none of the keys of shapes."""

_OF_SHAPES = ("crs", "cell_metres", "layer", "dot_means")
MOST_CITY_GRIDS = 1000
"""As many grids as a scenario may ask for."""
DOTS = ("thousands", "decimal")
NEEDED = ("file", "label", "source")


@dataclass(frozen=True)
class Entry:
    """
    What ``district.toml`` says of one layer.

    Parameters
    ----------
    layer
        Its name among :data:`gridplan.district.schema.schema.LAYERS` or
        :data:`gridplan.district.matrix.MATRICES`.
    path
        The file, inside the folder; it exists.
    crs
        As declared; empty if the file is to say it (GeoPackage only).
    label
        ``real``, ``derived`` or ``modelled``.
    source
        One line.
    vintage
        Of the figures.
    cell_metres
        Side of a lattice cell, metres; None if the layer is no lattice.
    table
        Layer inside a GeoPackage; empty if it has only one.
    dot_means
        What a dot in figures written as text is: ``thousands``, ``decimal``, or empty: asked
        about where both fit.
    measured_in
        Of a travel matrix: one of :data:`gridplan.district.matrix.MEASURES`; empty if its headers
        say it.
    beyond
        Of a travel matrix: what a way that is left out comes to at least, as measured; None if
        none may be left out.
    """

    layer: str
    path: Path
    crs: str
    label: str
    source: str
    vintage: str
    cell_metres: float | None
    table: str
    dot_means: str = ""
    measured_in: str = ""
    beyond: float | None = None

    @property
    def file(self) -> str:
        """Name of the file, as messages name it."""
        return self.path.name


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
    _unknown_keys(table, KEYS, FILE, intake)
    texts = {key: _text(table, key, FILE, intake) for key in KEYS[:4]}
    name = texts["name_zh"] or texts["name_en"]
    if not name:
        intake.wrong("missing-key", place=FILE, key="name_zh")
    entries = _entries(table.get("layers", {}), folder, texts["vintage"], intake)
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
        city_grids_source=_text(table, "city_grids_source", FILE, intake),
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


def _unknown_keys(
    table: dict[str, Any], valid: tuple[str, ...], place: str, intake: Intake
) -> None:
    for key in table:
        if key not in valid:
            intake.wrong("unknown-key", place=place, key=key, nearest=nearest(key, valid, most=1))


def _text(table: dict[str, Any], key: str, place: str, intake: Intake) -> str:
    value = table.get(key, "")
    # A code or a year is often written without quotes.
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        intake.wrong("key-not-text", place=place, key=key, value=brief(value))
        return ""
    return visible(str(value))


def _entries(tables: object, folder: Path, vintage: str, intake: Intake) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    if not isinstance(tables, dict):
        intake.wrong("key-not-table", place=FILE, key="layers")
        return entries
    for name, table in tables.items():
        if name not in LAYERS and name not in MATRICES:
            known = (*LAYERS, *MATRICES)
            intake.wrong("unknown-layer", layer=name, nearest=nearest(name, known, most=1))
        elif not isinstance(table, dict):
            intake.wrong("key-not-table", place=FILE, key=f"layers.{name}")
        else:
            entry = _entry(name, table, folder, vintage, intake)
            if entry is not None:
                entries[name] = entry
    for name, schema in LAYERS.items():
        if schema.required and name not in tables:
            intake.wrong("missing-layer", layer=name)
    return entries


def _entry(
    name: str, table: dict[str, Any], folder: Path, vintage: str, intake: Intake
) -> Entry | None:
    place = f"[layers.{name}]"
    others = _OF_SHAPES if name in MATRICES else MATRIX_KEYS
    _unknown_keys(table, tuple(key for key in LAYER_KEYS if key not in others), place, intake)
    numbers = {"cell_metres", "beyond"}
    texts = {key: _text(table, key, place, intake) for key in LAYER_KEYS if key not in numbers}
    for key in NEEDED:
        if not str(table.get(key, "")).strip():
            intake.wrong("missing-key", place=place, key=key)
    label = decoder(LABELS).get(fold(texts["label"]), "")
    if texts["label"] and not label:
        intake.wrong("unknown-label", layer=name, value=texts["label"], valid=list(LABELS))
    cell = _cell(table.get("cell_metres"), place, intake)
    path = _path(folder, texts["file"], name, intake)
    if path is None:
        return None
    return Entry(
        layer=name,
        path=path,
        crs=texts["crs"],
        label=label,
        source=texts["source"],
        vintage=texts["vintage"] or vintage,
        cell_metres=cell,
        table=texts["layer"],
        dot_means=_dot(texts["dot_means"], place, intake),
        measured_in=_measured(texts["measured_in"], place, intake),
        beyond=_beyond(table.get("beyond"), place, intake),
    )


def _measured(word: str, place: str, intake: Intake) -> str:
    if word and word not in MEASURES:
        intake.wrong("measured-in", place=place, value=word, valid=list(MEASURES))
        return ""
    return word


def _beyond(value: object, place: str, intake: Intake) -> float | None:
    if value is None:
        return None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and math.isfinite(float(value)) and float(value) > 0:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    intake.wrong("matrix-beyond-number", place=place, value=brief(value))
    return None


def _dot(word: str, place: str, intake: Intake) -> str:
    if word and word not in DOTS:
        intake.wrong("dot-means", place=place, value=word, valid=list(DOTS))
        return ""
    return word


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


def _cell(value: object, place: str, intake: Intake) -> float | None:
    if value is None:
        return None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and math.isfinite(float(value)) and float(value) > 0:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    intake.wrong("cell-metres", place=place, value=brief(value))
    return None


def _path(folder: Path, file: str, layer: str, intake: Intake) -> Path | None:
    """Find a layer's file; nothing outside the folder is ever opened."""
    if not file:
        return None
    try:
        path_inside(folder, file)
    except UnreadableError as error:
        intake.wrong("file-outside", layer=layer, file=file, reason=error.reason)
        return None
    if not is_there(folder, file):
        there = sorted(p.name for p in folder.iterdir() if p.is_file() and p.name != FILE)
        close = nearest(file, there, most=1) if there else ["-"]
        intake.wrong("missing-file", layer=layer, file=file, nearest=close)
        return None
    return folder / file


def _links(rows: object, intake: Intake) -> tuple[tuple[str, str], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        intake.wrong("key-not-table", place=FILE, key="links")
        return ()
    links = []
    for row in rows:
        _unknown_keys(row, ("from", "to", "note"), "[[links]]", intake)
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
