"""Rules of cities and provinces: what their districts' rules come to together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from gridplan.batch.levels import CITY, DISTRICT, MUNICIPALITIES, PARENTS, parent_of
from gridplan.batch.record import DONE, Record
from gridplan.policy.profile import profile_names, read_profile
from gridplan.policy.rule import Rule
from gridplan.policy.verdict import STATES

CITY_MEASURE = "grids_of_city"
"""Measure of rules on how many grids a city has; here it is counted, not asked for."""
JUDGED = ("passed", "borderline", "failed", "waiting")
"""States that tell of a bound."""
COLUMNS = (
    *("subject_kind", "title_zh", "title_en", "clause", "clause_en", "rule_level"),
    *("subjects", "met", *JUDGED, "state", "failing_zh", "failing_en"),
)
# 深圳市光明区, 大理白族自治州大理市; "Shixing County, Shaoguan".
_CITY_ZH = re.compile(r"^(.{2,}?(?:市|自治州|地区|盟))(?=.{2,})")


def parent_rules(records: Sequence[Record]) -> pd.DataFrame:
    """
    Put the rules of a parent's districts together.

    Parameters
    ----------
    records
        One a district (:func:`gridplan.batch.record.records_by_home`).

    Returns
    -------
    rules
        Index ``scenario``, ``level`` (city or province), ``code``, ``profile``, ``rule``:
        :data:`COLUMNS`. ``subjects`` and ``met`` are added up: of a province's streets, so many
        have the regional centers they should have. :data:`JUDGED` count districts. ``state`` is
        ``failed`` if a district fails, else ``borderline`` if one is; ``passed`` if all do and all
        are planned; else ``waiting``. Rules without bounds or verdict are left out.
    """
    whole: Counter[tuple[str, str, str]] = Counter()
    rows: dict[tuple[str, str, str, str, str], list[tuple[Record, dict[str, Any]]]] = {}
    for record in records:
        for level in PARENTS:
            code = parent_of(record.code, level)
            if not code:
                continue
            whole[record.scenario, level, code] += 1
            for rule in record.rules if record.state == DONE else ():
                if rule["state"] in JUDGED and rule.get("subject_kind") != "city":
                    key = (record.scenario, level, code, rule["profile"], rule["rule"])
                    rows.setdefault(key, []).append((record, rule))
    order = {level: number for number, level in enumerate(PARENTS)}
    keys = sorted(rows, key=lambda key: (key[0], order[key[1]], key[2]))
    unplanned = Counter(
        (record.scenario, level, parent_of(record.code, level))
        for record in records
        for level in PARENTS
        if record.state != DONE
    )
    table = [_together(rows[key], missing=unplanned[key[:3]]) for key in keys]
    names = ["scenario", "level", "code", "profile", "rule"]
    return pd.DataFrame(
        table, index=pd.MultiIndex.from_tuples(keys, names=names), columns=list(COLUMNS)
    )


def _together(rows: Sequence[tuple[Record, dict[str, Any]]], *, missing: int) -> dict[str, Any]:
    first = rows[0][1]
    counts = Counter(rule["state"] for _, rule in rows)
    failing = [record for record, rule in rows if rule["state"] == "failed"]
    all_pass = counts["passed"] == len(rows) and not missing
    state = next((one for one in ("failed", "borderline") if counts[one]), "")
    words = ("subject_kind", "title_zh", "title_en", "clause", "clause_en")
    return {
        **{word: first.get(word, "") for word in words},
        "rule_level": first["level"],
        "subjects": sum(rule.get("subjects", 0) for _, rule in rows),
        "met": sum(rule.get("met", 0) for _, rule in rows),
        **{one: counts[one] for one in JUDGED},
        "state": state or ("passed" if all_pass else "waiting"),
        "failing_zh": "、".join(one.name_zh or one.place for one in failing),
        "failing_en": "; ".join(one.name_en or one.place for one in failing),
    }


def city_rules() -> tuple[tuple[str, Rule], ...]:
    """Give the rules on the number of a city's grids, each with the name of its profile."""
    return tuple(
        (name, rule)
        for name in profile_names()
        for rule in read_profile(name)
        if rule.measure == CITY_MEASURE and rule.lower is not None
    )


def cities_of(levels: pd.DataFrame) -> pd.DataFrame:
    """
    Hold the number of each city's grids against the rules on it.

    Parameters
    ----------
    levels
        Of :class:`gridplan.batch.roll_up.RollUp`.

    Returns
    -------
    cities
        As there.
    """
    columns = ["scenario", "code", "profile", "rule", "value", "lower", "state"]
    columns += ["title_zh", "title_en", "clause", "clause_en"]
    rows = []
    for (scenario, level, code), row in levels.iterrows():
        own_city = level == DISTRICT and str(code)[:2] in MUNICIPALITIES and len(str(code)) == 6
        if (level != CITY and not own_city) or row["grids"] is None:
            continue
        for profile, rule in city_rules():
            enough = row["grids"] >= rule.lower
            values = [scenario, code, profile, rule.id, row["grids"], rule.lower]
            values += ["passed" if enough else "waiting", rule.title_zh, rule.title_en]
            rows.append([*values, rule.clause, rule.clause_en])
    return pd.DataFrame(rows, columns=columns)


def city_names(records: Iterable[Record]) -> dict[str, tuple[str, str]]:
    """
    Give the names of cities as their districts' names tell them, Chinese and English.

    Returns
    -------
    names
        By code; without an entry where the districts tell none, or more than one.
    """
    found: dict[str, set[tuple[str, str]]] = {}
    for record in records:
        code = parent_of(record.code, CITY)
        told = _CITY_ZH.match(record.name_zh)
        if code and told:
            english = record.name_en.rpartition(", ")
            found.setdefault(code, set()).add((told[1], english[2] if english[0] else ""))
    return {code: _one(names) for code, names in found.items() if _one(names)[0]}


def _one(names: set[tuple[str, str]]) -> tuple[str, str]:
    kept = []
    for which in (0, 1):
        told = {name[which] for name in names if name[which]}
        kept.append(told.pop() if len(told) == 1 else "")
    return kept[0], kept[1]


assert set(JUDGED) <= set(STATES)
