"""Numbers as people write them: ``1.2万``, ``2,500人``, ``约 ３００``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BLANKS = frozenset(
    ("", "-", "--", "—", "——", "/", "…", "...", "na", "n/a", "nan", "null", "none")
) | {"无", "无数据", "不详"}
"""What people write into a cell they have nothing for; half-width, lower case."""

MYRIADS = {"万": 1e4, "千": 1e3, "百": 1e2, "亿": 1e8, "k": 1e3, "w": 1e4}
UNITS = ("人", "名", "口", "户", "张", "床", "persons", "people", "residents", "beds", "个")
_NUMBER = re.compile(
    r"^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+|[+-]?\d+(?:\.\d+)?e[+-]?\d+)$", re.I
)


def read_number(text: str | None) -> float | None:
    """
    Read one number as people write it.

    Full-width digits, thousands separators, 万 and 亿, a unit behind the number and a ``约`` in
    front of it are understood; a blank is NaN.

    Returns
    -------
    number
        NaN for a blank, None where the text is no number.
    """
    if text is None:
        return float("nan")
    if _narrow(text) in BLANKS:
        return float("nan")
    plain = bare(text)
    factor = 1.0
    if plain and plain[-1] in MYRIADS:
        factor = MYRIADS[plain[-1]]
        plain = plain[:-1]
    if not _NUMBER.match(plain) or len(plain) > 40:
        return None
    value = float(plain.replace(",", "")) * factor
    return value if np.isfinite(value) else None


def bare(text: str) -> str:
    """Take off a figure what people write around it: spaces, ``约``, a unit; half-width letters."""
    plain = re.sub(r"^(约|大约|近|≈|~)", "", _narrow(text))
    for unit in UNITS:
        plain = plain.removesuffix(unit)
    return plain


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "")


def read_numbers(
    texts: Sequence[str | None],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """
    Read a column of numbers.

    Returns
    -------
    numbers
        NaN where blank or unreadable.
    mended
        True where a reader of plain numbers would have failed and this one did not.
    wrong
        True where there is a text that is no number.
    """
    found = [read_number(text) for text in texts]
    numbers = np.array([np.nan if value is None else value for value in found])
    wrong = np.array([value is None for value in found], dtype=bool)
    mended = (
        np.array([not _plain(text) for text in texts], dtype=bool) & ~wrong & ~np.isnan(numbers)
    )
    return numbers, mended, wrong


def _plain(text: str | None) -> bool:
    if text is None:
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True
