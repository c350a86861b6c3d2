"""Proposals for a district, and the one a planner adopts by its letter or name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

from gridplan.district.district import District
from gridplan.district.growth import grown
from gridplan.errors import InputError, Problem
from gridplan.planning.checks.checks import own_by_name, scenario_rules
from gridplan.planning.grids.alternatives import alternative_grids
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.grids.fit import ANY
from gridplan.planning.grids.wishes import plan_wished_grids
from gridplan.planning.layout.variant import LETTERS
from gridplan.planning.plan import Plan, Tell
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.variants.proposals import PROPOSED, Asked, Changes, proposals

OTHER_LEAD = "other-lead"


def proposed(
    district: District,
    scenario: Scenario,
    codes: Iterable[str],
    *,
    own_profiles: Sequence[Path] = (),
) -> dict[str, Changes]:
    """
    Give the proposals for a scenario, before anything is planned.

    Parameters
    ----------
    district, scenario, own_profiles
        As for :func:`gridplan.planning.plan.plan`.
    codes
        Which, of :data:`gridplan.planning.layout.variant.LETTERS`.

    Returns
    -------
    changes
        As of :func:`gridplan.planning.variants.proposals.proposals`.
    """
    wanted = tuple(codes)
    district = grown(district, dict(scenario.growth))
    own = own_by_name(own_profiles)
    named = tuple(dict.fromkeys((*scenario.profile_files, *own)))
    known = dataclasses.replace(scenario, profile_files=named)
    rules = scenario_rules(known, district.folder, code=district.code, own_profiles=own)
    leads: tuple[str, ...] = ()
    if OTHER_LEAD in wanted and scenario.grids:
        leads = tuple(map(str, plan_wished_grids(district, scenario, fit=ANY).grids.leads))
    return proposals(Asked(district, scenario, leads, rules), wanted)


def adopted(
    district: District,
    scenario: Scenario,
    choice: str,
    *,
    own_profiles: Sequence[Path] = (),
) -> Scenario:
    """
    Give the scenario with a variant adopted.

    Parameters
    ----------
    district, scenario, own_profiles
        As for :func:`gridplan.planning.plan.plan`.
    choice
        Letter or code of the variant, as :data:`gridplan.planning.layout.variant.LETTERS` has them.

    Returns
    -------
    Scenario
        Named after the variant's letter as well.

    Raises
    ------
    InputError
        If there is no such variant, it would change nothing here, or it rests on a fact that no
        scenario can bring about.
    """
    wanted = choice.strip()
    code = next((c for c, letter in LETTERS.items() if wanted.upper() == letter), wanted.lower())
    if code == "scenario":
        return scenario
    if code in LETTERS and code not in PROPOSED:
        raise InputError([Problem("variant-of-facts", {"value": choice})])
    changes = {}
    if code in PROPOSED:
        changes = proposed(district, scenario, [code], own_profiles=own_profiles)
    if not changes:
        known = proposed(district, scenario, PROPOSED, own_profiles=own_profiles)
        valid = [f"{LETTERS[key]} ({key})" for key in known]
        raise InputError([Problem("variant-unknown", {"value": choice, "valid": valid})])
    letter = LETTERS[code]
    return lettered(dataclasses.replace(scenario, **changes[code]), letter)


def lettered(scenario: Scenario, letter: str) -> Scenario:
    """Give a scenario the letter of its variant beside its name."""
    return dataclasses.replace(
        scenario,
        name_zh=f"{scenario.name_zh} · {letter}",
        name_en=f"{scenario.name_en} · {letter}",
    )


def adopted_alternative(
    district: District, scenario: Scenario, number: int, *, alternatives: int
) -> Drawn:
    """
    Give one of the ways to cut the grids, to be planned as it is.

    Parameters
    ----------
    district, scenario
        As for :func:`gridplan.planning.plan.plan`.
    number
        Of the alternative, from 1, which is the plan's own.
    alternatives
        How many were asked for: the same number gives the same alternatives.

    Returns
    -------
    Drawn

    Raises
    ------
    InputError
        If there are not so many.
    InfeasibleError
        If there are no grids at all.
    """
    district = grown(district, dict(scenario.growth))
    wished = plan_wished_grids(district, scenario, fit=ANY)
    found = alternative_grids(
        district, scenario, alternatives, first=wished.grids, held=wished.held
    )
    if not 1 <= number <= len(found):
        values = {"value": str(number), "valid": [str(at + 1) for at in range(len(found))]}
        raise InputError([Problem("variant-unknown", values)])
    chosen = found[number - 1]
    return Drawn(chosen.grid, leads={str(g): str(lead) for g, lead in chosen.leads.items()})


def plan_adopted(
    district: District,
    scenario: Scenario,
    choice: str = "",
    *,
    alternatives: int = 0,
    progress: Tell | None = None,
    own_profiles: Sequence[Path] = (),
    drawn: Drawn | None = None,
) -> Plan:
    """
    Plan a district with a variant, or one of the ways to cut the grids, adopted.

    Parameters
    ----------
    district, scenario, alternatives, progress, own_profiles, drawn
        As for :func:`gridplan.planning.plan.plan`.
    choice
        Letter or code of a variant; the number of an alternative; empty for none.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        As :func:`adopted`; also if something is adopted and the grids were drawn.
    InfeasibleError
        As :func:`gridplan.planning.plan.plan`.
    """
    chosen = choice.strip()
    if chosen and drawn is not None:
        raise InputError([Problem("adopt-drawn")])
    if chosen.isdecimal():
        drawn = adopted_alternative(
            district, scenario, int(chosen), alternatives=max(alternatives, int(chosen))
        )
        alternatives = 0
    elif chosen:
        scenario = adopted(district, scenario, chosen, own_profiles=own_profiles)
    return make_plan(
        district,
        scenario,
        alternatives=alternatives,
        progress=progress,
        own_profiles=own_profiles,
        drawn=drawn,
        patient=True,
    )
