"""Other ways to cut the same grids: they really differ, and each has its price."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gridplan.district.district import District
from gridplan.optimise.partition import alternatives as find_alternatives
from gridplan.planning.grids import grid_question, grids_of
from gridplan.planning.scenario import Scenario


@dataclass(frozen=True, eq=False)
class GridAlternative:
    """
    One way to cut the grids.

    Parameters
    ----------
    grid
        Index ``unit``: id of the grid.
    leads
        Index ``grid``: id of the lead hospital.
    extra_percent
        How much longer residents travel to their leads than in the best one, percent.
    moved
        Residents in another grid than in the nearest of the alternatives before it.
    share_percent
        The same, percent of all residents.
    """

    grid: pd.Series
    leads: pd.Series
    extra_percent: float
    moved: float
    share_percent: float


def alternative_grids(
    district: District, scenario: Scenario, count: int, *, difference: float = 0.1
) -> tuple[GridAlternative, ...]:
    """
    Find several good partitions of which any two differ for a share of the residents.

    Parameters
    ----------
    district, scenario
        As for :func:`gridplan.planning.grids.plan_grids`.
    count
        How many, the best one included.
    difference
        Least share of residents in another grid than in any alternative before.

    Returns
    -------
    alternatives
        Best first; fewer where no further one was found.

    Raises
    ------
    InputError, InfeasibleError
        As :func:`gridplan.planning.grids.plan_grids`.
    """
    asked = grid_question(district, scenario)
    found = find_alternatives(
        count,
        asked.adjacency,
        asked.people,
        asked.cost,
        difference=difference,
        work_limit=scenario.work_limit * count,
        time_limit=scenario.time_limit,
        **asked.options,
    )
    named = [(other, grids_of(other.partition, asked, district, scenario)) for other in found]
    return tuple(
        GridAlternative(
            grid=grids.grid,
            leads=grids.leads,
            extra_percent=100 * other.extra / max(found[0].partition.objective, 1e-9),
            moved=other.moved,
            share_percent=100 * other.share,
        )
        for other, grids in named
    )
