"""What one column of a layer is, and what a layer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandera.pandas as pa

from gridplan.district.schema.vocabulary import Vocabulary

Kind = Literal["id", "text", "number", "word", "answer"]


@dataclass(frozen=True)
class Field:
    """
    One column of one layer.

    Parameters
    ----------
    name
        Column of the frozen table.
    kind
        ``id`` (text, made when the column is absent), ``text``, ``number``, ``word`` (of a
        vocabulary), ``answer`` (yes or no).
    aliases
        Other headers that mean it; compared as :func:`gridplan.district.schema.vocabulary.fold`
        does.
    required
        The column must be there and no cell of it empty.
    unique
        No value twice.
    lower, upper
        Bounds of a number.
    unit
        Of a number.
    words
        Of a word.
    blank
        What an empty cell of a required word means; the reader lists that it filled it in.
    other
        What a word that is not of the vocabulary means; the reader lists them. Empty: an error.
    extra
        Nobody needs it to plan: some rule is answered by it. Where the file does not have it, the
        table does not either.
    of
        What a label speaks of (:mod:`gridplan.district.schema.labels`); empty for any other column.
    """

    name: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    words: Vocabulary | None = None
    blank: str = ""
    other: str = ""
    extra: bool = False
    of: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that is accepted, the name first."""
        return (self.name, *self.aliases)

    def column(self) -> pa.Column:
        """Turn the definition into the pandera column that checks it."""
        dtype: type | None = {"number": float, "answer": bool}.get(self.kind)
        checks = []
        if self.kind == "number":
            checks.append(pa.Check(lambda s: s.abs() != float("inf"), name="finite"))
            if self.lower is not None:
                checks.append(pa.Check(lambda s: s >= self.lower, name="lower"))
            if self.upper is not None:
                checks.append(pa.Check(lambda s: s <= self.upper, name="upper"))
        return pa.Column(
            dtype,
            checks=checks,
            nullable=not (self.required or self.kind == "id"),
            unique=self.unique,
            required=True,
        )


@dataclass(frozen=True)
class LayerSchema:
    """
    One layer: its columns and whether it holds points or areas.

    Parameters
    ----------
    layer
        Its key in ``district.toml``.
    geometry
        ``area``, ``point`` or ``line``.
    fields
        In the order of the documentation.
    required
        A district without it cannot be read.
    """

    layer: str
    geometry: Literal["area", "point", "line"]
    fields: tuple[Field, ...]
    required: bool = False

    @property
    def point(self) -> bool:
        """Whether it holds points."""
        return self.geometry == "point"

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(field for field in self.fields if field.name == name)
