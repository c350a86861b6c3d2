"""What a plan rests on, case by case: other residents, walks, detours, and each new site lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.errors import InputError, Problem
from gridplan.planning.checks.checks import check, scenario_rules
from gridplan.planning.comparing.figures import figures_of
from gridplan.planning.comparing.turned import RulesTurned, rules_turned, turned_findings
from gridplan.planning.layout.layout import Layout
from gridplan.planning.plan import Plan
from gridplan.planning.scenario.kinds import Number
from gridplan.planning.scenario.scenario import KEYS, Scenario
from gridplan.planning.sensitivity.supposed import kept_layout, with_residents
from gridplan.planning.ways.journeys import journeys_of

RESIDENTS, PACE, DETOUR, LOST = "residents", "walk_kmh", "walk_detour", "lost"
"""What is otherwise: the number of residents, the walking pace, the detour, a new site."""

SHARE = 0.1
"""How far residents, pace and detour are off, as a share: 0.1 for 10 %."""


@dataclass(frozen=True, eq=False)
class Case:
    """
    One supposition and what comes of it.

    Parameters
    ----------
    what
        :data:`RESIDENTS`, :data:`PACE`, :data:`DETOUR` or :data:`LOST`.
    value
        The factor; the id of the site for :data:`LOST`.
    figures
        By the codes of :data:`~gridplan.planning.comparing.figures.FIGURES`.
    rules
        That turn.
    findings
        That turn, one by one.
    """

    what: str
    value: object
    figures: dict[str, float]
    rules: RulesTurned
    findings: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Sensitive:
    """
    A plan and its cases.

    Parameters
    ----------
    plan
        With its findings judged again, so that both sides are judged alike: without the planner's
        own answers and the rules of files that do not lie in the plan's folder.
    left_out
        Names of those files.
    cases
        In the order of :func:`sensitivity`.
    """

    plan: Plan
    left_out: tuple[str, ...]
    cases: tuple[Case, ...]


def sensitivity(
    plan: Plan, *, share: float = SHARE, done: Callable[[Case], object] | None = None
) -> Sensitive:
    """
    Judge a plan where what it rests on is otherwise, with its decisions kept.

    Residents more and fewer by ``share``, everywhere alike; the walking pace and, where walks are
    straight lines, the detour more and less by ``share``; each new site lost, whose residents then
    go to the nearest other center of their grid.

    Parameters
    ----------
    plan
        As planned or as read back.
    share
        Between 0 and 1.
    done
        Told each case as it is ready.

    Returns
    -------
    Sensitive

    Raises
    ------
    InputError
        If the plan has no centers, or the share is none.
    """
    if plan.layout.centers.empty:
        raise InputError([Problem("sensitivity-no-centers")])
    if not 0 < share < 1:
        raise InputError([Problem("sensitivity-share", {"value": share})])
    left_out = plan.scenario.profile_files
    base = dataclasses.replace(plan, scenario=dataclasses.replace(plan.scenario, profile_files=()))
    base = _judged(base, kept_layout(plan.layout, plan.district, base.scenario), base.scenario)
    cases = []
    for what, value, layout, scenario in _supposed(base, share):
        made = _judged(base, layout, scenario)
        case = Case(
            what,
            value,
            figures_of(made),
            rules_turned(base.findings, made.findings),
            turned_findings(base.findings, made.findings),
        )
        cases.append(case)
        if done is not None:
            done(case)
    return Sensitive(base, left_out, tuple(cases))


def _supposed(plan: Plan, share: float) -> Iterator[tuple[str, object, Layout, Scenario]]:
    layout, district, scenario = plan.layout, plan.district, plan.scenario
    for factor in (1.0 - share, 1.0 + share):
        scaled = with_residents(district, factor)
        yield RESIDENTS, factor, kept_layout(layout, scaled, scenario), scenario
    for key in (PACE, *(() if journeys_of(district, scenario).walk_told else (DETOUR,))):
        for factor in (1.0 - share, 1.0 + share):
            change: dict[str, Any] = {key: _within(key, scenario, factor)}
            other = dataclasses.replace(scenario, **change)
            yield key, factor, kept_layout(layout, district, other), other
    centers = layout.centers
    for center in centers.index[centers["status"] == "new"]:
        if len(centers) > 1:
            yield LOST, center, kept_layout(layout, district, scenario, lost=center), scenario


def _within(key: str, scenario: Scenario, factor: float) -> float:
    declared = KEYS[key]
    value = getattr(scenario, key) * factor
    if isinstance(declared, Number):
        low, high = declared.within
        return min(max(value, low), high)
    return value


def _judged(plan: Plan, layout: Layout, scenario: Scenario) -> Plan:
    rules = scenario_rules(scenario, None, code=layout.district.code)
    return dataclasses.replace(
        plan,
        district=layout.district,
        layout=layout,
        scenario=scenario,
        findings=check(layout, rules, scenario),
    )
