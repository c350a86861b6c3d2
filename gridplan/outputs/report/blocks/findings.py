"""The policy clauses in a report: each with its figure, what failed, what clashes, what is open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridplan.outputs.report.blocks.parts import Paragraph, Part, table
from gridplan.outputs.tables.tables import findings_table
from gridplan.outputs.words.caveats_told import caveat_texts
from gridplan.outputs.words.keyless import keyless
from gridplan.outputs.words.names import figure, is_missing, needs_text, section_text, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.verdicts import (
    counts_text,
    document_text,
    reach_text,
    readings_text,
    rule_counts,
    state_word,
)
from gridplan.policy.verdict import rule_states, state_of
from gridplan.text import say
from gridplan.text.language import ORIGINAL, bracketed, in_language, joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

Row = Mapping[str, Any]
SHOWN = 60
"""Failed subjects listed one by one; the workbook holds them all."""
CAVEATS = 4
"""What is told of a rule's figures beside its result; the workbook holds it by subject."""


def _rows(plan: Plan) -> list[Row]:
    if not len(plan.findings):
        return []
    return findings_table(plan).to_dict(orient="records")


def is_conflict(row: Row) -> bool:
    """Whether a finding tells of rules that clash."""
    return bool(row.get("answered") == "conflict")


def is_assessed(row: Row) -> bool:
    """Whether a finding is the planner's own answer, or waits for one."""
    return bool(row.get("answered") == "self-assessed")


def finding_parts(telling: Telling) -> list[Part]:
    """Give one row a rule that was judged, every subject that failed, then what waits for data."""
    rows = [row for row in _rows(telling.plan) if not is_conflict(row) and not is_assessed(row)]
    if not rows:
        return [Paragraph(telling.say("report.no-findings"))]
    by_rule: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_rule.setdefault((str(row.get("profile")), str(row["rule"])), []).append(row)
    groups = list(by_rule.values())
    waiting = [group for group in groups if {state_of(row) for row in group} == {"waiting"}]
    judged = [group for group in groups if group not in waiting]
    return [*_judged(telling, judged), *_failed(telling, rows), *_waiting(telling, waiting)]


def _judged(telling: Telling, groups: list[list[Row]]) -> list[Part]:
    if not groups:
        return []
    failed = [any(state_of(row) == "failed" for row in group) for group in groups]
    keys = ("rule", "clause", "value", "bounds", "result")
    made = table(
        telling.say("report.table-findings"),
        [telling.say(f"report.head-{key}") for key in keys],
        [_rule_row(group, telling.lang) for group in groups],
        widths=(18, 43, 12, 13, 14),
        marked=[at for at, so in enumerate(failed) if so],
    )
    rules, counts = sum(rule_counts(telling.plan).values()), counts_text(telling)
    counted = telling.say("report.result-findings", rules=rules, counts=counts)
    return [Paragraph(counted), Paragraph(telling.say("report.findings-text")), made]


def _failed(telling: Telling, rows: list[Row]) -> list[Part]:
    failed = [row for row in rows if state_of(row) == "failed"]
    if not failed:
        return []
    cells = [_failed_row(row, telling.lang) for row in failed[:SHOWN]]
    heads = [telling.say(f"report.head-{key}") for key in ("rule", "subject", "value", "bounds")]
    made = table(telling.say("report.table-failed"), heads, cells, widths=(36, 32, 16, 16))
    if len(failed) <= SHOWN:
        return [made]
    return [made, Paragraph(telling.say("report.more-failed", count=len(failed) - SHOWN))]


def _waiting(telling: Telling, groups: list[list[Row]]) -> list[Part]:
    """Name the rules that wait for data, and the data in words; the workbook has their clauses."""
    if not groups:
        return []
    lang = telling.lang
    cells = []
    for group in groups:
        needs = next((row["needs"] for row in group if row.get("needs")), None)
        words = _KEY.sub("", needs_text(needs, lang))
        cells.append([_titled(group[0], lang), words or "—"])
    heads = [telling.say(f"report.head-{key}") for key in ("rule", "needs")]
    made = table(telling.say("report.table-waiting"), heads, cells, widths=(52, 48))
    return [Paragraph(telling.say("report.waiting-text")), made]


_KEY = re.compile(r"\s?[（(][a-z0-9_.]+[)）]")
"""What a column is called in a district folder, behind its words."""


def conflict_parts(telling: Telling) -> list[Part]:
    """Give the rules that cannot all be met, and the figures that show it."""
    lang = telling.lang
    rows = [row for row in _rows(telling.plan) if is_conflict(row)]
    if not rows:
        return [Paragraph(telling.say("report.conflicts-none"))]
    cells = [
        [
            plain(in_language(row, "title", lang) or row["rule"], limit=600),
            _clause(row, lang),
            figure(row["value"], row["unit"] or "", lang),
            bounds(row, lang),
            telling.say("report.to-fill"),
        ]
        for row in rows
    ]
    keys = ("conflict", "clause", "value", "bounds", "decision")
    heads = [telling.say(f"report.head-{key}") for key in keys]
    caption = telling.say("report.table-conflicts")
    return [table(caption, heads, cells, widths=(25, 36, 13, 13, 13))]


def assessment_parts(telling: Telling) -> list[Part]:
    """Give the planner's own answers to the clauses no map can answer; count those without one."""
    rows = [row for row in _rows(telling.plan) if is_assessed(row)]
    if not rows:
        return [Paragraph(telling.say("report.assessment-none"))]
    answered = [row for row in rows if row.get("assessed") in _ANSWERS]
    parts: list[Part] = []
    if answered:
        cells = [_assessed(row, telling) for row in answered]
        keys = ("rule", "clause", "answer", "evidence")
        heads = [telling.say(f"report.head-{key}") for key in keys]
        caption = telling.say("report.table-assessment")
        parts.append(table(caption, heads, cells, widths=(24, 40, 10, 26)))
    left = len(rows) - len(answered)
    if left:
        parts.append(Paragraph(telling.say("report.assessment-open", count=left)))
    return parts


_ANSWERS = ("yes", "partly", "no")


def _assessed(row: Row, telling: Telling) -> list[str]:
    evidence = [row.get("evidence"), row.get("assessed_on")]
    given = [plain(entry, limit=600) for entry in evidence if entry]
    told = joined(given, telling.lang, "semicolon")
    title = plain(in_language(row, "title", telling.lang) or row["rule"], limit=600)
    answer = telling.say(f"report.answer-{row['assessed']}")
    return [title, _clause(row, telling.lang), answer, told or "—"]


def bounds(row: Row, lang: str) -> str:
    """Say what a rule asks for, with the document's own figure where the scenario changed it."""
    told = _bounds(row["lower"], row["upper"], row["unit"] or "", lang)
    own = (row.get("official_lower"), row.get("official_upper"))
    if row.get("overridden") and own != (row["lower"], row["upper"]):
        official = _bounds(*own, row["unit"] or "", lang)
        told += say("report.official", lang, bounds=official)
    return told


def _bounds(lower: Any, upper: Any, unit: str, lang: str) -> str:  # noqa: ANN401  # number or None
    if is_missing(lower) and is_missing(upper):
        return "—"
    if is_missing(upper):
        key = "at-least"
    elif is_missing(lower):
        key = "at-most-bound"
    else:
        key = "exactly" if lower == upper else "between"
    told = {"lower": figure(lower, unit, lang), "upper": figure(upper, unit, lang)}
    return say(f"summary.{key}", lang, **told)


def _rule_row(group: Sequence[Row], lang: str) -> list[str]:
    first = group[0]
    return [
        _titled(first, lang),
        _clause(first, lang) + _caveats(group, lang),
        _values(group, lang),
        bounds(first, lang),
        _result(group, lang),
    ]


def _titled(row: Row, lang: str) -> str:
    level = word("rule-level", row["level"], lang)
    title = plain(in_language(row, "title", lang) or row["rule"], limit=300)
    return joined([say("language.square-brackets", lang, text=level), title], lang, "gap")


def _caveats(group: Sequence[Row], lang: str) -> str:
    """Say what must be known of a rule's figures, the first few."""
    texts = [plain(text, limit=600) for text in caveat_texts(group, lang)]
    if not texts:
        return ""
    told = say("report.caveat", lang, caveats=joined(texts[:CAVEATS], lang, "gap"))
    return say("language.stop", lang) + told


def _clause(row: Row, lang: str) -> str:
    key = "clause" if lang != ORIGINAL or row.get("verbatim") is not False else "clause-rendered"
    told = say(
        f"report.{key}",
        lang,
        clause=plain(in_language(row, "clause", lang), limit=800),
        source=plain(in_language(row, "source", lang)),
        section=plain(section_text(row, lang)),
    )
    reading = in_language(row, "reading", lang)
    if reading:
        separator = say("language.stop", lang)
        told += separator + say(
            "report.reading", lang, reading=plain(keyless(str(reading), lang), limit=600)
        )
    for more in (document_text(row, lang), readings_text(row, lang)):
        if more:
            told += say("language.stop", lang) + plain(more, limit=800)
    return told


def _values(group: Sequence[Row], lang: str) -> str:
    unit = group[0]["unit"] or ""
    known = [float(row["value"]) for row in group if not is_missing(row["value"])]
    if not known:
        return "—"
    if len(group) == 1 or min(known) == max(known):
        return figure(known[0], unit, lang)
    least, most = figure(min(known), "count", lang), figure(max(known), unit, lang)
    if unit == "percent":
        least = figure(min(known), unit, lang)
    return say("report.range", lang, least=least, most=most)


def _result(group: Sequence[Row], lang: str) -> str:
    first, states = group[0], [state_of(row) for row in group]
    (state,) = rule_states(group).values()
    if state in ("figure", "expired", "pending"):
        return word("state", state, lang)
    if len(group) == 1:
        told = state_word(first, lang)
        reach = reach_text(first, lang) if state == "borderline" else ""
        return told + bracketed(reach, lang)
    told = say("report.result-many", lang, passed=states.count("passed"), count=len(states))
    for code, key in (("borderline", "result-borderline"), ("waiting", "result-unknown")):
        if code in states:
            told += say(f"report.{key}", lang, count=states.count(code))
    return told


def _failed_row(row: Row, lang: str) -> list[str]:
    subject = in_language(row, "subject_name", lang)
    return [
        plain(in_language(row, "title", lang) or row["rule"]),
        plain(subject),
        figure(row["value"], row["unit"] or "", lang),
        bounds(row, lang),
    ]
