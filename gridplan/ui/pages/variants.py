"""Variants as cards side by side, and other ways to cut the grids; each adopted with one click."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from gridplan.outputs.tables.variants import (
    FIGURES,
    headline,
    heads,
    rule_titles,
    variant_name,
    variants_table,
    verdict_text,
)
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.layout.variant import NONE, Variant
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.variants.proposing import lettered
from gridplan.text.language import joined
from gridplan.ui.comparing.view import compare_view
from gridplan.ui.desk.title import title_line
from gridplan.ui.running.results import Piece
from gridplan.ui.running.work import Task
from gridplan.ui.setup.alternatives import alternatives_field
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.findings import Ink
from gridplan.ui.views.screen_tables import alternatives_shown
from gridplan.ui.views.tables import show_table
from gridplan.ui.window.drawing import drawing, set_drawing
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan
from gridplan.ui.window.piece_view import piece_view
from gridplan.ui.window.session import start

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan
    from gridplan.ui.running.result import Result

_COLUMNS = 3
_KEPT = "compare-part-kept"
_PART, _PARTS = "compare-part", ("scenarios", "passing", "alternatives")


def variants_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "variants")
    lang = here.lang
    # A field that another page does not draw is forgotten by then; what it said is kept apart.
    kept = st.session_state.get(_PART, st.session_state.get(_KEPT))
    st.session_state[_PART] = kept if kept in _PARTS else _PARTS[0]
    part = st.segmented_control(
        say("app.compare-part", lang),
        _PARTS,
        format_func=lambda name: say(f"app.compare-part-{name}", lang),
        key=_PART,
        required=True,
        label_visibility="collapsed",
    )
    st.session_state[_KEPT] = part
    if part == "scenarios":
        if here.district is None:
            needs_plan(here)
            return
        compare_view(here)
        return
    if needs_plan(here) or here.result is None:
        return
    if part == "passing":
        _passing(here, here.result)
    else:
        _alternatives(here, here.result.plan)


def _passing(here: Here, result: Result) -> None:
    """Draw what would make failing rules pass, and the named set side by side."""
    plan, lang = result.plan, here.lang
    if st.session_state.pop("adopted", ""):
        st.success(say("app.adopted", lang))
    for line in headline(Telling(plan, lang)):
        st.markdown(f"**{literal(line)}**")
    if result.tried and plan.variants:
        st.markdown(f"### {say('app.variants-passing', lang)}")
        st.caption(say("app.variants-passing-about", lang))
        _cards(here, plan, plan.variants, "passing", {})
    st.markdown(f"### {say('app.variants-side', lang)}")
    st.caption(say("app.variants-side-about", lang))
    piece = piece_view(here, "variants")
    if piece is not None:
        _side_by_side(here, piece)


def _side_by_side(here: Here, piece: Piece) -> None:
    found, lang = piece.made, here.lang
    _cards(here, found.plan, found.variants, "side", found.plans)
    picture = piece.folder / f"variants-{lang}.png"
    if not picture.exists():
        from gridplan.outputs.style.fonts import face  # brings matplotlib along
        from gridplan.outputs.variants.maps import variant_maps

        picture.write_bytes(variant_maps(found, lang, face()))
    st.image(picture.read_bytes(), width="stretch")
    with st.expander(say("app.variants-table", lang)):
        table = variants_table(Telling(found.plan, lang), found.variants)
        show_table(table.set_axis(heads(lang), axis="columns"))


def _cards(
    here: Here, plan: Plan, variants: tuple[Variant, ...], kind: str, plans: dict[str, Plan]
) -> None:
    table = variants_table(Telling(plan, here.lang), variants)
    names = dict(zip(FIGURES, heads(here.lang, FIGURES), strict=True))
    for first in range(0, len(variants), _COLUMNS):
        columns = st.columns(_COLUMNS)
        shown = zip(columns, range(first, min(first + _COLUMNS, len(variants))), strict=False)
        for column, at in shown:
            with column.container(border=True, height="stretch"):
                _card(here, plan, variants[at], table.iloc[at], names)
                if variants[at].changes and variants[at].judged != NONE:
                    st.button(
                        say("app.adopt", here.lang, letter=variants[at].letter),
                        key=f"adopt-{kind}-{variants[at].letter}",
                        icon=":material/check:",
                        on_click=_adopt,
                        args=(here, variants[at], plans.get(variants[at].letter)),
                    )


def _card(here: Here, plan: Plan, variant: Variant, row: pd.Series, names: dict[str, str]) -> None:
    lang = here.lang
    title = literal(variant_name(Telling(plan, lang), variant))
    st.markdown(f"**{variant.letter}　{title}**")
    fails = bool(variant.must or variant.should) or variant.judged == NONE
    ink: Ink = "red" if variant.must or variant.judged == NONE else "orange" if fails else "green"
    st.badge(literal(verdict_text(variant, lang)), color=ink)
    mended = rule_titles(Telling(plan, lang), variant.mended)
    if mended:
        st.caption(literal(say("app.variant-mends", lang, titles=joined(mended, lang))))
    if variant.supposes:
        st.caption(say("app.variant-facts", lang))
    lines = [f"{names[name]}: {row[name]:,}" for name in FIGURES if not is_missing(row[name])]
    st.text("\n".join(lines))


def _adopt(here: Here, variant: Variant, made: Plan | None) -> None:
    """Put a variant's keys into the fields, and its plan in the place of the one that is shown."""
    if here.scenario is None or here.district is None:
        return
    scenario = lettered(dataclasses.replace(here.scenario, **variant.changes), variant.letter)
    fill_form(scenario)
    st.session_state["adopted"] = variant.letter
    _plan_it(here, scenario, made)


def _plan_it(here: Here, scenario: Scenario, made: Plan | None) -> None:
    if here.district is None:
        return
    key = fingerprint(here.district, scenario, drawn=drawing())
    st.session_state["alternatives"] = 0
    if made is not None:
        here.results.add(key, made, scenario)
        return
    start(here.results, key, Task(here.district, scenario, here.lang, drawn=drawing()))


def _alternatives(here: Here, plan: Plan) -> None:
    """Draw the other ways to cut the grids, each with its map and a button that takes it."""
    lang = here.lang
    st.markdown(f"### {say('app.alternatives-head', lang)}")
    if not plan.alternatives or here.result is None:
        st.caption(say("app.alternatives-none", lang))
        with st.container(width=320):
            alternatives_field(lang)
        return
    st.caption(say("app.alternatives-explained", lang))
    show_table(alternatives_shown(plan, lang))
    for first in range(0, len(plan.alternatives), _COLUMNS):
        columns = st.columns(_COLUMNS)
        for column, at in zip(columns, range(first, len(plan.alternatives)), strict=False):
            with column.container(border=True):
                key = "app.alternative-plan" if at == 0 else "app.alternative"
                st.markdown(f"**{say(key, lang, number=at + 1)}**")
                picture = here.result.alternative_map(at + 1, lang)
                st.image(picture.read_bytes(), width="stretch")
                if at:
                    st.button(
                        say("app.adopt-alternative", lang),
                        key=f"adopt-alternative-{at + 1}",
                        icon=":material/check:",
                        on_click=_adopt_alternative,
                        args=(here, at),
                    )


def _adopt_alternative(here: Here, at: int) -> None:
    """Take the grids of one of the ways to cut them as drawn, and plan with them."""
    if here.result is None or here.scenario is None:
        return
    other = here.result.plan.alternatives[at]
    leads = {str(grid): str(lead) for grid, lead in other.leads.items()}
    set_drawing(Drawn(other.grid, leads=leads))
    st.session_state["adopted"] = str(at + 1)
    _plan_it(here, here.scenario, None)
