"""What may help where centers cannot be placed: their number, band, sites and money."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gridplan.district.district import District
from gridplan.errors import Problem, Remedy
from gridplan.planning.premises.site_columns import holds as most_held
from gridplan.planning.refusal import rungs
from gridplan.planning.refusal.rungs import Ladder, Propose
from gridplan.planning.scenario.scenario import Scenario

# A list of exempt units longer than this is no answer: the units are too coarse for the band.
_FEW = 10


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


def _streets_band(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield from rungs.fewer_regional(scenario)
    yield rungs.lowers(scenario, cause.values["residents"] / cause.values["need"])


def _grid_gap(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    residents = cause.values["residents"]
    fewest = -(-residents // scenario.center_upper)
    yield rungs.lowers(scenario, residents / max(1, fewest))
    yield rungs.uppers(scenario, residents / max(1, fewest - 1))
    yield rungs.other_cuts(scenario)


def _grid_kept(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    values = cause.values
    fit = int(values["residents"] // max(1, scenario.center_lower))
    kept = [str(name) for name in district.centers.index if name not in scenario.close]
    yield rungs.closures(district, scenario, len(kept) - max(1, values["kept"] - fit))
    yield (rungs.exemptions(scenario, kept),)
    yield rungs.lowers(scenario, values["residents"] / max(1, values["kept"]))


def _grid_sites(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    yield from _small_sites(cause, district, scenario)
    yield rungs.other_cuts(scenario)


def _grids_number(cause: Problem, _district: District, scenario: Scenario) -> Iterator[Ladder]:
    fewest, most = cause.values["fewest"], cause.values["most"]
    near = sorted(range(fewest, most + 1), key=lambda n: abs(n - cause.values["centers"]))
    yield rungs.numbers("centers", near[:4], least=1)
    yield rungs.other_cuts(scenario)


def _lost_centers(cause: Problem, district: District, scenario: Scenario) -> Iterator[Ladder]:
    number = cause.values["centers"]
    yield rungs.lowers(scenario, 0.97 * scenario.center_lower)
    yield rungs.uppers(scenario, 1.03 * scenario.center_upper)
    yield rungs.numbers("centers", [number + 1, number - 1, number + 2, number - 2], least=1)
    yield rungs.candidates(district, scenario)


OF_CENTERS: dict[str, Propose] = {
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

"""By code of the cause."""
