"""What stands in cells and lists: figures, what is left to be filled, where a figure comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.outputs.words.names import figure, is_missing, section_text
from gridplan.outputs.words.safe import plain
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.verdict import state_of
from gridplan.text.language import bracketed, in_language

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

_TARGETS = {"must": "binding", "should": "binding", "target": "expected"}


def filled(told: Worded, text: object) -> str:
    """Give a text, or the mark of what only the bureau knows."""
    return plain(text) if not is_missing(text) and str(text).strip() else told.say("report.to-fill")


def number(value: object, unit: str, told: Worded) -> str:
    """Give a figure with its unit; a dash for none."""
    return figure(value, unit, told.lang)


def of_center(told: Worded, center: object, key: str, *columns: str) -> str:
    """Tell what the office, else a column of the centers' layer, says of a center."""
    given = told.office.of_center(center, key)
    centers = told.plan.layout.centers
    for column in columns:
        if not given and column in centers and not is_missing(centers[column].get(center)):
            value = centers[column][center]
            given = f"{value:,.10g}" if isinstance(value, (int, float)) else str(value)
    return filled(told, given)


def rule_of(told: Worded, key: str) -> dict[str, Any] | None:
    """Give a finding of the rule behind a key of the scenario; None where it was not held."""
    field = Scenario.__dataclass_fields__[key].metadata["key"]
    profile, _, rule = (getattr(field, "clause", "") or "").partition("/")
    for row in told.plan.findings.to_dict(orient="records"):
        if row.get("profile") == profile and row["rule"] == rule:
            return {str(name): value for name, value in row.items()}
    return None


def basis(told: Worded, key: str) -> tuple[str, str]:
    """Say whether a target binds, and in which document it stands; dashes where in none."""
    row = rule_of(told, key)
    if row is None:
        return "—", "—"
    kind = _TARGETS.get(str(row.get("level")), "expected")
    if row.get("source_kind", "policy") != "policy":
        kind = "expected"  # what only an article or a compilation says binds nobody
    source = plain(in_language(row, "source", told.lang))
    section = (
        bracketed(plain(section_text(row, told.lang)), told.lang) if row.get("section") else ""
    )
    named = told.say("report.document", title=source)
    return told.say(f"report.target-{kind}"), named + section


def failing(told: Worded, level: str) -> list[dict[str, Any]]:
    """Give the first failing finding of each rule of a level that fails."""
    found: dict[tuple[Any, Any], dict[str, Any]] = {}
    for row in told.plan.findings.to_dict(orient="records"):
        if row.get("level") == level and state_of(row) == "failed":
            entry = {str(name): value for name, value in row.items()}
            found.setdefault((row.get("profile"), row["rule"]), entry)
    return list(found.values())


def short_grid(told: Worded, grid: object) -> str:
    """Name a grid by its number."""
    return told.say("outputs.grid-short", number=str(grid).removeprefix("G"))
