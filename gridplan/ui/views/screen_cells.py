"""Cells and headers of a table on the screen: in the planner's words, figures rounded."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridplan.outputs.words.columns import unit_of
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.trust import row_trust
from gridplan.text import catalogue
from gridplan.ui.shown.spoken import fitted


def header(column: str, lang: str, *, listed: bool = False) -> str:
    """Say the header of a column; some are named by the page, the others as in the workbook."""
    key = column.replace("_", "-")
    if listed:
        key = {"centers": "centers-list", "regional-center": "regional-one"}.get(key, key)
    return fitted(catalogue(lang).get(f"app.column-{key}") or word("column", column, lang), lang)


def headed(table: pd.DataFrame, columns: list[str], lang: str) -> pd.DataFrame:
    """Keep the columns there are, as plain text and rounded numbers, under their headers."""
    kept: dict[str, list[Any]] = {}
    for column in columns:
        if column == "trust":
            told = [row_trust(row, lang) for row in table.to_dict(orient="records")]
            kept |= {header(column, lang): told} if any(told) else {}
        elif column in table:
            kept[header(column, lang)] = [_entry(value, column) for value in table[column]]
    return pd.DataFrame(kept)


def _entry(value: Any, column: str) -> Any:  # noqa: ANN401  # a table's entry
    if is_missing(value):
        return None
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, (int, float)):
        return unit_of(column).figure(value)
    return value
