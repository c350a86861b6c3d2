"""The scenario of a district that brings none: what fits its residents, hospitals and centers.

1. Grids: one for every :data:`GRID_RESIDENTS` residents, at least two, as the national trial asks
   of a city, and no more than there are hospitals that may lead; a county is one.
2. Boundaries are worth something from the start, and communities are cut only where that spares
   much travel.
3. The band of residents a center serves is the usual one where so many residents, in so many
   grids, can keep it; else it begins lower. What existing centers or candidates forbid is left to
   be told: that is no matter of size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gridplan.district.district import District
from gridplan.planning.scenario.file import Tell, default_scenario, has_scenario
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.place import area_of

DERIVED: Mapping[str, str] = MappingProxyType(
    {"name_zh": "按规模推定的默认方案", "name_en": "Defaults derived from the district"}
)
"""What a derived scenario is called."""

GRID_RESIDENTS = 500_000
"""Residents of a usual grid: Guangming has 1.1 million in two, Zhangdian 0.85 million in two."""

METRES_OF_ALL = 0.02
"""Metres of travel of all residents together that a metre of boundary is worth."""

SPLIT_METRES = 1_000.0
"""Metres of travel of the residents of a mean community that cutting it once is worth."""

SLACK = 0.5
"""Share of the mean load at which the band begins where the usual one cannot be kept."""


def scenario_of(district: District, *, tell: Tell | None = None) -> Scenario:
    """
    Give the scenario a district is planned by where nobody names one.

    Parameters
    ----------
    district
        As :func:`gridplan.read_district` gives it.
    tell
        As for :func:`gridplan.planning.scenario.file.read_scenario`.

    Returns
    -------
    Scenario
        ``scenario.toml`` of its folder, else :func:`derived_scenario`.

    Raises
    ------
    InputError
        As :func:`gridplan.planning.scenario.file.read_scenario`.
    """
    folder = district.folder
    if folder is not None and has_scenario(folder):
        return default_scenario(folder, tell=tell)
    return derived_scenario(district)


def derived_scenario(district: District) -> Scenario:
    """
    Derive a scenario from what a district is.

    Parameters
    ----------
    district
        With units; all else may be empty.

    Returns
    -------
    Scenario
        The general defaults but for what its size, its hospitals and its centers ask for.
    """
    grids = _grids(district)
    values: dict[str, Any] = {
        **DERIVED,
        "grids": grids,
        **_boundaries(district, grids),
        **_band(district.population, max(grids, 1)),
    }
    if area_of(district.code) == "county":
        values["regional_max"] = 0
    elif len(district.subdistricts):
        usual = Scenario().regional_max
        values["regional_max"] = max(usual, math.ceil(grids / len(district.subdistricts)))
    return Scenario(**values)


def _grids(district: District) -> int:
    hospitals = district.hospitals
    able = hospitals[hospitals["eligible"].astype(bool)] if len(hospitals) else hospitals
    if able.empty:  # that is what is told, not a plan of centers alone
        return Scenario().grids
    if area_of(district.code) == "county":
        return min(1, len(able))
    wanted = max(2, round(district.population / GRID_RESIDENTS))
    return min(wanted, int(able["unit"].nunique()))


def usual_compactness(district: District) -> float:
    """Give the person-metres of travel that a metre of boundary is worth where nobody says."""
    return _rounded(district.population * METRES_OF_ALL)


def _boundaries(district: District, grids: int) -> dict[str, Any]:
    if grids < 2:
        return {}
    people = district.population
    price = usual_compactness(district)
    community = district.units["community"]
    if community.isna().any() or community.nunique() < 2 * grids:
        return {"grid_compactness": price}
    return {
        "grid_compactness": price,
        "grid_grain": "community",
        "grid_split_price": _rounded(people / community.nunique() * SPLIT_METRES),
    }


def _band(people: float, grids: int) -> dict[str, Any]:
    """Lower the band until each grid has room for a center and a whole number of them fits."""
    lower, upper = Scenario().center_lower, Scenario().center_upper
    least = max(grids, math.ceil(people / upper))
    if least * lower <= people:
        return {}
    return {"center_lower": int(SLACK * people / least // 100 * 100)}


def _rounded(value: float) -> float:
    """Round to one figure: a price is a choice, not a measurement."""
    if value <= 0:
        return 0.0
    return float(round(value, -math.floor(math.log10(value))))
