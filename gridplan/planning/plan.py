"""A district and a scenario in, a plan out: grids, then centers, then 1+N, then every rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gridplan.district.district import District, LayerSource
from gridplan.district.growth import grown
from gridplan.errors import InputError, Problem
from gridplan.optimise.budget import Progress, within
from gridplan.planning.advice import plan_with_advice
from gridplan.planning.centers.question import has_1n
from gridplan.planning.checks.checks import check, own_by_name, scenario_rules
from gridplan.planning.checks.policy_files import policy_files
from gridplan.planning.demands.found import demands_of
from gridplan.planning.drawn_stages import plan_drawn_stages, scenario_as_drawn
from gridplan.planning.grids.alternatives import (
    GridAlternative,
    alternative_grids,
    alternative_notes,
)
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.grids.wishes import wish_notes
from gridplan.planning.lay_out import lay_out
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.layout.layout import Layout
from gridplan.planning.layout.variant import Variant
from gridplan.planning.patience import sized
from gridplan.planning.premises.budget import hold_budget
from gridplan.planning.premises.money import Money, money_of
from gridplan.planning.reasons.reasons import Reasons, reasons_of
from gridplan.planning.regional.areas import area_notes
from gridplan.planning.regional.notes import check_added
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.services.services import Services, services_of
from gridplan.planning.stages import Stage, Stages
from gridplan.planning.ways.journeys import check_journeys, journeys_of
from gridplan.planning.ways.notes import way_notes
from gridplan.policy.assessment import Assessment, check_named, read_assessment
from gridplan.policy.place import placed
from gridplan.policy.profile import profile_names, read_profile
from gridplan.policy.rule import Rule
from gridplan.text.card import Card, Rows

Tell = Callable[[Stage, Progress], bool | None]


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Card):
    """
    A layout with what it was made from and what proves it.

    Parameters
    ----------
    district, scenario
        What it was made from.
    layout
        What is where.
    findings
        Every rule held against it: :data:`gridplan.planning.checks.checks.FINDING_COLUMNS`.
    certificates
        Keys ``grids``, ``centers``, ``regional``, as far as planned; before ``centers`` the steps
        to it, by ``center_objective``: ``beyond``, ``coverage``, ``fewest``, ``farthest``.
    notes
        What was assumed on the way, as data.
    alternatives
        Ways to cut the grids, where asked for; the first is this plan's own.
    policy_files
        Rules of the planner's own and the self-assessment, as they were when it was made.
    variants
        What was tried for the rules that fail, by letter; empty where nothing was.
    reasons
        Why the centers stand where they do: what closing each costs, who could stand in for the
        new ones, and the exchange that each site not taken would need.
    money
        What it costs, where the layers tell.
    services
        What is asked of each center, and by whom it is run, as far as rules and columns tell.
    """

    district: District
    scenario: Scenario
    layout: Layout
    findings: pd.DataFrame
    certificates: dict[str, Certificate]
    notes: tuple[Problem, ...]
    alternatives: tuple[GridAlternative, ...] = ()
    policy_files: tuple[LayerSource, ...] = ()
    variants: tuple[Variant, ...] = ()
    reasons: Reasons = field(default_factory=Reasons)
    money: Money = field(default_factory=Money)
    services: Services = field(default_factory=Services)

    def _card(self) -> tuple[str, Rows]:
        district, passed = self.district, list(self.findings["passed"])
        told = {True: "pass", False: "fail", None: "without a verdict"}
        counts = [f"{sum(v is key for v in passed)} {word}" for key, word in told.items()]
        proofs = [
            f"{part} {proof.status}" + (f", gap {100 * proof.gap:.2f} %" if proof.gap else "")
            for part, proof in self.certificates.items()
        ]
        return f"Plan of {district.name_zh} / {district.name_en}: {self.scenario.name_zh}", [
            ("residents", round(district.population)),
            ("grids", len(self.layout.grids)),
            ("centers", len(self.layout.centers)),
            ("findings", ", ".join(counts)),
            ("proofs", "; ".join(proofs) or "-"),
            ("notes", len(self.notes)),
            ("alternatives", len(self.alternatives)),
        ]


def plan(
    district: District,
    scenario: Scenario,
    *,
    alternatives: int = 0,
    progress: Tell | None = None,
    own_profiles: Sequence[Path] = (),
    drawn: Drawn | None = None,
    patient: bool = False,
) -> Plan:
    """
    Plan the district.

    Parameters
    ----------
    district
        As :func:`gridplan.read_district` gives it.
    scenario
        Every decision.
    alternatives
        Up to how many ways to cut the grids to offer, the plan's own included; 0 for none.
    progress
        Told the stage and how far it is; returning True ends that stage with its best so far.
    own_profiles
        Files of the planner's own rules, anywhere; checked after those the scenario names, and
        named in the plan by their file name alone.
    drawn
        Grids that a person drew: they stay as they are, whatever they break, and each breach is a
        finding. The scenario's number of grids and its tolerance cut nothing then.
    patient
        As of :func:`gridplan.planning.advice.plan_with_advice`.

    Returns
    -------
    Plan
        1+N is planned street by street, so that a district without streets has none, and a note
        says so. The same for the same district, scenario and seed, unless a clock or a stop cut
        it short; its certificates say so.

    Raises
    ------
    InputError
        If the scenario names what the district does not have, or alternatives to a drawing are
        asked for; all at once.
    InfeasibleError
        If there is no plan: why, what is proven, and what was tried and helps.
    """
    if drawn is not None and alternatives:
        raise InputError([Problem("drawn-alternatives")])
    own = own_by_name(own_profiles)
    named = [*scenario.profile_files, *(name for name in own if name not in scenario.profile_files)]
    scenario = dataclasses.replace(
        scenario,
        profiles=placed(scenario.profiles, district.code),
        profile_files=tuple(named),
    )
    district = grown(district, dict(scenario.growth))
    rules, assessment = _policy(district, scenario, own)

    working = sized(district, scenario)
    if drawn is None:
        stages = plan_with_advice(district, working, patient=patient, progress=progress)
    else:
        stages = _as_drawn(district, working, drawn, progress)
    wished, centers, regional = stages.wished, stages.centers, stages.regional
    if drawn is not None and wished is not None:
        scenario = scenario_as_drawn(scenario, len(wished.grids.leads))
    grids = None if wished is None else wished.grids
    others = (
        alternative_grids(district, working, alternatives, first=wished.grids, held=wished.held)
        if alternatives and wished is not None
        else ()
    )
    layout = lay_out(district, scenario, grids, centers, regional)
    if wished is not None and len(wished.outcomes):
        outcomes = pd.concat([layout.wishes, wished.outcomes], ignore_index=True)
        layout = dataclasses.replace(layout, wishes=outcomes)
    # The proofs of what came before the centers' distance stand before that of the distance.
    parts = {"grids": grids, "centers": centers, "regional": regional}
    certificates: dict[str, Certificate] = {}
    for key, part in parts.items():
        if part is not None:
            certificates |= centers.steps if key == "centers" else {}
            certificates[key] = part.certificate
    money = money_of(layout, scenario)
    hold_budget(scenario, money.total_cost, len(layout.centers))
    return Plan(
        district=district,
        scenario=scenario,
        layout=layout,
        findings=check(layout, rules, scenario, assessment=assessment),
        certificates=certificates,
        notes=(
            *_notes(stages, layout, scenario),
            *(() if grids is None else alternative_notes(len(others), alternatives)),
        ),
        alternatives=others,
        policy_files=policy_files(scenario, district.folder, rules, own),
        reasons=reasons_of(layout, scenario, rules),
        money=money,
        services=services_of(layout, scenario, rules),
    )


def _notes(stages: Stages, layout: Layout, scenario: Scenario) -> tuple[Problem, ...]:
    """Collect what each stage assumed on its way, in the order of the stages."""
    grids = None if stages.wished is None else stages.wished.grids
    regional, district = stages.regional, layout.district
    return (
        *(() if grids is None else grids.notes),
        *stages.notes,
        *stages.centers.notes,
        *(() if regional is None else (*regional.notes, *area_notes(layout))),
        *without_streets(district, scenario),
        *way_notes(journeys_of(district, scenario), layout.centers),
        *wish_notes(district, grids, layout.wishes),
    )


def _as_drawn(
    district: District, scenario: Scenario, drawn: Drawn, progress: Tell | None
) -> Stages:
    def tell(stage: Stage) -> Callable[[Progress], bool | None] | None:
        return None if progress is None else lambda told: progress(stage, told)

    with within(scenario.time_limit):
        return plan_drawn_stages(district, scenario, drawn, tell)


def without_streets(district: District, scenario: Scenario) -> tuple[Problem, ...]:
    """Say so where 1+N is asked for and no streets are known."""
    asked = bool(scenario.regional_max) and not has_1n(district, scenario)
    return (Problem("no-streets"),) if asked else ()


def _policy(
    district: District, scenario: Scenario, own: Mapping[str, Path]
) -> tuple[tuple[Rule, ...], Assessment]:
    """Read every rule and every answer before any work is done; tell all that is wrong at once."""
    problems: list[Problem] = []
    rules: tuple[Rule, ...] = ()
    assessment: Assessment = {}
    try:
        rules = scenario_rules(scenario, district.folder, code=district.code, own_profiles=own)
    except InputError as error:
        problems += error.problems
    try:
        assessment = read_assessment(district.folder)
        if not problems:
            bundled = [rule for name in profile_names() for rule in read_profile(name)]
            check_named(assessment, [*bundled, *rules])
    except InputError as error:
        problems += error.problems
    for looked_up in (check_journeys, demands_of, check_added):
        try:
            looked_up(district, scenario)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    if not district.population > 0:
        raise InputError([Problem("no-residents", {"layer": "units"})])
    return rules, assessment
