"""Characters nobody sees and numbers that were text: what programs leave behind in ids and names.

An id is text, always: leading zeros are kept, and the ``.0`` that a spreadsheet or a database
appends when it takes an id for a number is taken away again.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

SPACES = " \t\r\n\u3000\u00a0\ufeff\u200b"
"""Stripped from both ends of every text, without a word."""

# Control characters, soft hyphens, zero-width and direction marks, lone surrogates.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BREAKS = re.compile("[\\s\u2028\u2029]+")
_POINT_ZERO = re.compile(r"(\d+)\.0+")
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")


def hides(text: str) -> bool:
    """Say whether a text holds a character that cannot be seen, spaces around it apart."""
    return _HIDDEN.search(text.strip(SPACES)) is not None


def visible(text: str) -> str:
    """Give a text without hidden characters; a line break or tab within it becomes a space."""
    inner = text.strip(SPACES)
    if _HIDDEN.search(inner) is None:
        return inner
    return _HIDDEN.sub("", _BREAKS.sub(" ", inner)).strip(SPACES)


def cell_text(value: Any) -> str | None:  # noqa: ANN401  # a cell may hold anything
    """Write one cell as text: no spaces around it, no hidden characters; a blank is None."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (float, np.floating)):
        if np.isnan(value):
            return None
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return visible(str(value)) or None


def plain_id(text: str) -> str:
    """Give an id without the ``.0`` of a number: ``440311001.0`` is ``440311001``."""
    found = _POINT_ZERO.fullmatch(text)
    return found[1] if found else text


def plain_ids(texts: pd.Series) -> pd.Series:
    """
    Take the ``.0`` from ids that were taken for numbers.

    Parameters
    ----------
    texts
        Text or None.

    Returns
    -------
    ids
        Same index. Changed only if every id with a point in it ends so: ``1.0`` beside ``1.1``
        is the number of a chapter and stays. An exponent that hides no digit is written out.
    """
    ids = [_written_out(text) for text in texts]
    pointed = [text for text in ids if isinstance(text, str) and "." in text]
    if all(_POINT_ZERO.fullmatch(text) for text in pointed):
        ids = [plain_id(text) if isinstance(text, str) else text for text in ids]
    return pd.Series(ids, index=texts.index, dtype=object)


def lost_digits(text: object) -> bool:
    """Say whether an id was cut to an exponent: ``4.40311E+11`` may have been a thousand ids."""
    return isinstance(text, str) and _EXPONENT.fullmatch(text) is not None


def _written_out(text: object) -> object:
    """Write ``4.40311001E+08`` as 440311001; nothing is gained where digits are missing."""
    if not lost_digits(text):
        return text
    number = Decimal(str(text))
    digits, exponent = number.as_tuple().digits, number.as_tuple().exponent
    complete = isinstance(exponent, int) and exponent <= 0 and len(digits) > 1
    return str(int(number)) if complete and number == int(number) else text
