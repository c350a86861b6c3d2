"""
A plan under the planner's hand: edited, judged at once, and made a plan again.

::

    start = begin(plan)                               # or begin_from(kept, district, scenario)
    edited = apply(start, move_units(["u1", "u2"], "G2"))
    edited.grids, edited.centers, edited.findings     # tables of now
    edited.turned                                     # findings the edit changed
    edited.conflicts                                  # what of it could not be done
    edited.state.as_dict(district)                    # to be kept; undo is to keep what was before
    plan_of(edited)                                   # a whole plan, to be written
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.district.growth import grown
from gridplan.errors import InputError, Problem, Reason
from gridplan.planning.checks.checks import NONE_OWN
from gridplan.planning.editing.center_edits import DOES as CENTER_EDITS
from gridplan.planning.editing.edit import Edit
from gridplan.planning.editing.judging import Judged, Turned, judge, turned
from gridplan.planning.editing.laid.ground import Ground, ground_of
from gridplan.planning.editing.laid.live import Live, live_of
from gridplan.planning.editing.laid.state import State, state_from, state_of
from gridplan.planning.editing.unit_edits import DOES as UNIT_EDITS
from gridplan.planning.layout.layout import Layout
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.place import placed

DOES = {**UNIT_EDITS, **CENTER_EDITS}
"""What each kind of edit does."""


@dataclass(frozen=True, eq=False, repr=False)
class Edited:
    """
    A layout after edits, with what the last of them changed.

    Parameters
    ----------
    ground
        The district, prepared.
    state
        Who belongs where.
    judged
        Figures and findings.
    turned
        Findings that the last edit changed.
    conflicts
        What of it could not be done.
    moved_units, moved_residents
        Units, and their residents, that changed grid or center by it.
    """

    ground: Ground
    state: State
    judged: Judged
    turned: tuple[Turned, ...] = ()
    conflicts: tuple[Problem, ...] = ()
    moved_units: int = 0
    moved_residents: float = 0.0

    def __repr__(self) -> str:
        units, grids, centers = (len(part) for part in (self.units, self.grids, self.centers))
        return f"<Edited: {units} units, {grids} grids, {centers} centers>"

    @property
    def live(self) -> Live:
        """The layout as arrays and tables."""
        return self.judged.live

    @property
    def layout(self) -> Layout:
        """As a plan's, without outlines of grids, village stations and wishes."""
        return self.live.layout

    @property
    def units(self) -> pd.DataFrame:
        """Index ``unit``: grid, lead, center, minutes."""
        return self.layout.units

    @property
    def grids(self) -> gpd.GeoDataFrame:
        """Index ``grid``: lead, residents, units, pieces, deviation, minutes."""
        return self.layout.grids

    @property
    def centers(self) -> gpd.GeoDataFrame:
        """Index ``center``: what it serves, where it stands, who manages it."""
        return self.layout.centers

    @property
    def findings(self) -> pd.DataFrame:
        """Every rule against every subject, without caveats."""
        return self.judged.findings

    @property
    def boundary_km(self) -> float:
        """Length of the boundaries between grids."""
        return self.live.boundary_km


def begin(layout: Layout, scenario: Scenario, own: Mapping[str, Path] = NONE_OWN) -> Edited:
    """
    Prepare a plan for edits.

    Parameters
    ----------
    layout, scenario
        Of a plan, made just now, or read back and given its district as read
        (``dataclasses.replace(plan.layout, district=...)``).
    own
        Files of the planner's own rules by name.
    """
    district, scenario = _as_planned(layout.district, scenario)
    ground = ground_of(district, scenario, own)
    return _start(ground, state_of(dataclasses.replace(layout, district=district)))


def begin_from(
    kept: Mapping[str, Any],
    district: District,
    scenario: Scenario,
    own: Mapping[str, Path] = NONE_OWN,
) -> Edited:
    """
    Prepare what was kept (:meth:`State.as_dict`) for edits, on a district as it is now.

    What the district has no more is among the conflicts.
    """
    district, scenario = _as_planned(district, scenario)
    state, conflicts = state_from(kept, district, scenario)
    start = _start(ground_of(district, scenario, own), state)
    return dataclasses.replace(start, conflicts=conflicts)


def _as_planned(district: District, scenario: Scenario) -> tuple[District, Scenario]:
    """Give residents of the year and profiles of the place, as a plan has them."""
    profiles = placed(scenario.profiles, district.code)
    scenario = dataclasses.replace(scenario, profiles=profiles)
    return grown(district, dict(scenario.growth)), scenario


def _start(ground: Ground, state: State) -> Edited:
    return Edited(ground, state, judge(ground, live_of(ground, state)))


def at(edited: Edited, state: State) -> Edited:
    """Go to another state on the same ground: what undo, redo and a branch do."""
    if state is edited.state:
        return dataclasses.replace(edited, turned=(), conflicts=(), moved_units=0,
                                   moved_residents=0.0)  # fmt: skip
    live = live_of(edited.ground, state, edited.live)
    judged = judge(edited.ground, live, edited.judged)
    old = edited.state
    here = (state.grid != old.grid) | _elsewhere(state, old)
    return Edited(
        ground=edited.ground,
        state=state,
        judged=judged,
        turned=turned(edited.judged, judged),
        moved_units=int(here.sum()),
        moved_residents=float(edited.ground.people[here].sum()),
    )


def _elsewhere(state: State, old: State) -> np.ndarray:
    """Mark the units whose center is another than before."""
    if state.sites.index is old.sites.index:
        return np.asarray(state.center != old.center)
    place = old.sites.index.get_indexer(state.sites.index)
    return np.asarray(place[state.center] != old.center)


def apply(edited: Edited, edit: Edit) -> Edited:
    """
    Apply one edit.

    Parameters
    ----------
    edited
        What is edited; stays as it is.
    edit
        The change.

    Returns
    -------
    edited
        A new one. What of the edit could not be done is among its ``conflicts``; where that is all
        of it, ``state`` is the same object as before.
    """
    step = DOES[edit.do](edited.ground, edited.state, edit.values)
    return dataclasses.replace(at(edited, step.state), conflicts=step.conflicts)


def apply_or_refuse(edited: Edited, edit: Edit) -> Edited:
    """
    Apply one edit that a person has just made.

    Raises
    ------
    InputError
        With the conflicts, where nothing of it could be done.
    """
    after = apply(edited, edit)
    if after.state is edited.state:
        raise InputError(after.conflicts or [Problem("edit-nothing")])
    return after


def replay(edited: Edited, edits: Iterable[Edit]) -> tuple[Edited, tuple[tuple[int, Problem], ...]]:
    """
    Apply edits one after another, perhaps on a district or a plan that has changed since.

    Parameters
    ----------
    edited, edits
        Where to begin, and what to do.

    Returns
    -------
    edited
        After all of them; ``turned`` is against the beginning.
    conflicts
        Number of the edit, from 0, and what of it could not be done. All else was.
    """
    state, found = edited.state, []
    for number, edit in enumerate(edits):
        step = DOES[edit.do](edited.ground, state, edit.values)
        found += [(number, problem) for problem in step.conflicts]
        state = step.state
    return at(edited, state), tuple(found)


def conflict_of(number: int, problem: Problem) -> Problem:
    """Say of which edit something could not be done; ``number`` counts from 0."""
    return Problem("edit-conflict", {"number": number + 1, "what": Said(problem)})


class Said(Reason):
    """A problem as a part of a sentence about something larger."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"problems.{problem.code}", problem.values)

    def text(self, lang: str) -> str:
        """Say it with the twins of the language, as a problem of its own would."""
        code = self.code.removeprefix("problems.")
        return Problem(code, self.values).text(lang)
