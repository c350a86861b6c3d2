"""Beside the map: undo, locks, grids, the center that was clicked, findings that turned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from gridplan.outputs.words.names import Names, figure, grid_word, word
from gridplan.planning.editing import edit as edits
from gridplan.text.language import in_language
from gridplan.ui.desk.work import PROBLEMS, Work, change, reset
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.tables import show_table

if TYPE_CHECKING:
    from gridplan.planning.editing.edited import Edited
    from gridplan.planning.plan import Plan
    from gridplan.ui.running.result import Result
    from gridplan.ui.window.here import Here

_TURNED: dict[tuple[object, object], str] = {(True, False): "worse", (False, True): "better"}
"""What to call a finding by whether it passed before and passes now."""
_MOST = 8
"""Findings that turned, at most, in one list."""


def edit_panel(here: Here, result: Result, work: Work) -> None:
    """Draw the panel."""
    lang = here.lang
    show_problems(st.session_state.get(PROBLEMS, ()), lang, title="desk.problems")
    with st.container(horizontal=True):
        for name, on, icon in (
            ("undo", work.edits, "undo"),
            ("redo", work.undone, "redo"),
            ("reset", work.edits, "restart_alt"),
        ):
            st.button(
                say(f"desk.{name}", lang),
                key=f"desk-{name}",
                icon=f":material/{icon}:",
                disabled=not on,
                on_click=_step,
                args=(result, name),
            )
    st.caption(say("desk.moved", lang, steps=len(work.edits), units=f"{_moved(work):,}"))
    _picked(result, work, lang)
    if work.edited.state.grids:
        _grids(work.edited, lang)
        _locks(result, work, lang)
    for key, told in _turned(result.plan, work.edited, lang).items():
        if told:
            st.markdown(f"**{say(f'desk.{key}', lang)}**")
            st.markdown("\n".join(f"- {literal(line)}" for line in told[:_MOST]))
            if len(told) > _MOST:
                st.caption(say("desk.more", lang, count=len(told) - _MOST))


def _moved(work: Work) -> int:
    first = work.states[0]
    return int((first.grid != work.edited.state.grid).sum())


def _step(result: Result, name: str) -> None:
    if name == "reset":
        reset(result)
    else:
        change(result, lambda work: work.undo() if name == "undo" else work.redo())


def _grids(edited: Edited, lang: str) -> None:
    rows = [
        {
            word("column", "grid", lang): grid_word(key, lang),
            word("column", "population", lang): round(row["population"]),
            say("app.column-deviation", lang): f"{100 * row['deviation']:+.1f}",
            say("desk.pieces", lang): int(row["pieces"]),
            say("desk.minutes", lang): figure(row["mean_minutes_to_lead"], "count", lang),
        }
        for key, row in edited.grids.iterrows()
    ]
    show_table(pd.DataFrame(rows))


def _locks(result: Result, work: Work, lang: str) -> None:
    state = work.edited.state
    st.session_state["desk-locked"] = sorted(state.held_grids)
    st.multiselect(
        say("desk.lock", lang),
        list(state.grids),
        format_func=lambda name: grid_word(name, lang),
        key="desk-locked",
        placeholder=say("app.choose", lang),
        help=say("desk.lock-help", lang),
        on_change=_lock,
        args=(result,),
    )


def _lock(result: Result) -> None:
    wanted = set(st.session_state.get("desk-locked", ()))

    def step(work: Work) -> Work:
        held = work.edited.state.held_grids
        for grid in sorted(wanted ^ held):
            work = work.do(edits.hold_grid(grid, held=grid in wanted))
        return work

    change(result, step)


def _picked(result: Result, work: Work, lang: str) -> None:
    """Show the center that was clicked; it can be enlarged, made regional, or closed."""
    name = st.session_state.get("desk-picked")
    centers = work.edited.centers
    if name not in centers.index:
        st.caption(say("desk.pick", lang))
        return
    row = centers.loc[name]
    names = Names.of(result.plan, lang).centers
    with st.container(border=True):
        st.markdown(f"**{literal(names.get(name, name))}**")
        for column, unit in (("population", "persons"), ("mean_metres", "metres")):
            told = figure(row[column], unit, lang)
            st.text(f"{word('column', column, lang)}: {told}")
        regional = row["class"] == "regional"
        st.checkbox(
            word("class", "regional", lang),
            value=bool(regional),
            key=f"desk-regional-{name}-{len(work.edits)}",
            on_change=_do,
            args=(result, edits.set_regional(str(name), regional=not regional)),
        )
        upper = int(row["capacity_upper"])
        count = st.number_input(
            say("desk.enlarge", lang),
            min_value=1,
            max_value=1_000_000,
            step=1_000,
            value=upper,
            key=f"desk-enlarge-{name}-{len(work.edits)}",
        )
        if int(count) != upper:
            _do(result, edits.enlarge_center(str(name), int(count)))
            st.rerun(scope="fragment")


def _do(result: Result, edit: edits.Edit) -> None:
    change(result, lambda work: work.do(edit))


def _turned(plan: Plan, edited: Edited, lang: str) -> dict[str, list[str]]:
    """List the rules that passed in the plan and fail now, and the other way round."""
    keys = ["profile", "rule", "subject"]
    before, after = (table[~table.duplicated(keys)] for table in (plan.findings, edited.findings))
    was = dict(zip(_names(before, keys), before["passed"], strict=True))
    told: dict[str, list[str]] = {"worse": [], "better": []}
    names = Names.of(plan, lang)
    for at, (key, passed) in enumerate(zip(_names(after, keys), after["passed"], strict=True)):
        # Neither may be a verdict yet: None stands for what has none.
        turned = _TURNED.get((was.get(key), passed))
        if turned is None:
            continue
        row = after.iloc[at].to_dict()
        subject = names.subject(row["subject_kind"], row["subject"])
        title = in_language(row, "title", lang)
        told[turned].append(say("desk.turned", lang, title=title, subject=subject))
    return told


def _names(findings: pd.DataFrame, keys: list[str]) -> Iterator[tuple[object, ...]]:
    """Name each finding by what it is of."""
    return zip(*(findings[key] for key in keys), strict=True)
