"""What else a planner could decide: each proposal is a scenario with a few keys changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import geopandas as gpd

from gridplan.district.district import District
from gridplan.planning.measures.hospitals import public_tertiary_rows
from gridplan.planning.scenario.derived import usual_compactness
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.rule import Rule

MOST_COMPACT = 50
"""How many times the usual price of a metre of boundary makes boundaries come first."""

SLACK = 0.6
"""Share of the mean load at which the band begins where more centers are wanted than it allows."""

Changes = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Asked:
    """
    What proposals are made from.

    Parameters
    ----------
    district, scenario
        Of the plan.
    leads
        Hospitals that lead in it.
    rules
        It is held against.
    """

    district: District
    scenario: Scenario
    leads: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def eligible(self) -> gpd.GeoDataFrame:
        """Hospitals that may lead."""
        hospitals = self.district.hospitals
        return hospitals[hospitals["eligible"].astype(bool)] if len(hospitals) else hospitals


def proposals(asked: Asked, codes: Iterable[str]) -> dict[str, Changes]:
    """
    Give the proposals that change something.

    Parameters
    ----------
    asked
        What they are made from.
    codes
        Which, as :data:`gridplan.planning.layout.variant.LETTERS` names them.

    Returns
    -------
    changes
        Keys of the scenario and their values, by code, in the order asked for; what would change
        nothing, or has no meaning here, is left out.
    """
    found = {}
    for code in codes:
        changes = PROPOSED[code](asked)
        kept = {key: new for key, new in changes.items() if new != getattr(asked.scenario, key)}
        if kept:
            found[code] = kept
    return found


def _one_grid(asked: Asked) -> Changes:
    return _grids(asked, 1)


def _fewer_grids(asked: Asked) -> Changes:
    """Cut as many as there are leads of the kind every grid should hold; else one fewer."""
    fit = int(public_tertiary_rows(asked.eligible).sum())
    number = fit if 1 <= fit < asked.scenario.grids else asked.scenario.grids - 1
    return _grids(asked, number) if number > 1 else {}


def _grids(asked: Asked, number: int) -> Changes:
    scenario = asked.scenario
    if not 1 <= number < scenario.grids:
        return {}
    named = scenario.grid_leads if len(scenario.grid_leads) <= number else ()
    return {"grids": number, "grid_leads": named}


def _grain(level: str) -> Callable[[Asked], Changes]:
    def changes(asked: Asked) -> Changes:
        if asked.scenario.grids < 2 or asked.district.units[level].isna().all():
            return {}
        return {"grid_grain": level, "grid_split_price": 0.0}

    return changes


def _coverage(_asked: Asked) -> Changes:
    return {"center_objective": "coverage"}


def _target(asked: Asked) -> Changes:
    """Open as many centers as a document plans; the band begins lower where it must."""
    wanted = [rule.lower for rule in asked.rules if rule.measure == "centers" and rule.lower]
    if not wanted:
        return {}
    number, people = int(max(wanted)), asked.district.population
    changes: Changes = {"centers": number}
    if number * asked.scenario.center_lower > people:
        changes["center_lower"] = int(SLACK * people / number // 100 * 100)
    return changes


def _compact(asked: Asked) -> Changes:
    if asked.scenario.grids < 2:
        return {}
    price = max(asked.scenario.grid_compactness, usual_compactness(asked.district))
    return {"grid_compactness": float(round(MOST_COMPACT * price)), "grid_grain": "unit"}


def _other_lead(asked: Asked) -> Changes:
    """Let other hospitals lead: first those that every grid should hold, then by beds."""
    scenario, eligible = asked.scenario, asked.eligible
    if not 1 <= scenario.grids < len(eligible):
        return {}
    first = public_tertiary_rows(eligible)
    order = eligible.assign(first=~first, others=eligible.index.isin(asked.leads))
    order = order.sort_values(["first", "others", "beds"], ascending=[True, True, False])
    leads = tuple(sorted(map(str, order.index[: scenario.grids])))
    return {} if set(leads) == set(asked.leads) else {"grid_leads": leads}


PROPOSED: Mapping[str, Callable[[Asked], Changes]] = {
    "one-grid": _one_grid,
    "fewer-grids": _fewer_grids,
    "streets": _grain("subdistrict"),
    "communities": _grain("community"),
    "coverage": _coverage,
    "target": _target,
    "compact": _compact,
    "other-lead": _other_lead,
}

OF_GRIDS = ("one-grid", "fewer-grids", "streets", "communities", "other-lead")
"""Proposals that may mend a rule on grids, leads and groups."""

OF_CENTERS = ("coverage", "target")
"""Proposals that may mend a rule on centers and walks."""

NAMED = ("one-grid", "fewer-grids", "streets", "communities", "coverage", "target", "compact")
"""The set laid side by side."""
