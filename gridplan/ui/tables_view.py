"""The tables of a plan on the screen: grids and groups, 1+N by street, centers, streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from gridplan.outputs.names import Names
from gridplan.text import say
from gridplan.ui.literal import literal
from gridplan.ui.screen_tables import (
    centers_shown,
    grids_shown,
    hospitals_shown,
    one_plus_n,
    streets_shown,
)

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def show_table(table: pd.DataFrame, *, height: int | str = "content") -> None:
    """Draw a table: numbers grouped by thousands, texts as they are written, no index."""
    columns = {
        name: st.column_config.NumberColumn(format="localized")
        if pd.api.types.is_numeric_dtype(table[name])
        else st.column_config.TextColumn()
        for name in table.columns
    }
    st.dataframe(table, column_config=columns, hide_index=True, height=height)  # type: ignore[arg-type]


def grids_view(plan: Plan, lang: str) -> None:
    """Draw the grids, and each grid's group with its 1+N."""
    if not len(plan.layout.grids):
        st.info(say("app.no-grids", lang))
        _one_plus_n(plan, lang, None)
        return
    show_table(grids_shown(plan, lang))
    names = Names.of(plan, lang)
    for grid, name in names.grids.items():
        with st.container(border=True):
            st.markdown(f"### {literal(name)}")
            st.caption(say("app.group-hospitals", lang))
            show_table(hospitals_shown(plan, lang, grid))
            _one_plus_n(plan, lang, grid)


def _one_plus_n(plan: Plan, lang: str, grid: str | None) -> None:
    table = one_plus_n(plan, lang, grid)
    if len(table):
        st.caption(say("app.one-plus-n", lang))
        show_table(table)


def centers_view(plan: Plan, lang: str) -> None:
    """Draw the streets and the centers."""
    streets = streets_shown(plan, lang)
    if len(streets):
        st.markdown(f"### {say('app.streets', lang)}")
        show_table(streets)
    st.markdown(f"### {say('app.centers', lang)}")
    show_table(centers_shown(plan, lang))
