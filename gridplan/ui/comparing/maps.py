"""Two plans on maps that move together, and what differs on a third."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from gridplan.outputs.comparing.canvas import difference_canvas
from gridplan.outputs.comparing.tables import plan_titles
from gridplan.ui.desk.map import draw_map
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say

if TYPE_CHECKING:
    from gridplan.outputs.canvas.canvas import Canvas
    from gridplan.planning.comparing.comparison import Compared
    from gridplan.ui.window.kept_plans import KeptPlan

_DRAWN, _AT = "compare-difference", "compare-other"


def maps_view(compared: Compared, plans: list[KeptPlan], lang: str) -> None:
    """
    Draw the first plan and another side by side, and the map of what differs below.

    Parameters
    ----------
    compared
        The plans.
    plans
        The same, with their maps.
    lang
        ``zh`` or ``en``.
    """
    titles = plan_titles(compared, lang)
    at = _other(titles, lang)
    place = str(plans[0].plan.district.code)
    pair = (("left", 0), ("right", at + 1))
    for column, (side, number) in zip(st.columns(2, gap="small"), pair, strict=True):
        with column:
            st.markdown(f"**{literal(titles[number])}**")
            with st.spinner(say("app.rendering", lang)):
                canvas = plans[number].canvas(lang)
            draw_map(
                canvas, lang, kind=f"compare-{side}", place=place, height="460px", together=True
            )
    told = say("app.compare-map-difference", lang, name=titles[at + 1], first=titles[0])
    st.markdown(f"**{literal(told)}**")
    with st.spinner(say("app.rendering", lang)):
        canvas = _difference(compared, at, [one.key for one in plans], lang)
    draw_map(canvas, lang, kind="compare-difference", place=place, height="560px", together=True)


def _other(titles: list[str], lang: str) -> int:
    """Choose which of the others stands beside the first."""
    others = list(range(len(titles) - 1))
    if len(others) == 1:
        return 0
    st.session_state[_AT] = min(int(st.session_state.get(_AT, 0)), others[-1])
    chosen = st.selectbox(
        say("app.compare-beside", lang),
        others,
        format_func=lambda at: titles[at + 1],
        key=_AT,
        width=320,
    )
    return int(chosen)


def _difference(compared: Compared, at: int, keys: list[str], lang: str) -> Canvas:
    mark = (tuple(keys), at, lang)
    kept: tuple[object, Canvas] | None = st.session_state.get(_DRAWN)
    if kept is None or kept[0] != mark:
        kept = (mark, difference_canvas(compared, at, lang))
        st.session_state[_DRAWN] = kept
    return kept[1]
