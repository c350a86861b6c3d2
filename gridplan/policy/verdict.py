"""What becomes of a rule: the state of each finding, and the one count of distinct rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gridplan.policy.rule import Rule

STATES = (
    "passed",
    "borderline",
    "failed",
    "expired",
    "pending",
    "figure",
    "waiting",
    "self-assessed",
)
"""
What a rule can come to, each rule to exactly one.

``passed`` and ``failed`` as its bounds say; ``borderline`` where the figure changes side within
the sensitivity its profile names; ``expired`` and ``pending`` where it is no longer, or not yet,
in force on the scenario's ``as_of``; ``figure`` where it sets no bound; ``waiting`` where data
lack; ``self-assessed`` where no map can answer it, answered or not.
"""

CONFLICT = "conflict"
"""State of a finding that tells of two rules at odds: it is no rule and is counted apart."""

KINDS = ("rule", "figure", "self-assessed", "conflict")
"""What a finding is: held against bounds, told alone, answered by the planner, or a conflict."""

# Of a rule with several subjects the first of these that any subject has.
_WORST = (
    "expired",
    "pending",
    "self-assessed",
    "failed",
    "borderline",
    "figure",
    "waiting",
    "passed",
)


@dataclass(frozen=True)
class Verdict:
    """
    What one figure of one rule comes to.

    Parameters
    ----------
    state
        One of :data:`STATES`.
    passed
        True and False for ``passed`` and ``failed``; None for every other state.
    within
        Whether the figure lies within the bounds whatever the state; None without figure or bound.
    """

    state: str
    passed: bool | None
    within: bool | None


def verdict(
    rule: Rule, value: float | None, reach: tuple[float, float] | None, *, as_of: str
) -> Verdict:
    """
    Judge one figure of a rule that is measured.

    Parameters
    ----------
    rule
        With the scenario's own bounds.
    value
        The figure; None where it could not be had.
    reach
        Least and greatest figure within the sensitivity of the rule; None where it names none.
    as_of
        Day on which the rules are held against the plan, ISO 8601.

    Returns
    -------
    verdict
    """
    within = rule.passes(value)
    state = rule.in_force(as_of)
    if state != "in-force":
        return Verdict(state, None, within)
    if value is None:
        return Verdict("waiting", None, None)
    if within is None:
        return Verdict("figure", None, None)
    if reach is not None and _changes_side(rule, reach):
        return Verdict("borderline", None, within)
    return Verdict("passed" if within else "failed", within, within)


def _changes_side(rule: Rule, reach: tuple[float, float]) -> bool:
    """Whether some figure of the reach lies within the bounds and another without."""
    least, most = (round(end, 6) for end in reach)
    lower = -math.inf if rule.lower is None else rule.lower
    upper = math.inf if rule.upper is None else rule.upper
    touches = most >= lower and least <= upper
    return touches and not (least >= lower and most <= upper)


def state_of(row: Mapping[str, Any]) -> str:
    """
    Give the state of a finding; of one written before findings had a state, what it comes to.

    Parameters
    ----------
    row
        Of the findings, or of ``plan.json``.
    """
    told = row.get("state")
    if isinstance(told, str) and told:
        return told
    answered = row.get("answered")
    if answered in (CONFLICT, "self-assessed"):
        return str(answered)
    if _missing(row.get("lower")) and _missing(row.get("upper")):
        return "waiting" if _missing(row.get("value")) else "figure"
    passed = row.get("passed")
    if _missing(passed):
        return "waiting"
    return "passed" if passed else "failed"


def rule_states(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """
    Say what each distinct rule comes to.

    A rule of several subjects fails if any subject fails; else it is borderline if any is; else it
    waits if any subject lacks its figure; it passes only if every subject passes. A rule without
    bounds is a figure as soon as one subject has one.

    Parameters
    ----------
    rows
        Findings; those of conflicts are passed over.

    Returns
    -------
    states
        By profile and rule, in the order of the findings.
    """
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        state = state_of(row)
        if state == CONFLICT:
            continue
        key = (str(row.get("profile") or ""), str(row["rule"]))
        found[key] = min(found.get(key, state), state, key=_WORST.index)
    return found


def count_rules(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """
    Count the distinct rules by what they come to; every door tells these numbers and no others.

    Parameters
    ----------
    rows
        Findings; those of conflicts are passed over.

    Returns
    -------
    counts
        Every one of :data:`STATES`, in that order; their sum is the number of rules.
    """
    states = list(rule_states(rows).values())
    return {state: states.count(state) for state in STATES}


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
