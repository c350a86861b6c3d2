"""The scenarios that are kept, with their figures: picked, copied, opened, planned."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from gridplan.outputs.words.safe import plain
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.kept.plans import CURRENT
from gridplan.project.project import Project
from gridplan.project.telling import FIGURES, listed
from gridplan.text.language import in_language
from gridplan.ui.desk.scenarios import take
from gridplan.ui.running.work import Task
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window import kept_scenarios as kept
from gridplan.ui.window.here import Here
from gridplan.ui.window.kept_plans import KeptPlan, keep_made, kept_plan, shown_key
from gridplan.ui.window.run_view import run_view
from gridplan.ui.window.session import watcher

SHOWN = ""
"""Stands for the plan that is shown, where it is not kept."""

_PICKED, _UNPICKED, _PROBLEMS, _RUN = (
    "compare-picked",
    "compare-unpicked",
    "compare-problems",
    "compare-run",
)
_WIDTHS = (2.8, 1.5, 0.7, 0.9, 1.5, 0.9, 3.3)


def shelf(here: Here) -> dict[str, KeptPlan]:
    """
    Draw the list of scenarios; give the plans of those that are picked, by their names.

    Parameters
    ----------
    here
        Where the planner is.
    """
    if here.reading is None or here.district is None:
        return {}
    lang, folder = here.lang, here.reading.folder
    project = kept.project_of(folder)
    _running(here, project)
    show_problems(st.session_state.get(_PROBLEMS, ()), lang, title="app.scenarios-problems")
    rows = listed(project, lang)["scenarios"] if project else []
    rows.sort(key=lambda row: bool(row["parent"]))  # what others began as comes first
    unkept = _unkept(here, project)
    if not rows:
        st.caption(say("app.compare-empty", lang))
    plans: dict[str, KeptPlan] = {}
    with st.container(border=True):
        _heads(lang)
        if unkept is not None:
            plans |= _shown_row(here, folder, unkept)
        for number, row in enumerate(rows):
            plans |= _row(here, folder, project, row, number)
    return plans


def _heads(lang: str) -> None:
    heads = ("name", "parent", *FIGURES, "plan")
    for column, key in zip(st.columns(_WIDTHS), heads, strict=False):
        column.caption(say(f"project.head-{key}", lang))


def _unkept(here: Here, project: Project | None) -> KeptPlan | None:
    """Give the plan that is shown, unless it is that of the scenario that was chosen."""
    result = here.result
    if result is None:
        return None
    rows = [project.scenario(name) for name in project.scenarios()] if project else []
    if project and result.key in {shown_key(here, project, one) for one in rows}:
        return None
    return KeptPlan(result.key, result.plan, result.canvas)


def _shown_row(here: Here, folder: Path, found: KeptPlan) -> dict[str, KeptPlan]:
    lang = here.lang
    columns = st.columns(_WIDTHS, vertical_alignment="center")
    name = in_language(found.plan.scenario, "name", lang)
    label = literal(say("app.compare-shown", lang, name=plain(name, limit=40)))
    picked = _pick(columns[0], label, SHOWN)
    layout = found.plan.layout
    for column, count in zip(columns[2:4], (len(layout.grids), len(layout.centers)), strict=True):
        column.text(f"{count:,}")
    columns[5].text(say("app.compare-not-kept", lang))
    with columns[6]:
        st.button(
            say("app.compare-keep", lang),
            key="compare-keep",
            icon=":material/save:",
            on_click=_do,
            args=(partial(_keep, here, folder, name),),
        )
    return {SHOWN: found} if picked else {}


def _row(
    here: Here, folder: Path, project: Project | None, row: dict[str, Any], number: int
) -> dict[str, KeptPlan]:
    lang, name = here.lang, str(row["name"])
    if project is None:
        return {}
    columns = st.columns(_WIDTHS, vertical_alignment="center")
    found = kept_plan(here, project, name)
    picked = _pick(columns[0], literal(plain(name, limit=40)), name, disabled=found is None)
    columns[1].text(plain(row["parent"], limit=20) or "—")
    figures = row["figures"] or {}
    for column, key in zip(columns[2:5], FIGURES, strict=True):
        column.text(f"{figures[key]:,}" if key in figures else "—")
    state = row["plan"]["state"]
    columns[5].text(say(f"project.plan-{state}", lang))
    with columns[6], st.container(horizontal=True):
        st.button(
            say("app.compare-open", lang),
            key=f"compare-open-{number}",
            icon=":material/file_open:",
            on_click=_do,
            args=(partial(_open, here, folder, name),),
        )
        st.button(
            say("app.compare-copy", lang),
            key=f"compare-copy-{number}",
            icon=":material/content_copy:",
            on_click=_do,
            args=(partial(kept.copy, folder, name),),
        )
        if state != CURRENT:
            st.button(
                say("app.compare-plan", lang),
                key=f"compare-plan-{number}",
                icon=":material/play_arrow:",
                disabled=bool(st.session_state.get(_RUN)),
                on_click=_do,
                args=(partial(_plan, here, project, name),),
            )
    for reason in row["plan"]["reasons"]:
        st.caption(literal(say("project.reason", lang, name=name, reason=reason)))
    return {name: found} if picked and found is not None else {}


def _pick(column: Any, label: str, name: str, *, disabled: bool = False) -> bool:  # noqa: ANN401  # Streamlit's own
    """Draw the tick of one scenario; what is there to be compared is ticked until it is not."""
    off = st.session_state.setdefault(_UNPICKED, set())
    entry = f"compare-pick-{name}"
    st.session_state[entry] = not disabled and name not in off

    def turned() -> None:
        (off.discard if st.session_state[entry] else off.add)(name)

    return bool(column.checkbox(label, key=entry, disabled=disabled, on_change=turned))


def _do(work: Any) -> None:  # noqa: ANN401  # whatever it gives is dropped
    def done() -> None:
        work()

    st.session_state[_PROBLEMS] = problems_of("", done)


def _keep(here: Here, folder: Path, name: str) -> None:
    """Keep the plan that is shown, under its own name or the first that is free."""
    result = here.result
    if result is None:
        return
    scenario: Scenario = result.asked or result.plan.scenario
    saved = kept.keep_new(folder, name, scenario, lang=here.lang)
    keep_made(here, kept.project_made(folder, lang=here.lang), saved, result)
    if not here.stale:
        fill_form(saved.scenario)


def _open(here: Here, folder: Path, name: str) -> None:
    take(here, folder, kept.read(folder, name))


def _plan(here: Here, project: Project, name: str) -> None:
    """Ask for the plan of a scenario; it is written into the project once it is there."""
    if here.district is None:
        return
    scenario = project.scenario(name).scenario
    limit = min(scenario.time_limit, here.limits.seconds)
    scenario = dataclasses.replace(scenario, time_limit=limit)
    key = fingerprint(here.district, scenario)
    st.session_state[_RUN] = (name, key)
    if here.results.result(key) is None:
        here.results.start(key, Task(here.district, scenario, here.lang), watcher("compare"))


def _running(here: Here, project: Project | None) -> None:
    """Watch the run that was asked for here; what it made is kept."""
    run = st.session_state.get(_RUN)
    if not run or project is None:
        return
    name, key = run
    result = here.results.collect(key) or here.results.result(key)
    if result is not None:
        st.session_state[_RUN] = None
        with st.spinner(say("app.compare-keeping", here.lang)):
            keep_made(here, project, project.scenario(name), result)
        return
    state = here.results.jobs.state(key)
    if state == "unknown":
        st.session_state[_RUN] = None
        return
    st.caption(literal(say("app.compare-planning", here.lang, name=name)))
    run_view(here.results, key, key, here.lang, name="compare")
    if state == "ended":
        st.session_state[_RUN] = None
