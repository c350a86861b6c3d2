"""Measure every rule again on what was read, and hold the findings against it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gridplan.audit.derived.figures import Facts
from gridplan.audit.derived.rules.findings import findings_of
from gridplan.audit.derived.rules.rules import NONE_OWN, rules_again
from gridplan.audit.derived.rules.verdicts import judged
from gridplan.audit.derived.ways.walks import Travel
from gridplan.audit.differences.difference import Check
from gridplan.audit.differences.ledger import Ledger
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.names import is_missing

# What a finding takes from its rule.
_OF_RULE = (
    *("lower", "upper", "official_lower", "official_upper", "level", "unit"),
    *("clause", "clause_en", "source_zh", "section", "kind", "phrase", "sensitivity"),
    "source_kind",
    *("document_number", "in_force_from", "in_force_to", "as_of"),
)
_BOUNDS = ("lower", "upper")
_PERSONS = 0.0006  # residents are written with 3 decimals


def findings_recounted(
    plan: Written, folder: Path | None, own_profiles: Mapping[str, Path] = NONE_OWN
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
    facts = Facts(Travel(plan.district, plan.scenario), plan.layout, rounded=True)
    again = findings_of(facts, rules)
    keys = ["rule", "subject_kind", "subject"]
    expected = {tuple(row[key] for key in keys): row for row in again}
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
        own = not left_out.isdisjoint(str(row.get("profile")).split("+"))
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
        told = [_parsed(one.get("caveats")) for one in (row, measured)]
        ledger.hold(f"{place}.caveats", *told)
    for name in _OF_RULE:
        ledger.hold(f"{place}.{name}", row.get(name), measured.get(name))
    for name in ("value_least", "value_most"):
        ledger.hold(f"{place}.{name}", row.get(name), measured[name], within=loose)
    for name, left, right in _readings_apart(row, measured):
        ledger.hold(f"{place}.other_readings.{name}", left, right, within=_PERSONS)


def _parsed(text: Any) -> str | None:  # noqa: ANN401  # of a table
    """Give nested values as text, whatever the order in which their keys were written."""
    if is_missing(text) or not text:
        return None
    return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)


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


def _verdict(ledger: Ledger, place: str, row: Mapping[str, Any]) -> None:
    """Draw the verdict again from the figure, its bounds, its reach and its days in force."""
    if row.get("answered") not in (None, "computed"):
        return
    lower, upper = (float(row[key]) if _number(row.get(key)) else None for key in _BOUNDS)
    figure = round(float(row["value"]), 6) if _number(row.get("value")) else None
    reach = None
    if _number(row.get("value_least")) and _number(row.get("value_most")):
        reach = (float(row["value_least"]), float(row["value_most"]))
    as_of = str(row.get("as_of") or "")
    first, last = (row.get(f"in_force_{end}") if as_of else None for end in ("from", "to"))
    days = ("" if is_missing(first) else str(first), "" if is_missing(last) else str(last))
    said = judged((lower, upper), days, as_of, figure, reach)
    ledger.hold(f"{place}.passed", row["passed"], said.passed)
    if "state" in row:
        ledger.hold(f"{place}.state", row["state"], said.state)
        ledger.hold(f"{place}.within", row["within"], said.within)


def _number(value: Any) -> bool:  # noqa: ANN401  # of a table
    return isinstance(value, (int, float)) and not is_missing(value)
