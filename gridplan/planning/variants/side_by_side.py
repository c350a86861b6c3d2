"""Variants of one plan, each planned whole and side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.district.district import District
from gridplan.errors import GridplanError, InputError, Problem
from gridplan.planning.layout.variant import LETTERS, Variant
from gridplan.planning.plan import Plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.variants.elsewhere import Order, plan_all
from gridplan.planning.variants.passing import variants_of_facts
from gridplan.planning.variants.proposals import NAMED
from gridplan.planning.variants.proposing import lettered, proposed
from gridplan.planning.variants.trying import compared


@dataclass(frozen=True, eq=False)
class SideBySide:
    """
    A plan and its variants.

    Parameters
    ----------
    plan
        As the scenario asks.
    variants
        In the order of their letters, the plan itself first, those that suppose a fact last.
    plans
        The plan of each by letter; a variant that cannot be planned has none.
    """

    plan: Plan
    variants: tuple[Variant, ...]
    plans: Mapping[str, Plan]


def side_by_side(
    district: District,
    scenario: Scenario,
    *,
    own_profiles: Sequence[Path] = (),
    processes: int | None = None,
    done: Callable[[str], object] | None = None,
) -> SideBySide:
    """
    Plan the named set of variants.

    As the scenario; one grid; whole streets; whole communities; coverage first; the number of
    centers a document plans; the most compact.

    Parameters
    ----------
    district, scenario
        As for :func:`gridplan.planning.plan.plan`. Each variant may spend the scenario's work.
    own_profiles
        As there.
    processes
        At a time; None for as many as there are processors, 1 for this one alone.
    done
        Told the letter of each variant that is ready.

    Returns
    -------
    SideBySide
        Variants that would change nothing are left out.

    Raises
    ------
    InputError, InfeasibleError
        If the scenario itself cannot be planned.
    """
    changes: dict[str, dict[str, Any]] = {"scenario": {}}
    changes |= proposed(district, scenario, NAMED, own_profiles=own_profiles)
    orders = {
        code: Order(district, dataclasses.replace(scenario, **keys), tuple(own_profiles))
        for code, keys in changes.items()
    }
    made: dict[str, Plan | GridplanError] = {}

    def keep(code: str, found: Plan | GridplanError) -> None:
        made[code] = found
        if done is not None:
            done(LETTERS[code])

    plan_all(orders, processes, keep)
    first = made["scenario"]
    if isinstance(first, GridplanError):
        raise first
    variants, plans = [], {}
    for code in sorted(made, key=list(LETTERS).index):
        found = made[code]
        if isinstance(found, GridplanError):
            variants.append(Variant(code, changes[code], reasons=tuple(found.problems)))
            continue
        variants.append(compared(first, code, changes[code], found))
        plans[LETTERS[code]] = found
    variants += variants_of_facts(first, own_profiles=own_profiles)
    return SideBySide(first, tuple(variants), plans)


def chosen_of(found: SideBySide, choice: str) -> Plan:
    """
    Give the plan of a variant by its letter or code, named after its letter.

    Raises
    ------
    InputError
        If there is no such variant, or it cannot be planned.
    """
    wanted = choice.strip()
    for one in found.variants:
        if wanted.upper() != one.letter and wanted.lower() != one.code:
            continue
        if one.supposes:
            raise InputError([Problem("variant-of-facts", {"value": choice})])
        if one.letter not in found.plans:
            raise InputError(one.reasons)
        plan = found.plans[one.letter]
        return plan if one.code == "scenario" else _lettered(plan, one.letter)
    valid = [f"{one.letter} ({one.code})" for one in found.variants]
    raise InputError([Problem("variant-unknown", {"value": choice, "valid": valid})])


def _lettered(plan: Plan, letter: str) -> Plan:
    return dataclasses.replace(plan, scenario=lettered(plan.scenario, letter))
