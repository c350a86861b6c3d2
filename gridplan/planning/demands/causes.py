"""Why there are no grids: the rows of the scenario against each other and what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import SHOWN, Problem
from gridplan.optimise.partition import Conflict
from gridplan.planning.demands.found import demands_of
from gridplan.planning.demands.options import fixed_units
from gridplan.planning.demands.rules import row_text
from gridplan.planning.refusal.cause import clash
from gridplan.planning.scenario.scenario import ROWS, Scenario
from gridplan.text import say

_TYING = ("fix", "together", "apart")


def demand_clashes(district: District, scenario: Scenario, eligible: pd.DataFrame) -> list[Problem]:
    """
    Hold the rows of a scenario against each other and the hospitals there are.

    Parameters
    ----------
    district, scenario
        What is asked of what.
    eligible
        Hospitals that may lead.

    Returns
    -------
    clashes
        Each proven; empty where nothing clashes on the face of it.

    Raises
    ------
    InputError
        If a row names what is not there.
    """
    return [
        *_leads(district, scenario, eligible),
        *_fixed_twice(district, scenario, eligible),
        *_rare(district, scenario),
        *_apart(district, scenario),
    ]


def _leads(district: District, scenario: Scenario, eligible: pd.DataFrame) -> Iterator[Problem]:
    """Hold the hospitals that units are fixed to against those that may lead, and the grids."""
    asked = demands_of(district, scenario)
    names = district.hospitals["name"].astype(str)
    leads = dict.fromkeys(lead for _, lead in asked.fix)
    unfit = [lead for lead in leads if lead not in eligible.index]
    if unfit:
        yield clash("fix-lead-not-eligible", {"names": [names[lead] for lead in unfit]})
    wanted = list(dict.fromkeys([*scenario.grid_leads, *leads]))
    if len(scenario.grid_leads) <= scenario.grids < len(wanted):
        told = {"leads": len(wanted), "grids": scenario.grids}
        yield clash("fix-many-leads", told | {"names": [names[lead] for lead in wanted]})


def _fixed_twice(
    district: District, scenario: Scenario, eligible: pd.DataFrame
) -> Iterator[Problem]:
    _, twice = fixed_units(district, scenario, eligible)
    if not twice:
        return
    unit, one, other = twice[0]
    names = eligible["name"].astype(str)
    yield clash(
        "fixed-twice",
        {
            "unit": str(district.units.index[unit]),
            "count": len({found[0] for found in twice}),
            "names": [names.iloc[one], names.iloc[other]],
        },
    )


def _rare(district: District, scenario: Scenario) -> Iterator[Problem]:
    """Hold the hospitals of a kind that each grid must contain against the grids."""
    units = district.hospitals["unit"].to_numpy()
    for number, fit in enumerate(demands_of(district, scenario).contain, start=1):
        if len(np.unique(units[fit])) < scenario.grids:
            yield clash("contain-too-rare", _row_told("must_contain", number, scenario)
                        | {"count": int(fit.sum()), "grids": scenario.grids})  # fmt: skip


def _apart(district: District, scenario: Scenario) -> Iterator[Problem]:
    """Hold the places that lie apart against the grids, and against each other."""
    for number, place in enumerate(demands_of(district, scenario).apart, start=1):
        told = _row_told("apart", number, scenario)
        everyone = np.concatenate([*place.parts, np.zeros(0, dtype=int)])
        if len(np.unique(everyone)) < len(everyone):
            yield clash("apart-overlap", told)
        elif len(place.parts) > scenario.grids:
            yield clash("apart-many", told | {"count": len(place.parts), "grids": scenario.grids})


def _row_told(key: str, number: int, scenario: Scenario) -> dict[str, Any]:
    row = getattr(scenario, key)[number - 1]
    told = {"row": f"[[{key}]] {number}", "what": row_text(row, "zh")}
    return told | {"what_en": row_text(row, "en")}


def demand_conflict(
    conflict: Conflict, district: District, scenario: Scenario, values: dict[str, Any]
) -> Problem | None:
    """
    Say in the planner's terms which demand the engine found impossible.

    Parameters
    ----------
    conflict
        The engine's.
    district, scenario
        What it was asked about.
    values
        What every sentence on grids may need.

    Returns
    -------
    problem
        Proven; None for a conflict that has nothing to do with demands.
    """
    found = conflict.values
    code = conflict.code
    if code == "unit-without-part":
        units = [str(district.units.index[at]) for at in found["units"]]
        return clash("no-grid-for-units", values | {"rows": units[:SHOWN], "count": len(units)})
    if code == "resource-impossible":
        ends = {"total": "total", "at_least": "least", "at_most": "most"}
        told = {name: f"{found[key]:,.10g}" for name, key in ends.items()}
        return clash("balance-total", values | told | {"column": found["resource"]})
    if code == "kind-too-rare":
        told = _row_told("must_contain", found["kind"] + 1, scenario)
        return clash("contain-too-rare", values | told | {"count": found["units"]})
    if code == "apart-and-together":
        pair = [str(district.units.index[at]) for at in found["pairs"][0]]
        return clash("apart-and-together", values | {"rows": pair})
    if code in ("capacity-too-small", "demand-too-small") and scenario.grid_bounds:
        residents = round(district.population)
        return clash("grid-bounds-total", values | {"residents": residents})
    return _cut_off(code, found, district, scenario, values)


def _cut_off(
    code: str,
    found: dict[str, Any],
    district: District,
    scenario: Scenario,
    values: dict[str, Any],
) -> Problem | None:
    """Tell what barriers part, and demands that can only all together not be met."""
    barred = [1 for _, _, price in district.crossings if price is None]
    if code == "piece-without-center" and barred:
        people = district.units["population"].to_numpy(dtype=float)[found["units"]]
        told = {"units": len(found["units"]), "residents": round(float(people.sum()))}
        return clash("barriers-without-lead", values | told)
    if code == "more-pieces-than-parts":
        return clash("barriers-more-pieces", values | {"pieces": found["pieces"]})
    if code in ("no-partition", "too-few-parts") and has_demands(district, scenario):
        return clash("demands-impossible", values | _named(district, scenario))
    if code == "centers-together" and (scenario.together or scenario.apart or scenario.fix):
        return clash("demands-impossible", values | _named(district, scenario, _TYING))
    return None


def least_told(district: District, scenario: Scenario) -> dict[str, Any]:
    """Name what binds the grids where a least deviation was found under it; empty for nothing."""
    return _named(district, scenario) if has_demands(district, scenario) else {}


def _named(district: District, scenario: Scenario, among: Iterable[str] = ROWS) -> dict[str, Any]:
    """Name the demands there are by what they are called, in both languages."""
    told = [f"keys.{key}.label" for key in among if getattr(scenario, key)]
    told += ["outputs.layer-barriers"] if len(district.crossings) else []
    return {"keys": [say(key, "zh") for key in told], "keys_en": [say(key, "en") for key in told]}


def has_demands(district: District, scenario: Scenario) -> bool:
    """Whether anything beyond balance, leads and what stays whole binds the grids."""
    return bool(district.crossings) or any(getattr(scenario, key) for key in ROWS)
