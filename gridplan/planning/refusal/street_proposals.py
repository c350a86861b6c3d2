"""What may help where streets lack regional centers, or a unit has no site."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.planning.refusal import rungs
from gridplan.planning.refusal.rungs import Ladder, Propose
from gridplan.planning.scenario.scenario import Scenario


def _street_sites(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.candidates(district, scenario)
    yield from rungs.fewer_regional(scenario)
    del cause


def _streets_number(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    need = cause.values["need"]
    yield rungs.numbers("centers", range(need, need + 4))
    yield from rungs.fewer_regional(scenario)


def _managed(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    least = scenario.regional_population_min
    fit = district.population / max(1, cause.values.get("regional", 1))
    sizes = [min(least - 1, fit) * less for less in (1.0, 0.9, 0.75, 0.5, 0.25)]
    yield rungs.numbers("regional_population_min", [*map(int, sizes), 0])
    yield from rungs.fewer_regional(scenario)


def _no_regional(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    most = scenario.regional_max
    yield rungs.numbers("regional_max", [most + 1, most + 2, 2 * most, 4 * most])
    if scenario.regional_population_min:
        yield from _managed(cause, district, scenario)
    else:
        yield from rungs.fewer_regional(scenario)


def _few_regional(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    least, most = cause.values["least"], cause.values["most"]
    yield rungs.numbers("regional_max", range(least, least + 3))
    yield rungs.numbers("grids", range(most, max(-1, most - 3), -1))
    yield rungs.numbers("regional_max", [0])
    del scenario


def _no_site(_cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.candidates(district, scenario)
    yield rungs.other_cuts(scenario)


OF_STREETS: dict[str, Propose] = {
    "street-few-sites": _street_sites,
    "streets-exceed-number": _streets_number,
    "regional-need": _managed,
    "regional-population": _managed,
    "regional-impossible": _no_regional,
    "unit-without-site": _no_site,
    "regional-fewer-than-grids": _few_regional,
}
"""By code of the cause."""
