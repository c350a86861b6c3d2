"""The list of scenarios beside the map: one is taken, kept, kept under another name, deleted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from gridplan.outputs.words.safe import plain
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.kept.scenarios import Kept
from gridplan.text.language import in_language
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window import kept_scenarios as kept
from gridplan.ui.window.drawing import set_drawing
from gridplan.ui.window.here import Here
from gridplan.ui.window.kept_plans import keep_shown, show_kept

_PROBLEMS = "scenarios-problems"


def scenarios_view(here: Here) -> None:
    """Draw the list and its buttons; what goes wrong is a sentence."""
    lang = here.lang
    if here.reading is None or here.district is None:
        return
    folder = here.reading.folder
    show_problems(st.session_state.get(_PROBLEMS, ()), lang, title="app.scenarios-problems")
    name = kept.chosen_name()
    title = name or in_language(here.scenario or Scenario(), "name", lang)
    mark = "" if kept.is_saved(here.scenario) else say("app.scenarios-unsaved", lang)
    label = say("app.scenarios-title", lang, name=plain(title, limit=30), mark=mark)
    with st.popover(label, width="stretch", icon=":material/bookmark:"):
        names = kept.names_of(folder)
        if not names:
            st.caption(say("app.scenarios-empty", lang))
        for number, each in enumerate(names):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    plain(each, limit=40),
                    key=f"scenario-take-{number}",
                    icon=":material/check:" if each == name else ":material/file_open:",
                    on_click=_do,
                    args=(partial(_take, here, folder, each),),
                )
                st.button(
                    say("app.scenarios-delete", lang),
                    key=f"scenario-delete-{number}",
                    icon=":material/delete:",
                    on_click=_do,
                    args=(partial(kept.delete, folder, each),),
                )
        # A field of its own for each scenario: what is put into the session for a field in a list
        # that is folded up does not reach the browser.
        typed = st.text_input(
            say("app.scenarios-name", lang), value=title, key=_field(), max_chars=60
        ).strip()
        ready = bool(typed) and here.scenario is not None
        with st.container(horizontal=True):
            st.button(
                say("app.scenarios-keep", lang),
                key="scenario-keep",
                type="primary",
                icon=":material/save:",
                disabled=not ready,
                on_click=_do,
                args=(partial(_keep, here, folder),),
            )
            st.button(
                say("app.scenarios-rename", lang),
                key="scenario-rename",
                icon=":material/edit:",
                disabled=not (name and typed and typed != name),
                on_click=_do,
                args=(partial(_rename, folder, name),),
            )


def _do(work: Callable[[], object]) -> None:
    def done() -> None:
        work()

    st.session_state[_PROBLEMS] = problems_of(_typed(), done)


def _typed() -> str:
    """Give the name as it stands in the field now: typed, and the button pressed at once."""
    return str(st.session_state.get(_field(), "")).strip()


def _field() -> str:
    return f"scenario-name-{kept.chosen_name()}"


def _keep(here: Here, folder: Path) -> None:
    name = _typed()
    if here.scenario is None or not name:
        return
    saved = kept.keep(folder, name, here.scenario, lang=here.lang)
    fill_form(saved.scenario)
    keep_shown(here, kept.project_made(folder, lang=here.lang), saved)


def _take(here: Here, folder: Path, name: str) -> None:
    found = kept.read(folder, name)
    take(here, folder, found)


def take(here: Here, folder: Path, found: Kept) -> None:
    """Put a scenario that was kept into the fields, and show its plan where there is one."""
    fill_form(found.scenario)
    set_drawing(None)
    show_kept(here, kept.project_made(folder, lang=here.lang), found)


def _rename(folder: Path, name: str) -> None:
    new = _typed()
    if new in ("", name):
        return
    kept.rename(folder, name, new)
    found = kept.read(folder, new)
    fill_form(found.scenario)
