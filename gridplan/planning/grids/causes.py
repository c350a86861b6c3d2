"""Why there are no grids: what is asked of them against the hospitals and residents there are."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.partition import Conflict, Partition
from gridplan.planning.demands.causes import demand_conflict, least_told
from gridplan.planning.refusal.cause import clash, ended, grain_words, percent, unique
from gridplan.planning.scenario.scenario import Scenario


def grid_clashes(
    district: District, scenario: Scenario, eligible: gpd.GeoDataFrame
) -> list[Problem]:
    """
    Compare what the scenario asks of the grids with the hospitals and residents there are.

    Parameters
    ----------
    district, scenario
        What is asked of what.
    eligible
        Hospitals that may lead.

    Returns
    -------
    clashes
        Empty where nothing clashes on the face of it.
    """
    clashes: list[Problem] = []
    wanted = scenario.grids
    if eligible.empty:
        return [clash("no-eligible-lead", {"hospitals": len(district.hospitals)})]
    if len(eligible) < wanted:
        values = {"grids": wanted, "eligible": len(eligible), "names": list(eligible["name"])}
        clashes.append(clash("too-few-leads", values))
    barred = [name for name in scenario.grid_leads if name not in eligible.index]
    if barred:
        names = list(district.hospitals.loc[barred, "name"])
        clashes.append(clash("lead-not-eligible", {"names": names}))
    if len(scenario.grid_leads) > wanted:
        values = {"leads": len(scenario.grid_leads), "grids": wanted}
        clashes.append(clash("too-many-leads", values))
    if scenario.grid_grain != "unit" and not scenario.grid_split_price:
        clashes += _large_parents(district, scenario)
    return clashes


def _large_parents(district: District, scenario: Scenario) -> list[Problem]:
    people = district.units["population"].groupby(district.units[scenario.grid_grain]).sum()
    upper = (1 + scenario.grid_tolerance) * district.population / scenario.grids
    return [
        clash(
            "parent-too-large",
            {
                **grain_words(scenario.grid_grain),
                "parent": name,
                "residents": round(float(residents)),
                "upper": math.floor(upper),
                "tolerance_percent": percent(scenario.grid_tolerance),
            },
        )
        for name, residents in people.items()
        if residents > upper
    ]


_LEAST = {"unit-too-large": "tolerance", "balance-impossible": "tolerance_at_least"}
"""Where a conflict says which tolerance would do."""


def grid_conflicts(
    answer: Partition, district: District, scenario: Scenario, eligible: gpd.GeoDataFrame
) -> list[Problem]:
    """
    Say in the planner's terms why the engine gave no partition.

    Parameters
    ----------
    answer
        The engine's, with its conflicts.
    district, scenario, eligible
        What it was asked about.

    Returns
    -------
    clashes
        At least one.
    """
    mean = district.population / scenario.grids
    values: dict[str, Any] = {
        "grids": scenario.grids,
        **grain_words(scenario.grid_grain),
        "tolerance_percent": percent(scenario.grid_tolerance),
        "lower": math.ceil(mean * (1 - scenario.grid_tolerance)),
        "upper": math.floor(mean * (1 + scenario.grid_tolerance)),
    }
    unserved = [conflict for conflict in answer.conflicts if conflict.code.startswith("sites-")]
    if unserved:
        return [_unserved(answer, unserved[0], district, scenario, values)]
    if answer.status != "infeasible":
        return [Problem("grids-not-found", values | ended(answer.ended))]
    clashes = []
    under = least_told(district, scenario)
    for conflict in answer.conflicts:
        found = conflict.values
        asked = demand_conflict(conflict, district, scenario, values)
        if asked is not None:
            clashes.append(asked)
        elif conflict.code == "centers-together":
            names = [str(eligible["name"].iloc[c]) for c in found["columns"]]
            clashes.append(clash("leads-together", values | {"names": names}))
        elif conflict.code == "piece-without-center":
            clashes.append(clash("piece-without-lead", values | {"units": len(found["units"])}))
        elif conflict.code == "parent-too-large":
            continue  # told before the run, with the parent's name
        else:
            smallest = found.get(_LEAST.get(conflict.code, ""))
            if smallest is not None and math.isfinite(smallest):
                # Rounded up, so that the figure named is one that works.
                least = percent(math.ceil(float(smallest) * 1000) / 1000)
                code = "balance-impossible-under" if under else "balance-impossible-least"
                clashes.append(clash(code, values | under | {"least": least}))
            else:
                clashes.append(clash("balance-impossible", values))
    return unique(clashes) or [clash("balance-impossible", values)]


def _unserved(
    answer: Partition,
    conflict: Conflict,
    district: District,
    scenario: Scenario,
    values: dict[str, Any],
) -> Problem:
    """Say that no whole numbers of centers serve the grids: by the totals, by the sites, or not."""
    band = {"center_lower": scenario.center_lower, "center_upper": scenario.center_upper}
    values = values | band | ended(answer.ended)
    if answer.status != "infeasible":
        return Problem("grids-unserved-not-found", values)
    least = conflict.values.get("tolerance_at_least")
    if least is not None and least > scenario.grid_tolerance:
        values["least"] = percent(math.ceil(float(least) * 1000 - 1e-6) / 1000)
        return clash("grids-unserved-least", values)
    # Among generated sites only: others might do.
    return Problem("grids-unserved", values, proven=bool(len(district.candidates)))
