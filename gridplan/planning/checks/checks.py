"""Hold a layout against the rules: every rule, every subject, one finding each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from gridplan.district.district import INDEXES, District
from gridplan.district.files.given_file import path_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.errors import InputError, Problem
from gridplan.planning.checks.caveats import Caveats
from gridplan.planning.checks.conflicts import conflicts
from gridplan.planning.checks.finding import (
    ANSWERED,
    FINDING_COLUMNS,
    answered_by,
    assessed,
    computed,
    of_conflict,
    with_readings,
)
from gridplan.planning.demands.rules import own_rules
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures import MEASURES, Measure, Values
from gridplan.planning.scenario.kinds import Number
from gridplan.planning.scenario.scenario import KEYS, Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.policy.assessment import Assessment
from gridplan.policy.override import override
from gridplan.policy.place import placed
from gridplan.policy.profile import read_profile, read_profile_file
from gridplan.policy.readings import adopt_readings
from gridplan.policy.rule import Rule
from gridplan.policy.sensitivity import reach_of_residents

__all__ = ["ANSWERED", "FINDING_COLUMNS", "answered_by", "check", "rules_for", "scenario_rules"]

NONE_OWN: Mapping[str, Path] = MappingProxyType({})
"""No profile but those inside the district folder."""

NOTHING: Mapping[str, Values] = MappingProxyType({})
"""No figure known beforehand."""

SUBJECTS_OF = {name: measure.subjects for name, measure in MEASURES.items()}
"""What each measure can be asked of, for the schema of a profile."""


def scenario_rules(
    scenario: Scenario,
    folder: Path | None,
    *,
    code: str,
    own_profiles: Mapping[str, Path] = NONE_OWN,
) -> tuple[Rule, ...]:
    """
    Collect the rules a scenario asks for, its own bounds and readings put in.

    Parameters
    ----------
    scenario
        ``profiles``, then ``profile_files`` and what gridplan itself requires, then ``overrides``
        and ``readings``.
    folder
        Of the district, inside which ``profile_files`` are looked for; None for one in memory.
    code
        Of the district: rules that speak of another are left out.
    own_profiles
        Where those of ``profile_files`` lie that the planner named in person, by the name they
        have there; these may lie anywhere.

    Returns
    -------
    rules
        In the order of the profiles.

    Raises
    ------
    InputError
        For every profile, file, override and reading that is wrong, at once.
    """
    problems: list[Problem] = []
    rules: list[Rule] = []
    for name in placed(scenario.profiles, code):
        try:
            rules += read_profile(name)
        except InputError as error:
            problems += error.problems
    for name in scenario.profile_files:
        try:
            path = profile_path(name, folder, own_profiles)
            rules += read_profile_file(path, subjects_of=SUBJECTS_OF)
        except InputError as error:
            problems += error.problems
    rules += own_rules(scenario)
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            values = {"rule": rule.id, "profile": rule.profile, "other": seen[rule.id]}
            problems.append(Problem("profile-rule-taken", values))
        seen.setdefault(rule.id, rule.profile)
    if problems:
        raise InputError(problems)
    settled = _settled(rules, scenario)
    return adopt_readings(rule for rule in settled if rule.district_code in ("", code))


def _settled(rules: list[Rule], scenario: Scenario) -> tuple[Rule, ...]:
    """Put the scenario's bounds and readings into the rules, and tell all that is wrong at once."""
    problems: list[Problem] = []
    changed: tuple[Rule, ...] = ()
    try:
        changed = override(rules, scenario.overrides)
    except InputError as error:
        problems += error.problems
    try:
        adopt_readings(rules, scenario.readings)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return adopt_readings(changed, scenario.readings)


def own_by_name(paths: Iterable[Path]) -> dict[str, Path]:
    """
    Give the profiles a planner names in person by the name a plan knows them by: the file's.

    Raises
    ------
    InputError
        ``profile-name-twice`` if two have the same name.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if path.name in found:
            values = {"file": path.name, "first": str(found[path.name]), "second": str(path)}
            raise InputError([Problem("profile-name-twice", values)])
        found[path.name] = path
    return found


def profile_path(name: str, folder: Path | None, own_profiles: Mapping[str, Path]) -> Path:
    """
    Find the file of a profile that a scenario names.

    Raises
    ------
    InputError
        ``profile-file-outside`` unless it lies inside the folder or the planner named it in person.
    """
    if name in own_profiles:
        return own_profiles[name]
    try:
        return path_inside(folder or Path(), name)
    except UnreadableError as error:
        values = {"file": name, "reason": error.reason}
        raise InputError([Problem("profile-file-outside", values)]) from error


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
    measured: Mapping[str, Values] = NOTHING,
    quick: bool = False,
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
    measured
        Figures that are known already, by measure.
    quick
        Leave out what a reader must know of the figures.

    Returns
    -------
    findings
        One row a rule and subject, then one a conflict between rules; columns
        :data:`FINDING_COLUMNS`. Of the rules that read one phrase the adopted one has rows, and
        these tell what the others come to.
    """
    known = Known(layout, measured, None if quick else Caveats(layout, scenario))
    rules = settled_rules(rules, layout.district, scenario)
    judged = {rule.key: rule_findings(known, rule, scenario, assessment or {}) for rule in rules}
    return findings_table(layout, rules, judged, scenario)


def settled_rules(
    rules: Iterable[Rule], district: District, scenario: Scenario
) -> tuple[Rule, ...]:
    """Give rules as they are judged: without doubts that have no meaning for how walks are had."""
    walked = journeys_of(district, scenario).walk_by
    return adopt_readings(_doubted(rule, walked) for rule in rules)


def findings_table(
    layout: Layout,
    rules: Sequence[Rule],
    judged: Mapping[str, list[dict[str, Any]]],
    scenario: Scenario,
) -> pd.DataFrame:
    """
    Put the findings of all rules together.

    Parameters
    ----------
    layout
        That was judged.
    rules
        Of :func:`settled_rules`, in the order of the findings.
    judged
        Of :func:`rule_findings`, by the key of the rule.
    scenario
        Its day.

    Returns
    -------
    findings
        As :func:`check`.
    """
    others = [rule for rule in rules if rule.phrase and not rule.adopted]
    rows = []
    for rule in rules:
        if rule in others:
            continue
        same = [
            (other, judged[other.key])
            for other in others
            if rule.phrase and other.phrase == rule.phrase
        ]
        rows += with_readings(judged[rule.key], same)
    adopted = [rule for rule in rules if rule not in others]
    code = layout.district.code
    rows += [of_conflict(found, code, as_of=scenario.as_of) for found in conflicts(layout, adopted)]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype=object)


@dataclass(frozen=True)
class Known:
    """
    What is known of a layout while it is judged.

    Parameters
    ----------
    layout
        What is judged.
    measured
        Figures by measure, where they need not be measured.
    caveats
        Of the figures; None to leave them out.
    """

    layout: Layout
    measured: Mapping[str, Values]
    caveats: Caveats | None

    def of(self, measure: Measure, kind: str, subject: str) -> tuple[Problem, ...]:
        """List what must be known of the figure of one subject."""
        return () if self.caveats is None else self.caveats.of(measure, kind, subject)


def rule_findings(
    known: Known, rule: Rule, scenario: Scenario, assessment: Assessment
) -> list[dict[str, Any]]:
    """
    Hold one rule against every subject it speaks of.

    Returns
    -------
    rows
        Keys of :data:`FINDING_COLUMNS`.
    """
    layout = known.layout
    code, as_of = layout.district.code, scenario.as_of
    if not rule.measure:
        return [assessed(rule, code, assessment.get(rule.key), as_of=as_of)]
    measure = MEASURES[rule.measure]
    values = known.measured.get(rule.measure) or _values(layout, rule, scenario)
    wanting = measure.missing(layout)
    if not values:  # no subject at all: only a whole layer that lacks can be the cause
        wanting = tuple(need for need in wanting if need in INDEXES)
    missing = ", ".join(wanting) if None in values.values() or not values else ""
    if missing and all(value is None for value in values.values()):
        # One row says which column is wanted; the same row for every center would bury it.
        told = known.of(measure, "district", code)
        subject = ("district", code)
        return [computed(rule, subject, None, as_of=as_of, needs=missing, caveats=told)]
    reach = _reach(layout, rule, scenario, values)
    return [
        computed(
            rule,
            (rule.subject, subject),
            value,
            as_of=as_of,
            needs=missing if value is None else "",
            reach=reach.get(subject),
            caveats=known.of(measure, rule.subject, subject),
        )
        for subject, value in values.items()
    ]


def _values(layout: Layout, rule: Rule, scenario: Scenario) -> Values:
    measure: Measure = MEASURES[rule.measure]
    one = rule.subject in ("city", "district")
    return {
        subject: value
        for subject, value in measure(layout, scenario, rule.parameters, rule.institution).items()
        if (subject == layout.district.code) == one
    }


def _doubted(rule: Rule, walk_by: str) -> Rule:
    """Leave out the doubt that has no meaning for how walks are measured."""
    other = "walk_pace" if walk_by == "straight" else "walk_detour"
    kept = tuple(entry for entry in rule.sensitivity if entry.quantity != other)
    return (
        rule if len(kept) == len(rule.sensitivity) else dataclasses.replace(rule, sensitivity=kept)
    )


def _walked_faster(scenario: Scenario, times: float) -> Scenario:
    """Give as near what so many times the pace reaches: as far as a walk so many times as long."""
    kind = KEYS["center_max_minutes"]
    assert isinstance(kind, Number)
    low, high = kind.within
    longer = scenario.center_max_minutes * times
    return dataclasses.replace(scenario, center_max_minutes=min(max(longer, low), high))


def _reach(
    layout: Layout, rule: Rule, scenario: Scenario, values: Values
) -> dict[str, tuple[float, float]]:
    """
    Give the least and greatest figure of each subject within the rule's sensitivity.

    Each quantity is tried alone, at both ends of its range; a figure rises or falls steadily with
    either, so that nothing between the ends goes beyond them.
    """
    if not rule.sensitivity or (rule.lower is None and rule.upper is None):
        return {}
    tried = {subject: [value] for subject, value in values.items() if value is not None}
    for entry in rule.sensitivity:
        if entry.quantity == "residents":
            for figures in tried.values():
                figures.extend(reach_of_residents(figures[0], rule.unit, entry))
            continue
        for end in (entry.lower, entry.upper):
            faster = end if entry.quantity == "walk_pace" else scenario.walk_detour / end
            for subject, value in _values(layout, rule, _walked_faster(scenario, faster)).items():
                if subject in tried and value is not None:
                    tried[subject].append(value)
    return {subject: (min(figures), max(figures)) for subject, figures in tried.items()}
