"""Widths of columns at which no number and no word is broken across lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gridplan.outputs.report.blocks.parts import Table
from gridplan.outputs.words.text_table import text_width

_WHOLE = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef\u3000-\u303f\u200b]+")
_HALF = 0.56
"""Width of a digit or letter, in sizes of the letters: a little more than most fonts take."""

_HEAD = 0.63  # bold
PADDING = 2.6
"""Millimetres a cell keeps free at both sides together."""


def fitted(table: Table, width: float, points: float) -> list[float]:
    """
    Share a table's width out.

    Parameters
    ----------
    table
        With the widths that were wished.
    width
        Of the whole, millimetres.
    points
        Size of the letters.

    Returns
    -------
    widths
        Millimetres, together ``width``. Each column holds its longest number or word in one line;
        what is left is shared out as wished. Where even that is too wide, all are narrowed alike.
    """
    size = points * 25.4 / 72
    least = [PADDING + size * _longest(table, at) for at in range(len(table.header))]
    if sum(least) >= width:
        return [width * one / sum(least) for one in least]
    wished = [width * one / sum(table.widths) for one in table.widths]
    widths = list(wished)
    for _ in range(len(widths)):
        short = [at for at, one in enumerate(widths) if one < least[at] - 1e-9]
        if not short:
            break
        for at in short:
            widths[at] = least[at]
        fixed = {at for at, one in enumerate(widths) if one <= least[at] + 1e-9}
        free = [at for at in range(len(widths)) if at not in fixed]
        left = width - sum(widths[at] for at in fixed)
        whole = sum(wished[at] for at in free)
        for at in free:
            widths[at] = left * wished[at] / whole
    return [width * one / sum(widths) for one in widths]


def _longest(table: Table, column: int) -> float:
    """Give the width of the longest part of a column that may not be broken, in its letters."""
    rows = [row[column] for at, row in enumerate(table.rows) if at not in table.sections]
    parts = (text_width(part) for text in rows for part in whole_parts(text))
    heads = (text_width(part) for part in whole_parts(table.header[column]))
    return max(_HALF * max(parts, default=1), _HEAD * max(heads, default=1))


def whole_parts(text: str) -> Sequence[str]:
    """Give the parts of a text that are read as one: numbers with their signs, words."""
    return [part for part in _WHOLE.findall(text) if len(part) <= _MOST]


_MOST = 24
"""Letters of a part that is kept whole; longer ones, fingerprints, may break."""
