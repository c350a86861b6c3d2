"""Every rule held against the plan: result in words and colours, figure, clause and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import streamlit as st

from gridplan.outputs.tables.tables import findings_table
from gridplan.outputs.words.caveats_told import caveat_texts
from gridplan.outputs.words.keyless import keyless
from gridplan.outputs.words.names import is_missing, needs_text, section_text, word
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.verdicts import (
    document_text,
    reach_text,
    readings_text,
    rule_counts,
    rules_line,
)
from gridplan.policy.verdict import CONFLICT, rule_states, state_of
from gridplan.text.language import ORIGINAL, in_language
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.finding_rows import findings_shown

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

Ink = Literal["red", "orange", "yellow", "green", "blue", "gray"]
# In the order of the badges: what wants a look first.
INKS: dict[str, Ink] = {
    "failed": "red",
    "borderline": "yellow",
    "waiting": "orange",
    "conflict": "orange",
    "self-assessed": "blue",
    "expired": "gray",
    "pending": "gray",
    "figure": "gray",
    "passed": "green",
}
_ICONS = {
    "failed": "cancel",
    "borderline": "warning",
    "waiting": "help",
    "conflict": "sync_problem",
    "self-assessed": "edit_note",
    "expired": "event_busy",
    "pending": "event_upcoming",
    "figure": "tag",
    "passed": "check_circle",
}
_SHADES = {
    "red": ("#b2182b", "#fdecee"),
    "yellow": ("#7a5b00", "#fff9e3"),
    "orange": ("#9b4519", "#fff6ed"),
    "blue": ("#1f5c99", "#edf4fb"),
    "gray": ("#555555", "#f4f4f4"),
    "green": ("#1b7837", "#eef8f1"),
}
_BADGES = 4  # a row


@st.fragment
def findings_view(plan: Plan, lang: str) -> None:
    """Draw the counts, a choice of what to see, and rule by rule what was found."""
    table = findings_table(plan)
    if table.empty:
        st.info(say("app.no-findings", lang))
        return
    rows = table.to_dict(orient="records")
    st.markdown(literal(rules_line(Telling(plan, lang))))
    _counts(rule_counts(plan), lang)
    shown = findings_shown(plan, lang).assign(state=[state_of(row) for row in rows])
    states = {rule: state for (_, rule), state in rule_states(rows).items()}
    kinds: dict[str, list[list[int]]] = {state: [] for state in INKS}
    for rule, at in shown.groupby("rule", sort=False).groups.items():
        kinds[states.get(str(rule), CONFLICT)].append(list(at))
    kinds = {state: found for state, found in kinds.items() if found}
    kinds["all"] = [found for kind in kinds.values() for found in kind]
    rules = kinds[_choice(kinds, len(states), lang)]
    if not rules:
        st.text(say("app.nothing-here", lang))
    for at in rules:
        _rule(table.iloc[at], shown.iloc[at], lang)


def _counts(counts: dict[str, int], lang: str) -> None:
    told = [state for state in INKS if counts.get(state)]
    for start in range(0, len(told), _BADGES):
        row = told[start : start + _BADGES]
        for column, state in zip(st.columns(_BADGES), row, strict=False):
            with column.container(border=True):
                name = word("state", state, lang)
                st.badge(name, color=INKS[state], icon=_icon(state))
                st.metric(name, f"{counts[state]:,}", label_visibility="collapsed")


def _choice(kinds: dict[str, list[list[int]]], rules: int, lang: str) -> str:
    """Draw the choice of rules; those that fail first, if there are any. A conflict is no rule."""
    if st.session_state.get("findings-filter") not in kinds:
        st.session_state["findings-filter"] = "failed" if "failed" in kinds else "all"
    chosen = st.segmented_control(
        say("app.filter", lang),
        list(kinds),
        format_func=lambda kind: _filter_word(
            kind, rules if kind == "all" else len(kinds[kind]), lang
        ),
        key="findings-filter",
        required=True,
        label_visibility="collapsed",
    )
    return str(chosen or "all")


def _filter_word(kind: str, count: int, lang: str) -> str:
    if kind == "all":
        return say("app.filter-all", lang, count=count)
    return say("app.filter-state", lang, state=word("state", kind, lang), count=count)


def _rule(rows: pd.DataFrame, shown: pd.DataFrame, lang: str) -> None:
    """Draw one rule: its results, its clause, and its subjects if there are several."""
    rule: dict[str, Any] = rows.iloc[0].to_dict()
    states = list(shown["state"])
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            for state, ink in INKS.items():
                if state in states:
                    label = word("state", state, lang)
                    count = f" {states.count(state)}" if len(states) > 1 else ""
                    st.badge(f"{label}{count}", color=ink, icon=_icon(state))
            st.markdown(f"**{literal(in_language(rule, 'title', lang))}**")
            how = word("answered", rule.get("answered"), lang)
            st.caption(" · ".join(filter(None, [word("rule-level", rule["level"], lang), how])))
        open_for = _why_open(rule, lang) if set(rows["passed"]) == {None} else ""
        if open_for:
            st.text(open_for)
        elif rule.get("answered") == "self-assessed":
            st.text(say("app.assessed", lang, answer=word("answer", rule["assessed"], lang)))
        elif len(rows) == 1:
            only = shown.iloc[0]
            st.text(
                say(
                    "app.finding",
                    lang,
                    subject=only["subject"],
                    value=only["value"],
                    bounds=only["bounds"],
                )
            )
            if reach_text(rule, lang):
                st.text(reach_text(rule, lang))
        else:
            _subjects(shown, lang)
        for caveat in caveat_texts(rows.to_dict(orient="records"), lang):
            st.text(caveat)
        if readings_text(rule, lang):
            st.text(readings_text(rule, lang))
        _clause(rule, lang)


def _why_open(rule: dict[str, Any], lang: str) -> str:
    """Say what an open rule waits for; empty where it was measured and simply has no figure."""
    answered = rule.get("answered")
    if answered == "needs-column":
        return say("app.needs", lang, column=needs_text(rule["needs"], lang))
    if answered in ("self-assessed", "conflict"):
        return say(f"app.{answered}", lang)
    return ""


def _clause(rule: dict[str, Any], lang: str) -> None:
    key = (
        "clause-verbatim" if lang == ORIGINAL and rule.get("verbatim", True) else "clause-rendered"
    )
    clause = in_language(rule, "clause", lang)
    source = in_language(rule, "source", lang)
    st.caption(
        "  \n".join(
            [
                literal(say(f"app.{key}", lang, clause=clause)),
                literal(say("app.source", lang, source=source, section=section_text(rule, lang))),
                literal(document_text(rule, lang)),
            ]
        )
    )
    if not is_missing(rule.get("evidence")) and rule.get("evidence"):
        told = {"evidence": rule["evidence"], "date": rule.get("assessed_on") or "—"}
        st.caption(literal(say("app.evidence", lang, **told)))
    reading = in_language(rule, "reading", lang)
    if reading:
        st.caption(literal(say("app.reading-of-clause", lang, reading=keyless(reading, lang))))


def _subjects(shown: pd.DataFrame, lang: str) -> None:
    """Draw the subjects of a rule, the worst first, coloured by result."""
    ordered = shown.assign(worst=[list(INKS).index(state) for state in shown["state"]])
    ordered = ordered.sort_values("worst", kind="stable").reset_index(drop=True)
    shades = [_SHADES[INKS[state]] for state in ordered["state"]]
    columns = ["result", "subject", "value", "bounds"]
    table = ordered[columns].set_axis([say(f"app.column-{name}", lang) for name in columns], axis=1)
    styled = table.style.apply(
        lambda _: [f"color: {ink}; background-color: {paper}" for ink, paper in shades],
        subset=[table.columns[0]],
    )
    config = {name: st.column_config.TextColumn() for name in table.columns}
    height: int | Literal["content"] = 250 if len(table) > 8 else "content"
    st.dataframe(styled, column_config=config, hide_index=True, height=height)


def _icon(state: str) -> str:
    return f":material/{_ICONS[state]}:"
