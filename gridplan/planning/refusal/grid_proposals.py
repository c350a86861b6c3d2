"""What may help where grids cannot be cut: leads, balance, demands, barriers, what they need."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.district.district import District
from gridplan.errors import Problem, Remedy
from gridplan.planning.refusal import rungs
from gridplan.planning.refusal.rungs import Ladder, Propose
from gridplan.planning.scenario.scenario import Scenario


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


OF_GRIDS: dict[str, Propose] = {
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
    "grids-unserved": _unserved,
    "grids-unserved-least": _unserved,
    "grids-unserved-not-found": _unserved,
    "cuts-not-served": _unserved,
}
"""By code of the cause."""
