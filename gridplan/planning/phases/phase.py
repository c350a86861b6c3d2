"""A phase: a year, the centers it is to have, and under which band."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.scenario import Scenario


@dataclass(frozen=True)
class Phase:
    """
    One phase of the scenario.

    Parameters
    ----------
    year
        By whose end the centers are open.
    centers
        Their number, those kept from before included.
    lower, upper
        Band of residents a center.
    growth
        Factor of the residents of each street that changes, as the scenario's ``growth``.
    weight
        What a unit of the objective counts in this phase; by default the years until the next
        phase, for the last one their mean.
    late
        Units whose candidates are ready after this year only.
    budget
        Most that opening, closing and places may cost until then, as the scenario's; None for that.
    """

    year: int
    centers: int
    lower: int
    upper: int
    growth: Mapping[str, float]
    weight: float
    late: tuple[str, ...] = ()
    budget: float | None = None

    def scenario_of(self, scenario: Scenario, opened: Mapping[str, str]) -> Scenario:
        """
        Give the scenario of this phase alone.

        Parameters
        ----------
        scenario
            Of all phases.
        opened
            Unit of each new center that is open in any case, by its name.

        Returns
        -------
        Scenario
            Of a plan with as many centers as the phase has.
        """
        forced = dict(scenario.open_at) | dict(opened)
        barred = [unit for unit in self.late if unit not in forced.values()]
        return dataclasses.replace(
            scenario,
            not_at=tuple(dict.fromkeys((*scenario.not_at, *barred))),
            budget=scenario.budget if self.budget is None else self.budget,
            centers=self.centers,
            center_lower=self.lower,
            center_upper=self.upper,
            growth=tuple((dict(scenario.growth) | dict(self.growth)).items()),
            open_at=tuple(forced.items()),
            phases=(),
        )


def phases_of(district: District, scenario: Scenario) -> tuple[Phase, ...]:
    """
    Read the phases of a scenario, in the order of their years.

    Parameters
    ----------
    district
        Its centers that are kept are the start.
    scenario
        ``phases``; what a phase leaves out is as the scenario says.

    Returns
    -------
    phases
        At least one.

    Raises
    ------
    InputError
        If there are none, two have the same year, or a phase has fewer centers than the one before
        or than are kept; all at once.
    """
    rows = sorted(scenario.phases, key=lambda row: row["year"])
    if not rows:
        raise InputError([Problem("phases-none")])
    years = [row["year"] for row in rows]
    gaps = [float(late - early) for early, late in itertools.pairwise(years)]
    lasting = [*gaps, sum(gaps) / len(gaps) if gaps else 1.0]
    phases = tuple(
        Phase(
            year=row["year"],
            centers=row["centers"],
            lower=row.get("center_lower", scenario.center_lower),
            upper=row.get("center_upper", scenario.center_upper),
            growth=dict(row.get("growth", ())),
            weight=float(row.get("weight", last)),
            late=_late(district, row["year"]),
            budget=row.get("budget"),
        )
        for row, last in zip(rows, lasting, strict=True)
    )
    problems = [
        Problem("phases-same-year", {"year": year})
        for year in sorted({year for year in years if years.count(year) > 1})
    ]
    least, before = len(district.centers) - len(scenario.close), None
    for phase in phases:
        values = {"year": phase.year, "centers": phase.centers, "least": least}
        if phase.centers < least:
            code = "phase-below-kept" if before is None else "phase-below-former"
            problems.append(Problem(code, values | {"before": before or 0}))
        if phase.upper < phase.lower:
            told = {"lower": phase.lower, "upper": phase.upper}
            problems.append(Problem("phase-band-order", values | told))
        least, before = max(least, phase.centers), phase.year
    if problems:
        raise InputError(problems)
    return phases


def _late(district: District, year: int) -> tuple[str, ...]:
    """Name the units all of whose candidates are ready after a year only."""
    if "ready" not in district.candidates:
        return ()
    first = district.candidates["ready"].astype(float).fillna(float("-inf"))
    soonest = first.groupby(district.candidates["unit"]).min()
    return tuple(map(str, soonest.index[soonest > year]))
