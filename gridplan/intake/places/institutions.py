"""Hospitals, centers, stations and candidates from lists and points of interest.

Rules: (1) type strings, levels and names are read for level, kind and owner; (2) what
belongs to another row is left out (:mod:`~gridplan.intake.places.belonging`); (3) in a list given
as hospitals, community health centers go to the centers where no list of their own is given;
(4) of the hospitals that are left, tertiary general and Chinese-medicine ones that are not private
are proposed as eligible to lead. Everything left out is listed with name and distance, and every
word that no vocabulary knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.district.schema.field import Field
from gridplan.district.schema.figures import BLANKS, read_numbers
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import ANSWERS, decoder, fold, nearest
from gridplan.district.sources.source import Source
from gridplan.errors import SHOWN
from gridplan.intake.columns.headers import Match
from gridplan.intake.columns.values import read_institution
from gridplan.intake.record.ledger import Ledger

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Places:
    """
    Rows of a point layer.

    Parameters
    ----------
    table
        Columns of the schema, one row an institution.
    xy
        (n, 2) metres.
    rows
        Number of each row in its file.
    primary
        True for community health centers, stations and township hospitals.
    """

    table: pd.DataFrame
    xy: Floats
    rows: NDArray[np.int64]
    primary: NDArray[np.bool_]

    def take(self, keep: NDArray[np.bool_]) -> Places:
        """Give the rows where ``keep`` is true."""
        table = self.table.loc[keep].reset_index(drop=True)
        return Places(table, self.xy[keep], self.rows[keep], self.primary[keep])


def read_places(
    source: Source, matches: Mapping[str, Match], layer: str, xy: Floats, ledger: Ledger
) -> Places:
    """
    Bring the rows of a list into the columns of a layer.

    Parameters
    ----------
    source, matches
        The list and what its columns hold.
    layer
        ``hospitals``, ``centers``, ``candidates`` or ``stations``.
    xy
        (n, 2) metres.
    ledger
        Told what was read out of words and what could not be read.
    """
    table = pd.DataFrame(index=source.table.index)
    fields = [field for field in LAYERS[layer].fields if field.name in matches]
    for field in fields:
        column = source.table[matches[field.name].column]
        table[field.name] = _column(field, column, source, layer, ledger)
    if "name" not in table and any(field.name == "name" for field in LAYERS[layer].fields):
        made = [f"{layer}-{number}" for number in source.rows]
        table["name"] = made
        ledger.add("assumed", layer, "intake-names-made", subjects=made, file=source.name)
    primary = np.zeros(len(table), dtype=bool)
    if layer in {"hospitals", "centers", "stations"}:
        primary = _institutions(source, matches, layer, table, ledger)
    for field in fields:
        if field.kind in {"word", "answer"}:
            texts = source.table[matches[field.name].column]
            _unknown(field, texts, table[field.name].isna(), source, layer, ledger)
    return Places(table, xy, source.rows, primary)


def _column(
    field: Field, column: pd.Series, source: Source, layer: str, ledger: Ledger
) -> pd.Series:
    if field.kind == "number":
        numbers, mended, wrong = read_numbers(list(column))
        _told(source, layer, ledger, mended, wrong, column)
        return pd.Series(numbers, index=column.index)
    if field.kind == "word" and field.words:
        known = decoder(field.words)
        return column.map(lambda text: known.get(fold(text)) if text else None)
    if field.kind == "answer":
        known = decoder(ANSWERS)
        return column.map(lambda text: known.get(fold(text)) if text else None)
    return column


def _unknown(
    field: Field, texts: pd.Series, empty: pd.Series, source: Source, layer: str, ledger: Ledger
) -> None:
    """List the words of a column that no vocabulary knows and nothing else told the meaning of."""
    written = texts.map(lambda text: bool(text) and str(text).lower() not in BLANKS).astype(bool)
    lost = (written & empty).to_numpy(dtype=bool)
    if not lost.any():
        return
    words = list(dict.fromkeys(texts[lost]))
    vocabulary = ANSWERS if field.kind == "answer" else field.words or {}
    spoken = [word for code, known in vocabulary.items() for word in (*known[:1], code)]
    met = (word for text in words[:3] for word in nearest(text, spoken, most=1))
    near = list(dict.fromkeys(met))
    ledger.add(
        "dropped",
        layer,
        "intake-words-unknown",
        subjects=source.rows[lost],
        file=source.name,
        column=str(texts.name),
        words=words[:SHOWN],
        near=near,
    )


def _told(
    source: Source,
    layer: str,
    ledger: Ledger,
    mended: NDArray[np.bool_],
    wrong: NDArray[np.bool_],
    texts: pd.Series,
) -> None:
    for mask, code, kind in (
        (mended, "intake-number-read", "repaired"),
        (wrong, "intake-number-lost", "dropped"),
    ):
        if mask.any():
            example = str(texts[mask].iloc[0])
            ledger.add(
                kind,
                layer,
                code,
                subjects=source.rows[mask],
                file=source.name,
                column=str(texts.name),
                example=example,
            )


def _institutions(
    source: Source, matches: Mapping[str, Match], layer: str, table: pd.DataFrame, ledger: Ledger
) -> NDArray[np.bool_]:
    """Fill level, kind and owner from words; drop what is no institution of its own."""
    told = [
        [
            source.table[matches[name].column].iloc[at]
            for name in ("type", "level", "kind")
            if name in matches
        ]
        for at in range(len(table))
    ]
    read = [read_institution(*texts, name) for texts, name in zip(told, table["name"], strict=True)]
    filled = 0
    if layer == "hospitals":
        for name in ("level", "kind", "ownership"):
            words = pd.Series(
                [getattr(i, name) or None for i in read], index=table.index, dtype=object
            )
            before = table[name] if name in table else pd.Series([None] * len(table), dtype=object)
            table[name] = before.where(before.notna(), words)
            filled += int((before.isna() & words.notna()).sum())
        if filled:
            ledger.add("assumed", layer, "intake-words-read", count=f"{filled:,}", file=source.name)
    return np.array([i.primary for i in read], dtype=bool)


def with_levels(places: Places, layer: str, ledger: Ledger) -> Places:
    """Call hospitals ungraded whose level nothing tells: a district folder asks for one."""
    level = places.table["level"]
    if level.notna().all():
        return places
    told = places.table.loc[level.isna(), "name"]
    ledger.add("assumed", layer, "intake-ungraded", subjects=told)
    table = places.table.assign(level=level.fillna("ungraded"))
    return Places(table, places.xy, places.rows, places.primary)


def proposed_leads(places: Places, layer: str, ledger: Ledger) -> Places:
    """Propose who may lead among the hospitals that are left, where the list does not say."""
    table = places.table.copy()
    if "eligible" in table and table["eligible"].notna().any():
        table["eligible"] = table["eligible"].fillna("no")
    else:
        tertiary = table["level"].fillna("").str.startswith("tertiary")
        public = ~table["ownership"].isin(["private"])
        may = tertiary & table["kind"].isin(["general", "tcm"]) & public
        table["eligible"] = np.where(may, "yes", "no")
        ledger.add("assumed", layer, "intake-eligible", subjects=table.loc[may, "name"],
                   leads=int(may.sum()))  # fmt: skip
    return Places(table, places.xy, places.rows, places.primary)


def inside(
    places: Places, ground: shapely.Geometry, layer: str, ledger: Ledger, *, reach: float
) -> Places:
    """Leave out points farther than ``reach`` metres outside the district, and list them."""
    shapely.prepare(ground)
    metres = shapely.distance(shapely.points(places.xy), ground)
    far = metres > reach
    if not far.any():
        return places
    names = places.table["name"] if "name" in places.table else pd.Series(places.rows.astype(str))
    told = [f"{name} ({m / 1000:,.1f} km)" for name, m in zip(names[far], metres[far], strict=True)]
    ledger.add(
        "dropped",
        layer,
        "intake-outside",
        rows=(len(far), int((~far).sum())),
        subjects=told,
        shapes=shapely.points(places.xy[far]),
    )
    return places.take(~far)
