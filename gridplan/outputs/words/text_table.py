"""Columns that stay aligned in a terminal, Chinese characters counted as two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_NUMBER = re.compile(r"[+−-]?[\d,.]+ ?%?|—\Z")


def text_width(text: str) -> int:
    """Columns a text takes in a terminal or a sheet: wide characters count two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def text_table(rows: Sequence[Sequence[str]], *, header: bool = False) -> list[str]:
    """
    Align rows of text.

    Parameters
    ----------
    rows
        All of one length; columns of numbers alone go to the right.
    header
        Whether the first row is a header, underlined and left out of that judgement.

    Returns
    -------
    lines
        Indented by two, without trailing blanks.
    """
    if not rows:
        return []
    body = rows[1:] if header else rows
    columns = range(len(rows[0]))
    widths = [max(text_width(row[column]) for row in rows) for column in columns]
    right = [all(_NUMBER.fullmatch(row[column]) for row in body) for column in columns]

    def line(row: Sequence[str]) -> str:
        cells = []
        for cell, width, to_right in zip(row, widths, right, strict=True):
            gap = " " * (width - text_width(cell))
            cells.append(gap + cell if to_right else cell + gap)
        return ("  " + "  ".join(cells)).rstrip()

    lines = [line(row) for row in rows]
    if header:
        lines.insert(1, "  " + "  ".join("-" * width for width in widths))
    return lines
