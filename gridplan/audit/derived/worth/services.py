"""What is asked of each center, counted anew: targets, visits, hosts, what is handed down."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from gridplan.audit.derived.figures import Facts
from gridplan.policy.rule import Rule

GIVEN = (
    ("slots", "outpatient_share_down", "outpatient_slots"),
    ("expert_slots", "expert_share_down", "expert_slots"),
    ("examinations", "examinations_share_down", "examinations"),
    ("beds", "beds_share_down", "beds"),
)
SHARED = ("laboratory", "imaging", "ecg", "pathology", "sterile")
RUN_CENTERS = ("general", "tcm")

Rows = list[dict[str, Any]]


def services_again(facts: Facts, rules: Sequence[Rule]) -> Mapping[str, Rows]:
    """
    Work out anew what is asked of each center.

    Returns
    -------
    rows
        ``centers`` and ``shared``, as ``plan.json`` has them but not rounded.
    """
    if not len(facts.layout.centers):
        return {"centers": [], "shared": []}
    hosts, targets = _hosts(facts), _targets(facts, rules)
    given = {name: _given(facts, rules, measure, source) for name, measure, source in GIVEN}
    visits, limits = _visits(facts), _numbers(rules, "grade_by_visits")
    norm = _numbers(rules, "teams_of_center")
    rows = []
    for key in map(str, facts.layout.centers.index):
        target, (seen, how) = targets.get(key), visits[key]
        graded = seen is not None and bool(limits)
        rows.append(
            {
                "center": key,
                "host": hosts[key][0],
                "host_how": hosts[key][1],
                "target_year": target,
                "target_month": None if target is None else target / 12,
                "daily_visits": seen,
                "visits_how": how,
                "grade": 1 + sum((seen or 0.0) < one for one in limits) if graded else None,
                **{f"{name}_given": parts.get(key) for name, parts in given.items()},
                "teams": math.ceil(facts.load[key] / norm[0] - 1e-9) if norm else None,
            }
        )
    return {"centers": rows, "shared": _shared(facts)}


def _numbers(rules: Sequence[Rule], measure: str) -> tuple[float, ...]:
    for rule in rules:
        if rule.measure == measure:
            return rule.parameters
    return ()


def _share_out(total: float, weights: Mapping[str, float]) -> dict[str, int]:
    """Share out whole numbers by largest remainders, counted in fractions."""
    whole = math.ceil(total - 1e-9)
    every = sum(weights.values())
    if not every > 0:
        return dict.fromkeys(weights, 0)
    exact = {key: whole * weight / every for key, weight in weights.items()}
    parts = {key: math.floor(value + 1e-9) for key, value in exact.items()}
    left = whole - sum(parts.values())
    order = sorted(parts, key=lambda key: -Fraction(round(exact[key] - parts[key], 9)))
    for key in order[:left]:
        parts[key] += 1
    return parts


def _column(table: Any, name: str) -> np.ndarray:  # noqa: ANN401  # of a table
    if name not in table:
        return np.full(len(table), np.nan)
    return np.asarray(pd.to_numeric(table[name], errors="coerce"), dtype=float)


def _targets(facts: Facts, rules: Sequence[Rule]) -> dict[str, int]:
    asked = _column(facts.district.subdistricts, "services_year")
    weights, units = _numbers(rules, "service_share"), facts.district.units
    parts = [_column(units, name) for name in ("population", "population_65", "managed_patients")]
    if not len(asked) or np.isnan(asked).any() or not sum(weights) > 0:
        return {}
    if any(np.isnan(part).any() or part.sum() <= 0 for part in parts):
        return {}
    shares = dict.fromkeys(map(str, facts.layout.centers.index), 0.0)
    worth = sum(w * part / part.sum() for w, part in zip(weights, parts, strict=True))
    for key, one in zip(facts.labels("center"), np.asarray(worth), strict=True):
        if key in shares:
            shares[key] += 100.0 * one / sum(weights)
    return _share_out(float(asked.sum()), shares)


def _visits(facts: Facts) -> dict[str, tuple[float | None, str | None]]:
    today = facts.district.centers
    told = dict(zip(map(str, today.index), _column(today, "daily_visits"), strict=True))
    known = [
        key
        for key, load in facts.load.items()
        if load > 0 and not math.isnan(told.get(key, math.nan))
    ]
    rate = (
        sum(told[key] for key in known) / sum(facts.load[key] for key in known) if known else None
    )
    found: dict[str, tuple[float | None, str | None]] = {}
    for key, load in facts.load.items():
        own = told.get(key, math.nan)
        if not math.isnan(own):
            found[key] = (own, "stated")
        else:
            found[key] = (None, None) if rate is None else (load * rate, "expected")
    return found


def _given(facts: Facts, rules: Sequence[Rule], measure: str, source: str) -> dict[str, int]:
    bounds = [rule.lower for rule in rules if rule.measure == measure and rule.lower is not None]
    if not bounds:
        return {}
    hospitals = facts.hospitals
    amount = dict(zip(hospitals.index, _column(hospitals, source), strict=True))
    weights = _weights(facts)
    found: dict[str, int] = {}
    for group in facts.layout.groups:
        total = amount.get(group.lead, math.nan)
        own = {key: weights[key] for key in group.centers if key in weights}
        if not math.isnan(total) and sum(own.values()) > 0:
            found |= _share_out(round(max(bounds) * total / 100, 4), own)
    return found


def _weights(facts: Facts) -> dict[str, float]:
    signed = _column(facts.district.units, "signed_residents")
    if not len(signed) or np.isnan(signed).any() or not signed.sum() > 0:
        return facts.load
    found = dict.fromkeys(facts.load, 0.0)
    for key, one in zip(facts.labels("center"), signed, strict=True):
        if key in found:
            found[key] += one
    return found


def _hosts(facts: Facts) -> dict[str, tuple[Any, Any]]:
    centers, hospitals = facts.layout.centers, facts.layout.hospitals
    called = {str(name): key for key, name in hospitals["name"].items()}
    stated = {}
    if "host" in facts.today:
        for key, text in facts.today["host"].items():
            if not pd.isna(text):
                stated[str(key)] = called.get(str(text), text)
    found: dict[str, tuple[Any, Any]] = {}
    for key, row in centers.iterrows():
        above = row["regional_center"]
        if str(key) in stated:
            found[str(key)] = (stated[str(key)], "stated")
        elif pd.isna(above) or above == key:
            found[str(key)] = _candidate(facts, row)
    for key, row in centers.iterrows():
        if str(key) not in found:
            host = found[str(row["regional_center"])][0]
            found[str(key)] = (host, None if host is None else "inherited")
    return found


def _candidate(facts: Facts, row: Any) -> tuple[Any, Any]:  # noqa: ANN401  # a row of a table
    hospitals = facts.layout.hospitals
    group = next((one for one in facts.layout.groups if one.grid == row["grid"]), None)
    if group is None:
        return None, None
    party = {group.lead, *group.members, *group.branches}
    fit = [key for key in hospitals.index if hospitals["kind"][key] in RUN_CENTERS]
    owner = hospitals["ownership"]
    steps = (
        ("proposed", [key for key in fit if key in party and owner[key] == "district"]),
        ("joint", [key for key in fit if key in party and owner[key] == "municipal"]),
        ("joint", [key for key in fit if owner[key] == "municipal"]),
    )
    for how, keys in steps:
        if how == "proposed" and group.lead in keys:
            return group.lead, how
        if keys:
            place = row["geometry"]
            far = {key: round(place.distance(hospitals.geometry[key].centroid), 3) for key in keys}
            return min(keys, key=lambda key: far[key]), how
    return None, None


def _shared(facts: Facts) -> Rows:
    hospitals, rows = facts.layout.hospitals, []
    for group in facts.layout.groups:
        party = [key for key in (group.lead, *group.members) if key in hospitals.index]
        for service in SHARED:
            name = f"shared_{service}"
            runs = [key for key in party if name in hospitals and hospitals[name][key] == "yes"]
            how = "stated" if runs else "proposed"
            rows += [
                {"grid": group.grid, "service": service, "hospital": key, "how": how}
                for key in (runs or [group.lead])
            ]
    return rows
