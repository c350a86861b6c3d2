"""How far single rows can be trusted: labels of a row, of its place, and of single figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
import pandas as pd

from gridplan.district.schema.field import Field, LayerSchema
from gridplan.district.schema.vocabulary import ROW_LABELS

ROW, PLACE, NOTE = "label", "coord_label", "label_note"
SUFFIX = "_label"
REAL = "real"
UNSURE = "unverified"
DOUBT = {label: rank for rank, label in enumerate(ROW_LABELS)}
"""Rank of each label, from real to modelled."""


def with_labels(schema: LayerSchema) -> LayerSchema:
    """
    Add to a layer the columns that say how far its rows can be trusted.

    Parameters
    ----------
    schema
        With the columns of its own.

    Returns
    -------
    schema
        With ``label`` of the row, ``coord_label`` of its place (points only), ``label_note`` and,
        for each of its figures and words, ``<column>_label``. A layer has ``label`` always, but
        for the units, which are too many; the others where its file has them.
    """
    own = [
        _field(ROW, ("标签", "数据性质", "数据标签"), of="row", extra=schema.layer == "units"),
        *([_field(PLACE, ("坐标标签", "位置标签"), of="place")] if schema.point else []),
        Field(NOTE, "text", ("标签说明", "数据说明"), extra=True, of="note"),
    ]
    own += [
        _field(f"{field.name}{SUFFIX}", tuple(f"{word}标签" for word in field.aliases), field.name)
        for field in schema.fields
        if field.kind in ("number", "word", "answer")
    ]
    return dataclasses.replace(schema, fields=(*schema.fields, *own))


def _field(name: str, aliases: tuple[str, ...], of: str, *, extra: bool = True) -> Field:
    return Field(name, "word", aliases, words=ROW_LABELS, other=UNSURE, extra=extra, of=of)


def settled(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Give each row without a label of its own that of its layer."""
    if ROW not in frame:
        return frame
    return frame.assign(**{ROW: frame[ROW].where(frame[ROW].notna(), label)})


def label_columns(names: Iterable[object]) -> dict[str, str]:
    """
    Find the label columns among those of a table.

    Returns
    -------
    columns
        What each speaks of (``row``, ``place`` or the name of a column) by its own name, the row
        first.
    """
    known = dict.fromkeys(map(str, names))
    of = {ROW: "row", PLACE: "place"}
    of |= {
        name: name.removesuffix(SUFFIX)
        for name in known
        if name.endswith(SUFFIX) and name.removesuffix(SUFFIX) in known
    }
    return {name: about for name, about in of.items() if name in known}


def doubts(frame: pd.DataFrame) -> pd.DataFrame:
    """
    List every label that is not ``real``.

    Parameters
    ----------
    frame
        A layer; its labels as codes, blank where nothing is said.

    Returns
    -------
    doubts
        One row a doubt, in the order of the columns: ``row`` (the index), ``about`` (``row``,
        ``place`` or the name of a column that holds something there), ``label``.
    """
    found = []
    for name, about in label_columns(frame.columns).items():
        label = frame[name]
        doubtful = label.isin(DOUBT) & (label != REAL)
        if about in frame:
            doubtful &= frame[about].notna()
        at = np.flatnonzero(doubtful.to_numpy())
        values = {"row": frame.index[at], "about": about, "label": label.to_numpy()[at]}
        found.append(pd.DataFrame(values, dtype=object))
    if not found:
        return pd.DataFrame(columns=["row", "about", "label"], dtype=object)
    return pd.concat(found, ignore_index=True)


def below(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """
    List what can be trusted less than its layer's label says.

    Parameters
    ----------
    frame
        The layer.
    label
        Of the whole layer.

    Returns
    -------
    doubts
        As :func:`doubts`, the worse ones only.
    """
    found = doubts(frame)
    return found[found["label"].map(DOUBT).astype(int) > DOUBT.get(label, 0)]


def ranked(labels: Iterable[str]) -> tuple[str, ...]:
    """Give each label once, the surest first."""
    return tuple(sorted(set(labels), key=DOUBT.__getitem__))
