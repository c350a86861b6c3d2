"""The planner's own answers while the page is open: from the district's file, fields, uploads."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from gridplan.district.files.given_file import TOML_BYTES, is_there, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.policy.assessment import (
    ANSWERS,
    FILE,
    Answer,
    Assessment,
    assessment_toml,
    check_named,
    parse_assessment,
)
from gridplan.policy.profile import profile_names, read_profile
from gridplan.policy.rule import Rule
from gridplan.ui.setup.workspace import BESIDE, beside

OPEN = ""
"""What the field shows while a rule is not answered."""

LARGEST = 1_000_000
"""Bytes an uploaded file may have; a form with every clause of every document has 60,000."""

EARLIEST, LATEST = date(1949, 10, 1), date(2099, 12, 31)
EVIDENCE_LENGTH = 2000


def answers() -> Assessment:
    """Give the answers of this window."""
    found: Assessment = st.session_state.get("answers", {})
    return found


def kept_file(folder: Path) -> Path:
    """Name the file in which answers given on the page are kept; it need not be there."""
    return beside(folder, "answers", BESIDE["answers"])


def load(folder: Path | None) -> None:
    """
    Take over the answers of a district, when it is chosen or their file has changed.

    Those given on the page on an earlier day go before ``assessment.toml`` of the district.
    """
    content, reason = b"", None
    if folder is not None:
        place = kept_file(folder)
        here, name = (place.parent, place.name) if place.is_file() else (folder, FILE)
        if is_there(here, name):
            try:
                content = read_inside(here, name, most=TOML_BYTES)
            except UnreadableError as error:
                reason = error.reason
    mark = (str(folder), content, reason)
    if st.session_state.get("answers-of") == mark:
        return
    st.session_state["answers-of"] = mark
    st.session_state["answers-problems"] = ()
    if reason is not None:
        _take({})
        unread = Problem("file-unreadable", {"file": FILE, "reason": reason})
        st.session_state["answers-problems"] = (unread,)
        return
    try:
        _take(parse_assessment(content, name=FILE))
    except InputError as error:
        _take({})
        st.session_state["answers-problems"] = error.problems


def take_file(content: bytes, name: str, rules: tuple[Rule, ...]) -> None:
    """
    Put the answers of an uploaded file in place of those of the window.

    Parameters
    ----------
    content, name
        Of the file.
    rules
        Of the plan on the page, profiles of the planner's own among them.

    Raises
    ------
    InputError
        If the file is too large, no TOML, or answers what no rule asks; nothing is changed then.
    """
    if len(content) > LARGEST:
        values = {"file": name, "bytes": f"{len(content):,}", "most": f"{LARGEST:,}"}
        raise InputError([Problem("assessment-too-large", values)])
    found = parse_assessment(content, name=name)
    bundled = [rule for profile in profile_names() for rule in read_profile(profile)]
    check_named(found, [*bundled, *rules])
    _take(found)
    _write()


def _take(found: Assessment) -> None:
    st.session_state["answers"] = dict(found)
    # Fields are drawn anew from the answers: their names carry this number.
    st.session_state["answers-drawn"] = st.session_state.get("answers-drawn", 0) + 1


def entry(part: str, key: str) -> str:
    """Name the session's entry of a rule's field; ``part`` is answer, evidence or date."""
    return f"assess-{st.session_state.get('answers-drawn', 0)}-{part}-{key}"


def prepare(key: str) -> None:
    """Put a rule's answer into its fields, before they are drawn."""
    given = answers().get(key, Answer(answer=OPEN))
    values: dict[str, Any] = {
        "answer": given.answer if given.answer in ANSWERS else OPEN,
        "evidence": given.evidence[:EVIDENCE_LENGTH],
        "date": shown_date(given.date),
    }
    for part, value in values.items():
        name = entry(part, key)
        # Set again on every run: a field not drawn for one run would lose it.
        st.session_state[name] = st.session_state.get(name, value)


def shown_date(text: str) -> date | None:
    """Give the day of a date as a field can show it; None if it cannot."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def keep(key: str) -> None:
    """Take a rule's fields into the answers; one without a yes, partly or no is taken away."""
    said = str(st.session_state.get(entry("answer", key)) or OPEN)
    kept = dict(answers())
    if said in ANSWERS:
        day = st.session_state.get(entry("date", key))
        kept[key] = Answer(
            answer=said,
            evidence=str(st.session_state.get(entry("evidence", key)) or ""),
            date=day.isoformat() if isinstance(day, date) else "",
        )
    else:
        kept.pop(key, None)
    st.session_state["answers"] = kept
    _write()


def _write() -> None:
    """Keep the answers of the window on the disk."""
    folder = str(st.session_state.get("answers-of", ("None",))[0])
    if folder == "None":
        return
    content = assessment_toml(answers()).encode()
    try:
        write_whole(kept_file(Path(folder)), partial(Path.write_bytes, data=content))
    except InputError as error:  # a full disk must not stop the planner, but is said
        st.session_state["answers-problems"] = error.problems
        return
    # What was written is what the window has: it need not be read again.
    st.session_state["answers-of"] = (folder, content, None)
