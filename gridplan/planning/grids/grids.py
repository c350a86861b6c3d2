"""Cut the district into grids: the planner's demands as arrays, the engine's answer as tables.

What the literature calls districting, and its parts districts, is here the partition into grids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, InputError, Problem
from gridplan.optimise.budget import Progress
from gridplan.optimise.partition import Partition, partition
from gridplan.planning.demands.causes import demand_clashes
from gridplan.planning.demands.options import (
    demand_options,
    fixed_units,
    has_prices,
    lead_prices,
    with_fit,
    with_price,
)
from gridplan.planning.grids.causes import grid_clashes, grid_conflicts
from gridplan.planning.grids.cuts import cut_prices
from gridplan.planning.grids.fit import Fit
from gridplan.planning.layout.certificate import Certificate, certificate_of
from gridplan.planning.layout.groups import institution_of
from gridplan.planning.refusal.cause import clash
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.links import missing_links
from gridplan.travel.followed import priced_borders

SCATTERED = 0.05
"""Share of units without a neighbour from which the drawing, not the ground, is the cause."""


@dataclass(frozen=True, eq=False)
class Grids:
    """
    The partition as labelled tables.

    Parameters
    ----------
    grid
        Index ``unit``: id of the grid, ``G1`` ...
    leads
        Index ``grid``: id of the lead hospital; None where a drawn grid has none.
    minutes_to_lead
        Index ``unit``: drive to the lead of its grid.
    certificate
        Of the partition.
    notes
        What was assumed on the way, as data (links added to islands).
    names
        Index ``grid``: what a drawing calls each; None for grids that were cut.
    """

    grid: pd.Series
    leads: pd.Series
    minutes_to_lead: pd.Series
    certificate: Certificate
    notes: tuple[Problem, ...]
    names: pd.Series | None = None


def eligible_leads(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    List the hospitals that may lead a grid: those marked eligible.

    Raises
    ------
    InputError
        If the scenario names a lead that does not exist.
    InfeasibleError
        If a named lead is not eligible, or there are fewer eligible hospitals than grids.
    """
    hospitals = district.hospitals
    unknown = [name for name in scenario.grid_leads if name not in hospitals.index]
    if unknown:
        known = list(hospitals.index) or ["-"]
        raise InputError(
            [Problem("lead-unknown", {"lead": n, "near": nearest_word(n, known)}) for n in unknown]
        )
    eligible = hospitals[hospitals["eligible"].astype(bool)] if len(hospitals) else hospitals
    eligible = _one_each(eligible, scenario)
    clashes = grid_clashes(district, scenario, eligible)
    clashes += demand_clashes(district, scenario, eligible)
    if clashes:
        raise InfeasibleError(clashes)
    return eligible


def _one_each(eligible: gpd.GeoDataFrame, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    Let one of a hospital and its campuses lead: it is one institution, and leads one group.

    The one that the scenario names leads; else the hospital itself, else its first campus.
    """
    if "campus_of" not in eligible:
        return eligible
    named = eligible.index.isin([*scenario.grid_leads, *(row["lead"] for row in scenario.fix)])
    whole = institution_of(eligible)
    rank = np.where(named, 0, np.where(whole == eligible.index, 1, 2))
    first = pd.Series(rank, eligible.index).groupby(whole.to_numpy()).transform("min")
    best = eligible.index[(rank == first.to_numpy())]
    once = ~whole[best].duplicated()
    # Two that are both named are left: that they clash is for the planner to hear.
    return eligible.loc[best[once.to_numpy() | named[eligible.index.get_indexer(best)]]]


@dataclass(frozen=True, eq=False)
class GridQuestion:
    """
    What the engine is asked, as arrays in the order of the units and of the eligible hospitals.

    Parameters
    ----------
    eligible
        Hospitals that may lead; one column each.
    adjacency
        ``(n, n)`` shared boundary in metres, links included.
    people
        ``(n,)`` residents.
    metres
        ``(n, k)`` way from each unit to each eligible hospital, as
        :meth:`gridplan.planning.ways.journeys.Journeys.driven` gives it.
    options
        Further arguments of :func:`gridplan.optimise.partition.partition`.
    notes
        What was assumed, as data.
    lead_price
        ``(k,)`` person-metres that each hospital costs as a lead.
    """

    eligible: gpd.GeoDataFrame
    adjacency: sparse.csr_array
    people: np.ndarray
    metres: np.ndarray
    options: dict[str, Any]
    notes: tuple[Problem, ...]
    lead_price: np.ndarray

    @property
    def cost(self) -> np.ndarray:
        """``(n, k)`` person-metres; what a lead costs stands at its own unit."""
        cost = self.people[:, None] * self.metres
        cost[self.options["centers"], np.arange(len(self.lead_price))] += self.lead_price
        return cost


def require_neighbours(district: District) -> None:
    """
    Refuse to cut a district whose units were drawn apart: no grid of it could be in one piece.

    A few units on their own are linked and told. Where more than :data:`SCATTERED` of the units
    meet the rest only across gaps or roads, or have no neighbour but at corners, the drawing is
    the cause.

    Raises
    ------
    InputError
        Naming the units, the metres and the key ``snap_metres`` that decides.
    """
    drawn = [one for one in district.apart if one.code != "units-far"]
    many = sum(one.values["lonely" if one.code == "units-corners" else "count"] for one in drawn)
    if many > SCATTERED * len(district.units):
        raise InputError(drawn)


def grid_question(
    district: District,
    scenario: Scenario,
    *,
    held: Mapping[str, str] | None = None,
    fit: Fit | None = None,
) -> GridQuestion:
    """
    Turn district and scenario into the engine's arrays.

    Parameters
    ----------
    district, scenario
        What is cut, and how.
    held
        Units that must lie in the grid of a hospital that may lead: unit id to hospital id.
    fit
        That centers can serve the grids, and how much stricter the cut is for it; None leaves out
        the centers.

    Returns
    -------
    GridQuestion

    Raises
    ------
    InputError
        If the scenario names a hospital or a parent level that does not exist.
    InfeasibleError
        If demands clash on the face of it.
    """
    eligible = eligible_leads(district, scenario)
    require_neighbours(district)
    links, notes = missing_links(district)
    adjacency = priced_borders(district, scenario.grid_follow).maximum(
        sparse.csr_array(links > 0).astype(float)
    )
    position = pd.Series(np.arange(len(district.units)), index=district.units.index)
    standing = position[eligible["unit"]].to_numpy()
    people = district.units["population"].to_numpy(dtype=float)
    fixed, _ = fixed_units(district, scenario, eligible)
    for unit, lead in (held or {}).items():
        column = eligible.index.get_loc(lead)
        # Who must lie in a hospital's grid gives it one: its own unit is held too.
        both = [position[unit], standing[column]]
        if any(fixed[at] not in (-1, column) for at in both):
            raise InfeasibleError([clash("held-elsewhere", {"unit": unit})])
        fixed[both] = column
    parents = parents_of(district, scenario)
    options = {
        "centers": standing,
        "parts": scenario.grids,
        "fixed": fixed if (fixed >= 0).any() else None,
        "tolerance": scenario.grid_tolerance,
        "parents": parents,
        "split_price": None if parents is None else scenario.grid_split_price or None,
        "compactness": scenario.grid_compactness,
        "seed": scenario.seed,
        **demand_options(district, scenario, eligible),
    }
    options = with_fit(options, {} if fit is None else fit.options(district, scenario))
    options = with_price(options, district, scenario)
    metres = journeys_of(district, scenario).driven(links, eligible)
    prices = lead_prices(scenario, eligible)
    return GridQuestion(eligible, adjacency, people, metres, options, notes, prices)


def plan_grids(
    district: District,
    scenario: Scenario,
    *,
    held: Mapping[str, str] | None = None,
    fit: Fit | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Grids:
    """
    Partition the units: balanced, contiguous, each grid around its lead, short ways to it.

    With ``fit`` whole numbers of centers can serve what each grid holds, as far as its total and
    the sites in it tell.

    Parameters
    ----------
    district
        What is cut.
    scenario
        Number of grids, leads, tolerance, grain, speed, seed and limits.
    held
        Units that must lie in the grid of a hospital that may lead: unit id to hospital id.
    fit
        That centers can serve the grids, and how much stricter the cut is for it; None leaves out
        the centers.
    progress
        Told how far the run is; returning True stops it with the best so far.

    Returns
    -------
    Grids

    Raises
    ------
    InputError
        If the scenario names a hospital that does not exist.
    InfeasibleError
        If no partition can meet the demands; says which clash, with the numbers.
    """
    asked = grid_question(district, scenario, held=held, fit=fit)
    answer = partition(
        asked.adjacency,
        asked.people,
        asked.cost,
        work_limit=scenario.work_limit,
        time_limit=scenario.time_limit,
        progress=progress,
        **asked.options,
    )
    return grids_of(answer, asked, district, scenario)


def grids_of(
    answer: Partition, asked: GridQuestion, district: District, scenario: Scenario
) -> Grids:
    """
    Label the engine's answer: grids numbered in the order of their hospitals.

    Raises
    ------
    InfeasibleError
        If the engine found no partition.
    """
    if answer.assignment is None or answer.status in ("infeasible", "unknown"):
        clashes = grid_conflicts(answer, district, scenario, asked.eligible)
        raise InfeasibleError([*clashes, *district.apart])
    chosen = np.unique(answer.assignment)
    names = {column: f"G{number}" for number, column in enumerate(chosen, start=1)}
    index = district.units.index
    grid = pd.Series([names[c] for c in answer.assignment], index=index, name="grid", dtype=object)
    way = asked.metres[np.arange(len(index)), answer.assignment]
    priced = cut_prices(scenario) or has_prices(district, scenario)
    unit = "person-metres-and-prices" if priced else "person-metres"
    told = journeys_of(district, scenario).drive_told
    unit += f"-{told}" if told else ""
    return Grids(
        grid=grid,
        leads=pd.Series(
            {names[c]: asked.eligible.index[c] for c in chosen}, name="lead", dtype=object
        ).rename_axis("grid"),
        minutes_to_lead=pd.Series(
            way / scenario.drive_metres_per_minute, index=index, name="minutes_to_lead"
        ),
        certificate=certificate_of(answer, seed=scenario.seed, unit=unit),
        notes=asked.notes,
    )


def parents_of(district: District, scenario: Scenario) -> np.ndarray | None:
    """Label what must stay whole; a unit without a parent is its own. None at the finest grain."""
    if scenario.grid_grain == "unit":
        return None
    names = district.units[scenario.grid_grain]
    if names.isna().all():
        raise InputError([Problem("grain-missing", {"grain": scenario.grid_grain})])
    alone = pd.Series([f"\0{unit}" for unit in names.index], index=names.index)
    return np.asarray(pd.factorize(names.astype(object).where(names.notna(), alone))[0])
