"""What the fields say is kept as it is typed, by a token in the address: a reload loses nothing."""

from __future__ import annotations

import json
import logging
import re
import secrets

import streamlit as st

from gridplan.errors import InputError
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.setup.workspace import workspace

DRAFT = "draft"
"""Entry of the address that names the draft."""

_TOKEN = re.compile(r"[0-9a-f]{24}")
_LARGEST = 1_000_000


def read_draft() -> tuple[str, Scenario] | None:
    """Give district and scenario of the draft that the address names; None without one."""
    token = st.query_params.get(DRAFT, "")
    if not _TOKEN.fullmatch(token):
        return None
    path = workspace() / "drafts" / f"{token}.json"
    try:
        if path.stat().st_size > _LARGEST:
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        scenario = scenario_from(dict(kept["scenario"]), source=path.name)
        district = str(kept["district"])
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return None  # of another version, or touched: the district's own scenario is taken
    st.session_state[DRAFT] = token
    st.session_state["draft-kept"] = (district, scenario)
    return district, scenario


def keep_draft(district: str, scenario: Scenario | None) -> None:
    """
    Keep what the fields say, where it changed since it was last kept.

    Parameters
    ----------
    district
        Key of the choice of district, or its folder.
    scenario
        What the fields say; None where that is nothing valid, which is not kept.
    """
    first = "draft-kept" not in st.session_state
    if scenario is None or st.session_state.get("draft-kept") == (district, scenario):
        return
    st.session_state["draft-kept"] = (district, scenario)
    if first:
        return  # what a district brings need not be kept
    token = st.session_state.setdefault(DRAFT, secrets.token_hex(12))
    text = json.dumps({"district": district, "scenario": scenario.as_dict()}, ensure_ascii=False)
    path = workspace() / "drafts" / f"{token}.json"
    try:
        write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8"))
    except InputError:  # a full or read-only disk must not stop the planner
        logging.getLogger(__name__).warning("a draft could not be kept in %s", path.parent)
