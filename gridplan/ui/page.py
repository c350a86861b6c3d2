"""The app: what every page has in common, then the page that was chosen."""

from __future__ import annotations

import atexit
import logging
import tempfile
import threading
from pathlib import Path

import streamlit as st

from gridplan.errors import InputError
from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.text import say
from gridplan.ui.hosting.entrance import is_let_in, way_out
from gridplan.ui.intake.box import keep_intake
from gridplan.ui.menu import menu
from gridplan.ui.running.jobs import Jobs
from gridplan.ui.running.results import PASSING, Results
from gridplan.ui.running.worker import warm
from gridplan.ui.setup.alternatives import alternatives_asked, keep_alternatives
from gridplan.ui.setup.district_choice import Reading, choose_district, districts
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.setup.limits import read_limits
from gridplan.ui.setup.scenario_form import fill_waiting, keep_fields, scenario_now
from gridplan.ui.shown.language import current_language, language_switch
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import set_setting
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views import answers
from gridplan.ui.window.address import remember
from gridplan.ui.window.draft import keep_draft
from gridplan.ui.window.drawing import drawing
from gridplan.ui.window.here import Here
from gridplan.ui.window.kept_plans import show_saved
from gridplan.ui.window.run_view import run_view
from gridplan.ui.window.session import fill_when_new, follow, is_of, is_open, restore, watcher

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
        initial_sidebar_state=270,
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
    else:
        warm()


def _page(data: Path, lang: str) -> None:
    try:
        limits = read_limits()
    except InputError as error:
        show_problems(error.problems, lang, title="app.bad-server")
        return
    if not is_let_in(lang):
        return
    results = shared_results()
    restore(results, districts(data))
    with st.sidebar:
        beside = st.container()
        language_switch()
        with st.spinner(say("app.reading", lang)):
            reading = choose_district(data, lang)
        way_out(lang)
    district = reading.district if reading else None
    set_setting(county=district is not None and len(district.stations) > 0)
    fill_when_new(reading, results)
    answers.load(reading.folder if reading else None)
    for keep in (fill_waiting, keep_fields, keep_alternatives, keep_intake):
        keep()
    scenario, problems = scenario_now(limits)
    if reading is not None:
        keep_draft(str(reading.folder), scenario)
    key = None
    if district and scenario:
        key = fingerprint(district, scenario, alternatives=alternatives_asked(), drawn=drawing())
    follow(results, key)
    result = results.result(st.session_state.get("shown", ""))
    if reading is None or result is None or not is_of(result, reading.folder):
        result = None
    here = Here(lang, data, results, limits, reading, scenario, problems, key, result)
    if not st.session_state.get("job") and show_saved(here):
        st.rerun()
    chosen = menu(here, beside)
    remember(lang)
    # What is said stands in one place, however much it is: the map below must not move in the
    # page, or the browser would draw it anew and forget where the planner had zoomed to.
    said, shown = st.container(), st.container()
    with shown:
        chosen.run()
    with said:
        _said(here, reading)


def _said(here: Here, reading: Reading | None) -> None:
    """Say what is wrong with the district or the scenario, and how far a run is."""
    lang = here.lang
    if reading and reading.problems:
        show_problems(reading.problems, lang, title="app.bad-district")
    for entry in ("default-problems", "upload-problems"):
        show_problems(st.session_state.get(entry, ()), lang, title=f"app.{entry}")
    for note in st.session_state.get("scenario-notes", ()):
        st.info(literal(note.text(lang)))
    show_problems(here.problems, lang, title="app.bad-scenario")
    if st.session_state.get("note"):
        st.info(say(f"app.{st.session_state['note']}", lang))
    if st.session_state.get("job"):
        run_view(here.results, st.session_state["job"], here.key, lang)
    elif here.result is not None and not here.result.tried:
        here.results.try_passing(here.result, lang, watcher(PASSING))
        with st.sidebar:  # nothing on the page moves while it goes on
            run_view(here.results, f"{PASSING}-{here.result.key}", None, lang, name=PASSING)
