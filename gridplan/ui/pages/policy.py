"""The plan against the documents: every rule with its clause, and the planner's own answers."""

from __future__ import annotations

import streamlit as st

from gridplan.ui.bonds.bounds import bounds_view
from gridplan.ui.bonds.own_rules import own_rules_view
from gridplan.ui.desk.title import title_line
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.answers import answers
from gridplan.ui.views.assessment import assessment_view
from gridplan.ui.views.findings import findings_view
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan


def policy_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "policy")
    if needs_plan(here) or here.result is None:
        own_rules_view(here)
        return
    plan = here.result.with_answers(answers()).plan
    parts = ("findings", "assessment", "bounds", "own-rules")
    drawn = st.tabs([say(f"app.tab-{part}", here.lang) for part in parts])
    with drawn[0]:
        findings_view(plan, here.lang)
    with drawn[1]:
        assessment_view(plan, here.lang)
    with drawn[2]:
        bounds_view(plan, here.scenario, here.lang)
    with drawn[3]:
        own_rules_view(here)
