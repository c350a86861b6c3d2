"""A job beside the plan, variants or phases, on its page: asked for, watched, its result given."""

from __future__ import annotations

import streamlit as st

from gridplan.ui.running.results import Piece
from gridplan.ui.running.work import Kind, Task
from gridplan.ui.shown.spoken import say
from gridplan.ui.window.drawing import drawing
from gridplan.ui.window.here import Here
from gridplan.ui.window.run_view import run_view
from gridplan.ui.window.session import watcher


def piece_view(here: Here, kind: Kind) -> Piece | None:
    """
    Draw the button that asks for a job, or how far it is; give what it made.

    Parameters
    ----------
    here
        Where the planner is.
    kind
        ``variants`` or ``phases``, of what the fields ask for.

    Returns
    -------
    piece
        None until it is there.
    """
    if here.key is None or here.district is None or here.scenario is None:
        st.info(say("app.needs-district", here.lang))
        return None
    key = f"{kind}-{here.key}"
    here.results.collect(key)
    made = here.results.piece(key)
    if made is not None:
        return made
    state = here.results.jobs.state(key)
    asked = st.button(
        say(f"app.run-{kind}", here.lang),
        key=f"run-{kind}",
        type="primary",
        icon=":material/play_arrow:",
        disabled=state in ("running", "waiting"),
    )
    if asked:
        task = Task(here.district, here.scenario, here.lang, kind=kind, drawn=drawing())
        here.results.start(key, task, watcher(kind))
        st.rerun()
    if state != "unknown":
        run_view(here.results, key, key, here.lang, name=kind)
    return None
