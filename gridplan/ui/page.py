"""The one page of the app: choices on the left, the plan on the right."""

from __future__ import annotations

import atexit
import logging
import tempfile
import threading
from pathlib import Path

import streamlit as st

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.planning.scenario.file import parse_scenario, scenario_toml
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text import say
from gridplan.text.language import in_language
from gridplan.ui.alternatives import alternatives_field
from gridplan.ui.run_view import run_view
from gridplan.ui.running.jobs import Jobs
from gridplan.ui.running.results import Result, Results
from gridplan.ui.running.work import Task
from gridplan.ui.session import fill_when_new, follow, is_of, is_open, restore, start
from gridplan.ui.setup.district_choice import Reading, bundled, choose_district
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.setup.limits import read_limits
from gridplan.ui.setup.scenario_form import fill_form, scenario_form
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.language import current_language, language_switch
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views import answers
from gridplan.ui.views.result import result_view
from gridplan.ui.views.sources import district_view

_ASSETS = Path(__file__).parent / "assets"
# What the folder of a server among the system's temporary files begins with.
_TEMPORARY = "gridplan-app-"


@st.cache_resource(show_spinner=False)
def shared_results() -> Results:
    """Give the plans and jobs of this server; its processes and files end with it."""
    place = Path(tempfile.gettempdir())
    for left in HiddenFolder.abandoned(place, prefix=_TEMPORARY):
        left.close()  # of a server that was killed
    jobs = Jobs(at_once=read_limits().jobs, is_open=is_open)
    results = Results(jobs=jobs, home=HiddenFolder.made(place, prefix=_TEMPORARY))
    atexit.register(results.close)
    threading.Thread(target=results.tend, name="gridplan-jobs", daemon=True).start()
    return results


def page(data: Path) -> None:
    """
    Draw the page.

    Parameters
    ----------
    data
        Folder of the bundled districts.
    """
    lang = current_language()
    st.set_page_config(
        page_title=say("app.title", lang),
        page_icon=str(_ASSETS / "icon.png"),
        layout="wide",
        initial_sidebar_state=340,
    )
    st.html(_ASSETS / "style.css")
    # Streamlit's own words, drawn over; a language without such a file keeps them as they are.
    if (_ASSETS / f"style-{lang}.css").is_file():
        st.html(_ASSETS / f"style-{lang}.css")
    try:
        _page(data, lang)
    except Exception:  # a planner reads a sentence, the log has the rest
        logging.getLogger(__name__).exception("the page could not be drawn")
        st.error(say("app.failed", lang))


def _page(data: Path, lang: str) -> None:
    try:
        limits = read_limits()
    except InputError as error:
        show_problems(error.problems, lang, title="app.bad-server")
        return
    results = shared_results()
    restore(results, bundled(data))
    with st.sidebar:
        language_switch()
        with st.spinner(say("app.reading", lang)):
            reading = choose_district(data, lang)
        fill_when_new(reading, results)
        answers.load(reading.folder if reading else None)
        # The button belongs above the many fields, but needs what they say.
        place = st.container()
        district = reading.district if reading else None
        scenario, problems = scenario_form(district, lang, limits)
        other_ways = alternatives_field(lang)
        _scenario_file(scenario, lang)
        key = None
        if district and scenario:
            key = fingerprint(district, scenario, alternatives=other_ways)
        with place:
            pressed = _run_button(key, results, lang)
    if pressed and reading and reading.district and scenario and key:
        start(results, key, Task(reading.district, scenario, lang, other_ways))
        st.rerun()
    _header(reading, lang)
    # What is said stands in one place, however much it is: the map below must not move in the
    # page, or the browser would draw it anew and forget where the planner had zoomed to.
    said, shown = st.container(), st.container()
    with said:
        if reading and reading.problems:
            show_problems(reading.problems, lang, title="app.bad-district")
        for entry in ("default-problems", "upload-problems"):
            show_problems(st.session_state.get(entry, ()), lang, title=f"app.{entry}")
        for note in st.session_state.get("scenario-notes", ()):
            st.info(literal(note.text(lang)))
        show_problems(problems, lang, title="app.bad-scenario")
        result = _progress(reading, key, results, lang)
    with shown:
        if result is not None:
            result_view(result.with_answers(answers.answers()), lang)
        else:
            _welcome(reading, lang)


def _run_button(key: str | None, results: Results, lang: str) -> bool:
    running = key is not None and results.jobs.state(key) in ("running", "waiting")
    return st.button(
        say("app.run", lang),
        key="run",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=key is None or running,
    )


def _scenario_file(scenario: Scenario | None, lang: str) -> None:
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


def _header(reading: Reading | None, lang: str) -> None:
    district = reading.district if reading else None
    if district is None:
        st.title(say("app.title", lang), anchor=False)
        return
    name = in_language(district, "name", lang)
    st.title(literal(say("app.heading", lang, district=name)), anchor=False)
    st.caption(
        literal(say("app.about-district", lang, code=district.code, vintage=district.vintage))
    )


def _progress(
    reading: Reading | None, key: str | None, results: Results, lang: str
) -> Result | None:
    """Say how far the run is; give the plan to show below."""
    follow(results, key)
    if st.session_state.get("note"):
        st.info(say(f"app.{st.session_state['note']}", lang))
    if st.session_state.get("job"):
        run_view(results, st.session_state["job"], key, lang)
    result = results.result(st.session_state.get("shown", ""))
    if reading is None or result is None or not is_of(result, reading.folder):
        return None
    if result.key != key:
        st.warning(say("app.stale", lang))
    return result


def _welcome(reading: Reading | None, lang: str) -> None:
    st.markdown(say("app.steps", lang))
    if reading is not None and reading.district is not None:
        district_view(reading.district, lang)
