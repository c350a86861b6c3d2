"""What no map can answer: the planner's own answer to a clause, with evidence and date."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gridplan.district.files.given_file import TOML_BYTES, is_there, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.errors import InputError, Problem
from gridplan.policy.rule import Rule
from gridplan.policy.toml_lines import Lines, key_lines
from gridplan.text.language import in_language
from gridplan.text.toml_text import toml_key, toml_line

FILE = "assessment.toml"
"""Its name in the district folder."""

ANSWERS: Mapping[str, bool] = MappingProxyType({"yes": True, "partly": False, "no": False})
"""The answers there are, and whether each meets the clause: partly is not yet met."""

_KEYS = ("answer", "evidence", "date")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    The planner's answer to one clause.

    Parameters
    ----------
    answer
        ``yes``, ``partly`` or ``no``.
    evidence
        What shows it: a document, a figure, a date of signature.
    date
        When it was assessed, ISO 8601; empty if not said.
    """

    answer: str
    evidence: str = ""
    date: str = ""


Assessment = Mapping[str, Answer]
"""Answers by ``profile/rule``."""


def parse_assessment(content: bytes, *, name: str) -> Assessment:
    """
    Read a self-assessment from the bytes of its file.

    Parameters
    ----------
    content
        TOML in UTF-8, with or without a byte order mark.
    name
        Of the file, for messages.

    Returns
    -------
    assessment

    Raises
    ------
    InputError
        If it is no TOML, or an entry has an unknown key or answer: each with its line.
    """
    try:
        table, text = parse_toml(content)
    except UnreadableError as error:
        values = {"file": name, "reason": error.reason}
        raise InputError([Problem("assessment-not-toml", values)]) from error
    return assessment_from(table, lines=key_lines(text))


def assessment_toml(assessment: Assessment) -> str:
    """
    Write answers as :func:`parse_assessment` reads them.

    Parameters
    ----------
    assessment
        Answers by ``profile/rule``.

    Returns
    -------
    text
        A table an answer, in the given order; evidence and date left out where there is none.
    """
    parts = []
    for name, answer in assessment.items():
        profile, rule = name.split("/", 1)
        lines = [f"[{toml_key(profile)}.{toml_key(rule)}]", toml_line("answer", answer.answer)]
        lines += [toml_line("evidence", answer.evidence)] if answer.evidence else []
        lines += [toml_line("date", answer.date)] if answer.date else []
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def read_assessment(folder: Path | None) -> Assessment:
    """
    Read ``assessment.toml`` of a district folder.

    Parameters
    ----------
    folder
        Of the district; None for one made in memory.

    Returns
    -------
    assessment
        Empty where there is no such file.

    Raises
    ------
    InputError
        If the file is no TOML, or an entry has an unknown key or answer: each with its line.
    """
    if folder is None or not is_there(folder, FILE):
        return {}
    try:
        content = read_inside(folder, FILE, most=TOML_BYTES)
    except UnreadableError as error:
        values = {"file": FILE, "reason": error.reason}
        raise InputError([Problem("file-unreadable", values)]) from error
    return parse_assessment(content, name=FILE)


def assessment_from(table: Mapping[str, Any], *, lines: Lines | None = None) -> Assessment:
    """
    Make an assessment from its parsed TOML.

    Parameters
    ----------
    table
        A table ``[profile.rule]`` for each clause, with ``answer``, ``evidence`` and ``date``.
    lines
        Of :func:`gridplan.policy.toml_lines.key_lines`, for messages.

    Returns
    -------
    assessment

    Raises
    ------
    InputError
        For all that is wrong, at once.
    """
    problems: list[Problem] = []
    answers: dict[str, Answer] = {}
    where = lines or {}
    for profile, rules in table.items():
        if not isinstance(rules, dict) or not all(isinstance(e, dict) for e in rules.values()):
            line = where.get((profile,)) or "–"
            problems.append(Problem("assessment-form", {"key": profile, "line": line}))
            continue
        for rule, entry in rules.items():
            wrong = _wrong(entry, at=(profile, rule), lines=where)
            problems += wrong
            if not wrong:
                when = entry.get("date", "")
                answers[f"{profile}/{rule}"] = Answer(
                    answer=entry["answer"],
                    evidence=entry.get("evidence", ""),
                    date=when.isoformat() if isinstance(when, date) else when,
                )
    if problems:
        raise InputError(problems)
    return answers


def _wrong(entry: Mapping[str, Any], *, at: tuple[str, str], lines: Lines) -> list[Problem]:
    place = {"rule": "/".join(at)}
    problems = []
    for key, value in entry.items():
        line = lines.get((*at, key)) or lines.get(at) or "–"
        where = {**place, "key": key, "line": line}
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.0)[0]
            problems.append(Problem("assessment-key", {**where, "near": near}))
        elif key == "answer" and not (isinstance(value, str) and value in ANSWERS):
            said = value if isinstance(value, str) else repr(value)
            values = {**where, "value": said, "valid": list(ANSWERS)}
            problems.append(Problem("assessment-answer", values))
        elif key == "date" and not _is_date(value):
            problems.append(Problem("assessment-date", {**where, "value": value}))
        elif key == "evidence" and not isinstance(value, str):
            problems.append(Problem("assessment-evidence", {**where, "value": value}))
    if "answer" not in entry:
        values = {**place, "key": "answer", "line": lines.get(at) or "–", "value": "–"}
        problems.append(Problem("assessment-answer", {**values, "valid": list(ANSWERS)}))
    return problems


def _is_date(value: object) -> bool:
    if isinstance(value, date):
        return True
    if not isinstance(value, str):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return value == ""
    return True


def check_named(assessment: Assessment, rules: Iterable[Rule]) -> None:
    """
    See that every answer is to a rule there is.

    Parameters
    ----------
    assessment
        Answers by ``profile/rule``.
    rules
        All rules an answer may name: those of every bundled profile and of the planner's own.

    Raises
    ------
    InputError
        Naming each unknown rule with the nearest one, and each answer to a rule that is computed.
    """
    known = {rule.key: rule for rule in rules}
    problems = []
    for name in assessment:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
            values = {"rule": name, "near": near[0] if near else "–"}
            problems.append(Problem("assessment-unknown-rule", values))
        elif known[name].measure:
            problems.append(Problem("assessment-computed", {"rule": name}))
    if problems:
        raise InputError(problems)


def blank_assessment(rules: Iterable[Rule], *, lang: str) -> str:
    """
    Write the form a planner fills in: every clause that no map can answer, its words as comment.

    Parameters
    ----------
    rules
        Of the scenario's profiles.
    lang
        ``zh`` or ``en``: language of the clauses in the comments.

    Returns
    -------
    text
        TOML in which every entry is commented out, so that an unfilled one answers nothing.
    """
    parts = []
    for rule in rules:
        if rule.measure:
            continue
        clause = in_language(rule, "clause", lang)
        parts.append(
            f"# {in_language(rule, 'title', lang)}\n# {clause}\n"
            f'# [{rule.profile}.{rule.id}]\n# answer = ""   # yes | partly | no\n'
            f'# evidence = ""\n# date = ""       # 2025-01-31\n'
        )
    return "\n".join(parts)
