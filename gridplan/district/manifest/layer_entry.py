"""One layer's entry in district.toml: its file, its coordinates, how far its rows are trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import (
    is_there,
    path_inside,
)
from gridplan.district.files.intake import Intake
from gridplan.district.files.reason import UnreadableError
from gridplan.district.matrix import MATRICES, MEASURES
from gridplan.district.schema.characters import visible
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import LABELS, decoder, fold, nearest
from gridplan.text.shown import brief

FILE = "district.toml"


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
        Layer inside a map file, or sheet of a workbook; empty if it has only one.
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


def tell_unknown_keys(
    table: dict[str, Any], valid: tuple[str, ...], place: str, intake: Intake
) -> None:
    """Tell of each key that a table may not have, with the nearest that it may."""
    for key in table:
        if key not in valid:
            intake.wrong("unknown-key", place=place, key=key, nearest=nearest(key, valid, most=1))


def text_of(table: dict[str, Any], key: str, place: str, intake: Intake) -> str:
    """Give a key's text; empty, and told, where it is something else."""
    value = table.get(key, "")
    # A code or a year is often written without quotes.
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        intake.wrong("key-not-text", place=place, key=key, value=brief(value))
        return ""
    return visible(str(value))


def layer_entries(tables: object, folder: Path, vintage: str, intake: Intake) -> dict[str, Entry]:
    """
    Read ``[layers]`` of a district, telling all that is wrong with each entry.

    Parameters
    ----------
    tables
        As parsed; anything but a table is told.
    folder
        Of the district; each file is looked for in it.
    vintage
        Of the district: that of layers that bring none.
    intake
        What is wrong goes there.

    Returns
    -------
    entries
        By layer; one with a fault is left out.
    """
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
    tell_unknown_keys(table, tuple(key for key in LAYER_KEYS if key not in others), place, intake)
    numbers = {"cell_metres", "beyond"}
    texts = {key: text_of(table, key, place, intake) for key in LAYER_KEYS if key not in numbers}
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
