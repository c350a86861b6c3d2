"""Why there is no plan: the demands that clash, with their numbers and what would mend it.

Cheap arithmetic comes first, in the planner's own terms; what only the engine could find is
translated from its indices into names.
"""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.partition import Conflict, Partition
from gridplan.optimise.siting.result import Siting
from gridplan.planning.scenario import Scenario
from gridplan.text import say


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
        return [_clash("no-eligible-lead", {"hospitals": len(district.hospitals)})]
    if len(eligible) < wanted:
        values = {"grids": wanted, "eligible": len(eligible), "names": list(eligible["name"])}
        clashes.append(_clash("too-few-leads", values))
    barred = [name for name in scenario.grid_leads if name not in eligible.index]
    if barred:
        names = list(district.hospitals.loc[barred, "name"])
        clashes.append(_clash("lead-not-eligible", {"names": names}))
    if len(scenario.grid_leads) > wanted:
        values = {"leads": len(scenario.grid_leads), "grids": wanted}
        clashes.append(_clash("too-many-leads", values))
    if scenario.grid_grain != "unit" and not scenario.grid_split_price:
        clashes += _large_parents(district, scenario)
    return clashes


def _large_parents(district: District, scenario: Scenario) -> list[Problem]:
    people = district.units["population"].groupby(district.units[scenario.grid_grain]).sum()
    upper = (1 + scenario.grid_tolerance) * district.population / scenario.grids
    return [
        _clash(
            "parent-too-large",
            {
                "grain": scenario.grid_grain,
                "parent": name,
                "residents": round(float(residents)),
                "upper": math.floor(upper),
                "tolerance_percent": _percent(scenario.grid_tolerance),
            },
        )
        for name, residents in people.items()
        if residents > upper
    ]


def _ended(code: str) -> dict[str, str]:
    """Say why a run ended, in both languages."""
    key = f"outputs.ended-by-{code}"
    return {"ended_by": say(key, "zh"), "ended_by_en": say(key, "en")}


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
        "grain": scenario.grid_grain,
        "tolerance_percent": _percent(scenario.grid_tolerance),
        "lower": math.ceil(mean * (1 - scenario.grid_tolerance)),
        "upper": math.floor(mean * (1 + scenario.grid_tolerance)),
    }
    unserved = [conflict for conflict in answer.conflicts if conflict.code.startswith("sites-")]
    if unserved:
        return [_unserved(answer, unserved[0], district, scenario, values)]
    if answer.status != "infeasible":
        return [Problem("grids-not-found", values | _ended(answer.ended))]
    clashes = []
    for conflict in answer.conflicts:
        found = conflict.values
        if conflict.code == "centers-together":
            names = [str(eligible["name"].iloc[c]) for c in found["columns"]]
            clashes.append(_clash("leads-together", values | {"names": names}))
        elif conflict.code == "piece-without-center":
            clashes.append(_clash("piece-without-lead", values | _figures(found, "units")))
        elif conflict.code == "parent-too-large":
            continue  # told before the run, with the parent's name
        else:
            smallest = found.get(_LEAST.get(conflict.code, ""))
            if smallest is not None and math.isfinite(smallest):
                # Rounded up, so that the figure named is one that works.
                least = math.ceil(float(smallest) * 1000) / 10
                clashes.append(_clash("balance-impossible-least", values | {"least": least}))
            else:
                clashes.append(_clash("balance-impossible", values))
    return _unique(clashes) or [_clash("balance-impossible", values)]


def _unserved(
    answer: Partition,
    conflict: Conflict,
    district: District,
    scenario: Scenario,
    values: dict[str, Any],
) -> Problem:
    """Say that no whole numbers of centers serve the grids: by the totals, by the sites, or not."""
    band = {"center_lower": scenario.center_lower, "center_upper": scenario.center_upper}
    values = values | band | _ended(answer.ended)
    if answer.status != "infeasible":
        return Problem("grids-unserved-not-found", values)
    least = conflict.values.get("tolerance_at_least")
    if least is not None and least > scenario.grid_tolerance:
        values["least"] = math.ceil(float(least) * 1000 - 1e-6) / 10
        return _clash("grids-unserved-least", values)
    # Among generated sites only: others might do.
    return Problem("grids-unserved", values, proven=bool(len(district.candidates)))


def center_clashes(
    district: District,
    scenario: Scenario,
    sites: gpd.GeoDataFrame,
    number: int,
    grid: pd.Series | None,
) -> list[Problem]:
    """
    Compare the number of centers, the band and the streets with the residents there are.

    Parameters
    ----------
    district, scenario
        What is asked of what.
    sites
        Possible sites with ``status``, ``subdistrict``, ``grid`` and the band of each.
    number
        Centers to open.
    grid
        Grid of each unit, or None.

    Returns
    -------
    clashes
        Empty where nothing clashes on the face of it.
    """
    people = district.population
    lower, upper = scenario.center_lower, scenario.center_upper
    clashes = []
    kept = int((sites["status"] == "existing").sum())
    values = {
        "centers": number,
        "residents": round(people),
        "lower": lower,
        "upper": upper,
        "fewest": math.ceil(people / upper),
        "most": math.floor(people / lower) if lower else len(sites),
        "each": math.floor(people / number),
        "need": number * lower,
        "room": number * upper,
    }
    least_loads = float(sites["capacity_lower"].nsmallest(number).sum())
    if least_loads > people:
        clashes.append(_clash("too-many-centers", values))
    if float(sites["capacity_upper"].nlargest(number).sum()) < people:
        clashes.append(_clash("too-few-centers", values))
    if kept > number:
        clashes.append(_clash("kept-exceed-number", {"kept": kept, "centers": number}))
    if len(sites) < number:
        clashes.append(_clash("too-few-sites", {"sites": len(sites), "centers": number}))
    if scenario.regional_max and scenario.regional_population_min:
        clashes += _small_streets(district, scenario)
    if grid is not None and not clashes:
        clashes += _small_grids(district, scenario, grid)
    return clashes


def _small_streets(district: District, scenario: Scenario) -> list[Problem]:
    people = district.units.groupby("subdistrict")["population"].sum()
    need = scenario.regional_min * scenario.regional_population_min
    return [
        Problem(
            "street-too-small",
            {
                "subdistrict": name,
                "residents": round(float(residents)),
                "regional_min": scenario.regional_min,
                "regional_population_min": scenario.regional_population_min,
                "need": need,
            },
        )
        for name, residents in people.items()
        if 0 < residents < need
    ]


def _small_grids(district: District, scenario: Scenario, grid: pd.Series) -> list[Problem]:
    """Find grids whose residents no whole number of centers can serve within the band."""
    lower, upper = scenario.center_lower, scenario.center_upper
    people = district.units["population"].groupby(grid).sum()
    return [
        Problem(
            "grid-outside-band",
            {"grid": name, "residents": round(float(n)), "lower": lower, "upper": upper},
        )
        for name, n in people.items()
        if lower and math.ceil(n / upper) > math.floor(n / lower)
    ]


def center_conflicts(
    answer: Siting,
    district: District,
    scenario: Scenario,
    sites: gpd.GeoDataFrame,
    number: int,
    *,
    whole: bool,
) -> list[Problem]:
    """
    Say in the planner's terms why the engine placed no centers.

    Parameters
    ----------
    answer
        The engine's, with its conflicts.
    district, scenario, sites, number
        What it was asked about.
    whole
        Whether that was the whole question: no cut into grids, and every way to every site. Else
        another cut, or a longer way, might do, and nothing is proven.

    Returns
    -------
    clashes
        At least one.
    """
    values: dict[str, Any] = {
        "centers": number,
        "sites": len(sites),
        "residents": round(district.population),
        "lower": scenario.center_lower,
        "upper": scenario.center_upper,
    }
    proven = answer.status == "infeasible"
    if not proven:
        return [Problem("centers-not-found", values | _ended(answer.ended_by))]
    streets = pd.factorize(sites["subdistrict"], sort=True, use_na_sentinel=False)[1]
    clashes = []
    for conflict in answer.conflicts:
        if conflict.code == "unproven":
            continue  # what would help is not known; that there is none, is
        found = _figures(conflict.values, "have", "need", "relax")
        where: dict[str, Any] = {"have": "?", "need": "?", "relax": "?", "place": ""}
        if "group" in conflict.values:
            where["place"] = str(streets[int(conflict.values["group"])])
        if "site" in conflict.values:
            where["place"] = str(sites.index[int(conflict.values["site"])])
        if "unit" in conflict.values:
            where["place"] = str(district.units.index[int(conflict.values["unit"])])
        clashes.append(Problem(f"siting-{conflict.code}", values | where | found, proven=whole))
    code = "centers-impossible" if whole else "centers-impossible-here"
    return _unique(clashes) or [Problem(code, values, proven=whole)]


def regional_conflicts(
    answer: Siting, district: District, scenario: Scenario, sites: gpd.GeoDataFrame
) -> list[Problem]:
    """
    Say in the planner's terms why there is no 1+N choice.

    Parameters
    ----------
    answer
        The engine's.
    district, scenario, sites
        What it was asked about.

    Returns
    -------
    clashes
        At least one.
    """
    del answer
    if scenario.regional_population_min:
        people = sites.groupby("subdistrict")["population"].sum()
        need = scenario.regional_min * scenario.regional_population_min
        short = [
            Problem(
                "regional-population",
                {"subdistrict": name, "regional_population_min": scenario.regional_population_min},
            )
            for name, n in people.items()
            if n < need
        ]
        if short:
            return short
    values = {
        "regional_min": scenario.regional_min,
        "regional_max": scenario.regional_max,
        "grids": scenario.grids,
        "streets": len(district.subdistricts),
    }
    return [Problem("regional-impossible", values)]


def _clash(code: str, values: dict[str, Any]) -> Problem:
    """Name a clash that is proven: while these demands stand no plan can be."""
    return Problem(code, values, proven=True)


def _figures(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: round(float(found[name])) if np.isscalar(found[name]) else list(found[name])
        for name in names
        if name in found and found[name] is not None
    }


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _unique(clashes: list[Problem]) -> list[Problem]:
    """Drop what would be said twice, keeping the order."""
    seen: list[Problem] = []
    for clash in clashes:
        if clash not in seen:
            seen.append(clash)
    return seen
