"""A table that is typed into: what a planner typed, told apart from what changed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from gridplan.outputs.words.names import is_missing


def table_editor(
    name: str,
    now: pd.DataFrame,
    *,
    columns: Mapping[str, Any],
    rows: Literal["fixed", "dynamic", "add", "delete"] = "fixed",
    disabled: bool | list[str] = False,
    height: int | Literal["auto", "content"] = "auto",
) -> pd.DataFrame | None:
    """
    Draw a table to be typed into, and give it once it says something else than what is kept.

    Parameters
    ----------
    name
        Of the table, as no other on any page.
    now
        What is kept, as the table shows it. Only its cells count, not its index.
    columns
        Streamlit's configuration of each column.
    rows, disabled, height
        As for :func:`streamlit.data_editor`.

    Returns
    -------
    edited
        What the planner typed, with the index of ``now`` and other entries for rows that were
        added; None while that is what is kept. The caller keeps it and draws the page again, or
        says why it cannot be kept.

    Notes
    -----
    While somebody types, the browser's table must not be drawn anew, or it would lose the cell one
    was about to fill in; so it goes on from the table it began with. It begins anew where rows
    came or went, and where something else changed what is kept.
    """
    entry = f"table-editor-{name}"
    state = st.session_state.setdefault(
        entry, {"number": 0, "base": now, "kept": now, "typed": now}
    )
    drawn = f"{entry}-{state['number']}"
    elsewhere = not same(now, state["kept"]) and not same(now, state["typed"])
    regrown = len(now) != len(state["base"]) and same(now, state["typed"])
    if drawn not in st.session_state or elsewhere or regrown:
        state["number"] += 1
        state["base"] = state["typed"] = now
        drawn = f"{entry}-{state['number']}"
    state["kept"] = now
    edited: pd.DataFrame = st.data_editor(
        state["base"],
        column_config=dict(columns),
        num_rows=rows,
        hide_index=True,
        disabled=disabled,
        height=height,
        placeholder="",
        key=drawn,
    )
    state["typed"] = edited
    return None if same(edited, now) else edited


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables show the same cells, whatever their index and types."""
    return list(one.columns) == list(other.columns) and cells(one) == cells(other)


def cells(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table with None for every empty cell, and tuples for lists."""
    return [
        {str(name): _cell(value) for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def _cell(value: Any) -> Any:  # noqa: ANN401  # a table's entry
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        plain = value.tolist() if hasattr(value, "tolist") else value
        return (tuple(plain) or None) if isinstance(plain, (list, tuple)) else _cell(plain)
    if is_missing(value) or value == "":
        return None
    return value.strip() if isinstance(value, str) else value
