"""Scenarios against each other: picked from the list, then figures, maps, a front, files."""

from __future__ import annotations

import re

import streamlit as st

from gridplan.errors import InputError
from gridplan.outputs.words.safe import plain
from gridplan.planning.comparing.comparison import Compared, compare_plans
from gridplan.text.language import in_language
from gridplan.ui.comparing.beside import figures_view, files_view, turned_view
from gridplan.ui.comparing.front import front_view
from gridplan.ui.comparing.maps import maps_view
from gridplan.ui.comparing.shelf import SHOWN, shelf
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window.here import Here
from gridplan.ui.window.kept_plans import KeptPlan

_BASE, _BASE_KEPT, _KEPT = "compare-base", "compare-base-kept", "compare-kept"


def compare_view(here: Here) -> None:
    """Draw the list of scenarios, and what was picked of it side by side."""
    lang = here.lang
    st.caption(say("app.compare-about", lang))
    picked = shelf(here)
    if len(picked) < 2:
        st.info(say("app.compare-pick", lang), icon=":material/info:")
        return
    order = _ordered(here, picked)
    names = [_name(name, picked[name], lang) for name in order]
    plans = [picked[name] for name in order]
    compared = _compared(plans, names, lang)
    if compared is None:
        return
    st.markdown(f"### {say('comparing.figures', lang)}")
    figures_view(compared, lang)
    turned_view(compared, lang)
    st.markdown(f"### {say('comparing.maps', lang)}")
    maps_view(compared, plans, lang)
    st.markdown(f"### {say('app.compare-front', lang)}")
    st.caption(say("app.compare-front-about", lang))
    front_view(compared, lang)
    st.markdown(f"### {say('app.compare-files', lang)}")
    code = re.sub(r"[^\w-]+", "-", plans[0].plan.district.code or "plan")
    files_view(compared, f"gridplan-{code}-{say('app.compare-name', lang)}", lang)


def _name(name: str, found: KeptPlan, lang: str) -> str:
    if name != SHOWN:
        return name
    own = in_language(found.plan.scenario, "name", lang)
    return say("app.compare-shown", lang, name=plain(own, limit=40))


def _ordered(here: Here, picked: dict[str, KeptPlan]) -> list[str]:
    """Choose the plan that the others are held against; it comes first."""
    names = list(picked)
    kept = st.session_state.get(_BASE, st.session_state.get(_BASE_KEPT))
    usual = next((name for name in names if name != SHOWN), names[0])
    st.session_state[_BASE] = kept if kept in names else usual
    base = st.selectbox(
        say("app.compare-base", here.lang),
        names,
        format_func=lambda name: _name(name, picked[name], here.lang),
        key=_BASE,
        width=320,
    )
    st.session_state[_BASE_KEPT] = base
    return [base, *(name for name in names if name != base)]


def _compared(plans: list[KeptPlan], names: list[str], lang: str) -> Compared | None:
    mark = (tuple(one.key for one in plans), tuple(names))
    kept: tuple[object, Compared] | None = st.session_state.get(_KEPT)
    if kept is None or kept[0] != mark:
        try:
            with st.spinner(say("app.compare-running", lang)):
                made = compare_plans([one.plan for one in plans], labels=names)
        except InputError as error:
            show_problems(error.problems, lang, title="app.compare-problems")
            return None
        kept = (mark, made)
        st.session_state[_KEPT] = kept
    return kept[1]
