"""The box that files are dropped on; what lies in it stays while another page is looked at."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.text.language import joined
from gridplan.ui.intake.dropped import Dropped, put_down
from gridplan.ui.setup.workspace import workspace
from gridplan.ui.shown.literal import literal
from gridplan.ui.window.session import window

_BOX, _MARK, _CARRIED, _FILES = (f"intake-{part}" for part in ("files", "mark", "carried", "all"))
_KEPT = ("intake-name", "intake-code", "intake-base", "intake-year")
_KEPT_EACH = ("intake-role-", "intake-crs-", "intake-answer-")
"""Fields about the files, and how those begin that stand once for each."""


def keep_intake() -> None:
    """Keep what was said about files while another page is looked at."""
    for entry in [str(entry) for entry in st.session_state]:
        if entry in _KEPT or entry.startswith(_KEPT_EACH):
            st.session_state[entry] = st.session_state[entry]


def dropped_files(lang: str) -> tuple[list[Dropped], bool]:
    """
    Draw the box and put down what lies in it.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.

    Returns
    -------
    dropped, changed
        The files that can have a role, those dropped before another page was looked at first; and
        whether they are others than before.
    """
    # The box forgets its files when another page is drawn; they lie on the disk all the same.
    if _BOX not in st.session_state:
        st.session_state[_CARRIED] = st.session_state.get(_MARK, ())
    files = st.file_uploader(
        say("app.intake-drop", lang),
        accept_multiple_files=True,
        key=_BOX,
        help=say("app.intake-drop-help", lang),
    )
    carried = _carried(lang)
    mark = (*carried, *((file.name, file.file_id) for file in files or ()))
    changed = mark != st.session_state.get(_MARK, ())
    if changed:
        place = workspace() / ".uploads" / _window_name()
        before: dict[tuple[str, str], Path] = st.session_state.get(_FILES, {})
        pairs = [(one[0], before[one].read_bytes()) for one in carried]
        pairs += [(file.name, file.getvalue()) for file in files or ()]
        dropped, paths = put_down(pairs, place) if pairs else ([], [])
        st.session_state[_FILES] = dict(zip(mark, paths, strict=True))
        st.session_state[_MARK], st.session_state["intake-dropped"] = mark, dropped
    return st.session_state.get("intake-dropped", []), changed


def _carried(lang: str) -> tuple[tuple[str, str], ...]:
    """Tell which files are still there from before, and let them be taken away."""
    known: dict[tuple[str, str], Path] = st.session_state.get(_FILES, {})
    carried = tuple(
        one for one in st.session_state.get(_CARRIED, ()) if one in known and known[one].is_file()
    )
    if not carried:
        return ()
    left, right = st.columns([5, 1], vertical_alignment="center")
    names = joined([plain(name, limit=80) for name, _ in carried], lang)
    left.caption(literal(say("app.intake-carried", lang, files=names)))
    if right.button(say("app.intake-carried-drop", lang), icon=":material/delete:"):
        st.session_state[_CARRIED] = carried = ()
    return carried


def _window_name() -> str:
    return "".join(c for c in window() if c.isalnum())[:40] or "window"
