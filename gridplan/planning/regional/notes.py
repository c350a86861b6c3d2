"""Notes on 1+N: where the choice of regional centers departs from what was asked for."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.scenario import Scenario

# Of the residents under two regional centers of a street: more than this is told.
UNEVEN = 2.0


def regional_wanted(district: District, scenario: Scenario) -> pd.Series:
    """
    Count the regional centers that the residents of each street ask for.

    Returns
    -------
    wanted
        Index ``subdistrict``: one for every ``regional_subdistrict_population`` residents, and one
        more where the planner adds it (``regional_added``), within ``regional_min`` and
        ``regional_max``.
    """
    people = district.units.groupby("subdistrict")["population"].sum()
    each = people // scenario.regional_subdistrict_population
    wanted = each.clip(scenario.regional_min, scenario.regional_max).astype(int)
    more = wanted.index.isin([street for street, _ in scenario.regional_added])
    return (wanted + more).clip(upper=scenario.regional_max)


def check_added(district: District, scenario: Scenario) -> None:
    """
    Check the band of the regional centers, and those that the planner adds for a reason.

    Raises
    ------
    InputError
        If the band is upside down; for each street that is not there, has no reason, or has as many
        as it may without.
    """
    lower, upper = scenario.regional_lower, scenario.regional_upper
    least = scenario.center_lower if lower is None else lower
    most = scenario.center_upper if upper is None else upper
    if least > most:
        told = {"lower_key": "regional_lower", "lower": least}
        raise InputError(
            [Problem("scenario-order", told | {"upper_key": "regional_upper", "upper": most})]
        )
    if not scenario.regional_added:
        return
    names = [str(name) for name in district.subdistricts.index]
    free = regional_wanted(district, dataclasses.replace(scenario, regional_added=()))
    problems = []
    for street, reason in scenario.regional_added:
        values: dict[str, object] = {"subdistrict": street, "most": scenario.regional_max}
        if street not in names:
            near = nearest_word(street, names or ["-"])
            problems.append(Problem("added-unknown", values | {"near": near}))
        elif not reason.strip():
            problems.append(Problem("added-without-reason", values))
        elif free.get(street, 0) >= scenario.regional_max:
            problems.append(Problem("added-is-there", values))
    if problems:
        raise InputError(problems)


def regional_notes(
    district: District, scenario: Scenario, sites: gpd.GeoDataFrame, manager: pd.Series
) -> tuple[Problem, ...]:
    """
    Report where 1+N departs from what was asked for.

    Parameters
    ----------
    district, scenario
        What is planned and what was asked.
    sites
        Index ``center``: ``subdistrict`` and ``population``.
    manager
        Index ``center``: the regional center that manages it, its own id if it is one.

    Returns
    -------
    notes
        Streets without a center; streets with another number of regional centers than their
        residents ask for; regional centers alone; streets whose regional centers manage more than
        2 to 1; centers managed from another street.
    """
    people = district.units.groupby("subdistrict")["population"].sum()
    bare = [name for name in people.index[people > 0] if name not in set(sites["subdistrict"])]
    street = sites["subdistrict"]
    notes = [Problem("street-without-center", _named(district, "subdistrict", n)) for n in bare]
    notes += _number_notes(district, scenario, street, manager)
    notes += _load_notes(district, sites, manager)
    notes += [
        Problem(
            "managed-from-other-street",
            {
                "center": center,
                "regional": manager[center],
                **_named(district, "subdistrict", street[center]),
                **_named(district, "regional_subdistrict", street[manager[center]]),
            },
        )
        for center in manager.index[manager.map(street) != street]
    ]
    return tuple(notes)


def _number_notes(
    district: District, scenario: Scenario, street: pd.Series, manager: pd.Series
) -> list[Problem]:
    """Report streets whose residents ask for another number of regional centers."""
    wanted = regional_wanted(district, scenario)
    people = district.units.groupby("subdistrict")["population"].sum()
    regional = street[manager == manager.index].value_counts()
    notes = []
    for name, centers in street.value_counts(sort=False).sort_index().items():
        asked, have = int(wanted.get(name, scenario.regional_min)), int(regional.get(name, 0))
        if asked == have:
            continue
        values = {
            **_named(district, "subdistrict", name),
            "residents": round(float(people.get(name, 0))),
            "asked": asked,
            "regional": have,
            "centers": int(centers),
        }
        # With so few centers a further regional one would have none under it.
        few = have < asked and have >= max(centers // 2, 1)
        notes.append(Problem("regional-few-centers" if few else "regional-other-number", values))
    return notes


def _load_notes(district: District, sites: pd.DataFrame, manager: pd.Series) -> list[Problem]:
    """Report regional centers that stand alone, and streets where they manage unevenly."""
    street = sites["subdistrict"]
    size = manager.value_counts()
    under = sites["population"].groupby(manager).sum()
    crowded = street.map(street.value_counts()) > 1
    notes = [
        Problem("regional-alone", {"center": center, **_named(district, "subdistrict", name)})
        for center, name in street[crowded].items()
        if manager[center] == center and size[center] == 1
    ]
    for name, loads in under.groupby(street.reindex(under.index)):
        if len(loads) > 1 and loads.max() > UNEVEN * loads.min():
            values = {"most": round(float(loads.max())), "fewest": round(float(loads.min()))}
            named = _named(district, "subdistrict", name)
            notes.append(Problem("regional-uneven", named | values))
    return notes


def _named(district: District, key: str, name: str) -> dict[str, str]:
    layer = district.subdistricts
    english = layer["name_en"].dropna().to_dict() if "name_en" in layer else {}
    return {key: name, f"{key}_en": english.get(name, name)}
