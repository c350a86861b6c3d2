"""What one browser window looks at: its plan, its run, its fields; a reload brings them back."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.derived import scenario_of
from gridplan.planning.scenario.file import default_scenario
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.hosting.person import many
from gridplan.ui.running.result import Result
from gridplan.ui.running.results import Results
from gridplan.ui.running.work import Task
from gridplan.ui.setup.alternatives import ALTERNATIVES, MOST_ALTERNATIVES
from gridplan.ui.setup.district_choice import OWN, Reading
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.window.draft import read_draft
from gridplan.ui.window.drawing import set_drawing

# Entry of the address that holds the fingerprint of the plan looked at, or under way.
PLAN = "plan"

ORIGINS = "district-origins"
"""The session's entry of what own copies, made when something was changed, are copies of."""


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
    key = st.query_params.get(PLAN, "")
    result, state = results.result(key), results.jobs.state(key)
    st.session_state["shown"] = key if result else ""
    st.session_state["job"] = "" if state == "unknown" else key
    if state != "unknown":
        results.jobs.watch(key, window())
    elif result is None and results.jobs.was_given_up(key):
        st.session_state["note"] = "given-up"
    asked = results.task(key)
    set_drawing(result.drawn if result else asked.drawn if asked else None)
    made_of, draft = _made_of(result, asked), read_draft()
    if draft is not None and Path(draft[0]).is_dir():
        made_of = (*draft, made_of[2] if made_of else 0)  # typed after the plan was made
    if made_of is None:
        return
    folder, scenario, other_ways = made_of
    if many() and folder not in map(str, folders.values()):
        st.session_state["shown"] = st.session_state["job"] = ""  # of another's own district
        return
    st.session_state[ALTERNATIVES] = min(other_ways, MOST_ALTERNATIVES)
    names = {str(path): name for name, path in folders.items()}
    st.session_state["district"] = names.get(folder, OWN)
    if folder not in names:
        st.session_state["folder"] = folder
    st.session_state["filled"] = folder
    fill_form(scenario)


def _made_of(result: Result | None, task: Task | None) -> tuple[str, Scenario, int] | None:
    if result is not None:
        scenario = result.asked or result.plan.scenario
        return str(result.plan.district.folder), scenario, result.alternatives
    if task is not None:
        return str(task.district.folder), task.scenario, task.alternatives
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
    first, before = "filled" not in st.session_state, st.session_state.get("filled")
    st.session_state["filled"] = folder
    for entry in ("default-problems", "upload-problems", "scenario-notes"):
        st.session_state.pop(entry, None)
    if not first:  # what the address brought back may have left a word
        st.session_state.pop("note", None)
    if not first and st.session_state.get(ORIGINS, {}).get(folder) != before:
        set_drawing(None)
    scenario = Scenario()
    shown = results.result(st.session_state.get("shown", ""))
    if shown is not None and reading is not None and is_of(shown, reading.folder):
        scenario = shown.asked or shown.plan.scenario
        set_drawing(shown.drawn)
    elif reading is not None:
        notes: list[Problem] = []
        try:
            fill_form(_scenario_of(reading, notes))
        except InputError as error:
            st.session_state["default-problems"] = error.problems
        else:
            st.session_state["scenario-notes"] = notes
            return
    fill_form(scenario)


def _scenario_of(reading: Reading, notes: list[Problem]) -> Scenario:
    """Give the scenario a district brings; what fits it where it brings none and can be read."""
    if reading.district is None:
        return default_scenario(reading.folder, tell=notes.append)
    return scenario_of(reading.district, tell=notes.append)


def window() -> str:
    """Name this browser window, by Streamlit's name of its session."""
    context = get_script_run_ctx()
    name: str = st.session_state.setdefault("window", context.session_id if context else "")
    return name


def watcher(kind: str) -> str:
    """Name this window as the one that watches a run of a kind; empty for its plan."""
    return f"{window()}#{kind}" if kind else window()


def is_open(window: str) -> bool:
    """
    Whether a browser window is still open; without a server, as in tests, it is.

    A window that watches several runs watches each by a name of its own, ``window#what``.
    """
    return not runtime.exists() or runtime.get_instance().is_active_session(
        window.partition("#")[0]
    )


def start(results: Results, key: str, task: Task) -> None:
    """Ask for a run, unless its plan is there already; it may have to wait for its turn."""
    st.session_state["note"] = ""
    if results.result(key) is not None:
        return
    results.start(key, task, window())
    st.session_state["job"] = key
    st.query_params[PLAN] = key


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
    job = st.session_state.get("job", "")
    ended = results.collect(job) or results.result(job)  # or collected while nobody looked
    if ended is not None:
        st.session_state["job"] = ""
        _show(ended)
        return
    shown = results.result(st.session_state.get("shown", ""))
    if shown is not None and shown.of and shown.of == key:
        return  # edited by hand from the plan that the fields stand for
    found = results.result(key) if key else None
    if found is not None:
        _show(found)


def _show(result: Result) -> None:
    if result.key != st.session_state.get("shown"):
        st.session_state["made-anew"] = True
    st.session_state["shown"] = result.key
    if not st.session_state.get("job"):
        st.query_params[PLAN] = result.key


def is_of(result: Result, folder: Path) -> bool:
    """Whether a plan is of the district in ``folder``, or of what that was copied from."""
    origin = st.session_state.get(ORIGINS, {}).get(str(folder))
    return str(result.plan.district.folder) in (str(folder), origin)
