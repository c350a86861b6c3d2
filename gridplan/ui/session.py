"""What one browser window looks at: its plan, its run, its fields; a reload brings them back."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gridplan.errors import InputError
from gridplan.planning.scenario import Scenario, default_scenario
from gridplan.ui.alternatives import ALTERNATIVES, MOST_ALTERNATIVES
from gridplan.ui.district_choice import OWN, Reading
from gridplan.ui.job import Job
from gridplan.ui.results import Result, Results
from gridplan.ui.scenario_form import fill_form
from gridplan.ui.work import Task

# Entry of the address that holds the fingerprint of the plan looked at, or under way.
_PLAN = "plan"


def restore(results: Results, folders: dict[str, Path]) -> None:
    """
    Bring back what the address names, once, when the window opens.

    Parameters
    ----------
    results
        Of the server; a plan it no longer has is left out.
    folders
        The bundled districts by name.
    """
    if "shown" in st.session_state:
        return
    key = st.query_params.get(_PLAN, "")
    result, job = results.result(key), results.job(key)
    st.session_state["shown"] = key if result else ""
    st.session_state["job"] = key if job else ""
    made_of = _made_of(result, job)
    if made_of is None:
        return
    folder, scenario, other_ways = made_of
    st.session_state[ALTERNATIVES] = min(other_ways, MOST_ALTERNATIVES)
    names = {str(path): name for name, path in folders.items()}
    st.session_state["district"] = names.get(folder, OWN)
    if folder not in names:
        st.session_state["folder"] = folder
    st.session_state["filled"] = folder
    fill_form(scenario)


def _made_of(result: Result | None, job: Job | None) -> tuple[str, Scenario, int] | None:
    if result is not None:
        return str(result.plan.district.folder), result.plan.scenario, result.alternatives
    if job is not None:
        return str(job.task.district.folder), job.task.scenario, job.task.alternatives
    return None


def fill_when_new(reading: Reading | None, results: Results) -> None:
    """
    Fill the fields when another district is chosen: with its plan's scenario, else its default.

    Parameters
    ----------
    reading
        The district; None while none is named.
    results
        Of the server.
    """
    folder = str(reading.folder) if reading else ""
    if st.session_state.get("filled") == folder:
        return
    st.session_state["filled"] = folder
    st.session_state.pop("default-problems", None)
    st.session_state.pop("upload-problems", None)
    st.session_state.pop("note", None)
    scenario = Scenario()
    shown = results.result(st.session_state.get("shown", ""))
    if shown is not None and reading is not None and is_of(shown, reading.folder):
        scenario = shown.plan.scenario
    elif reading is not None:
        try:
            scenario = default_scenario(reading.folder)
        except InputError as error:
            st.session_state["default-problems"] = error.problems
    fill_form(scenario)


def start(results: Results, key: str, task: Task) -> None:
    """Start a run, unless its plan is there already or the server has its hands full."""
    st.session_state["note"] = ""
    if results.result(key) is not None or results.is_running(key):
        return
    if not results.has_room():
        st.session_state["note"] = "busy"
        return
    results.forget(key)
    results.start(Job(key, task))
    st.session_state["job"] = key
    st.query_params[_PLAN] = key


def follow(results: Results, key: str | None) -> None:
    """
    Settle what is shown: a run that has just ended, else the plan that the fields stand for.

    Parameters
    ----------
    results
        Of the server.
    key
        Fingerprint of what the fields say; None where they say nothing valid.
    """
    ended = results.collect(st.session_state.get("job", ""))
    if ended is not None:
        st.session_state["job"] = ""
        _show(ended)
        return
    found = results.result(key) if key else None
    if found is not None:
        _show(found)


def _show(result: Result) -> None:
    st.session_state["shown"] = result.key
    if not st.session_state.get("job"):
        st.query_params[_PLAN] = result.key


def is_of(result: Result, folder: Path) -> bool:
    """Whether a plan is of the district in ``folder``."""
    return str(result.plan.district.folder) == str(folder)
