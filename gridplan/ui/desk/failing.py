"""Rules that must be kept and are not: each with the place it speaks of, shown on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import streamlit as st

from gridplan.outputs.drawing.shapes import places
from gridplan.outputs.tables.tables import findings_table
from gridplan.outputs.words.names import figure
from gridplan.policy.verdict import state_of
from gridplan.text.language import in_language
from gridplan.ui.desk.card import PICKED
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.finding_rows import bounds_text
from gridplan.ui.window.links import link

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan
    from gridplan.ui.window.here import Here

_FOCUS, _MOST = "desk-focus", 12
_ZOOM = {"center": 14, "subdistrict": 13, "grid": 12}


def focus_now() -> dict[str, Any] | None:
    """Give the place that was asked to be shown last; None without one."""
    found: dict[str, Any] | None = st.session_state.get(_FOCUS)
    return found


def failing_rules(here: Here, plan: Plan) -> None:
    """Draw, behind a button, each rule that must be kept and is not, by what it speaks of."""
    lang = here.lang
    rows = [
        row
        for row in findings_table(plan).to_dict(orient="records")
        if row["level"] == "must" and state_of(row) == "failed"
    ]
    if not rows:
        return
    rules = len({(row["profile"], row["rule"]) for row in rows})
    with st.popover(say("desk.failing", lang, count=rules), icon=":material/rule:"):
        for number, row in enumerate(rows[:_MOST]):
            with st.container(horizontal=True, vertical_alignment="center"):
                told = {
                    "title": in_language(row, "title", lang),
                    "subject": in_language(row, "subject_name", lang),
                    "value": figure(row["value"], row["unit"], lang),
                    "bounds": bounds_text(row, lang),
                }
                st.markdown(literal(say("desk.failing-one", lang, **told)), width="stretch")
                at = place_of(plan, str(row["subject_kind"]), row["subject"])
                st.button(
                    say("desk.show-me", lang),
                    key=f"show-{number}",
                    icon=":material/my_location:",
                    disabled=at is None,
                    on_click=_show,
                    args=(at, str(row["subject_kind"]), row["subject"]),
                )
        if len(rows) > _MOST:
            st.caption(say("desk.more", lang, count=len(rows) - _MOST))
        st.caption(say("desk.would-help", lang))
        link(here, "variants")


def place_of(plan: Plan, kind: str, subject: object) -> list[float] | None:
    """Give where a finding's subject lies, longitude first; None for one that is everywhere."""
    layout = plan.layout
    frames: dict[str, gpd.GeoDataFrame] = {
        "center": layout.centers,
        "subdistrict": layout.subdistricts,
        "grid": layout.grids,
        "group": layout.grids,
    }
    frame = frames.get(kind)
    if frame is None or subject not in frame.index:
        return None
    row = frame.loc[[subject]]
    spot = row.set_geometry(row.representative_point())
    lon, lat = places(spot)[0]
    return [float(lon), float(lat)]


def _show(at: list[float], kind: str, subject: object) -> None:
    number = (focus_now() or {"number": 0})["number"] + 1
    st.session_state[_FOCUS] = {"at": at, "zoom": _ZOOM.get(kind, 12), "number": number}
    if kind == "center":
        st.session_state[PICKED] = str(subject)
