"""What could be read two ways, and what the planner said: kept in ``prepare.toml``.

A question has a key, the answers it takes and, where the data speak, a proposal. A proposal that
is sure enough is taken and written down; one that is not stops the intake with the evidence. Next
year's files run through the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import TOML_BYTES, is_there, read_given
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.errors import InputError, Problem

FILE = "prepare.toml"
DEPTH = {"growth": 1, "share_65": 1}
"""Dots of a key that part it, by its first word, where they are not two: ``growth.街道``."""

SURE = 0.8
"""Confidence from which a proposal is taken without being asked about."""


@dataclass(frozen=True)
class Question:
    """
    One thing only the planner can decide.

    Parameters
    ----------
    key
        Where the answer goes in ``prepare.toml``, dotted: ``population.reading``.
    options
        Answers that are accepted; empty where any text is.
    told
        The sentence that asks, with the evidence either way.
    proposal
        The answer that fits best; empty if none does.
    confidence
        From 0 to 1.
    """

    key: str
    options: tuple[str, ...]
    told: Problem
    proposal: str = ""
    confidence: float = 0.0


@dataclass
class Decisions:
    """
    Answers given, answers proposed and taken, questions still open.

    Parameters
    ----------
    given
        By dotted key, as text.
    taken
        Proposals that were sure enough, by key, with their question.
    open
        What has to be asked.
    asked
        Every question so far, answered or not, by key.
    used
        Keys that were looked for.
    """

    given: dict[str, str] = field(default_factory=dict)
    taken: dict[str, Question] = field(default_factory=dict)
    open: list[Question] = field(default_factory=list)
    asked: dict[str, Question] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def settle(self, question: Question) -> str | None:
        """
        Answer a question from what was given, else from its proposal; None if it must be asked.

        Raises
        ------
        InputError
            ``intake-answer`` if the answer given is none of the options.
        """
        self.used.add(question.key)
        self.asked[question.key] = question
        answer = self.given.get(question.key)
        if answer is not None:
            if question.options and answer not in question.options:
                values = {
                    "key": question.key,
                    "value": answer,
                    "options": list(question.options),
                    "file": FILE,
                }
                raise InputError([Problem("intake-answer", values)])
            return answer
        if question.proposal and question.confidence >= SURE:
            self.taken[question.key] = question
            return question.proposal
        self.open.append(question)
        return None

    def value(self, key: str) -> str | None:
        """Give an answer that needs no question, None where there is none."""
        self.used.add(key)
        return self.given.get(key)

    def values(self, prefix: str) -> dict[str, str]:
        """Give the answers under one key: ``joins.population`` holds a table of names."""
        found = {
            key[len(prefix) + 1 :]: value
            for key, value in self.given.items()
            if key.startswith(prefix + ".")
        }
        self.used |= {f"{prefix}.{key}" for key in found}
        return found

    def close(self) -> None:
        """Raise every open question at once."""
        if self.open:
            raise InputError([question.told for question in self.open])

    def unused(self, absent: Sequence[str] = ()) -> list[str]:
        """
        Keys that were given and never asked for: most likely misspelt.

        Parameters
        ----------
        absent
            First words of keys that belong to files not handed in this time: they may wait.
        """
        return sorted(key for key in set(self.given) - self.used if key.split(".")[0] not in absent)


def read_decisions(folder: Path) -> dict[str, str]:
    """
    Read the answers of ``prepare.toml``; none if there is no such file.

    Raises
    ------
    InputError
        ``intake-decisions`` if it is too large, no regular file or no TOML.
    """
    path = folder / FILE
    if not is_there(folder, FILE):
        return {}
    try:
        return _flat(parse_toml(read_given(path, most=TOML_BYTES))[0])
    except UnreadableError as error:
        raise InputError([Problem("intake-decisions", {"reason": error.reason})]) from None


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, Mapping):
            flat |= _flat(value, name)
        elif isinstance(value, bool):
            flat[name] = "true" if value else "false"
        else:
            flat[name] = str(value)
    return flat


def decisions_text(
    decisions: Decisions, *, notes: Mapping[str, Sequence[str]], head: Sequence[str]
) -> str:
    """
    Write the answers as TOML, each with the sentence that asked for it.

    Every line holds its whole key, so that a line may be added, or its mark taken off, anywhere.

    Parameters
    ----------
    decisions
        Given, taken and open ones; what is open stands first, as a comment to be filled in.
    notes
        By key, the sentence that asked, in every language.
    head
        Lines at the top of the file.

    Returns
    -------
    text
        Of ``prepare.toml``.
    """
    lines = [_comment(line) for line in head]
    for question in decisions.open:
        lines += ["", *map(_comment, notes.get(question.key, []))]
        lines += [f"# {toml_key(question.key)} = {_quoted(a)}" for a in question.options or ("",)]
    answers = {key: question.proposal for key, question in decisions.taken.items()}
    answers |= decisions.given
    for key, answer in sorted(answers.items()):
        if notes.get(key):
            lines += ["", *map(_comment, notes[key])]
        lines.append(f"{toml_key(key)} = {_quoted(answer)}")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    """Write a sentence as a comment: on one line, without what TOML forbids there."""
    return "# " + "".join(c for c in " ".join(text.split()) if c.isprintable())


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_key(key: str) -> str:
    """Write a dotted key as TOML does; the last part may hold dots, as names of places do."""
    parts = key.split(".", DEPTH.get(key.partition(".")[0], 2))
    return ".".join(part if _BARE.fullmatch(part) else _quoted(part) for part in parts)


def _quoted(text: str) -> str:
    """Write a text as TOML does; unlike a name for display it keeps every space and line break."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def plain_key(text: str) -> str:
    """Read a key as a sentence shows it, its last part in quotation marks or not."""
    before, mark, rest = text.partition('."')
    return f"{before}.{rest[:-1]}" if mark and rest.endswith('"') else text


def positive(text: str, key: str) -> float:
    """
    Read an answer that must be a number above zero.

    Raises
    ------
    InputError
        ``intake-answer``.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        values = {"key": key, "value": text, "options": ["> 0"], "file": FILE}
        raise InputError([Problem("intake-answer", values)])
    return value
