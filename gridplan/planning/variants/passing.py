"""
Ways to pass: what a plan whose rules fail could do about it, each way tried before it is named.

1. Fewer grids, whole streets or communities, other leads: cut, and judged by the rules on grids and
groups. The best of them is planned whole. 2. Where rules on centers fail: other aims and numbers of
centers, planned whole. 3. A hospital upgraded, turned to continuing care or recognised as the
city's: the same plan judged again as if it were so; then the best of each together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.errors import InputError, Problem
from gridplan.optimise.budget import seconds_left, within
from gridplan.planning.checks.checks import check, own_by_name, scenario_rules
from gridplan.planning.layout.variant import GRIDS, LETTERS, Supposition, Variant
from gridplan.planning.measures import GRID_MEASURES
from gridplan.planning.patience import SEARCHING
from gridplan.planning.plan import Plan
from gridplan.planning.variants.proposals import OF_CENTERS, OF_GRIDS, Asked, proposals
from gridplan.planning.variants.suppositions import supposed, suppositions
from gridplan.planning.variants.trying import BINDING, rule_keys, supposing, try_grids, try_whole
from gridplan.policy.assessment import read_assessment
from gridplan.policy.rule import Rule


@dataclass(frozen=True)
class TrialParams:
    """
    How much a trial may cost.

    Parameters
    ----------
    share
        Of the scenario's work that one may spend; any plan of the variant is enough.
    time
        Share of its time limit that all together may take, what the search for the plan leaves of
        it; those cut short and those not tried say so.
    least_work
        Work units of one, at least.
    enough
        Work units that place the centers of a district: with less, other numbers and cuts would be
        tried.
    """

    share: float = 0.1
    time: float = 1.0 - SEARCHING
    least_work: float = 0.01
    enough: float = 1.0

    def work(self, plan: Plan) -> float:
        """Work units of a trial that only cuts."""
        return max(self.least_work, self.share * plan.scenario.work_limit)

    def whole_work(self, plan: Plan) -> float:
        """Work units of a trial that places centers too."""
        return min(plan.scenario.work_limit, max(self.enough, self.work(plan)))


DEFAULT = TrialParams()

Own = Mapping[str, Path]


def with_variants(
    plan: Plan, *, own_profiles: Sequence[Path] = (), params: TrialParams = DEFAULT
) -> Plan:
    """
    Try what may mend the must- and should-rules that fail.

    Parameters
    ----------
    plan
        A finished plan.
    own_profiles
        Files of the planner's own rules, as they were given when it was made.
    params
        How much a trial may cost.

    Returns
    -------
    Plan
        With ``variants``; the same plan where no such rule fails. The same plan gives the same
        variants.

    Raises
    ------
    InputError
        If a profile cannot be read any more.
    """
    failed = _failed(plan)
    if failed.empty:
        return plan
    own = own_by_name(own_profiles)
    rules, of = _rules_failing(plan, failed, own)
    found: list[Variant] = []
    with within(params.time * plan.scenario.time_limit):
        if any(measure in GRID_MEASURES for measure, _ in of):
            found += _of_grids(plan, rules, own, params)
            found += _of_facts(plan, rules, of)
        if any(measure and measure not in GRID_MEASURES for measure, _ in of):
            found += _of_centers(plan, rules, own, params)
    found.sort(key=lambda variant: list(LETTERS).index(variant.code))
    return dataclasses.replace(plan, variants=tuple(found))


def _asked(plan: Plan, rules: tuple[Rule, ...]) -> Asked:
    leads = tuple(map(str, plan.layout.grids["lead"].dropna()))
    return Asked(plan.district, plan.scenario, leads, rules)


def _of_grids(plan: Plan, rules: tuple[Rule, ...], own: Own, params: TrialParams) -> list[Variant]:
    """Judge the grids of each proposal, then plan the best of them whole."""
    tried = [
        _late(code, changes) or try_grids(plan, code, changes, own, work=params.work(plan))
        for code, changes in proposals(_asked(plan, rules), OF_GRIDS).items()
    ]
    cut = sorted((one for one in tried if one.judged == GRIDS), key=lambda one: one.rank)
    for best in cut:
        if not best.mended or seconds_left() <= 0.0:
            break
        whole, made = try_whole(plan, best.code, best.changes, own, work=params.whole_work(plan))
        tried[tried.index(best)] = whole
        if made is not None:
            break
    return tried


def _of_centers(
    plan: Plan, rules: tuple[Rule, ...], own: Own, params: TrialParams
) -> list[Variant]:
    return [
        _late(code, changes) or try_whole(plan, code, changes, own, work=params.whole_work(plan))[0]
        for code, changes in proposals(_asked(plan, rules), OF_CENTERS).items()
    ]


def _late(code: str, changes: Mapping[str, Any]) -> Variant | None:
    """Say of a variant that it was not tried, once the time is up."""
    if seconds_left() > 0.0:
        return None
    return Variant(code, changes, reasons=(Problem("variant-not-tried"),))


def variants_of_facts(plan: Plan, *, own_profiles: Sequence[Path] = ()) -> list[Variant]:
    """
    Judge a plan as if hospitals were other than they are, where rules on grids and groups fail.

    Parameters
    ----------
    plan, own_profiles
        As for :func:`with_variants`.

    Returns
    -------
    variants
        Those that mend some rule.
    """
    failed = _failed(plan)
    if failed.empty:
        return []
    rules, of = _rules_failing(plan, failed, own_by_name(own_profiles))
    return _of_facts(plan, rules, of) if any(m in GRID_MEASURES for m, _ in of) else []


def _failed(plan: Plan) -> pd.DataFrame:
    rows = plan.findings
    return rows[rows["level"].isin(BINDING) & (rows["state"] == "failed")]


def _rules_failing(
    plan: Plan, failed: pd.DataFrame, own: Own
) -> tuple[tuple[Rule, ...], list[tuple[str, str]]]:
    """Give the rules of a plan, and measure and subject of each finding that fails."""
    district, scenario = plan.district, plan.scenario
    rules = scenario_rules(scenario, district.folder, code=district.code, own_profiles=own)
    measures = {f"{rule.profile}/{rule.id}": rule.measure for rule in rules}
    named = zip(rule_keys(failed), failed["subject"], strict=True)
    return rules, [(measures.get(key, ""), str(subject)) for key, subject in named]


def _of_facts(plan: Plan, rules: tuple[Rule, ...], failing: list[tuple[str, str]]) -> list[Variant]:
    """Judge the plan as if hospitals were other than they are; keep what mends some rule."""
    grids = [str(grid) for grid in plan.layout.grids.index]
    everywhere = [
        (measure, grid)
        for measure, subject in failing
        for grid in (grids if subject == plan.district.code else [subject])
    ]
    led = plan.layout.grids["lead"].notna().all()
    kinds = suppositions(plan.layout, everywhere) if led else {}
    found = [_supposing(plan, rules, kind, tuple(facts)) for kind, facts in kinds.items() if facts]
    useful = [one for one in found if one.mended]
    if len(useful) > 1:
        best = {one.mended: one for one in sorted(useful, key=lambda one: one.rank, reverse=True)}
        facts = tuple(dict.fromkeys(fact for one in best.values() for fact in one.supposes))
        both = _supposing(plan, rules, "together", facts)
        if both.rank < min(one.rank for one in useful):
            useful.append(both)
    return useful


def _supposing(
    plan: Plan, rules: tuple[Rule, ...], code: str, facts: tuple[Supposition, ...]
) -> Variant:
    layout = supposed(plan.layout, facts)
    try:
        answers = read_assessment(plan.district.folder)
    except InputError:  # told when the plan was made
        answers = {}
    found = check(layout, rules, plan.scenario, assessment=answers, quick=True)
    return supposing(plan, code, facts, found)
