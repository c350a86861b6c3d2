"""What may help against each cause: changes of the scenario to be tried, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.planning.refusal import rungs
from gridplan.planning.refusal.center_proposals import OF_CENTERS
from gridplan.planning.refusal.grid_proposals import OF_GRIDS
from gridplan.planning.refusal.rungs import Ladder, Propose
from gridplan.planning.refusal.street_proposals import OF_STREETS
from gridplan.planning.scenario.scenario import Scenario

_OF: dict[str, Propose] = OF_GRIDS | OF_CENTERS | OF_STREETS


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
    if cause.code in OF_CENTERS:
        yield rungs.wide_bands(scenario)
