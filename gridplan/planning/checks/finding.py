"""A finding: one rule held against one subject, as a row of plain values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gridplan.errors import Problem
from gridplan.planning.checks.caveats import caveats_written
from gridplan.planning.checks.conflicts import Conflict
from gridplan.policy.assessment import ANSWERS, FILE, Answer
from gridplan.policy.rule import Rule
from gridplan.policy.verdict import CONFLICT, Verdict, verdict

FINDING_COLUMNS = (
    "rule",
    "level",
    "title_zh",
    "title_en",
    "subject_kind",
    "subject",
    "value",
    "lower",
    "upper",
    "unit",
    "passed",
    "state",
    "kind",
    "within",
    "sensitivity",
    "value_least",
    "value_most",
    "clause",
    "clause_en",
    "verbatim",
    "reading_zh",
    "reading_en",
    "phrase",
    "other_readings",
    "caveats",
    "source_kind",
    "source_zh",
    "source_en",
    "document_number",
    "document_number_en",
    "in_force_from",
    "in_force_to",
    "as_of",
    "section",
    "section_en",
    "profile",
    "answered",
    "needs",
    "assessed",
    "evidence",
    "assessed_on",
    "official_lower",
    "official_upper",
    "overridden",
)
"""
Columns of the findings.

``passed`` is True or False only where ``state`` is ``passed`` or ``failed``, or where the planner
answered; ``state`` and ``kind`` as :mod:`gridplan.policy.verdict` lists them. ``within`` tells
whether the figure lies within the bounds whatever the state. ``sensitivity`` names the ranges that
were tried, ``value_least`` and ``value_most`` the figures at their ends. ``other_readings`` is a
JSON list of what the readings of the same phrase that were not adopted come to, ``caveats`` one of
what a reader must know of the figure (:mod:`gridplan.planning.checks.caveats`). ``source_kind``
tells a policy document from what gridplan itself requires.
"""

ANSWERED = ("computed", "needs-column", "self-assessed", "conflict")
"""How a finding came about. ``needs`` names the columns of the second, the file of the third."""


def computed(
    rule: Rule,
    subject: tuple[str, str],
    value: float | None,
    *,
    as_of: str,
    needs: str = "",
    reach: tuple[float, float] | None = None,
    caveats: Sequence[Problem] = (),
) -> dict[str, Any]:
    """
    Make the finding of a figure.

    Parameters
    ----------
    rule
        Which.
    subject
        Its kind and its id.
    value
        The figure; None where it could not be had.
    as_of
        Day of the verdict.
    needs
        Columns that were missing; empty for none.
    reach
        Least and greatest figure within the rule's sensitivity.
    caveats
        What a reader must know of the figure.

    Returns
    -------
    row
        Keys of :data:`FINDING_COLUMNS`.
    """
    figure = None if value is None else round(value, 6)
    judged = verdict(rule, figure, reach, as_of=as_of)
    bare = rule.lower is None and rule.upper is None
    least, most = reach or (None, None)
    return {
        **_of_rule(rule, as_of),
        **_judged(judged),
        "kind": "figure" if bare else "rule",
        "subject_kind": subject[0],
        "subject": subject[1],
        "value": value,
        "sensitivity": "; ".join(entry.code for entry in rule.sensitivity) if reach else None,
        "value_least": least,
        "value_most": most,
        "caveats": caveats_written(caveats),
        "answered": "needs-column" if needs else "computed",
        "needs": needs or None,
    }


def assessed(rule: Rule, district: str, answer: Answer | None, *, as_of: str) -> dict[str, Any]:
    """Make the finding of a clause that no map can answer."""
    state = rule.in_force(as_of)
    row = {
        **_of_rule(rule, as_of),
        "state": "self-assessed" if state == "in-force" else state,
        "kind": "self-assessed",
        "subject_kind": "district",
        "subject": district,
        "answered": "self-assessed",
    }
    return row | answered_by(answer, row["state"])


def answered_by(answer: Answer | None, state: str) -> dict[str, Any]:
    """
    Give what the planner's answer makes of a finding.

    Parameters
    ----------
    answer
        None leaves the finding open.
    state
        Of the finding: only a rule in force, ``self-assessed``, is passed or failed by an answer.

    Returns
    -------
    values
        Of the columns that follow the answer.
    """
    said = None if answer is None else answer.answer
    met = None if said is None else ANSWERS[said]
    return {
        "passed": met if state == "self-assessed" else None,
        "within": met,
        "needs": FILE if said is None else None,
        "assessed": said,
        "evidence": None if answer is None else answer.evidence,
        "assessed_on": None if answer is None else answer.date,
    }


def of_conflict(found: Conflict, district: str, *, as_of: str) -> dict[str, Any]:
    """Make the finding of two rules that cannot both be met; it neither passes nor fails."""
    first, second = found.rules
    whole = found.subject_kind == "district"

    def both(name: str) -> str:
        texts = [str(getattr(rule, name)) for rule in found.rules]
        mark = "; " if name.endswith("_en") else "；"
        return texts[0] if texts[0] == texts[1] else mark.join(texts)

    titles = [rule.source.title_zh for rule in found.rules]
    english = [rule.source.title_en for rule in found.rules]
    numbers, english_numbers = (
        dict.fromkeys(filter(None, (rule.of_document[key] for rule in found.rules)))
        for key in ("document_number", "document_number_en")
    )
    return {
        **_of_rule(first, as_of),
        "rule": f"conflict:{first.id}+{second.id}",
        "level": "information",
        "title_zh": found.title.text("zh"),
        "title_en": found.title.text("en"),
        "subject_kind": found.subject_kind,
        "subject": district if whole else found.subject,
        "value": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "unit": found.unit,
        "passed": None,
        "state": CONFLICT,
        "kind": "conflict",
        "phrase": None,
        "clause": both("clause"),
        "clause_en": both("clause_en"),
        "verbatim": first.verbatim and second.verbatim,
        "reading_zh": found.reading.text("zh"),
        "reading_en": found.reading.text("en"),
        "source_zh": "；".join(dict.fromkeys(titles)),
        "source_en": "; ".join(dict.fromkeys(english)),
        "document_number": "；".join(numbers) or None,
        "document_number_en": "; ".join(english_numbers) or None,
        "in_force_from": None,
        "in_force_to": None,
        "section": "；".join(dict.fromkeys(rule.section for rule in found.rules)),
        "section_en": "; ".join(
            dict.fromkeys(rule.section_en or rule.section for rule in found.rules)
        ),
        "profile": "+".join(dict.fromkeys(rule.profile for rule in found.rules)),
        "answered": "conflict",
        "overridden": first.overridden or second.overridden,
        "official_lower": None,
        "official_upper": None,
    }


def with_readings(
    rows: Sequence[dict[str, Any]], others: Sequence[tuple[Rule, Sequence[dict[str, Any]]]]
) -> list[dict[str, Any]]:
    """
    Put what the readings that were not adopted come to into the findings of the one that was.

    Parameters
    ----------
    rows
        Findings of the adopted reading.
    others
        Each other reading with its findings.

    Returns
    -------
    rows
        With ``other_readings``: where both readings speak of the same subject its figure there,
        else the range over all subjects of the other.
    """
    return [{**row, "other_readings": _others_of(row, others)} for row in rows]


def _others_of(
    row: dict[str, Any], others: Sequence[tuple[Rule, Sequence[dict[str, Any]]]]
) -> str | None:
    told = []
    for rule, findings in others:
        subject = (row["subject_kind"], row["subject"])
        same = [found for found in findings if (found["subject_kind"], found["subject"]) == subject]
        told.append(_reading(rule, same or findings))
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else None


def _reading(rule: Rule, findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    known = [round(float(row["value"]), 6) for row in findings if row["value"] is not None]
    within = [row["within"] for row in findings if row["within"] is not None]
    return {
        "rule": rule.id,
        "profile": rule.profile,
        "title": rule.title_zh,
        "title_en": rule.title_en,
        "lower": rule.lower,
        "upper": rule.upper,
        "unit": rule.unit,
        "subject_kind": rule.subject,
        "subjects": len(known),
        "within": sum(within),
        "least": min(known, default=None),
        "most": max(known, default=None),
    }


def _judged(judged: Verdict) -> dict[str, Any]:
    return {"passed": judged.passed, "state": judged.state, "within": judged.within}


def _of_rule(rule: Rule, as_of: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(FINDING_COLUMNS),
        "rule": rule.id,
        "level": rule.level,
        "title_zh": rule.title_zh,
        "title_en": rule.title_en,
        "lower": rule.lower,
        "upper": rule.upper,
        "unit": rule.unit,
        "clause": rule.clause,
        "clause_en": rule.clause_en,
        "verbatim": rule.verbatim,
        "reading_zh": rule.reading_zh,
        "reading_en": rule.reading_en,
        "phrase": rule.phrase or None,
        "source_kind": rule.source.kind,
        "source_zh": rule.source.title_zh,
        "source_en": rule.source.title_en,
        **{key: value or None for key, value in rule.of_document.items()},
        "as_of": as_of,
        "section": rule.section,
        "section_en": rule.section_en,
        "profile": rule.profile,
        "official_lower": rule.official_lower,
        "official_upper": rule.official_upper,
        "overridden": rule.overridden,
    }
