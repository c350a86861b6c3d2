"""The phases of a scenario as rows of fields: typed, added, taken away; kept as it happens."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from gridplan.planning.scenario.rows import Row
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.shown.spoken import say

_KNOWN, _DRAWN = "phases-known", "phases-drawn"
_YEARS, _MOST = (1900, 2200), 10_000_000
# Years between two phases, until the planner says otherwise.
_APART = 3


def phase_rows(scenario: Scenario, names: Sequence[str], broken: Sequence[str], least: int,
               lang: str) -> None:  # fmt: skip
    """
    Draw the rows; what is typed goes into the scenario at once.

    Parameters
    ----------
    scenario
        Its phases are shown; other keys of theirs stay as they are.
    names
        Keys of a phase, each a field.
    broken
        Those of them that need not be whole.
    least
        Centers there are already, which no phase goes below.
    lang
        ``zh`` or ``en``.
    """
    if st.session_state.get(_KNOWN) != scenario.phases:  # changed elsewhere: the fields begin anew
        st.session_state[_DRAWN] = st.session_state.get(_DRAWN, 0) + 1
        st.session_state[_KNOWN] = scenario.phases
    for number, row in enumerate(scenario.phases):
        *fields, last = st.columns([2] * len(names) + [1], vertical_alignment="bottom")
        for column, name in zip(fields, names, strict=True):
            part = name.replace("_", "-")
            kind: Any = float if name in broken else int  # all three bounds of a field are of it
            lower, upper = _YEARS if name == "year" else (max(1, least), 100_000)
            if name not in ("year", "centers"):
                lower, upper = 0, _MOST
            key = f"phase-{st.session_state[_DRAWN]}-{number}-{name}"
            value = row.get(name)
            column.number_input(
                say(f"app.phases-{part}", lang),
                value=None if value is None else min(upper, max(lower, kind(value))),
                min_value=kind(lower),
                max_value=kind(upper),
                step=kind(1),
                format="%g" if name in broken else "%d",
                key=key,
                help=say(f"app.phases-about-{part}", lang, count=least),
                placeholder=say("app.phases-as-set", lang),
                on_change=_typed,
                args=(scenario, number, name, key),
            )
        last.button(
            say("app.phases-remove", lang),
            key=f"phase-remove-{number}",
            icon=":material/delete:",
            on_click=_keep,
            args=(scenario, [*scenario.phases[:number], *scenario.phases[number + 1 :]]),
        )
    st.button(
        say("app.phases-add", lang),
        key="phase-add",
        icon=":material/add:",
        on_click=_keep,
        args=(scenario, [*scenario.phases, _next(scenario.phases, least)]),
    )


def _typed(scenario: Scenario, number: int, name: str, key: str) -> None:
    """Take what was typed; a field that must be filled in keeps what it had when it is emptied."""
    value = st.session_state.get(key)
    rows = [dict(row) for row in scenario.phases]
    if value is None and name in ("year", "centers"):
        st.session_state[key] = rows[number][name]
        return
    if value is None:
        rows[number].pop(name, None)
    else:
        rows[number][name] = value
    ordered = sorted(rows, key=lambda row: row["year"])
    if ordered == rows:  # the fields stay as they are, and so does the cell one is in
        st.session_state[_KNOWN] = tuple(Row(row) for row in rows)
    _keep(scenario, ordered)


def _keep(scenario: Scenario, rows: Sequence[dict[str, object] | Row]) -> None:
    phases = tuple(row if isinstance(row, Row) else Row(row) for row in rows)
    fill_form(dataclasses.replace(scenario, phases=phases))


def _next(rows: Sequence[Row], least: int) -> Row:
    """Give a phase after the last one, to be changed."""
    if not rows:
        return Row({"year": datetime.now(UTC).year + 1, "centers": least + 1})
    last = rows[-1]
    return Row({"year": int(last["year"]) + _APART, "centers": int(last["centers"]) + 1})
