"""Grids: whom they cover, how many there are, how evenly they divide residents and beds."""

from __future__ import annotations

from gridplan.errors import Problem
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.hospitals import RANKED, public_tertiary
from gridplan.planning.measures.measure import Values, known, measure, numbers, share, whole
from gridplan.planning.scenario.scenario import Scenario


@measure("district", reads=("units.population",))
def share_in_one_grid(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of residents whose unit lies in exactly one grid."""
    if layout.grids.empty:
        return whole(layout, None)
    people = layout.district.units["population"]
    once = ~layout.units.index.duplicated(keep=False)
    inside = layout.units.index[layout.units["grid"].isin(layout.grids.index) & once]
    return whole(layout, share(float(people.loc[inside].sum()), float(people.sum())))


@measure("district", reads=("units.population", *RANKED))
def share_in_complete_grids(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of residents whose grid has one group and a public tertiary general hospital."""
    if layout.grids.empty:
        return whole(layout, None)
    led = [group.grid for group in layout.groups]
    fit = layout.hospitals[public_tertiary(layout)]["grid"]
    complete = [g for g in layout.grids.index if led.count(g) == 1 and (fit == g).any()]
    people = layout.district.units["population"]
    inside = layout.units["grid"].isin(complete)
    return whole(layout, share(float(people[inside].sum()), float(people.sum())))


def _elsewhere_told(layout: Layout, _subject: str) -> list[Problem]:
    """Say how many grids are counted in the other districts, and what says so."""
    district = layout.district
    if district.city_grids_elsewhere is None:
        return []
    values = {"count": district.city_grids_elsewhere, "source": district.city_grids_source}
    return [Problem("city-grids-elsewhere", values)]


@measure("city", "district", tells=_elsewhere_told)
def grids_of_city(layout: Layout, _scenario: Scenario) -> Values:
    """
    Grids of the city, as far as one district tells.

    Its own, and those in the other districts where ``district.toml`` says how many. Where it does
    not, two grids in one district are two in its city; fewer say nothing about the city.
    """
    count, elsewhere = len(layout.grids), layout.district.city_grids_elsewhere
    if elsewhere is not None and count:
        return whole(layout, float(count + elsewhere))
    return whole(layout, float(count) if count >= 2 else None)


@measure("district")
def groups(layout: Layout, _scenario: Scenario) -> Values:
    """Count the groups of the district; None where no grids were planned."""
    return whole(layout, float(len(layout.groups)) if len(layout.grids) else None)


@measure("grid")
def groups_of_grid(layout: Layout, _scenario: Scenario) -> Values:
    """Count the groups of each grid."""
    of = [group.grid for group in layout.groups]
    return {str(grid): float(of.count(grid)) for grid in layout.grids.index}


@measure("grid", reads=("units.population",))
def population_deviation(layout: Layout, _scenario: Scenario) -> Values:
    """Distance of each grid's residents from the mean of the grids, percent, never negative."""
    if layout.grids.empty:
        return {}
    people = layout.grids["population"].astype(float)
    apart = 100.0 * (people / people.mean() - 1.0).abs()
    return {str(grid): known(value) for grid, value in apart.items()}


@measure("district", "grid", needs=("hospitals.beds",), reads=("units.population",))
def beds_per_1000(layout: Layout, _scenario: Scenario) -> Values:
    """Hospital beds per 1,000 residents, of the district and of each grid."""
    people = layout.district.population
    beds = numbers(layout.hospitals, "beds")
    total = float(beds.sum(skipna=False)) if len(beds) else None
    values = dict(whole(layout, None if total is None else known(1000.0 * total / people)))
    for grid, residents in layout.grids.get("population", {}).items():
        here = beds[layout.hospitals["grid"] == grid].sum(skipna=False)
        values[str(grid)] = known(1000.0 * here / residents) if residents > 0 else None
    return values


@measure("grid", needs=("hospitals.beds",))
def beds_deviation(layout: Layout, scenario: Scenario) -> Values:
    """Distance of each grid's beds per 1,000 from the district's, percent, never negative."""
    rates = dict(beds_per_1000(layout, scenario))
    mean = rates.pop(layout.district.code)
    return {
        grid: None if rate is None or not mean else 100.0 * abs(rate / mean - 1.0)
        for grid, rate in rates.items()
    }
