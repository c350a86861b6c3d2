"""Findings as rows of the screen: result, figure and bounds in the planner's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.tables.tables import findings_table
from gridplan.outputs.words.names import figure, is_missing, word
from gridplan.outputs.words.verdicts import state_word
from gridplan.text.language import in_language
from gridplan.ui.shown.spoken import say

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def findings_shown(plan: Plan, lang: str) -> pd.DataFrame:
    """One row a finding: result in words, level, rule, subject, figure, bounds, clause, source."""
    rows = [
        {
            "result": state_word(row, lang),
            "level": word("rule-level", row["level"], lang),
            "title": in_language(row, "title", lang),
            "subject": in_language(row, "subject_name", lang),
            "value": figure(row["value"], row["unit"], lang),
            "bounds": bounds_text(row, lang),
            "rule": row["rule"],
        }
        for row in findings_table(plan).to_dict(orient="records")
    ]
    return pd.DataFrame(
        rows, columns=["result", "level", "title", "subject", "value", "bounds", "rule"]
    )


def bounds_text(row: Mapping[str, Any], lang: str) -> str:
    """Say the bounds of a finding: ``at least 1``, ``20,000 to 30,000 residents``, or a dash."""
    low, high = row["lower"], row["upper"]
    if is_missing(low) and is_missing(high):
        return say("summary.no-bound", lang)
    if is_missing(high):
        key = "at-least"
    elif is_missing(low):
        key = "at-most-bound"
    else:
        key = "exactly" if low == high else "between"
    unit = row["unit"]
    return say(
        f"summary.{key}", lang, lower=figure(low, unit, lang), upper=figure(high, unit, lang)
    )
