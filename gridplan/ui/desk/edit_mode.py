"""Editing a plan on the map: units, grids and centers, with figures and findings that follow."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import streamlit as st

from gridplan.outputs.drawing.cells import packed
from gridplan.outputs.drawing.shapes import places
from gridplan.outputs.style.palette import EXISTING, NEW, grid_palette
from gridplan.outputs.tables.desk_figures import desk_figures
from gridplan.outputs.words.names import Names, figure, grid_word, is_missing, word
from gridplan.outputs.words.telling import Telling
from gridplan.planning.editing import edit as edits
from gridplan.planning.editing.edited import Edited
from gridplan.planning.editing.rest import scenario_of_rest
from gridplan.planning.editing.whole import plan_of
from gridplan.ui.desk.edit_panel import edit_panel
from gridplan.ui.desk.map import Editing, draw_map, entry
from gridplan.ui.desk.title import figure_row
from gridplan.ui.desk.work import Work, change, hand_of, work_now
from gridplan.ui.running.work import Task
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.setup.scenario_form import fill_next
from gridplan.ui.shown.spoken import say
from gridplan.ui.window.drawing import set_drawing
from gridplan.ui.window.session import start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.planning.plan import Plan
    from gridplan.ui.running.result import Result
    from gridplan.ui.window.here import Here

KIND, PICKED = "plan", "desk-picked"
_STROKE = "desk-stroke"
"""The session's entry of the number of the last stroke that came from the map."""
_GRID_TOOLS = ("brush", "box", "polygon", "community", "street")


def edit_mode(here: Here) -> None:
    """Draw the map with its tools, and beside it what comes of the edits."""
    st.fragment(_edit_mode, key="desk-edit")(here)


def _edit_mode(here: Here) -> None:
    result, lang = here.result, here.lang
    if result is None:
        return
    with st.spinner(say("desk.preparing", lang)):
        work = work_now(result)
    plan = edited_plan(result.plan, work.edited)
    figure_row(desk_figures(Telling(plan, lang)))
    left, right = st.columns([3.1, 1], gap="small")
    with right:
        edit_panel(here, result, work)
        _ends(here, result, work)
    with left:
        gridded = bool(work.edited.state.grids)
        draw_map(
            result.canvas(lang),
            lang,
            kind=KIND,
            place=str(plan.district.code),
            height="calc(100vh - 290px)",
            editing=Editing(
                tools=("look", *(_GRID_TOOLS if gridded else ()), "add", "move", "close"),
                edit=_grids(result.plan, work.edited, lang) if gridded else None,
                sites=sites_of(result.plan, work.edited, lang),
            ),
            act=lambda: _act(result),
        )


def edited_plan(plan: Plan, edited: Edited) -> Plan:
    """Give a plan its edited layout and findings, as far as figures need it."""
    layout = dataclasses.replace(edited.layout, stations=plan.layout.stations)
    return dataclasses.replace(plan, layout=layout, findings=edited.findings)


def _act(result: Result) -> None:
    """Take what was done on the map; ids and numbers from a browser are looked up, not trusted."""
    state = st.session_state.get(entry(KIND))
    done = state.get("act") if state else None
    if not isinstance(done, dict):
        return
    work = work_now(result)
    if done.get("act") == "paint":
        for stroke in strokes_of(done, work):
            change(result, partial(Work.do, edit=stroke))
        return
    edit = _edit_of(done, work)
    if done.get("act") in ("pick", "close") and isinstance(done.get("id"), str):
        st.session_state[PICKED] = done["id"]
    if edit is not None:
        change(result, lambda now: now.do(edit))


def strokes_of(done: dict[str, Any], work: Work) -> list[edits.Edit]:
    """Turn strokes that have not been seen yet into edits."""
    names, state = work.edited.ground.district.units.index, work.edited.state
    found, grid = [], np.asarray(state.grid).copy()
    given = done.get("strokes")
    for stroke in given if isinstance(given, list) else []:
        if not isinstance(stroke, dict):
            continue
        number, into = stroke.get("number"), stroke.get("grid")
        if not isinstance(number, int) or number <= st.session_state.get(_STROKE, 0):
            continue
        st.session_state[_STROKE] = number
        if not isinstance(into, int) or not 0 <= into < len(state.grids):
            continue
        units = [n for n in stroke.get("units", []) if isinstance(n, int) and 0 <= n < len(names)]
        # One may cross units that an earlier one, still on its way then, has moved.
        at = [n for n in units if grid[n] != into]
        grid[at] = into
        if at:
            found.append(edits.move_units([str(names[n]) for n in at], state.grids[into]))
    return found


def _edit_of(done: dict[str, Any], work: Work) -> edits.Edit | None:
    """Turn what was done into an edit; None for what is none."""
    units, sites = work.edited.ground.district.units.index, work.edited.state.sites.index
    unit, name = done.get("unit"), done.get("id")
    inside = isinstance(unit, int) and 0 <= unit < len(units)
    match done.get("act"):
        case "add" if inside:
            number = next(n for n in range(1, len(sites) + 2) if f"N{n}" not in sites)
            return edits.open_center(f"N{number}", str(units[unit]))
        case "move" if inside and name in sites:
            return edits.move_center(str(name), str(units[unit]))
        case "close" if name in sites:
            return edits.close_center(str(name))
    return None


def _grids(plan: Plan, edited: Edited, lang: str) -> dict[str, Any]:
    """Give the map its units by grid."""
    shades, state = grid_palette(plan), edited.state
    return {
        "grid": packed(state.grid),
        "stroke": st.session_state.get(_STROKE, 0),
        "names": [grid_word(name, lang) for name in state.grids],
        "colours": [shades.get(name, "#bbbbbb") for name in state.grids],
        "locked": [name in state.held_grids for name in state.grids],
    }


def sites_of(plan: Plan, edited: Edited, lang: str) -> list[dict[str, Any]]:
    """Give the centers as they are now; those that were touched are marked."""
    names = Names.of(plan, lang).centers
    centers, touched = edited.centers, _touched(plan, edited)
    rows = centers[["name", "status", "class", "population", "mean_metres"]].to_dict("records")
    found = []
    for key, at, row, changed in zip(centers.index, places(centers), rows, touched, strict=True):
        regional = row["class"] == "regional"
        name = names.get(key) or str(key if is_missing(row["name"]) else row["name"])
        found.append(
            {
                "id": str(key),
                "at": at,
                "name": name,
                "lines": [
                    word("status", row["status"], lang),
                    figure(row["population"], "persons", lang),
                    figure(row["mean_metres"], "metres", lang),
                ],
                "kind": "diamond" if regional else "circle",
                "fill": NEW if row["status"] == "new" else EXISTING,
                "size": 22 if regional else 14,
                "state": "changed" if changed else "kept",
                "movable": True,
            }
        )
    return found


def _touched(plan: Plan, edited: Edited) -> NDArray[np.bool_]:
    """Mark the centers that are new by hand, or stand elsewhere than in the plan."""
    before, now = plan.layout.centers, edited.centers
    at = before.index.get_indexer(now.index)
    there = before.geometry.to_numpy()[at]
    return np.asarray((at < 0) | ~shapely.equals(there, now.geometry.to_numpy()))


def _ends(here: Here, result: Result, work: Work) -> None:
    """Draw what can be made of the edits: this plan, or one in which the rest is planned anew."""
    lang = here.lang
    if st.button(
        say("desk.keep", lang),
        key="desk-keep",
        type="primary",
        icon=":material/check:",
        disabled=not work.edits,
        width="stretch",
        help=say("desk.keep-help", lang),
    ):
        with st.spinner(say("desk.keeping", lang)):
            told = json.dumps([edit.as_dict() for edit in work.edits], sort_keys=True)
            key = hashlib.sha256(f"{result.key} {told}".encode()).hexdigest()[:32]
            asked = result.asked or result.plan.scenario
            hand = hand_of(work, result.hand)
            of = result.of or result.key
            here.results.add(key, plan_of(work.edited), asked, of=of, hand=hand)
        st.session_state["shown"] = key
        st.session_state["desk-mode-next"] = "settings"
        st.rerun()
    if st.button(
        say("desk.rest", lang),
        key="desk-rest",
        icon=":material/autorenew:",
        disabled=not work.edits or here.district is None,
        width="stretch",
        help=say("desk.rest-help", lang),
    ):
        scenario = dataclasses.replace(
            scenario_of_rest(work.edited), profiles=(result.asked or result.plan.scenario).profiles
        )
        set_drawing(None)
        fill_next(scenario)
        if here.district is not None:
            key = fingerprint(here.district, scenario)
            start(here.results, key, Task(here.district, scenario, lang))
        st.session_state["desk-mode-next"] = "settings"
        st.rerun()
