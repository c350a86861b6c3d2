"""How the band of the centers is read in a district, and whether streets keep to their own."""

from __future__ import annotations

from typing import Literal

from gridplan.district.district import District
from gridplan.planning.scenario.scenario import Scenario

Reading = Literal["center", "street", "district", "none"]


def keeps_to_own(district: District, scenario: Scenario) -> bool:
    """
    Whether residents belong to a center of their own street or town.

    By ``center_within``; where that is ``auto``, they do in a county: where there are village
    stations, which a town's center manages (镇村一体化).
    """
    if scenario.center_within == "auto":
        return bool(len(district.stations)) and not district.subdistricts.empty
    return scenario.center_within == "subdistrict"


def reading_of(district: District, scenario: Scenario) -> Reading:
    """
    Give the reading of the band: by ``band_reading``, or as the district suggests.

    Parameters
    ----------
    district, scenario
        What is planned.

    Returns
    -------
    reading
        ``center``: each center keeps the band. ``street``, ``district``: a density, kept by the
        mean of each street or of the district, a center's own breach being priced. ``none``: no
        band binds, as by default in a county, where a town's residents are its center's however
        many they are. A street's mean is the district's where no streets are known.
    """
    if scenario.band_reading == "auto":
        county = scenario.center_within == "auto" and keeps_to_own(district, scenario)
        return "none" if county else "center"
    if scenario.band_reading == "street" and district.subdistricts.empty:
        return "district"
    return scenario.band_reading  # type: ignore[return-value]  # one of the words of the key
