"""Bounds a planner sets otherwise than a document, and how phrases of it are read."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from gridplan.errors import GridplanError, InputError
from gridplan.outputs.words.names import figure, section_text
from gridplan.planning.checks.checks import rules_for
from gridplan.planning.plan import Plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.override import parse_override
from gridplan.policy.percent import PERCENT
from gridplan.policy.readings import parse_reading
from gridplan.policy.rule import Rule
from gridplan.text.language import in_language
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.table_editor import cells, table_editor
from gridplan.ui.shown.words import show_problems

COLUMNS = ["title", "where", "official", "lower", "upper", "lifted"]


def bounds_view(plan: Plan, scenario: Scenario | None, lang: str) -> None:
    """
    Draw the bounds and the readings.

    Parameters
    ----------
    plan
        Says which documents it is held against.
    scenario
        What the fields say: the bounds go into it and count in the next plan.
    lang
        ``zh`` or ``en``.
    """
    if scenario is None:
        return
    try:
        rules = rules_for(plan.layout, dataclasses.replace(scenario, time_limit=600.0))
    except GridplanError as error:
        show_problems(error.problems, lang, title="app.bad-scenario")
        return
    st.markdown(f"#### {say('keys.overrides.label', lang)}")
    st.caption(say("bonds.bounds-about", lang))
    mine = [rule for rule in rules if rule.measure and _has_bound(rule)]
    now = bounds_table(mine, scenario.overrides, lang)
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(say(f"bonds.bound-{name}", lang), disabled=True)
        for name in COLUMNS[:3]
    }
    config |= {
        name: st.column_config.NumberColumn(say(f"bonds.bound-{name}", lang), format="localized")
        for name in ("lower", "upper")
    }
    about = say("bonds.bound-lifted-about", lang)
    config["lifted"] = st.column_config.CheckboxColumn(say("bonds.bound-lifted", lang), help=about)
    edited = table_editor(f"bounds-{lang}", now, columns=config, disabled=COLUMNS[:3], height=440)
    wanted = scenario.overrides if edited is None else typed_bounds(mine, edited)
    chosen = _readings(rules, scenario, lang)
    if (wanted, chosen) == (scenario.overrides, scenario.readings):
        return
    try:
        changed = dataclasses.replace(scenario, overrides=wanted, readings=chosen)
        rules_for(plan.layout, changed)
    except InputError as error:
        show_problems(error.problems, lang, title="app.tables-problems")
        return
    fill_form(changed)
    st.rerun()


def _has_bound(rule: Rule) -> bool:
    return rule.official_lower is not None or rule.official_upper is not None


def bounds_table(rules: Sequence[Rule], overrides: Sequence[str], lang: str) -> pd.DataFrame:
    """Give a row a rule, index its key: what the document asks, and what is asked instead."""
    own = {one.rule: one for one in map(parse_override, overrides) if one is not None}
    rows: dict[str, dict[str, Any]] = {}
    for rule in rules:
        bounds = own[rule.key].bounds if rule.key in own else {}
        rows[rule.key] = {
            "title": in_language(rule, "title", lang),
            "where": f"{in_language(rule.source, 'title', lang)}{section_text(vars(rule), lang)}",
            "official": _official(rule, lang),
            "lower": bounds.get("lower"),
            "upper": bounds.get("upper"),
            "lifted": bool(bounds) and all(value is None for value in bounds.values()),
        }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    return table.astype({"lower": float, "upper": float, "lifted": bool})


def _official(rule: Rule, lang: str) -> str:
    parts = []
    for bound, key in ((rule.official_lower, "at-least"), (rule.official_upper, "at-most-bound")):
        if bound is not None:
            told = figure(bound, rule.unit, lang)
            parts.append(say(f"summary.{key}", lang, lower=told, upper=told))
    return " ".join(parts)


def typed_bounds(rules: Sequence[Rule], edited: pd.DataFrame) -> tuple[str, ...]:
    """Give what was typed as a scenario has it; a rule without an own bound is left out."""
    units = {rule.key: rule.unit for rule in rules}
    given = []
    for key, row in zip(map(str, edited.index), cells(edited), strict=True):
        sign = "%" if units[key] == PERCENT else ""
        bounds = {
            name: f"{row[name]:.10g}{sign}" for name in ("lower", "upper") if row[name] is not None
        }
        if row["lifted"]:
            bounds = {"lower": "none", "upper": "none"}
        if bounds:
            parts = ", ".join(f"{name}={value}" for name, value in bounds.items())
            given.append(f"{key}: {parts}")
    return tuple(given)


def _readings(rules: Sequence[Rule], scenario: Scenario, lang: str) -> tuple[str, ...]:
    """Draw a choice for each phrase that is read in several ways; give what was chosen."""
    phrases: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.phrase:
            phrases.setdefault(rule.phrase, []).append(rule)
    open_ones = {phrase: some for phrase, some in phrases.items() if len(some) > 1}
    if not open_ones:
        return scenario.readings
    st.markdown(f"#### {say('keys.readings.label', lang)}")
    st.caption(say("bonds.readings-about", lang))
    given = dict(filter(None, map(parse_reading, scenario.readings)))
    for phrase, some in open_ones.items():
        told = {rule.id: _reading(rule, lang) for rule in some}
        marked = next((rule.id for rule in some if rule.adopted), some[0].id)
        clause = literal(in_language(some[0], "clause", lang))
        chosen = st.radio(
            clause,
            list(told),
            index=list(told).index(given.get(phrase, marked)) if marked in told else 0,
            format_func=told.__getitem__,
            key=f"reading-{phrase}-{lang}-{given.get(phrase, '')}",
        )
        if phrase in given or chosen != marked:
            given[phrase] = str(chosen)
    return tuple(f"{phrase}: {rule}" for phrase, rule in given.items())


def _reading(rule: Rule, lang: str) -> str:
    """Say a reading by its rule, and how that reads the clause."""
    title, reading = in_language(rule, "title", lang), in_language(rule, "reading", lang)
    told = {"name": literal(title), "text": literal(reading)}
    return say("desk.card-line", lang, **told) if reading else told["name"]
