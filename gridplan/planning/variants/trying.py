"""Try one variant: cut and judge its grids, or plan it whole, and compare it with the plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import GridplanError
from gridplan.planning.evaluating import evaluate
from gridplan.planning.grids.cuts import cut_figures
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.grids.fit import ANY
from gridplan.planning.grids.wishes import plan_wished_grids
from gridplan.planning.layout.variant import ALL, GRIDS, Supposition, Variant
from gridplan.planning.measures.access import share_near_center
from gridplan.planning.plan import Plan
from gridplan.planning.plan import plan as make_plan

BINDING = ("must", "should")
"""Levels of rules that a variant is to meet."""

VERDICTS = ("passed", "failed", "borderline")


def failing(findings: pd.DataFrame, level: str) -> tuple[str, ...]:
    """Name the rules of a level that fail, each ``profile/rule`` and once."""
    return _named(findings[(findings["level"] == level) & (findings["state"] == "failed")])


def _named(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule_keys(rows)))


def rule_keys(findings: pd.DataFrame) -> list[str]:
    """Name the rule of each finding, ``profile/rule``."""
    pairs = zip(findings["profile"], findings["rule"], strict=True)
    return [f"{profile}/{rule}" for profile, rule in pairs]


def _answered(findings: pd.DataFrame) -> set[str]:
    return set(_named(findings[findings["state"].isin(VERDICTS)]))


def try_grids(
    plan: Plan, code: str, changes: Mapping[str, Any], own: Mapping[str, Path], *, work: float
) -> Variant:
    """
    Cut a variant's grids and hold the rules on grids and groups against them.

    Parameters
    ----------
    plan
        What it is a variant of.
    code, changes
        Of the variant.
    own
        Files of the planner's own profiles, by name.
    work
        Work units the cut may spend.

    Returns
    -------
    Variant
        ``judged`` is ``grids``, or ``none`` with the reasons where no such grids were found.
    """
    try:
        # The residents of the plan's district have grown already.
        scenario = dataclasses.replace(plan.scenario, **changes, work_limit=work, growth=())
        grids = plan_wished_grids(plan.district, scenario, fit=ANY).grids
        drawn = Drawn(grids.grid, leads=grids.leads.astype(str).to_dict())
        found = evaluate(plan.district, scenario, drawn, own=tuple(sorted(own.items()))).findings
    except GridplanError as error:
        return Variant(code, changes, reasons=tuple(error.problems))
    lead = grids.grid.map(grids.leads)
    figures = grid_figures(plan, grids.grid, lead, grids.minutes_to_lead)
    known = set(_named(found))
    before = plan.findings[[key in known for key in rule_keys(plan.findings)]]
    return judged(Variant(code, changes, judged=GRIDS, figures=figures), found, before)


def try_whole(
    plan: Plan, code: str, changes: Mapping[str, Any], own: Mapping[str, Path], *, work: float
) -> tuple[Variant, Plan | None]:
    """
    Plan a variant: grids, centers, 1+N, every rule.

    Parameters
    ----------
    plan, code, changes, own
        As for :func:`try_grids`.
    work
        Work units each stage may spend.

    Returns
    -------
    variant, made
        The plan of the variant; None where there is none.
    """
    try:
        # The residents of the plan's district have grown already.
        scenario = dataclasses.replace(plan.scenario, **changes, work_limit=work, growth=())
        made = make_plan(plan.district, scenario, own_profiles=list(own.values()))
    except GridplanError as error:
        return Variant(code, changes, reasons=tuple(error.problems)), None
    return compared(plan, code, changes, made), made


def compared(plan: Plan, code: str, changes: Mapping[str, Any], made: Plan) -> Variant:
    """
    Make the variant of a plan that was made: its figures, and what fails in it.

    Parameters
    ----------
    plan
        What it is a variant of.
    code, changes
        Of the variant.
    made
        Its plan.
    """
    units = made.layout.units
    figures = grid_figures(plan, units["grid"], units["lead"], units["minutes_to_lead"])
    near = share_near_center(made.layout, made.scenario)[made.district.code]
    figures |= {"centers": float(len(made.layout.centers))}
    figures |= {} if near is None else {"near_percent": near}
    told = Variant(code, changes, judged=ALL, figures=figures)
    return judged(told, made.findings, plan.findings)


def judged(variant: Variant, found: pd.DataFrame, before: pd.DataFrame) -> Variant:
    """
    Say what fails in a variant, what no longer does and what has no verdict any more.

    Parameters
    ----------
    variant
        Without these.
    found
        Findings of the variant.
    before
        Findings of the plan under the same rules.
    """
    must, should = (failing(found, level) for level in BINDING)
    left = {*must, *should}
    binding = before[before["level"].isin(BINDING)]
    failed = [name for level in BINDING for name in failing(before, level)]
    unanswered = [name for name in _named(binding) if name in _answered(binding)]
    return dataclasses.replace(
        variant,
        must=must,
        should=should,
        mended=tuple(name for name in failed if name in _answered(found) - left),
        unanswered=tuple(name for name in unanswered if name not in _answered(found)),
    )


def grid_figures(
    plan: Plan, grid: pd.Series, lead: pd.Series, minutes: pd.Series
) -> dict[str, float]:
    """
    Measure grids and compare them with those of the plan.

    Parameters
    ----------
    plan
        What they are a variant of.
    grid, lead, minutes
        Index ``unit``: its grid, the hospital that leads it and the drive there.

    Returns
    -------
    figures
        As :attr:`Variant.figures` lists them; empty without grids.
    """
    if grid.isna().all():
        return {}
    district: District = plan.district
    people = district.units["population"].to_numpy(dtype=float)
    loads = pd.Series(people).groupby(grid.to_numpy()).sum()
    cuts = cut_figures(district, grid)
    figures = {
        "grids": float(len(loads)),
        "imbalance_percent": 100.0 * float((loads / loads.mean() - 1.0).abs().max()),
        "boundary_km": cuts["boundary_km"],
        "subdistricts_cut": cuts["subdistricts_split"],
        "communities_cut": cuts["communities_split"],
        "minutes": float(np.average(minutes.to_numpy(dtype=float), weights=people)),
    }
    own = plan.layout.units
    if not own["grid"].isna().all():
        travel = float((people * own["minutes_to_lead"].to_numpy(dtype=float)).sum())
        drives = float((people * minutes.to_numpy(dtype=float)).sum())
        figures["travel_percent"] = 100.0 * (drives / max(travel, 1e-9) - 1.0)
        figures["moved"] = float(people[(own["lead"] != lead).to_numpy()].sum())
    return figures


def supposing(
    plan: Plan, code: str, facts: tuple[Supposition, ...], found: pd.DataFrame
) -> Variant:
    """
    Make the variant in which facts are supposed: nobody is moved.

    Parameters
    ----------
    plan
        What it is a variant of.
    code, facts
        Of the variant.
    found
        Its findings.
    """
    own = plan.layout.units
    figures = grid_figures(plan, own["grid"], own["lead"], own["minutes_to_lead"])
    return judged(Variant(code, supposes=facts, judged=ALL, figures=figures), found, plan.findings)
