"""Figures whose dot may part thousands or decimals: ``2.500`` residents are asked about."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.district.files.intake import SHOWN, Intake, sample
from gridplan.district.folder.layer import RawLayer
from gridplan.district.schema.schema import COORDINATES, Field

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
    plain = [unicodedata.normalize("NFKC", t) if isinstance(t, str) else "" for t in texts]
    pointed = [text for text in plain if "." in text]
    grouped = [text for text in pointed if _GROUPED.fullmatch(text)]
    declared = raw.entry.dot_means
    sure = declared == "thousands" or any(_CERTAIN.fullmatch(text) for text in grouped)
    if not grouped or declared == "decimal" or (len(grouped) < len(pointed) and not sure):
        return texts
    chosen = np.array([bool(_GROUPED.fullmatch(text)) for text in plain])
    where = {
        "layer": raw.entry.layer,
        "file": raw.entry.file,
        "column": str(texts.name or field.name),
        **sample(raw.rows[chosen]),
    }
    first = grouped[0]
    whole = _without_dots(first)
    if not sure:
        shown = list(dict.fromkeys(grouped))[:SHOWN]
        decimal = f"{float(first):g}"
        intake.wrong("thousands-dot", **where, texts=shown, whole=whole, decimal=decimal)
        return texts
    intake.repaired("dots-as-thousands", **where, example=f"{first} -> {whole}")
    return _replaced(texts, plain, chosen)


def _without_dots(text: str) -> str:
    return text.replace(".", "").replace(",", ".")


def _replaced(texts: pd.Series, plain: list[str], chosen: NDArray[np.bool_]) -> pd.Series:
    cells = [
        _without_dots(clean) if here else text
        for text, clean, here in zip(texts, plain, chosen, strict=True)
    ]
    return pd.Series(cells, index=texts.index, name=texts.name, dtype=object)
