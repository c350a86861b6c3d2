"""How much work a plan may take: more for a city than for a district, more where none is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from gridplan.district.district import District
from gridplan.optimise.budget import seconds_left
from gridplan.planning.scenario.scenario import Scenario

USUAL_UNITS = 20_000
"""Units for which ``work_limit`` is meant; a district of more gets as much more work."""

ROUNDS = (1.0, 4.0, 16.0)
"""Times the work is multiplied where no plan was found and none was proven impossible."""

SEARCHING = 0.8
"""Share of the time limit in which a plan is looked for; in the rest, what helps where none is."""

MOST_WORK = 1e6
"""The largest ``work_limit`` a scenario may have."""


def sized(district: District, scenario: Scenario) -> Scenario:
    """
    Give a scenario the work that suits the district's size.

    Parameters
    ----------
    district
        Its units are counted.
    scenario
        ``work_limit`` is for a district of up to 20,000 units.

    Returns
    -------
    Scenario
        With ``work_limit`` in proportion to the units beyond that.
    """
    return _times(scenario, max(1.0, len(district.units) / USUAL_UNITS))


def rounds(scenario: Scenario) -> Iterator[Scenario]:
    """
    Go on with ever more work until the time is up, each time from the beginning.

    The caller stops where there is a plan, or a proof that there is none. What is done in each
    round depends on the scenario alone; the clock only decides whether there is another.
    """
    for factor in ROUNDS:
        if factor > 1.0 and seconds_left() <= 0.0:
            return
        yield _times(scenario, factor)


def _times(scenario: Scenario, factor: float) -> Scenario:
    work = min(MOST_WORK, factor * scenario.work_limit)
    return dataclasses.replace(scenario, work_limit=work)
