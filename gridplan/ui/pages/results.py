"""Everything to take along: the whole as one file, reports, map, tables, data; sources folded."""

from __future__ import annotations

import re

import streamlit as st

from gridplan.outputs.tables.tables import key_figures
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.verdicts import rule_figures
from gridplan.planning.scenario.file import scenario_toml
from gridplan.text.language import in_language
from gridplan.ui.desk.title import title_line
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.answers import answers
from gridplan.ui.views.downloads import downloads_view
from gridplan.ui.views.quality import quality_view
from gridplan.ui.views.sources import sources_view
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan

_COLUMNS = 5


def results_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "results")
    if needs_plan(here) or here.result is None:
        return
    lang, result = here.lang, here.result.with_answers(answers())
    plan = result.plan
    name = literal(in_language(plan.scenario, "name", lang))
    st.caption(say("app.scenario-named", lang, name=name))
    if here.stale:
        st.warning(say("app.stale", lang))
    code = re.sub(r"[^\w-]+", "-", plan.district.code or "plan")
    title = re.sub(r"[^\w-]+", "-", in_language(plan.scenario, "name", lang)).strip("-")[:40]
    downloads_view(
        result, f"gridplan-{code}-{title}", scenario_toml(plan.scenario), answers(), lang
    )
    with st.expander(say("app.results-figures", lang)):
        pairs = [*key_figures(Telling(plan, lang)), *rule_figures(Telling(plan, lang))]
        for start in range(0, len(pairs), _COLUMNS):
            row = pairs[start : start + _COLUMNS]
            for column, (what, text) in zip(st.columns(_COLUMNS), row, strict=False):
                column.metric(what, text)
    quality_view(plan, lang)
    with st.expander(say("app.tab-sources", lang)):
        sources_view(plan.district, lang)
