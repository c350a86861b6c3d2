"""What was said of the plans (意见), and what became of it (采纳、部分采纳、不采纳), and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gridplan.errors import InputError, Problem
from gridplan.project.kept import log
from gridplan.project.kept.place import json_line, json_lines
from gridplan.project.project import Project
from gridplan.text.shown import brief

FILE = "opinions.jsonl"
OPEN = "open"
ANSWERS = ("adopted", "partly", "declined")
"""What can become of an opinion: 采纳, 部分采纳, 不采纳."""


@dataclass(frozen=True)
class Opinion:
    """
    One opinion.

    Parameters
    ----------
    number
        From 1, in the order they came.
    text
        What was said.
    source
        Who said it: an office, a meeting; no personal data.
    scenario
        Of which scenario or version it speaks; may be empty.
    answer
        ``open``, or one of :data:`ANSWERS`.
    reason
        Why.
    revised
        Scenario that answers it; empty for none.
    edits
        Numbers of the edits there that do, from 1.
    at, answered
        When it came and when it was answered, UTC.
    """

    number: int
    text: str
    source: str = ""
    scenario: str = ""
    answer: str = OPEN
    reason: str = ""
    revised: str = ""
    edits: tuple[int, ...] = ()
    at: str = ""
    answered: str = ""


def opinions(project: Project) -> tuple[Opinion, ...]:
    """List the opinions of a project with what became of each, in the order they came."""
    return _read(project)[0]


def _read(project: Project) -> tuple[tuple[Opinion, ...], str]:
    content, revision = project.place.read(FILE)
    found: dict[int, dict[str, Any]] = {}
    for line in json_lines(content):
        number = line.get("number")
        if isinstance(number, int):
            found.setdefault(number, {}).update(line)
    fields = Opinion.__dataclass_fields__
    rows = []
    for number in sorted(found):
        values = {key: value for key, value in found[number].items() if key in fields}
        values["edits"] = tuple(values.get("edits", ()))
        rows.append(Opinion(**{"text": "", **values}))
    return tuple(rows), revision


def add_opinion(project: Project, text: str, *, source: str = "", scenario: str = "") -> Opinion:
    """
    Log an opinion.

    Raises
    ------
    InputError
        ``opinion-empty``; ``project-no-scenario`` where it speaks of a scenario there is not.
    """
    if not isinstance(text, str) or not text.strip():
        raise InputError([Problem("opinion-empty")])
    if scenario:
        scenario = project.scenario(scenario).name
    with project.place.locked():
        known, revision = _read(project)
        number = max((one.number for one in known), default=0) + 1
        made = Opinion(number, text.strip(), source, scenario, at=log.now())
        told = {key: getattr(made, key) for key in ("number", "text", "source", "scenario", "at")}
        project.place.append(FILE, json_line(told), revision=revision)
        log.note(project.place, "opinion", by=project.by, number=number)
    return made


def answer_opinion(
    project: Project,
    number: int,
    answer: str,
    *,
    reason: str,
    revised: str = "",
    edits: tuple[int, ...] = (),
) -> Opinion:
    """
    Say what becomes of an opinion; an earlier answer stays in the file, the last one holds.

    Parameters
    ----------
    project, number
        Which.
    answer
        One of :data:`ANSWERS`.
    reason
        Why; a document that goes out for opinions owes one for each.
    revised, edits
        Scenario, and numbers of its edits from 1, that answer it.

    Raises
    ------
    InputError
        ``opinion-unknown``, ``opinion-answer``, ``opinion-reason``, ``opinion-edits``.
    """
    if answer not in ANSWERS:
        told = {"answer": brief(answer), "answers": list(ANSWERS)}
        raise InputError([Problem("opinion-answer", told)])
    if not reason.strip():
        raise InputError([Problem("opinion-reason", {"number": number})])
    if revised:
        revised = project.scenario(revised).name
    count = len(project.journal(revised).done) if revised else 0
    wrong = [one for one in edits if not 1 <= one <= count]
    if wrong:
        raise InputError([Problem("opinion-edits", {"rows": wrong, "count": count})])
    with project.place.locked():
        known, revision = _read(project)
        if number not in {one.number for one in known}:
            raise InputError([Problem("opinion-unknown", {"number": number, "count": len(known)})])
        values = {"number": number, "answer": answer, "reason": reason.strip(),
                  "revised": revised, "edits": list(edits), "answered": log.now()}  # fmt: skip
        project.place.append(FILE, json_line(values), revision=revision)
        log.note(project.place, "answered", by=project.by, number=number, answer=answer)
    return next(one for one in opinions(project) if one.number == number)
