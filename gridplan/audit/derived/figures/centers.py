"""Figures of centers: loads, 1+N, hosts, staff and work."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from gridplan.audit.derived.figures.facts import (
    Facts,
    Given,
    Values,
    Walk,
    counted,
    figure,
    percent,
    said,
)
from gridplan.audit.derived.figures.hospitals import GENERAL
from gridplan.errors import Problem

STREETS = ("subdistricts",)


@figure("center", reads=("units.population",))
def residents_of_center(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Residents of each center that is no station."""
    return {key: facts.load[key] for key in _full(facts)}


@figure("district", reads=("units.population",))
def residents_per_center(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Residents of the district for each center."""
    count = len(_full(facts))
    return facts.whole(facts.residents / count if count else None)


@figure("district")
def centers(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Centers of the district."""
    return facts.whole(float(len(_full(facts))) or None)


def _full(facts: Facts) -> list[str]:
    """Name the centers that are no stations."""
    kinds = facts.centers["class"].to_dict()
    return [key for key in facts.load if kinds[key] != "station"]


def _manager(facts: Facts) -> dict[str, str]:
    """Regional center of each center; empty where no 1+N was planned."""
    return {
        str(key): str(above)
        for key, above in facts.centers.get("regional_center", pd.Series(dtype=object)).items()
        if not pd.isna(above)
    }


def _regional(facts: Facts) -> list[str]:
    return [key for key, above in _manager(facts).items() if key == above]


def _regional_of(facts: Facts) -> dict[str, int]:
    """Regional centers of each street."""
    places = [facts.centers["subdistrict"][key] for key in _regional(facts)]
    return {street: places.count(street) for street in facts.streets}


def _added(facts: Facts, street: str) -> list[Problem]:
    """Quote why the planner adds a regional center to a street."""
    told = [reason for name, reason in facts.scenario.regional_added if name == street]
    return [Problem("regional-added", {"reason": reason}) for reason in told]


@figure("subdistrict", needs=STREETS, tells=_added)
def regional_centers(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Regional centers of each street."""
    if not _manager(facts):
        return dict.fromkeys(facts.streets)
    return {street: float(count) for street, count in _regional_of(facts).items()}


@figure("district", needs=STREETS)
def centers_under_one_regional(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of centers under one regional center of their grid."""
    manager, regional = _manager(facts), set(_regional(facts))
    if not manager:
        return facts.whole(None)
    grid = facts.centers["grid"]
    good = [
        key
        for key, above in manager.items()
        if above in regional and (not facts.grids or grid[above] == grid[key])
    ]
    return facts.whole(100.0 * len(good) / len(facts.load))


@figure("district", needs=STREETS)
def centers_managed_in_street(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of centers managed from their own street."""
    manager, street = _manager(facts), facts.centers["subdistrict"]
    if not manager:
        return facts.whole(None)
    good = [key for key, above in manager.items() if street.get(above) == street[key]]
    return facts.whole(100.0 * len(good) / len(facts.load))


@figure("subdistrict", needs=STREETS, reads=("units.population",))
def residents_per_regional_center(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Residents of each street for each of its regional centers."""
    if not _manager(facts):
        return dict.fromkeys(facts.streets)
    count = _regional_of(facts)
    return {
        street: residents / count[street] if count[street] else None
        for street, residents in facts.of_street.items()
    }


@figure("subdistrict", needs=STREETS, reads=("units.population",))
def residents_of_regional_street(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Residents of each street that has a regional center."""
    if not _manager(facts):
        return dict.fromkeys(facts.streets)
    count = _regional_of(facts)
    return {s: residents if count[s] else None for s, residents in facts.of_street.items()}


@figure("center", needs=STREETS, reads=("units.population",))
def residents_managed(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Residents of each regional center with the centers it manages."""
    manager = _manager(facts)
    return {
        own: sum(facts.load[key] for key, above in manager.items() if above == own)
        for own in _regional(facts)
    }


def _hosts(facts: Facts) -> dict[str, object]:
    """Host of each center of today, by its id where it is named."""
    names = {str(name): key for key, name in facts.hospitals["name"].items()}
    today = facts.today
    return {
        str(key): None if host is None else names.get(str(host), host)
        for key, host in zip(today.index, said(today, "host"), strict=True)
    }


@figure("grid", needs=("centers.host",))
def centers_hosted_by_district(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of each grid's centers of today run by a general hospital of the district's own."""
    host, hospitals = _hosts(facts), facts.hospitals
    fit = {
        key
        for key, owner, kind in zip(
            hospitals.index, hospitals["ownership"], hospitals["kind"], strict=True
        )
        if owner == "district" and kind in GENERAL
    }
    found: Values = {}
    for group in facts.layout.groups:
        here = [who for key, who in host.items() if facts.centers["grid"][key] == group.grid]
        unknown = not here or None in here
        found[group.grid] = None if unknown else 100.0 * sum(w in fit for w in here) / len(here)
    return found


@figure("district", needs=("centers.host",))
def centers_run_by_municipal(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Centers of today that a municipal hospital runs."""
    host = list(_hosts(facts).values())
    if not host or None in host:
        return facts.whole(None)
    owner = facts.hospitals["ownership"]
    return facts.whole(float(sum(key in owner and owner[key] == "municipal" for key in host)))


def _told(column: str) -> Callable[[Facts, Given, Walk], Values]:
    def count(facts: Facts, _given: Given, _walk: Walk) -> Values:
        rows = zip(facts.today.index, counted(facts.today, column), strict=True)
        return {str(key): None if np.isnan(entry) else float(entry) for key, entry in rows}

    return count


for _name, _column in (
    ("floor_area", "floor_area"),
    ("gps_of_center", "gps"),
    ("nurses_of_center", "nurses"),
    ("observation_beds", "observation_beds"),
    ("inpatient_beds", "inpatient_beds"),
    ("diseases_of_center", "diseases"),
    ("daily_visits", "daily_visits"),
):
    figure("center", name=_name, needs=(f"centers.{_column}",))(_told(_column))


@figure("center", needs=("centers.daily_visits",))
def grade_by_visits(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Grade of each center of today: 1, and one more for every limit its visits stay below."""
    rows = zip(facts.today.index, counted(facts.today, "daily_visits"), strict=True)
    return {
        str(key): None if np.isnan(visits) else 1.0 + sum(visits < limit for limit in given)
        for key, visits in rows
    }


def _sum(facts: Facts, column: str) -> float | None:
    total = counted(facts.today, column).sum() if len(facts.today) else np.nan
    return None if np.isnan(total) else float(total)


def _rate(column: str) -> Callable[[Facts, Given, Walk], Values]:
    def count(facts: Facts, _given: Given, _walk: Walk) -> Values:
        total = _sum(facts, column)
        return facts.whole(None if total is None else total / (facts.residents / 10_000))

    return count


figure("district", name="gps_per_10000", needs=("centers.gps",))(_rate("gps"))
figure(
    "district", name="public_health_doctors_per_10000", needs=("centers.public_health_doctors",)
)(_rate("public_health_doctors"))


@figure("district", needs=("centers.gps", "centers.nurses"))
def nurses_per_gp(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Nurses for each general practitioner."""
    gps, nurses = _sum(facts, "gps"), _sum(facts, "nurses")
    return facts.whole(nurses / gps if gps and nurses is not None else None)


@figure("district", needs=("centers.gps", "centers.public_health_doctors"))
def regional_centers_staffed(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of regional centers of today with doctors of both kinds."""
    regional = set(_regional(facts))
    here = facts.today[[key in regional for key in facts.today.index]]
    doctors = np.array([counted(here, "gps"), counted(here, "public_health_doctors")])
    if not len(here) or np.isnan(doctors).any():
        return facts.whole(None)
    return facts.whole(percent(float((doctors.min(axis=0) >= 1).sum()), float(len(here))))


@figure("district", needs=("centers.feature_departments",))
def centers_with_feature(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of the centers of today with a feature department."""
    count = counted(facts.today, "feature_departments")
    if not len(count) or np.isnan(count).any():
        return facts.whole(None)
    return facts.whole(100.0 * float((count >= 1).sum()) / len(count))


@figure("center", needs=("units.population_65", "units.managed_patients"))
def service_share(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Percent of the district's service target that falls to each center."""
    units, keys = facts.district.units, list(facts.load)
    parts = [counted(units, key) for key in ("population", "population_65", "managed_patients")]
    total = sum(given)
    if total <= 0 or any(np.isnan(part).any() or part.sum() <= 0 for part in parts):
        return dict.fromkeys(keys)
    share = sum(weight * part / part.sum() for weight, part in zip(given, parts, strict=True))
    found = dict.fromkeys(keys, 0.0)
    for center, own in zip(facts.labels("center"), np.asarray(share), strict=True):
        if center in found:
            found[center] += 100.0 * own / total
    return dict(found)


@figure("center", reads=("units.population",))
def teams_of_center(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Family-doctor teams of each center, one for so many residents or a part of them."""
    (norm,) = given
    if norm <= 0:
        return dict.fromkeys(facts.load)
    return {key: float(-(-(load - 1e-9 * norm) // norm)) for key, load in facts.load.items()}
