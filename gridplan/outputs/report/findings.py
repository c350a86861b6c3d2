"""The policy clauses in a report: each with its figure, what failed, what clashes, what is open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridplan.outputs.report.parts import Paragraph, Part, table
from gridplan.outputs.tables.tables import findings_table
from gridplan.outputs.words.caveats_told import caveat_texts
from gridplan.outputs.words.names import figure, is_missing, needs_text, section_text, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.verdicts import document_text, reach_text, readings_text, state_word
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
    """Give one row a rule, then every subject that failed."""
    rows = [row for row in _rows(telling.plan) if not is_conflict(row) and not is_assessed(row)]
    if not rows:
        return [Paragraph(telling.say("report.no-findings"))]
    by_rule: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_rule.setdefault((str(row.get("profile")), str(row["rule"])), []).append(row)
    cells = [_rule_row(group, telling.lang) for group in by_rule.values()]
    marked = [
        at
        for at, group in enumerate(by_rule.values())
        if any(state_of(row) == "failed" for row in group)
    ]
    heads = [telling.say(f"report.head-{key}") for key in ("rule", "clause", "value")]
    heads += [telling.say(f"report.head-{key}") for key in ("bounds", "result")]
    parts: list[Part] = [
        Paragraph(telling.say("report.findings-text")),
        table(
            telling.say("report.table-findings"),
            heads,
            cells,
            widths=(18, 32, 12, 13, 25),
            marked=marked,
        ),
    ]
    failed = [row for row in rows if state_of(row) == "failed"]
    if failed:
        cells = [_failed_row(row, telling.lang) for row in failed[:SHOWN]]
        heads = [
            telling.say(f"report.head-{key}") for key in ("rule", "subject", "value", "bounds")
        ]
        caption = telling.say("report.table-failed")
        parts.append(table(caption, heads, cells, widths=(36, 32, 16, 16)))
        if len(failed) > SHOWN:
            parts.append(Paragraph(telling.say("report.more-failed", count=len(failed) - SHOWN)))
    return parts


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
        ]
        for row in rows
    ]
    heads = [telling.say(f"report.head-{key}") for key in ("conflict", "clause", "value", "bounds")]
    return [table(telling.say("report.table-conflicts"), heads, cells, widths=(28, 40, 16, 16))]


def assessment_parts(telling: Telling) -> list[Part]:
    """Give the planner's own answers to the clauses no map can answer."""
    rows = [row for row in _rows(telling.plan) if is_assessed(row)]
    if not rows:
        return [Paragraph(telling.say("report.assessment-none"))]
    cells = []
    for row in rows:
        given = row.get("assessed")
        key = f"answer-{given}" if given in ("yes", "partly", "no") else "answer-open"
        evidence = [row.get("evidence"), row.get("assessed_on")]
        told = "；".join(plain(entry, limit=600) for entry in evidence if entry)
        title = plain(in_language(row, "title", telling.lang) or row["rule"], limit=600)
        cells.append([title, _clause(row, telling.lang), telling.say(f"report.{key}"), told or "—"])
    heads = [telling.say(f"report.head-{key}") for key in ("rule", "clause", "answer", "evidence")]
    return [table(telling.say("report.table-assessment"), heads, cells, widths=(24, 40, 10, 26))]


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
    level = word("rule-level", first["level"], lang)
    title = plain(in_language(first, "title", lang) or first["rule"], limit=300)
    return [
        joined([say("language.square-brackets", lang, text=level), title], lang, "gap"),
        _clause(first, lang),
        _values(group, lang),
        bounds(first, lang),
        _result(group, lang) + _caveats(group, lang),
    ]


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
        told += separator + say("report.reading", lang, reading=plain(reading, limit=600))
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
    if state == "waiting" and set(states) == {"waiting"}:
        column = next((row["needs"] for row in group if row.get("needs")), None)
        told = say("report.result-open", lang)
        if column:
            separator = say("language.pause", lang)
            # Long names of columns may break where their parts meet.
            columns = re.sub(r"([._])", "\\1\u200b", needs_text(column, lang))
            told += separator + say("report.needs", lang, column=columns)
        return told
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
