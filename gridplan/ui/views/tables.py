"""The tables of a plan on the screen: grids and groups, 1+N by street, centers, streets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import streamlit as st

from gridplan.outputs.words.names import Names, word
from gridplan.outputs.words.safe import MISSING
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.screen_tables import (
    alternatives_shown,
    centers_shown,
    grids_shown,
    group_shown,
    hospitals_shown,
    one_plus_n,
    outside_band,
    stations_shown,
    streets_shown,
    wishes_shown,
)

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan
    from gridplan.ui.running.result import Result

MARK = "color: #b2182b; background-color: #fdecee"
PICK = "background-color: #ffe8a3"


def show_table(
    table: pd.DataFrame,
    *,
    marked: Sequence[bool] = (),
    column: str | None = None,
    height: int | Literal["content"] = "content",
) -> None:
    """
    Draw a table: numbers grouped by thousands, texts as they are written, no index.

    Parameters
    ----------
    table
        As :mod:`gridplan.ui.views.screen_tables` gives it.
    marked
        Rows whose entry in ``column`` is drawn in red.
    column
        Header of that column.
    height
        Pixels, or as high as the table is.
    """
    config = {name: _column(table[name]) for name in table.columns}
    drawn: Any = table
    if column is not None and any(marked):
        inks = [MARK if mark else "" for mark in marked]
        drawn = table.style.apply(lambda _: inks, subset=[column])
    st.dataframe(drawn, column_config=config, hide_index=True, height=height, placeholder=MISSING)


def _column(values: pd.Series) -> Any:  # noqa: ANN401  # Streamlit keeps the type to itself
    if not pd.api.types.is_numeric_dtype(values):
        return st.column_config.TextColumn()
    texts = [str(float(value)) for value in values.dropna()]
    decimals = max(
        (len(text.split(".")[1]) for text in texts if not text.endswith(".0")), default=0
    )
    return st.column_config.NumberColumn(format=f"%.{decimals}f" if decimals else "localized")


def grids_view(plan: Plan, lang: str, result: Result) -> None:
    """Draw the grids, other ways to cut them, and each grid's group with its 1+N."""
    if not len(plan.layout.grids):
        st.info(say("app.no-grids", lang))
        _one_plus_n(plan, lang, None)
        return
    show_table(grids_shown(plan, lang))
    st.caption(say("app.minutes-explained", lang))
    _alternatives(plan, lang, result)
    names = Names.of(plan, lang)
    for grid, name in names.grids.items():
        with st.container(border=True):
            st.markdown(f"### {literal(name)}")
            st.caption(say("app.group-hospitals", lang))
            show_table(hospitals_shown(plan, lang, grid))
            settled = group_shown(plan, lang, grid)
            if len(settled):
                st.caption(say("app.group-settled", lang))
                show_table(settled)
            _one_plus_n(plan, lang, grid)
    wishes = wishes_shown(plan, lang)
    if len(wishes):
        st.markdown(f"### {say('app.wishes', lang)}")
        st.caption(say("app.wishes-explained", lang))
        show_table(wishes)


def _alternatives(plan: Plan, lang: str, result: Result) -> None:
    """Draw every way to cut the grids, with its price and its map."""
    if not plan.alternatives:
        return
    with st.container(border=True):
        st.markdown(f"### {say('app.alternatives-head', lang)}")
        st.caption(say("app.alternatives-explained", lang))
        show_table(alternatives_shown(plan, lang))
        numbers = range(1, len(plan.alternatives) + 1)
        keys = ["app.alternative-plan", *["app.alternative"] * (len(numbers) - 1)]
        pairs = zip(keys, numbers, strict=True)
        tabs = st.tabs([say(key, lang, number=number) for key, number in pairs])
        for tab, number in zip(tabs, numbers, strict=True):
            with tab:
                st.image(result.alternative_map(number, lang).read_bytes(), width=620)


def _one_plus_n(plan: Plan, lang: str, grid: str | None) -> None:
    table = one_plus_n(plan, lang, grid)
    if len(table):
        st.caption(say("app.one-plus-n", lang))
        # A table of its own kind: it wraps, so that a long list of centers can be read.
        texts = {name: [_text(value) for value in table[name]] for name in table.columns}
        st.table(pd.DataFrame(texts), hide_index=True, border="horizontal")


def _text(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, (int, float)) else literal(value)


def centers_view(plan: Plan, lang: str, picked: str = "") -> str | None:
    """
    Draw the streets and the centers.

    Parameters
    ----------
    plan, lang
        What is drawn, and in which language.
    picked
        Center whose row is marked.

    Returns
    -------
    chosen
        The center whose row was chosen just now; None where none was.
    """
    streets = streets_shown(plan, lang)
    if len(streets):
        st.markdown(f"### {say('app.streets', lang)}")
        show_table(streets)
    st.markdown(f"### {say('app.centers', lang)}")
    lower, upper = plan.scenario.center_lower, plan.scenario.center_upper
    st.caption(say("app.band-explained", lang, lower=f"{lower:,}", upper=f"{upper:,}"))
    chosen = _centers_table(plan, lang, picked)
    stations = stations_shown(plan, lang)
    if len(stations):
        st.markdown(f"### {word('layer', 'stations', lang)}")
        show_table(stations, height=420)
    return chosen


def _centers_table(plan: Plan, lang: str, picked: str) -> str | None:
    """Draw the centers; a row that is chosen is told once, the one that is picked stands out."""
    table, keys = centers_shown(plan, lang), [str(key) for key in plan.layout.centers.index]
    inks = [MARK if mark else "" for mark in outside_band(plan)]
    column = word("column", "population", lang)
    drawn = table.style.apply(lambda _: inks, subset=[column])
    if picked in keys:
        at = table.index[keys.index(picked)]
        drawn = drawn.apply(lambda row: [PICK * (row.name == at)] * len(row), axis=1)
    event: Any = st.dataframe(
        drawn,
        column_config={name: _column(table[name]) for name in table.columns},
        hide_index=True,
        height=420 if len(table) > 11 else "content",
        placeholder=MISSING,
        on_select="rerun",
        selection_mode="single-row",
        key="centers-table",
    )
    rows = event["selection"]["rows"] if event else []
    chosen = keys[rows[0]] if rows and rows[0] < len(keys) else None
    # A row stays chosen while other things are clicked: only a new choice counts.
    if chosen == st.session_state.get("centers-chosen"):
        return None
    st.session_state["centers-chosen"] = chosen
    return chosen
