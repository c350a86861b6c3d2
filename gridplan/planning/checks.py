"""Hold a layout against the rules: every rule, every subject, one finding each."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from gridplan.planning.layout import Layout
from gridplan.planning.measures import MEASURES
from gridplan.planning.scenario import Scenario
from gridplan.policy.rule import Rule, read_profile

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
)


def rules_for(layout: Layout, scenario: Scenario) -> tuple[Rule, ...]:
    """
    Collect the rules of the scenario's profiles that speak of this district.

    Raises
    ------
    InputError
        If a profile is unknown.
    """
    return tuple(
        rule
        for profile in scenario.profiles
        for rule in read_profile(profile)
        if rule.district_code in ("", layout.district.code)
    )


def check(layout: Layout, rules: Iterable[Rule], scenario: Scenario) -> pd.DataFrame:
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

    Returns
    -------
    findings
        One row a rule and subject, columns :data:`FINDING_COLUMNS`; ``passed`` is True, False, or
        None where the figure could not be measured.
    """
    rows = [
        {
            "rule": rule.id,
            "level": rule.level,
            "title_zh": rule.title_zh,
            "title_en": rule.title_en,
            "subject_kind": rule.subject,
            "subject": subject,
            "value": value,
            "lower": rule.lower,
            "upper": rule.upper,
            "unit": rule.unit,
            "passed": rule.passes(None if value is None else round(value, 6)),
            "clause": rule.clause,
            "clause_en": rule.clause_en,
            "verbatim": rule.verbatim,
            "reading_zh": rule.reading_zh,
            "reading_en": rule.reading_en,
            "source_zh": rule.source.title_zh,
            "source_en": rule.source.title_en,
            "section": rule.section,
        }
        for rule in rules
        for subject, value in _measured(layout, rule, scenario)
    ]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype=object)


def _measured(layout: Layout, rule: Rule, scenario: Scenario) -> list[tuple[str, float | None]]:
    values = MEASURES[rule.measure](layout, scenario)
    whole = rule.subject in ("city", "district")
    return [
        (subject, value)
        for subject, value in values.items()
        if (subject == layout.district.code) == whole
    ]
