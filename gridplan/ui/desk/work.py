"""Edits of a plan in this window: done, undone, done again; kept on the disk as they happen."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.planning.editing.edit import Edit, edit_from
from gridplan.planning.editing.edited import Edited, apply_or_refuse, at, begin
from gridplan.planning.editing.laid.state import State
from gridplan.ui.hosting.audit import note
from gridplan.ui.running.result import Hand
from gridplan.ui.setup.workspace import workspace

if TYPE_CHECKING:
    from gridplan.ui.running.result import Result

_ENTRY, PROBLEMS = "desk-work", "desk-problems"
_LARGEST = 20_000_000


@dataclass(frozen=True, eq=False)
class Work:
    """
    A plan under the planner's hand.

    Parameters
    ----------
    of
        Fingerprint of the plan.
    edited
        The layout now.
    edits
        Those that hold, the oldest first.
    states
        Before the first edit, and after each that holds.
    undone
        Edits and the states they led to, the next one last.
    """

    of: str
    edited: Edited
    edits: tuple[Edit, ...] = ()
    states: tuple[State, ...] = ()
    undone: tuple[tuple[Edit, State], ...] = ()

    def do(self, edit: Edit) -> Work:
        """
        Do an edit.

        Raises
        ------
        InputError
            Where nothing of it can be done.
        """
        after = apply_or_refuse(self.edited, edit)
        return replace(
            self,
            edited=after,
            edits=(*self.edits, edit),
            states=(*self.states, after.state),
            undone=(),
        )

    def undo(self) -> Work:
        """Take the last edit back."""
        if not self.edits:
            return self
        last = (self.edits[-1], self.states[-1])
        return replace(
            self,
            edited=at(self.edited, self.states[-2]),
            edits=self.edits[:-1],
            states=self.states[:-1],
            undone=(*self.undone, last),
        )

    def redo(self) -> Work:
        """Do again what was taken back."""
        if not self.undone:
            return self
        edit, state = self.undone[-1]
        return replace(
            self,
            edited=at(self.edited, state),
            edits=(*self.edits, edit),
            states=(*self.states, state),
            undone=self.undone[:-1],
        )


def work_now(result: Result) -> Work:
    """Give the edits of a plan in this window; those kept on the disk where it was opened anew."""
    kept: Work | None = st.session_state.get(_ENTRY)
    if kept is None or kept.of != result.key:
        start = begin(result.plan.layout, result.plan.scenario)
        kept = Work(result.key, start, states=(start.state,))
        for edit in _read(result.key):
            try:
                kept = kept.do(edit)
            except InputError as error:
                st.session_state[PROBLEMS] = error.problems
        st.session_state[_ENTRY] = kept
    return kept


def change(result: Result, step: Callable[[Work], Work]) -> None:
    """Take a step, keep it, and say what of it could not be done."""
    work = work_now(result)
    problems: tuple[Problem, ...] = ()
    try:
        after = step(work)
        problems = after.edited.conflicts if after is not work else ()
    except InputError as error:
        after, problems = work, error.problems
    st.session_state[PROBLEMS] = problems
    st.session_state[_ENTRY] = after
    _write(after)
    note("edit", key=after.of, steps=len(after.edits))


def hand_of(work: Work, earlier: Hand | None) -> Hand:
    """Give all that was done by hand since the program planned, also before this plan was made."""
    if earlier is None:
        return Hand(work.states[0], work.edits)
    return Hand(earlier.first, (*earlier.edits, *work.edits))


def reset(result: Result) -> None:
    """Take everything back; it can be done again."""

    def back(work: Work) -> Work:
        while work.edits:
            work = work.undo()
        return work

    change(result, back)


def _path(key: str) -> Path | None:
    """Name the file of this window's edits of a plan; None for what is no fingerprint."""
    return workspace() / "edits" / f"{key}.json" if re.fullmatch(r"[0-9a-f]{32}", key) else None


def _read(key: str) -> list[Edit]:
    path = _path(key)
    try:
        if path is None or path.stat().st_size > _LARGEST:
            return []
        return [edit_from(values) for values in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, InputError):
        return []


def _write(work: Work) -> None:
    path = _path(work.of)
    if path is None:
        return
    text = json.dumps([edit.as_dict() for edit in work.edits], ensure_ascii=False)
    try:
        write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8"))
    except InputError:  # a full or read-only disk must not stop the planner
        logging.getLogger(__name__).warning("edits could not be kept in %s", path.parent)
