"""Where new centers may stand: inside and outside the streets, communities and units named."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.scenario import Scenario


def may_stand(district: District, scenario: Scenario) -> np.ndarray:
    """
    Mark the units where a new center may stand.

    Parameters
    ----------
    district, scenario
        ``candidates_inside`` and ``candidates_outside``: names of streets or communities, or ids of
        units. All but what lies outside where nothing is named.

    Returns
    -------
    mask
        ``(n,)``.
    """
    inside, outside = scenario.candidates_inside, scenario.candidates_outside
    named = _within(district, inside) if inside else np.ones(len(district.units), dtype=bool)
    return np.asarray(named & ~_within(district, outside))


def _within(district: District, names: tuple[str, ...]) -> np.ndarray:
    units = district.units
    found = units.index.isin(names)
    for level in ("community", "subdistrict"):
        found |= units[level].isin(names).to_numpy()
    return np.asarray(found)


def unknown_areas(district: District, scenario: Scenario) -> Iterator[Problem]:
    """Tell the areas that are named and that the district does not have."""
    units = district.units
    known = {str(name) for name in units.index}
    for level in ("community", "subdistrict"):
        known |= {str(name) for name in units[level].dropna().unique()}
    for key in ("candidates_inside", "candidates_outside"):
        for name in getattr(scenario, key):
            if name not in known:
                near = nearest_word(name, sorted(known))
                yield Problem("area-unknown", {"key": key, "area": name, "near": near})
