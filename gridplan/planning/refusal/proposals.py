"""What may help against each cause: changes of the scenario to be tried, the likeliest first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from gridplan.district.district import District
from gridplan.errors import Problem, Remedy
from gridplan.planning.premises.site_columns import holds as most_held
from gridplan.planning.refusal import rungs
from gridplan.planning.refusal.rungs import Ladder
from gridplan.planning.scenario.scenario import Scenario

# A list of exempt units longer than this is no answer: the units are too coarse for the band.
_FEW = 10


def proposals(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    """
    Propose changes against one cause.

    Parameters
    ----------
    cause
        With the figures it was found by.
    district, scenario
        What was refused.

    Yields
    ------
    ladder
        Sizes of one change, the smallest first: the first that works is the remedy. None is
        promised to work.
    """
    propose = _OF.get(cause.code)
    if propose is not None:
        yield from propose(cause, district, scenario)
    if cause.code in _OF_CENTERS:
        yield rungs.wide_bands(scenario)


def _no_lead(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    eligible = cause.values.get("eligible", 0)
    yield rungs.numbers("grids", [eligible, *range(eligible - 1, -1, -1)][:5])
    del scenario


def _barred_lead(_cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    eligible = district.hospitals["eligible"].astype(bool)
    may = tuple(name for name in scenario.grid_leads if bool(eligible.get(name, False)))
    yield (Remedy("grid_leads", may),)


def _many_leads(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.numbers("grids", [cause.values["leads"]])
    yield (Remedy("grid_leads", scenario.grid_leads[: scenario.grids]),)


def _large_parent(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.finer_grains(district, scenario)
    mean = district.population / scenario.grids
    yield rungs.tolerances(scenario, cause.values["residents"] / mean - 1)
    yield rungs.fewer_grids(scenario)
    yield rungs.numbers("grids", [0])


def _balance(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.tolerances(scenario, cause.values.get("least", 0.0) / 100)
    yield from rungs.without_one(scenario)
    yield rungs.prices(scenario)
    yield rungs.finer_grains(district, scenario)
    yield rungs.fewer_grids(scenario)
    yield rungs.numbers("grids", [0])


def _demands(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield from rungs.without_one(scenario)
    yield from _balance(cause, district, scenario)


def _fixed_leads(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.numbers("grids", [cause.values["leads"]])
    yield from _demands(cause, district, scenario)


def _apart_many(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.numbers("grids", [cause.values["count"]])
    yield from _demands(cause, district, scenario)


def _leads_together(_cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.finer_grains(district, scenario)
    yield rungs.fewer_grids(scenario)
    yield rungs.numbers("grids", [0])


def _no_grids(_cause: Problem, _district: District, _scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.numbers("grids", [0])


def _more_pieces(cause: Problem, _district: District, _scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.numbers("grids", [cause.values["pieces"], 0])


def _crowded_unit(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    units = cause.values["units"]
    if len(units) <= _FEW:
        exempt = rungs.exemptions(scenario, units)
        # Fewer centers than before: those units fill one each, whatever is left fills the others.
        people = district.units["population"]
        rest = district.population - float(people[units].sum())
        middle = max(1.0, (scenario.center_lower + scenario.center_upper) / 2)
        number = len(units) + round(rest / middle)
        fitting = [number, number - 1, number + 1, number - 2, number + 2]
        with_number = [
            Remedy(exempt.key, exempt.value, (("centers", n),)) for n in fitting if n > 0
        ]
        yield (exempt, *(with_number if scenario.centers is not None else ()))
    yield rungs.uppers(scenario, cause.values["residents"])


def _many_kept(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    values = cause.values
    yield rungs.closures(district, scenario, values.get("most", values["kept"] - 1))
    kept = [str(name) for name in district.centers.index if name not in scenario.close]
    yield (rungs.exemptions(scenario, kept),)
    yield rungs.lowers(scenario, values["residents"] / max(1, values["kept"]))


def _kept_exceed(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    kept, fewest = cause.values["kept"], cause.values["fewest"]
    most = cause.values["centers"]
    yield rungs.numbers("centers", [kept, max(kept, fewest), *range(kept + 1, kept + 4)])
    yield rungs.closures(district, scenario, most)


def _few_sites(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    values = cause.values
    sites = values["sites"]
    yield rungs.numbers(
        "centers", [sites, values["fewest"], *range(sites - 1, sites - 4, -1)], least=1
    )
    yield rungs.candidates(district, scenario)
    if values["residents"] > sites * scenario.center_upper:
        least = values["residents"] / sites
        yield tuple(
            Remedy(rung.key, rung.value, (("centers", sites),))
            for rung in rungs.uppers(scenario, least)
        )


def _small_sites(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.candidates(district, scenario)
    yield from _room(cause, district, scenario)
    yield rungs.uppers(scenario, cause.values["residents"] / max(1, cause.values["sites"]))


def _room(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    """Enlarge the existing houses that hold less than the band allows."""
    kept = district.centers.drop(index=list(scenario.close))
    holds = most_held(kept)
    small = [str(name) for name in kept.index[holds < scenario.center_upper]]
    small = [name for name in small if name not in dict(scenario.enlarge)]
    if not small:
        return
    need = cause.values["residents"] / max(1, cause.values.get("centers", len(small)))
    sizes = [max(scenario.center_lower, round(need)), round(1.1 * need), scenario.center_upper]
    sizes = [max(min(size, scenario.center_upper), int(holds[small].max()) + 1) for size in sizes]
    yield tuple(rungs.enlargements(scenario, small, size) for size in dict.fromkeys(sizes))


def _more_money(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    least, budget = max(float(cause.values["least"]), 1.0), float(scenario.budget or 0.0)
    if cause.code == "budget-too-small":
        sizes = [math.ceil(least * factor) for factor in (1.0, 1.05, 1.1, 1.25, 1.5)]
    else:
        sizes = [math.ceil(budget + share * (least - budget)) for share in (0.2, 0.5, 0.8, 1, 1.1)]
    yield rungs.numbers("budget", sizes)
    if scenario.centers:
        yield rungs.numbers(
            "centers", range(scenario.centers - 1, scenario.centers - 4, -1), least=1
        )


def _small_houses(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield from _room(cause, district, scenario)
    fewest = cause.values["fewest"]
    yield rungs.numbers("centers", range(fewest, fewest + 5))
    more = max(1, cause.values["more"])
    hold = cause.values["hold"]
    yield rungs.uppers(scenario, (cause.values["residents"] - hold) / more)


def _few_centers(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    fewest = cause.values["fewest"]
    yield rungs.numbers("centers", range(fewest, fewest + 5))
    yield rungs.uppers(scenario, cause.values["residents"] / cause.values["centers"])


def _many_centers(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    most = cause.values["most"]
    yield rungs.numbers("centers", range(most, most - 5, -1), least=1)
    yield rungs.lowers(scenario, cause.values["residents"] / cause.values["centers"])


def _no_number(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    fewest, residents = cause.values["fewest"], cause.values["residents"]
    yield rungs.lowers(scenario, residents / fewest)
    yield rungs.uppers(scenario, residents / max(1, fewest - 1))


def _street_sites(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.candidates(district, scenario)
    yield from _fewer_regional(scenario)
    del cause


def _streets_number(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    need = cause.values["need"]
    yield rungs.numbers("centers", range(need, need + 4))
    yield from _fewer_regional(scenario)


def _streets_band(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield from _fewer_regional(scenario)
    yield rungs.lowers(scenario, cause.values["residents"] / cause.values["need"])


def _fewer_regional(scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.numbers("regional_min", range(scenario.regional_min - 1, -1, -1))
    yield rungs.numbers("regional_max", [0])


def _managed(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    least = scenario.regional_population_min
    fit = district.population / max(1, cause.values.get("regional", 1))
    sizes = [min(least - 1, fit) * less for less in (1.0, 0.9, 0.75, 0.5, 0.25)]
    yield rungs.numbers("regional_population_min", [*map(int, sizes), 0])
    yield from _fewer_regional(scenario)


def _no_regional(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    most = scenario.regional_max
    yield rungs.numbers("regional_max", [most + 1, most + 2, 2 * most, 4 * most])
    if scenario.regional_population_min:
        yield from _managed(cause, district, scenario)
    else:
        yield from _fewer_regional(scenario)


def _grid_gap(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    residents = cause.values["residents"]
    fewest = -(-residents // scenario.center_upper)
    yield rungs.lowers(scenario, residents / max(1, fewest))
    yield rungs.uppers(scenario, residents / max(1, fewest - 1))
    yield _other_cuts(scenario)


def _grid_kept(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    values = cause.values
    fit = int(values["residents"] // max(1, scenario.center_lower))
    kept = [str(name) for name in district.centers.index if name not in scenario.close]
    yield rungs.closures(district, scenario, len(kept) - max(1, values["kept"] - fit))
    yield (rungs.exemptions(scenario, kept),)
    yield rungs.lowers(scenario, values["residents"] / max(1, values["kept"]))


def _grid_sites(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield from _small_sites(cause, district, scenario)
    yield _other_cuts(scenario)


def _other_cuts(scenario: Scenario) -> Ladder:
    """Cut the grids otherwise, or not at all."""
    wider = [min(1.0, round(scenario.grid_tolerance * more, 3)) for more in (0.5, 1.5, 2.0, 4.0)]
    return (*(Remedy("grid_tolerance", share) for share in wider if share), Remedy("grids", 0))


def _grids_number(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    fewest, most = cause.values["fewest"], cause.values["most"]
    near = sorted(range(fewest, most + 1), key=lambda n: abs(n - cause.values["centers"]))
    yield rungs.numbers("centers", near[:4], least=1)
    yield _other_cuts(scenario)


def _unserved(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    """No cut was found that whole numbers of centers can serve."""
    yield rungs.tolerances(scenario, cause.values.get("least", 0.0) / 100)
    yield rungs.lowers(scenario, 0.97 * scenario.center_lower)
    yield rungs.uppers(scenario, 1.03 * scenario.center_upper)
    if scenario.centers is not None:
        near = [scenario.centers + more for more in (1, -1, 2, -2)]
        yield rungs.numbers("centers", near, least=1)
    yield rungs.candidates(district, scenario)
    yield rungs.fewer_grids(scenario)
    yield rungs.numbers("grids", [0])


def _few_regional(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    least, most = cause.values["least"], cause.values["most"]
    yield rungs.numbers("regional_max", range(least, least + 3))
    yield rungs.numbers("grids", range(most, max(-1, most - 3), -1))
    yield rungs.numbers("regional_max", [0])
    del scenario


def _lost_centers(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    number = cause.values["centers"]
    yield rungs.lowers(scenario, 0.97 * scenario.center_lower)
    yield rungs.uppers(scenario, 1.03 * scenario.center_upper)
    yield rungs.numbers("centers", [number + 1, number - 1, number + 2, number - 2], least=1)
    yield rungs.candidates(district, scenario)


def _no_site(_cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield rungs.candidates(district, scenario)
    yield _other_cuts(scenario)


_OF_CENTERS: dict[str, Callable[[Problem, District, Scenario], Iterator[Ladder]]] = {
    "unit-above-band": _crowded_unit,
    "existing-too-many": _many_kept,
    "kept-exceed-number": _kept_exceed,
    "too-few-sites": _few_sites,
    "sites-too-small": _small_sites,
    "existing-capacity": _small_houses,
    "too-few-centers": _few_centers,
    "too-many-centers": _many_centers,
    "residents-outside-band": _no_number,
    "streets-above-band": _streets_band,
    "grid-outside-band": _grid_gap,
    "grid-existing-too-many": _grid_kept,
    "grid-sites-too-small": _grid_sites,
    "grids-need-other-number": _grids_number,
    "budget-too-small": _more_money,
    "budget-clash": _more_money,
    "budget-not-found": _more_money,
    "centers-not-found": _lost_centers,
    "centers-impossible": _lost_centers,
    "centers-impossible-here": _lost_centers,
}
_OF: dict[str, Callable[[Problem, District, Scenario], Iterator[Ladder]]] = {
    "no-eligible-lead": _no_lead,
    "too-few-leads": _no_lead,
    "lead-not-eligible": _barred_lead,
    "too-many-leads": _many_leads,
    "leads-together": _leads_together,
    "parent-too-large": _large_parent,
    "piece-without-lead": _no_grids,
    "balance-impossible": _balance,
    "balance-impossible-least": _balance,
    "balance-impossible-under": _balance,
    "fix-lead-not-eligible": _demands,
    "fix-many-leads": _fixed_leads,
    "fixed-twice": _demands,
    "contain-too-rare": _demands,
    "apart-overlap": _demands,
    "apart-many": _apart_many,
    "apart-and-together": _demands,
    "no-grid-for-units": _demands,
    "balance-total": _demands,
    "grid-bounds-total": _demands,
    "demands-impossible": _demands,
    "barriers-without-lead": _no_grids,
    "barriers-more-pieces": _more_pieces,
    "grids-not-found": _balance,
    "street-few-sites": _street_sites,
    "streets-exceed-number": _streets_number,
    "regional-need": _managed,
    "regional-population": _managed,
    "regional-impossible": _no_regional,
    "unit-without-site": _no_site,
    "grids-unserved": _unserved,
    "grids-unserved-least": _unserved,
    "grids-unserved-not-found": _unserved,
    "cuts-not-served": _unserved,
    "regional-fewer-than-grids": _few_regional,
} | _OF_CENTERS
