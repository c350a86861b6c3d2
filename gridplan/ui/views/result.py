"""A finished plan on the screen: key figures, map, tables, findings, certificate, downloads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from gridplan.outputs.tables.summary import certificate_text, label_banner
from gridplan.outputs.tables.tables import key_figures
from gridplan.outputs.tables.variants import headline, heads, variants_table, variants_text
from gridplan.outputs.words.manner import fitting, manner
from gridplan.outputs.words.names import method_text
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.told_notes import told_notes
from gridplan.outputs.words.verdicts import rule_figures
from gridplan.planning.scenario.file import scenario_toml
from gridplan.text import say
from gridplan.text.language import in_language
from gridplan.ui.running.results import Result
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.words import in_words
from gridplan.ui.views.answers import answers
from gridplan.ui.views.assessment import assessment_view
from gridplan.ui.views.downloads import downloads_view
from gridplan.ui.views.findings import findings_view
from gridplan.ui.views.sources import sources_view
from gridplan.ui.views.tables import centers_view, grids_view

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

MAP_HEIGHT = 680
_COLUMNS = 5
_LATER_TABS = ("findings", "assessment", "certificate", "downloads", "sources")


def result_view(result: Result, lang: str) -> None:
    """Draw a finished plan in ``lang``."""
    plan = result.plan
    name = in_language(plan.scenario, "name", lang)
    st.caption(
        literal(say("app.result-of", lang, scenario=name, labels=label_banner(Telling(plan, lang))))
    )
    for line in headline(Telling(plan, lang)):
        st.markdown(f"**{literal(line)}**")
    if plan.variants:
        with st.expander(say("variants.head", lang)):
            table = variants_table(Telling(plan, lang), plan.variants)
            st.dataframe(table.set_axis(heads(lang), axis="columns"), hide_index=True)
            for line in variants_text(Telling(plan, lang))[1:]:
                st.text(line.strip())
    _figures(plan, lang)
    with st.spinner(say("app.rendering", lang)):
        page = result.map_page(lang)
    tabs = ("map", "grids", "centers", *_LATER_TABS)
    drawn = dict(zip(tabs, st.tabs([say(f"app.tab-{tab}", lang) for tab in tabs]), strict=True))
    with drawn["map"]:
        map_view(page, lang)
    with drawn["grids"]:
        grids_view(plan, lang, result)
    with drawn["centers"]:
        centers_view(plan, lang)
    with drawn["findings"]:
        findings_view(plan, lang)
    with drawn["assessment"]:
        assessment_view(plan, lang)
    with drawn["certificate"]:
        certificate_view(plan, lang)
    with drawn["downloads"]:
        file_name = re.sub(r"[^\w-]+", "-", plan.district.code or "plan")
        scenario = scenario_toml(plan.scenario)
        downloads_view(result, f"gridplan-{file_name}", scenario, answers(), lang)
    with drawn["sources"]:
        sources_view(plan.district, lang)


def _figures(plan: Plan, lang: str) -> None:
    pairs = [*key_figures(Telling(plan, lang)), *rule_figures(Telling(plan, lang))]
    for start in range(0, len(pairs), _COLUMNS):
        row = pairs[start : start + _COLUMNS]
        for column, (name, text) in zip(st.columns(_COLUMNS), row, strict=False):
            column.metric(name, text)


def map_view(page: Path, lang: str) -> None:
    """Draw the written map: one page that loads nothing, the same one the planner downloads."""
    st.iframe(page, height=MAP_HEIGHT, alt=say("app.tab-map", lang))


def certificate_view(plan: Plan, lang: str) -> None:
    """Say in plain words how far from the best possible each part of the plan can be."""
    st.markdown(say("app.certificate-intro", lang))
    for part, proof in plan.certificates.items():
        method = method_text(proof.method, lang)
        with st.container(border=True):
            title = fitting(f"summary.certificate-{part}", lang, manner(plan))
            st.markdown(f"**{title}**")
            st.text(certificate_text(proof, lang))
            st.caption(literal(say("app.certificate-how", lang, method=method, seed=proof.seed)))
    for note in told_notes(plan.notes, lang, words=in_words):
        st.info(literal(note))
