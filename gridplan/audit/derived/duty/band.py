"""How the band of the centers is read, and to whose center a resident belongs, read anew."""

from __future__ import annotations

import math

import pandas as pd

from gridplan.audit.derived.ways.walks import Keys
from gridplan.district.district import District


def own_town(district: District, scenario: Keys) -> bool:
    """Whether residents belong to a center of their own street or town."""
    told = scenario.center_within
    county = len(district.stations) > 0 and len(district.subdistricts) > 0
    return bool(told == "subdistrict" or (told == "auto" and county))


def band_reading(district: District, scenario: Keys) -> str:
    """Tell how the band is read: ``center``, ``street``, ``district`` or ``none``."""
    told = str(scenario.band_reading)
    if told == "auto":
        county = scenario.center_within == "auto" and own_town(district, scenario)
        return "none" if county else "center"
    return "district" if told == "street" and not len(district.subdistricts) else told


def band_of(scenario: Keys, kind: object) -> tuple[int, int]:
    """Give the band of a center that is of some class today: regional ones may have their own."""
    lower, upper = scenario.center_lower, scenario.center_upper
    if kind == "regional":
        lower = lower if scenario.regional_lower is None else scenario.regional_lower
        upper = upper if scenario.regional_upper is None else scenario.regional_upper
    return int(lower), int(upper)


def strict_band(
    district: District, scenario: Keys, center: object, row: pd.Series
) -> tuple[float, float]:
    """
    Give the least and the most residents of a center, were each to keep the band.

    No more than the house holds, and no least for one that holds less than it; an exempt center
    from nobody to all it holds; in an exempt unit at least all who live there.

    Parameters
    ----------
    district, scenario
        Residents, classes of today; band and exemptions.
    center, row
        Id of the center, and its ``status``, ``unit``, ``capacity``, ``capacity_max``.
    """
    people = district.units["population"]
    given = [row.get("capacity_max"), row["capacity"]]
    told = [float(room) for room in given if room is not None and not math.isnan(room)]
    holds = told[0] if told else math.inf
    existing = row["status"] == "existing"
    kind = district.centers["class"].get(center) if existing else None
    low, high = band_of(scenario, kind)
    least, most = (0.0 if holds < low else float(low)), min(float(high), holds)
    if center in scenario.band_exempt and existing:
        least, most = 0.0, min(holds, float(people.sum()))
    if row["unit"] in scenario.band_exempt:
        most = max(most, min(holds, float(people[row["unit"]])))
    return least, most
