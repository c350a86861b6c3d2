"""The self-assessment: every clause no map can answer, with answer, evidence and date."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from gridplan.errors import GridplanError
from gridplan.outputs.tables.tables import findings_table
from gridplan.outputs.words.names import section_text, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.verdicts import state_word
from gridplan.planning.checks.checks import rules_for
from gridplan.policy.assessment import ANSWERS, FILE, assessment_toml
from gridplan.policy.rule import Rule
from gridplan.text.language import in_language
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.answers import (
    EARLIEST,
    EVIDENCE_LENGTH,
    LATEST,
    OPEN,
    answers,
    entry,
    keep,
    prepare,
    take_file,
)

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

_DOCUMENT = "assess-document"


def assessment_view(plan: Plan, lang: str) -> None:
    """Draw the form of a plan's self-assessed rules, document by document."""
    try:
        rules = rules_for(plan.layout, plan.scenario)
    except GridplanError as error:
        show_problems(error.problems, lang, title="app.bad-input")
        return
    documents = _documents(rules)
    asked = [rule.key for listed in documents.values() for rule in listed if not rule.measure]
    given = sum(key in answers() for key in asked)
    st.markdown(say("app.assess-intro", lang, count=len(asked), given=given))
    _file(rules, lang)
    show_problems(st.session_state.get("answers-problems", ()), lang, title="app.assess-problems")
    if not documents:
        return
    # One document at a time: a page of some hundred fields would answer slowly.
    listed = documents[_chosen(documents, lang)]
    mine = [rule.key for rule in listed if not rule.measure]
    counted = {"given": sum(key in answers() for key in mine), "count": len(mine)}
    st.caption(say("app.assess-document", lang, **counted))
    for rule in listed:
        _rule(plan, rule, lang)


def _chosen(documents: dict[str, list[Rule]], lang: str) -> str:
    """Draw the choice of document and give its profile."""

    def title(profile: str) -> str:
        source = documents[profile][0].source
        return plain(in_language(source, "title", lang))

    kept = st.session_state.get(_DOCUMENT)
    st.session_state[_DOCUMENT] = kept if kept in documents else next(iter(documents))
    chosen = st.selectbox(
        say("app.assess-which", lang), list(documents), format_func=title, key=_DOCUMENT
    )
    return str(chosen)


def _documents(rules: tuple[Rule, ...]) -> dict[str, list[Rule]]:
    """Give the rules by profile: numbered criteria in their order, computed ones too; then others.

    A computed criterion is shown with its result, so that the document's list is complete.
    """
    documents: dict[str, list[Rule]] = {}
    for rule in rules:
        if not rule.measure or rule.number is not None:
            documents.setdefault(rule.profile, []).append(rule)
    for listed in documents.values():
        listed.sort(key=lambda rule: (rule.number is None, rule.number or 0))
    return {
        name: listed for name, listed in documents.items() if any(not r.measure for r in listed)
    }


def _file(rules: tuple[Rule, ...], lang: str) -> None:
    """Draw the button that saves the answers, and the field that reads a file of them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            say("app.assess-save", lang, file=FILE),
            assessment_toml(answers()),
            file_name=FILE,
            mime="application/toml",
            key="assess-save",
            icon=":material/download:",
            on_click="ignore",
            disabled=not answers(),
        )
        with st.popover(say("app.assess-load", lang, file=FILE), icon=":material/upload:"):
            st.file_uploader(
                say("app.assess-load", lang, file=FILE),
                type=["toml"],
                key="assess-upload",
                on_change=partial(_take_upload, rules),
            )
    st.caption(say("app.assess-note", lang, file=FILE))


def _take_upload(rules: tuple[Rule, ...]) -> None:
    file = st.session_state.get("assess-upload")
    if file is None:
        return
    st.session_state["answers-problems"] = problems_of(
        file.name, lambda: take_file(file.getvalue(), file.name, rules)
    )


def _rule(plan: Plan, rule: Rule, lang: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{literal(in_language(rule, 'title', lang))}**")
        where = section_text(vars(rule), lang)
        clause = literal(in_language(rule, "clause", lang))
        st.caption("  \n".join(filter(None, [clause, literal(where)])))
        if rule.measure:
            _computed(plan, rule, lang)
        else:
            _fields(rule.key, lang)


def _computed(plan: Plan, rule: Rule, lang: str) -> None:
    """Say what the map answers."""
    found = findings_table(plan)
    own = found[(found["rule"] == rule.id) & (found["profile"] == rule.profile)]
    told = list(dict.fromkeys(state_word(row, lang) for row in own.to_dict(orient="records")))
    st.text(say("app.assess-computed", lang, result=told or ["—"]))


def _fields(key: str, lang: str) -> None:
    prepare(key)
    changed = partial(keep, key)
    left, middle, right = st.columns([3, 5, 2], vertical_alignment="bottom")
    left.segmented_control(
        say("app.assess-answer", lang),
        [*ANSWERS, OPEN],
        format_func=lambda code: word("answer", code or "open", lang),
        key=entry("answer", key),
        required=True,
        on_change=changed,
    )
    middle.text_input(
        say("app.assess-evidence", lang),
        key=entry("evidence", key),
        max_chars=EVIDENCE_LENGTH,
        placeholder=say("app.assess-evidence-example", lang),
        on_change=changed,
    )
    right.date_input(
        say("app.assess-date", lang),
        value=None,
        min_value=EARLIEST,
        max_value=LATEST,
        format="YYYY-MM-DD",
        key=entry("date", key),
        on_change=changed,
    )
