"""What a batch came to, as tables for people: one a level, the rules, the cities, the tasks."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gridplan.batch.levels import DISTRICT, LEVELS
from gridplan.batch.parents import JUDGED
from gridplan.batch.roll_up import RollUp
from gridplan.outputs.words.names import word
from gridplan.policy.verdict import STATES
from gridplan.text.language import in_language

FIGURES = (
    *("districts", "planned", "residents", "grids", "groups", "centers", "existing_centers"),
    *("new_centers", "groups_per_district", "regional_centers", "streets", "streets_with_regional"),
    *("regional_per_street", "stations"),
    *("nearest_percent", "assigned_percent", "served_elsewhere", "from_elsewhere"),
    *("led_elsewhere", "grids_gap_percent", "centers_gap_percent"),
)
"""Columns of a level, after its code and name."""
_SELDOM = ("stations", "served_elsewhere", "from_elsewhere", "led_elsewhere")
"""Left out where there are none: the third level of counties, districts planned as one."""
_BETWEEN = _SELDOM[1:]
"""Told of districts alone: what goes from one to another stays within their city or province."""


def tables_of(rolled: RollUp, lang: str) -> Mapping[str, pd.DataFrame]:
    """
    Give every table with codes as column names, texts in one language.

    Returns
    -------
    tables
        ``district``, ``city``, ``province``, ``rules``, ``cities``, ``parents``, ``tasks``; those
        without rows are left out.
    """
    made = {level: _level(rolled, level, lang) for level in LEVELS}
    made["rules"] = _rules(rolled, lang)
    made["cities"] = _cities(rolled, lang)
    made["parents"] = _parents(rolled, lang)
    made["tasks"] = _tasks(rolled, lang)
    return {name: table for name, table in made.items() if len(table)}


def _level(rolled: RollUp, level: str, lang: str) -> pd.DataFrame:
    table = rolled.levels.reset_index()
    table = table[table["level"] == level]
    names = [in_language(row, "name", lang) or "" for row in table.to_dict(orient="records")]
    shown = table[["scenario", "code"]].assign(name=names)
    shown = shown if any(names) else shown.drop(columns="name")
    figures = table[list(FIGURES)]
    empty = [key for key in FIGURES if figures[key].isna().all()]
    empty += [key for key in _SELDOM if not figures[key].astype(float).fillna(0).any()]
    empty += ["districts", "groups_per_district"] if level == DISTRICT else list(_BETWEEN)
    return shown.join(figures.drop(columns=list(dict.fromkeys(empty)))).reset_index(drop=True)


def _rules(rolled: RollUp, lang: str) -> pd.DataFrame:
    table = rolled.rules.reset_index()
    table = table[table[["passed", "failed", "borderline"]].sum(axis=1) > 0]
    rows = table.to_dict(orient="records")
    shown = table[["scenario"]].assign(
        level=[word("rule-level", level, lang) for level in table["level"]],
        title=[in_language(row, "title", lang) for row in rows],
    )
    counted = [state for state in STATES if table[state].sum()]
    shown = shown.join(
        table[counted].rename(columns={state: f"districts_{state}" for state in counted})
    )
    failing = [in_language(row, "failing", lang) or "" for row in rows]
    return shown.assign(failing=failing).reset_index(drop=True)


def _cities(rolled: RollUp, lang: str) -> pd.DataFrame:
    rows = rolled.cities.to_dict(orient="records")
    return rolled.cities[["scenario", "code"]].assign(
        title=[in_language(row, "title", lang) for row in rows],
        grids=rolled.cities["value"],
        lower=rolled.cities["lower"],
        verdict=[word("state", row["state"], lang) for row in rows],
        clause=[in_language(row, "clause", lang) or row["clause"] for row in rows],
    )


def _parents(rolled: RollUp, lang: str) -> pd.DataFrame:
    table = rolled.parents.reset_index()
    table = table[table[["passed", "failed", "borderline"]].sum(axis=1) > 0]
    rows = table.to_dict(orient="records")
    names = {
        (level, code): in_language(row, "name", lang) or code
        for (_, level, code), row in rolled.levels.iterrows()
    }
    return table[["scenario"]].assign(
        parent=[names.get((row["level"], row["code"]), row["code"]) for row in rows],
        title=[in_language(row, "title", lang) for row in rows],
        level=[word("rule-level", level, lang) for level in table["rule_level"]],
        subject=[word("subject-kind", row["subject_kind"], lang) for row in rows],
        subjects=table["subjects"],
        met=table["met"],
        **{f"districts_{state}": table[state] for state in JUDGED},
        verdict=[word("state", row["state"], lang) for row in rows],
        failing=[in_language(row, "failing", lang) or "" for row in rows],
    )


def _tasks(rolled: RollUp, lang: str) -> pd.DataFrame:
    rows = rolled.tasks.to_dict(orient="records")
    return rolled.tasks[["task", "code"]].assign(
        name=[in_language(row, "name", lang) or "" for row in rows],
        became=[word("batch", row["state"], lang) for row in rows],
        seconds=rolled.tasks["seconds"],
        processor_seconds=rolled.tasks["processor_seconds"],
        megabytes=rolled.tasks["megabytes"],
        reason=[in_language(row, "reason", lang) or "" for row in rows],
    )
