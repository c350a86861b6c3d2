"""What gridplan itself requires of a plan, with the bounds and the rows of its scenario put in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from gridplan.planning.scenario.rows import Row
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.profile import own_requirements
from gridplan.policy.rule import Rule
from gridplan.text import catalogue, say

WITHIN_TOLERANCE = "grid-within-tolerance"
"""The requirement whose bound is the scenario's tolerance."""

ROW_OF = {
    "demand-fix": "fix",
    "demand-bar": "bar",
    "demand-together": "together",
    "demand-apart": "apart",
    "demand-must-contain": "must_contain",
    "demand-balance": "balance",
    "demand-balance-amount": "balance",
    "demand-grid-bounds": "grid_bounds",
}
"""Key of the scenario whose rows a requirement is made for, one rule each."""
_PARTS = ("units", "communities", "subdistricts", "kinds", "levels", "hospitals")
_WORDS = {"kinds": "outputs.hospital-kind-", "levels": "outputs.hospital-level-"}
NAMED = 3
"""Names a title gives before it only counts."""


def own_rules(scenario: Scenario) -> list[Rule]:
    """
    List what gridplan requires under a scenario.

    Parameters
    ----------
    scenario
        Its tolerance is a bound; each of its rows is a rule of its own, numbered from 1.

    Returns
    -------
    rules
        Requirements of rows the scenario does not have are left out.
    """
    return [made for rule in own_requirements() for made in _made(rule, scenario)]


def _made(rule: Rule, scenario: Scenario) -> Iterator[Rule]:
    if rule.id == WITHIN_TOLERANCE:
        upper = round(100.0 * scenario.grid_tolerance, 9)
        yield dataclasses.replace(rule, upper=upper, official_upper=upper)
    elif rule.id not in ROW_OF:
        yield rule
    else:
        for number, row in enumerate(getattr(scenario, ROW_OF[rule.id]), start=1):
            yield from _of_row(rule, number, row)


def _of_row(rule: Rule, number: int, row: Row) -> Iterator[Rule]:
    bounds: dict[str, float | None] = {"lower": rule.lower, "upper": rule.upper}
    if rule.id == "demand-balance":
        if "tolerance" not in row:
            return
        bounds = {"lower": None, "upper": round(100.0 * row["tolerance"], 9)}
    elif rule.id in ("demand-balance-amount", "demand-grid-bounds"):
        bounds = {"lower": row.get("lower"), "upper": row.get("upper")}
        if bounds == {"lower": None, "upper": None}:
            return
    yield dataclasses.replace(
        rule,
        id=f"{rule.id}-{number}",
        level="should" if row.get("price") else rule.level,
        parameters=(float(number),),
        title_zh=_title(rule.title_zh, number, row, "zh"),
        title_en=_title(rule.title_en, number, row, "en"),
        lower=bounds["lower"],
        upper=bounds["upper"],
        official_lower=bounds["lower"],
        official_upper=bounds["upper"],
    )


def _title(title: str, number: int, row: Row, lang: str) -> str:
    told = {"title": title, "number": number, "row": row_text(row, lang)}
    return say("rules.demand-title", lang, **told)


def row_text(row: Row, lang: str) -> str:
    """Say what a row speaks of: places, kinds, hospitals, a column, and the lead."""
    comma = say("rules.demand-comma", lang)
    names = [_word(part, str(name), lang) for part in _PARTS for name in row.get(part, ())]
    shown = names[:NAMED]
    if len(names) > NAMED:
        shown.append(say("rules.demand-more", lang, count=len(names) - NAMED))
    if "area" in row:
        shown.append(say("rules.demand-area", lang, corners=len(row["area"])))
    if row.get("continuing_care"):
        shown.append(say("rules.demand-continuing", lang))
    if "column" in row:
        shown.append(_column(row["column"], lang))
    told = comma.join(shown)
    if "lead" not in row:
        return told
    lead = say("rules.demand-lead", lang, lead=row["lead"])
    return f"{told}{say('rules.demand-to', lang)}{lead}" if told else lead


def _word(part: str, name: str, lang: str) -> str:
    """Give the word for a kind or a level; a name as it is."""
    return catalogue(lang).get(f"{_WORDS[part]}{name}", name) if part in _WORDS else name


def _column(column: str, lang: str) -> str:
    """Say what a column holds, where the schema knows it."""
    layer, _, name = column.rpartition(".")
    return catalogue(lang).get(f"schema.{layer or 'units'}-{name}", column)
