"""Measure every rule again on what was read, and hold the findings against it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.audit.differences.difference import Check
from gridplan.audit.differences.ledger import Ledger
from gridplan.district.files.given_file import path_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.outputs.words.names import is_missing
from gridplan.planning.checks.checks import NONE_OWN, check, scenario_rules
from gridplan.policy.profile import read_profile
from gridplan.policy.readings import parse_reading

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan
    from gridplan.policy.rule import Rule

# What a finding takes from its rule.
_OF_RULE = (
    *("lower", "upper", "official_lower", "official_upper", "level", "unit"),
    *("clause", "clause_en", "source_zh", "section", "kind", "phrase", "sensitivity"),
    "source_kind",
    *("document_number", "in_force_from", "in_force_to", "as_of"),
)
_PERSONS = 0.0006  # residents are written with 3 decimals


def findings_recounted(
    plan: Plan, folder: Path | None, own_profiles: Mapping[str, Path] = NONE_OWN
) -> Check:
    """
    Measure every rule again, and draw its verdict again.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    folder
        Of the district, where profiles of the planner's own lie, or None.
    own_profiles
        Where those lie that are not in it, by their name.

    Returns
    -------
    check
        ``findings``: those that are one too many or too few, and every figure, bound, clause and
        verdict of the others.
    """
    ledger = Ledger("findings")
    written = plan.findings
    rules, left_out = rules_again(plan, folder, own_profiles)
    again = check(plan.layout, rules, plan.scenario)
    keys = ["rule", "subject_kind", "subject"]
    expected = {tuple(row[key] for key in keys): row for row in again.to_dict(orient="records")}
    rows = written.to_dict(orient="records")
    _set_compared(ledger, rows, expected, left_out)
    for row in rows:
        place = _place(row)
        _verdict(ledger, place, row)
        measured = expected.get(tuple(row[name] for name in keys))
        # What rests on columns of the district that are not written cannot be measured again.
        if measured is None or (is_missing(measured["value"]) and not is_missing(row["value"])):
            continue
        _measured_compared(ledger, place, row, measured)
    return ledger.close()


def _place(row: Mapping[str, Any]) -> str:
    return f"findings[{row['rule']} {row['subject']}]"


def _set_compared(
    ledger: Ledger,
    rows: Sequence[Mapping[str, Any]],
    expected: Mapping[tuple[Any, ...], Mapping[str, Any]],
    left_out: frozenset[str],
) -> None:
    """Tell findings that are doubled, that no rule asks for, or that were taken out."""
    seen: set[tuple[Any, ...]] = set()
    # Where a column is not written, one row for all subjects may stand for a row each.
    unsure = {row["rule"] for row in expected.values() if is_missing(row["value"])}
    for row in rows:
        key = (row["rule"], row["subject_kind"], row["subject"])
        if key in seen:
            ledger.hold(_place(row), 2, 1, sort="duplicate")
        seen.add(key)
        own = row.get("profile") in left_out
        if key not in expected and not own and row["rule"] not in unsure:
            ledger.hold(_place(row), row["rule"], None)
    for key, row in expected.items():
        if key not in seen and not is_missing(row["value"]):
            ledger.hold(_place(row), None, row["rule"])
    gone = unsure - {row["rule"] for row in rows}
    for rule in sorted(gone):
        ledger.hold(f"findings[{rule}]", None, rule)


def _measured_compared(
    ledger: Ledger, place: str, row: Mapping[str, Any], measured: Mapping[str, Any]
) -> None:
    loose = 1e-6 + 1e-6 * abs(float(row["value"])) if _number(row["value"]) else 0.0
    ledger.hold(f"{place}.value", row["value"], measured["value"], within=loose)
    if not is_missing(measured["value"]):
        ledger.hold(f"{place}.caveats", row.get("caveats"), measured["caveats"])
    for name in _OF_RULE:
        ledger.hold(f"{place}.{name}", row.get(name), measured.get(name))
    for name in ("value_least", "value_most"):
        ledger.hold(f"{place}.{name}", row.get(name), measured[name], within=loose)
    for name, left, right in _readings_apart(row, measured):
        ledger.hold(f"{place}.other_readings.{name}", left, right, within=_PERSONS)


def _readings_apart(
    row: Mapping[str, Any], measured: Mapping[str, Any]
) -> list[tuple[str, Any, Any]]:
    """Pair what the findings tell of readings that were not adopted with what they come to."""
    found, expected = (
        {} if is_missing(text) or not text else {entry["rule"]: entry for entry in json.loads(text)}
        for text in (row.get("other_readings"), measured["other_readings"])
    )
    return [
        (f"{rule}.{key}", found.get(rule, {}).get(key), expected.get(rule, {}).get(key))
        for rule in {**found, **expected}
        for key in {**found.get(rule, {}), **expected.get(rule, {})}
    ]


def rules_again(
    plan: Plan, folder: Path | None, own_profiles: Mapping[str, Path] = NONE_OWN
) -> tuple[tuple[Rule, ...], frozenset[str]]:
    """
    Read the rules again; those of the planner's own only where their files are at hand.

    Parameters
    ----------
    plan
        For its scenario and the code of its district.
    folder
        Of the district, or None.
    own_profiles
        Where profiles lie that are not in it, by their name.

    Returns
    -------
    rules, left_out
        The rules, and the profiles whose files are not at hand.

    Raises
    ------
    InputError
        If a file of rules cannot be read.
    """
    scenario, left_out = plan.scenario, left_out_of(plan, folder, own_profiles)
    if left_out:
        # An override of a rule that is left out would name no rule.
        own = tuple(f"{profile}/" for profile in left_out)
        kept = tuple(text for text in scenario.overrides if not text.strip().startswith(own))
        known = {rule.id for name in scenario.profiles for rule in read_profile(name)}
        choices = [(text, parse_reading(text)) for text in scenario.readings]
        readings = tuple(text for text, choice in choices if choice and choice[1] in known)
        scenario = dataclasses.replace(
            scenario, profile_files=(), overrides=kept, readings=readings
        )
    rules = scenario_rules(scenario, folder, code=plan.district.code, own_profiles=own_profiles)
    return rules, left_out


def left_out_of(
    plan: Plan, folder: Path | None, own_profiles: Mapping[str, Path] = NONE_OWN
) -> frozenset[str]:
    """
    Name the planner's own profiles whose files are not at hand; no rule is read for it.

    Parameters
    ----------
    plan, folder, own_profiles
        As of :func:`rules_again`. Where one file is not at hand, all are left out.
    """
    names = plan.scenario.profile_files
    if folder is not None and all(name in own_profiles or _at_hand(folder, name) for name in names):
        return frozenset()
    return frozenset(Path(name).stem for name in names)


def _at_hand(folder: Path, name: str) -> bool:
    try:
        return path_inside(folder, name).is_file()
    except (UnreadableError, OSError):
        return False


def _verdict(ledger: Ledger, place: str, row: Mapping[str, Any]) -> None:
    """Draw the verdict again from the figure, its bounds, its reach and its days in force."""
    if row.get("answered") not in (None, "computed"):
        return
    bounds = [float(row[key]) if _number(row.get(key)) else None for key in ("lower", "upper")]
    figure = round(float(row["value"]), 6) if _number(row.get("value")) else None
    within, passed, state = None, None, "waiting" if figure is None else "figure"
    if figure is not None and bounds != [None, None]:
        within = _inside(figure, bounds)
        passed, state = within, "passed" if within else "failed"
        if _number(row.get("value_least")) and _number(row.get("value_most")):
            ends = [round(float(row[key]), 6) for key in ("value_least", "value_most")]
            meets = _inside(ends[1], [bounds[0], None]) and _inside(ends[0], [None, bounds[1]])
            if meets and not all(_inside(end, bounds) for end in ends):
                passed, state = None, "borderline"
    as_of = str(row.get("as_of") or "")
    if as_of and not is_missing(row.get("in_force_to")) and as_of > str(row["in_force_to"]):
        passed, state = None, "expired"
    elif as_of and not is_missing(row.get("in_force_from")) and as_of < str(row["in_force_from"]):
        passed, state = None, "pending"
    ledger.hold(f"{place}.passed", row["passed"], passed)
    if "state" in row:
        ledger.hold(f"{place}.state", row["state"], state)
        ledger.hold(f"{place}.within", row["within"], within)


def _inside(figure: float, bounds: Sequence[float | None]) -> bool:
    lower, upper = bounds
    return (lower is None or figure >= lower) and (upper is None or figure <= upper)


def _number(value: Any) -> bool:  # noqa: ANN401  # of a table
    return isinstance(value, (int, float)) and not is_missing(value)
