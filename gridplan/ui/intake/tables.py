"""Hospitals, centers and the other layers as tables that are corrected where they stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from gridplan.district.district import District
from gridplan.district.schema.field import Field
from gridplan.errors import Problem
from gridplan.outputs.words.names import word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.intake.corrected import FORMATS, Changes, corrected
from gridplan.ui.intake.fields import FIRST, Cells, names_of
from gridplan.ui.intake.rows import ALWAYS, rows_view
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.setup.workspace import is_own
from gridplan.ui.shown.spoken import fitted, say
from gridplan.ui.shown.table_editor import cells, table_editor
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window.own_copy import Files, change_district

LAYERS_SHOWN = (
    "hospitals", "centers", "candidates", "subdistricts", "stations", "outside_centers",
)  # fmt: skip
_HIGHEST = 520
NAME, CLOSE = "row", "close"


def layer_tables(reading: Reading | None, scenario: Scenario | None, lang: str) -> None:
    """
    Draw the tables.

    Parameters
    ----------
    reading
        The district that was chosen.
    scenario
        What the fields say: which centers are closed is part of it.
    lang
        ``zh`` or ``en``.
    """
    if reading is None or reading.district is None:
        st.info(say("app.needs-district", lang))
        return
    district = reading.district
    own_note(reading, lang)
    there = [
        layer for layer in LAYERS_SHOWN if layer in ALWAYS or len(getattr(district, layer, ()))
    ]
    kept = st.session_state.get("tables-layer")
    st.session_state["tables-layer"] = kept if kept in there else there[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        layer = st.segmented_control(
            say("app.tables-which", lang),
            there,
            format_func=lambda code: fitted(word("layer", code, lang), lang),
            key="tables-layer",
            required=True,
            label_visibility="collapsed",
        )
        every = st.toggle(
            say("app.tables-every", lang),
            key="tables-every",
            help=say("app.tables-every-help", lang),
        )
    columns = None if every else FIRST[str(layer)]
    name = f"layer-{layer}-{every}"
    if len(getattr(district, str(layer))):
        layer_table(reading, scenario, str(layer), columns, name=name, lang=lang)
    else:
        st.info(say("app.tables-none", lang, layer=fitted(word("layer", str(layer), lang), lang)))
    about = Cells(str(layer), lang, names_of(district.hospitals, lang))
    file = file_of(district, str(layer))
    if not file or file.lower().endswith(FORMATS):
        rows_view(reading, scenario, about, file, FIRST[str(layer)])


def own_note(reading: Reading, lang: str) -> None:
    """Say where changes go: into the planner's own district, or into a copy made with the first."""
    own = is_own(reading.folder)
    st.caption(say("app.tables-about" if own else "app.tables-copy-about", lang))


def layer_table(
    reading: Reading,
    scenario: Scenario | None,
    layer: str,
    columns: Sequence[str] | None,
    *,
    name: str,
    lang: str,
) -> None:
    """
    Draw one layer as a table, and keep what is typed into it.

    Parameters
    ----------
    reading, scenario, lang
        As for :func:`layer_tables`.
    layer
        Of the district.
    columns
        Those that are shown; None for all. Centers have a further one, which of them are closed.
    name
        Of the table, as no other on any page.
    """
    district = reading.district
    if district is None:
        return
    frame, about = getattr(district, layer), Cells(layer, lang, names_of(district.hospitals, lang))
    fields = about.columns(columns)
    now = _shown(frame, about, fields, layer)
    title = fitted(word("layer", layer, lang), lang)
    config: dict[str, Any] = {
        NAME: st.column_config.TextColumn(title, pinned=True, disabled=True),
        **{field.name: about.config(field) for field in fields},
    }
    if layer == "centers" and scenario is not None:
        now[CLOSE] = [str(key) in scenario.close for key in now.index]
        config[CLOSE] = st.column_config.CheckboxColumn(
            say("keys.close.label", lang), help=say("keys.close.help", lang)
        )
    file = file_of(district, layer)
    writable = file.lower().endswith(FORMATS)
    if not writable:
        st.caption(say("app.tables-no-csv", lang, file=file))
    edited = table_editor(
        f"{name}-{lang}",
        now,
        columns=config,
        disabled=[NAME] if writable else [name for name in config if name != CLOSE],
        height=_HIGHEST if len(now) > 13 else "content",
    )
    if edited is None:
        return
    problems = _keep(reading, scenario, about, now, edited)
    show_problems(problems, lang, title="app.tables-problems")
    if not problems:
        st.rerun()


def file_of(district: District, layer: str) -> str:
    """Name the file of a layer; empty for one that was made of others."""
    return next((one.file for one in district.layers if one.layer == layer), "")


def _shown(frame: pd.DataFrame, about: Cells, columns: list[Field], layer: str) -> pd.DataFrame:
    names = names_of(
        frame.assign(name=frame.index) if layer == "subdistricts" else frame, about.lang
    )
    shown = pd.DataFrame({NAME: [names[str(key)] for key in frame.index]}, index=frame.index)
    for column in columns:
        values = frame[column.name] if column.name in frame else [None] * len(frame)
        told = [about.shown(column, value) for value in values]
        kind = float if column.kind == "number" else bool if column.kind == "answer" else object
        shown[column.name] = pd.Series(told, index=frame.index, dtype=kind)
    return shown


def _keep(
    reading: Reading,
    scenario: Scenario | None,
    about: Cells,
    now: pd.DataFrame,
    edited: pd.DataFrame,
) -> tuple[Problem, ...]:
    """Write what was typed into the file of the layer, and what is closed into the fields."""
    if CLOSE in edited and scenario is not None:
        rest = [key for key in scenario.close if key not in set(now.index.astype(str))]
        closed = tuple(str(key) for key in now.index[edited[CLOSE].fillna(False).astype(bool)])
        wanted = tuple(sorted({*rest, *closed}))
        if wanted != tuple(sorted(scenario.close)):
            scenario = dataclasses.replace(scenario, close=wanted)
            fill_form(scenario)
    changes = changed_cells(about, now, edited)
    if not changes or reading.district is None:
        return ()
    file = file_of(reading.district, about.layer)

    def make(folder: Path) -> Files:
        return {file: corrected(folder, file, about.layer, Changes(changes))}

    return change_district(reading, scenario, about.lang, make)


def changed_cells(
    about: Cells, now: pd.DataFrame, edited: pd.DataFrame
) -> dict[str, dict[str, str]]:
    """Give the cells that were set anew, as the file has them, by id and field."""
    found: dict[str, dict[str, str]] = {}
    fields = {column.name: column for column in about.columns() if column.name in now}
    for key, old, new in zip(now.index, cells(now), cells(edited), strict=True):
        for name, column in fields.items():
            if old[name] != new[name]:
                found.setdefault(str(key), {})[name] = about.meant(column, new[name])
    return found
