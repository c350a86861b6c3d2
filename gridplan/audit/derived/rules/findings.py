"""The findings that there must be: every rule with every subject, and what each says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridplan.audit.derived.figures import FIGURES, Facts, Values, Walk
from gridplan.audit.derived.rules.caveats import caveats_of
from gridplan.audit.derived.rules.conflicts import Clash, clashes
from gridplan.audit.derived.rules.verdicts import days_of, judged, with_residents
from gridplan.district.district import INDEXES
from gridplan.policy.assessment import ANSWERS, FILE, Answer
from gridplan.policy.readings import adopt_readings
from gridplan.policy.rule import Rule
from gridplan.policy.sensitivity import Sensitivity

Row = dict[str, Any]


def findings_of(
    facts: Facts, rules: Iterable[Rule], answers: Mapping[str, Answer] | None = None
) -> list[Row]:
    """
    List the findings of a layout.

    Parameters
    ----------
    facts
        What figures are counted from.
    rules
        Those the scenario asks for; of the rules that read one phrase one is adopted.
    answers
        Of the planner, to what no map can answer.

    Returns
    -------
    rows
        Rule by rule, then one for each pair of rules at odds. Of a rule whose reading was not
        adopted there are none; the findings of the adopted one tell what it comes to.
    """
    asked = adopt_readings(rules)
    found = {rule.key: _Asked(facts, rule).rows(answers or {}) for rule in asked}
    rows: list[Row] = []
    adopted = [rule for rule in asked if rule.adopted or not rule.phrase]
    for rule in adopted:
        others = [other for other in asked if other not in adopted and other.phrase == rule.phrase]
        for row in found[rule.key]:
            told = [_reading(other, row, found[other.key]) for other in others]
            rows.append({**row, "other_readings": _text(told)})
    as_of = str(facts.scenario.as_of)
    return rows + [_of_clash(facts.code, clash, as_of) for clash in clashes(facts, adopted)]


@dataclass(frozen=True, eq=False)
class _Asked:
    """One rule, asked of one layout."""

    facts: Facts
    rule: Rule

    def rows(self, answers: Mapping[str, Answer]) -> list[Row]:
        """Find the subjects of the rule and say what each comes to."""
        rule, facts = self.rule, self.facts
        as_of = str(facts.scenario.as_of)
        if not rule.measure:
            return [_answered(rule, facts.code, answers.get(rule.key), as_of)]
        figure = FIGURES[rule.measure]
        values = self._values(Walk())
        wanting = figure.missing(facts)
        if not values:
            wanting = [need for need in wanting if need in INDEXES]
        unknown = not values or None in values.values()
        if wanting and unknown and all(value is None for value in values.values()):
            # What nobody brought is said once for the district, not for every subject.
            return [self._row(("district", facts.code), None, wanting, None)]
        reach = self._reach(values)
        return [
            self._row(
                (rule.subject, subject),
                value,
                wanting if value is None else [],
                reach.get(subject),
            )
            for subject, value in values.items()
        ]

    def _values(self, walk: Walk) -> Values:
        """Count the figure of each subject of the kind the rule speaks of."""
        rule, figure = self.rule, FIGURES[self.rule.measure]
        given = rule.institution if figure.named else rule.parameters
        of_district = rule.subject in ("city", "district")
        return {
            subject: value
            for subject, value in figure.count(self.facts, given, walk).items()
            if of_district == (subject == self.facts.code)
        }

    @property
    def _doubts(self) -> list[Sensitivity]:
        """Give the ranges that have a meaning for how walks are measured."""
        straight = self.facts.travel.walk_by == "straight"
        idle = "walk_pace" if straight else "walk_detour"
        return [doubt for doubt in self.rule.sensitivity if doubt.quantity != idle]

    def _reach(self, values: Values) -> dict[str, tuple[float, float]]:
        """Give the least and greatest figure of each subject that is in doubt."""
        rule = self.rule
        if not self._doubts or (rule.lower is None and rule.upper is None):
            return {}
        tried = {subject: [value] for subject, value in values.items() if value is not None}
        for doubt in self._doubts:
            if doubt.quantity == "residents":
                for figures in tried.values():
                    figures.extend(with_residents(figures[0], rule.unit, doubt))
                continue
            for end in (doubt.lower, doubt.upper):
                pace = doubt.quantity == "walk_pace"
                times = end if pace else self.facts.scenario.walk_detour / end
                for subject, value in self._values(Walk(times)).items():
                    if value is not None and subject in tried:
                        tried[subject].append(value)
        return {subject: (min(figures), max(figures)) for subject, figures in tried.items()}

    def _row(
        self,
        subject: tuple[str, str],
        value: float | None,
        wanting: Sequence[str],
        reach: tuple[float, float] | None,
    ) -> Row:
        rule = self.rule
        figure = None if value is None else round(value, 6)
        as_of = str(self.facts.scenario.as_of)
        said = judged((rule.lower, rule.upper), days_of(rule), as_of, figure, reach)
        caveats = caveats_of(self.facts, FIGURES[rule.measure], *subject)
        doubts = "; ".join(doubt.code for doubt in self._doubts)
        return {
            **_of_rule(rule, as_of),
            "state": said.state,
            "passed": said.passed,
            "within": said.within,
            "kind": "figure" if (rule.lower, rule.upper) == (None, None) else "rule",
            "subject_kind": subject[0],
            "subject": subject[1],
            "value": value,
            "sensitivity": doubts if reach else None,
            "value_least": reach[0] if reach else None,
            "value_most": reach[1] if reach else None,
            "caveats": _text([one.as_data() for one in caveats]),
            "answered": "needs-column" if wanting else "computed",
            "needs": ", ".join(wanting) or None,
        }


def _text(told: Sequence[Mapping[str, Any]]) -> str | None:
    """Write what belongs to a finding as a table can hold it."""
    return json.dumps(list(told), ensure_ascii=False, separators=(",", ":")) if told else None


def _answered(rule: Rule, code: str, answer: Answer | None, as_of: str) -> Row:
    """Say what a clause comes to that the planner answers."""
    first, last = days_of(rule)
    state = "self-assessed"
    if last and as_of > last:
        state = "expired"
    elif first and as_of < first:
        state = "pending"
    met = ANSWERS[answer.answer] if answer else None
    return {
        **_of_rule(rule, as_of),
        "state": state,
        "kind": "self-assessed",
        "subject_kind": "district",
        "subject": code,
        "passed": met if state == "self-assessed" else None,
        "within": met,
        "answered": "self-assessed",
        "needs": None if answer else FILE,
        "assessed": answer.answer if answer else None,
        "evidence": answer.evidence if answer else None,
        "assessed_on": answer.date if answer else None,
    }


_OF_RULE = (
    *("level", "title_zh", "title_en", "lower", "upper", "unit", "clause", "clause_en"),
    *("verbatim", "reading_zh", "reading_en", "section", "section_en", "profile"),
    *("official_lower", "official_upper", "overridden"),
)
_OF_FIGURE = (
    *("value", "passed", "within", "sensitivity", "value_least", "value_most", "caveats"),
    *("other_readings", "needs", "assessed", "evidence", "assessed_on"),
)
_OF_DOCUMENT = ("document_number", "document_number_en", "in_force_from", "in_force_to")


def _of_rule(rule: Rule, as_of: str) -> Row:
    source = rule.source
    document = {name: getattr(rule, name) or getattr(source, name) or None for name in _OF_DOCUMENT}
    return {
        **dict.fromkeys(_OF_FIGURE),
        "rule": rule.id,
        **{name: getattr(rule, name) for name in _OF_RULE},
        **document,
        "phrase": rule.phrase or None,
        "source_kind": source.kind,
        "source_zh": source.title_zh,
        "source_en": source.title_en,
        "as_of": as_of,
    }


def _reading(rule: Rule, row: Row, found: Sequence[Row]) -> Row:
    """Say what another reading comes to: of the same subject, else of all its subjects."""
    subject = (row["subject_kind"], row["subject"])
    same = [one for one in found if (one["subject_kind"], one["subject"]) == subject]
    known = [round(float(one["value"]), 6) for one in same or found if one["value"] is not None]
    within = [one["within"] for one in same or found if one["within"] is not None]
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
        "within": within.count(True),
        "least": min(known, default=None),
        "most": max(known, default=None),
    }


def _of_clash(code: str, clash: Clash, as_of: str) -> Row:
    """Say of two rules that they are at odds; that neither passes nor fails."""
    one, other = clash.pair

    def joined(texts: Iterable[object], mark: str) -> str:
        return mark.join(dict.fromkeys(map(str, texts)))

    def both(name: str, mark: str) -> str:
        return joined((getattr(rule, name) for rule in clash.pair), mark)

    def number(name: str, mark: str) -> str | None:
        told = [getattr(rule, name) or getattr(rule.source, name) for rule in clash.pair]
        return joined(filter(None, told), mark) or None

    sources = [rule.source for rule in clash.pair]
    sections = [rule.section_en or rule.section for rule in clash.pair]
    return {
        **_of_rule(one, as_of),
        "rule": f"conflict:{one.id}+{other.id}",
        "level": "information",
        "title_zh": clash.told("zh", title=True),
        "title_en": clash.told("en", title=True),
        "reading_zh": clash.told("zh"),
        "reading_en": clash.told("en"),
        "subject_kind": "subdistrict" if clash.street else "district",
        "subject": clash.street or code,
        "value": clash.value,
        "lower": clash.lower,
        "upper": clash.upper,
        "unit": clash.unit,
        "passed": None,
        "within": None,
        "state": "conflict",
        "kind": "conflict",
        "answered": "conflict",
        "phrase": None,
        "clause": both("clause", "；"),
        "clause_en": both("clause_en", "; "),
        "verbatim": one.verbatim and other.verbatim,
        "source_zh": joined((source.title_zh for source in sources), "；"),
        "source_en": joined((source.title_en for source in sources), "; "),
        "document_number": number("document_number", "；"),
        "document_number_en": number("document_number_en", "; "),
        "in_force_from": None,
        "in_force_to": None,
        "section": both("section", "；"),
        "section_en": joined(sections, "; "),
        "profile": both("profile", "+"),
        "overridden": one.overridden or other.overridden,
        "official_lower": None,
        "official_upper": None,
    }
