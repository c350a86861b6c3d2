"""
Centers and 1+N in grids that a person drew: there is always a plan, and what it breaks is told.

1. Centers as the scenario asks, within each grid. 2. Where the band cannot serve a grid as drawn,
the band is widened step by step, and at last lifted; a grid in which no center could stand gets a
site in its unit with most residents. Findings judge by the band that was asked for. 3. 1+N within
each grid; where the streets' bounds do not allow that, they are lifted in turn.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, Problem
from gridplan.planning.centers.band import with_band
from gridplan.planning.centers.candidates import busiest, kept_sites, with_candidates
from gridplan.planning.centers.centers import Centers, plan_centers
from gridplan.planning.centers.question import center_question, has_1n
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.grids.drawn_grids import plan_drawn_grids
from gridplan.planning.regional.regional import Regional, plan_regional
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.stages import AGAIN, LEAST_WORK, Stages, Tell

WIDER = (1.15, 1.35, 1.75, 2.5)
"""By what the bounds of the band are divided and multiplied in turn, before they are lifted."""


def plan_drawn_stages(
    district: District,
    scenario: Scenario,
    drawn: Drawn,
    tell: Tell,
) -> Stages:
    """
    Plan centers and 1+N in the grids of a drawing.

    Parameters
    ----------
    district, scenario
        What is planned; its number of grids does not matter.
    drawn
        As for :func:`gridplan.planning.grids.drawing.drawing_of`.
    tell
        Gives the callback of each stage.

    Returns
    -------
    Stages

    Raises
    ------
    InputError
        If the drawing cannot be read, or the scenario names what the district does not have.
    InfeasibleError
        If no center can stand anywhere.
    """
    wished = plan_drawn_grids(district, scenario, drawn)
    centers, notes = _centers(district, scenario, wished.grids.grid, tell)
    if not has_1n(district, scenario):
        return Stages(wished, centers, None, notes)
    regional, more = _regional(district, scenario, centers, tell)
    return Stages(wished, centers, regional, (*notes, *more))


def scenario_as_drawn(scenario: Scenario, grids: int) -> Scenario:
    """Give the scenario with the number of grids that were drawn, and leads that fit into it."""
    leads = scenario.grid_leads if len(scenario.grid_leads) <= grids else ()
    return dataclasses.replace(scenario, grids=grids, grid_leads=leads)


def _centers(
    district: District, scenario: Scenario, grid: pd.Series, tell: Tell
) -> tuple[Centers, tuple[Problem, ...]]:
    """Place the centers under the first band that can serve the grids."""
    failed = None
    asked_of = district
    for changed, asked in _bands(district, scenario, grid):
        if not asked:  # a wider band changes no place where a center may stand
            asked_of = with_candidates(district, scenario)
        try:
            centers = plan_centers(asked_of, changed, grid, progress=tell("centers"))
        except InfeasibleError as error:
            failed = failed or error
            continue
        if asked:
            return centers, ()
        sites = with_band(centers.sites, district, scenario)
        load = sites["population"]
        out = ~load.between(scenario.center_lower, scenario.center_upper)
        values = {
            "lower": scenario.center_lower,
            "upper": scenario.center_upper,
            "outside": int(out.sum()),
            "centers": len(sites),
            "least": round(float(load.min())),
            "most": round(float(load.max())),
        }
        notes = [Problem("drawn-band-widened", values)]
        extra = sites.index[sites["unit"].isin(changed.band_exempt)].difference(
            sites.index[sites["unit"].isin(scenario.band_exempt)]
        )
        if len(extra):
            notes.append(
                Problem("drawn-site-added", {"rows": list(extra[:5]), "count": len(extra)})
            )
        # What the widened band was asked for is told above; the notes of a kept band do not fit.
        return dataclasses.replace(centers, sites=sites, notes=()), tuple(notes)
    assert failed is not None
    raise failed


def _bands(
    district: District, scenario: Scenario, grid: pd.Series
) -> Iterator[tuple[Scenario, bool]]:
    """List the bands to be tried: as asked, then wider, then none, then sites wherever needed."""
    yield scenario, True
    district = with_candidates(district, scenario)
    short = dataclasses.replace(scenario, work_limit=max(LEAST_WORK, AGAIN * scenario.work_limit))
    usual = center_question(district, scenario, grid).number
    for factor in WIDER:
        lower = int(scenario.center_lower / factor)
        upper = min(int(np.ceil(scenario.center_upper * factor)), 10_000_000)
        wider = dataclasses.replace(short, center_lower=lower, center_upper=upper)
        yield _with_number(district, wider, grid, usual), False
    most = int(min(np.ceil(max(district.population, scenario.center_upper)), 10_000_000))
    free = dataclasses.replace(
        short, center_lower=0, center_upper=most, regional_lower=None, regional_upper=None
    )
    yield _with_number(district, free, grid, usual), False
    free = dataclasses.replace(free, band_exempt=(*free.band_exempt, *busiest(district, grid)))
    yield _with_number(district, free, grid, usual), False
    # The streets' least numbers may ask for sites that are not there.
    free = dataclasses.replace(free, regional_max=0, regional_min=0)
    yield _with_number(district, free, grid, usual), False


def _with_number(district: District, scenario: Scenario, grid: pd.Series, usual: int) -> Scenario:
    """Ask for the usual number of centers, as near as kept ones, sites and grids allow."""
    asked = center_question(district, dataclasses.replace(scenario, centers=None), grid)
    kept = int(kept_sites(asked.sites, scenario).sum())
    fewest = int(asked.needs["fewest"].sum())
    most = min(len(asked.sites), int(np.maximum(asked.needs["most"], 0).sum()))
    least = max(fewest, kept, int(asked.street_minimum.sum()), 1)
    return dataclasses.replace(scenario, centers=max(least, min(usual, most)))


def _regional(
    district: District, scenario: Scenario, centers: Centers, tell: Tell
) -> tuple[Regional | None, tuple[Problem, ...]]:
    """Choose the regional centers under the first bounds that allow it."""
    most = max(scenario.regional_max, len(centers.sites))
    ladder: tuple[dict[str, int], ...] = (
        {},
        {"regional_population_min": 0},
        {"regional_population_min": 0, "regional_max": min(most, scenario.regional_max + 1)},
        {"regional_population_min": 0, "regional_max": min(most, 1000)},
        {"regional_population_min": 0, "regional_max": min(most, 1000), "regional_min": 0},
    )
    for changes in ladder:
        try:
            found = plan_regional(
                district, _changed(scenario, changes), centers, progress=tell("regional")
            )
        except InfeasibleError:
            continue
        if not changes:
            return found, ()
        values = {
            "regional_min": scenario.regional_min,
            "regional_max": scenario.regional_max,
            "regional_population_min": scenario.regional_population_min,
        }
        return found, (Problem("drawn-regional-lifted", values),)
    return None, (Problem("drawn-without-regional"),)


def _changed(scenario: Scenario, changes: Mapping[str, int]) -> Scenario:
    return dataclasses.replace(scenario, **changes)  # type: ignore[arg-type]
