"""Place the centers: the planner's demands as arrays, the engine's answer as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, Problem
from gridplan.optimise.budget import Progress
from gridplan.optimise.outcome import PROVEN_GAP, relative_gap
from gridplan.planning.centers.aims import SITINGS
from gridplan.planning.centers.arrays import CenterArrays, Groups, center_arrays
from gridplan.planning.centers.band import bands, with_band
from gridplan.planning.centers.causes import (
    center_clashes,
    center_conflicts,
    cut_clashes,
    grain_clashes,
)
from gridplan.planning.centers.question import center_question
from gridplan.planning.centers.settled import priced_of, settled
from gridplan.planning.centers.sited import Sited, Tell
from gridplan.planning.duty.breaches import beyond_band
from gridplan.planning.duty.grain import parents_of
from gridplan.planning.duty.nearest import Walks
from gridplan.planning.duty.reading import reading_of
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.premises.budget import closing_cost, hold_budget, opening_cost
from gridplan.planning.premises.money import spent, without_places
from gridplan.planning.premises.site_columns import holds as most_held
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station
from gridplan.planning.ways.journeys import journeys_of


@dataclass(frozen=True, eq=False)
class Centers:
    """
    The centers and who goes where, as labelled tables.

    Parameters
    ----------
    sites
        The opened ones, in the form of :func:`gridplan.planning.centers.candidates.possible_sites`,
        with ``grid``, ``subdistrict``, ``community``, ``population``, ``capacity_lower``,
        ``capacity_upper`` and ``mean_metres``.
    center
        Index ``unit``: id of its center.
    metres_to_center
        Index ``unit``: the walk, as :class:`~gridplan.planning.ways.journeys.Journeys` measures it.
    certificate
        Of the distance, the last step of the siting.
    steps
        Of the steps before it, by ``center_objective``: ``beyond``, ``coverage``, ``fewest`` or
        ``farthest``.
    notes
        Centers that serve outside the scenario's band, because they may, with their residents.
    """

    sites: gpd.GeoDataFrame
    center: pd.Series
    metres_to_center: pd.Series
    certificate: Certificate
    steps: Mapping[str, Certificate] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()


def plan_centers(
    district: District,
    scenario: Scenario,
    grid: pd.Series | None,
    *,
    groups: Groups | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Centers:
    """
    Choose the sites and assign every unit to one center of its own grid.

    Parameters
    ----------
    district
        Residents, existing centers, candidates.
    scenario
        Objective, number, band, closed centers, streets' minimum, seed and limits.
    grid
        Index ``unit``: grid of each unit; None where no grids are planned.
    groups
        Groups of sites, finer than streets, that are each to have centers; the bound is of the
        question with them.
    progress
        Told how far the run is; returning True stops it with the best so far.

    Returns
    -------
    Centers

    Raises
    ------
    InputError
        If the scenario closes a center that does not exist.
    InfeasibleError
        If the demands clash; says which, with the numbers and what would help.
    """
    asked = center_question(district, scenario, grid)
    clashes = center_clashes(district, scenario, asked) or cut_clashes(scenario, asked)
    if clashes:
        raise InfeasibleError(clashes)
    arrays = replace(center_arrays(district, scenario, asked, grid), groups=groups)
    clashes = grain_clashes(arrays)
    if clashes:
        raise InfeasibleError(clashes)
    return within_budget(lambda asked_of: _placed(asked_of, progress), arrays)


def _placed(arrays: CenterArrays, progress: Tell | None) -> Centers:
    """Ask the engine, and label its answer."""
    district, scenario, asked = arrays.district, arrays.scenario, arrays.asked
    sited = SITINGS[scenario.center_objective](arrays, progress)
    if not sited.answer.feasible:
        dear = _without_budget(arrays, sited, progress)
        raise InfeasibleError(
            dear or center_conflicts(sited.answer, district, scenario, asked, arrays=arrays)
        )
    sited = _or_banded(arrays, sited, settled(arrays, sited, progress), progress)
    sites = asked.sites
    site = sited.every
    if site is None:
        site = _every_unit(np.asarray(sited.answer.assignment)[arrays.atom], arrays)
    opened = np.sort(np.asarray(sited.answer.sites))
    centers = centers_of(site, opened, district, scenario, sites, sited.proof)
    walked = centers.metres_to_center.to_numpy(dtype=float)
    walks = Walks(arrays.ways, arrays.cells, arrays.places, sites, opened, site, walked)
    return replace(centers, steps=sited.steps, notes=(*centers.notes, *walks.notes()))


def _without_budget(arrays: CenterArrays, sited: Sited, progress: Tell | None) -> list[Problem]:
    """Say that it is the budget that clashes, where centers can be placed without it."""
    scenario, asked = arrays.scenario, arrays.asked
    if scenario.budget is None:
        return []
    free = replace(arrays, scenario=replace(scenario, budget=None))
    other = SITINGS[scenario.center_objective](free, progress).answer
    if not other.feasible:
        return []
    cost = opening_cost(asked.sites)[np.asarray(other.sites)].sum()
    values = {
        "budget": scenario.budget,
        "least": round(float(cost) + closing_cost(arrays.district, scenario), 4),
        "centers": asked.number,
    }
    proven = sited.answer.status == "infeasible" and not arrays.reserve
    whole = arrays.whole and bool(len(arrays.district.candidates))
    return [Problem("budget-clash", values, proven=proven and whole)]


TRIES = 3
"""Times that centers are placed anew with more of the budget kept back for places."""


def within_budget(place: Callable[[CenterArrays], Centers], arrays: CenterArrays) -> Centers:
    """
    Place centers so that opening, closing and the places they add cost no more than the budget.

    The engine holds the budget for opening and closing; places depend on who goes where. Where they
    cost too much, what they cost is kept back and the centers are placed anew; in the end no house
    serves more than it holds as it is. The bound stays that of the first placing, which was freer.

    Parameters
    ----------
    place
        Places the centers as the arrays ask.
    arrays
        The question.

    Returns
    -------
    Centers

    Raises
    ------
    InfeasibleError
        ``budget-not-found``, with the least that was found; nothing is proven.
    """
    scenario, district = arrays.scenario, arrays.district
    first = place(arrays)
    if scenario.budget is None:
        return first
    fixed, places = spent(first.sites, district, scenario)
    if fixed + places <= scenario.budget * (1 + 1e-9):
        return first
    least, reserve = fixed + places, 0.0
    narrow = replace(arrays.asked, sites=without_places(arrays.asked.sites, district))
    for number in range(TRIES + 1):
        reserve = max(1.2 * reserve, places)
        asked = replace(arrays, reserve=reserve)
        if number == TRIES:
            asked = replace(arrays, asked=narrow)
        try:
            found = place(asked)
        except InfeasibleError:
            continue
        fixed, places = spent(found.sites, district, scenario)
        least = min(least, fixed + places)
        if fixed + places <= scenario.budget * (1 + 1e-9):
            band = arrays.asked.sites.loc[found.sites.index]
            told = {name: band[name] for name in ("capacity_lower", "capacity_upper")}
            return bounded(replace(found, sites=found.sites.assign(**told)), first)
    hold_budget(scenario, least, len(first.sites))
    return first


def bounded(found: Centers, first: Centers) -> Centers:
    """Give what was placed under stricter demands the bounds of the placing without them."""

    def under(proof: Certificate, of: Certificate | None) -> Certificate:
        bound = None if of is None or of.bound is None else min(of.bound, proof.objective)
        gap = None if bound is None else relative_gap(proof.objective, bound)
        proven = gap is not None and gap <= PROVEN_GAP
        ended = "proof" if proven else "done" if proof.ended_by == "proof" else proof.ended_by
        status = "optimal" if proven else "feasible"
        return replace(proof, bound=bound, gap=gap, status=status, ended_by=ended)

    steps = {name: under(proof, first.steps.get(name)) for name, proof in found.steps.items()}
    return replace(found, certificate=under(found.certificate, first.certificate), steps=steps)


def _or_banded(arrays: CenterArrays, first: Sited, sited: Sited, progress: Tell | None) -> Sited:
    """
    Look from the layout that keeps the band at each center too, where only its mean is asked for.

    So that what is asked for less strictly never comes dearer. The bound stays that of the first.
    """
    scenario, prices = arrays.scenario, priced_of(arrays)
    if prices is None or not prices.breach or scenario.center_objective != "distance":
        return sited
    strict = replace(scenario, band_reading="center")
    banded = with_band(arrays.asked.sites, arrays.district, strict)
    asked = replace(arrays.asked, sites=banded)
    other = SITINGS["distance"](replace(arrays, asked=asked), progress)
    if not other.answer.feasible:
        return sited
    again = settled(arrays, replace(first, answer=other.answer), progress)
    return min(sited, again, key=lambda one: one.proof.objective)


def _outside_band(
    sites: gpd.GeoDataFrame, district: District, scenario: Scenario
) -> tuple[Problem, ...]:
    """Tell of each center outside the scenario's band, where each is to keep it."""
    reading = reading_of(district, scenario)
    if reading != "center":
        full = sites[~is_station(sites)]
        strict = with_band(full, district, replace(scenario, band_reading="center"))
        return tuple(beyond_band(full, scenario, reading, strict))
    full = sites[~is_station(sites)]
    notes, room = [], most_held(sites)
    kept = zip(*(bound.astype(int).tolist() for bound in bands(full, scenario)), strict=True)
    for (center, row), (lower, upper) in zip(full.iterrows(), kept, strict=True):
        if lower * (1 - 1e-9) <= row["population"] <= upper * (1 + 1e-9):
            continue
        exempt = center in scenario.band_exempt or row["unit"] in scenario.band_exempt
        values = {
            "center": center,
            "name": row["name"] or center,
            "residents": round(float(row["population"])),
            "lower": lower,
            "upper": upper,
            "holds": round(holds) if np.isfinite(holds := float(room[center])) else 0,
        }
        code = "center-exempt" if exempt else "center-holds-less"
        notes.append(Problem(code, values))
    return tuple(notes)


def _every_unit(assigned: np.ndarray, arrays: CenterArrays) -> np.ndarray:
    """Give empty units, which the engine never saw, to the nearest opened site they may go to."""
    ways, populated, places = arrays.ways, arrays.populated, arrays.places
    site = np.full(len(populated), -1)
    site[populated] = assigned
    opened = np.unique(assigned)
    _with_parents(site, arrays)
    empty = np.flatnonzero(site < 0)
    near = arrays.cells.walked(ways, empty, places, only=opened, nearest=1)
    site[empty[np.diff(near.indptr) > 0]] = opened[near.indices]
    if (site < 0).any():  # a grid without residents and so without a center: nearest of all
        left = np.flatnonzero(site < 0)
        every = ways.walked(
            left,
            places[opened],
            unit_label=np.zeros(len(left), dtype=int),
            site_label=np.zeros(len(opened), dtype=int),
            nearest=1,
        )
        site[left] = opened[every.indices]
    return site


def _stations(sites: gpd.GeoDataFrame, scenario: Scenario) -> tuple[Problem, ...]:
    """Tell of the stations, and of places that were not thin enough for more."""
    posts = sites[is_station(sites)]
    new = int((posts["status"] == "new").sum())
    values = {"count": len(posts), "residents": round(float(posts["population"].sum()))}
    told = (Problem("stations-placed", values),) if len(posts) else ()
    if new < scenario.center_stations:
        fewer = {"asked": scenario.center_stations, "count": new, "lower": scenario.center_lower}
        told = (*told, Problem("stations-fewer", fewer))
    return told


def _with_parents(site: np.ndarray, arrays: CenterArrays) -> None:
    """Give empty units of what must stay whole to the center of the rest."""
    if arrays.by_unit:
        return
    parents = parents_of(arrays.district, arrays.scenario, arrays.unit_label)
    some = arrays.populated & (parents >= 0)
    center = np.full(parents.max(initial=-1) + 1, -1)
    center[parents[some]] = site[some]
    empty = (site < 0) & (parents >= 0)
    site[empty] = center[parents[empty]]


def centers_of(
    site: np.ndarray,
    opened: np.ndarray,
    district: District,
    scenario: Scenario,
    sites: gpd.GeoDataFrame,
    proof: Certificate,
) -> Centers:
    """
    Label who goes where, and count what each center then serves.

    Parameters
    ----------
    site
        ``(n,)`` row of ``sites`` that serves each unit.
    opened
        Rows of ``sites`` that are opened, ascending.
    district, scenario
        The units, and the band.
    sites
        Every place where a center may stand, with the residents it may serve.
    proof
        Of the choice.

    Returns
    -------
    Centers
    """
    ways = journeys_of(district, scenario)
    index = district.units.index
    people = district.units["population"].to_numpy(dtype=float)
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    walked = ways.walked_to_own(places, site)
    load = np.bincount(site, weights=people, minlength=len(sites))
    weighted = np.bincount(site, weights=people * walked, minlength=len(sites))
    table = sites.iloc[opened].assign(
        population=load[opened],
        mean_metres=weighted[opened] / np.maximum(load[opened], 1e-9),
    )
    return Centers(
        sites=table,
        center=pd.Series(sites.index.to_numpy(dtype=object)[site], index=index, name="center"),
        metres_to_center=pd.Series(walked, index=index, name="metres_to_center"),
        certificate=proof,
        notes=(*_outside_band(table, district, scenario), *_stations(table, scenario)),
    )
