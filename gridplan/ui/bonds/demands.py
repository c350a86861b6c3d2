"""What binds the grids and the regional centers, in tables: rows of the scenario, kept as typed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import streamlit as st

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.planning.demands.found import demands_found
from gridplan.planning.scenario.rows import RowForm
from gridplan.planning.scenario.scenario import KEYS, Scenario
from gridplan.ui.bonds.places import places_view
from gridplan.ui.bonds.rows import RowTable
from gridplan.ui.setup.scenario_form import clause_help, fill_form
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.table_editor import cells, table_editor
from gridplan.ui.shown.words import show_problems

KEYS_SHOWN = ("fix", "bar", "together", "apart", "must_contain", "balance", "grid_bounds")
"""Keys of the scenario that hold rows, in their order on the page."""
_PAIRS = "regional_added"


def demands_view(district: District, scenario: Scenario, lang: str) -> None:
    """
    Draw the tables.

    Parameters
    ----------
    district
        Brings what is chosen from.
    scenario
        What the fields say.
    lang
        ``zh`` or ``en``.
    """
    st.caption(say("bonds.demands-about", lang))
    show_problems(demands_found(district, scenario)[1], lang, title="app.bad-scenario")
    for key in KEYS_SHOWN:
        form: RowForm = getattr(KEYS[key], "form")  # noqa: B009  # only keys of rows have one
        table = RowTable.over(form, district, lang)
        rows = getattr(scenario, key)
        title = say("bonds.counted", lang, title=say(f"keys.{key}.label", lang), count=len(rows))
        with st.expander(title if rows else say(f"keys.{key}.label", lang), expanded=bool(rows)):
            st.caption(say(f"bonds.demand-{key.replace('_', '-')}", lang) + clause_help(key, lang))
            edited = table_editor(
                f"rows-{key}-{lang}", table.shown(rows), columns=table.config(), rows="dynamic"
            )
            if edited is not None:
                _keep(scenario, {key: table.meant(edited)}, lang)
    with st.expander(say("bonds.places", lang), expanded=bool(_placed(scenario))):
        places_view(district, scenario, lang)
    with st.expander(say(f"keys.{_PAIRS}.label", lang), expanded=bool(scenario.regional_added)):
        _added(district, scenario, lang)


def _placed(scenario: Scenario) -> tuple[str, ...]:
    return scenario.candidates_inside + scenario.candidates_outside + scenario.not_at


def _added(district: District, scenario: Scenario, lang: str) -> None:
    """Draw the streets that get a regional center more, each with its reason."""
    st.caption(say("bonds.demand-regional-added", lang) + clause_help(_PAIRS, lang))
    streets = sorted({str(name) for name in district.units["subdistrict"].dropna()})
    now = pd.DataFrame(scenario.regional_added, columns=["street", "reason"], dtype=object)
    config: dict[str, Any] = {
        "street": st.column_config.SelectboxColumn(
            say("bonds.column-street", lang), options=streets
        ),
        "reason": st.column_config.TextColumn(say("bonds.column-reason", lang), max_chars=300),
    }
    edited = table_editor(f"rows-{_PAIRS}-{lang}", now, columns=config, rows="dynamic")
    if edited is not None:
        pairs = {row["street"]: row["reason"] for row in cells(edited) if all(row.values())}
        _keep(scenario, {_PAIRS: pairs}, lang)


def _keep(scenario: Scenario, values: dict[str, Any], lang: str) -> None:
    """Put rows into the scenario, or say what is wrong with them."""
    problems: tuple[Problem, ...] = ()
    try:
        wanted = dataclasses.replace(scenario, **values)
    except InputError as error:
        problems = error.problems
    else:
        if wanted == scenario:
            st.caption(say("bonds.waiting", lang))
        else:
            fill_form(wanted)
            st.rerun()
    show_problems(problems, lang, title="app.tables-problems")
