"""What a batch came to, as tables for people: one a level, the rules, the cities, the tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from gridplan.batch.levels import DISTRICT, LEVELS, MUNICIPALITIES, PARENTS
from gridplan.batch.parents import JUDGED
from gridplan.batch.roll_up import RollUp
from gridplan.batch.tasks import OWN
from gridplan.outputs.words.names import word
from gridplan.policy.rule import LEVELS as RULE_LEVELS
from gridplan.policy.verdict import STATES
from gridplan.text import say
from gridplan.text.language import bracketed, in_language

FIGURES = (
    *("districts", "planned", "residents", "nearest_percent", "assigned_percent"),
    *("must_failed", "unmet", "districts_failing"),
    *("grids", "groups", "groups_per_district"),
    *("centers", "existing_centers", "new_centers"),
    *("regional_centers", "streets", "streets_with_regional", "regional_per_street", "stations"),
    *("served_elsewhere", "from_elsewhere", "led_elsewhere"),
    *("grids_gap_percent", "centers_gap_percent"),
)
"""Columns of a level, after its name and code."""
_SELDOM = ("stations", "served_elsewhere", "from_elsewhere", "led_elsewhere")
"""Left out where there are none: the third level of counties, districts planned as one."""
_BETWEEN = _SELDOM[1:]
"""Told of districts alone: what goes from one to another stays within their city or province."""
_OF_PARENTS = ("districts", "groups_per_district", "districts_failing")
MAP = "map"
"""Column of the tasks: what a link to the map of a plan says."""
_OF_DISTRICTS = ("must_failed", "unmet")


def tables_of(rolled: RollUp, lang: str) -> Mapping[str, pd.DataFrame]:
    """
    Give every table with codes as column names, texts in one language.

    Returns
    -------
    tables
        ``district``, ``city``, ``province``, ``rules``, ``cities``, ``parents``, ``tasks``; those
        without rows are left out, and so is the column ``scenario`` where there is one alone.
    """
    made = {level: _level(rolled, level, lang) for level in LEVELS}
    made["rules"] = _rules(rolled, lang)
    made["cities"] = _cities(rolled, lang)
    made["parents"] = _parents(rolled, lang)
    made["tasks"] = _tasks(rolled, lang)
    called = scenario_names(rolled, lang)
    return {name: _called(table, called) for name, table in made.items() if len(table)}


def scenario_names(rolled: RollUp, lang: str) -> dict[str, str]:
    """
    Give what each scenario is called.

    Returns
    -------
    names
        By the name of its file: what the file calls it, with the file's name where two are called
        the same; the file's name where it calls it nothing.
    """
    own = {OWN: say("batch.own", lang)}
    rows = rolled.scenarios.to_dict(orient="index")
    names = {
        key: in_language(row, "name", lang) or own.get(str(key), str(key))
        for key, row in rows.items()
    }
    often = Counter(names.values())
    return {
        str(key): name if often[name] == 1 else name + bracketed(str(key), lang)
        for key, name in names.items()
    }


def place_names(rolled: RollUp, lang: str) -> dict[tuple[str, str], str]:
    """Give the name of each place by level and code; the code where it has none."""
    rows = rolled.levels.reset_index()[["level", "code", "name_zh", "name_en"]]
    return {
        (row["level"], row["code"]): in_language(row, "name", lang) or row["code"]
        for row in rows.to_dict(orient="records")
    }


def _called(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Call scenarios by their names; one alone is told by the overview and needs no column."""
    if "scenario" not in table:
        return table
    if len(names) < 2:
        return table.drop(columns="scenario")
    return table.assign(scenario=[names[key] for key in table["scenario"]])


def _level(rolled: RollUp, level: str, lang: str) -> pd.DataFrame:
    table = rolled.levels.reset_index()
    table = table[table["level"] == level]
    rows = table.to_dict(orient="records")
    names = [in_language(row, "name", lang) or "" for row in rows]
    shown = pd.DataFrame({"name": names}, table.index).join(table[["scenario", "code"]])
    shown = shown if any(names) else shown.drop(columns="name")
    table = table.assign(unmet=[in_language(row, "unmet", lang) or "" for row in rows])
    if level == DISTRICT:
        table["planned"] = table["planned"] > 0
    figures = table[list(FIGURES)]
    empty = [key for key in FIGURES if figures[key].isna().all()]
    empty += [key for key in _SELDOM if not figures[key].astype(float).fillna(0).any()]
    empty += _OF_PARENTS if level == DISTRICT else (*_BETWEEN, *_OF_DISTRICTS)
    empty += ["planned"] if level == DISTRICT and table["planned"].all() else []
    return shown.join(figures.drop(columns=list(dict.fromkeys(empty)))).reset_index(drop=True)


def _rules(rolled: RollUp, lang: str) -> pd.DataFrame:
    table = rolled.rules.reset_index()
    table = table[table[["passed", "failed", "borderline"]].sum(axis=1) > 0]
    order = {level: number for number, level in enumerate(RULE_LEVELS)}
    keys = pd.DataFrame({"level": table["level"].map(order), "failed": -table["failed"]})
    keys.insert(0, "scenario", table["scenario"])
    table = table.loc[keys.sort_values(list(keys), kind="stable").index]
    rows = table.to_dict(orient="records")
    shown = table[["scenario"]].assign(
        title=[in_language(row, "title", lang) for row in rows],
        level=[word("rule-level", level, lang) for level in table["level"]],
    )[["title", "scenario", "level"]]
    counted = [state for state in STATES if table[state].sum()]
    shown = shown.join(
        table[counted].rename(columns={state: f"districts_{state}" for state in counted})
    )
    failing = [in_language(row, "failing", lang) or "" for row in rows]
    return shown.assign(failing=failing).reset_index(drop=True)


def _cities(rolled: RollUp, lang: str) -> pd.DataFrame:
    rows = rolled.cities.to_dict(orient="records")
    names = place_names(rolled, lang)
    of_rank = [DISTRICT if row["code"][:2] in MUNICIPALITIES else PARENTS[0] for row in rows]
    return pd.DataFrame(
        {
            "name": [names[level, row["code"]] for level, row in zip(of_rank, rows, strict=True)],
            "scenario": rolled.cities["scenario"],
            "code": rolled.cities["code"],
            "title": [in_language(row, "title", lang) for row in rows],
            "grids": rolled.cities["value"],
            "lower": rolled.cities["lower"],
            "verdict": [word("state", row["state"], lang) for row in rows],
            "clause": [in_language(row, "clause", lang) or row["clause"] for row in rows],
        }
    )


def _parents(rolled: RollUp, lang: str) -> pd.DataFrame:
    table = rolled.parents.reset_index()
    table = table[table[["passed", "failed", "borderline"]].sum(axis=1) > 0]
    rows = table.to_dict(orient="records")
    names = place_names(rolled, lang)
    return pd.DataFrame(
        {
            "parent": [names.get((row["level"], row["code"]), row["code"]) for row in rows],
            "scenario": table["scenario"],
            "title": [in_language(row, "title", lang) for row in rows],
            "level": [word("rule-level", level, lang) for level in table["rule_level"]],
            "verdict": [word("state", row["state"], lang) for row in rows],
            "subject": [word("subject-kind", row["subject_kind"], lang) for row in rows],
            "subjects": table["subjects"],
            "met": table["met"],
            **{f"districts_{state}": table[state] for state in JUDGED},
            "failing": [in_language(row, "failing", lang) or "" for row in rows],
        }
    )


def _tasks(rolled: RollUp, lang: str) -> pd.DataFrame:
    rows = rolled.tasks.to_dict(orient="records")
    return pd.DataFrame(
        {
            "name": [in_language(row, "name", lang) or row["task"] for row in rows],
            "code": rolled.tasks["code"],
            "became": [word("batch", row["state"], lang) for row in rows],
            MAP: [say("batch.open", lang) if row["planned"] else "" for row in rows],
            "reason": [in_language(row, "reason", lang) or "" for row in rows],
            "task": rolled.tasks["task"],
            "seconds": rolled.tasks["seconds"],
            "processor_seconds": rolled.tasks["processor_seconds"],
            "megabytes": rolled.tasks["megabytes"],
        }
    )
