"""Editing the grids: units are moved on the map, the figures of the grids follow at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from gridplan.errors import GridplanError
from gridplan.outputs.drawing.cells import packed
from gridplan.outputs.style.palette import grid_palette
from gridplan.outputs.words.names import Names, figure, grid_word, word
from gridplan.planning.evaluating import Evaluation, evaluate
from gridplan.text import say
from gridplan.text.language import in_language
from gridplan.ui.desk.editing import Moves, moves_of
from gridplan.ui.desk.map import Editing, draw_map, entry
from gridplan.ui.running.work import Task
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.tables import show_table
from gridplan.ui.window.drawing import set_drawing
from gridplan.ui.window.session import start

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan
    from gridplan.ui.running.result import Result
    from gridplan.ui.window.here import Here

_MOVES, KIND = "moves", "plan"
_TOOLS = ("look", "brush", "box", "community", "street")


def grids_mode(here: Here) -> None:
    """Draw the map with the tools that move units, and beside it what comes of it."""
    st.fragment(_grids, key="desk-grids")(here)


def _grids(here: Here) -> None:
    result, lang = here.result, here.lang
    if result is None:
        return
    moves = moves_now(result)
    left, right = st.columns([3.1, 1], gap="small")
    with right:
        _buttons(here, result, moves)
        moves = moves_now(result)
        _live(result.plan, moves, lang)
        _apply(here, moves)
    with left:
        draw_map(
            result.canvas(lang),
            lang,
            kind=KIND,
            place=str(result.plan.district.code),
            editing=Editing(tools=_TOOLS, edit=_edit(result.plan, moves, lang)),
            act=lambda: _act(result),
        )


def moves_now(result: Result) -> Moves:
    """Give what this window has moved in a plan; its own grids while nothing was."""
    kept: Moves | None = st.session_state.get(_MOVES)
    if kept is None or kept.of != result.key:
        kept = moves_of(result.plan, result.key)
    return kept


def _act(result: Result) -> None:
    """Take what was painted; nothing else is done on the map in this mode."""
    state = st.session_state.get(entry(KIND))
    done = state.get("act") if state else None
    if not isinstance(done, dict) or done.get("act") != "paint":
        return
    units, into = done.get("units"), done.get("grid")
    if isinstance(units, list) and isinstance(into, int):
        st.session_state[_MOVES] = moves_now(result).move(units, into)


def _edit(plan: Plan, moves: Moves, lang: str) -> dict[str, Any]:
    """Give the map its units by grid."""
    shades = grid_palette(plan)
    units = plan.district.units
    served = plan.layout.units.loc[units.index]
    parents = {
        "community": pd.factorize(units["community"])[0],
        "street": pd.factorize(served["subdistrict"])[0],
    }
    return {
        "grid": packed(moves.grid),
        "names": [grid_word(name, lang) for name in moves.names],
        "colours": [shades[name] for name in plan.layout.grids.index],
        "locked": [name in moves.locked for name in moves.names],
        # Units without a parent are no community of their own.
        "parents": {key: packed(np.where(of < 0, 65_535, of)) for key, of in parents.items()},
    }


def _buttons(here: Here, result: Result, moves: Moves) -> None:
    lang = here.lang
    with st.container(horizontal=True):
        for name, on, icon in (
            ("undo", moves.done, "undo"),
            ("redo", moves.undone, "redo"),
            ("reset", moves.done or moves.undone, "restart_alt"),
        ):
            st.button(
                say(f"desk.{name}", lang),
                key=f"desk-{name}",
                icon=f":material/{icon}:",
                disabled=not on,
                on_click=_step,
                args=(result, name),
            )
    st.session_state["desk-locked"] = sorted(moves.locked)
    st.multiselect(
        say("desk.lock", lang),
        list(moves.names),
        format_func=lambda name: grid_word(name, lang),
        key="desk-locked",
        placeholder=say("app.choose", lang),
        help=say("desk.lock-help", lang),
        on_change=_lock,
        args=(result,),
    )


def _step(result: Result, name: str) -> None:
    moves = moves_now(result)
    if name == "reset":
        st.session_state.pop(_MOVES, None)
    else:
        st.session_state[_MOVES] = moves.undo() if name == "undo" else moves.redo()


def _lock(result: Result) -> None:
    names = st.session_state.get("desk-locked", ())
    st.session_state[_MOVES] = moves_now(result).lock(names)


def _live(plan: Plan, moves: Moves, lang: str) -> None:
    """Show residents, deviation and drive of each grid, and the rules that turned."""
    try:
        found = evaluate(plan.district, plan.scenario, moves.drawn(plan.district))
    except GridplanError as error:
        show_problems(error.problems, lang, title="app.bad-input")
        return
    names = Names.of(plan, lang)
    rows = [
        {
            word("column", "grid", lang): grid_word(row["drawn_name"], lang),
            word("column", "population", lang): round(row["population"]),
            say("app.column-deviation", lang): f"{100 * row['deviation']:+.1f}",
            say("desk.pieces", lang): int(row["pieces"]),
            say("app.column-mean-minutes-to-lead", lang): figure(
                row["mean_minutes_to_lead"], "count", lang
            ),
        }
        for _, row in found.grids.iterrows()
    ]
    show_table(pd.DataFrame(rows))
    tolerance = f"{100 * plan.scenario.grid_tolerance:g}"
    wide = [
        grid_word(row["drawn_name"], lang)
        for _, row in found.grids.iterrows()
        if abs(row["deviation"]) > plan.scenario.grid_tolerance
    ]
    broken = [
        grid_word(row["drawn_name"], lang) for _, row in found.grids.iterrows() if row["pieces"] > 1
    ]
    unled = [
        grid_word(row["drawn_name"], lang) for _, row in found.grids.iterrows() if not row["lead"]
    ]
    moved = int(sum(len(step.units) for step in moves.done))
    st.caption(say("desk.moved", lang, steps=len(moves.done), units=f"{moved:,}"))
    for key, listed in (("wide", wide), ("broken", broken), ("unled", unled)):
        if listed:
            st.warning(say(f"desk.{key}", lang, grids=listed, tolerance=tolerance))
    for key, told in _turned(plan, found, names, lang).items():
        if told:
            st.markdown(f"**{say(f'desk.{key}', lang)}**")
            st.markdown("\n".join(f"- {literal(line)}" for line in told))


def _turned(plan: Plan, found: Evaluation, names: Names, lang: str) -> dict[str, list[str]]:
    """List the rules on grids that passed in the plan and fail now, and the other way round."""
    keys = ["profile", "rule", "subject"]
    judged = found.findings
    before = plan.findings.drop_duplicates(keys).set_index(keys)["passed"]
    told: dict[str, list[str]] = {"worse": [], "better": []}
    for row in judged.drop_duplicates(keys).to_dict(orient="records"):
        was = before.get((row["profile"], row["rule"], row["subject"]))
        line = in_language(row, "title", lang)
        subject = names.subject(row["subject_kind"], row["subject"])
        line = say("desk.turned", lang, title=line, subject=subject)
        if was is True and row["passed"] is False:
            told["worse"].append(line)
        elif was is False and row["passed"] is True:
            told["better"].append(line)
    return told


def _apply(here: Here, moves: Moves) -> None:
    """Plan centers and groups with the grids as they are drawn now."""
    if here.district is None or here.scenario is None:
        return
    pressed = st.button(
        say("desk.apply", here.lang),
        key="desk-apply",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not moves.done,
        width="stretch",
    )
    if not pressed:
        return
    drawn = moves.drawn(here.district)
    set_drawing(drawn)
    key = fingerprint(here.district, here.scenario, drawn=drawn)
    st.session_state["alternatives"] = 0
    start(here.results, key, Task(here.district, here.scenario, here.lang, drawn=drawn))
    st.session_state["desk-mode-next"] = "settings"
    st.rerun()
