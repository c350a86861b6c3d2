"""The plans of scenarios that are kept: written into the project, found there on another day."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from gridplan.district.district import District
from gridplan.outputs.canvas.canvas import Canvas
from gridplan.outputs.canvas.planned import plan_canvas
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.words.telling import Telling
from gridplan.planning.editing.edit import edit_from
from gridplan.planning.editing.laid.state import state_from, state_of
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.plan import Plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.history import sources
from gridplan.project.kept import journal
from gridplan.project.kept.plans import CURRENT, PlanState
from gridplan.project.kept.scenarios import Kept
from gridplan.project.project import Project
from gridplan.project.running import keep_plan
from gridplan.ui.running.result import Hand, Result
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.window.here import Here
from gridplan.ui.window.kept_scenarios import chosen, is_saved, project_of


def keep_result(project: Project, kept: Kept, result: Result, lang: str) -> None:
    """
    Write a finished plan as the plan of a scenario that is kept, with its edits by hand.

    Parameters
    ----------
    project, kept
        The scenario as it was saved.
    result
        A plan that was made of it.
    lang
        Of map and workbook.

    Raises
    ------
    InputError
        ``project-read-only``.
    """
    hand = result.hand
    if hand is None and result.drawn is not None:  # no scenario tells how its grids were drawn
        hand = Hand(state_of(result.plan.layout))
    told = _edits_kept(project, kept, hand, result.plan.district)
    plan = _titled(result.plan, kept.name)
    district = project.district_fingerprint
    keep_plan(project, kept, plan, district=district, edits=told, lang=lang)


def _titled(plan: Plan, name: str) -> Plan:
    scenario = dataclasses.replace(plan.scenario, name_zh=name, name_en=name)
    return dataclasses.replace(plan, scenario=scenario)


def _edits_kept(project: Project, kept: Kept, hand: Hand | None, district: District) -> str:
    """Keep the edits that led to a plan; give their fingerprint, empty where there are none."""
    before = project.journal(kept.name)
    if hand is None and not before.base:
        return ""
    values: dict[str, Any] = {}
    if hand is not None:
        values = {**hand.first.as_dict(district), **sources(project, kept)}
    edits = [] if hand is None else [edit.as_dict() for edit in hand.edits]
    with project.place.locked():
        journal.begin(project.place, kept.name, values, edits, revision=before.revision)
    return project.journal(kept.name).fingerprint


def asked_key(here: Here, scenario: Scenario) -> str:
    """Name the plan of a scenario as the fields will ask for it: within the time of the server."""
    if here.district is None:
        return ""
    limit = min(scenario.time_limit, here.limits.seconds)
    return fingerprint(here.district, dataclasses.replace(scenario, time_limit=limit))


@dataclass(frozen=True, eq=False)
class KeptPlan:
    """
    The plan of a scenario that is kept.

    Parameters
    ----------
    key
        Of its version.
    plan
        The plan, on the district as read.
    canvas
        Gives the layers of its map in a language; made once.
    """

    key: str
    plan: Plan
    canvas: Callable[[str], Canvas]


def kept_plan(here: Here, project: Project, name: str) -> KeptPlan | None:
    """
    Give the plan of a scenario that is kept: from this server's memory, else from the project.

    Parameters
    ----------
    here
        Where the planner is.
    project, name
        Which scenario.

    Returns
    -------
    plan
        None where it was not planned, or its plan is not of today's district and decisions.
    """
    if here.district is None:
        return None
    kept, state = project.scenario(name), project.plan_state(name)
    if state.state == CURRENT:
        return _read(project.plan_folder(name), _mark(kept, state), here.district)
    if project.journal(name).base:
        return None
    result = here.results.result(asked_key(here, kept.scenario))
    return None if result is None else KeptPlan(result.key, result.plan, result.canvas)


def _mark(kept: Kept, state: PlanState) -> str:
    told = f"{kept.name} {kept.revision} {state.made}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@lru_cache(maxsize=12)
def _read(folder: Path, mark: str, district: District) -> KeptPlan:
    """Read a plan back, on the district as it was read for the page; ``mark`` is its version's."""
    plan = on_district(read_written(folder), district)
    return KeptPlan(mark, plan, cache(lambda lang: plan_canvas(Telling(plan, lang))))


def on_district(plan: Plan, district: District) -> Plan:
    """Give a plan that was read back the district as read, with what its files do not hold."""
    layout = dataclasses.replace(plan.layout, district=district)
    return dataclasses.replace(plan, district=district, layout=layout)


def keep_shown(here: Here, project: Project, kept: Kept) -> None:
    """Keep the plan that is shown as that of a scenario just kept, unless it is of another one."""
    result = here.result
    if result is not None and not here.stale:
        keep_made(here, project, kept, result)


def keep_made(here: Here, project: Project, kept: Kept, result: Result) -> None:
    """Keep a plan as that of a scenario, and show it as such from now on."""
    if here.district is None:
        return
    keep_result(project, kept, result, here.lang)
    plan = _titled(result.plan, kept.name)
    _show(here, project, kept, plan, drawn=result.drawn)


def show_saved(here: Here) -> bool:
    """
    Show the plan of the scenario the fields were filled from, where they still say the same.

    A click while a plan is being saved ends the saving before the page has taken the plan over.

    Returns
    -------
    shown
        Whether another plan is shown from now on.
    """
    known, folder = chosen(), here.reading.folder if here.reading else None
    if known is None or folder is None or not here.stale or not is_saved(here.scenario):
        return False
    before, project = st.session_state.get("shown"), project_of(folder)
    if project is None or known.name not in project.scenarios():
        return False
    show_kept(here, project, known)
    return bool(st.session_state.get("shown") != before)


def show_kept(here: Here, project: Project, kept: Kept) -> None:
    """Show the plan of a scenario that was taken, where the project has one of today."""
    found = kept_plan(here, project, kept.name)
    if found is not None:
        _show(here, project, kept, found.plan)


def _show(
    here: Here, project: Project, kept: Kept, plan: Plan, *, drawn: Drawn | None = None
) -> None:
    if here.district is None:
        return
    own = shown_key(here, project, kept)
    if here.results.result(own) is None:
        hand = _hand(project, kept, here.district)
        of = asked_key(here, kept.scenario) if hand else ""
        here.results.add(own, plan, kept.scenario, of=of, hand=hand, drawn=drawn)
    st.session_state["shown"] = own


def shown_key(here: Here, project: Project, kept: Kept) -> str:
    """
    Name the plan of a scenario that is kept as this server's memory does.

    One with edits by hand, or with grids that were drawn, is not what the program makes of its
    scenario: it has a name of its own.
    """
    if here.district is None:
        return ""
    key = asked_key(here, kept.scenario)
    if not project.journal(kept.name).base:
        return key
    mark = _mark(kept, project.plan_state(kept.name))
    return hashlib.sha256(f"{key} {mark}".encode()).hexdigest()[:32]


def _hand(project: Project, kept: Kept, district: District) -> Hand | None:
    found = project.journal(kept.name)
    if not found.base:
        return None
    first, _ = state_from(found.base, district, kept.scenario)
    return Hand(first, tuple(edit_from(values) for values in found.done))
