"""A scenario's own bound for a rule, written ``profile/rule: lower=60, upper=none``."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gridplan.errors import InputError, Problem
from gridplan.policy.rule import Rule

EXAMPLE = "guangming-1n-2023/centers-66: lower=60, upper=none"
_FORM = re.compile(r"^\s*([^\s/:]+/[^\s/:]+)\s*:\s*(.+)$")
_BOUND = re.compile(r"^\s*(lower|upper)\s*=\s*(none|[-+0-9.eE]+)\s*$")


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
    """

    rule: str
    bounds: dict[str, float | None] = field(default_factory=dict)


def parse_override(text: str) -> Override | None:
    """
    Read one override.

    Parameters
    ----------
    text
        ``profile/rule: lower=60`` or ``profile/rule: lower=60, upper=none``.

    Returns
    -------
    override
        None if it is not written so.
    """
    form = _FORM.match(text)
    if form is None:
        return None
    bounds: dict[str, float | None] = {}
    for part in form[2].split(","):
        bound = _BOUND.match(part)
        if bound is None or bound[1] in bounds:
            return None
        try:
            bounds[bound[1]] = None if bound[2] == "none" else float(bound[2])
        except ValueError:
            return None
    if any(value is not None and not math.isfinite(value) for value in bounds.values()):
        return None
    return Override(form[1], bounds)


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
        For each override that is misspelt, names no rule, or leaves lower above upper.
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
            rule = changed[entry.rule].with_bounds(entry.bounds)
            if rule.lower is not None and rule.upper is not None and rule.lower > rule.upper:
                values = {"rule": entry.rule, "lower": rule.lower, "upper": rule.upper}
                problems.append(Problem("override-order", values))
            changed[entry.rule] = rule
    if problems:
        raise InputError(problems)
    return tuple(changed.values())
