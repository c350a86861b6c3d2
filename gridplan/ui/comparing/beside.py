"""Plans that were picked beside each other: figures with differences, rules that turn, files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from gridplan.outputs.comparing.beside import beside_table
from gridplan.outputs.comparing.folder import changes_geojson, write_workbook
from gridplan.outputs.comparing.page import comparison_html
from gridplan.outputs.comparing.tables import (
    centers_rows,
    communities_rows,
    difference_lines,
    findings_rows,
    plan_titles,
)
from gridplan.outputs.words.names import word
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.downloads import TYPES
from gridplan.ui.views.screen_cells import headed
from gridplan.ui.views.tables import show_table

if TYPE_CHECKING:
    from gridplan.planning.comparing.comparison import Compared


def figures_view(compared: Compared, lang: str) -> None:
    """Draw the table of figures: HTML that a screen reader reads row by row."""
    table = beside_table(compared, lang)
    alone = st.toggle(say("app.compare-alone", lang), key="compare-alone")
    if alone:
        same = table.iloc[:, 2::2].eq(table.iloc[:, 1], axis="index").all(axis="columns")
        table = table[~same]
    told = table.map(literal).rename(columns=literal)
    st.table(told, hide_index=True, border="horizontal")


def turned_view(compared: Compared, lang: str) -> None:
    """Tell each difference from the first plan: who changes, which rules turn, details folded."""
    titles = plan_titles(compared, lang)
    for at, title in enumerate(titles[1:]):
        told = say("comparing.against", lang, name=title, first=titles[0])
        st.markdown(f"**{literal(told)}**")
        lines = difference_lines(compared, at, lang)
        st.markdown("\n".join(f"- {literal(line)}" for line in lines))
        tables = {
            "findings-title": findings_rows(compared, at, lang),
            "centers-title": centers_rows(compared, at, lang),
            "communities": communities_rows(compared, at, lang),
        }
        for key, rows in tables.items():
            if len(rows):
                with st.expander(say(f"comparing.{key}", lang, count=len(rows))):
                    show_table(_worded(rows, lang))


def _worded(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    told = rows.copy()
    if "level" in told:
        told["level"] = [word("rule-level", code, lang) for code in told["level"]]
    return headed(told, list(told.columns), lang)


def files_view(compared: Compared, name: str, lang: str) -> None:
    """
    Draw the downloads.

    Parameters
    ----------
    compared
        The plans.
    name
        What their names begin with.
    lang
        ``zh`` or ``en``.
    """
    files: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: _workbook(compared, lang),
        "html": lambda: comparison_html(compared, lang).encode(),
        "geojson": lambda: changes_geojson(compared.differences[0]).encode(),
    }
    with st.container(horizontal=True):
        for ending, content in files.items():
            st.download_button(
                say(f"app.compare-{ending}", lang),
                content,
                file_name=f"{name}.{ending}",
                mime=TYPES[f".{ending}"],
                icon=":material/download:",
                key=f"compare-{ending}",
                on_click="ignore",
            )


def _workbook(compared: Compared, lang: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        path = Path(folder) / "compare.xlsx"
        write_workbook(compared, path, lang=lang)
        return path.read_bytes()
