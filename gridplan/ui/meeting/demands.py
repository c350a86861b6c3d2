"""What a meeting demands of a plan: sites that are gone, streets that keep or get their centers."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.planning.editing.edit import Edit, close_center
from gridplan.planning.editing.edited import Edited, apply
from gridplan.planning.editing.streets import street_centers, street_keeps
from gridplan.ui.setup.workspace import workspace

CLOSE, KEEPS, CENTERS = "close", "keeps", "centers"
"""Kinds: a center is gone; the residents of a street keep theirs; a street has so many."""

_ENTRY = "meeting-demands"


@dataclass(frozen=True)
class Demand:
    """
    One demand.

    Parameters
    ----------
    kind
        :data:`CLOSE`, :data:`KEEPS` or :data:`CENTERS`.
    place
        Id of the center, or name of the street.
    count
        Centers that the street is to have.
    """

    kind: str
    place: str
    count: int = 0


def demands_now(key: str) -> tuple[Demand, ...]:
    """Give what is demanded of a plan in this window, or was in the last that looked at it."""
    kept: tuple[str, tuple[Demand, ...]] | None = st.session_state.get(_ENTRY)
    if kept is None or kept[0] != key:
        kept = (key, _read(key))
        st.session_state[_ENTRY] = kept
    return kept[1]


def demand(key: str, one: Demand) -> None:
    """Add a demand; one of the same kind and place is replaced, one that is there is taken back."""
    known = demands_now(key)
    rest = tuple(old for old in known if (old.kind, old.place) != (one.kind, one.place))
    _keep(key, rest if one in known else (*rest, one))


def take_back(key: str, one: Demand) -> None:
    """Take a demand back."""
    _keep(key, tuple(old for old in demands_now(key) if old != one))


def clear(key: str) -> None:
    """Take every demand back."""
    _keep(key, ())


def demanded_edits(
    before: Edited, demands: Sequence[Demand]
) -> tuple[list[Edit], tuple[Problem, ...]]:
    """
    Say demands as edits: what is gone first, then who keeps what, then what streets get.

    Parameters
    ----------
    before
        The layout they are made of.
    demands
        In any order.

    Returns
    -------
    edits, problems
        What a street cannot have is among the problems.
    """
    gone = [one.place for one in demands if one.kind == CLOSE]
    done = [close_center(center) for center in gone]
    for one in demands:
        if one.kind == KEEPS:
            kept = street_keeps(before, one.place)
            done += [edit for edit in kept if edit.values["center"] not in gone]
    edited = before
    for edit in done:
        edited = apply(edited, edit)
    problems: tuple[Problem, ...] = ()
    for one in demands:
        if one.kind == CENTERS:
            more, told = street_centers(edited, one.place, one.count)
            problems += told
            for edit in more:
                edited = apply(edited, edit)
            done += more
    return done, problems


def _path(key: str) -> Path | None:
    found = re.fullmatch(r"[0-9a-f]{32}", key)
    return workspace() / "edits" / f"{key}-meeting.json" if found else None


def _read(key: str) -> tuple[Demand, ...]:
    path = _path(key)
    try:
        rows = json.loads(path.read_text(encoding="utf-8")) if path else []
        return tuple(Demand(str(r["kind"]), str(r["place"]), int(r["count"])) for r in rows)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def _keep(key: str, demands: tuple[Demand, ...]) -> None:
    st.session_state[_ENTRY] = (key, demands)
    path = _path(key)
    if path is None:
        return
    text = json.dumps([asdict(one) for one in demands], ensure_ascii=False)
    try:
        write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8"))
    except InputError:  # a full or read-only disk must not stop the meeting
        logging.getLogger(__name__).warning("demands could not be kept in %s", path.parent)
