"""What cities and provinces come to: computed from the plans of their districts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.batch.figures import SUMMED, WORST
from gridplan.batch.levels import CITY, DISTRICT, LEVELS, PROVINCE, parent_of, province_name
from gridplan.batch.parents import cities_of, city_names, parent_rules
from gridplan.batch.record import DONE, STATES, Record, records_by_home
from gridplan.policy.verdict import STATES as VERDICTS
from gridplan.text import LANGUAGES

MUST = "must"
"""Level of rules that a plan may not break."""
UNMET = ("unmet_zh", "unmet_en")


@dataclass(frozen=True, eq=False)
class RollUp:
    """
    The levels above the districts.

    Parameters
    ----------
    levels
        Index ``scenario``, ``level``, ``code``: ``name_zh``, ``name_en`` (of cities as far as the
        names of their districts tell them, of provinces by the code), ``districts``, ``planned``,
        the figures of :data:`gridplan.batch.figures.SUMMED` added up, the worst of
        :data:`gridplan.batch.figures.WORST`, ``nearest_percent`` and ``assigned_percent`` weighed
        by residents, ``groups_per_district`` of those planned, ``regional_per_street``. A figure
        that one of the districts lacks is None: no sum leaves somebody out in silence. Of the
        rules that must hold: ``districts_failing`` one or more of them; of a district alone
        ``must_failed`` (how many) and ``unmet_zh``, ``unmet_en`` (their titles).
    rules
        Index ``scenario``, ``profile``, ``rule``: ``level``, titles, clauses, districts in each
        state of :data:`gridplan.policy.verdict.STATES`, ``failing`` (names, Chinese and English).
    parents
        Rules by city and province: :func:`gridplan.batch.parents.parent_rules`.
    cities
        One row a city and rule on its grids: ``scenario``, ``code``, ``profile``, ``rule``,
        ``value``, ``lower``, ``state``, titles and clauses. ``passed`` where the districts
        planned have enough; else ``waiting``: districts that are not planned here may bring more.
    scenarios
        Index scenario, in the order of the tables: ``name_zh``, ``name_en``, blank where its file
        gives none.
    tasks
        One row a task: ``task``, ``state``, ``code``, names, ``seconds``,
        ``processor_seconds``, ``megabytes``, ``planned`` (whether there are files of a plan),
        ``reason_zh``, ``reason_en``.
    """

    levels: pd.DataFrame
    rules: pd.DataFrame
    parents: pd.DataFrame
    cities: pd.DataFrame
    scenarios: pd.DataFrame
    tasks: pd.DataFrame


def roll_up(records: Sequence[Record]) -> RollUp:
    """Sum up what became of tasks; districts that are not planned are counted, not guessed."""
    districts = records_by_home(records)
    levels = _levels(districts)
    return RollUp(
        levels=levels,
        rules=_rules(districts),
        parents=parent_rules(districts),
        cities=cities_of(levels),
        scenarios=_scenarios(records),
        tasks=_tasks(records),
    )


def _scenarios(records: Sequence[Record]) -> pd.DataFrame:
    found: dict[str, tuple[str, str]] = {}
    for record in sorted(records, key=lambda one: one.scenario):
        names = (record.scenario_zh, record.scenario_en)
        found[record.scenario] = names if any(names) else found.get(record.scenario, names)
    columns = ["name_zh", "name_en"]
    return pd.DataFrame(
        list(found.values()), index=pd.Index(found, name="scenario"), columns=columns
    )


def _levels(records: Sequence[Record]) -> pd.DataFrame:
    rows: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        for level in LEVELS:
            code = parent_of(record.code, level) if record.code else ""
            code = code or (record.place if level == DISTRICT else "")
            if code:
                rows.setdefault((record.scenario, level, code), []).append(record)
    made = {}
    for key in sorted(rows, key=lambda key: (key[0], LEVELS.index(key[1]), key[2])):
        made[key] = _summed(rows[key], alone=key[1] == DISTRICT)
    columns = ["name_zh", "name_en", "districts", "planned", *SUMMED, *WORST]
    columns += ["nearest_percent", "assigned_percent", "groups_per_district"]
    columns += ["regional_per_street", "districts_failing", "must_failed", *UNMET]
    cities = city_names(records)
    for (_, level, code), row in made.items():
        if level == CITY:
            row["name_zh"], row["name_en"] = cities.get(code, ("", ""))
        elif level == PROVINCE:
            row |= {f"name_{lang}": province_name(code, lang) for lang in LANGUAGES}
    index = pd.MultiIndex.from_tuples(list(made), names=["scenario", "level", "code"])
    return pd.DataFrame(list(made.values()), index=index, columns=columns)


def _summed(records: Sequence[Record], *, alone: bool) -> dict[str, Any]:
    planned = [record.figures for record in records if record.state == DONE]
    row: dict[str, Any] = {"districts": len(records), "planned": len(planned)}
    row |= {key: _sum(figures.get(key) for figures in planned) for key in SUMMED}
    for key in WORST:
        known = [figures[key] for figures in planned if figures.get(key) is not None]
        row[key] = max(known) if known else None
    for kind in ("nearest", "assigned"):
        reached, residents = row[f"residents_{kind}"], row["residents"]
        share = None if reached is None or not residents else 100 * reached / residents
        row[f"{kind}_percent"] = share
    for key, part, of in (
        ("groups_per_district", "groups", "planned"),
        ("regional_per_street", "regional_centers", "streets"),
    ):
        row[key] = None if row[part] is None or not row[of] else row[part] / row[of]
    for key in ("name_zh", "name_en"):
        row[key] = getattr(records[0], key) if alone else ""
    unmet = [_unmet(record) for record in records if record.state == DONE]
    row["districts_failing"] = sum(bool(rules) for rules in unmet) if unmet else None
    if alone and unmet:
        row["must_failed"] = len(unmet[0])
        row["unmet_zh"] = "；".join(rule["title_zh"] for rule in unmet[0])
        row["unmet_en"] = "; ".join(rule["title_en"] for rule in unmet[0])
    return row


def _unmet(record: Record) -> list[dict[str, Any]]:
    """Give the rules that must hold and fail."""
    return [rule for rule in record.rules if (rule["level"], rule["state"]) == (MUST, "failed")]


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    if not known or any(value is None for value in known):
        return None
    return sum(value for value in known if value is not None)


def _rules(records: Sequence[Record]) -> pd.DataFrame:
    told: dict[tuple[str, str, str], dict[str, Any]] = {}
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    failing: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        for rule in record.rules:
            key = (record.scenario, rule["profile"], rule["rule"])
            told.setdefault(key, rule)
            counts.setdefault(key, Counter())[rule["state"]] += 1
            if rule["state"] == "failed":
                failing.setdefault(key, []).append(record)
    words = ("level", "title_zh", "title_en", "clause", "clause_en")
    rows = [
        {
            **{word: rule[word] for word in words},
            **{state: counts[key][state] for state in VERDICTS},
            "failing_zh": "、".join(one.name_zh or one.place for one in failing.get(key, ())),
            "failing_en": "; ".join(one.name_en or one.place for one in failing.get(key, ())),
        }
        for key, rule in told.items()
    ]
    index = pd.MultiIndex.from_tuples(list(told), names=["scenario", "profile", "rule"])
    return pd.DataFrame(rows, index=index, columns=[*words, *VERDICTS, "failing_zh", "failing_en"])


def _tasks(records: Sequence[Record]) -> pd.DataFrame:
    rows = [
        {
            "task": record.task,
            "state": record.state,
            "code": record.code,
            "name_zh": record.name_zh,
            "name_en": record.name_en,
            "seconds": record.seconds,
            "processor_seconds": record.processor_seconds,
            "planned": bool(record.files),
            "megabytes": record.megabytes,
            "reason_zh": "；".join(problem["zh"] for problem in record.problems),
            "reason_en": " ".join(problem["en"] for problem in record.problems),
        }
        for record in records
    ]
    columns = ["task", "state", "code", "name_zh", "name_en", "seconds"]
    columns += ["processor_seconds", "megabytes", "planned"]
    return pd.DataFrame(rows, columns=[*columns, "reason_zh", "reason_en"])


def states_of(records: Iterable[Record]) -> dict[str, int]:
    """Count tasks by what became of them."""
    count = Counter(record.state for record in records)
    return {state: count[state] for state in STATES}
