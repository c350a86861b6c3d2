"""What gridplan itself requires, a rule for each row of the scenario, made anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from gridplan.audit.derived.demands.rows import Row
from gridplan.audit.derived.ways.walks import Keys
from gridplan.policy.profile import own_requirements
from gridplan.policy.rule import Rule
from gridplan.text import LANGUAGES, catalogue, say

ROWS = {
    "demand-fix": "fix",
    "demand-bar": "bar",
    "demand-together": "together",
    "demand-apart": "apart",
    "demand-must-contain": "must_contain",
    "demand-balance": "balance",
    "demand-balance-amount": "balance",
    "demand-grid-bounds": "grid_bounds",
}
"""Key of the scenario whose rows each requirement stands for."""

NAMED = 3


def required(scenario: Keys) -> Iterator[Rule]:
    """Give what gridplan requires under a scenario: its tolerance and each of its rows."""
    for rule in own_requirements():
        if rule.id == "grid-within-tolerance":
            bound = round(scenario.grid_tolerance * 100, 9)
            yield dataclasses.replace(rule, upper=bound, official_upper=bound)
        elif rule.id in ROWS:
            for number, row in enumerate(getattr(scenario, ROWS[rule.id]), start=1):
                bounds = _bounds(rule, row)
                if bounds is not None:
                    yield _numbered(rule, number, row, bounds)
        else:
            yield rule


def is_hard(finding: Row) -> bool:
    """Whether a finding is of a row of the scenario that has no price."""
    return finding["level"] == "must" and str(finding["rule"]).rpartition("-")[0] in ROWS


def _bounds(rule: Rule, row: Row) -> tuple[float | None, float | None] | None:
    """Give the bounds of one row; None where the rule has nothing to say of it."""
    if rule.id == "demand-balance":
        return (None, round(row["tolerance"] * 100, 9)) if "tolerance" in row else None
    if rule.id in ("demand-balance-amount", "demand-grid-bounds"):
        found = (row.get("lower"), row.get("upper"))
        return None if found == (None, None) else found
    return rule.lower, rule.upper


def _numbered(rule: Rule, number: int, row: Row, bounds: tuple[float | None, float | None]) -> Rule:
    titles = {
        lang: say(
            "rules.demand-title",
            lang,
            title=getattr(rule, f"title_{lang}"),
            number=number,
            row=_text(row, lang),
        )
        for lang in LANGUAGES
    }
    return dataclasses.replace(
        rule,
        id=f"{rule.id}-{number}",
        level="should" if row.get("price") else rule.level,
        parameters=(float(number),),
        title_zh=titles["zh"],
        title_en=titles["en"],
        lower=bounds[0],
        upper=bounds[1],
        official_lower=bounds[0],
        official_upper=bounds[1],
    )


def _text(row: Row, lang: str) -> str:
    """Say what a row speaks of."""
    words = catalogue(lang)
    names = [
        str(name) for key in ("units", "communities", "subdistricts") for name in row.get(key, ())
    ]
    for key in ("kind", "level"):
        names += [
            words.get(f"outputs.hospital-{key}-{name}", str(name))
            for name in row.get(f"{key}s", ())
        ]
    names += [str(name) for name in row.get("hospitals", ())]
    told = names[:NAMED]
    if len(names) > NAMED:
        told.append(say("rules.demand-more", lang, count=len(names) - NAMED))
    if "area" in row:
        told.append(say("rules.demand-area", lang, corners=len(row["area"])))
    if row.get("continuing_care"):
        told.append(say("rules.demand-continuing", lang))
    if "column" in row:
        layer, _, name = row["column"].rpartition(".")
        told.append(str(words.get(f"schema.{layer or 'units'}-{name}", row["column"])))
    text = say("rules.demand-comma", lang).join(told)
    if "lead" not in row:
        return text
    lead = say("rules.demand-lead", lang, lead=row["lead"])
    return text + say("rules.demand-to", lang) + lead if text else lead
