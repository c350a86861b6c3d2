"""A scenario's own bound for a rule, written ``profile/rule: lower=60, upper=none``."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gridplan.errors import InputError, Problem
from gridplan.policy.percent import PERCENT, doubtful, readings
from gridplan.policy.rule import Rule

EXAMPLE = "guangming-1n-2023/centers-66: lower=60, upper=none"
_FORM = re.compile(r"^\s*([^\s/:]+/[^\s/:]+)\s*:\s*(.+)$")
_BOUND = re.compile(r"^\s*(lower|upper)\s*=\s*(none|[-+0-9.eE]+)\s*([%％]?)\s*$")


@dataclass(frozen=True)
class Override:
    """
    New bounds of one rule.

    Parameters
    ----------
    rule
        ``profile/rule``.
    bounds
        ``lower`` and ``upper`` as far as they are changed; None lifts a bound.
    signed
        Those of them that bear a percent sign.
    """

    rule: str
    bounds: dict[str, float | None] = field(default_factory=dict)
    signed: frozenset[str] = frozenset()


def parse_override(text: str) -> Override | None:
    """
    Read one override.

    Parameters
    ----------
    text
        ``profile/rule: lower=60`` or ``profile/rule: lower=60, upper=none``; a figure in percent
        may bear its sign, ``lower=85%``.

    Returns
    -------
    override
        None if it is not written so.
    """
    form = _FORM.match(text)
    if form is None:
        return None
    bounds: dict[str, float | None] = {}
    signed = set()
    for part in form[2].split(","):
        bound = _BOUND.match(part)
        if bound is None or bound[1] in bounds:
            return None
        if bound[3]:
            signed.add(bound[1])
        try:
            bounds[bound[1]] = None if bound[2] == "none" else float(bound[2])
        except ValueError:
            return None
    if any(value is not None and not math.isfinite(value) for value in bounds.values()):
        return None
    return Override(form[1], bounds, frozenset(signed))


def override(rules: Iterable[Rule], overrides: Iterable[str]) -> tuple[Rule, ...]:
    """
    Put a scenario's own bounds into the rules; the official ones stay beside them.

    Parameters
    ----------
    rules
        Of all profiles of the scenario.
    overrides
        As :func:`parse_override` reads them.

    Returns
    -------
    rules
        In their order.

    Raises
    ------
    InputError
        For each override that is misspelt, names no rule, or leaves lower above upper; and for a
        rule in percent whose bound could be a share (``override-percent``).
    """
    changed = {rule.key: rule for rule in rules}
    problems = []
    for text in overrides:
        entry = parse_override(text)
        if entry is None:
            problems.append(Problem("override-form", {"value": text, "example": EXAMPLE}))
        elif entry.rule not in changed:
            near = difflib.get_close_matches(entry.rule, list(changed), n=1, cutoff=0.0)
            named = {"rule": entry.rule, "near": near[0] if near else "–"}
            problems.append(Problem("override-unknown-rule", named))
        else:
            problems += _percents(entry, changed[entry.rule])
            rule = changed[entry.rule].with_bounds(entry.bounds)
            if rule.lower is not None and rule.upper is not None and rule.lower > rule.upper:
                values = {"rule": entry.rule, "lower": rule.lower, "upper": rule.upper}
                problems.append(Problem("override-order", values))
            changed[entry.rule] = rule
    if problems:
        raise InputError(problems)
    return tuple(changed.values())


def _percents(entry: Override, rule: Rule) -> list[Problem]:
    """Ask what a bound of a rule in percent means, and refuse a percent sign on any other."""
    if rule.unit != PERCENT:
        return [
            Problem("override-no-percent", {"rule": entry.rule, "key": key})
            for key in sorted(entry.signed)
        ]
    return [
        Problem("override-percent", {"rule": entry.rule, **readings(key, float(value))})
        for key, value in entry.bounds.items()
        if value is not None and key not in entry.signed and doubtful(value)
    ]
