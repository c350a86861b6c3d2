"""What the levels above a district want to know of its plan: figures to be summed, and rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.outputs.tables.tables import coverage
from gridplan.outputs.words.names import is_missing
from gridplan.planning.plan import Plan
from gridplan.policy.verdict import rule_states

SUMMED = (
    "residents",
    "grids",
    "groups",
    "centers",
    "existing_centers",
    "new_centers",
    "regional_centers",
    "stations",
    "residents_nearest",
    "residents_assigned",
    "streets",
    "streets_with_regional",
    "served_elsewhere",
    "from_elsewhere",
    "led_elsewhere",
)
"""Figures that add up over districts."""
WORST = ("grids_gap_percent", "centers_gap_percent")
"""Figures of which the level above takes the largest."""


def figures_of(plan: Plan) -> dict[str, float | None]:
    """
    Give the figures of a plan by name.

    Returns
    -------
    figures
        :data:`SUMMED` in numbers of persons or things; :data:`WORST` in percent, None where
        nothing was to be solved. ``served_elsewhere``, ``from_elsewhere`` and ``led_elsewhere``
        are residents of districts that are planned as one
        (:class:`gridplan.batch.across.homes.HomePart`).
    """
    centers = plan.layout.centers
    residents = float(plan.district.units["population"].sum())
    shares = coverage(plan)
    streets = plan.layout.subdistricts
    led = streets["regional_centers"] > 0 if len(streets) else np.array([])
    status = centers["status"] if len(centers) else None
    kind = centers["class"] if len(centers) else None
    return {
        "residents": residents,
        "grids": len(plan.layout.grids),
        "groups": len(plan.layout.groups),
        "centers": len(centers),
        "existing_centers": 0 if status is None else int((status == "existing").sum()),
        "new_centers": 0 if status is None else int((status == "new").sum()),
        "regional_centers": 0 if kind is None else int((kind == "regional").sum()),
        "stations": len(plan.layout.stations),
        "residents_nearest": _of(shares["center"], residents),
        "residents_assigned": _of(shares["assigned"], residents),
        "streets": len(streets),
        "streets_with_regional": int(led.sum()),
        **dict.fromkeys(("served_elsewhere", "from_elsewhere", "led_elsewhere"), 0.0),
        "grids_gap_percent": _gap(plan, "grids"),
        "centers_gap_percent": _gap(plan, "centers"),
    }


def _of(percent: float | None, residents: float) -> float | None:
    return None if percent is None else percent * residents / 100


def _gap(plan: Plan, part: str) -> float | None:
    proof = plan.certificates.get(part)
    if proof is None or proof.gap is None or not np.isfinite(proof.gap):
        return None
    return 100 * float(proof.gap)


def rules_of(plan: Plan) -> list[dict[str, Any]]:
    """
    Give each rule once, with what it comes to over all its subjects.

    Returns
    -------
    rules
        ``profile``, ``rule``, ``level``, ``title_zh``, ``title_en``, ``clause``, ``clause_en``,
        ``subject_kind``; ``subjects`` with a figure, ``met`` of them within the bounds; ``state``,
        one of :data:`gridplan.policy.verdict.STATES`.
    """
    rows = plan.findings.to_dict(orient="records")
    known: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        known.setdefault((str(row.get("profile") or ""), str(row["rule"])), []).append(row)
    told = ("level", "title_zh", "title_en", "clause", "clause_en", "subject_kind")
    return [
        {
            "profile": profile,
            "rule": rule,
            **{key: _text(known[profile, rule][-1].get(key)) for key in told},
            "subjects": sum(not is_missing(row["value"]) for row in known[profile, rule]),
            "met": sum(row["within"] is True for row in known[profile, rule]),
            "state": state,
        }
        for (profile, rule), state in rule_states(rows).items()
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
