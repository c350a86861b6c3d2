"""Figures whose dot may part thousands or decimals: ``2.500`` residents are asked about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.district.files.intake import Intake, sample
from gridplan.district.folder.layer import RawLayer
from gridplan.district.schema.field import Field
from gridplan.district.schema.headers import COORDINATES
from gridplan.errors import SHOWN

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
"""Figures a dot may part into thousands; a decimal comma behind them leaves no doubt."""
_CERTAIN = re.compile(r"[+-]?\d+(?:\.\d{3}){2,}(?:,\d+)?|[+-]?\d+(?:\.\d{3})+,\d+")


def settle_dots(field: Field, texts: pd.Series, raw: RawLayer, intake: Intake) -> pd.Series:
    """
    Settle what the dots in a column of figures mean.

    Where every figure with a dot could be thousands (``2.500``), only the planner knows: the key
    ``dot_means`` of the layer decides, and without it the column is a problem that names both
    readings. A figure with two dots (``1.234.567``) decides for its column.

    Parameters
    ----------
    field
        What the column holds; coordinates are always decimals.
    texts
        The cells as text or None.
    raw, intake
        The layer, and where problems (``thousands-dot``) and repairs (``dots-as-thousands``) go.

    Returns
    -------
    texts
        Dots of thousands taken out.
    """
    if field.name in COORDINATES:
        return texts
    found = dots_in(list(texts), raw.entry.dot_means)
    if found is None:
        return texts
    where = {
        "layer": raw.entry.layer,
        "file": raw.entry.file,
        "column": str(texts.name or field.name),
        **sample(raw.rows[found.grouped]),
    }
    if not found.sure:
        intake.wrong("thousands-dot", **where, **found.values())
        return texts
    intake.repaired("dots-as-thousands", **where, example=found.example)
    return pd.Series(found.without(), index=texts.index, name=texts.name, dtype=object)


@dataclass(frozen=True, eq=False)
class Dots:
    """
    Figures of a column whose dots part thousands, or may.

    Parameters
    ----------
    texts
        The cells as they are.
    grouped
        True where a dot could part thousands.
    sure
        Whether it does: declared, or a figure leaves no doubt.
    """

    texts: Sequence[str | None]
    grouped: NDArray[np.bool_]
    sure: bool

    def values(self) -> dict[str, object]:
        """Give what a question needs: the figures, and the first of them read either way."""
        shown = list(dict.fromkeys(self._plain()))
        whole, decimal = _without_dots(shown[0]), f"{float(shown[0]):g}"
        return {"texts": shown[:SHOWN], "whole": whole, "decimal": decimal}

    @property
    def example(self) -> str:
        """The first figure as written and as read."""
        first = self._plain()[0]
        return f"{first} -> {_without_dots(first)}"

    def without(self) -> list[str | None]:
        """Give the cells with the dots of thousands taken out."""
        return [
            _without_dots(_plain(text)) if here else text
            for text, here in zip(self.texts, self.grouped, strict=True)
        ]

    def _plain(self) -> list[str]:
        return [_plain(text) for text, g in zip(self.texts, self.grouped, strict=True) if g]


def dots_in(texts: Sequence[str | None], declared: str) -> Dots | None:
    """
    Find the figures of a column whose dots may part thousands.

    Parameters
    ----------
    texts
        Cells as text or None; those a file holds as numbers are not in doubt and left out as None.
    declared
        ``thousands``, ``decimal`` or empty.

    Returns
    -------
    dots
        None where every dot is a decimal one: declared, or told by another figure of the column.
    """
    plain = [_plain(text) for text in texts]
    pointed = [text for text in plain if "." in text]
    grouped = [text for text in pointed if _GROUPED.fullmatch(text)]
    sure = declared == "thousands" or any(_CERTAIN.fullmatch(text) for text in grouped)
    if not grouped or declared == "decimal" or (len(grouped) < len(pointed) and not sure):
        return None
    return Dots(texts, np.array([bool(_GROUPED.fullmatch(text)) for text in plain]), sure)


def _plain(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text) if isinstance(text, str) else ""


def _without_dots(text: str) -> str:
    return text.replace(".", "").replace(",", ".")
