"""The center that was clicked: whom it serves, how far they walk, why it is here, who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from gridplan.errors import InputError
from gridplan.outputs.drawing.shapes import places
from gridplan.outputs.reasons.services import services_told
from gridplan.outputs.reasons.why import why
from gridplan.outputs.words.names import figure, is_missing, word
from gridplan.outputs.words.telling import Telling
from gridplan.text.language import joined
from gridplan.ui.desk.map import entry
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.screen_cells import headed

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan
    from gridplan.ui.running.result import Result

PICKED = "desk-picked"
"""The session's entry of the center that was clicked, on the map or in a table."""


def points_of(plan: Plan) -> list[dict[str, Any]]:
    """Give the centers of a plan as places that can be clicked."""
    centers = plan.layout.centers
    return [
        {"id": str(key), "at": at} for key, at in zip(centers.index, places(centers), strict=True)
    ]


def pin_of(plan: Plan) -> list[float] | None:
    """Give where the center lies that was clicked; None without one."""
    centers = plan.layout.centers
    key = st.session_state.get(PICKED)
    if key not in centers.index:
        return None
    lon, lat = places(centers.loc[[key]])[0]
    return [float(lon), float(lat)]


def take_pick(kind: str) -> None:
    """Remember the center that was clicked on a map; a click beside them all forgets it."""
    state = st.session_state.get(entry(kind))
    done = state.get("act") if state else None
    if isinstance(done, dict) and done.get("act") in ("pick", "unit"):
        found = done.get("id")
        st.session_state[PICKED] = found if isinstance(found, str) else None


def center_card(result: Result, lang: str) -> bool:
    """
    Draw the card of the center that was clicked.

    Returns
    -------
    drawn
        False where none was.
    """
    plan, key = result.plan, st.session_state.get(PICKED)
    centers = plan.layout.centers
    if key not in centers.index:
        return False
    telling = Telling(plan, lang)
    row = centers.loc[key].to_dict()
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{literal(telling.names.centers[key])}**")
            st.button(
                say("desk.card-close", lang), key="card-close", type="tertiary", on_click=_forget
            )
        kind = [
            telling.fitting(f"outputs.class-{row['class']}"),
            word("status", row["status"], lang),
        ]
        st.caption(literal(joined(kind, lang, "pause")))
        pairs = _figures(plan, key, row, lang)
        told = [say("desk.card-line", lang, name=literal(n), text=literal(t)) for n, t in pairs]
        st.markdown("  \n".join(told))
        _asked(telling, key)
        try:
            reasons = why(telling, str(key)).splitlines()
        except InputError:  # a plan read back or edited by hand has no reasons
            reasons = []
        if reasons:
            with st.expander(say("desk.card-why", lang), expanded=row["status"] == "new"):
                st.markdown("\n\n".join(literal(line) for line in reasons))
    return True


def _forget() -> None:
    st.session_state[PICKED] = None


def _figures(plan: Plan, key: Any, row: dict[str, Any], lang: str) -> list[tuple[str, str]]:  # noqa: ANN401
    units = plan.district.units
    mine = plan.layout.units["center"].reindex(units.index) == key
    km2 = float(units.geometry.area[mine].sum()) / 1e6
    walked = plan.layout.units.get("minutes_to_center")
    people = units["population"][mine].astype(float)
    minutes = None
    if walked is not None and people.sum() > 0:
        minutes = float((walked.reindex(units.index)[mine] * people).sum() / people.sum())
    band = None
    if not is_missing(row.get("capacity_lower")) and not is_missing(row.get("capacity_upper")):
        told = {"lower": f"{row['capacity_lower']:,.0f}", "upper": f"{row['capacity_upper']:,.0f}"}
        band = say("desk.card-band-told", lang, **told)
    pairs = [
        (say("maps.tip-residents", lang), figure(row["population"], "persons", lang)),
        (say("desk.card-band", lang), band),
        (say("desk.card-area", lang), figure(km2, "km2", lang)),
        (
            say("desk.card-minutes", lang),
            None if minutes is None else figure(minutes, "minutes", lang),
        ),
        (say("desk.card-metres", lang), figure(row.get("mean_metres"), "metres", lang)),
    ]
    return [(label, text) for label, text in pairs if text]


def _asked(telling: Telling, key: Any) -> None:  # noqa: ANN401  # a table's index
    """Say who runs the center and what is asked of it, as far as anything is known."""
    table = services_told(telling)
    if not len(table):
        return
    mine = table[table["center"].astype(str) == str(key)]
    columns = [name for name in mine.columns if name not in ("center", "name")]
    if not len(mine) or not columns:
        return
    told = headed(mine, columns, telling.lang).iloc[0]
    lines = [f"- {literal(name)}: {literal(_shown(value))}" for name, value in told.items()
             if not is_missing(value) and value != ""]  # fmt: skip
    with st.expander(say("desk.card-targets", telling.lang)):
        st.markdown("\n".join(lines))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
