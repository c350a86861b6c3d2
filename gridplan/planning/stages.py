"""
Grids, centers and 1+N in turn; where a later stage cannot follow, the grids are cut anew.

The cut already gives every grid a total that whole numbers of centers can serve. Whether they do
depends on the units, which are not split, and on where the sites lie: that is tried.

1. Cut, then place the centers, then choose the regional ones. 2. Where that fails, place centers
without grids: what fails there has nothing to do with the cut, and is the cause that is told.
3. Else other numbers of centers, if the planner leaves that open, then other cuts: with room to
spare in the band, more even, and around the centers placed without grids, each with its residents
in one grid. 4. Where none does, that is said: none was found, and nothing is proven.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, Problem
from gridplan.optimise.budget import Progress, seconds_left, within
from gridplan.optimise.outcome import PROVEN_GAP, relative_gap
from gridplan.planning.centers.causes import center_clashes
from gridplan.planning.centers.centers import Centers, bounded, plan_centers
from gridplan.planning.centers.question import center_question, has_1n
from gridplan.planning.grids.fit import ANY, Fit
from gridplan.planning.grids.grids import eligible_leads, require_neighbours
from gridplan.planning.grids.wishes import WishedGrids, plan_wished_grids
from gridplan.planning.regional.heads import head_groups
from gridplan.planning.regional.regional import Regional, plan_regional
from gridplan.planning.scenario.scenario import Scenario

Stage = Literal["grids", "centers", "regional", "checks"]
Tell = Callable[[Stage], Callable[[Progress], bool | None] | None]

OTHER_NUMBERS = (1, -1, 2, -2)
"""By how many centers more or fewer are tried in one cut."""

MARGINS = (0.1, 0.25, 0.45, 0.7)
"""Shares of the band left free."""

EVENNESS = (0.6, 0.3, 0.1)
"""Shares of the tolerance used."""

AGAIN, LEAST_WORK = 0.1, 0.01
"""Share of the work allowed that each further number or cut may take; and no less than this."""

CUTTING, PLACING = 0.5, 0.9
"""Shares of the time left that a cut may take, and then the centers, so that the next has some."""

NOT_FOUND = "grids-unserved-not-found"
UNSERVED = ("grids-unserved", "grids-unserved-least", NOT_FOUND)
"""There are grids, but none that centers can serve, or they were not found."""


@dataclass(frozen=True, eq=False)
class Stages:
    """
    What was planned, and what was assumed on the way.

    Parameters
    ----------
    wished, regional
        None where no grids, or no 1+N, were asked for.
    centers
        Sites and who goes where.
    notes
        As data: that the grids were cut anew.
    """

    wished: WishedGrids | None
    centers: Centers
    regional: Regional | None
    notes: tuple[Problem, ...] = ()


def plan_stages(district: District, scenario: Scenario, tell: Tell) -> Stages:
    """
    Plan the stages so that each can follow the one before.

    Parameters
    ----------
    district, scenario
        What is planned.
    tell
        Gives the callback of each stage.

    Returns
    -------
    Stages

    Raises
    ------
    InputError
        If the scenario names what the district does not have.
    InfeasibleError
        If the demands clash, or no cut was found that all stages can follow.
    """
    _check_demands(district, scenario)
    if not scenario.grids:
        return _follow(district, scenario, None, tell)
    first: WishedGrids | None = None
    try:
        first = _cut(district, scenario, ANY, tell)
        return _follow(district, scenario, first, tell)
    except InfeasibleError as error:
        if first is None and error.problems[0].code not in UNSERVED:
            raise
        failed = error
    # What cannot be without grids either is the cause, whatever the cut.
    whole = _without_grids(district, scenario, failed, tell)
    if first is None and failed.problems[0].code != NOT_FOUND:
        raise failed
    brief = dataclasses.replace(scenario, work_limit=max(LEAST_WORK, AGAIN * scenario.work_limit))
    found = None if first is None else _other_number(district, brief, first, tell)
    return found or _other_cut(district, brief, first, whole, failed, tell)


def _without_grids(
    district: District, scenario: Scenario, failed: InfeasibleError, tell: Tell
) -> Centers | None:
    """
    Place centers without grids; None where none were found, which says nothing of the cut.

    Raises
    ------
    InfeasibleError
        If there provably are none.
    """
    try:
        return _follow(district, dataclasses.replace(scenario, grids=0), None, tell).centers
    except InfeasibleError as cause:
        if cause.proven or (not failed.proven and "not-found" not in cause.problems[0].code):
            raise
    return None


def _check_demands(district: District, scenario: Scenario) -> None:
    """
    Hold grids and centers against what there is, before any work is done.

    Raises
    ------
    InputError
        If the units were drawn apart: that is the cause of whatever else would be told.
    InfeasibleError
        With all that clashes on the face of it.
    """
    clashes: list[Problem] = []
    if scenario.grids:
        require_neighbours(district)
        try:
            eligible_leads(district, scenario)
        except InfeasibleError as error:
            clashes += error.problems
    clashes += _regional_clashes(district, scenario)
    clashes += center_clashes(district, scenario, center_question(district, scenario, None))
    if clashes:
        raise InfeasibleError(clashes)


def _regional_clashes(district: District, scenario: Scenario) -> list[Problem]:
    """
    Hold the grids against the regional centers that all streets together can have.

    A center is managed within its grid, so that each grid needs a regional one.
    """
    if not scenario.grids or not has_1n(district, scenario):
        return []
    streets = len(center_question(district, scenario, None).street_names)
    most = streets * scenario.regional_max
    if most >= scenario.grids:
        return []
    values = {
        "grids": scenario.grids,
        "streets": streets,
        "regional_max": scenario.regional_max,
        "most": most,
        "least": math.ceil(scenario.grids / streets),
    }
    return [Problem("regional-fewer-than-grids", values, proven=True)]


def _other_number(
    district: District, scenario: Scenario, first: WishedGrids, tell: Tell
) -> Stages | None:
    """Try other numbers of centers in the same cut, where the planner leaves that open."""
    if scenario.centers is not None:
        return None
    grid = first.grids.grid
    usual = center_question(district, scenario, grid).number
    for more in OTHER_NUMBERS:
        number = usual + more
        if number < 1:
            continue
        try:
            return _follow(district, dataclasses.replace(scenario, centers=number), first, tell)
        except InfeasibleError:
            continue
    return None


def _other_cut(  # what the stages before came to
    district: District,
    scenario: Scenario,
    first: WishedGrids | None,
    whole: Centers | None,
    failed: InfeasibleError,
    tell: Tell,
) -> Stages:
    """
    Cut anew until the other stages can follow.

    Raises
    ------
    InfeasibleError
        If they never could, with the reasons of the first cut.
    """
    cuts = 0 if first is None else 1
    for fit in _fits(whole):
        if seconds_left() <= 0.0:
            break
        try:
            wished = _cut(district, scenario, fit, tell)
            cuts += 1
            found = _follow(district, scenario, wished, tell)
        except InfeasibleError:
            continue
        notes = (Problem("grids-cut-anew", {"cuts": cuts}),)
        return dataclasses.replace(found, wished=_bounded(wished, first), notes=notes)
    if first is None:
        raise failed
    values = {
        "cuts": cuts,
        "grids": scenario.grids,
        "lower": scenario.center_lower,
        "upper": scenario.center_upper,
    }
    reasons = [dataclasses.replace(problem, proven=False) for problem in failed.problems]
    raise InfeasibleError([Problem("cuts-not-served", values), *reasons])


def _fits(whole: Centers | None) -> Iterator[Fit]:
    """List how much stricter other cuts are, the least first."""
    yield Fit(margin=MARGINS[0])
    yield Fit(margin=MARGINS[1])
    if whole is not None:
        yield Fit(center=whole.center, standing=whole.sites["unit"])
    for margin in MARGINS[2:]:
        yield Fit(margin=margin)
    for tolerance in EVENNESS:
        yield Fit(tolerance=tolerance)
        yield Fit(tolerance=tolerance, margin=MARGINS[1])


def _bounded(wished: WishedGrids, first: WishedGrids | None) -> WishedGrids:
    """Hold what was cut under stricter demands against the bound of those that were asked for."""
    own = wished.grids.certificate
    bound = None if first is None else first.grids.certificate.bound
    gap = relative_gap(own.objective, bound)
    optimal = gap is not None and gap <= PROVEN_GAP
    certificate = dataclasses.replace(
        own,
        status="optimal" if optimal else "feasible",
        bound=bound,
        gap=gap,
        ended_by=own.ended_by if optimal or own.ended_by != "proof" else "done",
    )
    grids = dataclasses.replace(wished.grids, certificate=certificate)
    return dataclasses.replace(wished, grids=grids)


def _time(scenario: Scenario) -> float:
    return min(scenario.time_limit, seconds_left())


def _cut(district: District, scenario: Scenario, fit: Fit, tell: Tell) -> WishedGrids:
    with within(CUTTING * _time(scenario)):
        return plan_wished_grids(district, scenario, fit=fit, progress=tell("grids"))


def _follow(
    district: District, scenario: Scenario, wished: WishedGrids | None, tell: Tell
) -> Stages:
    """
    Place centers and choose regional ones within the grids.

    Where grids are left without a regional one, each is asked to have a center in a street that can
    give it one, and the centers are placed anew.
    """
    grid = None if wished is None else wished.grids.grid
    with within(PLACING * _time(scenario)):
        centers = plan_centers(district, scenario, grid, progress=tell("centers"))
    if not has_1n(district, scenario):
        return Stages(wished, centers, None)
    try:
        regional = plan_regional(district, scenario, centers, progress=tell("regional"))
    except InfeasibleError:
        groups = None if grid is None else head_groups(district, scenario, grid, centers)
        if groups is None:
            raise
        with within(PLACING * _time(scenario)):
            headed = plan_centers(district, scenario, grid, groups=groups, progress=tell("centers"))
        centers = bounded(headed, centers)
        regional = plan_regional(district, scenario, centers, progress=tell("regional"))
    return Stages(wished, centers, regional)
