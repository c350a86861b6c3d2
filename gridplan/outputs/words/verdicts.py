"""What became of the rules, in words: the counts, a finding's state, what stands behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gridplan.outputs.words.names import figure, is_missing, word
from gridplan.outputs.words.telling import Telling
from gridplan.policy.verdict import count_rules, state_of
from gridplan.text import say
from gridplan.text.language import in_language, joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

Row = Mapping[str, Any]


def rule_counts(plan: Plan) -> dict[str, int]:
    """Count the plan's distinct rules by what they come to, in the order every door tells them."""
    return count_rules(plan.findings.to_dict(orient="records"))


def counts_text(telling: Telling) -> str:
    """
    Say how many rules came to what, in one line; what no rule came to is left out.

    Returns
    -------
    text
        ``22 passed, 2 borderline, 11 failed, ...``; the numbers of :func:`rule_counts`.
    """
    told = [
        telling.say("rules.count", state=word("state", state, telling.lang), count=count)
        for state, count in rule_counts(telling.plan).items()
        if count
    ]
    return joined(told, telling.lang, "pause")


def rule_figures(telling: Telling) -> list[tuple[str, str]]:
    """Give the counts as pairs of what is counted and how many; what no rule came to left out."""
    return [
        (telling.say("summary.rules-of", state=word("state", state, telling.lang)), str(count))
        for state, count in rule_counts(telling.plan).items()
        if count
    ]


def rules_line(telling: Telling) -> str:
    """Say how many rules there are and what they came to."""
    total = sum(rule_counts(telling.plan).values())
    return telling.say("rules.counted", rules=total, counts=counts_text(telling))


def state_word(row: Row, lang: str) -> str:
    """Say what a finding came to; a clause the planner answered by its answer."""
    state = state_of(row)
    if state == "self-assessed" and not is_missing(row.get("passed")):
        return word("passed", bool(row["passed"]), lang)
    return word("state", state, lang)


def reach_text(row: Row, lang: str) -> str:
    """Say over which range a figure was tried and what it came to; empty where it was not."""
    least, most = row.get("value_least"), row.get("value_most")
    if is_missing(row.get("sensitivity")) or is_missing(least) or is_missing(most):
        return ""
    ranges = [_range(code, lang) for code in str(row["sensitivity"]).split("; ")]
    ends = {key: figure(end, row["unit"], lang) for key, end in (("least", least), ("most", most))}
    return say("rules.reach", lang, ranges=ranges, **ends)


def _range(code: str, lang: str) -> str:
    quantity, _, ends = code.partition(" ")
    lower, _, upper = ends.partition("-")
    return say(f"rules.range-{quantity.replace('_', '-')}", lang, lower=lower, upper=upper)


def other_readings(row: Row) -> list[dict[str, Any]]:
    """Give what the readings of the same phrase that were not adopted come to."""
    told = row.get("other_readings")
    return [] if is_missing(told) or not told else list(json.loads(str(told)))


def readings_text(row: Row, lang: str) -> str:
    """Say what the other readings of a phrase come to; empty where there is one reading."""
    told = []
    for entry in other_readings(row):
        unit = entry["unit"]
        least, most = (figure(entry[key], unit, lang) for key in ("least", "most"))
        told.append(
            say(
                "rules.other-reading",
                lang,
                title=in_language(entry, "title", lang),
                value=least if least == most else say("rules.span", lang, least=least, most=most),
                within=entry["within"],
                subjects=entry["subjects"],
            )
        )
    if not told:
        return ""
    return say("rules.other-readings", lang, readings=joined(told, lang, "semicolon"))


def document_text(row: Row, lang: str) -> str:
    """Say the number of a finding's document and the days it is in force."""
    number = in_language(row, "document_number", lang)
    first, last = row.get("in_force_from"), row.get("in_force_to")
    parts = [say("rules.no-number", lang) if is_missing(number) or not number else str(number)]
    if not is_missing(first) and first:
        parts.append(say("rules.in-force-from", lang, day=first))
    if not is_missing(last) and last:
        key = "expired-on" if state_of(row) == "expired" else "in-force-to"
        parts.append(say(f"rules.{key}", lang, day=last, as_of=row.get("as_of") or ""))
    return joined(parts, lang, "pause")
