"""Where 1+N departs from what was asked for, told anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from gridplan.audit.derived.ways.walks import Keys
from gridplan.district.district import District
from gridplan.errors import Problem

UNEVEN = 2.0
"""Residents under one regional center in those under another of its street that are told."""


@dataclass(frozen=True, eq=False)
class OneN:
    """
    The 1+N of a plan.

    Parameters
    ----------
    district, scenario
        What was planned, and what was asked for.
    centers
        With ``subdistrict`` and ``population``.
    manager
        Regional center of each center.
    """

    district: District
    scenario: Keys
    centers: gpd.GeoDataFrame
    manager: Mapping[str, str]

    def notes(self) -> Iterator[Problem]:
        """Tell of streets without a center, odd numbers, lone and uneven ones, and neighbours'."""
        street = self.centers["subdistrict"].to_dict()
        residents = self._residents()
        for name in sorted(residents):
            if residents[name] > 0 and name not in street.values():
                yield Problem("street-without-center", self._named("subdistrict", name))
        yield from self._numbers(street, residents)
        yield from self._loads(street)
        for key, own in street.items():
            above = self.manager[key]
            if street[above] != own:
                values = {"center": key, "regional": above, **self._named("subdistrict", own)}
                yield Problem(
                    "managed-from-other-street",
                    {**values, **self._named("regional_subdistrict", street[above])},
                )

    def _residents(self) -> dict[str, float]:
        found: dict[str, float] = {}
        people = self.district.units["population"].to_numpy(dtype=float)
        for name, persons in zip(self.district.units["subdistrict"], people, strict=True):
            if isinstance(name, str):
                found[name] = found.get(name, 0.0) + float(persons)
        return found

    def _numbers(
        self, street: Mapping[str, str], residents: Mapping[str, float]
    ) -> Iterator[Problem]:
        """Tell of streets whose residents ask for another number of regional centers."""
        scenario = self.scenario
        centers = Counter(name for name in street.values() if isinstance(name, str))
        regional = Counter(street[key] for key, above in self.manager.items() if key == above)
        for name in sorted(centers):
            asked = scenario.regional_min
            if name in residents:
                each = residents[name] // scenario.regional_subdistrict_population
                asked = int(np.clip(each, scenario.regional_min, scenario.regional_max))
                more = name in dict(scenario.regional_added)
                asked = min(asked + more, int(scenario.regional_max))
            have = regional[name]
            if asked == have:
                continue
            few = max(centers[name] // 2, 1) <= have < asked
            values = {
                **self._named("subdistrict", name),
                "residents": round(residents.get(name, 0.0)),
                "asked": asked,
                "regional": have,
                "centers": centers[name],
            }
            yield Problem("regional-few-centers" if few else "regional-other-number", values)

    def _loads(self, street: Mapping[str, str]) -> Iterator[Problem]:
        """Tell of regional centers alone, and of streets where they manage unevenly."""
        centers = Counter(street.values())
        under: dict[str, float] = {}
        for key, above in self.manager.items():
            under[above] = under.get(above, 0.0) + float(self.centers["population"][key])
        size = Counter(self.manager.values())
        for key, name in street.items():
            if self.manager[key] == key and size[key] == 1 and centers[name] > 1:
                yield Problem("regional-alone", {"center": key, **self._named("subdistrict", name)})
        for name in sorted({name for name in street.values() if isinstance(name, str)}):
            loads = [load for key, load in under.items() if street[key] == name]
            if len(loads) > 1 and max(loads) > UNEVEN * min(loads):
                values = {"most": round(max(loads)), "fewest": round(min(loads))}
                yield Problem("regional-uneven", self._named("subdistrict", name) | values)

    def _named(self, key: str, name: str) -> dict[str, str]:
        layer = self.district.subdistricts
        english = layer["name_en"].dropna().to_dict() if "name_en" in layer else {}
        return {key: name, f"{key}_en": english.get(name, name)}
