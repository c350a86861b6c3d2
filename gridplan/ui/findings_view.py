"""Every rule held against the plan: result in words and colours, figure, clause and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import streamlit as st

from gridplan.outputs.names import is_missing, needs_text, section_text, word
from gridplan.outputs.tables import findings_table
from gridplan.text import say
from gridplan.ui.finding_rows import findings_shown, result_word
from gridplan.ui.literal import literal

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

RESULTS: dict[bool | None, Literal["red", "orange", "green"]] = {
    False: "red",
    None: "orange",
    True: "green",
}
_INK = {"red": "#b2182b", "orange": "#9b4519", "green": "#1b7837"}
_PAPER = {"red": "#fdecee", "orange": "#fff6ed", "green": "#eef8f1"}


@st.fragment
def findings_view(plan: Plan, lang: str) -> None:
    """Draw the counts, a choice of what to see, and rule by rule what was found."""
    table = findings_table(plan)
    if table.empty:
        st.info(say("app.no-findings", lang))
        return
    results = [_result(value) for value in table["passed"]]
    for column, (result, colour) in zip(st.columns(3), RESULTS.items(), strict=True):
        with column.container(border=True):
            st.badge(result_word(result, lang), color=colour, icon=_icon(result))
            st.metric(
                result_word(result, lang),
                f"{results.count(result):,}",
                label_visibility="collapsed",
            )
    shown = findings_shown(plan, lang).assign(passed=results)
    grouped = shown.groupby("rule", sort=False).groups.values()
    kinds: dict[str, list[list[int]]] = {"failed": [], "open": [], "passed": []}
    for rows in map(list, grouped):
        kinds[list(kinds)[_worst([results[i] for i in rows])]].append(rows)
    kinds["all"] = [rows for kind in kinds.values() for rows in kind]
    rules = kinds[_choice(kinds, lang)]
    if not rules:
        st.text(say("app.nothing-here", lang))
    for rows in rules:
        _rule(table.iloc[rows], shown.iloc[rows], lang)


def _choice(kinds: dict[str, list[list[int]]], lang: str) -> str:
    """Draw the choice of rules; those that fail first, if there are any."""
    if "findings-filter" not in st.session_state:
        st.session_state["findings-filter"] = "failed" if kinds["failed"] else "all"
    chosen = st.segmented_control(
        say("app.filter", lang),
        list(kinds),
        format_func=lambda kind: say(f"app.filter-{kind}", lang, count=len(kinds[kind])),
        key="findings-filter",
        required=True,
        label_visibility="collapsed",
    )
    return str(chosen or "all")


def _rule(rows: pd.DataFrame, shown: pd.DataFrame, lang: str) -> None:
    """Draw one rule: its results, its clause, and its subjects if there are several."""
    rule: dict[str, Any] = rows.iloc[0].to_dict()
    results = list(shown["passed"])
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            for result, colour in RESULTS.items():
                if result in results:
                    label = result_word(result, lang)
                    count = f" {results.count(result)}" if len(results) > 1 else ""
                    st.badge(f"{label}{count}", color=colour, icon=_icon(result))
            st.markdown(f"**{literal(rule[f'title_{lang}'])}**")
            how = word("answered", rule.get("answered"), lang)
            st.caption(" · ".join(filter(None, [word("rule-level", rule["level"], lang), how])))
        open_for = _why_open(rule, lang) if set(results) == {None} else ""
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
        else:
            _subjects(shown, lang)
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
    zh = lang == "zh"
    key = "clause-verbatim" if zh and rule.get("verbatim", True) else "clause-rendered"
    clause = rule["clause"] if zh else rule["clause_en"]
    source = rule["source_zh"] if zh else rule["source_en"]
    st.caption(
        "  \n".join(
            [
                literal(say(f"app.{key}", lang, clause=clause)),
                literal(say("app.source", lang, source=source, section=section_text(rule, lang))),
            ]
        )
    )
    if not is_missing(rule.get("evidence")) and rule.get("evidence"):
        told = {"evidence": rule["evidence"], "date": rule.get("assessed_on") or "—"}
        st.caption(literal(say("app.evidence", lang, **told)))
    reading = rule.get(f"reading_{lang}")
    if reading:
        st.caption(literal(say("app.reading-of-clause", lang, reading=reading)))


def _subjects(shown: pd.DataFrame, lang: str) -> None:
    """Draw the subjects of a rule, the worst first, coloured by result."""
    ordered = shown.assign(worst=[_rank(value) for value in shown["passed"]])
    ordered = ordered.sort_values("worst", kind="stable").reset_index(drop=True)
    inks = [RESULTS[_result(value)] for value in ordered["passed"]]
    columns = ["result", "subject", "value", "bounds"]
    table = ordered[columns].set_axis([say(f"app.column-{name}", lang) for name in columns], axis=1)
    styled = table.style.apply(
        lambda _: [f"color: {_INK[ink]}; background-color: {_PAPER[ink]}" for ink in inks],
        subset=[table.columns[0]],
    )
    config = {name: st.column_config.TextColumn() for name in table.columns}
    height: int | Literal["content"] = 250 if len(table) > 8 else "content"
    st.dataframe(styled, column_config=config, hide_index=True, height=height)


def _result(value: object) -> bool | None:
    return bool(value) if isinstance(value, (bool, int)) else None


def _rank(value: object) -> int:
    return list(RESULTS).index(_result(value))


def _worst(results: list[bool | None]) -> int:
    return min(_rank(result) for result in results)


def _icon(result: bool | None) -> str:
    names = {True: "check_circle", False: "cancel", None: "help"}
    return f":material/{names[result]}:"
