"""One phrase that can be read in several ways: the reading a planner adopts, and the others."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Sequence

from gridplan.errors import InputError, Problem
from gridplan.policy.rule import Rule

EXAMPLE = "regional-100k: managed-100k"
_FORM = re.compile(r"^\s*([^\s:]+)\s*:\s*([^\s:]+)\s*$")


def parse_reading(text: str) -> tuple[str, str] | None:
    """
    Read one choice of a scenario.

    Parameters
    ----------
    text
        ``phrase: rule``.

    Returns
    -------
    phrase, rule
        None if it is not written so.
    """
    form = _FORM.match(text)
    return None if form is None else (form[1], form[2])


def adopt_readings(rules: Iterable[Rule], readings: Sequence[str] = ()) -> tuple[Rule, ...]:
    """
    Settle which rule of each phrase is adopted.

    The scenario's choice; else the one the profiles mark; else the first in the profiles' order.

    Parameters
    ----------
    rules
        Of all profiles of the scenario.
    readings
        As :func:`parse_reading` reads them.

    Returns
    -------
    rules
        In their order, exactly one of each phrase with ``adopted``.

    Raises
    ------
    InputError
        For each choice that is misspelt, or names no phrase or no reading of it.
    """
    rules = tuple(rules)
    phrases: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.phrase:
            phrases.setdefault(rule.phrase, []).append(rule)
    chosen, problems = _chosen(phrases, readings)
    if problems:
        raise InputError(problems)
    for phrase, some in phrases.items():
        marked = [rule for rule in some if rule.adopted] or some
        chosen.setdefault(phrase, marked[0].id)
    return tuple(
        dataclasses.replace(rule, adopted=rule.id == chosen[rule.phrase]) if rule.phrase else rule
        for rule in rules
    )


def _chosen(
    phrases: dict[str, list[Rule]], readings: Sequence[str]
) -> tuple[dict[str, str], list[Problem]]:
    chosen: dict[str, str] = {}
    problems = []
    for text in readings:
        choice = parse_reading(text)
        if choice is None:
            problems.append(Problem("reading-form", {"value": text, "example": EXAMPLE}))
            continue
        phrase, name = choice
        if phrase not in phrases:
            values = {"phrase": phrase, "near": _near(phrase, phrases), "valid": list(phrases)}
            problems.append(Problem("reading-unknown-phrase", values))
            continue
        names = [rule.id for rule in phrases[phrase]]
        if name not in names:
            values = {"phrase": phrase, "reading": name, "near": _near(name, names)}
            problems.append(Problem("reading-unknown", values | {"valid": names}))
        elif chosen.setdefault(phrase, name) != name:
            values = {"phrase": phrase, "first": chosen[phrase], "second": name}
            problems.append(Problem("reading-twice", values))
    return chosen, problems


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.0)
    return near[0] if near else "–"
