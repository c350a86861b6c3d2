"""The scenario as a file: saved from the fields, loaded into them."""

from __future__ import annotations

import streamlit as st

from gridplan.errors import Problem
from gridplan.planning.scenario.file import parse_scenario, scenario_toml
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text import say
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.setup.upload import problems_of


def scenario_file(scenario: Scenario | None, lang: str) -> None:
    """
    Draw the button that saves the scenario, and the field that loads one.

    Parameters
    ----------
    scenario
        What the fields say; None where that is nothing valid.
    lang
        ``zh`` or ``en``.
    """
    with st.expander(say("app.scenario-file", lang)):
        st.download_button(
            say("app.scenario-save", lang),
            scenario_toml(scenario) if scenario else "",
            file_name="scenario.toml",
            mime="application/toml",
            key="scenario-save",
            icon=":material/download:",
            on_click="ignore",
            disabled=scenario is None,
            width="stretch",
        )
        st.file_uploader(
            say("app.scenario-load", lang), type=["toml"], key="upload", on_change=_take_upload
        )


def _take_upload() -> None:
    file = st.session_state.get("upload")
    for entry in ("upload-problems", "scenario-notes"):
        st.session_state.pop(entry, None)
    if file is None:
        return
    notes: list[Problem] = []
    found = problems_of(
        file.name,
        lambda: fill_form(parse_scenario(file.getvalue(), name=file.name, tell=notes.append)),
    )
    if found:
        st.session_state["upload-problems"] = found
    else:
        st.session_state["scenario-notes"] = notes
