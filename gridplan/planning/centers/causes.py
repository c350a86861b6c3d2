"""Why there are no centers: the number, the bands, the sites and the streets against the residents.

Cheap arithmetic comes first, in the planner's own terms and the true cause before what follows from
it; what only the engine could find is told last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from gridplan.district.district import District
from gridplan.errors import SHOWN, Problem, Reason
from gridplan.optimise.siting.answer.result import Siting
from gridplan.planning.centers.arrays import CenterArrays
from gridplan.planning.centers.band import mean_numbers
from gridplan.planning.centers.candidates import kept_sites
from gridplan.planning.centers.question import CenterQuestion
from gridplan.planning.duty.reading import reading_of
from gridplan.planning.premises.budget import budget_clashes, check_costs
from gridplan.planning.refusal.cause import clash, ended
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station


def center_clashes(district: District, scenario: Scenario, asked: CenterQuestion) -> list[Problem]:
    """
    Compare what is asked of the centers with the residents of the whole district.

    Parameters
    ----------
    district, scenario, asked
        What is asked of what.

    Returns
    -------
    clashes
        Each proven, whatever the grids are; empty where nothing clashes on the face of it.

    Raises
    ------
    InputError
        If there is a budget and costs are not known.
    """
    check_costs(district, scenario, asked.sites)
    kept = kept_sites(asked.sites, scenario)
    return [
        *_crowded_units(district, scenario, asked),
        *_numbers(scenario, asked),
        *_means(district, scenario, asked),
        *_streets(scenario, asked),
        *_managed(district, scenario, asked),
        *budget_clashes(district, scenario, asked.sites, kept, asked.number),
    ]


def _crowded_units(
    district: District, scenario: Scenario, asked: CenterQuestion
) -> Iterator[Problem]:
    """Name units with more residents than any center that could serve them may have."""
    people = district.units["population"]
    largest = float(asked.sites["capacity_upper"].max()) if len(asked.sites) else 0.0
    # An exemption lifts the bound of the sites in the unit only.
    elsewhere = min(largest, float(scenario.center_upper))
    own = asked.sites.groupby("unit")["capacity_upper"].max().reindex(people.index).fillna(0.0)
    exempt = asked.sites.index.isin(scenario.band_exempt)
    free = float(asked.sites["capacity_upper"][exempt].max()) if exempt.any() else 0.0
    most = np.maximum(np.maximum(own, elsewhere), free)
    crowded = people[people > most * (1 + 1e-9)].sort_values(ascending=False, kind="stable")
    if crowded.empty:
        return
    yield clash(
        "unit-above-band",
        {
            "unit": str(crowded.index[0]),
            "residents": math.ceil(crowded.iloc[0]),
            "upper": math.floor(most[crowded.index[0]]),
            "units": [str(name) for name in crowded.index],
            "count": len(crowded),
        },
    )


def _numbers(scenario: Scenario, asked: CenterQuestion) -> Iterator[Problem]:
    """Hold the number of centers against kept ones, sites, and what the bands allow."""
    need, number = asked.whole, asked.number
    values: dict[str, Any] = {
        "centers": number,
        "kept": int(need["kept"]),
        "sites": int(need["sites"]),
        "residents": round(need["residents"]),
        "lower": scenario.center_lower,
        "upper": scenario.center_upper,
        "fewest": int(need["fewest"]),
        "most": int(need["most"]),
    }
    if need["most"] < need["kept"]:
        load = math.ceil(need["load"])
        fit = math.floor(need["residents"] / scenario.center_lower)
        yield clash("existing-too-many", values | {"need": load, "most": fit})
    if need["kept"] > number:
        yield clash("kept-exceed-number", values)
    if need["sites"] < number:
        yield clash("too-few-sites", values)
    if need["fewest"] > need["sites"]:
        yield clash("sites-too-small", values | {"room": math.floor(need["room"])})
        return
    if need["most"] < need["kept"]:
        return
    if need["fewest"] > need["most"]:
        yield clash("residents-outside-band", values)
    elif asked.street_minimum.sum() > need["most"]:
        streets = int((asked.street_minimum > 0).sum())
        told = {"streets": streets, "regional_min": scenario.regional_min}
        yield clash("streets-above-band", values | told | {"need": int(asked.street_minimum.sum())})
    elif number < need["fewest"]:
        yield _too_few(scenario, asked, values)
    elif number > need["most"] and number <= need["sites"]:
        yield clash("too-many-centers", values | {"need": number * scenario.center_lower})


def _means(district: District, scenario: Scenario, asked: CenterQuestion) -> Iterator[Problem]:
    """Hold the number of centers against the means that the band allows, where it is a density."""
    reading = reading_of(district, scenario)
    if reading not in ("street", "district"):
        return
    values: dict[str, Any] = {"lower": scenario.center_lower, "upper": scenario.center_upper}
    residents, number = district.population, asked.number
    low, high = mean_numbers(residents, scenario)
    if not low <= number <= high:
        told = {"centers": number, "residents": round(residents), "mean": round(residents / number)}
        yield clash("mean-outside-band", values | told)
    if asked.street_maximum is None:
        return
    stays = asked.street[kept_sites(asked.sites, scenario) & (asked.street >= 0)]
    kept = np.bincount(stays, minlength=len(asked.street_names))
    least = np.maximum(asked.street_minimum, kept)
    people = district.units.groupby("subdistrict")["population"].sum()
    for street in np.flatnonzero(least > asked.street_maximum):
        name = str(asked.street_names[street])
        told = {
            "residents": round(float(people.get(name, 0.0))),
            "least": int(least[street]),
            "most": int(asked.street_maximum[street]),
        }
        yield clash("street-mean-outside-band", values | told | {"subdistrict": name})
    if least.sum() > number or asked.street_maximum.sum() < number:
        told = {"least": int(least.sum()), "most": int(asked.street_maximum.sum())}
        yield clash("street-means-other-number", values | told | {"centers": number})


def _too_few(scenario: Scenario, asked: CenterQuestion, values: dict[str, Any]) -> Problem:
    """Tell whether the number is too small, or the existing houses are."""
    sites, number = asked.sites[~is_station(asked.sites)], asked.number
    stays = kept_sites(sites, scenario)
    kept = sites[stays]
    small = kept[kept["capacity_upper"] < scenario.center_upper]
    new = sites["capacity_upper"][~stays]
    more = max(0, number - len(kept))
    room = float(kept["capacity_upper"].sum()) + float(new.nlargest(more).sum())
    values = values | {"room": math.floor(room), "more": more}
    if number * scenario.center_upper < values["residents"] or small.empty:
        return clash("too-few-centers", values)
    names = [str(name) for name in small.index]
    hold = math.floor(small["capacity_upper"].sum())
    told = {"small": names[:SHOWN], "count": len(names), "hold": hold, "houses": names}
    return clash("existing-capacity", values | told)


def _streets(scenario: Scenario, asked: CenterQuestion) -> Iterator[Problem]:
    """Hold the centers that each street needs for its regional ones against number and sites."""
    need = int(asked.street_minimum.sum())
    values = {"regional_min": scenario.regional_min, "centers": asked.number, "need": need}
    have = np.bincount(asked.street[asked.street >= 0], minlength=len(asked.street_names))
    short = np.flatnonzero(have < asked.street_minimum)
    for street in short:
        place = {"subdistrict": str(asked.street_names[street]), "have": int(have[street])}
        yield clash("street-few-sites", values | place)
    if need > asked.number and not len(short):
        yield clash(
            "streets-exceed-number", values | {"streets": int((asked.street_minimum > 0).sum())}
        )


def _managed(district: District, scenario: Scenario, asked: CenterQuestion) -> Iterator[Problem]:
    """Hold the residents that regional centers must manage, all together, against all there are."""
    least = scenario.regional_population_min
    regional = int(asked.street_minimum.sum())
    if scenario.regional_max and regional * least > district.population:
        yield clash(
            "regional-need",
            {
                "regional": regional,
                "regional_population_min": least,
                "need": regional * least,
                "residents": round(district.population),
            },
        )


def cut_clashes(scenario: Scenario, asked: CenterQuestion) -> list[Problem]:
    """
    Compare the bands with the residents of each grid; of this cut, so nothing is proven.

    Parameters
    ----------
    scenario, asked
        What is asked; with the needs of each grid.

    Returns
    -------
    clashes
        Empty where nothing clashes on the face of it.
    """
    needs = asked.needs
    if len(needs) < 2:
        return []
    values = {"lower": scenario.center_lower, "upper": scenario.center_upper}
    found = []
    for name, need in needs.iterrows():
        told = values | {
            "grid": str(name),
            "residents": round(need["residents"]),
            "kept": int(need["kept"]),
            "sites": int(need["sites"]),
            "room": math.floor(need["room"]),
        }
        if need["fewest"] > need["sites"]:
            found.append(Problem("grid-sites-too-small", told))
        elif need["most"] < need["kept"]:
            found.append(
                Problem("grid-existing-too-many", told | {"need": math.ceil(need["load"])})
            )
        elif need["fewest"] > need["most"]:
            found.append(Problem("grid-outside-band", told))
    if found:
        return found
    fewest, most = int(needs["fewest"].sum()), int(needs["most"].sum())
    if not fewest <= asked.number <= most:
        told = values | {"centers": asked.number, "fewest": fewest, "most": most}
        return [Problem("grids-need-other-number", told | {"grids": len(needs)})]
    return []


def center_conflicts(
    answer: Siting,
    district: District,
    scenario: Scenario,
    asked: CenterQuestion,
    *,
    arrays: CenterArrays,
) -> list[Problem]:
    """
    Say in the planner's terms why the engine placed no centers.

    Parameters
    ----------
    answer
        The engine's, with its conflicts.
    district, scenario, asked
        What it was asked about.
    arrays
        As it was asked. Where that was not the whole question, no cut into grids and every way to
        every site, another cut or a longer way might do, and nothing is proven.

    Returns
    -------
    clashes
        At least one.
    """
    values: dict[str, Any] = {
        "centers": asked.number,
        "sites": len(asked.sites),
        "residents": round(district.population),
        "lower": scenario.center_lower,
        "upper": scenario.center_upper,
    }
    if answer.status != "infeasible":
        return [Problem("centers-not-found", values | ended(answer.ended))]
    proven = arrays.whole and bool(len(district.candidates))
    lost = [c.values["unit"] for c in answer.conflicts if c.code == "unit-without-arc"]
    if lost:
        populated = district.units.index[arrays.populated]
        first = np.unique(arrays.atom, return_index=True)[1]
        return [
            Problem(
                "unit-without-site", values | {"unit": str(populated[first[unit]])}, proven=proven
            )
            for unit in lost
        ]
    # Among generated sites only: others might do.
    code = "centers-impossible" if proven else "centers-impossible-here"
    return [Problem(code, values, proven=proven)]


def grain_clashes(arrays: CenterArrays) -> list[Problem]:
    """
    Name the communities or streets that are to stay whole and are more than any center may serve.

    Parameters
    ----------
    arrays
        The question. Of what a grid cuts each part counts by itself, so that nothing is proven
        where there are grids.
    """
    if arrays.by_unit:
        return []
    largest = float(arrays.upper.max(initial=0.0))
    crowded = np.flatnonzero(arrays.people > largest * (1 + 1e-9))
    if not len(crowded):
        return []
    order = crowded[np.argsort(-arrays.people[crowded], kind="stable")]
    first = np.unique(arrays.atom, return_index=True)[1]
    names = arrays.district.units[arrays.scenario.center_grain].to_numpy(dtype=object)
    names = names[arrays.populated][first]
    values = {
        "grain": Reason(f"grain-{arrays.scenario.center_grain}"),
        "rows": [str(names[at]) for at in order[:SHOWN]],
        "count": len(order),
        "residents": math.ceil(arrays.people[order[0]]),
        "upper": math.floor(largest),
    }
    proven = not bool(arrays.unit_label.any())
    return [Problem("grain-above-band", values, proven=proven)]
