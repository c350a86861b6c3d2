"""The figures by which plans are compared, each with the sense in which it is better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from gridplan.optimise.siting import spread_of
from gridplan.planning.grids.cuts import cut_figures
from gridplan.planning.measures.access import (
    share_near_center,
    share_near_point,
    share_within_walk,
)

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

LESS, MORE, NEITHER = -1, 1, 0
"""Senses: the smaller figure is the better one, the greater one, or neither can be said."""

MOST_ALIKE = 1e-9
"""Relative difference up to which two figures are the same."""


@dataclass(frozen=True)
class Figure:
    """
    One figure of a plan.

    Parameters
    ----------
    unit
        Code of its unit, of :data:`gridplan.outputs.words.columns.UNITS`.
    sense
        :data:`LESS`, :data:`MORE` or :data:`NEITHER`.
    """

    unit: str
    sense: int = NEITHER


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "residents": Figure("persons"),
        "grids": Figure("count"),
        "imbalance": Figure("percent", LESS),
        "boundary": Figure("km", LESS),
        "streets-cut": Figure("count", LESS),
        "communities-cut": Figure("count", LESS),
        "drive": Figure("minutes", LESS),
        "drive-p90": Figure("minutes", LESS),
        "centers": Figure("count"),
        "centers-new": Figure("count", LESS),
        "centers-closed": Figure("count", LESS),
        "regional": Figure("count"),
        "beyond": Figure("persons", LESS),
        "near": Figure("percent", MORE),
        "near-point": Figure("percent", MORE),
        "near-own": Figure("percent", MORE),
        "walk": Figure("metres", LESS),
        "walk-p90": Figure("metres", LESS),
        "walk-max": Figure("metres", LESS),
        "gini": Figure("", LESS),
        "least": Figure("persons"),
        "most": Figure("persons"),
        "cost": Figure("wan-yuan", LESS),
        "must": Figure("count", LESS),
        "should": Figure("count", LESS),
        "unanswered": Figure("count"),
    }
)
"""Every figure by its code, in the order of the tables; its words are ``comparing.figure-...``."""

ANSWERS = ("passed", "failed", "borderline")


def figures_of(plan: Plan) -> dict[str, float]:
    """
    Measure a plan.

    Parameters
    ----------
    plan
        As planned or as read back.

    Returns
    -------
    figures
        By the codes of :data:`FIGURES`; NaN where the plan has no such figure: no drive without
        grids, no walk without centers.
    """
    found = dict.fromkeys(FIGURES, math.nan)
    found["residents"] = float(plan.district.units["population"].sum())
    for part in (_grids, _centers, _findings):
        found |= part(plan)
    return found


def _grids(plan: Plan) -> dict[str, float]:
    layout = plan.layout
    if layout.grids.empty:
        return {"grids": 0.0}
    cuts = cut_figures(plan.district, layout.units["grid"])
    people = plan.district.units["population"].to_numpy(dtype=float)
    drive = spread_of(layout.units["minutes_to_lead"].to_numpy(dtype=float), people)[None]
    return {
        "grids": float(len(layout.grids)),
        "imbalance": 100.0 * float(layout.grids["deviation"].abs().max()),
        "boundary": cuts["boundary_km"],
        "streets-cut": cuts["subdistricts_split"],
        "communities-cut": cuts["communities_split"],
        "drive": drive.mean,
        "drive-p90": drive.p90,
    }


def _centers(plan: Plan) -> dict[str, float]:
    layout, centers = plan.layout, plan.layout.centers
    # The files of a plan hold no center that was closed; its scenario names them.
    closed = float(len(set(plan.scenario.close)))
    cost = plan.money.total_cost
    told = {
        "centers": float(len(centers)),
        "centers-closed": closed,
        "cost": math.nan if cost is None else float(cost),
    }
    if centers.empty:
        return told
    people = plan.district.units["population"].to_numpy(dtype=float)
    walk = spread_of(layout.units["metres_to_center"].to_numpy(dtype=float), people)[None]
    shares = {
        "near": share_near_center,
        "near-point": share_near_point,
        "near-own": share_within_walk,
    }
    code = plan.district.code
    for key, measure in shares.items():
        share = measure(layout, plan.scenario).get(code)
        told[key] = math.nan if share is None else float(share)
    told["beyond"] = float(people.sum()) * (1.0 - told["near"] / 100.0)
    return told | {
        "centers-new": float((centers["status"] == "new").sum()),
        "regional": float((centers["class"] == "regional").sum()),
        "walk": walk.mean,
        "walk-p90": walk.p90,
        "walk-max": walk.largest,
        "gini": walk.gini,
        "least": float(centers["population"].min()),
        "most": float(centers["population"].max()),
    }


def _findings(plan: Plan) -> dict[str, float]:
    table = plan.findings
    if not len(table):
        return {}
    rule = table["profile"].astype(str) + "/" + table["rule"].astype(str)
    failed = table["state"] == "failed"
    told = {
        level: float(rule[failed & (table["level"] == level)].nunique())
        for level in ("must", "should")
    }
    binding = table["level"].isin(["must", "should"])
    answered = set(rule[binding & table["state"].isin(ANSWERS)])
    return told | {"unanswered": float(len(set(rule[binding]) - answered))}


def better(code: str, first: float, other: float) -> int:
    """
    Say whether a figure is better in the other plan.

    Parameters
    ----------
    code
        Of the figure.
    first, other
        Its values; NaN where a plan has none.

    Returns
    -------
    verdict
        1 better, -1 worse, 0 the same, or not to be said.
    """
    sense = FIGURES[code].sense
    if not sense or math.isnan(first) or math.isnan(other):
        return 0
    if abs(other - first) <= MOST_ALIKE * max(1.0, abs(first), abs(other)):
        return 0
    return int(np.sign(other - first)) * sense
