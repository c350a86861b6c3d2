"""Other ways to cut the same grids: they really differ from the plan's, and each has its price."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.partition import alternatives as find_alternatives
from gridplan.planning.grids.cuts import cut_figures
from gridplan.planning.grids.fit import ANY
from gridplan.planning.grids.grids import Grids, grid_question, grids_of
from gridplan.planning.scenario.derived import usual_compactness
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text.card import Card, Rows

DIFFERENCE = 0.1
"""Least share of the residents in another grid than in any alternative before."""


@dataclass(frozen=True, eq=False, repr=False)
class GridAlternative(Card):
    """
    One way to cut the grids.

    Parameters
    ----------
    grid
        Index ``unit``: id of the grid.
    leads
        Index ``grid``: id of the lead hospital.
    extra_percent
        How much longer all residents together travel to their leads than in the first, percent of
        its travel. Travel alone, whatever boundaries and splits are worth; it may be negative.
    boundary_km
        Length of the boundaries between its grids.
    moved
        Residents in another grid than in the nearest of the alternatives before it.
    share_percent
        The same, percent of all residents.
    """

    grid: pd.Series
    leads: pd.Series
    extra_percent: float
    boundary_km: float
    moved: float
    share_percent: float

    def _card(self) -> tuple[str, Rows]:
        return "Another way to cut the grids", [
            ("grids", len(self.leads)),
            ("leads", ", ".join(map(str, self.leads))),
            ("extra travel", f"{self.extra_percent:+.2f} %"),
            ("boundary", f"{self.boundary_km:.1f} km"),
            ("moved", f"{self.moved:,.0f} residents, {self.share_percent:.1f} %"),
        ]


def alternative_grids(
    district: District,
    scenario: Scenario,
    count: int,
    *,
    first: Grids,
    held: Mapping[str, str],
    difference: float = DIFFERENCE,
) -> tuple[GridAlternative, ...]:
    """
    Find several good partitions of which any two differ for a share of the residents.

    Parameters
    ----------
    district, scenario
        As for :func:`gridplan.planning.grids.grids.plan_grids`.
    count
        How many, the first included.
    first
        The plan's own grids.
    held
        Units whose grid is settled, as in :func:`gridplan.planning.grids.grids.plan_grids`: the
        wishes that were honoured are honoured in every alternative.
    difference
        Least share of residents in another grid than in any alternative before.

    Returns
    -------
    alternatives
        The first, then the others by what they cost; fewer where no further one was found.

    Raises
    ------
    InputError, InfeasibleError
        As :func:`gridplan.planning.grids.grids.plan_grids`.
    """
    # A cut that is offered to a bureau has boundaries one can draw, also where the plan's own price
    # of them is nil; what it costs in travel is told without them.
    price = scenario.grid_compactness or usual_compactness(district)
    priced = dataclasses.replace(scenario, grid_compactness=price)
    asked = grid_question(district, priced, held=held, fit=ANY)
    found = find_alternatives(
        count,
        asked.adjacency,
        asked.people,
        asked.cost,
        first=asked.eligible.index.get_indexer(first.grid.map(first.leads)),
        difference=difference,
        work_limit=scenario.work_limit * max(1, count - 1),
        time_limit=scenario.time_limit,
        **asked.options,
    )
    others = [grids_of(one.partition, asked, district, scenario) for one in found[1:]]
    travel = max(_travel(district, first), 1e-9)
    return tuple(
        GridAlternative(
            grid=grids.grid,
            leads=grids.leads,
            extra_percent=100 * (_travel(district, grids) / travel - 1),
            boundary_km=cut_figures(district, grids.grid)["boundary_km"],
            moved=one.moved,
            share_percent=100 * one.share,
        )
        for one, grids in zip(found, [first, *others], strict=True)
    )


def alternative_notes(found: int, asked: int, *, difference: float = DIFFERENCE) -> list[Problem]:
    """Say where fewer ways to cut the grids were found than were asked for."""
    if found >= asked:
        return []
    values = {"found": found, "asked": asked, "share": f"{100 * difference:g}"}
    return [Problem("alternatives-few", values)]


def _travel(district: District, grids: Grids) -> float:
    """Sum the minutes of all residents to their leads."""
    return float((district.units["population"] * grids.minutes_to_lead).sum())
