"""Findings that turned between two checks: what fails now and did not, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.planning.comparing.figures import ANSWERS

GAINED, MENDED, OTHER = "gained", "mended", "other"
"""How a finding turned: it fails now and did not; it failed and does no longer; any other way."""

COLUMNS = (
    *("turn", "level", "profile", "rule", "title_zh", "title_en", "subject_kind", "subject"),
    *("state_before", "state_after", "value_before", "value_after", "unit", "lower", "upper"),
)
_KEY = ["profile", "rule", "subject_kind", "subject"]
_TOLD = ("level", "title_zh", "title_en", "unit", "lower", "upper")


def turned_findings(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    renamed: Mapping[str, Mapping[object, object]] | None = None,
) -> pd.DataFrame:
    """
    Find the findings whose state differs.

    Parameters
    ----------
    before, after
        As :data:`gridplan.planning.checks.checks.FINDING_COLUMNS`.
    renamed
        By kind of subject, what its subjects ``after`` are called ``before``; one that is not
        there before keeps its own name with a mark that it is of the second.

    Returns
    -------
    turned
        :data:`COLUMNS`, in the order of the rules; a state is None where a check has no such
        finding. A finding about a subject that only one of the two has (a center opened or closed)
        is told where it fails.
    """
    first, second = _keyed(before), _keyed(after, renamed or {})
    keys = [*first, *(key for key in second if key not in first)]
    rows = []
    for key in keys:
        one, other = first.get(key), second.get(key)
        states = [None if row is None else row["state"] for row in (one, other)]
        if states[0] == states[1] or not _is_told(states):
            continue
        told = one if other is None else other
        assert told is not None  # a key is of one of the two
        rows.append(
            {
                "turn": _turn(states),
                "profile": key[0],
                "rule": key[1],
                "subject_kind": key[2],
                "subject": (one or told)["subject"],
                **{name: told.get(name) for name in _TOLD},
                "state_before": states[0],
                "state_after": states[1],
                "value_before": None if one is None else one["value"],
                "value_after": None if other is None else other["value"],
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _is_told(states: list[Any]) -> bool:
    return None not in states or "failed" in states


def _turn(states: list[Any]) -> str:
    if states[1] == "failed":
        return GAINED
    return MENDED if states[0] == "failed" else OTHER


def _keyed(
    findings: pd.DataFrame, renamed: Mapping[str, Mapping[object, object]] | None = None
) -> dict[tuple[str, ...], dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in findings.to_dict(orient="records"):
        kind, subject = str(row["subject_kind"]), row["subject"]
        names = (renamed or {}).get("grid" if kind == "group" else kind)
        if names is not None:
            subject = names.get(subject) or f"{subject}\u2032"
        key = (str(row["profile"]), str(row["rule"]), kind, str(subject))
        found[key] = row
    return found


@dataclass(frozen=True)
class RulesTurned:
    """
    Rules whose verdict turned, each ``profile/rule``.

    Parameters
    ----------
    gained
        No finding of theirs failed, and one does now.
    mended
        One failed, none does now and they still have a verdict.
    silent
        One failed, and now they have no verdict.
    """

    gained: tuple[str, ...]
    mended: tuple[str, ...]
    silent: tuple[str, ...]


def rules_turned(before: pd.DataFrame, after: pd.DataFrame) -> RulesTurned:
    """
    Say which rules turned between two checks.

    Parameters
    ----------
    before, after
        As for :func:`turned_findings`.
    """
    first, second = _rules(before, ("failed",)), _rules(after, ("failed",))
    answered = _rules(after, ANSWERS)
    return RulesTurned(
        gained=tuple(rule for rule in second if rule not in first),
        mended=tuple(rule for rule in first if rule not in second and rule in answered),
        silent=tuple(rule for rule in first if rule not in answered),
    )


def _rules(findings: pd.DataFrame, states: tuple[str, ...]) -> dict[str, None]:
    if not len(findings):
        return {}
    rows = findings[findings["state"].isin(states)]
    return dict.fromkeys(rows["profile"].astype(str) + "/" + rows["rule"].astype(str))
