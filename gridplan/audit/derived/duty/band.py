"""How the band of the centers is read, and to whose center a resident belongs, read anew."""

from __future__ import annotations

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
