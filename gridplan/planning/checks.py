"""Hold a layout against the rules: every rule, every subject, one finding each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.errors import InputError, Problem
from gridplan.planning.conflicts import Conflict, conflicts
from gridplan.planning.layout import Layout
from gridplan.planning.measures import MEASURES
from gridplan.planning.scenario import Scenario
from gridplan.policy.assessment import ANSWERS, FILE, Answer, Assessment
from gridplan.policy.override import override
from gridplan.policy.profile import read_profile, read_profile_file
from gridplan.policy.rule import Rule

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
    "clause",
    "clause_en",
    "verbatim",
    "reading_zh",
    "reading_en",
    "source_zh",
    "source_en",
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

ANSWERED = ("computed", "needs-column", "self-assessed", "conflict")
"""How a finding came about. ``needs`` names the columns of the second, the file of the third."""

SUBJECTS_OF = {name: measure.subjects for name, measure in MEASURES.items()}
"""What each measure can be asked of, for the schema of a profile."""


def scenario_rules(scenario: Scenario, folder: Path | None, *, code: str) -> tuple[Rule, ...]:
    """
    Collect the rules a scenario asks for, its own bounds put in.

    Parameters
    ----------
    scenario
        ``profiles``, then ``profile_files``, then ``overrides``.
    folder
        Of the district, where relative ``profile_files`` are looked for; None for one in memory.
    code
        Of the district: rules that speak of another are left out.

    Returns
    -------
    rules
        In the order of the profiles.

    Raises
    ------
    InputError
        For every profile, file and override that is wrong, at once.
    """
    problems: list[Problem] = []
    rules: list[Rule] = []
    for name in scenario.profiles:
        try:
            rules += read_profile(name)
        except InputError as error:
            problems += error.problems
    for name in scenario.profile_files:
        try:
            rules += read_profile_file((folder or Path()) / name, subjects_of=SUBJECTS_OF)
        except InputError as error:
            problems += error.problems
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            values = {"rule": rule.id, "profile": rule.profile, "other": seen[rule.id]}
            problems.append(Problem("profile-rule-taken", values))
        seen.setdefault(rule.id, rule.profile)
    if problems:
        raise InputError(problems)
    changed = override(rules, scenario.overrides)
    return tuple(rule for rule in changed if rule.district_code in ("", code))


def rules_for(layout: Layout, scenario: Scenario) -> tuple[Rule, ...]:
    """
    Collect the rules of the scenario's profiles that speak of this layout's district.

    Raises
    ------
    InputError
        As :func:`scenario_rules`.
    """
    return scenario_rules(scenario, layout.district.folder, code=layout.district.code)


def check(
    layout: Layout,
    rules: Iterable[Rule],
    scenario: Scenario,
    *,
    assessment: Assessment | None = None,
) -> pd.DataFrame:
    """
    Measure the layout and compare with each rule's bounds.

    Parameters
    ----------
    layout
        What is judged.
    rules
        In the order of the findings.
    scenario
        For the thresholds a measure needs (the walk that counts as near).
    assessment
        The planner's answers to what no map can answer.

    Returns
    -------
    findings
        One row a rule and subject, then one a conflict between rules; columns
        :data:`FINDING_COLUMNS`. ``passed`` is True, False, or None where the figure could not be
        measured, nobody answered, or two rules are at odds.
    """
    rules = tuple(rules)
    rows = [row for rule in rules for row in _findings(layout, rule, scenario, assessment or {})]
    rows += [_of_conflict(layout, found) for found in conflicts(layout, rules)]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype=object)


def _findings(
    layout: Layout, rule: Rule, scenario: Scenario, assessment: Assessment
) -> list[dict[str, Any]]:
    if not rule.measure:
        return [_assessed(layout, rule, assessment.get(rule.key))]
    measure = MEASURES[rule.measure]
    one = rule.subject in ("city", "district")
    values = {
        subject: value
        for subject, value in measure(layout, scenario, rule.parameters).items()
        if (subject == layout.district.code) == one
    }
    missing = ", ".join(measure.missing(layout)) if None in values.values() else ""
    if missing and all(value is None for value in values.values()):
        # One row says which column is wanted; the same row for every center would bury it.
        return [_row(rule, "district", layout.district.code, None, missing)]
    return [
        _row(rule, rule.subject, subject, value, missing if value is None else "")
        for subject, value in values.items()
    ]


def _row(rule: Rule, kind: str, subject: str, value: float | None, needs: str) -> dict[str, Any]:
    return {
        **_of_rule(rule),
        "subject_kind": kind,
        "subject": subject,
        "value": value,
        "passed": rule.passes(None if value is None else round(value, 6)),
        "answered": "needs-column" if needs else "computed",
        "needs": needs or None,
    }


def _assessed(layout: Layout, rule: Rule, answer: Answer | None) -> dict[str, Any]:
    return {
        **_of_rule(rule),
        "subject_kind": "district",
        "subject": layout.district.code,
        "value": None,
        "answered": "self-assessed",
        **answered_by(answer),
    }


def answered_by(answer: Answer | None) -> dict[str, Any]:
    """Give what the planner's answer makes of a finding; None leaves it open."""
    said = None if answer is None else answer.answer
    return {
        "passed": None if said is None else ANSWERS[said],
        "needs": FILE if said is None else None,
        "assessed": said,
        "evidence": None if answer is None else answer.evidence,
        "assessed_on": None if answer is None else answer.date,
    }


def _of_rule(rule: Rule) -> dict[str, Any]:
    return {
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
        "source_zh": rule.source.title_zh,
        "source_en": rule.source.title_en,
        "section": rule.section,
        "section_en": rule.section_en,
        "profile": rule.profile,
        "official_lower": rule.official_lower,
        "official_upper": rule.official_upper,
        "overridden": rule.overridden,
        "needs": None,
        "assessed": None,
        "evidence": None,
        "assessed_on": None,
    }


def _of_conflict(layout: Layout, found: Conflict) -> dict[str, Any]:
    first, second = found.rules
    whole = found.subject_kind == "district"

    def both(name: str) -> str:
        texts = [str(getattr(rule, name)) for rule in found.rules]
        mark = "; " if name.endswith("_en") else "；"
        return texts[0] if texts[0] == texts[1] else mark.join(texts)

    titles = [rule.source.title_zh for rule in found.rules]
    english = [rule.source.title_en for rule in found.rules]
    return {
        **_of_rule(first),
        "rule": f"conflict:{first.id}+{second.id}",
        "level": "information",
        "title_zh": found.title.text("zh"),
        "title_en": found.title.text("en"),
        "subject_kind": found.subject_kind,
        "subject": layout.district.code if whole else found.subject,
        "value": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "unit": found.unit,
        "passed": None,
        "clause": both("clause"),
        "clause_en": both("clause_en"),
        "verbatim": first.verbatim and second.verbatim,
        "reading_zh": found.reading.text("zh"),
        "reading_en": found.reading.text("en"),
        "source_zh": "；".join(dict.fromkeys(titles)),
        "source_en": "; ".join(dict.fromkeys(english)),
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
